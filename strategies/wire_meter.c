/* Metering and errors: what a wire keeps while it speaks. */
#include "strategies/wire_internal.h"

#include <stdio.h>
#include <string.h>

unsigned wire_row(struct wire *wire, const char *name)
{
    struct wire_meter *meter = wire->meter;
    uint32_t used = atomic_load_explicit(&meter->used, memory_order_relaxed);
    for (unsigned i = 0; i < used; i++)
        if (wire->names[i] == name)
            return i;
    for (unsigned i = 0; i < used; i++)
        if (strcmp(meter->counts[i].name, name) == 0) {
            wire->names[i] = name;
            return i;
        }
    if (used == WIRE_COMMANDS_MAX)
        return WIRE_COMMANDS_MAX - 1;
    snprintf(meter->counts[used].name, WIRE_NAME_MAX, "%s", name);
    wire->names[used] = name;
    atomic_store_explicit(&meter->used, used + 1, memory_order_release);
    return used;
}

void wire_inner(struct wire *wire, const char *name, uint64_t calls)
{
    if (calls == 0)
        return;
    unsigned row = wire_row(wire, name);
    struct wire_count *count = &wire->meter->counts[row];
    wire->stated[row] += calls;
    counter_add(&count->inner, calls);
    if (wire->stated[row] > counter_get(&count->inner_most))
        counter_set(&count->inner_most, wire->stated[row]);
}

const char *wire_batch_name(const struct wire *wire)
{
    return wire->batch != NULL ? wire->meter->counts[wire->batch[0].row].name : "";
}

void wire_meter_reset(struct wire_meter *meter)
{
    counter_set(&meter->round_trips, 0);
    counter_set(&meter->under_way, 0);
    counter_set(&meter->unknown, 0);
    counter_set(&meter->under_way_out, 0);
    counter_set(&meter->unknown_out, 0);
    counter_set(&meter->unstated, 0);
    for (unsigned i = 0; i < WIRE_COMMANDS_MAX; i++) {
        struct wire_count *count = &meter->counts[i];
        counter_set(&count->calls, 0);
        counter_set(&count->errors, 0);
        counter_set(&count->inner, 0);
        counter_set(&count->inner_most, 0);
        counter_set(&count->bytes_out, 0);
        counter_set(&count->bytes_in, 0);
    }
}

enum outcome wire_set_error(struct wire *wire, const char *where, const char *reason)
{
    if (wire->err[0] == '\0')
        snprintf(wire->err, sizeof wire->err, "%s%s%s", where, where[0] ? ": " : "", reason);
    return OUTCOME_FAILED;
}

enum outcome wire_fail(struct wire *wire, const char *reason)
{
    return wire_set_error(wire, "", reason);
}

enum outcome wire_break(struct wire *wire, const char *where, const char *reason,
                        unsigned unanswered)
{
    wire_set_error(wire, where, reason);
    wire->broken = true;
    wire->batch_len = 0;
    wire->out_len = 0;
    counter_add(&wire->meter->unknown, unanswered);
    counter_add(&wire->meter->unknown_out, counter_get(&wire->meter->under_way_out));
    counter_set(&wire->meter->under_way_out, 0);
    counter_set(&wire->meter->under_way, 0);
    return unanswered > 0 ? OUTCOME_UNKNOWN : OUTCOME_FAILED;
}
