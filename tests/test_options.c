#include "bench/commands.h"
#include "bench/progress.h"
#include "bench/table/table.h"
#include "strategies/clock.h"
#include "tests/kit_result.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARGUMENTS_MAX = 12 };

/* Reads a command line; the words end in NULL. */
static bool read_words(struct options *options, char *const *words)
{
    int argc = 0;
    while (words[argc])
        argc++;
    return options_read(options, argc, words);
}
#define READ(options, ...) read_words(options, (char *[]){"dibs", __VA_ARGS__, NULL})

static void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in '%s'", part, text);
}

static void options_and_words_mix(void **state)
{
    (void)state;
    struct options o;
    assert_true(READ(&o, "--json", "run", "--set", "items=5", "quick", "--out=here", "--seed", "7",
                     "--set=harbor-23183.batch=50", "--repeat=3"));
    assert_int_equal(o.word_count, 2);
    assert_string_equal(o.words[0], "run");
    assert_string_equal(o.words[1], "quick");
    assert_true(o.json && !o.quiet && !o.uses_server);
    assert_string_equal(o.out, "here");
    static const char *const expected[] = {"items=5", "seed=7", "harbor-23183.batch=50",
                                           "repeats=3"};
    assert_int_equal(o.override_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(o.overrides[i], expected[i]);
    options_close(&o);
}

static void h_is_the_host(void **state)
{
    (void)state;
    struct options o;
    assert_true(READ(&o, "quick", "-h", "db.example", "-p", "6380", "-n", "2", "-a", "word",
                     "--user", "me"));
    assert_true(o.uses_server && !o.help);
    struct wire_address address = endpoint_address(&o.endpoint);
    assert_string_equal(address.host, "db.example");
    assert_null(address.socket_path);
    assert_int_equal(address.port, 6380);
    assert_int_equal(address.database, 2);
    assert_string_equal(address.user, "me");
    assert_string_equal(address.password, "word");
    assert_true(READ(&o, "-h") == false);
}

static void environment_gives_the_password_last(void **state)
{
    (void)state;
    struct options o;
    setenv("REDISCLI_AUTH", "fromenv", 1);
    assert_true(READ(&o, "quick", "-s", "sock"));
    assert_string_equal(o.endpoint.password, "fromenv");
    assert_true(READ(&o, "quick", "-u", "redis://h"));
    assert_string_equal(o.endpoint.password, "fromenv");
    assert_true(READ(&o, "quick", "-s", "sock", "-a", "given"));
    assert_string_equal(o.endpoint.password, "given");
    assert_true(READ(&o, "quick")); /* alone it asks for no server */
    assert_false(o.uses_server);
    unsetenv("REDISCLI_AUTH");
}

static void uri_is_read_as_redis_cli_does(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *host, *socket, *user, *password;
        int port, database;
    } cases[] = {
        {"redis://", "127.0.0.1", "", "", "", 6379, 0},
        {"redis://h", "h", "", "", "", 6379, 0},
        {"redis://h:7000/3", "h", "", "", "", 7000, 3},
        {"redis://pw@h", "h", "", "", "pw", 6379, 0},
        {"redis://:pw@h", "h", "", "", "pw", 6379, 0},
        {"redis://me:p%40w%2f@h:1", "h", "", "me", "p@w/", 1, 0},
        {"redis://me:p@w@h", "h", "", "me", "p@w", 6379, 0},
        {"redis://[::1]:7000", "::1", "", "", "", 7000, 0},
        {"valkey://h", "h", "", "", "", 6379, 0},
        {"unix:///run/redis.sock", "127.0.0.1", "/run/redis.sock", "", "", 6379, 0},
        {"unix://me:pw@/run/r@1?db=4", "127.0.0.1", "/run/r@1", "me", "pw", 6379, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct endpoint e;
        char error[256];
        if (!endpoint_read(&e, cases[i].uri, error, sizeof error))
            fail_msg("%s", error);
        assert_string_equal(e.host, cases[i].host);
        assert_string_equal(e.socket_path, cases[i].socket);
        assert_string_equal(e.user, cases[i].user);
        assert_string_equal(e.password, cases[i].password);
        assert_int_equal(e.port, cases[i].port);
        assert_int_equal(e.database, cases[i].database);
    }
}

static void wrong_uris_are_refused_without_their_password(void **state)
{
    (void)state;
    static const char *const uris[] = {
        "h:1",           "http://me:secret@h",    "redis://me:secret@h:0", "redis://h:99999",
        "redis://h/x",   "redis://me:secret@h:x", "redis://h:1/1/1",       "redis://[::1",
        "redis://%zz@h", "rediss://me:secret@h",  "unix://host/path",      "unix:///p?x=1",
        "redis://%4",    "redis://a%00b@h",
    };
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        struct endpoint e;
        char error[256] = "";
        if (endpoint_read(&e, uris[i], error, sizeof error))
            fail_msg("%s was read", uris[i]);
        assert_true(*error && !strchr(error, '\n'));
        assert_null(strstr(error, "secret"));
    }
}

static void uri_wins_over_flags_with_a_warning(void **state)
{
    (void)state;
    struct options o;
    assert_true(READ(&o, "quick", "-u", "redis://h:1", "-p", "2"));
    assert_int_equal(o.endpoint.port, 1);
    assert_holds(o.warning, "-u is given");
    assert_true(READ(&o, "quick", "-u", "redis://h:1"));
    assert_string_equal(o.warning, "");
}

static void mistakes_name_what_would_be_right(void **state)
{
    (void)state;
    static const struct {
        char *words[ARGUMENTS_MAX];
        const char *error;
    } cases[] = {
        {{"dibs", "--jsno"}, "did you mean --json?"},
        {{"dibs", "--contendr=x"}, "did you mean --contender?"},
        {{"dibs", "-x"}, "unknown option -x"},
        {{"dibs", "--json=yes"}, "--json takes no value"},
        {{"dibs", "quick", "--out"}, "--out needs a value: DIR"},
        {{"dibs", "--set", "items"}, "expected KEY=VALUE"},
        {{"dibs", "-p", "65536"}, "-p 65536: expected a number from 1 to 65535"},
        {{"dibs", "-p", " 5"}, "expected a number"},
        {{"dibs", "-n", "-1"}, "expected a number"},
        {{"dibs", "--remove-leftovers"}, "needs a server of yours"},
        {{"dibs", "--redis-server", "x", "-p", "1"}, "one of the two"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct options o;
        assert_false(read_words(&o, cases[i].words));
        assert_holds(o.error, cases[i].error);
        options_close(&o);
    }
}

static void words_have_a_bound(void **state)
{
    (void)state;
    char *words[OPTIONS_WORDS_MAX + 3] = {"dibs"};
    for (size_t i = 0; i <= OPTIONS_WORDS_MAX; i++)
        words[i + 1] = i < OPTIONS_WORDS_MAX ? "word" : "last";
    struct options o;
    assert_false(read_words(&o, words));
    assert_non_null(strstr(o.error, "too many words from 'last' on"));
    options_close(&o);
}

static void options_of_other_commands_are_refused(void **state)
{
    (void)state;
    struct options o;
    assert_true(READ(&o, "list", "--seed", "4"));
    assert_false(options_fit(&o, "list", FOR_LIST));
    assert_holds(o.error, "--seed means nothing to 'list'");
    assert_true(options_fit(&o, "check", FOR_CHECK));
    options_close(&o);
}

/* Every scenario has its name as a short form of run. */
static void words_name_a_command_or_a_scenario(void **state)
{
    (void)state;
    struct options o;
    const char *scenario;
    char error[640];
    assert_true(READ(&o, "quick"));
    const struct command *command = commands_find(&o, &scenario, error, sizeof error);
    assert_non_null(command);
    assert_string_equal(command->name, "run");
    assert_string_equal(scenario, "quick");
    assert_true(READ(&o, "quikc"));
    assert_null(commands_find(&o, &scenario, error, sizeof error));
    assert_holds(error, "did you mean \"quick\"?");
    assert_true(READ(&o, "list", "quick"));
    assert_null(commands_find(&o, &scenario, error, sizeof error));
    assert_holds(error, "'quick' is one word too many");
}

static void status_is_the_first_that_applies(void **state)
{
    struct kit_result *kit = *state;
    struct run_result *run = &kit->runs[0];
    assert_int_equal(status_of_run(run), STATUS_GOOD);
    snprintf(run->broken_promise, RUN_REASON_MAX, "at most once");
    assert_int_equal(status_of_run(run), STATUS_BROKEN);
    run->trustworthy = false;
    assert_int_equal(status_of_run(run), STATUS_NOT_TRUSTWORTHY);
    run->status = RUN_COULD_NOT;
    assert_int_equal(status_of_run(run), STATUS_COULD_NOT_RUN);
    run->status = RUN_INTERRUPTED;
    assert_int_equal(status_of_run(run), STATUS_INTERRUPTED);

    static const enum status order[] = {130, 1, 5, 3, 4, 6, 7, 0};
    for (size_t i = 0; i + 1 < sizeof order / sizeof *order; i++) {
        assert_int_equal(status_worse(order[i], order[i + 1]), order[i]);
        assert_int_equal(status_worse(order[i + 1], order[i]), order[i]);
    }
}

/* What a person reads: no line over the width, whatever the figures; losses and doubts in words. */
static void tables_fit_and_hide_nothing(void **state)
{
    struct kit_result *kit = *state;
    char *text = NULL, *line, *rest;
    size_t size;
    kit->runs[0].items = (struct fates){UINT64_C(100000000), 99999900, 50, 10, 20, 0, 20, 0};
    kit->runs[2].items.pending -= 34;
    kit->runs[2].items.lost = 34;
    kit->runs[3].trustworthy = false;
    FILE *out = open_memstream(&text, &size);
    table_write(out, kit->runs, KIT_RUNS, false);
    fclose(out);
    assert_holds(text, "claim-published, repeat 1: not promised: 34 lost, 0 stranded");
    assert_holds(text, "UNTRUSTED");
    assert_holds(text, "99,999,900");
    assert_null(strcasestr(text, "nan"));
    assert_null(strchr(text, '\033'));
    for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strlen(line) > TABLE_WIDTH)
            fail_msg("%zu columns: %s", strlen(line), line);
    free(text);
}

static void name_run(struct kit_result *kit, unsigned i, const char *label)
{
    struct entry *entry = &kit->scenario.entries[i];
    snprintf(entry->label, sizeof entry->label, "%s", label);
}

/* The longest names, 500 instances and ten million items of which everything can be said. */
static void tables_fit_the_largest_runs(void **state)
{
    struct kit_result *kit = *state;
    const uint64_t items = 10 * 1000 * 1000;
    char *text = NULL, *line, *rest;
    size_t size;
    name_run(kit, 0, "reliable-list-published");
    name_run(kit, 1, "deckard-documented");
    for (unsigned i = 0; i < KIT_RUNS; i++) {
        struct run_result *run = &kit->runs[i];
        run->items = (struct fates){items,      items / 10, items / 10, items / 10,
                                    items / 10, items / 10, items / 2,  0};
        run->refreshes.total = 500 * items;
        run->refreshes.redundant = 499 * items;
        run->cycles_to_drain = 20000;
        run->duration_s = 86399.25;
        run->database.statements = run->database.conflicts = 2000 * items;
        run->event_count = 1;
        run->redis.cpu_seconds = 86399.25;
        run->redis.memory_seeded_bytes = 1524000000;
        run->per_item.server_calls = 1500.25;
        run->per_item.round_trips = 1500.25;
    }
    FILE *out = open_memstream(&text, &size);
    table_write(out, kit->runs, KIT_RUNS, false);
    fclose(out);
    assert_holds(text, "\n     items    all     refreshes     items     items     items     "
                       "items     items   cycles books\nreliable-list-published\n"
                       " 1,000,000 10.0 % 4,990,000,000 1,000,000 1,000,000 1,000,000 1,000,000 "
                       "5,000,000   20,000 balanced\ndeckard-documented\n");
    assert_holds(text, "\nreliable-list-published\n   1500.250 1500.250   0.00 ");
    for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strlen(line) > TABLE_WIDTH)
            fail_msg("%zu columns: %s", strlen(line), line);
    free(text);
}

/* Ratios with their ranges, and the longest name whole. */
static void ratios_fit_the_longest_name(void **state)
{
    struct kit_result *kit = *state;
    char *text = NULL, *line, *rest;
    size_t size;
    struct beside_row row = {kit->runs[0].entry, kit->runs[1].entry, {{0, 0, 0}}};
    struct beside beside = {&row, 1};
    name_run(kit, 0, "reliable-list-published");
    for (int i = 0; i < BESIDE_MEASURES; i++)
        row.ratios[i] = (struct spread){.median = 1234.5, .least = 1000.2, .most = 2000.4};
    FILE *out = open_memstream(&text, &size);
    table_write_beside(out, &beside, true, false);
    fclose(out);
    assert_holds(text, "\nreliable-list-published     1234.5   1234.5");
    assert_holds(text, " 1234.5 (1000-2000) 1234.5 (1000-2000) 1234.5 (1000-2000)\n");
    for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strlen(line) > TABLE_WIDTH)
            fail_msg("%zu columns: %s", strlen(line), line);
    free(text);
}

/* The run that is under way counts with those that are over: here all take twice as long. */
static void time_left_is_corrected_by_what_is_measured(void **state)
{
    const uint64_t half_a_minute_ago = clock_ns() - 30 * NS_PER_S;
    struct progress late = {
        .begun_ns = half_a_minute_ago, .done_s = 100, .took_s = 200, .run_s = 10, .rest_s = 0};
    (void)state;
    assert_true(progress_left_s(&late, 0) > 19);
    assert_true(progress_left_s(&late, 0) < 20);
    assert_true(progress_left_s(&late, 0.5) > 10.5); /* 30 s for what was to take 5 */
    const struct progress unknown = {.begun_ns = half_a_minute_ago};
    assert_true(isnan(progress_left_s(&unknown, 0)));
    assert_true(progress_left_s(&unknown, 0.25) >= 90);
}

#define WITH_KIT(name) cmocka_unit_test_setup_teardown(name, kit_result_open, kit_result_close)

int main(void)
{
    unsetenv("REDISCLI_AUTH");
    unsetenv("DIBS_HOME");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_words_mix),
        cmocka_unit_test(h_is_the_host),
        cmocka_unit_test(environment_gives_the_password_last),
        cmocka_unit_test(uri_is_read_as_redis_cli_does),
        cmocka_unit_test(wrong_uris_are_refused_without_their_password),
        cmocka_unit_test(uri_wins_over_flags_with_a_warning),
        cmocka_unit_test(mistakes_name_what_would_be_right),
        cmocka_unit_test(words_have_a_bound),
        cmocka_unit_test(options_of_other_commands_are_refused),
        cmocka_unit_test(words_name_a_command_or_a_scenario),
        WITH_KIT(status_is_the_first_that_applies),
        WITH_KIT(tables_fit_and_hide_nothing),
        WITH_KIT(tables_fit_the_largest_runs),
        WITH_KIT(ratios_fit_the_longest_name),
        cmocka_unit_test(time_left_is_corrected_by_what_is_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
