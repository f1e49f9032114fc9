#include "sim/world/observer.h"

#include "strategies/key.h"

/* A container's health check of its Redis, as the job-queue plan has it for compose. */
static const struct probe health = {
    .name = "health",
    .command = "PING",
    .interval_ms = 10000,
    .source = "redis-cli ping each 10 s, the job-queue plan's health check",
};

struct observer {
    struct sim_seat *seat;
    struct observations *seen; /* on the board */
    uint64_t block_ns;
    uint64_t due_ns[OBSERVATION_PROBES_MAX];         /* since the start */
    struct alert_note *open[OBSERVATION_PROBES_MAX]; /* raised and not cleared, or NULL */
    bool alarmed[OBSERVATION_PROBES_MAX];
};

const struct probe *observer_probe(const struct strategy *strategy, uint32_t i)
{
    if (i == 0)
        return &health;
    if (strategy->probes == NULL)
        return NULL;
    for (uint32_t k = 0; k < i; k++)
        if (strategy->probes[k].name == NULL)
            return NULL;
    return &strategy->probes[i - 1];
}

uint64_t observer_interval_ns(const struct scenario *scenario, const struct probe *probe)
{
    uint64_t ms = scenario->observe.interval_ms > 0 ? scenario->observe.interval_ms
                                                    : probe->interval_ms;
    uint64_t ns = scenario_scaled_ns(scenario, ms);
    return ns > OBSERVER_BLOCK_MIN_NS ? ns : OBSERVER_BLOCK_MIN_NS;
}

static const struct probe *probe_of(const struct observer *observer, uint32_t i)
{
    return i < OBSERVATION_PROBES_MAX ? observer_probe(observer->seat->plan->entry->strategy, i)
                                      : NULL;
}

static uint64_t now(const struct observer *observer)
{
    return board_now_ns(observer->seat->plan->board);
}

static void set_side(const struct observer *observer, enum side side)
{
    atomic_store(&observer->seat->plan->board->side, (uint32_t)side);
}

/* ---- one look */

static void clear(struct observer *observer, uint32_t i)
{
    if (observer->open[i] != NULL)
        counter_set(&observer->open[i]->cleared_ns, now(observer));
    observer->open[i] = NULL;
    observer->alarmed[i] = false;
}

static void raise_alert(struct observer *observer, uint32_t i)
{
    struct observations *seen = observer->seen;
    uint64_t count = counter_get(&seen->raised);
    if (count < OBSERVATION_ALERTS_MAX) {
        observer->open[i] = &seen->alerts[count];
        observer->open[i]->probe = i;
        counter_set(&observer->open[i]->raised_ns, now(observer));
    }
    observer->alarmed[i] = true;
    counter_set(&seen->raised, count + 1);
}

static void weigh(struct observer *observer, uint32_t i, const struct probe *probe, uint64_t value)
{
    if (probe->alert == NULL)
        return;
    bool over = value > probe->alert_over;
    if (over && !observer->alarmed[i])
        raise_alert(observer, i);
    else if (!over && observer->alarmed[i])
        clear(observer, i);
}

static void traffic(const struct wire_meter *meter, uint64_t *out, uint64_t *in)
{
    *out = *in = 0;
    for (unsigned i = 0; i < meter->used; i++) {
        *out += counter_get(&meter->counts[i].bytes_out);
        *in += counter_get(&meter->counts[i].bytes_in);
    }
}

static enum outcome ask(struct seat *seat, const struct probe *probe, struct wire_reply *reply)
{
    char key[KEY_MAX];
    if (probe->key == NULL)
        return wire_ask(seat->wire, reply, probe->command);
    if (!key_write(key, seat, probe->key))
        return OUTCOME_FAILED;
    return wire_ask(seat->wire, reply, probe->command, key);
}

static enum outcome look(struct observer *observer, uint32_t i, const struct probe *probe)
{
    struct observation *seen = &observer->seen->probes[i];
    const struct wire_meter *meter = &observer->seat->slot->meter;
    struct wire_reply reply = {0};
    uint64_t out_before, in_before, out, in;
    traffic(meter, &out_before, &in_before);
    enum outcome outcome = ask(&observer->seat->seat, probe, &reply);
    if (outcome != OUTCOME_OK)
        return outcome;
    traffic(meter, &out, &in);
    uint64_t value = reply.type == WIRE_STATUS ? 1 : (uint64_t)reply.integer;
    counter_add(&seen->calls, 1);
    counter_set(&seen->value, value);
    counter_add(&seen->bytes_out, out - out_before);
    counter_add(&seen->bytes_in, in - in_before);
    weigh(observer, i, probe, value);
    return OUTCOME_OK;
}

/* ---- one block */

/* Every probe that is due in the block that begins at begin_ns, one round trip each. */
static enum outcome look_at_all(struct observer *observer, uint64_t begin_ns)
{
    const struct scenario *scenario = observer->seat->plan->scenario;
    const struct probe *probe;
    enum outcome outcome = OUTCOME_OK;
    atomic_store(&observer->seat->slot->in_round, 1);
    for (uint32_t i = 0; outcome == OUTCOME_OK && (probe = probe_of(observer, i)) != NULL; i++) {
        if (begin_ns < observer->due_ns[i])
            continue;
        uint64_t interval_ns = observer_interval_ns(scenario, probe);
        observer->due_ns[i] += (begin_ns - observer->due_ns[i]) / interval_ns * interval_ns;
        observer->due_ns[i] += interval_ns;
        outcome = look(observer, i, probe);
    }
    atomic_store(&observer->seat->slot->in_round, 0);
    return outcome;
}

static enum outcome observe_block(struct observer *observer, uint64_t begin_ns)
{
    struct sim_seat *seat = observer->seat;
    uint64_t middle_ns = begin_ns + observer->block_ns / 2;
    bool first_half = seat_random(&seat->seat) % 2 == 0;
    if (!first_half) {
        set_side(observer, SIDE_WITHOUT);
        if (!seat_wait_until(seat, middle_ns))
            return OUTCOME_STOP;
    }
    set_side(observer, SIDE_WITH);
    enum outcome outcome = look_at_all(observer, begin_ns);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (first_half) {
        if (!seat_wait_until(seat, middle_ns))
            return OUTCOME_STOP;
        set_side(observer, SIDE_WITHOUT);
    }
    return seat_wait_until(seat, begin_ns + observer->block_ns) ? OUTCOME_OK : OUTCOME_STOP;
}

static uint64_t shortest_interval_ns(const struct observer *observer)
{
    uint64_t shortest_ns = UINT64_MAX;
    const struct probe *probe;
    for (uint32_t i = 0; (probe = probe_of(observer, i)) != NULL; i++) {
        uint64_t ns = observer_interval_ns(observer->seat->plan->scenario, probe);
        shortest_ns = ns < shortest_ns ? ns : shortest_ns;
    }
    return shortest_ns;
}

void observer_run(struct sim_seat *seat)
{
    struct observer observer = {.seat = seat, .seen = &seat->plan->board->observations};
    observer.block_ns = shortest_interval_ns(&observer);
    enum outcome outcome = OUTCOME_OK;
    for (uint64_t block = 0; outcome == OUTCOME_OK;) {
        outcome = observe_block(&observer, block * observer.block_ns);
        /* Blocks that a long reply has swallowed are left out. */
        uint64_t under_way = now(&observer) / observer.block_ns;
        block = under_way > block ? under_way : block + 1;
    }
    set_side(&observer, SIDE_NONE);
    seat_finish(seat, outcome);
}
