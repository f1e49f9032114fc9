#include "bench/claims/claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Every line of the published documents that holds a figure or states a property; all others are
 * headings, code without a figure, blank lines, tasks of a plan and links. 0 ends a list. */
static const struct lines {
    const char *document;
    unsigned last; /* lines that the document has */
    unsigned figures[64], properties[128];
} documents[] = {
    {"solution-comparison",
     262,
     {22,  44,  58,  59,  67,  82,  84,  89,  91,  98,  100, 101, 128, 142,
      147, 148, 152, 160, 164, 167, 169, 170, 186, 187, 188, 227, 239},
     {15,  16,  17,  18,  19,  20,  21,  23,  24,  25,  33,  34,  35,  39,  40,  43,  45,
      46,  47,  50,  64,  65,  66,  70,  71,  72,  73,  74,  75,  93,  99,  102, 103, 107,
      115, 116, 117, 121, 122, 123, 124, 125, 126, 127, 129, 132, 136, 138, 149, 151, 153,
      159, 163, 172, 176, 182, 190, 196, 199, 200, 201, 202, 203, 204, 208, 209, 210, 211,
      212, 214, 216, 217, 232, 233, 234, 238, 248, 249, 250, 251, 252, 253, 254, 260, 262}},
    {"final-summary",
     390,
     {5,   12,  13,  14,  20,  21,  22,  23,  24,  26,  33,  35,  67,  72,  89,  93,  110,
      112, 113, 121, 124, 142, 158, 160, 172, 185, 186, 193, 200, 203, 217, 221, 224, 226,
      227, 234, 235, 236, 244, 249, 270, 271, 274, 279, 292, 298, 334, 352, 360, 371, 372},
     {3,   25,  59,  71,  78,  114, 120, 123, 126, 161, 205, 216, 220, 228, 243, 246,
      248, 251, 295, 307, 308, 309, 310, 314, 315, 316, 317, 318, 328, 329, 330, 331,
      332, 333, 335, 339, 340, 341, 342, 343, 344, 345, 351, 353, 354, 355, 356, 357,
      358, 359, 361, 362, 363, 369, 373, 374, 375, 376, 377, 378, 380}},
    {"instance-id-summary",
     88,
     {10, 11, 12, 13, 27, 35, 39, 40, 41, 57, 59, 60, 61, 62, 63, 69, 70, 81, 88},
     {5, 16, 42, 46, 50, 51, 52, 53, 64, 82, 83, 84}},
    {"deckard-housekeeper",
     208,
     {24, 25, 27, 28, 38, 40, 80, 104, 110, 113, 164},
     {3,   8,   9,   10,  11,  21,  37,  47,  49,  50,  51,  52,  53,  54,  58,  59,  60,  61,
      65,  66,  67,  68,  100, 141, 142, 143, 147, 148, 149, 154, 155, 156, 157, 163, 165, 166,
      167, 170, 171, 172, 176, 177, 178, 179, 180, 187, 188, 191, 192, 195, 196, 207}},
    {"job-queue-plan",
     386,
     {5,   11,  12,  13,  17,  32,  104, 152, 153, 155, 156, 157, 158,
      159, 213, 215, 218, 219, 220, 221, 224, 225, 226, 233, 236, 241,
      242, 243, 258, 261, 262, 361, 362, 363, 364, 365, 366, 368},
     {10,  14,  18,  19,  20,  21,  27,  33,  34,  35,  36,  44,  79,  105, 128, 129,
      130, 143, 144, 145, 146, 166, 167, 168, 169, 172, 173, 174, 175, 180, 181, 182,
      183, 186, 187, 188, 189, 194, 196, 197, 202, 203, 204, 205, 212, 240, 386}},
};

enum { DOCUMENTS = sizeof documents / sizeof *documents };

static bool holds_line(const unsigned *lines, unsigned line)
{
    for (; *lines; lines++)
        if (*lines == line)
            return true;
    return false;
}

static const struct lines *lines_of(const char *document)
{
    for (size_t i = 0; i < DOCUMENTS; i++)
        if (strcmp(documents[i].document, document) == 0)
            return &documents[i];
    fail_msg("no document is called %s", document);
    return NULL;
}

/* The claims that name the line, testable or not. */
static unsigned claims_at(const struct claims *claims, const char *document, unsigned line)
{
    unsigned count = 0;
    for (unsigned i = 0; i < claims->count; i++)
        for (unsigned j = 0; j < claims->claims[i].place_count; j++)
            count += claims->claims[i].places[j].line == line &&
                     strcmp(claims->claims[i].places[j].document, document) == 0;
    return count;
}

static unsigned report_missing(const struct claims *claims, const char *document,
                               const unsigned *lines, const char *kind)
{
    unsigned missing = 0;
    for (; *lines; lines++)
        if (claims_at(claims, document, *lines) == 0) {
            print_error("%s, line %u (%s): in no row\n", document, *lines, kind);
            missing++;
        }
    return missing;
}

static void every_figure_and_every_property_is_in_a_row(void **state)
{
    unsigned missing = 0;
    for (size_t i = 0; i < DOCUMENTS; i++)
        missing +=
            report_missing(*state, documents[i].document, documents[i].figures, "figure") +
            report_missing(*state, documents[i].document, documents[i].properties, "property");
    assert_int_equal(missing, 0);
}

static void every_row_names_lines_that_state_something(void **state)
{
    const struct claims *claims = *state;
    unsigned wrong = 0;
    for (unsigned i = 0; i < claims->count; i++)
        for (unsigned j = 0; j < claims->claims[i].place_count; j++) {
            const struct claim_place *place = &claims->claims[i].places[j];
            const struct lines *lines = lines_of(place->document);
            if (holds_line(lines->figures, place->line) ||
                holds_line(lines->properties, place->line))
                continue;
            print_error("%s: %s, line %u states nothing\n", claims->claims[i].id, place->document,
                        place->line);
            wrong++;
        }
    assert_int_equal(wrong, 0);
}

static void a_line_has_one_kind_and_is_in_its_document(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOCUMENTS; i++) {
        const struct lines *lines = &documents[i];
        for (const unsigned *line = lines->figures; *line; line++) {
            assert_false(holds_line(lines->properties, *line));
            assert_in_range(*line, 1, lines->last);
        }
        for (const unsigned *line = lines->properties; *line; line++)
            assert_in_range(*line, 1, lines->last);
    }
    for (size_t i = 0; claims_documents[i]; i++)
        assert_non_null(lines_of(claims_documents[i]));
}

static void there_are_fifty_rows_at_least_and_all_have_a_run_or_a_reason(void **state)
{
    const struct claims *claims = *state;
    unsigned measured = 0;
    for (unsigned i = 0; i < claims->count; i++) {
        measured += claims->claims[i].setting_count > 0;
        assert_true((claims->claims[i].setting_count > 0) != (claims->claims[i].not_testable != 0));
    }
    assert_in_range(measured, 50, CLAIMS_MAX);
}

/* How often the runs of the setting are repeated at least, at either size. */
static unsigned long repeats_of(struct claims *claims, const struct claim_setting *setting)
{
    unsigned long least = CLAIMS_REPEATS_MAX;
    for (int quick = 0; quick < 2; quick++) {
        claims->quick = quick;
        unsigned long repeats = strtoul(claims_repeats(claims, setting->run), NULL, 10);
        least = repeats < least ? repeats : least;
    }
    return least;
}

/* Of those who wake at once any number enters the lock: a few cycles say nothing about others. */
static void who_gets_into_the_lock_is_asked_of_many_cycles(void **state)
{
    static const char *const rows[] = {"lock-scan-keys", "queries-lock", "lock-one-works",
                                       "lock-losers",    "balance-lock", "lock-no-duplicates"};
    struct claims *claims = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned long most = 0;
        for (unsigned j = 0; j < claims->count; j++)
            for (unsigned k = 0; k < claims->claims[j].setting_count; k++)
                if (strcmp(claims->claims[j].id, rows[i]) == 0) {
                    unsigned long repeats = repeats_of(claims, &claims->claims[j].settings[k]);
                    most = repeats > most ? repeats : most;
                }
        if (most < 12)
            fail_msg("%s is measured %lu times", rows[i], most);
    }
}

static int read_the_file(void **state)
{
    struct claims *claims = calloc(1, sizeof *claims);
    *state = claims;
    if (claims && claims_read(claims, DIBS_HOME "/scenarios/claims.yaml"))
        return 0;
    print_error("%s\n", claims ? claims->error : "out of memory");
    return -1;
}

static int close_the_file(void **state)
{
    claims_close(*state);
    free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_one_kind_and_is_in_its_document),
        cmocka_unit_test(every_figure_and_every_property_is_in_a_row),
        cmocka_unit_test(every_row_names_lines_that_state_something),
        cmocka_unit_test(who_gets_into_the_lock_is_asked_of_many_cycles),
        cmocka_unit_test(there_are_fifty_rows_at_least_and_all_have_a_run_or_a_reason),
    };
    return cmocka_run_group_tests(tests, read_the_file, close_the_file);
}
