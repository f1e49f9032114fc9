/* What is written of a sweep: its table, its pictures, its document. */
#include "bench/chart/sweep_chart.h"
#include "bench/home.h"
#include "bench/matrix/sweep_document.h"
#include "strategies/registry.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { POINTS = 3 };

/* A sweep made by hand, and a directory of its own. */
struct kit {
    char directory[64];
    struct entry entry;
    struct sweep_point points[POINTS];
    struct sweep sweep;
};

static int open_kit(void **state)
{
    struct kit *kit = calloc(1, sizeof *kit);
    assert_non_null(kit);
    *state = kit;
    kit->entry.contender = contender_find("harbor-23183", &kit->entry.strategy);
    snprintf(kit->entry.label, sizeof kit->entry.label, "harbor-23183");
    const struct sweep_point points[POINTS] = {
        {.fault = {FAULT_CRASH, FAULT_BEFORE_SEND, 0, SEAT_WORKER, 1}, .command = "SPOP",
         .step = 1, .outcome = SWEEP_ONCE, .items = {.total = 2, .refreshed = 2},
         .recovery_s = 0.25},
        {.fault = {FAULT_CRASH, FAULT_UNREAD, 0, SEAT_WORKER, 1}, .command = "SPOP", .step = 1,
         .outcome = SWEEP_LOST, .items = {.total = 2, .lost = 2}, .recovery_s = NAN},
        {.fault = {FAULT_CRASH, FAULT_HALF_SENT, 1, SEAT_UPKEEP, 2}, .command = "SREM", .step = 2,
         .outcome = SWEEP_STRANDED, .items = {.total = 2, .refreshed = 1, .stranded = 1},
         .recovery_s = NAN},
    };
    memcpy(kit->points, points, sizeof points);
    kit->sweep = (struct sweep){.entry = &kit->entry, .kind = FAULT_CRASH, .points = kit->points,
                                .count = POINTS, .duration_s = 1.5};
    snprintf(kit->directory, sizeof kit->directory, "/tmp/test-sweep-XXXXXX");
    return mkdtemp(kit->directory) ? 0 : -1;
}

static int close_kit(void **state)
{
    struct kit *kit = *state;
    static const char *const names[] = {"sweep.tsv", "sweep.svg", "sweep.png"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", kit->directory, names[i]);
        unlink(path);
    }
    int left = rmdir(kit->directory);
    free(kit);
    return left;
}

/* The text of a file; to be freed. */
static char *text_of(const char *directory, const char *name)
{
    char path[PATH_MAX], *text = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    fclose(file);
    return text;
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s is not in: %s", part, text);
}

static void draw(struct kit *kit)
{
    char error[512] = "";
    json *sweep =
        sweep_document_json(&(struct sweep_document){&kit->sweep, 1, true, NULL, 0, NULL});
    enum drawing drawing = sweep_chart_draw(kit->directory, "sweep", sweep, error, sizeof error);
    json_free(sweep);
    if (drawing != DRAWING_DONE)
        fail_msg("%s", error);
}

static void table_has_a_line_for_each_point(void **state)
{
    struct kit *kit = *state;
    draw(kit);
    char *text = text_of(kit->directory, "sweep.tsv");
    assert_string_equal(
        text, SWEEP_CHART_HEADER "\n"
              "harbor-23183\t0\tworker\t1\t1\tSPOP\tbefore it is sent\tonce\t0\t0.250\n"
              "harbor-23183\t3\tworker\t1\t1\tSPOP\texecuted, reply unread\tlost\t0\tnan\n"
              "harbor-23183\t2\tupkeep\t2\t2\tSREM\thalf sent\tstranded\t0\tnan\n");
    free(text);
}

static void picture_shows_outcomes_and_roles(void **state)
{
    struct kit *kit = *state;
    draw(kit);
    char *text = text_of(kit->directory, "sweep.svg");
    static const char *const parts[] = {"harbor-23183, crash", "worker", "upkeep", "1 SPOP",
                                        "2 SREM", "1 once:", "1 lost:", "1 stranded:",
                                        "executed, reply unread", "</svg>"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_holds(text, parts[i]);
    assert_null(strstr(text, "redundant:")); /* there is none */
    free(text);
}

/* Only upkeep, and a single point. */
static void meagre_sweeps_are_drawn_too(void **state)
{
    struct kit *kit = *state;
    kit->sweep.points = &kit->points[2];
    kit->sweep.count = 1;
    draw(kit);
    char *text = text_of(kit->directory, "sweep.svg");
    assert_holds(text, "upkeep");
    assert_null(strstr(text, "worker"));
    free(text);
}

static void sample_has_the_columns_that_are_written(void **state)
{
    (void)state;
    char samples[HOME_PATH_MAX];
    home_path("plots/sample", samples);
    char *text = text_of(samples, "sweep.tsv");
    char *header = strchr(text, '\n') + 1;
    header[strcspn(header, "\n")] = '\0';
    assert_string_equal(header, SWEEP_CHART_HEADER);
    free(text);
}

static char *document_of(const struct sweep_document *document)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_true(sweep_document_print(document, out));
    fclose(out);
    return text;
}

static void one_contender_is_one_object(void **state)
{
    struct kit *kit = *state;
    char *text = document_of(&(struct sweep_document){&kit->sweep, 1, true, NULL, 0, NULL});
    assert_holds(text, "{\n \"contender\": \"harbor-23183\",\n \"fault\": \"crash\"");
    assert_holds(text, "\"role\":\"worker\",\"step\":1,\"nth\":1,\"command\":\"SPOP\","
                       "\"phase\":\"executed, reply unread\",\"outcome\":\"lost\"");
    assert_holds(text, "\"redundant\":0,\"recovery_s\":null,\"broken_promise\":null}");
    assert_holds(text, "\"signature\": {\"points\":3,\"once\":1,\"redundant\":0,\"stranded\":1,"
                       "\"lost\":1,\"unfinished\":0}");
    free(text);
}

static void all_are_a_list_with_who_was_skipped(void **state)
{
    struct kit *kit = *state;
    const struct sweep_skipped skipped = {"in-memory", "silent"};
    char *text = document_of(&(struct sweep_document){&kit->sweep, 1, false, &skipped, 1, NULL});
    assert_holds(text, "{\n \"sweeps\": [\n  {\"contender\":\"harbor-23183\"");
    assert_holds(text, "\"skipped\": [\n  {\"contender\":\"in-memory\",\"reason\":\"silent\"");
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_kit, close_kit)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(table_has_a_line_for_each_point),
        TEST(picture_shows_outcomes_and_roles),
        TEST(meagre_sweeps_are_drawn_too),
        TEST(sample_has_the_columns_that_are_written),
        TEST(one_contender_is_one_object),
        TEST(all_are_a_list_with_who_was_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
