#include "tests/kit_run.h"

#include "sim/judge/findings_fill.h"
#include "sim/judge/verdict.h"
#include "sim/scenario/pace.h"
#include "sim/scenario/scenario_keys.h"
#include "sim/server/program.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Called by the supervisor, on the test's own thread: no second thread is needed to interfere. */
static void look(void *context, const struct run_progress *progress)
{
    struct kit_run *kit = context;
    if (clock_ns() - kit->begun_ns > KIT_PATIENCE_S * NS_PER_S)
        kit->interrupted = 1;
    if (kit->moment == NULL || strcmp(progress->phase, "running") != 0)
        return;
    pid_t pid;
    bool works =
        kit->options.fault_count > 0 ? kit_run_paused(kit, &pid, 1) > 0 : progress->share > 0.05;
    if (!works)
        return;
    void (*moment)(struct kit_run *) = kit->moment;
    kit->moment = NULL;
    moment(kit);
}

static void make_directory(struct kit_run *kit)
{
    const char *tmpdir = getenv("TMPDIR");
    kit->tmpdir = tmpdir != NULL ? strdup(tmpdir) : NULL;
    snprintf(kit->directory, sizeof kit->directory, "%.40s/kit-XXXXXX", tmpdir ? tmpdir : "/tmp");
    assert_non_null(mkdtemp(kit->directory));
    assert_int_equal(setenv("TMPDIR", kit->directory, 1), 0);
}

int kit_run_open(void **state)
{
    struct kit_run *kit = calloc(1, sizeof *kit);
    assert_non_null(kit);
    *state = kit;
    char error[256];
    kit->begun_ns = clock_ns();
    make_directory(kit);
    assert_true(janitor_start(&kit->janitor));
    assert_true(program_find(NULL, kit->program, sizeof kit->program, error, sizeof error));
    kit->options = (struct run_options){
        .janitor = &kit->janitor,
        .program = kit->program,
        .trace_fd = -1,
        .interrupted = &kit->interrupted,
        .progress = look,
        .progress_context = kit,
    };
    scenario_keys_default(&kit->scenario);
    kit->scenario.items = 200;
    kit->scenario.instances = 2;
    kit->scenario.entry_count = 1;
    return 0;
}

static void forget_last(struct kit_run *kit)
{
    world_close(&kit->world);
    run_result_close(&kit->result);
    kit->begun_ns = clock_ns();
}

int kit_run_close(void **state)
{
    struct kit_run *kit = *state;
    forget_last(kit);
    janitor_stop(&kit->janitor);
    int left = waitpid(-1, NULL, WNOHANG), why = errno;
    int removed = rmdir(kit->directory);
    if (kit->tmpdir != NULL)
        setenv("TMPDIR", kit->tmpdir, 1);
    else
        unsetenv("TMPDIR");
    free(kit->tmpdir);
    free(kit);
    bool clean = left == -1 && why == ECHILD && removed == 0;
    if (!clean)
        print_error("a process or a file of the run is left\n");
    return clean ? 0 : -1;
}

void kit_run_choose(struct kit_run *kit, const struct contender *contender,
                    const struct strategy *strategy)
{
    struct scenario *scenario = &kit->scenario;
    struct entry *entry = &scenario->entries[0];
    char error[256];
    forget_last(kit); /* its harness is of the strategy that the entry still names */
    *entry = (struct entry){.contender = contender, .strategy = strategy};
    snprintf(entry->label, sizeof entry->label, "%s", contender->name);
    assert_true(contender_values(contender, strategy, entry->values, error, sizeof error));
    bool time_marks = scenario->kind == ITEMS_TASK_ROUNDS;
    if (time_marks)
        scenario->items = rounds_count(strategy->tasks, scenario);
    pace_scenario(scenario, entry, &kit->paced);
    const struct scenario *paced = &kit->paced;
    kit->shape = (struct world_shape){
        .instances = paced->instances,
        .seeded = time_marks ? 0 : paced->producers.seeded,
        .producers = {.count = paced->producers.count,
                      .rate_per_s = paced->producers.per_s * paced->time_scale,
                      .again = paced->producers.again,
                      .marks = paced->producers.marks,
                      .end_ns = scenario_scaled_ns(paced, paced->cycle_ms) * paced->cycles},
    };
}

bool kit_run_suits(const struct kit_run *kit, const struct strategy *strategy)
{
    bool suits = (strategy->tasks != NULL) == (kit->scenario.kind == ITEMS_TASK_ROUNDS);
    if (!suits)
        print_message("%s: skipped, its items are not %s\n", strategy->name,
                      item_kind_name(kit->scenario.kind));
    return suits;
}

void kit_run_name(struct kit_run *kit, const char *name, const char *parameters)
{
    const struct strategy *strategy;
    const struct contender *contender = contender_find(name, &strategy);
    assert_non_null(contender);
    kit_run_choose(kit, contender, strategy);
    char words[128], error[256], *rest = NULL;
    snprintf(words, sizeof words, "%s", parameters);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        if (!parameters_set(strategy, word, equals + 1, kit->scenario.entries[0].values, error,
                            sizeof error))
            fail_msg("%s", error);
    }
}

void kit_run_event(struct kit_run *kit, const char *line)
{
    char error[512];
    struct scenario *scenario = &kit->scenario;
    struct timeline_event *event = &scenario->events[scenario->event_count++];
    if (!timeline_read(line, event, error, sizeof error))
        fail_msg("%s: %s", line, error);
}

void kit_run_break(struct kit_run *kit, enum fault_kind kind, uint32_t nth)
{
    kit->options.faults = kit->faults;
    kit->options.fault_count = sizeof kit->faults / sizeof kit->faults[0];
    for (uint32_t i = 0; i < kit->options.fault_count; i++)
        kit->faults[i] = (struct fault_point){.kind = kind,
                                              .phase = FAULT_BEFORE_EFFECT,
                                              .instance = i,
                                              .role = SEAT_WORKER,
                                              .nth = nth};
}

static void fill_instances(struct kit_run *kit)
{
    struct run_result *result = &kit->result;
    const struct cluster *cluster = &kit->world.cluster;
    uint32_t instances = cluster->processes != NULL ? cluster->instances : 0;
    result->instances = calloc(instances + 1, sizeof *result->instances);
    assert_non_null(result->instances);
    for (uint32_t i = 0; i < instances; i++)
        result->instances[i].death_signal = cluster->processes[i].death_signal;
    result->instance_count = instances;
}

/* What a verdict asks for, and who died, which run_contender fills from the same places. */
static void judge(struct kit_run *kit)
{
    struct run_result *result = &kit->result;
    if (kit->world.board == NULL)
        return;
    fill_instances(kit);
    result->items = kit->world.books.fates;
    result->audited = kit->world.books.audited;
    result->refreshes.beyond_marks = ledger_sum(&kit->world.board->ledger).beyond_marks;
    for (uint32_t i = 0; i < kit->world.board->seats; i++) {
        const struct tally *tally = &kit->world.board->slots[i].tally;
        result->refreshes.total += counter_get(&tally->done);
        result->refreshes.redundant += counter_get(&tally->done) - counter_get(&tally->useful);
        result->refreshes.failed += counter_get(&tally->failed);
        result->refreshes.overlaps += counter_get(&tally->overlaps);
        result->marks += counter_get(&tally->marks);
        result->unfinished += (uint32_t)counter_get(&kit->world.board->slots[i].unfinished);
    }
    findings_fill(&kit->world, result);
    result->trustworthy = result->status == RUN_COMPLETE && result->reason_count == 0;
    verdict_judge(&kit->paced, result);
}

void kit_run_world_open(struct kit_run *kit)
{
    const struct scenario *scenario = &kit->scenario;
    const struct entry *entry = &scenario->entries[0];
    forget_last(kit);
    pace_scenario(scenario, entry, &kit->paced);
    kit->result = (struct run_result){.entry = entry, .seed = scenario->seed};
    if (!world_open(&kit->world, &kit->paced, entry, &kit->options, &kit->shape, scenario->seed,
                    &kit->result))
        kit_run_fail(kit, "the world does not open");
}

void kit_run_world_finish(struct kit_run *kit)
{
    world_run(&kit->world);
    world_close_books(&kit->world, kit->result.status == RUN_COMPLETE);
    judge(kit);
}

void kit_run_world(struct kit_run *kit)
{
    kit_run_world_open(kit);
    kit_run_world_finish(kit);
}

void kit_run_contender(struct kit_run *kit)
{
    forget_last(kit);
    run_contender(&kit->scenario, &kit->scenario.entries[0], 1, &kit->options, &kit->result);
}

void kit_run_fail(const struct kit_run *kit, const char *format, ...)
{
    const struct scenario *scenario = &kit->scenario;
    const struct run_result *result = &kit->result;
    const struct fates *f = &result->items;
    print_error("%s, %u instances of %u workers, %s, %u cycles: %s %s\n",
                scenario->entries[0].label, scenario->instances, scenario->workers,
                mode_name(scenario->mode), scenario->cycles, run_status_name(result->status),
                result->error);
    print_error("of %" PRIu64 " items: refreshed %" PRIu64 ", pending %" PRIu64 ", claimed %" PRIu64
                ", stranded %" PRIu64 ", dead %" PRIu64 ", lost %" PRIu64 "\n",
                f->total, f->refreshed, f->pending, f->claimed, f->stranded, f->dead, f->lost);
    for (uint32_t i = 0; i < result->reason_count; i++)
        print_error("%s\n", result->reasons[i]);
    if (result->broken_promise[0] != '\0')
        print_error("%s\n", result->broken_promise);
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fail_msg("%s", text);
}

void kit_run_assert_good(struct kit_run *kit)
{
    const struct run_result *result = &kit->result;
    const struct fates *f = &result->items;
    if (result->status != RUN_COMPLETE)
        kit_run_fail(kit, "the run is not complete");
    if (!result->trustworthy || result->reason_count > 0)
        kit_run_fail(kit, "the run is not trustworthy");
    if (result->broken_promise[0] != '\0')
        kit_run_fail(kit, "a promise is broken");
    if (!result->audited || f->total != kit->scenario.items ||
        f->refreshed + f->pending + f->claimed + f->stranded + f->dead + f->lost != f->total)
        kit_run_fail(kit, "the fates do not add up");
}

void kit_run_assert_reason(struct kit_run *kit, const char *part)
{
    for (uint32_t i = 0; i < kit->result.reason_count; i++)
        if (strstr(kit->result.reasons[i], part) != NULL)
            return;
    kit_run_fail(kit, "no reason says \"%s\"", part);
}

void kit_run_good_world(struct kit_run *kit)
{
    kit_run_world(kit);
    kit_run_assert_good(kit);
}

struct needs kit_run_needs(const struct kit_run *kit)
{
    const struct scenario *scenario = &kit->scenario;
    const struct entry *entry = &scenario->entries[0];
    struct seat seat = {
        .values = entry->values,
        .prefix = "",
        .vendor = scenario->vendor,
        .instances = scenario->instances,
        .workers = scenario->workers,
        .first_id = board_first_id(scenario->items),
        .items = scenario->items,
        .cycle_ms = scenario->cycle_ms,
    };
    return entry->strategy->needs(&seat);
}

uint64_t kit_run_cycles(const struct kit_run *kit)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < kit->world.board->seats; i++) {
        uint64_t cycles = counter_get(&kit->world.board->slots[i].cycles);
        most = cycles > most ? cycles : most;
    }
    return most;
}

const struct books_row *kit_run_row(const struct kit_run *kit, const char *name)
{
    static const struct books_row none = {0};
    for (uint32_t i = 0; i < kit->world.books.count; i++)
        if (strcmp(kit->world.books.rows[i].name, name) == 0)
            return &kit->world.books.rows[i];
    return &none;
}

/* ---- processes */

struct kin {
    pid_t pid, parent;
    char name[32], state;
};

static bool read_kin(const char *pid, struct kin *kin)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    bool good =
        fscanf(file, "%d (%31[^)]) %c %d", &kin->pid, kin->name, &kin->state, &kin->parent) == 4;
    fclose(file);
    return good;
}

enum { ANY_STATE, PAUSED = 'T' };

/* Children with (or without) our own name: a server has another one. */
static size_t children(const struct kit_run *kit, bool ours, char state, pid_t *pids, size_t max)
{
    struct kin self, kin;
    size_t n = 0;
    DIR *processes = opendir("/proc");
    if (processes == NULL || !read_kin("self", &self))
        return 0;
    for (struct dirent *entry; n < max && (entry = readdir(processes)) != NULL;) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || !read_kin(entry->d_name, &kin))
            continue;
        bool same = strcmp(kin.name, self.name) == 0;
        bool wanted = state == ANY_STATE || kin.state == state;
        if (kin.parent == self.pid && kin.pid != kit->janitor.pid && same == ours && wanted)
            pids[n++] = kin.pid;
    }
    closedir(processes);
    return n;
}

size_t kit_run_instances(const struct kit_run *kit, pid_t *pids, size_t max)
{
    return children(kit, true, ANY_STATE, pids, max);
}

size_t kit_run_paused(const struct kit_run *kit, pid_t *pids, size_t max)
{
    return children(kit, true, PAUSED, pids, max);
}

pid_t kit_run_server(const struct kit_run *kit)
{
    pid_t pid;
    return children(kit, false, ANY_STATE, &pid, 1) == 1 ? pid : 0;
}
