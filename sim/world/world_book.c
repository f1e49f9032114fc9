/* What a world does when its server ends and comes back: one book is closed, another one begins. */
#include "sim/world/world.h"

#include "sim/world/seat_internal.h"

#include <string.h>

/* What all seats have counted so far. */
static struct book_gap count_all(const struct board *board)
{
    struct book_gap sums = {0};
    for (uint32_t i = 0; i < board->seats; i++) {
        const struct wire_meter *meter = &board->slots[i].meter;
        for (unsigned k = 0; k < meter->used; k++) {
            sums.calls += counter_get(&meter->counts[k].calls);
            sums.bytes_out += counter_get(&meter->counts[k].bytes_out);
            sums.bytes_in += counter_get(&meter->counts[k].bytes_in);
        }
    }
    return sums;
}

void world_close_book(struct world *world)
{
    world->gap_begin = count_all(world->board);
    if (!server_counts_read(&world->closing, &world->harness.wire))
        world_fail_wire(world, "the books", world->harness.wire.err);
}

/* What was counted by the server that is gone stands in front of what the next one counts. */
void world_reopen_book(struct world *world)
{
    struct server_counts next;
    struct book_gap gap = count_all(world->board);
    server_counts_carry(&next, &world->before, &world->closing, &world->harness_meter);
    world->before = next;
    /* What was counted since the book was closed, nobody can check any more. */
    world->gap.calls += gap.calls - world->gap_begin.calls;
    world->gap.bytes_out += gap.bytes_out - world->gap_begin.bytes_out;
    world->gap.bytes_in += gap.bytes_in - world->gap_begin.bytes_in;
}

bool world_reaches_server(struct world *world)
{
    struct wire *wire = &world->harness.wire;
    return wire_reopen(wire) && wire_ask(wire, NULL, "PING") == OUTCOME_OK &&
           seat_load_scripts(&world->harness);
}

double world_share_done(const struct world *world)
{
    struct totals totals = sampler_totals(&world->cluster, world->owed_at_start);
    const struct producer_plan *producers = &world->shape.producers;
    double planned = (double)world->owed_at_start;
    if (producers->count > 0)
        planned += producer_marks(producers);
    if (world->scenario->kind == ITEMS_TASK_ROUNDS)
        planned = (double)world->scenario->items;
    return planned > 0 ? (double)totals.served / planned : 0;
}
