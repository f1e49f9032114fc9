#include "tests/kit_claims.h"

#include "strategies/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- what sim does otherwise */

static enum refresh op_refresh(struct seat *seat, uint64_t id, uint32_t token)
{
    struct instance *instance = (struct instance *)seat;
    void (*meanwhile)(struct bench *) = instance->meanwhile;
    (void)token;
    instance->meanwhile = NULL;
    instance->refreshes++;
    instance->last = id;
    if (id == instance->fails)
        return REFRESH_FAILED;
    if (id >= FIRST_ID && id < FIRST_ID + MANY)
        instance->bench->served[id - FIRST_ID]++;
    if (meanwhile != NULL)
        meanwhile(instance->bench);
    return REFRESH_DONE;
}

static uint64_t op_unix_ms(struct seat *seat)
{
    return ((struct instance *)seat)->bench->now_ms;
}

static uint64_t op_random(struct seat *seat)
{
    return ((struct instance *)seat)->random += UINT64_C(0x9e3779b97f4a7c15);
}

static void op_event(struct seat *seat, enum event event, uint64_t n)
{
    (void)seat, (void)event, (void)n;
}

static const struct seat_ops ops = {
    .refresh = op_refresh, .unix_ms = op_unix_ms, .random = op_random, .event = op_event};

static void resend(void *context, enum wire_point point, struct wire *wire)
{
    struct instance *instance = context;
    if (point != WIRE_UNREAD || instance->resends == 0 ||
        strcmp(wire_batch_name(wire), "EVALSHA") != 0)
        return;
    instance->resends--;
    wire_time_out(wire, true);
}

static void connect_instance(struct bench *bench, uint32_t i)
{
    struct instance *instance = &bench->instances[i];
    const struct strategy *strategy = bench->strategy;
    struct wire_options options = {.connect_timeout_ms = 5000, .command_timeout_ms = 5000};
    parameters_default(strategy, instance->values);
    instance->bench = bench;
    instance->hooks = (struct wire_hooks){.context = instance, .at = resend};
    instance->random = (uint64_t)(i + 1) << 40;
    assert_true(wire_open(&instance->wire, &bench->kit->server.address, options, &instance->meter,
                          &instance->hooks));
    for (size_t s = 0; strategy->scripts[s] != NULL; s++)
        assert_int_equal(wire_load(&instance->wire, strategy->scripts[s]), OUTCOME_OK);
    instance->seat = (struct seat){
        .wire = &instance->wire,
        .state = calloc(1, strategy->state_size),
        .shared = calloc(1, strategy->shared_size),
        .values = instance->values,
        .ops = &ops,
        .prefix = "",
        .vendor = "GARBAGE_COLLECTION",
        .host = "core-0000",
        .instance = i,
        .instances = SEATS,
        .workers = 1,
        .first_id = FIRST_ID,
        .items = MANY,
        .cycle_ms = 30000,
    };
    assert_true(strategy->open(&instance->seat));
    wire_meter_reset(&instance->meter);
}

int kit_claims_open(void **state, const char *contender)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    assert_int_equal(kit_server_open(state), 0);
    bench->kit = *state;
    bench->now_ms = UINT64_C(1700000000000);
    assert_non_null(contender_find(contender, &bench->strategy));
    for (uint32_t i = 0; i < SEATS; i++)
        connect_instance(bench, i);
    *state = bench;
    return 0;
}

int kit_claims_close(void **state)
{
    struct bench *bench = *state;
    for (uint32_t i = 0; i < SEATS; i++) {
        wire_close(&bench->instances[i].wire);
        free(bench->instances[i].seat.state);
        free(bench->instances[i].seat.shared);
    }
    *state = bench->kit;
    free(bench);
    return kit_server_close(state);
}

/* ---- steps */

void mark_from(struct bench *bench, uint32_t i, uint64_t first, size_t n)
{
    enum { AT_ONCE = 1000 };
    uint64_t ids[AT_ONCE];
    while (n > 0) {
        size_t k = n < AT_ONCE ? n : AT_ONCE;
        for (size_t j = 0; j < k; j++)
            ids[j] = first + j;
        assert_int_equal(bench->strategy->mark(&bench->instances[i].seat, ids, k), OUTCOME_OK);
        first += k, n -= k;
    }
}

enum outcome cycle_of(struct bench *bench, uint32_t i)
{
    return bench->strategy->cycle(&bench->instances[i].seat);
}

void assert_served(const struct bench *bench, uint64_t first, size_t n, uint32_t times)
{
    for (size_t i = 0; i < n; i++)
        if (bench->served[first - FIRST_ID + i] != times)
            fail_msg("item %zu was served %u times, not %u", i, bench->served[first - FIRST_ID + i],
                     times);
}

int64_t ask_integer(struct bench *bench, const char *command, const char *key)
{
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&bench->kit->wire, &reply, command, key), OUTCOME_OK);
    return reply.integer;
}

static void add_key(void *context, const struct wire_element *element)
{
    struct keys *keys = context;
    if (keys->n < 8)
        snprintf(keys->names[keys->n], 128, "%.*s", (int)element->len, element->text);
    keys->n++;
    keys->tagged += element->len > strlen(TAG) && memcmp(element->text, TAG, strlen(TAG)) == 0;
}

struct keys keys_like(struct bench *bench, const char *pattern)
{
    struct keys keys = {0};
    struct wire_reply reply = {.visit = add_key, .context = &keys};
    assert_int_equal(wire_ask(&bench->kit->wire, &reply, "KEYS", pattern), OUTCOME_OK);
    return keys;
}

void all_keys_have_the_tag(struct bench *bench)
{
    struct keys all = keys_like(bench, "*");
    assert_int_equal(keys_like(bench, TAG "claim:*").n, 1);
    assert_int_equal(all.tagged, all.n);
}

void stretch(struct bench *bench, uint32_t i, const char *const *names)
{
    struct instance *instance = &bench->instances[i];
    char most[32], error[256];
    for (; *names != NULL; names++) {
        const struct parameter *p = bench->strategy->parameters;
        while (strcmp(p->name, *names) != 0)
            p++;
        snprintf(most, sizeof most, "%lld", (long long)p->max);
        assert_true(
            parameters_set(bench->strategy, p->name, most, instance->values, error, sizeof error));
    }
    assert_true(bench->strategy->open(&instance->seat));
}
