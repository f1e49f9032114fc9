/* One process with a pool of workers in its memory: what the job-queue plan replaces.
 *
 *     mark    nothing: what is outdated stands in the database
 *     cycle   each 100 ms the database is polled for marked items that are not in hand; they wait
 *             in the process's memory for one of 500 workers
 *     work    a call of at most 10 s; one that is cut off there has failed, and its item, still
 *             marked, is found again by the next poll
 *
 * Nothing is said to Redis. What is in hand is known to the process alone: in a table of places by
 * id, so that an item whose place another one holds waits for a later poll. The plan says of a
 * crash only that there is a single point of failure; read here: what is lost is the attempt, since
 * nothing but the process's memory says that it was under way. The items stay marked and are found
 * by the next life of the process; until there is one, nobody works on them.
 *
 * Promises: an item in hand is not polled, so there is no overlap; the truth is read after the
 * poll, so that whoever marks later is found by a later poll. Redis may do what it likes.
 *
 * Breaks: work that takes over 10 s fails each time, for ever. There is one instance, however many
 * the deployment would have.
 *
 * Source: the job-queue plan's account of what runs now. */
#include "strategies/intake.h"
#include "strategies/strategy.h"

enum { POLL, CALL_LIMIT };
enum { WORKERS = 500, PLACES = 4096 };

struct in_memory {
    struct intake intake;
    _Atomic uint64_t hands[PLACES]; /* at id % PLACES: the item waiting or at work there, or 0 */
    _Atomic uint64_t cursor;        /* where the next poll goes on */
};

static _Atomic uint64_t *place_of(struct in_memory *memory, uint64_t id)
{
    return &memory->hands[id % PLACES];
}

static enum outcome in_memory_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    (void)seat, (void)ids, (void)n;
    return OUTCOME_OK;
}

/* Asks for the place first: once it is free, whoever held it has written what it did. */
static bool may_take(struct seat *seat, struct in_memory *memory, uint64_t id)
{
    return atomic_load(place_of(memory, id)) == 0 && seat_is_owed(seat, id);
}

/* Once around the items at most. True: there is more than the memory takes. */
static bool poll(struct seat *seat)
{
    struct in_memory *memory = seat->shared;
    uint64_t now_ms = seat_unix_ms(seat), cursor = atomic_load(&memory->cursor), found = 0;
    if (!intake_poll(&memory->intake, now_ms))
        return false;
    for (uint64_t n = 0; n < seat->items && found < INTAKE_MAX; n++) {
        const struct intake_entry entry = {.words = {seat->first_id + cursor}};
        cursor = cursor + 1 < seat->items ? cursor + 1 : 0;
        if (!may_take(seat, memory, entry.words[0]))
            continue;
        atomic_store(place_of(memory, entry.words[0]), entry.words[0]);
        intake_add(&memory->intake, &entry);
        found++;
    }
    atomic_store(&memory->cursor, cursor);
    /* Half a period, so that one poll is made for each wake of the workers. */
    bool more = found == INTAKE_MAX;
    intake_polled(&memory->intake, more ? 0 : now_ms + ((uint64_t)seat->values[POLL] + 1) / 2);
    return more;
}

static enum refresh work_on(struct seat *seat, uint64_t id)
{
    seat_event(seat, EVENT_CLAIMED, 1);
    enum refresh refresh = seat_refresh_within(seat, id, (uint64_t)seat->values[CALL_LIMIT]);
    atomic_store(place_of(seat->shared, id), 0);
    return refresh;
}

/* *jobs counts those that were begun. */
static enum outcome work(struct seat *seat, uint64_t *jobs)
{
    struct in_memory *memory = seat->shared;
    struct intake_entry entry;
    for (; intake_take(&memory->intake, &entry); ++*jobs)
        if (work_on(seat, entry.words[0]) == REFRESH_STOP)
            return OUTCOME_STOP;
    return OUTCOME_OK;
}

/* Who finds nothing to do polls. Where memory takes only a part of what is marked, a round goes on
 * for as many polls as all of it would take: what fails meanwhile is left for the next one. */
static enum outcome in_memory_cycle(struct seat *seat)
{
    uint64_t jobs = 0;
    enum outcome outcome = work(seat, &jobs);
    bool more = jobs == 0;
    for (uint64_t polls = 0; more && outcome == OUTCOME_OK && polls <= seat->items / INTAKE_MAX;
         polls++) {
        more = poll(seat);
        outcome = work(seat, &jobs);
    }
    return outcome;
}

static uint64_t in_memory_cycle_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[POLL];
}

/* All that is marked waits for the one instance. */
static enum outcome in_memory_census(struct seat *seat, struct census *census)
{
    for (uint64_t n = 0; n < seat->items; n++)
        census_assigned(census, seat->first_id + n, 0);
    return OUTCOME_OK;
}

static struct needs in_memory_needs(const struct seat *seat)
{
    (void)seat;
    return (struct needs){.items_per_instance = 1};
}

static const struct parameter parameters[] = {
    [POLL] = {.name = "poll",
              .type = PARAMETER_DURATION,
              .fallback = "100ms",
              .min = 1,
              .max = 3600 * 1000,
              .help = "time between two polls of the database (as published)"},
    [CALL_LIMIT] = {.name = "call_limit",
                    .type = PARAMETER_DURATION,
                    .fallback = "10s",
                    .min = 1,
                    .max = 24 * 3600 * 1000,
                    .help = "a call that takes longer has failed (as published)"},
    {0},
};

static const struct contender contenders[] = {
    {"in-memory", "the job-queue plan, what it replaces", ""},
    {0},
};

const struct strategy strategy_in_memory = {
    .name = "in-memory",
    .summary = "one process polls the database and hands the work to 500 workers in its memory",
    .promises = PROMISE_NO_OVERLAP | PROMISE_NO_LOST_UPDATE | PROMISE_AT_LEAST_ONCE_CUT |
                PROMISE_AT_LEAST_ONCE_PAUSE | PROMISE_AT_LEAST_ONCE_RESTART,
    .parameters = parameters,
    .contenders = contenders,
    .shared_size = sizeof(struct in_memory),
    .fixed_instances = 1,
    .fixed_workers = WORKERS,
    .silent = true,
    .mark = in_memory_mark,
    .cycle = in_memory_cycle,
    .cycle_ms = in_memory_cycle_ms,
    .census = in_memory_census,
    .needs = in_memory_needs,
};
