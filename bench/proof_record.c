#include "bench/proof_record.h"

#include "sim/placement.h"
#include "sim/random.h"
#include "strategies/clock.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DECISION_WITHIN_NS (300 * NS_PER_S)

static const char BLOCKS[] = "blocks.tsv", DECISIONS[] = "decisions.tsv";
static const char BLOCKS_HEAD[] = "condition\ta_time\ta_cpu\ta_p99\tagain_time\tagain_cpu\t"
                                  "again_p99\tb_time\tb_cpu\tb_p99\n";
static const char DECISIONS_HEAD[] = "condition\tkind\tverdict\tpairs\n";

static const char *const conditions[] = {[PROOF_IDLE] = "idle", [PROOF_LOAD] = "load"};

const char *proof_condition_name(enum proof_condition condition)
{
    return conditions[condition];
}

static bool fail(struct proof_recorder *recorder, const char *what, const char *why)
{
    recorder->status = recorder->status == RUN_COMPLETE ? RUN_COULD_NOT : recorder->status;
    snprintf(recorder->why, sizeof recorder->why, "%.240s: %.240s", what, why);
    return false;
}

/* ---- what is kept */

static FILE *open_file(const struct proof_recorder *recorder, const char *name, const char *mode)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s", recorder->directory, name);
    errno = ENAMETOOLONG;
    return n > 0 && (size_t)n < sizeof path ? fopen(path, mode) : NULL;
}

/* Adds one line to a file, which begins with its head. */
static bool keep(struct proof_recorder *recorder, const char *name, const char *head,
                 const char *line)
{
    FILE *file = open_file(recorder, name, "ae");
    bool good = file != NULL && (ftell(file) > 0 || fputs(head, file) != EOF) &&
                fputs(line, file) != EOF && fflush(file) == 0;
    int why = errno;
    if (file != NULL)
        fclose(file);
    return good || fail(recorder, name, strerror(why));
}

static struct proof_block *new_block(struct proof_recording *recording)
{
    size_t bytes = (recording->count + 1) * sizeof *recording->blocks;
    struct proof_block *grown =
        recording->count < PROOF_BLOCKS_MAX ? realloc(recording->blocks, bytes) : NULL;
    if (grown == NULL)
        return NULL;
    recording->blocks = grown;
    return &grown[recording->count];
}

static bool find_condition(const char *name, enum proof_condition *condition)
{
    for (*condition = 0; *condition < PROOF_CONDITIONS; (*condition)++)
        if (strcmp(name, conditions[*condition]) == 0)
            return true;
    return false;
}

static bool read_block(struct proof_recorder *recorder, const char *line)
{
    char name[16];
    enum proof_condition condition;
    struct proof_block b;
    double *a = b.arms[PROOF_A].cost, *again = b.arms[PROOF_AGAIN].cost, *c = b.arms[PROOF_B].cost;
    if (sscanf(line, "%15s %lf %lf %lf %lf %lf %lf %lf %lf %lf", name, &a[0], &a[1], &a[2],
               &again[0], &again[1], &again[2], &c[0], &c[1], &c[2]) != 10 ||
        !find_condition(name, &condition))
        return fail(recorder, BLOCKS, "a line is no block");
    struct proof_block *block = new_block(&recorder->recordings[condition]);
    if (block == NULL)
        return fail(recorder, BLOCKS, "out of memory");
    *block = b;
    recorder->recordings[condition].count++;
    return true;
}

static void add_decision(struct proof_recording *recording, bool planted,
                         struct proof_decision decision)
{
    uint32_t *count = planted ? &recording->planted_count : &recording->none_count;
    struct proof_decision *list = planted ? recording->planted : recording->none;
    if (*count < PROOF_DECISIONS_MAX)
        list[(*count)++] = decision;
}

static bool read_decision(struct proof_recorder *recorder, const char *line)
{
    char name[16], kind[16], verdict[16];
    unsigned pairs;
    enum proof_condition condition;
    enum pair_verdict v = PAIR_OPEN;
    if (sscanf(line, "%15s %15s %15s %u", name, kind, verdict, &pairs) != 4 ||
        !find_condition(name, &condition))
        return fail(recorder, DECISIONS, "a line is no decision");
    while (v < PAIR_FAIL && strcmp(pair_verdict_name(v), verdict) != 0)
        v++;
    add_decision(&recorder->recordings[condition], strcmp(kind, "planted") == 0,
                 (struct proof_decision){v, pairs});
    return true;
}

static bool read_file(struct proof_recorder *recorder, const char *name,
                      bool (*read_line)(struct proof_recorder *recorder, const char *line))
{
    char *line = NULL;
    size_t size = 0;
    bool good = true, head = true;
    FILE *file = open_file(recorder, name, "re");
    while (file != NULL && good && getline(&line, &size, file) >= 0) {
        good = head || read_line(recorder, line);
        head = false;
    }
    free(line);
    if (file != NULL)
        fclose(file);
    return good;
}

bool proof_recorder_open(struct proof_recorder *recorder)
{
    return read_file(recorder, BLOCKS, read_block) &&
           read_file(recorder, DECISIONS, read_decision);
}

void proof_recorder_close(struct proof_recorder *recorder)
{
    for (int i = 0; i < PROOF_CONDITIONS; i++) {
        free(recorder->recordings[i].blocks);
        recorder->recordings[i] = (struct proof_recording){0};
    }
}

/* ---- measuring */

static bool record_block(struct proof_recorder *recorder, enum proof_condition condition)
{
    struct proof_recording *recording = &recorder->recordings[condition];
    uint64_t coin = random_fork(recorder->seed, recording->count * 2 + condition);
    enum proof_arm order[PROOF_ARMS] = {PROOF_A, PROOF_AGAIN, PROOF_B};
    struct proof_block *block = new_block(recording);
    char line[512];
    if (block == NULL)
        return fail(recorder, "blocks", "out of memory");
    for (uint32_t i = PROOF_ARMS - 1; i > 0; i--) { /* shuffle */
        uint32_t j = (uint32_t)random_below(&coin, i + 1);
        enum proof_arm arm = order[i];
        order[i] = order[j];
        order[j] = arm;
    }
    for (int i = 0; i < PROOF_ARMS; i++)
        if (!pair_repeat_run(&recorder->arms[order[i]], recording->count + 1, &recorder->options,
                             &block->arms[order[i]], &recorder->status, recorder->why))
            return false;
    int n = snprintf(line, sizeof line, "%s", conditions[condition]);
    for (int arm = 0; arm < PROOF_ARMS; arm++)
        for (int metric = 0; metric < PAIR_METRICS; metric++)
            n += snprintf(line + n, sizeof line - (size_t)n, "\t%.6g",
                          block->arms[arm].cost[metric]);
    snprintf(line + n, sizeof line - (size_t)n, "\n");
    recording->count++;
    return keep(recorder, BLOCKS, BLOCKS_HEAD, line);
}

/* As `dibs ab` would decide. */
static bool decide_live(struct proof_recorder *recorder, enum proof_condition condition,
                        bool planted, uint32_t number)
{
    struct pair_series *series = calloc(1, sizeof *series);
    char line[128];
    if (series == NULL)
        return fail(recorder, "decisions", "out of memory");
    series->arms[0] = recorder->arms[PROOF_A];
    series->arms[1] = recorder->arms[planted ? PROOF_B : PROOF_AGAIN];
    series->options = recorder->options;
    series->seed = random_fork(recorder->seed, 4 * (uint64_t)number + 2 * condition + planted);
    series->until_ns = clock_ns() + DECISION_WITHIN_NS;
    pair_rules_open(&series->rules, PROOF_TARGET);
    bool good = pair_series_run(series);
    enum pair_verdict verdict = pair_verdict_of(series->findings);
    recorder->status = series->status;
    snprintf(line, sizeof line, "%s\t%s\t%s\t%u\n", conditions[condition],
             planted ? "planted" : "none", pair_verdict_name(verdict), series->pairs);
    if (good)
        add_decision(&recorder->recordings[condition], planted,
                     (struct proof_decision){verdict, series->pairs});
    else
        fail(recorder, "a live decision", series->why);
    free(series);
    return good && keep(recorder, DECISIONS, DECISIONS_HEAD, line);
}

static bool record_all(struct proof_recorder *recorder, enum proof_condition condition,
                       uint32_t blocks, uint32_t decisions)
{
    const struct proof_recording *recording = &recorder->recordings[condition];
    const char *name = conditions[condition];
    while (recording->count < blocks) {
        if (recorder->progress != NULL)
            recorder->progress(name, "block", recording->count + 1, blocks);
        if (!record_block(recorder, condition))
            return false;
    }
    while (recording->planted_count < decisions) {
        bool planted = recording->none_count > recording->planted_count;
        uint32_t number = recording->planted_count;
        if (recorder->progress != NULL)
            recorder->progress(name, "live decision", 2 * number + planted + 1, 2 * decisions);
        if (!decide_live(recorder, condition, planted, number))
            return false;
    }
    return true;
}

/* ---- the load on another core than the one of server and clients */

static void spin(void)
{
    for (volatile unsigned turns = 0;; turns++)
        continue;
}

static pid_t start_load(struct janitor *janitor)
{
    pid_t dibs = getpid(), pid = fork();
    if (pid != 0) {
        if (pid > 0)
            janitor_add_process(janitor, pid);
        return pid;
    }
    if (janitor_child(janitor, dibs) && placement_bind_server(PLACEMENT_SPLIT))
        spin();
    _exit(1);
}

static void end_load(struct janitor *janitor, pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    janitor_forget_process(janitor, pid);
}

bool proof_record(struct proof_recorder *recorder, enum proof_condition condition, uint32_t blocks,
                  uint32_t decisions)
{
    const struct proof_recording *recording = &recorder->recordings[condition];
    pid_t load = 0;
    if (recording->count >= blocks && recording->planted_count >= decisions)
        return true;
    if (condition == PROOF_LOAD)
        load = start_load(recorder->options.janitor);
    if (load < 0)
        return fail(recorder, "the load cannot be started", strerror(errno));
    bool good = record_all(recorder, condition, blocks, decisions);
    if (load > 0)
        end_load(recorder->options.janitor, load);
    return good;
}
