#include "bench/commands.h"
#include "bench/document/json.h"
#include "sim/server/program.h"
#include "sim/trial/oracle.h"
#include "sim/trial/soak.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* How much: as the tests have it, or for long. */
static const struct size {
    uint32_t seeds, kills, leak_runs;
} sizes[] = {{200, 3000, 1000}, {5, 300, 50}};

struct soaked {
    struct soak soak;
    struct oracle_report oracle;
    enum status status;
};

static bool add_contenders(struct soak *soak, const char *list)
{
    char copy[1024], *rest = NULL;
    for (const char *const *name = soak_contenders; list == NULL && *name != NULL; name++)
        soak_add(soak, *name);
    snprintf(copy, sizeof copy, "%s", list == NULL ? "" : list);
    for (char *word = strtok_r(copy, ", ", &rest); word; word = strtok_r(NULL, ", ", &rest))
        if (!soak_add(soak, word)) {
            fprintf(stderr, "dibs: no contender to soak is called '%s'; dibs list names them\n",
                    word);
            return false;
        }
    return true;
}

/* ---- the three parts */

static bool is_interrupted(const struct invocation *invocation)
{
    return *invocation->interrupted != 0;
}

static void note(struct soaked *soaked, bool good, const char *error)
{
    if (good)
        return;
    fprintf(stderr, "dibs: %s\n", error);
    soaked->status = status_worse(soaked->status, STATUS_COULD_NOT_RUN);
}

static void run(struct soaked *soaked, const struct size *size, const struct invocation *invocation,
                const struct run_options *options)
{
    char error[RUN_REASON_MAX] = "";
    note(soaked, soak_faults(&soaked->soak, size->seeds, options, error, sizeof error), error);
    if (!is_interrupted(invocation))
        note(soaked,
             oracle_run(size->kills, invocation->janitor, invocation->interrupted, &soaked->oracle),
             soaked->oracle.first);
    if (!is_interrupted(invocation))
        note(soaked, soak_leaks(&soaked->soak, size->leak_runs, options, error, sizeof error),
             error);
}

static uint64_t leaks_of(const struct soak_leaks *leaks)
{
    return leaks->descriptors + leaks->mappings + leaks->processes + leaks->files + leaks->bytes;
}

static void judge(struct soaked *soaked, bool interrupted)
{
    for (uint32_t i = 0; i < soaked->soak.row_count; i++) {
        const struct soak_row *row = &soaked->soak.rows[i];
        if (row->accused > 0)
            soaked->status = status_worse(soaked->status, STATUS_BROKEN);
        if (row->unsure > 0)
            soaked->status = status_worse(soaked->status, STATUS_NOT_TRUSTWORTHY);
    }
    if (soaked->oracle.disagreements > 0 || leaks_of(&soaked->soak.leaks) > 0)
        soaked->status = status_worse(soaked->status, STATUS_NOT_TRUSTWORTHY);
    if (interrupted)
        soaked->status = status_worse(soaked->status, STATUS_INTERRUPTED);
}

/* ---- what is shown */

static void print_table(const struct soaked *soaked)
{
    const struct soak_leaks *leaks = &soaked->soak.leaks;
    const struct oracle_report *oracle = &soaked->oracle;
    printf("%-15s %6s %8s %6s %10s %6s %8s %8s\n", "contender", "runs", "faults", "hit",
           "redundant", "lost", "accused", "unsure");
    for (uint32_t i = 0; i < soaked->soak.row_count; i++) {
        const struct soak_row *row = &soaked->soak.rows[i];
        printf("%-15s %6u %8u %6u %10" PRIu64 " %6" PRIu64 " %8u %8u\n", row->entry.label,
               row->runs, row->faults, row->faults_hit, row->redundant, row->lost, row->accused,
               row->unsure);
    }
    printf("\nkilled writers  %u in %u histories of %u refreshes, %u of them in the middle of a "
           "write; disagreements with the oracle: %u\n",
           oracle->kills, oracle->histories, oracle->refreshes, oracle->writes_cut,
           oracle->disagreements);
    printf("runs for leaks  %u; left: %u descriptors, %u mappings, %u processes, %u files, "
           "%" PRIu64 " bytes of memory\n",
           leaks->runs, leaks->descriptors, leaks->mappings, leaks->processes, leaks->files,
           leaks->bytes);
    if (soaked->soak.first[0] != '\0')
        printf("%s\n", soaked->soak.first);
    if (oracle->first[0] != '\0')
        printf("%s\n", oracle->first);
}

static json *row_object(const struct soak_row *row)
{
    json *object = json_make_object();
    json_put(object, "contender", json_make_text(row->entry.label));
    json_put(object, "runs", json_make_count(row->runs));
    json_put(object, "faults", json_make_count(row->faults));
    json_put(object, "faults_hit", json_make_count(row->faults_hit));
    json_put(object, "redundant", json_make_count(row->redundant));
    json_put(object, "lost", json_make_count(row->lost));
    json_put(object, "accused", json_make_count(row->accused));
    json_put(object, "unsure", json_make_count(row->unsure));
    return object;
}

static json *oracle_object(const struct oracle_report *oracle)
{
    json *object = json_make_object();
    json_put(object, "kills", json_make_count(oracle->kills));
    json_put(object, "histories", json_make_count(oracle->histories));
    json_put(object, "refreshes", json_make_count(oracle->refreshes));
    json_put(object, "writes_cut", json_make_count(oracle->writes_cut));
    json_put(object, "disagreements", json_make_count(oracle->disagreements));
    json_put(object, "first", json_make_text(oracle->first));
    return object;
}

static json *leaks_object(const struct soak_leaks *leaks)
{
    json *object = json_make_object();
    json_put(object, "runs", json_make_count(leaks->runs));
    json_put(object, "descriptors", json_make_count(leaks->descriptors));
    json_put(object, "mappings", json_make_count(leaks->mappings));
    json_put(object, "processes", json_make_count(leaks->processes));
    json_put(object, "files", json_make_count(leaks->files));
    json_put(object, "bytes", json_make_count(leaks->bytes));
    return object;
}

static void print_document(const struct soaked *soaked)
{
    json *document = json_make_object(), *rows = json_make_array();
    for (uint32_t i = 0; i < soaked->soak.row_count; i++)
        json_push(rows, row_object(&soaked->soak.rows[i]));
    json_put(document, "contenders", rows);
    json_put(document, "killed_writers", oracle_object(&soaked->oracle));
    json_put(document, "leaks", leaks_object(&soaked->soak.leaks));
    json_put(document, "first", json_make_text(soaked->soak.first));
    json_print(document, stdout); /* main tells of what stdout did not take */
    json_free(document);
}

static void soak_all(struct soaked *soaked, const struct invocation *invocation)
{
    const struct options *options = invocation->options;
    char program[PATH_MAX], error[PATH_MAX + 512];
    if (!server_find_program(options->redis_server, program, sizeof program, error, sizeof error)) {
        note(soaked, false, error);
        return;
    }
    const struct run_options run_options = {.janitor = invocation->janitor,
                                            .program = program,
                                            .trace_fd = -1,
                                            .interrupted = invocation->interrupted};
    run(soaked, &sizes[options->quick], invocation, &run_options);
    judge(soaked, is_interrupted(invocation));
    if (options->json)
        print_document(soaked);
    else
        print_table(soaked);
}

enum status command_soak(const struct invocation *invocation)
{
    struct soaked *soaked = calloc(1, sizeof *soaked);
    if (soaked == NULL) {
        fprintf(stderr, "dibs: out of memory\n");
        return STATUS_COULD_NOT_RUN;
    }
    soaked->status = STATUS_USAGE;
    if (add_contenders(&soaked->soak, invocation->options->contenders)) {
        soaked->status = STATUS_GOOD;
        soak_all(soaked, invocation);
    }
    enum status status = soaked->status;
    free(soaked);
    return status;
}
