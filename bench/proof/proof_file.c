#include "bench/proof/proof_file.h"

#include "bench/document/whole_file.h"
#include "bench/document/workload.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char BLOCKS[] = "blocks.tsv", DECISIONS[] = "decisions.tsv", TIER_ONE[] = "exact.tsv",
                  ORIGIN[] = "origin.txt";
static const char BLOCKS_HEAD[] = "condition\ta_time\ta_cpu\ta_p99\tagain_time\tagain_cpu\t"
                                  "again_p99\tb_time\tb_cpu\tb_p99\n";
static const char DECISIONS_HEAD[] = "condition\tkind\tverdict\tpairs\n";
static const char TIER_ONE_HEAD[] = "false_fail\tfound\n";

static bool fail(struct proof_recorder *recorder, const char *name, const char *why)
{
    return proof_recorder_fail(recorder, RUN_COULD_NOT, "%s/%s: %s", recorder->directory, name,
                               why);
}

static void write_path(const struct proof_recorder *recorder, const char *name, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s", recorder->directory, name);
}

/* ---- writing */

/* Adds one line to a file, which begins with its head. */
static bool keep(struct proof_recorder *recorder, const char *name, const char *head,
                 const char *line)
{
    char path[PATH_MAX];
    write_path(recorder, name, path);
    FILE *file = fopen(path, "ae");
    bool good = file != NULL && (ftell(file) > 0 || fputs(head, file) != EOF) &&
                fputs(line, file) != EOF && fflush(file) == 0;
    int why = errno;
    if (file != NULL)
        fclose(file);
    return good || fail(recorder, name, strerror(why));
}

bool proof_file_keep_block(struct proof_recorder *recorder, enum proof_condition condition,
                           const struct proof_block *block)
{
    char line[512];
    int n = snprintf(line, sizeof line, "%s", proof_condition_name(condition));
    for (int arm = 0; arm < PROOF_ARMS; arm++)
        for (int metric = 0; metric < PAIR_METRICS; metric++)
            n += snprintf(line + n, sizeof line - (size_t)n, "\t%.6g",
                          block->arms[arm].cost[metric]);
    snprintf(line + n, sizeof line - (size_t)n, "\n");
    return keep(recorder, BLOCKS, BLOCKS_HEAD, line);
}

bool proof_file_keep_decision(struct proof_recorder *recorder, enum proof_condition condition,
                              bool planted, const struct proof_decision *decision)
{
    char line[128];
    snprintf(line, sizeof line, "%s\t%s\t%s\t%u\n", proof_condition_name(condition),
             planted ? "planted" : "none", pair_verdict_name(decision->verdict), decision->pairs);
    return keep(recorder, DECISIONS, DECISIONS_HEAD, line);
}

bool proof_file_keep_exact(struct proof_recorder *recorder,
                           const struct proof_exact_decision *decision)
{
    char line[16];
    snprintf(line, sizeof line, "%d\t%d\n", decision->false_fail, decision->found);
    return keep(recorder, TIER_ONE, TIER_ONE_HEAD, line);
}

/* ---- reading */

static bool find_condition(const char *name, enum proof_condition *condition)
{
    for (*condition = 0; *condition < PROOF_CONDITIONS; (*condition)++)
        if (strcmp(name, proof_condition_name(*condition)) == 0)
            return true;
    return false;
}

static bool is_sound(const struct proof_block *block)
{
    for (int arm = 0; arm < PROOF_ARMS; arm++)
        for (int metric = 0; metric < PAIR_METRICS; metric++)
            if (!isfinite(block->arms[arm].cost[metric]) || block->arms[arm].cost[metric] < 0)
                return false;
    return true;
}

static bool read_block(struct proof_recorder *recorder, const char *line)
{
    char name[16];
    enum proof_condition condition;
    struct proof_block b;
    double *a = b.arms[PROOF_A].cost, *again = b.arms[PROOF_AGAIN].cost, *c = b.arms[PROOF_B].cost;
    return sscanf(line, "%15s %lf %lf %lf %lf %lf %lf %lf %lf %lf", name, &a[0], &a[1], &a[2],
                  &again[0], &again[1], &again[2], &c[0], &c[1], &c[2]) == 10 &&
           find_condition(name, &condition) && is_sound(&b) &&
           proof_add_block(&recorder->recordings[condition], &b);
}

static bool read_decision(struct proof_recorder *recorder, const char *line)
{
    char name[16], kind[16], verdict[16];
    struct proof_decision decision = {.verdict = PAIR_OPEN};
    enum proof_condition condition;
    if (sscanf(line, "%15s %15s %15s %u", name, kind, verdict, &decision.pairs) != 4 ||
        !find_condition(name, &condition))
        return false;
    while (decision.verdict < PAIR_FAIL &&
           strcmp(pair_verdict_name(decision.verdict), verdict) != 0)
        decision.verdict++;
    proof_add_decision(&recorder->recordings[condition], strcmp(kind, "planted") == 0, decision);
    return strcmp(pair_verdict_name(decision.verdict), verdict) == 0;
}

static bool read_exact(struct proof_recorder *recorder, const char *line)
{
    unsigned false_fail, found;
    if (sscanf(line, "%u %u", &false_fail, &found) != 2 || false_fail > 1 || found > 1)
        return false;
    if (recorder->exact_count < PROOF_DECISIONS_MAX)
        recorder->exact[recorder->exact_count++] =
            (struct proof_exact_decision){false_fail == 1, found == 1};
    return true;
}

/* Each line but the head; one without its end is taken from the file. */
static bool read_lines(struct proof_recorder *recorder, const char *name, FILE *file,
                       bool (*read_line)(struct proof_recorder *recorder, const char *line))
{
    char *line = NULL, why[64];
    size_t size = 0;
    ssize_t length;
    bool good = true;
    unsigned number = 0;
    for (off_t at = 0; good && (length = getline(&line, &size, file)) > 0; at = ftello(file)) {
        if (line[length - 1] != '\n') {
            good = ftruncate(fileno(file), at) == 0 || fail(recorder, name, strerror(errno));
        } else if (number++ > 0 && (strlen(line) != (size_t)length || !read_line(recorder, line))) {
            snprintf(why, sizeof why, "line %u is not what a gate-proof writes", number);
            good = fail(recorder, name, why);
        }
    }
    free(line);
    return good;
}

static bool read_file(struct proof_recorder *recorder, const char *name,
                      bool (*read_line)(struct proof_recorder *recorder, const char *line))
{
    char path[PATH_MAX];
    write_path(recorder, name, path);
    FILE *file = fopen(path, "r+e");
    if (file == NULL)
        return errno == ENOENT || fail(recorder, name, strerror(errno));
    bool good = read_lines(recorder, name, file, read_line);
    fclose(file);
    return good;
}

/* ---- the origin */

static bool print_origin(const void *context, FILE *out)
{
    const struct texts *origin = context;
    for (size_t i = 0; i < origin->n; i++)
        fprintf(out, "%s\n", texts_at(origin, i));
    return fflush(out) == 0 && !ferror(out);
}

static bool write_origin(struct proof_recorder *recorder)
{
    static const char *const measured[] = {BLOCKS, DECISIONS, TIER_ONE};
    char path[PATH_MAX], why[PATH_MAX + 256];
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++) {
        write_path(recorder, measured[i], path);
        if (access(path, F_OK) == 0)
            return proof_recorder_fail(recorder, RUN_REFUSED,
                                       "%s holds %s, but no %s that tells what it was measured of; "
                                       "--out with another directory would be right",
                                       recorder->directory, measured[i], ORIGIN);
        if (errno != ENOENT)
            return fail(recorder, measured[i], strerror(errno));
    }
    write_path(recorder, ORIGIN, path);
    return whole_file_write(path, print_origin, &recorder->origin, why, sizeof why) ||
           proof_recorder_fail(recorder, RUN_COULD_NOT, "%s", why);
}

/* What was measured of another workload, server or machine is no part of this recording. */
static bool check_origin(struct proof_recorder *recorder)
{
    char path[PATH_MAX], why[256], *line = NULL;
    size_t size = 0;
    struct texts before = {0};
    write_path(recorder, ORIGIN, path);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return errno == ENOENT ? write_origin(recorder) : fail(recorder, ORIGIN, strerror(errno));
    for (ssize_t n; (n = getline(&line, &size, file)) > 0;)
        texts_add(&before, line, (size_t)n - (line[n - 1] == '\n'));
    int unread = ferror(file) != 0 ? errno : 0;
    free(line);
    fclose(file);
    workload_sort(&before);
    bool same = workload_same(&recorder->origin, &before, why, sizeof why);
    texts_close(&before);
    if (unread != 0)
        return fail(recorder, ORIGIN, strerror(unread));
    return same || proof_recorder_fail(recorder, RUN_REFUSED,
                                       "%s holds a recording of something else: %s; --out with "
                                       "another directory would be right",
                                       recorder->directory, why);
}

bool proof_file_read(struct proof_recorder *recorder)
{
    return check_origin(recorder) && read_file(recorder, BLOCKS, read_block) &&
           read_file(recorder, DECISIONS, read_decision) &&
           read_file(recorder, TIER_ONE, read_exact);
}
