#include "sim/judge/availability.h"

#include <math.h>
#include <stdlib.h>

/* A completion, or what moves the backlog, or both. */
struct moment {
    uint64_t t_ns;
    int32_t step; /* of the backlog */
    bool done;
};

static int compare(const void *first, const void *second)
{
    const struct moment *a = first, *b = second;
    return (a->t_ns > b->t_ns) - (a->t_ns < b->t_ns);
}

static uint64_t gather(const struct board *board, struct moment *moments)
{
    uint64_t n = 0;
    for (uint32_t seat = 0; seat < board->seats; seat++) {
        uint32_t count;
        const struct journal_record *records = journal_of(board->journal, seat, &count);
        for (uint32_t i = 0; i < count; i++) {
            bool done = records[i].kind == JOURNAL_DONE;
            int32_t turned = (records[i].flags & JOURNAL_TURNED) != 0;
            if (!done && records[i].kind != JOURNAL_MARK)
                continue;
            if (moments != NULL)
                moments[n] = (struct moment){records[i].t_ns, done ? -turned : turned, done};
            n++;
        }
    }
    return n;
}

struct watch {
    uint64_t since_ns, longest_ns, stalled_ns;
};

static void close_window(struct watch *watch, uint64_t t_ns)
{
    uint64_t length_ns = t_ns > watch->since_ns ? t_ns - watch->since_ns : 0;
    if (length_ns > watch->longest_ns)
        watch->longest_ns = length_ns;
    if (length_ns > AVAILABILITY_STALL_NS)
        watch->stalled_ns += length_ns;
    watch->since_ns = t_ns;
}

bool availability_measure(const struct board *board, uint64_t owed_at_start, uint64_t end_ns,
                          struct availability *availability)
{
    *availability = (struct availability){NAN, NAN};
    if (board->rounds.tasks > 0)
        return true;
    uint64_t count = gather(board, NULL);
    struct moment *moments = calloc(count + 1, sizeof *moments);
    if (moments == NULL)
        return false;
    gather(board, moments);
    qsort(moments, count, sizeof *moments, compare);
    struct watch watch = {0};
    int64_t backlog = (int64_t)owed_at_start;
    for (uint64_t i = 0; i < count; i++) {
        if (backlog <= 0)
            watch.since_ns = moments[i].t_ns;
        else if (moments[i].done)
            close_window(&watch, moments[i].t_ns);
        backlog += moments[i].step;
    }
    if (backlog > 0)
        close_window(&watch, end_ns);
    free(moments);
    availability->longest_s = (double)watch.longest_ns / 1e9;
    availability->stalled_s = (double)watch.stalled_ns / 1e9;
    return true;
}
