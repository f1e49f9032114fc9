#include "bench/cell.h"
#include "bench/commands.h"
#include "bench/sweep_document.h"
#include "sim/program.h"
#include "sim/sweep.h"
#include "strategies/suggest.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 64 };

/* What is swept, as the command line asks for it. */
struct order {
    struct entry entries[ENTRIES_MAX];
    uint32_t entry_count;
    enum fault_kind kind;
    unsigned roles;
    char program[4096];
};

static bool refuse(const char *option, const char *word, const char *right)
{
    fprintf(stderr, "dibs: %s %s: %s would be right\n", option, word, right);
    return false;
}

static bool read_kind(const char *word, enum fault_kind *kind)
{
    *kind = FAULT_CRASH;
    if (word == NULL)
        return true;
    for (*kind = FAULT_CRASH; *kind < FAULT_KINDS; (*kind)++)
        if (strcmp(word, fault_kind_name(*kind)) == 0)
            return true;
    return refuse("--fault", word, "crash, connection or pause");
}

static bool read_roles(const char *word, unsigned *roles)
{
    *roles = SWEEP_WORKER | SWEEP_UPKEEP;
    if (word == NULL)
        return true;
    *roles = strcmp(word, "worker") == 0 ? SWEEP_WORKER : SWEEP_UPKEEP;
    if (*roles == SWEEP_WORKER || strcmp(word, "upkeep") == 0)
        return true;
    return refuse("--role", word, "worker or upkeep");
}

/* Sweeps go through protocols over items that are marked, and that talk to Redis. */
static bool can_be_swept(const struct strategy *strategy)
{
    return strategy->tasks == NULL && !strategy->silent;
}

static bool add_entry(struct order *order, const struct strategy *strategy,
                      const struct contender *contender)
{
    char error[256];
    if (order->entry_count == ENTRIES_MAX)
        return false;
    struct entry *entry = &order->entries[order->entry_count++];
    *entry = (struct entry){.contender = contender, .strategy = strategy};
    snprintf(entry->label, sizeof entry->label, "%s", contender->name);
    return contender_values(contender, strategy, entry->values, error, sizeof error);
}

static bool read_contenders(const char *word, struct order *order)
{
    const struct strategy *strategy;
    const struct contender *contender = contender_find(word, &strategy);
    if (contender != NULL && can_be_swept(strategy))
        return add_entry(order, strategy, contender);
    if (contender != NULL) {
        fprintf(stderr, "dibs: %s cannot be swept: it has no marked items in Redis\n", word);
        return false;
    }
    if (strcmp(word, "all") != 0) {
        char hint[SUGGESTION_KNOWN_MAX + 32];
        struct suggestion suggestion = {.word = word};
        contenders_suggest(&suggestion);
        suggestion_write(&suggestion, hint, sizeof hint);
        fprintf(stderr, "dibs: no contender is called '%s'; %s\n", word, hint);
        return false;
    }
    for (const struct strategy *const *s = strategies; *s != NULL; s++)
        for (const struct contender *c = (*s)->contenders; can_be_swept(*s) && c->name; c++)
            if (!add_entry(order, *s, c))
                return false;
    return true;
}

static void write_points(const struct sweep *sweep)
{
    printf("\n%-8s%-18s%-25s%-12s%10s%12s\n", "role", "command", "phase", "outcome", "redundant",
           "recovery s");
    for (uint32_t i = 0; i < sweep->count; i++) {
        const struct sweep_point *point = &sweep->points[i];
        char command[WIRE_NAME_MAX + 16], recovery[CELL_MAX];
        snprintf(command, sizeof command, "%u %s", point->fault.nth, point->command);
        cell_write(point->recovery_s, FORM_2, recovery);
        printf("%-8s%-18s%-25s%-12s%10llu%12s\n", sweep_role_name(point), command,
               fault_phase_name(point->fault.phase), sweep_outcome_name(point->outcome),
               (unsigned long long)point->redundant, recovery);
    }
}

static void write_signature(const struct sweep *sweep)
{
    uint32_t signature[SWEEP_OUTCOMES];
    sweep_signature(sweep, signature);
    printf("%-17s%-12s%8u%8u%11u%10u%8u%12u%9.1f\n", sweep->entry->label,
           fault_kind_name(sweep->kind), sweep->count, signature[SWEEP_ONCE],
           signature[SWEEP_REDUNDANT], signature[SWEEP_STRANDED], signature[SWEEP_LOST],
           signature[SWEEP_UNFINISHED], sweep->duration_s);
}

static enum status sweep_all(const struct invocation *invocation, const struct order *order,
                             struct sweep *sweeps, uint32_t *count)
{
    struct run_options options = {.janitor = invocation->janitor,
                                  .program = order->program,
                                  .trace_fd = -1,
                                  .interrupted = invocation->interrupted};
    bool text = !invocation->options->json;
    if (text)
        printf("%-17s%-12s%8s%8s%11s%10s%8s%12s%9s\n", "contender", "fault", "points", "once",
               "redundant", "stranded", "lost", "unfinished", "seconds");
    while (*count < order->entry_count) {
        struct sweep *sweep = &sweeps[(*count)++];
        sweep_run(&order->entries[*count - 1], order->kind, order->roles, 1, &options, sweep);
        if (sweep->status != RUN_COMPLETE) {
            fprintf(stderr, "dibs: %s: %s\n", sweep->entry->label, sweep->error);
            return sweep->status == RUN_INTERRUPTED ? STATUS_INTERRUPTED : STATUS_COULD_NOT_RUN;
        }
        if (text)
            write_signature(sweep);
        if (text && order->entry_count == 1)
            write_points(sweep);
        fflush(stdout);
    }
    return STATUS_GOOD;
}

enum status command_sweep(const struct invocation *invocation)
{
    const struct options *options = invocation->options;
    char error[256];
    struct order *order = calloc(1, sizeof *order);
    struct sweep *sweeps = calloc(ENTRIES_MAX, sizeof *sweeps);
    uint32_t count = 0;
    enum status status = STATUS_COULD_NOT_RUN;
    if (order == NULL || sweeps == NULL) {
        fprintf(stderr, "dibs: out of memory\n");
    } else if (!read_kind(options->fault, &order->kind) ||
               !read_roles(options->role, &order->roles) ||
               !read_contenders(invocation->scenario, order)) {
        status = STATUS_USAGE;
    } else if (!server_find_program(options->redis_server, order->program, sizeof order->program,
                                    error, sizeof error)) {
        fprintf(stderr, "dibs: %s\n", error);
    } else {
        status = sweep_all(invocation, order, sweeps, &count);
        if (options->json)
            sweep_document_print(sweeps, count, order->entry_count == 1, stdout);
    }
    for (uint32_t i = 0; i < count; i++)
        sweep_close(&sweeps[i]);
    free(sweeps);
    free(order);
    return status;
}
