/* The proof of the gate: its rates, what it keeps and finds again, and the load that it sets beside
 * what it measures. */
#include "bench/proof/neighbour.h"
#include "bench/proof/planted.h"
#include "bench/proof/proof_file.h"
#include "bench/proof/proof_output.h"
#include "sim/machine/placement.h"
#include "tests/kit_run.h"
#include "tests/kit_schema.h"

#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A recording that is made up: A and A again differ by noise, B by 5 % more. */
static void a_recording_gives_its_rates(void **state)
{
    struct proof_block blocks[400];
    struct proof_recording recording = {.blocks = blocks, .count = 400};
    struct proof_rates rates;
    (void)state;
    for (int i = 0; i < 400; i++)
        for (int metric = 0; metric < PAIR_METRICS; metric++) {
            double noise = ((i * 7 + metric) % 13 - 6) * 0.001;
            blocks[i].arms[PROOF_A].cost[metric] = 10;
            blocks[i].arms[PROOF_AGAIN].cost[metric] = 10 * (1 + noise);
            blocks[i].arms[PROOF_B].cost[metric] = 10.5 * (1 + noise);
        }
    assert_true(proof_resample(&recording, 200, 1, &rates));
    assert_true(rates.false_fail == 0);
    assert_true(rates.found > 0.999);
    assert_true(fabs(rates.metrics[PAIR_TIME].slowdown - 0.05) < 0.002);
    assert_true(rates.metrics[PAIR_TIME].spread > 0);
    assert_true(rates.metrics[PAIR_TIME].would_see < 0.05);
}

/* ---- what is kept */

struct kept {
    char directory[256], path[300]; /* `path`: what within_kept was last asked for */
    struct proof_recorder recorder;
};

static const char *within_kept(struct kept *kept, const char *name)
{
    snprintf(kept->path, sizeof kept->path, "%s/%s", kept->directory, name);
    return kept->path;
}

static int open_kept(void **state)
{
    const char *parent = getenv("TMPDIR");
    struct kept *kept = calloc(1, sizeof *kept);
    if (kept == NULL)
        return -1;
    snprintf(kept->directory, sizeof kept->directory, "%s/proof-XXXXXX",
             parent != NULL && *parent != '\0' ? parent : "/tmp");
    *state = kept;
    return mkdtemp(kept->directory) != NULL ? 0 : -1;
}

static int close_kept(void **state)
{
    static const char *const names[] = {"blocks.tsv", "decisions.tsv", "exact.tsv", "origin.txt",
                                        "proof.json"};
    struct kept *kept = *state;
    proof_recorder_close(&kept->recorder);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(within_kept(kept, names[i]));
    int left = rmdir(kept->directory);
    free(kept);
    return left;
}

/* As another invocation would. */
static bool reopen(struct kept *kept, const char *items)
{
    proof_recorder_close(&kept->recorder);
    kept->recorder = (struct proof_recorder){.directory = kept->directory};
    texts_add(&kept->recorder.origin, items, strlen(items));
    return proof_recorder_open(&kept->recorder);
}

static void append_bytes(struct kept *kept, const char *name, const char *bytes, size_t n)
{
    FILE *file = fopen(within_kept(kept, name), "ae");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void append(struct kept *kept, const char *name, const char *text)
{
    append_bytes(kept, name, text, strlen(text));
}

static struct proof_block made_up(double cost)
{
    struct proof_block block;
    for (int arm = 0; arm < PROOF_ARMS; arm++)
        for (int metric = 0; metric < PAIR_METRICS; metric++)
            block.arms[arm].cost[metric] = cost + arm * 10 + metric;
    return block;
}

static void what_was_recorded_is_found_again(void **state)
{
    struct kept *kept = *state;
    const struct proof_block blocks[] = {made_up(1.5), made_up(2.5)};
    const struct proof_decision fail = {PAIR_FAIL, 24}, open = {PAIR_OPEN, 384};
    const struct proof_exact_decision exact = {.found = true};
    assert_true(reopen(kept, "items 9"));
    assert_true(proof_file_keep_block(&kept->recorder, PROOF_IDLE, &blocks[0]));
    assert_true(proof_file_keep_block(&kept->recorder, PROOF_LOAD, &blocks[1]));
    assert_true(proof_file_keep_decision(&kept->recorder, PROOF_LOAD, true, &fail));
    assert_true(proof_file_keep_decision(&kept->recorder, PROOF_LOAD, false, &open));
    assert_true(proof_file_keep_exact(&kept->recorder, &exact));

    assert_true(reopen(kept, "items 9"));
    const struct proof_recording *recordings = kept->recorder.recordings;
    for (int i = 0; i < PROOF_CONDITIONS; i++) {
        assert_int_equal(recordings[i].count, 1);
        assert_memory_equal(&recordings[i].blocks[0], &blocks[i], sizeof blocks[i]);
    }
    assert_int_equal(recordings[PROOF_IDLE].none_count + recordings[PROOF_IDLE].planted_count, 0);
    assert_int_equal(recordings[PROOF_LOAD].planted_count, 1);
    assert_int_equal(recordings[PROOF_LOAD].planted[0].verdict, PAIR_FAIL);
    assert_int_equal(recordings[PROOF_LOAD].planted[0].pairs, 24);
    assert_int_equal(recordings[PROOF_LOAD].none[0].verdict, PAIR_OPEN);
    assert_int_equal(kept->recorder.exact_count, 1);
    assert_true(kept->recorder.exact[0].found && !kept->recorder.exact[0].false_fail);
}

/* Whoever wrote it was killed, or the disk was full. */
static void a_line_that_was_cut_off_is_measured_again(void **state)
{
    struct kept *kept = *state;
    const struct proof_block block = made_up(1);
    assert_true(reopen(kept, "items 9"));
    assert_true(proof_file_keep_block(&kept->recorder, PROOF_IDLE, &block));
    append(kept, "blocks.tsv", "idle\t1\t2\t3\t4\t5\t6\t7\t8\t9");
    for (unsigned there = 1; there <= 2; there++) {
        assert_true(reopen(kept, "items 9"));
        assert_int_equal(kept->recorder.recordings[PROOF_IDLE].count, there);
        assert_true(proof_file_keep_block(&kept->recorder, PROOF_IDLE, &block));
    }
}

/* A file that had grown, but not got its data yet when the power failed, ends in zeros. */
static void zeros_at_the_end_are_measured_again(void **state)
{
    static const char zeros[8] = {0};
    struct kept *kept = *state;
    const struct proof_block block = made_up(1);
    assert_true(reopen(kept, "items 9"));
    assert_true(proof_file_keep_block(&kept->recorder, PROOF_IDLE, &block));
    append_bytes(kept, "blocks.tsv", zeros, sizeof zeros);
    assert_true(reopen(kept, "items 9"));
    assert_true(proof_file_keep_block(&kept->recorder, PROOF_IDLE, &block));
    assert_true(reopen(kept, "items 9"));
    assert_int_equal(kept->recorder.recordings[PROOF_IDLE].count, 2);
}

static void zeros_within_a_line_are_told(void **state)
{
    static const char cut[] = "idle\t1\t2\t3\t4\t5\t6\t7\t8\t9\0\0\0\n";
    struct kept *kept = *state;
    const struct proof_block block = made_up(1);
    assert_true(reopen(kept, "items 9"));
    assert_true(proof_file_keep_block(&kept->recorder, PROOF_IDLE, &block));
    append_bytes(kept, "blocks.tsv", cut, sizeof cut - 1);
    assert_false(reopen(kept, "items 9"));
    assert_non_null(strstr(kept->recorder.why, "blocks.tsv: line 3 is not"));
}

static void what_is_no_block_is_told_by_its_line(void **state)
{
    static const char *const lines[] = {
        "idle\t1\t2\t3\t4\t5\t6\t7\t8\n",        "idle\t1\t2\t3\t4\t5\t6\t7\t8\tnan\n",
        "idle\t1\t2\t3\t4\t5\t6\t7\t8\t1e999\n", "idle\t1\t2\t3\t4\t5\t6\t7\t8\t-9\n",
        "asleep\t1\t2\t3\t4\t5\t6\t7\t8\t9\n",
    };
    struct kept *kept = *state;
    const struct proof_block block = made_up(1);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_true(reopen(kept, "items 9"));
        assert_true(proof_file_keep_block(&kept->recorder, PROOF_IDLE, &block));
        append(kept, "blocks.tsv", lines[i]);
        assert_false(reopen(kept, "items 9"));
        assert_int_equal(kept->recorder.status, RUN_COULD_NOT);
        assert_non_null(strstr(kept->recorder.why, "blocks.tsv: line 3 is not"));
        unlink(within_kept(kept, "blocks.tsv"));
    }
}

static void another_origin_is_refused(void **state)
{
    struct kept *kept = *state;
    assert_true(reopen(kept, "items 9"));
    assert_false(reopen(kept, "items 10"));
    assert_int_equal(kept->recorder.status, RUN_REFUSED);
    assert_non_null(strstr(kept->recorder.why, "items 10 instead of 9"));
    assert_true(reopen(kept, "items 9"));
}

/* What nobody knows the origin of is neither adopted nor touched. */
static void no_origin_is_refused(void **state)
{
    static const char *const names[] = {"blocks.tsv", "decisions.tsv", "exact.tsv"};
    struct kept *kept = *state;
    for (int i = 0; i < 3; i++) {
        append(kept, names[i], "");
        for (int again = 0; again < 2; again++) {
            assert_false(reopen(kept, "items 9"));
            assert_int_equal(kept->recorder.status, RUN_REFUSED);
            assert_non_null(strstr(kept->recorder.why, names[i]));
            assert_non_null(strstr(kept->recorder.why, "no origin.txt"));
        }
        unlink(within_kept(kept, names[i]));
    }
    assert_true(reopen(kept, "items 9"));
}

static void an_origin_that_cannot_be_read_stays(void **state)
{
    struct kept *kept = *state;
    struct stat status;
    assert_int_equal(symlink("origin.txt", within_kept(kept, "origin.txt")), 0); /* to itself */
    assert_false(reopen(kept, "items 9"));
    assert_int_equal(kept->recorder.status, RUN_COULD_NOT);
    assert_non_null(strstr(kept->recorder.why, "origin.txt: "));
    assert_int_equal(lstat(within_kept(kept, "origin.txt"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

/* ---- the document */

/* Of two conditions: one that says something, and one with too few blocks to say it. */
static void the_document_is_as_the_schema_says(void **state)
{
    struct kept *kept = *state;
    struct proof_recorder *recorder = &kept->recorder;
    struct environment environment = {.cores = -1, .memory_bytes = -1, .load_before = -1};
    struct proof_outcome outcome = {.recorder = recorder, .draws = 20, .environment = &environment};
    const struct proof_block block = made_up(1);
    for (int i = 0; i < 24; i++)
        assert_true(proof_add_block(&recorder->recordings[PROOF_IDLE], &block));
    assert_true(proof_add_block(&recorder->recordings[PROOF_LOAD], &block));
    proof_add_decision(&recorder->recordings[PROOF_IDLE], true,
                       (struct proof_decision){PAIR_FAIL, 24});
    recorder->exact[recorder->exact_count++] = (struct proof_exact_decision){.found = true};
    for (int i = 0; i < PROOF_CONDITIONS; i++)
        assert_true(proof_resample(&recorder->recordings[i], outcome.draws, 1, &outcome.rates[i]));
    assert_true(isfinite(outcome.rates[PROOF_IDLE].metrics[PAIR_TIME].spread));
    assert_true(isnan(outcome.rates[PROOF_LOAD].metrics[PAIR_TIME].spread));

    FILE *file = fopen(within_kept(kept, "proof.json"), "we");
    assert_non_null(file);
    assert_true(proof_document(&outcome, file));
    assert_int_equal(fclose(file), 0);
    assert_int_equal(kit_schema_check("proof", kept->path), 0);
    assert_int_equal(kit_schema_documented("proof"), 0);
}

/* ---- the load */

static int core_of(pid_t pid)
{
    cpu_set_t cores;
    if (sched_getaffinity(pid, sizeof cores, &cores) != 0 || CPU_COUNT(&cores) != 1)
        return -1;
    int core = 0;
    while (!CPU_ISSET(core, &cores))
        core++;
    return core;
}

/* In a child, for it is bound for good; it stops when it is. */
static int core_of_server(void)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        if (placement_bind_server(PLACEMENT_ONE_CORE))
            raise(SIGSTOP);
        _exit(1);
    }
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_true(WIFSTOPPED(status));
    int core = core_of(pid);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return core;
}

static void the_load_is_on_another_core_and_gone_afterwards(void **state)
{
    struct kit_run *kit = *state;
    char error[128];
    if (placement_cores() < 2)
        skip();
    pid_t pid = neighbour_start(&kit->janitor, error, sizeof error);
    assert_true(pid > 0);
    assert_true(neighbour_spins(pid));
    int core = core_of(pid), server = core_of_server();
    assert_true(core >= 0);
    assert_true(server >= 0);
    assert_int_not_equal(core, server);
    neighbour_end(&kit->janitor, pid);
    assert_int_equal(kill(pid, 0), -1);
}

/* It would write to the kit's directory, which must be empty in the end. */
static struct proof_recorder recorder_of(struct kit_run *kit)
{
    kit_run_choose(kit, strategy_planted.contenders, &strategy_planted);
    const struct pair_arm arm = {&kit->scenario, kit->program, NULL};
    return (struct proof_recorder){
        .arms = {arm, arm, arm}, .options = kit->options, .directory = kit->directory};
}

static void without_a_core_for_the_load_nothing_is_measured(void **state)
{
    struct kit_run *kit = *state;
    struct proof_recorder recorder = recorder_of(kit);
    cpu_set_t before;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_true(placement_bind_server(PLACEMENT_ONE_CORE));
    assert_false(proof_record(&recorder, PROOF_LOAD, 1, 0));
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_int_equal(recorder.status, RUN_COULD_NOT);
    assert_string_equal(recorder.why, "the load cannot be started: there is no other core for it");
    assert_int_equal(recorder.recordings[PROOF_LOAD].count, 0);
}

static void end_the_load(const struct proof_recorder *recorder, const char *condition,
                         const char *what, uint32_t done, uint32_t of)
{
    siginfo_t end;
    (void)condition, (void)what, (void)done, (void)of;
    kill(recorder->neighbour, SIGKILL);
    waitid(P_PID, (id_t)recorder->neighbour, &end, WEXITED | WNOWAIT);
}

static void what_lost_its_load_is_not_kept(void **state)
{
    struct kit_run *kit = *state;
    struct proof_recorder recorder = recorder_of(kit);
    if (placement_cores() < 2)
        skip();
    recorder.progress = end_the_load;
    assert_false(proof_record(&recorder, PROOF_LOAD, 1, 0));
    assert_int_equal(recorder.status, RUN_COULD_NOT);
    assert_string_equal(recorder.why, "the load has ended while it was needed");
    assert_int_equal(recorder.recordings[PROOF_LOAD].count, 0);
}

#define KEPT(test) cmocka_unit_test_setup_teardown(test, open_kept, close_kept)
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recording_gives_its_rates),
        KEPT(what_was_recorded_is_found_again),
        KEPT(a_line_that_was_cut_off_is_measured_again),
        KEPT(zeros_at_the_end_are_measured_again),
        KEPT(zeros_within_a_line_are_told),
        KEPT(what_is_no_block_is_told_by_its_line),
        KEPT(another_origin_is_refused),
        KEPT(no_origin_is_refused),
        KEPT(an_origin_that_cannot_be_read_stays),
        KEPT(the_document_is_as_the_schema_says),
        IN_A_WORLD(the_load_is_on_another_core_and_gone_afterwards),
        IN_A_WORLD(without_a_core_for_the_load_nothing_is_measured),
        IN_A_WORLD(what_lost_its_load_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
