#include "bench/chart/chart_table.h"
#include "bench/chart/charts.h"
#include "bench/chart/gnuplot.h"
#include "bench/chart/svg.h"
#include "bench/document/result_run.h"
#include "bench/home.h"

#include <ftw.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a directory of its own for each test */

static int make_directory(void **state)
{
    const char *parent = getenv("TMPDIR");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/charts-XXXXXX", parent && *parent ? parent : "/tmp");
    *state = mkdtemp(path) ? strdup(path) : NULL;
    return *state ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static int remove_directory(void **state)
{
    int failed = nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return failed;
}

/* The whole file, or NULL if there is none; the caller frees it. */
static char *read_file(const char *directory, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    struct stat status;
    assert_int_equal(fstat(fileno(file), &status), 0);
    size_t size = (size_t)status.st_size;
    char *text = malloc(size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, size, file), size);
    text[size] = '\0';
    fclose(file);
    return text;
}

static bool exists(const char *directory, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static void assert_file(const char *directory, const char *name, const char *expected)
{
    char *text = read_file(directory, name);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

/* As every page shows it. */
static unsigned style_of(const char *name)
{
    struct chart_styles none = {.count = 0};
    return chart_style_of(&none, name);
}

/* `rows` with the styles of two contenders in place of "@A" and "@B". */
static void assert_table(const char *directory, const char *name, const char *rows, unsigned a,
                         unsigned b)
{
    char expected[2048];
    size_t n = 0;
    for (const char *at = rows; *at != '\0'; at++) {
        assert_true(n + 16 < sizeof expected);
        if (*at == '@') {
            n += (size_t)snprintf(expected + n, 16, "%u", *++at == 'A' ? a : b);
        } else {
            expected[n++] = *at;
        }
    }
    expected[n] = '\0';
    assert_file(directory, name, expected);
}

/* What the two kinds of picture are known by; an SVG also has the name and something drawn. */
static void assert_pictures(const char *directory, const char *chart, const char *name)
{
    char file[64];
    snprintf(file, sizeof file, "%s.svg", chart);
    char *svg = read_file(directory, file);
    assert_non_null(svg);
    assert_non_null(strstr(svg, "<svg"));
    assert_non_null(strstr(svg, "</svg>"));
    assert_non_null(strstr(svg, "gnuplot_plot_1"));
    assert_non_null(strstr(svg, "<path"));
    assert_non_null(strstr(svg, name));
    assert_null(strstr(svg, "%.")); /* a format that could not be followed */
    free(svg);
    snprintf(file, sizeof file, "%s.png", chart);
    char *png = read_file(directory, file);
    assert_non_null(png);
    assert_memory_equal(png, "\x89PNG", 4);
    free(png);
}

/* ---- results made by hand */

enum { RUNS_MAX = 8 };

struct results {
    struct entry entries[RUNS_MAX];
    struct run_result runs[RUNS_MAX];
    size_t count;
};

static struct results *results_new(void)
{
    struct results *results = calloc(1, sizeof *results);
    assert_non_null(results);
    return results;
}

static void results_free(struct results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        free(results->runs[i].delay);
        free(results->runs[i].instances);
        free(results->runs[i].samples);
    }
    free(results);
}

static struct run_result *add(struct results *results, const char *name, uint32_t repeat)
{
    struct entry *entry = &results->entries[results->count];
    struct run_result *run = &results->runs[results->count++];
    entry->contender = contender_find(name, &entry->strategy);
    assert_non_null(entry->contender);
    snprintf(entry->label, sizeof entry->label, "%s", name);
    run->entry = entry;
    run->repeat = repeat;
    run->trustworthy = true;
    run->items.total = 1000;
    run->instance_count = 5;
    run->instances = calloc(5, sizeof *run->instances);
    assert_non_null(run->instances);
    for (unsigned i = 0; i < 5; i++)
        run->instances[i] = (struct instance_result){.refreshes = 100 * i, .finished_s = 0.1};
    run->per_item.units = 1000;
    run->per_mark.units = 100;
    return run;
}

static void add_command(struct run_result *run, const char *name, uint64_t calls,
                        uint64_t producers)
{
    struct command_result *command = &run->commands[run->command_count++];
    snprintf(command->name, sizeof command->name, "%s", name);
    command->server_calls = calls;
    command->producer_calls = producers;
    run->per_item.server_calls += (double)(calls - producers) / (double)run->per_item.units;
}

static void add_samples(struct run_result *run, const struct sample *samples, uint32_t count)
{
    run->samples = calloc(count, sizeof *samples);
    assert_non_null(run->samples);
    memcpy(run->samples, samples, count * sizeof *samples);
    run->sample_count = count;
}

/* `count` delays of 1, 2, 3 ... times `step_ns`. */
static void add_delays(struct run_result *run, unsigned count, uint64_t step_ns)
{
    run->delay = calloc(1, sizeof *run->delay);
    assert_non_null(run->delay);
    for (unsigned i = 1; i <= count; i++)
        hist_record(run->delay, i * step_ns);
}

/* Three repeats of one contender, one untrustworthy run of another, an interrupted third. */
static struct results *comparison(void)
{
    struct results *results = results_new();
    for (uint32_t i = 0; i < 3; i++) {
        struct run_result *run = add(results, "harbor-23183", i + 1);
        run->per_mark.server_calls = 1;
        run->per_mark.server_cpu_usec = 1;
        run->per_item.server_cpu_usec = 2 + (i == 1 ? 4 : i);
        add_command(run, "SPOP", 10, 0);
        add_command(run, "SADD", 100 + 50 * i, 100);
        add_delays(run, 10, 1000000);
        const struct sample samples[] = {
            {.backlog = 1000}, {.t_s = 0.1 * (i + 1), .done = 1000, .redis_cpu = 0.9}};
        add_samples(run, samples, 2);
    }
    struct run_result *doubtful = add(results, "claim-published", 1);
    doubtful->trustworthy = false;
    doubtful->per_mark.server_calls = 1.5;
    doubtful->per_mark.server_cpu_usec = 2;
    doubtful->per_item.server_cpu_usec = 30;
    add_command(doubtful, "EVALSHA", 5, 0);
    const struct sample samples[] = {
        {.backlog = 1000},
        {.t_s = 0.1, .backlog = 600, .held = 100, .done = 400, .redis_cpu = 1}};
    add_samples(doubtful, samples, 2);
    struct run_result *cut_off = add(results, "harbor-2.14", 1);
    cut_off->status = RUN_INTERRUPTED;
    add_command(cut_off, "SCAN", 7, 0);
    return results;
}

/* As a result document has them. */
static bool draw(const char *directory, const struct run_result *runs, size_t count, char *message,
                 size_t size)
{
    struct chart_styles styles = {.count = 0};
    struct chart_data data;
    json *document = json_make_object(), *list = json_make_array();
    for (size_t i = 0; i < count; i++)
        json_push(list, result_run(&runs[i]));
    json_put(document, "runs", list);
    assert_true(chart_data_open(&data, document, &styles));
    bool drawn = charts_draw(directory, "", &data, message, size);
    chart_data_close(&data);
    json_free(document);
    return drawn;
}

/* ---- tests */

static void hide_gnuplot(char **path)
{
    *path = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    setenv("GNUPLOT", "/nonexistent/gnuplot", 1);
}

static void show_gnuplot(char *path)
{
    setenv("PATH", path, 1);
    unsetenv("GNUPLOT");
    free(path);
}

/* A contender looks the same whoever is asked for before it, and like no other. */
static void test_styles(void **state)
{
    (void)state;
    struct chart_styles styles = {.count = 0};
    bool taken[CHART_COLOURS][CHART_POINTS] = {{false}};
    for (unsigned i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof name, "made up %u", i);
        unsigned style = chart_style_of(&styles, name);
        assert_int_equal(chart_style_of(&styles, name), style);
        assert_false(taken[chart_colour(style)][chart_point(style)]);
        taken[chart_colour(style)][chart_point(style)] = true;
    }
    for (size_t i = 0; strategies[i]; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name; c++) {
            unsigned style = chart_style_of(&styles, c->name);
            assert_int_equal(style, style_of(c->name));
            assert_false(taken[chart_colour(style)][chart_point(style)]);
            taken[chart_colour(style)][chart_point(style)] = true;
        }
}

/* Those of the published comparison have a colour each. */
static void test_published_colours(void **state)
{
    (void)state;
    static const char *const names[] = {"harbor-2.14",     "harbor-22572",  "instance-id",
                                        "claim-published", "claim-drained", "harbor-23183",
                                        "null"};
    bool taken[CHART_COLOURS] = {false};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unsigned colour = chart_colour(style_of(names[i]));
        assert_false(taken[colour]);
        taken[colour] = true;
    }
}

/* Without gnuplot there are the tables and a word about it, and it is no failure. */
static void test_tables(void **state)
{
    char message[1024], *path;
    unsigned a = style_of("harbor-23183"), b = style_of("claim-published");
    struct results *results = comparison();
    hide_gnuplot(&path);
    bool drawn = draw(*state, results->runs, results->count, message, sizeof message);
    show_gnuplot(path);
    results_free(results);

    assert_true(drawn);
    assert_non_null(strstr(message, "gnuplot-nox"));
    assert_non_null(strstr(message, "harbor-2.14, repeat 1 (interrupted)"));
    assert_null(strchr(message, '\n'));
    assert_false(exists(*state, "operations.svg"));
    assert_table(*state, "operations.tsv",
                 "contender\tstyle\tpart\tserver_calls\tserver_calls_min\tserver_calls_max\n"
                 "harbor-23183\t@A\tmark\t1\t1\t1\n"
                 "harbor-23183\t@A\tSPOP\t0.01\t0.01\t0.01\n"
                 "harbor-23183\t@A\tSADD\t0.05\t0\t0.1\n"
                 "harbor-23183\t@A\ttotal\t1.06\t1.01\t1.11\n"
                 "claim-published (untrustworthy)\t@B\tmark\t1.5\t1.5\t1.5\n"
                 "claim-published (untrustworthy)\t@B\tEVALSHA\t0.005\t0.005\t0.005\n"
                 "claim-published (untrustworthy)\t@B\ttotal\t1.505\t1.505\t1.505\n", a, b);
    assert_table(*state, "server_cpu.tsv",
                 "contender\tstyle\tper_mark_usec\tper_mark_usec_min\tper_mark_usec_max\t"
                 "per_item_usec\tper_item_usec_min\tper_item_usec_max\t"
                 "total_usec\ttotal_usec_min\ttotal_usec_max\n"
                 "harbor-23183\t@A\t1\t1\t1\t4\t2\t6\t5\t3\t7\n"
                 "claim-published (untrustworthy)\t@B\t2\t2\t2\t30\t30\t30\t32\t32\t32\n", a, b);
    assert_table(*state, "progress.tsv",
                 "contender\tstyle\trepeat\tt_s\tbacklog\theld\tdone\n"
                 "harbor-23183\t@A\t1\t0\t1000\t0\t0\n"
                 "harbor-23183\t@A\t1\t0.1\t0\t0\t1000\n"
                 "harbor-23183\t@A\t2\t0\t1000\t0\t0\n"
                 "harbor-23183\t@A\t2\t0.2\t0\t0\t1000\n"
                 "harbor-23183\t@A\t3\t0\t1000\t0\t0\n"
                 "harbor-23183\t@A\t3\t0.3\t0\t0\t1000\n"
                 "claim-published (untrustworthy)\t@B\t1\t0\t1000\t0\t0\n"
                 "claim-published (untrustworthy)\t@B\t1\t0.1\t600\t100\t400\n", a, b);
}

/* A contender that stands there again with other parameters is another row in another style. */
static void test_same_contender_again(void **state)
{
    char message[1024], *path;
    struct results *results = results_new();
    static const char *const labels[] = {"null", "null order=random"};
    for (size_t i = 0; i < 2; i++) {
        struct run_result *run = add(results, "null", 1);
        snprintf(results->entries[i].label, sizeof results->entries[i].label, "%s", labels[i]);
        run->per_item.server_cpu_usec = 1 + (double)i;
    }
    hide_gnuplot(&path);
    assert_true(draw(*state, results->runs, results->count, message, sizeof message));
    show_gnuplot(path);
    results_free(results);
    assert_table(*state, "server_cpu.tsv",
                 "contender\tstyle\tper_mark_usec\tper_mark_usec_min\tper_mark_usec_max\t"
                 "per_item_usec\tper_item_usec_min\tper_item_usec_max\t"
                 "total_usec\ttotal_usec_min\ttotal_usec_max\n"
                 "null\t@A\t0\t0\t0\t1\t1\t1\t1\t1\t1\n"
                 "null order=random\t@B\t0\t0\t0\t2\t2\t2\t2\t2\t2\n",
                 style_of("null"), style_of("null order=random"));
}

/* The repeats' histograms are merged, and a curve ends where fewer than 10 samples remain:
 * of 3 x 10 delays, at the one that one in three exceeds. */
static void test_delay_curve(void **state)
{
    char message[1024], *path, contender[64] = "";
    struct results *results = comparison();
    hide_gnuplot(&path);
    assert_true(draw(*state, results->runs, results->count, message, sizeof message));
    show_gnuplot(path);
    results_free(results);

    char *text = read_file(*state, "delay.tsv"), *rest = NULL;
    assert_string_equal(strtok_r(text, "\n", &rest),
                        "contender\tstyle\tpercentile\tone_in\tdelay_s");
    unsigned rows = 0, style;
    double percentile, one_in = 0, delay_s, before = 0;
    for (char *line; (line = strtok_r(NULL, "\n", &rest)); rows++, before = delay_s) {
        assert_int_equal(sscanf(line, "%63s %u %lf %lf %lf", contender, &style, &percentile,
                                &one_in, &delay_s), 5);
        assert_string_equal(contender, "harbor-23183");
        assert_true(fabs(percentile - 100 * (1 - 1 / one_in)) < 0.001);
        /* The smallest whole number of ms that this share of 1 .. 10 ms does not exceed. */
        assert_true(fabs(delay_s * 1e3 - ceil(percentile / 10)) < 0.02);
        assert_true(delay_s >= before);
    }
    assert_int_equal(rows, 9);
    assert_true(one_in <= 3);
    free(text);
}

static void test_pictures(void **state)
{
    char message[1024];
    struct results *results = comparison();
    bool drawn = draw(*state, results->runs, results->count, message, sizeof message);
    results_free(results);
    assert_string_equal(message, "not in the charts: harbor-2.14, repeat 1 (interrupted)");
    assert_true(drawn);
    static const char *const drawn_ones[] = {"frontier", "operations", "server_cpu", "delay",
                                             "progress", "timeline",   "shares"};
    for (size_t i = 0; i < sizeof drawn_ones / sizeof *drawn_ones; i++)
        assert_pictures(*state, drawn_ones[i], "harbor-23183");
    assert_false(exists(*state, "service.svg")); /* no latency was recorded */
}

/* Results that strain the axes: nothing costs anything, a single sample, no delay, no marks. */
static void test_meagre_results(void **state)
{
    char message[1024];
    struct results *results = results_new();
    struct run_result *run = add(results, "null", 1);
    const struct sample only = {.t_s = 0.1, .done = 1000};
    add_samples(run, &only, 1);
    run->per_mark.units = 0;
    assert_true(draw(*state, results->runs, results->count, message, sizeof message));
    assert_string_equal(message, "chart delay: nothing to show");
    assert_pictures(*state, "operations", "null (without mark)");
    assert_pictures(*state, "server_cpu", "null (without mark)");
    assert_pictures(*state, "progress", "null (without mark)");
    results_free(results);
}

/* However many there are, each stands beside the chart. */
static void test_many_contenders(void **state)
{
    static const char *const charts[] = {"frontier", "delay"};
    static const char *const figures[] = {"1\t1\t1\tnan\tnan\tnan\t0", "90\t10\t0.5"};
    char path[PATH_MAX], error[400];
    for (size_t n = 0; n < sizeof charts / sizeof *charts; n++) {
        struct gnuplot_chart chart = {.name = charts[n]};
        snprintf(chart.stem, sizeof chart.stem, "%s", charts[n]);
        snprintf(path, sizeof path, "%s/%s.tsv", (char *)*state, charts[n]);
        FILE *table = fopen(path, "w");
        assert_non_null(table);
        for (const struct chart_table *t = chart_tables; t->name; t++)
            if (strcmp(t->name, charts[n]) == 0)
                fprintf(table, "%s\n", t->header);
        for (unsigned i = 0; i < 40; i++)
            fprintf(table, "contender-%u!\t%u\t%s\n", i, i, figures[n]);
        fclose(table);
        assert_int_equal(gnuplot_draw(*state, &chart, 1, "", error, sizeof error), DRAWING_DONE);
        for (unsigned i = 0; i < 40; i++) {
            char name[32];
            snprintf(name, sizeof name, "contender-%u!", i);
            assert_pictures(*state, charts[n], name);
        }
    }
}

/* What a result does not know is no number, and no chart is without it. */
static void test_unknown_figures(void **state)
{
    char message[1024];
    struct results *results = results_new();
    struct run_result *run = add(results, "null", 1);
    run->per_item.server_calls = NAN;
    assert_true(draw(*state, results->runs, results->count, message, sizeof message));
    results_free(results);
    assert_pictures(*state, "operations", "null");
}

static void test_no_completed_run(void **state)
{
    char message[1024];
    struct results *results = results_new();
    add(results, "null", 1)->status = RUN_COULD_NOT;
    add(results, "harbor-2.14", 1)->per_item.units = 0;
    assert_true(draw(*state, results->runs, results->count, message, sizeof message));
    assert_non_null(strstr(message, "harbor-2.14, repeat 1 (nothing was refreshed)"));
    assert_non_null(strstr(message, "no charts: no run was completed"));
    assert_false(exists(*state, "operations.svg"));
    assert_true(draw(*state, NULL, 0, message, sizeof message));
    assert_string_equal(message, "no charts: no run was completed");
    results_free(results);
}

static void test_unwritable_directory(void **state)
{
    char message[1024], path[PATH_MAX];
    struct results *results = comparison();
    snprintf(path, sizeof path, "%s/missing", (char *)*state);
    assert_false(draw(path, results->runs, results->count, message, sizeof message));
    assert_non_null(strstr(message, "frontier.tsv: No such file or directory"));
    results_free(results);
}

/* A table that a script cannot read: one line says so, and no half picture is left. */
static void test_gnuplot_fails(void **state)
{
    const struct gnuplot_chart chart = {.name = "delay", .stem = "delay"};
    char path[PATH_MAX], error[400];
    snprintf(path, sizeof path, "%s/delay.tsv", (char *)*state);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("nothing\tof\tuse\n", file);
    fclose(file);
    assert_int_equal(gnuplot_draw(*state, &chart, 1, "", error, sizeof error), DRAWING_FAILED);
    assert_ptr_equal(strstr(error, "gnuplot could not draw delay."), error);
    assert_null(strchr(error, '\n'));
    assert_false(exists(*state, "delay.svg"));
    assert_false(exists(*state, "delay.png"));
}

/* As its header tells a reader to call it: without an input, each script draws the sample. */
static void draw_sample(const char *directory, const char *chart, const char *format)
{
    char name[64], script[HOME_PATH_MAX], settings[64];
    snprintf(name, sizeof name, "plots/%s.gp", chart);
    home_path(name, script);
    snprintf(settings, sizeof settings, "format='%s'", format);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (chdir(directory) == 0) {
            execlp("gnuplot", "gnuplot", "-e", settings, script, NULL);
            execlp("gnuplot-nox", "gnuplot-nox", "-e", settings, script, NULL);
        }
        _exit(127);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_samples(void **state)
{
    for (const struct chart_table *table = chart_tables; table->name; table++) {
        draw_sample(*state, table->name, "svg");
        draw_sample(*state, table->name, "png");
        assert_pictures(*state, table->name, "claim-drained");
    }
}

/* The columns that the scripts are tried with are those that are written. */
static void test_sample_headers(void **state)
{
    (void)state;
    for (const struct chart_table *table = chart_tables; table->name; table++) {
        char path[PATH_MAX], samples[HOME_PATH_MAX];
        snprintf(path, sizeof path, "%s.tsv", table->name);
        home_path("plots/sample", samples);
        char *text = read_file(samples, path);
        assert_non_null(text);
        char *header = strchr(text, '\n') + 1;
        header[strcspn(header, "\n")] = '\0';
        assert_string_equal(header, table->header);
        free(text);
    }
}

/* What is too tall for a page at its full width is known to the page's style. */
static void tall_pictures_are_marked(void **state)
{
    char path[PATH_MAX], box[128], text[512];
    static const unsigned heights[] = {900, 1440, 1441, 3000};
    for (size_t i = 0; i < sizeof heights / sizeof *heights; i++) {
        snprintf(path, sizeof path, "%s/tall.svg", (char *)*state);
        snprintf(box, sizeof box, "<svg viewBox=\"0 0 900 %u\"></svg>", heights[i]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(box, file);
        fclose(file);
        FILE *out = fmemopen(text, sizeof text, "w");
        assert_true(svg_inline(out, path, 1, "label"));
        fclose(out);
        assert_int_equal(strstr(text, "class=\"tall\"") != NULL, heights[i] > 1440);
    }
}

#define WITH_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_styles),
        cmocka_unit_test(test_published_colours),
        WITH_DIRECTORY(test_tables),
        WITH_DIRECTORY(test_same_contender_again),
        WITH_DIRECTORY(test_delay_curve),
        WITH_DIRECTORY(test_pictures),
        WITH_DIRECTORY(test_meagre_results),
        WITH_DIRECTORY(test_many_contenders),
        WITH_DIRECTORY(test_unknown_figures),
        WITH_DIRECTORY(test_no_completed_run),
        WITH_DIRECTORY(test_unwritable_directory),
        WITH_DIRECTORY(test_gnuplot_fails),
        WITH_DIRECTORY(test_samples),
        cmocka_unit_test(test_sample_headers),
        WITH_DIRECTORY(tall_pictures_are_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
