/* Progress on a terminal: one line on stderr, written over itself, with the time left. */
#ifndef DIBS_BENCH_PROGRESS_H
#define DIBS_BENCH_PROGRESS_H

#include "sim/run.h"

struct progress {
    bool shown;      /* stderr is a terminal, and nobody asked for quiet */
    bool on_line;    /* something stands on the line */
    double rest_s;   /* estimated, of the runs after this one */
    double run_s;    /* estimated, of this run */
    double done_s;   /* estimated, of the runs that are over */
    double took_s;   /* what those really took */
    uint64_t drawn_ns, begun_ns;
};

/* `total_s`: the estimate of all runs together; 0: nothing is known, and the time left follows from
 * what is done. */
void progress_open(struct progress *progress, bool quiet, double total_s);

/* A run with this estimate begins, and ends. Without estimates there is no need to. */
void progress_begin(struct progress *progress, double estimate_s);
void progress_end(struct progress *progress);

/* Seconds left in all, once `share` of the run is done: the estimates, corrected by how long what
 * is over really took. NaN: nothing is known yet. */
double progress_left_s(const struct progress *progress, double share);

/* For run_options: draws at most four times a second. */
void progress_draw(void *context, const struct run_progress *now);

/* The same, where `done` pieces of `of` are over and this contender is at work. Nothing where there
 * is no progress. */
void progress_count(struct progress *progress, const char *contender, const char *phase,
                    uint64_t done, uint64_t of);

/* Wipes the line; before anything else is written to the terminal. */
void progress_clear(struct progress *progress);

/* "1:05" or "2:10:00". */
void progress_time_text(double seconds, char *text, size_t size);

#endif
