/* Scenario files: what is read from them, what overrides them, and every line that refuses one.
 *
 * Texts are read from memory (a memfd), so that nothing is left on the disk. Expected lines have
 * "FILE" where the path stands. */
#include "sim/scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define REQUIRED "items: 10\ninstances: 2\ncontenders: [harbor-23183]\n"

enum { OVERRIDES_MAX = 4 };

struct reading_case {
    const char *yaml, *contenders;
    const char *overrides[OVERRIDES_MAX];
    const char *error;
};

struct memory_file {
    int fd;
    char path[32];
};

static struct memory_file memory_file_open(const char *bytes, size_t len)
{
    struct memory_file file = {.fd = memfd_create("scenario", MFD_CLOEXEC)};
    assert_true(file.fd >= 0);
    assert_true(write(file.fd, bytes, len) == (ssize_t)len);
    snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
    return file;
}

/* Puts FILE where the error's path stands. */
static void path_hide(struct scenario_error *error, const char *path)
{
    size_t len = strlen(path);
    if (strncmp(error->text, path, len) != 0)
        return;
    memmove(error->text + strlen("FILE"), error->text + len, strlen(error->text + len) + 1);
    memcpy(error->text, "FILE", strlen("FILE"));
}

static bool read_case(const struct reading_case *c, struct scenario *scenario,
                      struct scenario_error *error)
{
    size_t count = 0;
    while (count < OVERRIDES_MAX && c->overrides[count])
        count++;
    struct memory_file file = memory_file_open(c->yaml, strlen(c->yaml));
    bool ok = scenario_read(scenario, file.path, c->contenders, c->overrides, count, error);
    if (!ok)
        path_hide(error, file.path);
    close(file.fd);
    return ok;
}

static void read_well(const struct reading_case *c, struct scenario *scenario)
{
    struct scenario_error error;
    if (!read_case(c, scenario, &error))
        fail_msg("%s", error.text);
}

/* What ends in "..." is only the beginning: who is known is for the registry to say. */
static void error_is(const char *text, const char *expected)
{
    size_t len = strlen(expected);
    if (len < 3 || strcmp(expected + len - 3, "...") != 0)
        assert_string_equal(text, expected);
    else if (strncmp(text, expected, len - 3) != 0)
        fail_msg("%s\n%s", text, expected);
}

static void refused(const struct reading_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct scenario scenario;
        struct scenario_error error;
        if (read_case(&cases[i], &scenario, &error))
            fail_msg("accepted: %s", cases[i].yaml);
        error_is(error.text, cases[i].error);
        assert_null(strchr(error.text, '\n'));
    }
}

#define REFUSED(cases) refused(cases, sizeof(cases) / sizeof((cases)[0]))

static int64_t value_of(const struct entry *entry, const char *name)
{
    for (size_t i = 0; entry->strategy->parameters[i].name; i++)
        if (strcmp(entry->strategy->parameters[i].name, name) == 0)
            return entry->values[i];
    fail_msg("%s has no parameter %s", entry->label, name);
    return 0;
}

static const struct entry *entry_of(const struct scenario *scenario, const char *label)
{
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        if (strcmp(scenario->entries[i].label, label) == 0)
            return &scenario->entries[i];
    fail_msg("no entry %s", label);
    return NULL;
}

static void labels_are(const struct scenario *scenario, const char *expected)
{
    char labels[1024] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        len += (size_t)snprintf(labels + len, sizeof(labels) - len, "%s%s", i ? ", " : "",
                                scenario->entries[i].label);
    assert_string_equal(labels, expected);
}

/* All contenders of one kind, after `before`; the others are skipped, and say so. */
static void labels_are_all(const struct scenario *scenario, enum item_kind kind, const char *before)
{
    char labels[1024];
    uint32_t skipped = 0;
    size_t len = (size_t)snprintf(labels, sizeof(labels), "%s", before);
    for (size_t i = 0; strategies[i]; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name; c++) {
            if ((strategies[i]->tasks != NULL) == (kind == ITEMS_TASK_ROUNDS))
                len += (size_t)snprintf(labels + len, sizeof(labels) - len, "%s, ", c->name);
            else
                assert_string_equal(scenario->skipped[skipped++].label, c->name);
        }
    labels[len - 2] = '\0';
    labels_are(scenario, labels);
    assert_int_equal(scenario->skipped_count, skipped);
}

/* ---- what is read */

static void what_is_not_given_has_its_default(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = REQUIRED}, &s);
    assert_int_equal(s.items, 10);
    assert_int_equal(s.instances, 2);
    labels_are(&s, "harbor-23183");

    assert_string_equal(s.question, "");
    assert_int_equal(s.workers, 1);
    assert_string_equal(s.vendor, "GARBAGE_COLLECTION");
    assert_int_equal(s.cycle_ms, 30000);
    assert_int_equal(s.wake, WAKE_ALIGNED);
    assert_int_equal(s.wake_count, 0);
    assert_int_equal(s.cycles, 1);
    assert_int_equal(s.round_bound_ms, 0);
    assert_int_equal(s.mode, MODE_CONCURRENT);
    assert_int_equal(s.placement, PLACEMENT_FREE);
    assert_true(s.time_scale == 1);
    assert_int_equal(s.producers.count, 0);
    assert_true(s.producers.per_s == 0);
    assert_true(s.producers.again == 0);
    assert_int_equal(s.producers.marks, 0);
    assert_true(s.producers.seeded == 1);
    assert_int_equal(s.refresh.statement_us, 0);
    assert_true(s.refresh.failures == 0);
    assert_int_equal(s.seed, 1);
    assert_int_equal(s.repeats, 1);
    assert_int_equal(s.entry_race_cycles, 0);
    assert_int_equal(s.watchdog_ms, 60000);
}

static const char every_key[] = "question: \"Who: waits?\"\n"
                                "items: 100000000\n"
                                "instances: 3\n"
                                "workers: 64\n"
                                "vendor: REPLICATION\n"
                                "cycle: 10s\n"
                                "wake: [0s, 0.5s, 2s]\n"
                                "cycles: 7\n"
                                "round_bound: 5min\n"
                                "mode: lockstep\n"
                                "placement: one-core\n"
                                "time_scale: 2.5\n"
                                "producers:\n"
                                "  count: 2\n"
                                "  rate: 0.5\n"
                                "  again: 0.25\n"
                                "  marks: 12\n"
                                "  seeded: 0\n"
                                "refresh: {statement: 200us, failures: 0.125}\n"
                                "seed: 9223372036854775807\n"
                                "repeats: 9\n"
                                "entry_race_cycles: 20\n"
                                "watchdog: 5s\n"
                                "contenders:\n"
                                "  - harbor-2.14\n"
                                "  - name: harbor-23183\n"
                                "    batch: 50\n";

static void every_key_is_read(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = every_key}, &s);
    assert_string_equal(s.question, "Who: waits?");
    assert_int_equal(s.items, 100000000);
    assert_int_equal(s.instances, 3);
    assert_int_equal(s.workers, 64);
    assert_string_equal(s.vendor, "REPLICATION");
    assert_int_equal(s.cycle_ms, 10000);
    assert_int_equal(s.wake, WAKE_GIVEN);
    assert_int_equal(s.wake_count, 3);
    assert_int_equal(s.wake_ms[0], 0);
    assert_int_equal(s.wake_ms[1], 500);
    assert_int_equal(s.wake_ms[2], 2000);
    assert_int_equal(s.cycles, 7);
    assert_int_equal(s.round_bound_ms, 300000);
    assert_int_equal(s.mode, MODE_LOCKSTEP);
    assert_int_equal(s.placement, PLACEMENT_ONE_CORE);
    assert_true(s.time_scale == 2.5);
    assert_int_equal(s.producers.count, 2);
    assert_true(s.producers.per_s == 0.5);
    assert_true(s.producers.again == 0.25);
    assert_int_equal(s.producers.marks, 12);
    assert_true(s.producers.seeded == 0);
    assert_int_equal(s.refresh.statement_us, 200);
    assert_true(s.refresh.failures == 0.125);
    assert_true(s.seed == INT64_MAX);
    assert_int_equal(s.repeats, 9);
    assert_int_equal(s.entry_race_cycles, 20);
    assert_int_equal(s.watchdog_ms, 5000);
    labels_are(&s, "harbor-2.14, harbor-23183");
    assert_int_equal(value_of(entry_of(&s, "harbor-23183"), "batch"), 50);
    assert_string_equal(entry_of(&s, "harbor-23183")->strategy->name, "pop");
    assert_string_equal(entry_of(&s, "harbor-23183")->contender->name, "harbor-23183");
}

static void words_stand_for_no_bound(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = REQUIRED
                                     "round_bound: none\ncycles: until_drained\nwake: spread\n"},
              &s);
    assert_int_equal(s.round_bound_ms, 0);
    assert_int_equal(s.cycles, 0);
    assert_int_equal(s.wake, WAKE_SPREAD);
}

static void a_contender_may_stand_twice(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = "items: 10\ninstances: 2\ncontenders:\n"
                                             "  - harbor-23183\n"
                                             "  - {name: harbor-23183, batch: 50}\n"
                                             "  - {as: one-by-one, name: harbor-23183, batch: 1}\n"
                                             "  - harbor-2.14\n"},
              &s);
    labels_are(&s, "harbor-23183, harbor-23183 batch=50, one-by-one, harbor-2.14");
    assert_int_equal(value_of(&s.entries[0], "batch"), 100);
    assert_int_equal(value_of(&s.entries[1], "batch"), 50);
    assert_int_equal(value_of(&s.entries[2], "batch"), 1);
    assert_string_equal(s.entries[2].contender->name, "harbor-23183");
}

static void an_alias_is_what_it_names(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = "items: &n 10\ninstances: *n\n"
                                             "contenders: [harbor-23183]\n"},
              &s);
    assert_int_equal(s.instances, 10);
}

static void our_scenarios_are_as_published(void **state)
{
    static const char million_labels[] = "harbor-2.14, harbor-22572, instance-id, claim-published, "
                                         "claim-drained, harbor-23183, null";
    static const struct {
        const char *name, *labels;
        uint64_t items;
        uint32_t cycles, entry_race_cycles;
    } files[] = {
        {"million", million_labels, 1000000, 1, 200},
        {"quick", million_labels, 20000, 1, 20},
        {"steady", "claim-published, claim-drained, instance-id, harbor-23183", 100000, 20, 0},
        {"contended", "harbor-2.14, harbor-2.14-unshuffled", 2000, 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct scenario s;
        struct scenario_error error;
        char path[512];
        snprintf(path, sizeof(path), "%s/scenarios/%s.yaml", DIBS_HOME, files[i].name);
        if (!scenario_read(&s, path, NULL, NULL, 0, &error))
            fail_msg("%s", error.text);
        assert_string_equal(s.name, files[i].name);
        assert_true(strlen(s.question) > 0);
        assert_int_equal(s.instances, 5);
        assert_int_equal(s.items, files[i].items);
        assert_int_equal(s.cycle_ms, 30000);
        assert_int_equal(s.wake, WAKE_ALIGNED);
        assert_int_equal(s.cycles, files[i].cycles);
        assert_int_equal(s.round_bound_ms, 0);
        assert_int_equal(s.entry_race_cycles, files[i].entry_race_cycles);
        labels_are(&s, files[i].labels);
    }
}

/* In `steady`, five claimed batches of a hundred a cycle must not be enough. */
static void steady_marks_more_than_claim_published_clears(void **state)
{
    struct scenario s;
    struct scenario_error error;
    (void)state;
    assert_true(scenario_read(&s, DIBS_HOME "/scenarios/steady.yaml", NULL, NULL, 0, &error));
    int64_t batch = value_of(entry_of(&s, "claim-published"), "batch");
    double new_per_cycle = s.producers.per_s * (1 - s.producers.again) * (double)s.cycle_ms / 1000;
    assert_true(new_per_cycle > 1.5 * (double)batch * s.instances);
    assert_true((double)s.cycles * (double)s.cycle_ms / s.time_scale < 30000);
    assert_true((double)s.items > new_per_cycle * s.cycles);
}

/* ---- overrides */

static void an_override_wins_and_the_last_of_two(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = REQUIRED "seed: 3\n",
                                     .overrides = {"seed=4", "seed=5", "refresh.statement=1ms",
                                                   "wake=1s,2s"}},
              &s);
    assert_int_equal(s.seed, 5);
    assert_int_equal(s.refresh.statement_us, 1000);
    assert_int_equal(s.wake, WAKE_GIVEN);
    assert_int_equal(s.wake_count, 2);
    assert_int_equal(s.wake_ms[1], 2000);
}

static void overrides_may_give_what_is_required(void **state)
{
    struct scenario s;
    (void)state;
    read_well(
        &(struct reading_case){.yaml = "seed: 3\n",
                               .overrides = {"items=5", "instances=1",
                                             "contenders=null,harbor-2.14", "question=a = b"}},
        &s);
    assert_int_equal(s.items, 5);
    assert_string_equal(s.question, "a = b");
    labels_are(&s, "null, harbor-2.14");
}

static void a_contenders_parameter_is_overridden(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = "items: 10\ninstances: 2\ncontenders:\n"
                                             "  - harbor-2.14\n"
                                             "  - {name: harbor-2.14, as: other, count: 20}\n"
                                             "  - harbor-23183\n",
                                     .overrides = {"harbor-2.14.count=10", "other.shuffle=no",
                                                   "harbor-23183.batch=7"}},
              &s);
    assert_int_equal(value_of(entry_of(&s, "harbor-2.14"), "count"), 10);
    assert_int_equal(value_of(entry_of(&s, "harbor-2.14"), "shuffle"), 1);
    assert_int_equal(value_of(entry_of(&s, "other"), "count"), 20);
    assert_int_equal(value_of(entry_of(&s, "other"), "shuffle"), 0);
    assert_int_equal(value_of(entry_of(&s, "harbor-23183"), "batch"), 7);
}

static void a_contenders_name_reaches_its_only_entry(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = "items: 10\ninstances: 2\ncontenders:\n"
                                             "  - {name: harbor-23183, as: bare}\n",
                                     .overrides = {"harbor-23183.batch=7"}},
              &s);
    assert_int_equal(value_of(entry_of(&s, "bare"), "batch"), 7);
}

static const char three[] = "items: 10\ninstances: 2\ncontenders:\n"
                            "  - {name: harbor-23183, batch: 50}\n"
                            "  - {name: harbor-2.14, as: in-order, shuffle: no}\n"
                            "  - harbor-2.14\n";

static void contenders_are_selected_in_the_order_given(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = three, .contenders = "null,in-order,harbor-23183"},
              &s);
    labels_are(&s, "null, in-order, harbor-23183");
    assert_int_equal(value_of(entry_of(&s, "in-order"), "shuffle"), 0);
    assert_int_equal(value_of(entry_of(&s, "harbor-23183"), "batch"), 50);
}

/* A file may expect something of a contender that it alone has named, whoever is selected. */
static void who_is_not_selected_is_still_known(void **state)
{
    static const char yaml[] = "items: 10\ninstances: 2\nbeside: bare\n"
                               "expect: {one-by-one: {ratio.calls: <= 9}}\ncontenders:\n"
                               "  - {name: harbor-23183, as: bare}\n"
                               "  - {name: harbor-23183, as: one-by-one, batch: 1}\n"
                               "  - harbor-2.14\n";
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = yaml, .contenders = "harbor-2.14"}, &s);
    labels_are(&s, "harbor-2.14");
    assert_int_equal(s.expectation_count, 1);
}

static void all_are_all_with_the_files_parameters(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = three, .contenders = "all"}, &s);
    labels_are_all(&s, ITEMS_MARKS, "in-order, ");
    assert_int_equal(value_of(entry_of(&s, "harbor-23183"), "batch"), 50);
    assert_int_equal(value_of(entry_of(&s, "claim-published"), "batch"), 100);

    read_well(&(struct reading_case){.yaml = "items: 10\ninstances: 2\ncontenders: all\n"}, &s);
    labels_are_all(&s, ITEMS_MARKS, "");
}

/* ---- task rounds */

#define ROUNDS "kind: task_rounds\ninstances: 2\ncycle: 1s\n"

static void task_rounds_are_counted(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml = ROUNDS "cycles: 61\ncontenders: all\n"}, &s);
    assert_int_equal(s.items, 5 * 61 + 2);
    labels_are_all(&s, ITEMS_TASK_ROUNDS, "");
}

/* Both ways; what is left keeps its order. */
static void contenders_of_the_other_kind_are_skipped(void **state)
{
    struct scenario s;
    (void)state;
    read_well(&(struct reading_case){.yaml =
                                         ROUNDS "cycles: 2\ncontenders: [harbor-23183, "
                                                "deckard-renewed, \"null\", deckard-documented]\n"},
              &s);
    labels_are(&s, "deckard-renewed, deckard-documented");
    assert_int_equal(s.skipped_count, 2);
    assert_string_equal(s.skipped[0].label, "harbor-23183");
    assert_string_equal(s.skipped[1].label, "null");
    assert_string_equal(s.skipped[1].reason,
                        "its items are marks, this scenario's are task rounds");
    read_well(&(struct reading_case){.yaml = three, .contenders = "deckard-renewed,harbor-23183"},
              &s);
    labels_are(&s, "harbor-23183");
    assert_int_equal(s.skipped_count, 1);
    assert_string_equal(s.skipped[0].label, "deckard-renewed");
}

static void what_task_rounds_have_no_use_for(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = ROUNDS "cycles: 2\nitems: 5\ncontenders: [deckard-renewed]\n",
         .error = "FILE:5: items: task rounds are as many as the cycles hold; no number would be "
                  "right"},
        {.yaml = ROUNDS "cycles: until_drained\ncontenders: [deckard-renewed]\n",
         .error = "FILE:4: cycles: task rounds never end; a number of cycles would be right"},
        {.yaml = ROUNDS "producers: {count: 1, rate: 5}\ncontenders: [deckard-renewed]\n",
         .error = "FILE:4: producers.count: time marks task rounds; no producers would be right"},
        {.yaml = ROUNDS "entry_race_cycles: 5\ncontenders: [deckard-renewed]\n",
         .error = "FILE:4: entry_race_cycles: races for one lock are counted, and each task has "
                  "its own; 0 would be right"},
        {.yaml = ROUNDS "contenders: [\"null\"]\n",
         .error = "FILE:4: null: its items are marks, this scenario's are task rounds; contenders "
                  "of its kind would be right"},
        {.yaml = "instances: 2\ncontenders: [\"null\"]\n",
         .error = "FILE:1: items: is missing; a whole number from 1 to 100000000 in plain digits "
                  "would be right"},
    };
    (void)state;
    REFUSED(cases);
}

/* ---- what is refused */

static void files_that_are_no_scenario(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = "",
         .error = "FILE:1: the file is empty; items, instances and contenders would be "
                  "right"},
        {.yaml = "# a comment\n\n",
         .error = "FILE:1: the file is empty; items, instances and contenders would be right"},
        {.yaml = "# a comment\n- items\n",
         .error = "FILE:2: not a mapping; KEY: VALUE would be right"},
        {.yaml = "items\n", .error = "FILE:1: not a mapping; KEY: VALUE would be right"},
        {.yaml = "items: 10\n---\nitems: 11\n",
         .error = "FILE:3: a second document; one to a file would be right"},
        {.yaml = "items: 10\nquestion: \"a\\0b\"\n",
         .error = "FILE:2: a text with a NUL; one without would be right"},
        {.yaml = "? [items]\n: 10\n",
         .error = "FILE:1: a key that is not a word; KEY: VALUE would be right"},
    };
    (void)state;
    REFUSED(cases);
}

/* The reason is libyaml's own and differs between its versions; the line is not. */
static void files_that_are_not_yaml(void **state)
{
    static const struct {
        const char *yaml, *start;
    } files[] = {
        {"items: 10\ninstances: [1\n", "FILE:3: not YAML: "},
        {"items: 10\n\tinstances: 1\n", "FILE:2: not YAML: "},
        {"items: *n\n", "FILE:1: not YAML: "},
        {"items: 10\n\nseed: \xff\n", "FILE:3: not YAML: "},
        {"items: 10\n---\nitems: [\n", "FILE:4: not YAML: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct scenario s;
        struct scenario_error error;
        assert_false(read_case(&(struct reading_case){.yaml = files[i].yaml}, &s, &error));
        assert_true(strlen(error.text) > strlen(files[i].start));
        error.text[strlen(files[i].start)] = '\0';
        assert_string_equal(error.text, files[i].start);
    }
}

static void files_that_cannot_be_read(void **state)
{
    struct scenario s;
    struct scenario_error error;
    (void)state;
    assert_false(scenario_read(&s, "no/such/file.yaml", NULL, NULL, 0, &error));
    assert_string_equal(error.text, "no/such/file.yaml: cannot be read: No such file or directory");
    assert_false(scenario_read(&s, ".", NULL, NULL, 0, &error));
    assert_string_equal(error.text, ".: cannot be read: Is a directory");
    assert_false(scenario_read(&s, "/dev/zero", NULL, NULL, 0, &error));
    assert_string_equal(error.text, "/dev/zero: longer than 131072 bytes; a scenario is not");
}

#define WHOLE(low, high) "a whole number from " low " to " high " in plain digits would be right"
#define DURATION(low, high)                                                                        \
    "a duration (500ms, 30s, 5min, 1h) from " low " to " high " would be right"

/* What would never be judged is refused: nobody stands beside, sizes differ, or it is the one that
 * the others stand beside. */
static void ratios_that_nobody_could_judge(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = REQUIRED "expect: {ratio.cost: <= 1}\n",
         .error = "FILE:4: expect: ratio.cost takes beside: CONTENDER"},
        {.yaml = REQUIRED "beside: harbor-23183\nexpect: {null: {ratio.cost: <= 1}}\n"
                          "vary: {items: [10, 20]}\n",
         .error = "FILE:5: expect: ratio.cost of runs that vary; runs of one size would be right"},
        {.yaml = REQUIRED "beside: harbor-23183, null\n"
                          "expect: {harbor-23183: {ratio.memory: <= 1}}\n",
         .error = "FILE:5: expect: ratio.memory of harbor-23183 beside itself; another would be "
                  "right"},
        {.yaml = REQUIRED "beside: nobody\n",
         .error = "FILE:4: beside: there is no contender \"nobody\""},
        {.yaml = REQUIRED "expect: {nobody: {lost: 0}}\n",
         .error = "FILE:4: expect: there is no contender \"nobody\""},
    };
    (void)state;
    REFUSED(cases);
}

static void required_keys_that_are_missing(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = "instances: 2\ncontenders: all\n",
         .error = "FILE:1: items: is missing; " WHOLE("1", "100000000")},
        {.yaml = "items: 2\ncontenders: all\n",
         .error = "FILE:1: instances: is missing; " WHOLE("1", "1000")},
        {.yaml = "items: 2\ninstances: 2\n",
         .error = "FILE:1: contenders: is missing; a list of names, each alone or as {name: NAME, "
                  "PARAMETER: VALUE} would be right"},
    };
    (void)state;
    REFUSED(cases);
}

static void unknown_keys(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = "items: 10\ninstanses: 2\n",
         .error = "FILE:2: instanses: unknown key; did you mean \"instances\"?"},
        {.yaml = REQUIRED "refresh:\n  statment: 1ms\n",
         .error = "FILE:5: refresh.statment: unknown key; did you mean \"refresh.statement\"?"},
        {.yaml = REQUIRED "refresh: {statement: {time: 1ms}}\n",
         .error = "FILE:4: refresh.statement: a mapping; " DURATION("0s", "1h")},
        {.yaml = REQUIRED "refresh: 1ms\n",
         .error = "FILE:4: refresh: not a mapping; {KEY: VALUE} would be right"},
        {.yaml = REQUIRED "colour: red\n",
         .error = "FILE:4: colour: unknown key; known: question, kind, items, instances, ..."},
        {.yaml = "seed: 1\n" REQUIRED "seed: 2\n",
         .error = "FILE:5: seed: stands twice, first in line 1; once would be right"},
        {.yaml = "contenders: all\n" REQUIRED,
         .error = "FILE:4: contenders: stands twice, first in line 1; once would be right"},
    };
    (void)state;
    REFUSED(cases);
}

static void values_of_the_wrong_type_or_out_of_bounds(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = "items: many\n",
         .error = "FILE:1: items: \"many\" is not a whole number; " WHOLE("1", "100000000")},
        {.yaml = "items: 1_000_000\n",
         .error =
             "FILE:1: items: \"1_000_000\" is written with separators; " WHOLE("1", "100000000")},
        {.yaml = "items: 100000001\n",
         .error = "FILE:1: items: \"100000001\" is out of bounds; " WHOLE("1", "100000000")},
        {.yaml = "items:\n",
         .error = "FILE:1: items: \"\" is not a whole number; " WHOLE("1", "100000000")},
        {.yaml = "items: [1, 2]\n", .error = "FILE:1: items: a list; " WHOLE("1", "100000000")},
        {.yaml = "instances: 1001\n",
         .error = "FILE:1: instances: \"1001\" is out of bounds; " WHOLE("1", "1000")},
        {.yaml = "workers: 0\n",
         .error = "FILE:1: workers: \"0\" is out of bounds; " WHOLE("1", "64")},
        {.yaml = "vendor: a:b\n",
         .error = "FILE:1: vendor: \"a:b\" has other characters than a name may have; 1 to 31 "
                  "letters, digits, _ - . would be right"},
        {.yaml = "cycle: 30\n",
         .error = "FILE:1: cycle: \"30\" has no unit; " DURATION("1ms", "24h")},
        {.yaml = "cycle: 200us\n",
         .error = "FILE:1: cycle: \"200us\" is finer than 1ms; " DURATION("1ms", "24h")},
        {.yaml = "cycles: until-drained\n",
         .error =
             "FILE:1: cycles: \"until-drained\" is not a whole number; until_drained or " WHOLE(
                 "1", "1000000")},
        {.yaml = "round_bound: never\n",
         .error =
             "FILE:1: round_bound: \"never\" is not a duration; none or " DURATION("1ms", "24h")},
        {.yaml = "mode: fast\n",
         .error = "FILE:1: mode: \"fast\" is none of the choices; "
                  "concurrent or lockstep would be right"},
        {.yaml = "placement: one_core\n",
         .error = "FILE:1: placement: \"one_core\" is none of the choices; free, split or one-core "
                  "would be right"},
        {.yaml = "time_scale: 0.5\n",
         .error = "FILE:1: time_scale: \"0.5\" is out of bounds; a "
                  "number from 1 to 100000 in plain digits would be "
                  "right"},
        {.yaml = "refresh:\n  failures: 5%\n",
         .error = "FILE:2: refresh.failures: \"5%\" is not a number in plain digits; a number from "
                  "0 to 1 in plain digits would be right"},
        {.yaml = "question: |\n  one\n  two\n",
         .error = "FILE:1: question: \"one?two?\" is not on one line; one line of 0 to 159 bytes "
                  "would be right"},
    };
    (void)state;
    REFUSED(cases);
}

#define WAKE "aligned, spread or a list of offsets (0s, 5s), one for each instance would be right"

static void wakes(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = REQUIRED "wake: alinged\n",
         .error = "FILE:4: wake: \"alinged\" is none of the choices; " WAKE},
        {.yaml = REQUIRED "wake: []\n",
         .error = "FILE:4: wake: \"\" is none of the choices; " WAKE},
        {.yaml = REQUIRED "wake: {a: 1s}\n", .error = "FILE:4: wake: a mapping; " WAKE},
        {.yaml = REQUIRED "wake: [[1s], 2s]\n",
         .error = "FILE:4: wake: a list of other than plain values; " WAKE},
        {.yaml = REQUIRED "wake: [0s, 5]\n",
         .error = "FILE:4: wake: \"5\" has no unit; " DURATION("0s", "24h")},
        {.yaml = REQUIRED "wake: [0s, 1s, 2s]\n",
         .error = "FILE:4: wake: 3 offsets for 2 instances; one for each instance would be right"},
        {.yaml = REQUIRED "wake: [0s, 1s]\n",
         .overrides = {"wake=1s"},
         .error = "--set wake=1s: 1 offsets for 2 instances; one for each instance would be right"},
    };
    (void)state;
    REFUSED(cases);
}

static void a_wake_list_longer_than_any_deployment(void **state)
{
    char yaml[8192] = "wake: [0s";
    struct scenario s;
    struct scenario_error error;
    (void)state;
    size_t len = strlen(yaml);
    for (int i = 0; i < SCENARIO_INSTANCES_MAX; i++)
        len += (size_t)snprintf(yaml + len, sizeof(yaml) - len, ", 1s");
    snprintf(yaml + len, sizeof(yaml) - len, "]\n");
    assert_false(read_case(&(struct reading_case){.yaml = yaml}, &s, &error));
    assert_string_equal(error.text, "FILE:1: wake: more than 1000 offsets; one for each instance "
                                    "would be right");
}

/* And what is cut off is not read as something else. */
static void what_is_too_long_for_a_list(void **state)
{
    static const char *const keys[] = {"events: at 1s kill 1", "expect: 'lost: 0",
                                       "environment: HOSTNAME=x"};
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char yaml[512];
        struct scenario s;
        struct scenario_error error;
        snprintf(yaml, sizeof yaml, REQUIRED "%s%130s%s\n", keys[i], "x",
                 strchr(keys[i], '\'') ? "'" : "");
        assert_false(read_case(&(struct reading_case){.yaml = yaml}, &s, &error));
        if (strstr(error.text, "is longer than") == NULL)
            fail_msg("%s: %s", keys[i], error.text);
    }
}

static void what_does_not_go_together(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = REQUIRED "producers:\n  count: 2\n",
         .error = "FILE:5: producers.count: producers without a rate; producers.rate above 0 would "
                  "be right"},
        {.yaml = REQUIRED "producers:\n  rate: 2\n",
         .error = "FILE:5: producers.rate: a rate without producers; producers.count above 0 would "
                  "be right"},
        {.yaml = REQUIRED,
         .overrides = {"producers.seeded=0.05"},
         .error =
             "--set producers.seeded=0.05: no item is ever marked; a larger share or producers "
             "would be right"},
        {.yaml = REQUIRED "producers: {count: 1, rate: 1}\ncycles: until_drained\n",
         .error = "FILE:5: cycles: until_drained while producers mark has no end; a number of "
                  "cycles, or of producers.marks, would be right"},
        {.yaml = REQUIRED "producers:\n  marks: 2\n",
         .error = "FILE:5: producers.marks: marks without producers; producers.count above 0 would "
                  "be right"},
        {.yaml = REQUIRED "cycle: 2s\ntime_scale: 2001\n",
         .error = "FILE:5: time_scale: makes a cycle shorter than 1ms; 2000 or less would be "
                  "right"},
    };
    (void)state;
    REFUSED(cases);
}

static void leases_that_are_scaled_too_short(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = "items: 10\ninstances: 2\ntime_scale: 4000\ncontenders:\n  - harbor-2.14\n"
                 "  - claim-drained\n",
         .error = "FILE:6: claim-drained.stale: 5min is 75ms at time_scale 4000; at least 100ms "
                  "there would be right"},
        {.yaml = "items: 10\ninstances: 2\ncontenders: [harbor-2.14, harbor-22572]\n",
         .overrides = {"time_scale=400"},
         .error = "FILE:3: harbor-22572: its time to live of 30s is 75ms at time_scale 400; at "
                  "least 100ms there would be right"},
        {.yaml = REQUIRED,
         .contenders = "harbor-22572",
         .overrides = {"cycle=50ms"},
         .error = "--contender: harbor-22572: its time to live of 50ms is 50ms at time_scale 1; at "
                  "least 100ms there would be right"},
        {.yaml = REQUIRED,
         .contenders = "harbor-22572",
         .overrides = {"harbor-22572.ttl=10s", "time_scale=200"},
         .error = "--contender: harbor-22572.ttl: 10s is 50ms at time_scale 200; at least 100ms "
                  "there would be right"},
    };
    struct scenario s;
    (void)state;
    REFUSED(cases);
    read_well(&(struct reading_case){.yaml = REQUIRED,
                                     .contenders = "harbor-22572,claim-drained",
                                     .overrides = {"time_scale=300"}},
              &s);
}

static void events_name_instances_that_may_be(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = REQUIRED "events: [at 5s kill 7]\n",
         .error = "FILE:4: events: kill 7: there are never more than 2 instances; a number from 0 "
                  "to 1 would be right"},
        {.yaml = REQUIRED "events: [at 1s scale 4, at 5s stop 4]\n",
         .error = "FILE:4: events: stop 4: there are never more than 4 instances; a number from 0 "
                  "to 3 would be right"},
    };
    struct scenario s;
    (void)state;
    REFUSED(cases);
    read_well(&(struct reading_case){.yaml = REQUIRED "events: [at 1s scale 4, at 5s stop 3]\n"},
              &s);
    assert_int_equal(s.event_count, 2);
}

#define KNOWN "known: harbor-2.14, ..."
#define TWO "items: 10\ninstances: 2\n"

static void contenders_in_files(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = TWO "contenders:\n  - null\n  - harbor-2.13\n",
         .error = "FILE:5: contenders: \"harbor-2.13\" is not a contender; did you mean "
                  "\"harbor-2.14\"?"},
        {.yaml = TWO "contenders: [redlock]\n",
         .error = "FILE:3: contenders: \"redlock\" is not a contender; " KNOWN},
        {.yaml = TWO "contenders: []\n",
         .error = "FILE:3: contenders: empty; a list of contenders would be right"},
        {.yaml = TWO "contenders: {name: null}\n",
         .error = "FILE:3: contenders: a mapping; a list of contenders would be right"},
        {.yaml = TWO "contenders:\n",
         .error = "FILE:3: contenders: empty; a list of contenders would be right"},
        {.yaml = TWO "contenders: [[null]]\n",
         .error = "FILE:3: contenders: a list in a list; NAME or {name: NAME} would be right"},
        {.yaml = TWO "contenders:\n  - batch: 5\n",
         .error = "FILE:4: contenders: an entry without a name; {name: NAME, PARAMETER: VALUE} "
                  "would be right"},
        {.yaml = TWO "contenders:\n  - name: harbor-23183\n    batch: 0x\n",
         .error =
             "FILE:5: harbor-23183.batch: \"0x\" is not a whole number; " WHOLE("1", "100000")},
        {.yaml = TWO "contenders:\n  - name: harbor-23183\n    bacth: 5\n",
         .error = "FILE:5: harbor-23183.bacth: no such parameter of strategy pop; did you mean "
                  "\"batch\"?"},
        {.yaml = TWO "contenders:\n  - name: harbor-23183\n    batch: [5]\n",
         .error = "FILE:5: harbor-23183: a parameter that is not a plain value; PARAMETER: VALUE "
                  "would be right"},
        {.yaml = TWO "contenders:\n  - name: harbor-23183\n    batch: 5\n    batch: 6\n",
         .error = "FILE:6: harbor-23183: \"batch\" stands twice; once would be right"},
        {.yaml = TWO "contenders:\n  - harbor-23183\n  - harbor-23183\n",
         .error = "FILE:5: contenders: \"harbor-23183\" stands twice; another name for one of them "
                  "(as: NAME) would be right"},
        {.yaml = TWO "contenders:\n  - {name: harbor-23183, as: a}\n  - {name: null, as: a}\n",
         .error = "FILE:5: contenders: \"a\" stands twice; another name for one of them (as: NAME) "
                  "would be right"},
        {.yaml = TWO "contenders:\n  - {name: harbor-23183, as: harbor-2.14}\n",
         .error = "FILE:4: contenders.as: \"harbor-2.14\" is another contender; a name of its own "
                  "would be right"},
        {.yaml = TWO "contenders:\n  - {name: harbor-23183, as: a b}\n",
         .error = "FILE:4: contenders.as: \"a b\" has other characters than a name may have; 1 to "
                  "47 letters, digits, _ - . would be right"},
    };
    (void)state;
    REFUSED(cases);
}

static void more_contenders_than_fit(void **state)
{
    char yaml[8192] = TWO "contenders:\n";
    struct scenario s;
    struct scenario_error error;
    (void)state;
    for (int i = 0; i <= SCENARIO_CONTENDERS_MAX; i++) {
        size_t len = strlen(yaml);
        snprintf(yaml + len, sizeof(yaml) - len, "  - {name: null, as: n%d}\n", i);
    }
    assert_false(read_case(&(struct reading_case){.yaml = yaml}, &s, &error));
    assert_string_equal(error.text, "FILE:68: contenders: more than 64 contenders; fewer would be "
                                    "right");
}

static void contenders_on_the_command_line(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = REQUIRED,
         .contenders = "harbor-2318",
         .error = "--contender: \"harbor-2318\" is not a contender; did you mean "
                  "\"harbor-23183\"?"},
        {.yaml = REQUIRED,
         .contenders = "redlock",
         .error = "--contender: \"redlock\" is not a contender; " KNOWN},
        {.yaml = REQUIRED,
         .contenders = "",
         .error = "--contender: an empty name; NAME,NAME or all would be right"},
        {.yaml = REQUIRED,
         .contenders = "null,",
         .error = "--contender: an empty name; NAME,NAME or all would be right"},
        {.yaml = REQUIRED,
         .contenders = "null,harbor-23183,null",
         .error = "--contender: \"null\" stands twice; once would be right"},
        {.yaml = REQUIRED,
         .contenders = "harbor-23183,harbor-23183",
         .error = "--contender: \"harbor-23183\" stands twice; once would be right"},
    };
    (void)state;
    REFUSED(cases);
}

static void overrides_that_are_wrong(void **state)
{
    static const struct reading_case cases[] = {
        {.yaml = REQUIRED,
         .overrides = {"seed"},
         .error = "--set seed: not an assignment; KEY=VALUE would be right"},
        {.yaml = REQUIRED,
         .overrides = {"=5"},
         .error = "--set =5: not an assignment; KEY=VALUE would be right"},
        {.yaml = REQUIRED,
         .overrides = {"seeds=5"},
         .error = "--set seeds=5: unknown key; did you mean \"seed\"?"},
        {.yaml = REQUIRED,
         .overrides = {"seed=x"},
         .error = "--set seed=x: \"x\" is not a whole number; " WHOLE("0", "9223372036854775807")},
        {.yaml = REQUIRED,
         .overrides = {"refresh.statement=1"},
         .error = "--set refresh.statement=1: \"1\" has no unit; " DURATION("0s", "1h")},
        {.yaml = REQUIRED,
         .overrides = {"contenders=nul"},
         .error = "--set contenders=nul: \"nul\" is not a contender; did you mean \"null\"?"},
        {.yaml = REQUIRED,
         .overrides = {"harbor-2318.batch=5"},
         .error = "--set harbor-2318.batch=5: unknown key; did you mean \"harbor-23183.batch\"?"},
        {.yaml = REQUIRED,
         .overrides = {"harbor-23183.batch=no"},
         .error = "--set harbor-23183.batch=no: batch: \"no\" is not a whole number; " WHOLE(
             "1", "100000")},
        {.yaml = REQUIRED,
         .overrides = {"harbor-23183.bach=5"},
         .error =
             "--set harbor-23183.bach=5: bach: no such parameter of strategy pop; did you mean "
             "\"batch\"?"},
        {.yaml = REQUIRED,
         .contenders = "null,instance-id",
         .overrides = {"harbor-2.14.count=5"},
         .error = "--set harbor-2.14.count=5: harbor-2.14 is not in this run; in it: null, "
                  "instance-id"},
        {.yaml = TWO "contenders:\n  - {name: harbor-23183, batch: 5}\n"
                     "  - {name: harbor-23183, batch: 6}\n",
         .overrides = {"harbor-23183.batch=7"},
         .error = "--set harbor-23183.batch=7: harbor-23183 is 2 entries of this run; one of them "
                  "would be right: harbor-23183 batch=5, harbor-23183 batch=6"},
        {.yaml = REQUIRED,
         .overrides = {"see\nd=5"},
         .error = "--set see?d=5: unknown key; did you mean \"seed\"?"},
    };
    (void)state;
    REFUSED(cases);
}

/* ---- help */

static void every_key_is_described(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    (void)state;
    assert_non_null(out);
    scenario_describe(out);
    fclose(out);
    assert_non_null(strstr(text,
                           "items              how many items there are; of task rounds, as many "
                           "as the cycles hold\n"
                           "                   a whole number from 1 to 100000000 in plain "
                           "digits; required\n"));
    assert_non_null(strstr(text, "refresh.statement "));
    assert_non_null(strstr(text, "from 1ms to 24h; default: 30s\n"));
    assert_non_null(strstr(text, "concurrent or lockstep; default: concurrent\n"));
    free(text);
}

static void choices_have_names(void **state)
{
    (void)state;
    assert_string_equal(mode_name(MODE_CONCURRENT), "concurrent");
    assert_string_equal(mode_name(MODE_LOCKSTEP), "lockstep");
    assert_string_equal(placement_name(PLACEMENT_FREE), "free");
    assert_string_equal(placement_name(PLACEMENT_SPLIT), "split");
    assert_string_equal(placement_name(PLACEMENT_ONE_CORE), "one-core");
    assert_string_equal(wake_name(WAKE_ALIGNED), "aligned");
    assert_string_equal(wake_name(WAKE_SPREAD), "spread");
    assert_string_equal(wake_name(WAKE_GIVEN), "given");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_given_has_its_default),
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(words_stand_for_no_bound),
        cmocka_unit_test(a_contender_may_stand_twice),
        cmocka_unit_test(an_alias_is_what_it_names),
        cmocka_unit_test(our_scenarios_are_as_published),
        cmocka_unit_test(steady_marks_more_than_claim_published_clears),
        cmocka_unit_test(an_override_wins_and_the_last_of_two),
        cmocka_unit_test(overrides_may_give_what_is_required),
        cmocka_unit_test(a_contenders_parameter_is_overridden),
        cmocka_unit_test(a_contenders_name_reaches_its_only_entry),
        cmocka_unit_test(contenders_are_selected_in_the_order_given),
        cmocka_unit_test(task_rounds_are_counted),
        cmocka_unit_test(contenders_of_the_other_kind_are_skipped),
        cmocka_unit_test(what_task_rounds_have_no_use_for),
        cmocka_unit_test(who_is_not_selected_is_still_known),
        cmocka_unit_test(all_are_all_with_the_files_parameters),
        cmocka_unit_test(files_that_are_no_scenario),
        cmocka_unit_test(files_that_are_not_yaml),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(ratios_that_nobody_could_judge),
        cmocka_unit_test(required_keys_that_are_missing),
        cmocka_unit_test(unknown_keys),
        cmocka_unit_test(values_of_the_wrong_type_or_out_of_bounds),
        cmocka_unit_test(wakes),
        cmocka_unit_test(a_wake_list_longer_than_any_deployment),
        cmocka_unit_test(what_is_too_long_for_a_list),
        cmocka_unit_test(what_does_not_go_together),
        cmocka_unit_test(leases_that_are_scaled_too_short),
        cmocka_unit_test(events_name_instances_that_may_be),
        cmocka_unit_test(contenders_in_files),
        cmocka_unit_test(more_contenders_than_fit),
        cmocka_unit_test(contenders_on_the_command_line),
        cmocka_unit_test(overrides_that_are_wrong),
        cmocka_unit_test(every_key_is_described),
        cmocka_unit_test(choices_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
