#include "bench/claims/claims_measure.h"

#include "bench/claims/claims_piece.h"
#include "bench/progress.h"
#include "sim/machine/lanes.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The bounds that a reader is promised, less what it takes to judge and to write. */
enum { WITHIN_S = 15 * 60 - 20, QUICK_WITHIN_S = 2 * 60 - 8, WIDTH_MAX = 4 };

/* Pieces in the order in which they are begun. */
struct queue {
    struct claims_course course;
    const struct claims_piece *pieces[CLAIMS_PIECES_MAX];
    uint32_t count;
    double estimate_s; /* of all */
    struct progress *progress;
};

static void run_piece(void *context, uint32_t piece)
{
    const struct queue *queue = context;
    claims_piece_run(&queue->course, queue->pieces[piece]);
}

static void tell_progress(void *context, uint32_t latest, uint32_t over)
{
    const struct queue *queue = context;
    const struct claims_piece *piece = queue->pieces[latest];
    double over_s = 0;
    for (uint32_t i = 0; i < over; i++)
        over_s += queue->pieces[i]->estimate_s;
    const struct run_progress now = {.contender = piece->contender,
                                     .phase = piece->run->name,
                                     .share = over_s / queue->estimate_s,
                                     .done = over};
    progress_draw(queue->progress, &now);
}

static int by_estimate(const void *a, const void *b)
{
    double first = (*(const struct claims_piece *const *)a)->estimate_s;
    double second = (*(const struct claims_piece *const *)b)->estimate_s;
    return first < second ? 1 : first > second ? -1 : 0;
}

/* One more than there are cores: most of their time they wait. */
static uint32_t width_of(bool alone)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return alone ? 1 : 1 + (cores < 1 ? 1 : cores > WIDTH_MAX ? WIDTH_MAX : (uint32_t)cores);
}

/* Those that want to be alone, or the others, the longest first: none is then left at the end. */
static bool run_pieces(struct claims *claims, const struct claims_course *course, bool alone,
                       struct progress *progress)
{
    uint32_t width = width_of(alone);
    struct queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        return false;
    queue->course = *course;
    queue->progress = progress;
    for (unsigned i = 0; i < claims->piece_count; i++)
        if (claims->pieces[i].wanted && claims->pieces[i].run->alone == alone)
            queue->pieces[queue->count++] = &claims->pieces[i];
    if (!alone)
        qsort(queue->pieces, queue->count, sizeof *queue->pieces, by_estimate);
    const struct lanes lanes = {
        .janitor = course->invocation->janitor,
        .interrupted = course->invocation->interrupted,
        .stop = course->stop,
        .work = run_piece,
        .context = queue,
        .tell = tell_progress,
    };
    for (uint32_t i = 0; i < queue->count; i++)
        queue->estimate_s += queue->pieces[i]->estimate_s;
    progress_begin(progress, queue->estimate_s / width);
    bool ok = lanes_run(&lanes, queue->count, width, claims->error, sizeof claims->error);
    progress_end(progress);
    free(queue);
    return ok;
}

static bool prepare(struct claims *claims, const struct invocation *invocation,
                    const char *directory)
{
    for (unsigned i = 0; i < claims->piece_count; i++)
        if (claims->pieces[i].wanted &&
            !claims_piece_prepare(claims, &claims->pieces[i], invocation->options, directory))
            return false;
    return true;
}

static void collect(struct claims *claims, bool interrupted)
{
    for (unsigned i = 0; i < claims->piece_count; i++)
        if (claims->pieces[i].wanted)
            claims_piece_collect(&claims->pieces[i], interrupted);
    claims_evaluate(claims);
}

static double estimate_s(const struct claims *claims)
{
    double total_s = 0;
    for (unsigned i = 0; i < claims->piece_count; i++)
        if (claims->pieces[i].wanted)
            total_s += claims->pieces[i].estimate_s / width_of(claims->pieces[i].run->alone);
    return total_s;
}

static uint64_t within_ns(const struct claims *claims)
{
    if (claims->within_us > 0)
        return (uint64_t)claims->within_us * 1000;
    return (claims->quick ? QUICK_WITHIN_S : WITHIN_S) * UINT64_C(1000000000);
}

bool claims_measure(struct claims *claims, const struct invocation *invocation,
                    const char *directory)
{
    uint64_t start_ns = claims_now_ns();
    if (!prepare(claims, invocation, directory))
        return false;
    int *stop = mmap(NULL, sizeof *stop, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (stop == MAP_FAILED) {
        snprintf(claims->error, sizeof claims->error, "out of memory");
        return false;
    }
    const struct claims_course course = {
        claims, invocation, start_ns + within_ns(claims), stop};
    struct progress progress;
    progress_open(&progress, invocation->options->quiet, estimate_s(claims));
    bool ok = run_pieces(claims, &course, true, &progress) &&
              run_pieces(claims, &course, false, &progress);
    munmap(stop, sizeof *stop);
    progress_clear(&progress);
    collect(claims, *invocation->interrupted != 0);
    claims->took_s = (double)(claims_now_ns() - start_ns) / 1e9;
    if (*invocation->interrupted)
        snprintf(claims->error, sizeof claims->error,
                 "interrupted; what was measured until then is kept");
    return ok && !*invocation->interrupted;
}
