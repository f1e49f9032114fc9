/* The matrix of faults: a planted bug shows in it, and its cells decide what it all amounts to. */
#include "tests/kit_planted.h"
#include "tests/kit_run.h"

#include "bench/matrix/matrix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The crash sweep of one contender, and nothing else. */
static void sweep_of(struct matrix *matrix, const struct contender *contender,
                     const struct strategy *strategy)
{
    char error[640];
    uint32_t kept = 0;
    if (!matrix_prepare(matrix, "claim-safe", true, error, sizeof error))
        fail_msg("%s", error);
    for (uint32_t i = 0; i < matrix->cell_count; i++)
        if (matrix->rows[matrix->cells[i].row].sweep == FAULT_CRASH)
            matrix->cells[kept++] = matrix->cells[i];
    assert_int_equal(kept, 1);
    matrix->cell_count = kept;
    matrix->contenders[0] = (struct matrix_contender){contender, strategy};
}

static char *table_of(const struct matrix *matrix)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    matrix_table(matrix, out);
    fclose(out);
    return text;
}

static void test_planted_bug(void **state)
{
    struct kit_run *kit = *state;
    char parameters[64];
    const struct contender forgetful = {"forgetful", "", parameters};
    struct matrix matrix;
    char error[640];
    snprintf(parameters, sizeof parameters, "bug=%s", planted_name(PLANTED_NO_RECOVERY));
    sweep_of(&matrix, &forgetful, &planted_strategy);
    if (!matrix_run(&matrix, &kit->options, error, sizeof error))
        fail_msg("%s", error);
    const struct matrix_cell *cell = &matrix.cells[0];
    if (cell->verdict != MATRIX_FAIL || cell->signature[SWEEP_STRANDED] == 0)
        fail_msg("%s: %s", matrix_verdict_name(cell->verdict), cell->why);
    assert_int_equal(matrix_status(&matrix), STATUS_BROKEN);
    char *table = table_of(&matrix);
    assert_non_null(strstr(table, "FAIL"));
    assert_non_null(strstr(table, "05-crash-sweep, forgetful: at "));
    assert_non_null(strstr(table, "forgetful promises at least once under crash"));
    free(table);
    matrix_close(&matrix);
}

static void test_status(void **state)
{
    (void)state;
    static const struct {
        enum matrix_verdict verdicts[3];
        enum status status;
    } cases[] = {
        {{MATRIX_PASS, MATRIX_NOT_PROMISED, MATRIX_NOT_JUDGED}, STATUS_GOOD},
        {{MATRIX_PASS, MATRIX_UNKNOWN, MATRIX_PASS}, STATUS_UNKNOWN},
        {{MATRIX_UNKNOWN, MATRIX_FAIL, MATRIX_PASS}, STATUS_BROKEN},
        {{MATRIX_FAIL, MATRIX_UNTRUSTWORTHY, MATRIX_UNKNOWN}, STATUS_NOT_TRUSTWORTHY},
        {{MATRIX_UNTRUSTWORTHY, MATRIX_COULD_NOT_RUN, MATRIX_FAIL}, STATUS_COULD_NOT_RUN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct matrix_cell cells[3] = {{0}};
        const struct matrix matrix = {.cells = cells, .cell_count = 3};
        for (size_t k = 0; k < 3; k++)
            cells[k].verdict = cases[i].verdicts[k];
        assert_int_equal(matrix_status(&matrix), cases[i].status);
    }
}

/* A head that is longer than its column stands on two lines, and none of it is cut off. */
static void test_long_heads(void **state)
{
    (void)state;
    const struct contender contender = {"c", "", ""};
    struct matrix_row rows[] = {
        {.name = "12-pause-blocked", .question = "q"},
        {.name = "13-swizzle", .question = "q"},
        {.name = "22-slow-beyond", .question = "q"},
    };
    struct matrix_cell cell = {.verdict = MATRIX_PASS};
    const struct matrix matrix = {.rows = rows,
                                  .row_count = 3,
                                  .contenders = {{&contender, NULL}},
                                  .contender_count = 1,
                                  .cells = &cell,
                                  .cell_count = 1};
    char *table = table_of(&matrix);
    const char *heads = "\ncontender               12-pause-      13-swizzle     22-slow-beyond \n"
                        "                        blocked                                      \n";
    assert_memory_equal(table, heads, strlen(heads));
    free(table);
}

/* After an interrupt it is said how far it came. */
static void test_cells_that_were_run_are_counted(void **state)
{
    (void)state;
    const struct contender contender = {"c", "", ""};
    struct matrix_row row = {.name = "r", .question = "q"};
    struct matrix_cell cells[3] = {{.verdict = MATRIX_PASS}};
    const struct matrix matrix = {.rows = &row,
                                  .row_count = 1,
                                  .contenders = {{&contender, NULL}},
                                  .contender_count = 1,
                                  .cells = cells,
                                  .cell_count = 3};
    char *table = table_of(&matrix);
    assert_non_null(strstr(table, "\n1 of 3 cells in 0 s"));
    free(table);
    cells[1].verdict = cells[2].verdict = MATRIX_NOT_JUDGED;
    table = table_of(&matrix);
    assert_non_null(strstr(table, "\n3 cells in 0 s"));
    free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_planted_bug),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_long_heads),
        cmocka_unit_test(test_cells_that_were_run_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
