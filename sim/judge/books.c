#include "sim/judge/books.h"

#include "sim/server/info.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- what the server has counted */

/* "cmdstat_config|get:calls=2,usec=7,..." as a row "CONFIG GET". */
static void read_row(struct server_counts *counts, const char *line)
{
    const char *colon = strchr(line, ':');
    if (colon == NULL || counts->count == BOOKS_ROWS_MAX)
        return;
    size_t len = (size_t)(colon - line);
    if (len >= WIRE_NAME_MAX)
        len = WIRE_NAME_MAX - 1;
    char *name = counts->rows[counts->count].name;
    for (size_t i = 0; i < len; i++)
        name[i] = line[i] == '|' ? ' ' : (char)toupper((unsigned char)line[i]);
    name[len] = '\0';
    uint64_t calls, usec, rejected = 0;
    if (sscanf(colon, ":calls=%" SCNu64 ",usec=%" SCNu64, &calls, &usec) != 2)
        return;
    /* What was refused before it was executed (no memory, no permission) stands apart. */
    const char *refused = strstr(colon, "rejected_calls="), *end = strchr(colon, '\n');
    if (refused != NULL && (end == NULL || refused < end))
        sscanf(refused, "rejected_calls=%" SCNu64, &rejected);
    counts->rows[counts->count].calls = calls + rejected;
    counts->rows[counts->count].usec = usec;
    counts->count++;
}

static uint32_t find_row(struct server_counts *counts, const char *name)
{
    uint32_t i = 0;
    while (i < counts->count && strcmp(counts->rows[i].name, name) != 0)
        i++;
    if (i == counts->count && counts->count < BOOKS_ROWS_MAX)
        memcpy(counts->rows[counts->count++].name, name, sizeof counts->rows[i].name);
    return i < BOOKS_ROWS_MAX ? i : BOOKS_ROWS_MAX - 1;
}

/* Takes the harness's own calls out, also those that a server before this one has counted;
 * differences of snapshots make sense even where this wraps. */
static void take_out_harness(struct server_counts *counts, const struct wire_meter *meter)
{
    for (unsigned i = 0; i < meter->used; i++)
        counts->rows[find_row(counts, meter->counts[i].name)].calls -=
            counter_get(&meter->counts[i].calls);
}

static void harness_traffic(const struct wire_meter *meter, uint64_t *out, uint64_t *in)
{
    *out = *in = 0;
    for (unsigned i = 0; i < meter->used; i++) {
        *out += counter_get(&meter->counts[i].bytes_out);
        *in += counter_get(&meter->counts[i].bytes_in);
    }
}

bool server_counts_read(struct server_counts *counts, struct wire *harness)
{
    static const char prefix[] = "cmdstat_";
    *counts = (struct server_counts){0};
    const char *text = info_ask(harness, "commandstats");
    if (text[0] == '\0')
        return false;
    for (const char *at = strstr(text, prefix); at != NULL; at = strstr(at, prefix)) {
        at += strlen(prefix);
        read_row(counts, at);
    }
    take_out_harness(counts, harness->meter);
    harness_traffic(harness->meter, &counts->harness_out, &counts->harness_in);
    text = info_ask(harness, "stats");
    if (text[0] == '\0')
        return false;
    counts->bytes_in = (uint64_t)info_number(text, "total_net_input_bytes", 0);
    counts->bytes_out = (uint64_t)info_number(text, "total_net_output_bytes", 0);
    /* The server has read this very request when it answers, and not yet sent its reply. */
    uint64_t in;
    harness_traffic(harness->meter, &counts->harness_out, &in);
    return true;
}

/* Differences make sense even where these wrap. */
void server_counts_carry(struct server_counts *next, const struct server_counts *before,
                         const struct server_counts *closed, const struct wire_meter *harness)
{
    uint64_t out, in;
    *next = (struct server_counts){0};
    for (uint32_t i = 0; i < closed->count; i++) {
        uint32_t k = find_row(next, closed->rows[i].name);
        next->rows[k].calls -= closed->rows[i].calls;
        next->rows[k].usec -= closed->rows[i].usec;
    }
    for (uint32_t i = 0; i < before->count; i++) {
        uint32_t k = find_row(next, before->rows[i].name);
        next->rows[k].calls += before->rows[i].calls;
        next->rows[k].usec += before->rows[i].usec;
    }
    take_out_harness(next, harness);
    harness_traffic(harness, &out, &in);
    next->bytes_in = before->bytes_in - closed->bytes_in;
    next->bytes_out = before->bytes_out - closed->bytes_out;
    next->harness_out = out + before->harness_out - closed->harness_out;
    next->harness_in = in + before->harness_in - closed->harness_in;
}

static uint64_t row_calls(const struct server_counts *counts, const char *name, uint64_t *usec)
{
    for (uint32_t i = 0; i < counts->count; i++)
        if (strcmp(counts->rows[i].name, name) == 0) {
            *usec = counts->rows[i].usec;
            return counts->rows[i].calls;
        }
    *usec = 0;
    return 0;
}

/* ---- what the processes have counted */

static struct books_row *find_named(struct books *books, const char *name)
{
    uint32_t i = 0;
    while (i < books->count && strcmp(books->rows[i].name, name) != 0)
        i++;
    return i < books->count ? &books->rows[i] : NULL;
}

static struct books_row *row_of(struct books *books, const char *name)
{
    struct books_row *found = find_named(books, name);
    if (found != NULL)
        return found;
    if (books->count == BOOKS_ROWS_MAX)
        return &books->rows[BOOKS_ROWS_MAX - 1];
    struct books_row *row = &books->rows[books->count++];
    snprintf(row->name, sizeof row->name, "%s", name);
    return row;
}

static void add_slot(struct books *books, const struct slot *slot)
{
    const struct wire_meter *meter = &slot->meter;
    books->round_trips += counter_get(&meter->round_trips);
    if (slot->role == SEAT_PRODUCER)
        books->producer_round_trips += counter_get(&meter->round_trips);
    if (slot->role == SEAT_OBSERVER)
        books->observer_round_trips += counter_get(&meter->round_trips);
    for (unsigned i = 0; i < meter->used; i++) {
        const struct wire_count *count = &meter->counts[i];
        struct books_row *row = row_of(books, count->name);
        row->client_calls += counter_get(&count->calls);
        row->inner_calls += counter_get(&count->inner);
        if (counter_get(&count->inner_most) > row->inner_most)
            row->inner_most = counter_get(&count->inner_most);
        row->errors += counter_get(&count->errors);
        row->bytes_out += counter_get(&count->bytes_out);
        row->bytes_in += counter_get(&count->bytes_in);
        row->samples += hist_total(&slot->latency[i]);
        if (slot->role == SEAT_PRODUCER)
            row->producer_calls += counter_get(&count->calls) + counter_get(&count->inner);
        if (slot->role == SEAT_OBSERVER) {
            row->observer_calls += counter_get(&count->calls);
            row->observer_out += counter_get(&count->bytes_out);
            row->observer_in += counter_get(&count->bytes_in);
        }
        books->client_bytes_out += counter_get(&count->bytes_out);
        books->client_bytes_in += counter_get(&count->bytes_in);
    }
    books->calls_in_doubt += counter_get(&meter->unknown) + counter_get(&meter->under_way);
    books->unstated += counter_get(&meter->unstated);
    books->bytes_in_doubt += counter_get(&meter->unknown_out) + counter_get(&meter->under_way_out);
    const struct tally *tally = &slot->tally;
    books->seats.begun += counter_get(&tally->begun);
    books->seats.done += counter_get(&tally->done);
    books->seats.failed += counter_get(&tally->failed);
    books->seats.useful += counter_get(&tally->useful);
    books->became_owed += counter_get(&tally->became_owed);
    books->became_served += counter_get(&tally->became_served);
}

/* What the server was asked before, and not again since it was started anew. */
static void add_old_rows(struct books *books, const struct server_counts *before,
                         const struct server_counts *after)
{
    for (uint32_t i = 0; i < before->count; i++) {
        bool again = false;
        for (uint32_t k = 0; k < after->count; k++)
            again |= strcmp(after->rows[k].name, before->rows[i].name) == 0;
        if (again || before->rows[i].calls == 0)
            continue;
        struct books_row *row = row_of(books, before->rows[i].name);
        row->server_calls -= before->rows[i].calls;
        row->server_usec -= before->rows[i].usec;
    }
}

/* What stands in for a published command where time is scaled is counted under the published name,
 * as its script states it. Who states it by its own name means it. */
static void settle_twin(struct books *books, const char *twin_name, const char *name)
{
    struct books_row *twin = find_named(books, twin_name), *row = find_named(books, name);
    if (twin == NULL || row == NULL || twin->client_calls + twin->inner_calls > 0 ||
        row->inner_calls == 0)
        return;
    row->server_calls += twin->server_calls;
    row->server_usec += twin->server_usec;
    *twin = books->rows[--books->count];
}

void books_fill(struct books *books, const struct cluster *cluster,
                const struct server_counts *before, const struct server_counts *after,
                const struct book_gap *gap)
{
    const struct board *board = cluster->plan.board;
    *books = (struct books){.gap = *gap,
                            .foreign = !cluster->plan.server->is_private,
                            .became_owed = counter_get(&board->rounds.tally.became_owed)};
    for (uint32_t i = 0; i < board->seats; i++) {
        add_slot(books, &board->slots[i]);
        books->dead_seats += cluster->processes[board->slots[i].process].kills;
    }
    for (uint32_t i = 0; i < after->count; i++) {
        uint64_t usec_before, calls = after->rows[i].calls;
        calls -= row_calls(before, after->rows[i].name, &usec_before);
        if (calls == 0)
            continue;
        struct books_row *row = row_of(books, after->rows[i].name);
        row->server_calls += calls;
        row->server_usec += after->rows[i].usec - usec_before;
    }
    add_old_rows(books, before, after);
    settle_twin(books, "PEXPIRE", "EXPIRE");
    books->calls_in_doubt += gap->calls;
    uint64_t harness_out = after->harness_out - before->harness_out;
    uint64_t harness_in = after->harness_in - before->harness_in;
    books->server_bytes_in = after->bytes_in - before->bytes_in - harness_out;
    books->server_bytes_out = after->bytes_out - before->bytes_out - harness_in;
    books->items = ledger_sum(&board->ledger);
}

/* ---- whether they balance */

/* a and b may differ by `doubt` at most. */
static bool agree(uint64_t a, uint64_t b, uint64_t doubt)
{
    return (a > b ? a - b : b - a) <= doubt;
}

static void check_commands(const struct books *books, struct run_result *result)
{
    for (uint32_t i = 0; i < books->count; i++) {
        const struct books_row *row = &books->rows[i];
        uint64_t ours = row->client_calls + row->inner_calls;
        if (ours == 0 && books->foreign)
            continue; /* somebody else's: listed apart */
        /* A script of unknown outcome, or one that failed half way, may have made as many inner
         * calls as any other has. Only where none has ended is there nothing to compare with. */
        bool unheard = row->client_calls == 0 && row->inner_most == 0;
        if (unheard && books->calls_in_doubt + books->unstated > 0)
            continue;
        uint64_t doubt = books->calls_in_doubt * (row->inner_most > 1 ? row->inner_most : 1) +
                         books->unstated * row->inner_most;
        if (!agree(row->server_calls, ours, doubt))
            run_add_reason(result,
                           "%s: the server counted %" PRIu64 " calls, the instances %" PRIu64
                           " and %" PRIu64 " inside scripts",
                           row->name, row->server_calls, row->client_calls, row->inner_calls);
        if (!agree(row->samples, row->client_calls, books->dead_seats))
            run_add_reason(result, "%s: %" PRIu64 " latencies were recorded of %" PRIu64 " calls",
                           row->name, row->samples, row->client_calls);
    }
}

static bool has_foreign_calls(const struct books *books)
{
    for (uint32_t i = 0; books->foreign && i < books->count; i++)
        if (books->rows[i].client_calls + books->rows[i].inner_calls == 0)
            return true;
    return false;
}

static void check_bytes(const struct books *books, struct run_result *result)
{
    if (has_foreign_calls(books))
        return;
    uint64_t read = books->server_bytes_in, sent = books->client_bytes_out;
    if (read + books->gap.bytes_out < sent ||
        (read > sent && read - sent > books->bytes_in_doubt))
        run_add_reason(result, "the server read %" PRIu64 " bytes, the instances sent %" PRIu64,
                       books->server_bytes_in, books->client_bytes_out);
    /* How long a reply would have been that nobody read is not known. */
    bool unread = books->calls_in_doubt > 0;
    if (books->server_bytes_out + books->gap.bytes_in < books->client_bytes_in ||
        (!unread && books->server_bytes_out > books->client_bytes_in))
        run_add_reason(result, "the server sent %" PRIu64 " bytes, the instances read %" PRIu64,
                       books->server_bytes_out, books->client_bytes_in);
}

static void check_ledger(const struct books *books, struct run_result *result)
{
    const struct ledger_sums *items = &books->items, *seats = &books->seats;
    const struct {
        const char *what;
        uint64_t seats, items;
    } sums[] = {
        {"refreshes begun", seats->begun, items->begun},
        {"refreshes done", seats->done, items->done},
        {"refreshes failed", seats->failed, items->failed},
        {"first refreshes of a version", seats->useful, items->useful},
    };
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        if (!agree(sums[i].seats, sums[i].items, books->dead_seats))
            run_add_reason(result, "%s: %" PRIu64 " by the seats, %" PRIu64 " by the items",
                           sums[i].what, sums[i].seats, sums[i].items);
    if (!agree(items->begun, items->done + items->failed, books->dead_seats))
        run_add_reason(
            result, "%" PRIu64 " refreshes were begun, but %" PRIu64 " done and %" PRIu64 " failed",
            items->begun, items->done, items->failed);
    /* Not by their difference: who died before he counted what became owed leaves it below 0. */
    uint64_t owed = books->owed_at_start + books->became_owed;
    if (!agree(owed, books->became_served + items->owed, books->dead_seats))
        run_add_reason(result,
                       "the backlog: %" PRIu64 " items were or became owed, %" PRIu64
                       " became served, but the ledger has %" PRIu64 " owed",
                       owed, books->became_served, items->owed);
}

static void check_fates(const struct books *books, struct run_result *result)
{
    const struct fates *f = &books->fates;
    uint64_t owed = f->pending + f->claimed + f->stranded + f->dead + f->lost;
    if (f->refreshed + owed != f->total)
        run_add_reason(result, "the fates of %" PRIu64 " items add up to %" PRIu64, f->total,
                       f->refreshed + owed);
    if (owed != books->items.owed)
        run_add_reason(result,
                       "%" PRIu64 " items are owed by their fates, %" PRIu64 " by the ledger", owed,
                       books->items.owed);
}

bool books_check(const struct books *books, struct run_result *result)
{
    uint32_t before = result->reason_count;
    check_commands(books, result);
    check_bytes(books, result);
    check_ledger(books, result);
    if (books->audited)
        check_fates(books, result);
    result->calls_in_doubt = books->calls_in_doubt;
    return result->reason_count == before;
}
