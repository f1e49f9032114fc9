#include "bench/progress.h"

#include "bench/table/cell.h"
#include "strategies/clock.h"

#include <unistd.h>

#define DRAW_EVERY_NS (250 * NS_PER_MS)

void progress_open(struct progress *progress, bool quiet, double total_s)
{
    *progress = (struct progress){.shown = !quiet && isatty(STDERR_FILENO), .rest_s = total_s};
}

void progress_begin(struct progress *progress, double estimate_s)
{
    progress->run_s = estimate_s;
    progress->rest_s -= estimate_s;
    if (progress->rest_s < 0)
        progress->rest_s = 0;
    progress->begun_ns = clock_ns();
    progress->drawn_ns = 0;
}

void progress_end(struct progress *progress)
{
    progress->done_s += progress->run_s;
    progress->took_s += (double)(clock_ns() - progress->begun_ns) / 1e9;
    progress->run_s = 0;
}

double progress_left_s(const struct progress *progress, double share)
{
    double correction = progress->done_s > 0 ? progress->took_s / progress->done_s : 1;
    return (progress->run_s * (1 - share) + progress->rest_s) * correction;
}

void progress_time_text(double seconds, char *text, size_t size)
{
    uint64_t s = seconds > 0 ? (uint64_t)(seconds + 0.5) : 0;
    if (s < 3600)
        snprintf(text, size, "%u:%02u", (unsigned)(s / 60), (unsigned)(s % 60));
    else
        snprintf(text, size, "%u:%02u:%02u", (unsigned)(s / 3600), (unsigned)(s / 60 % 60),
                 (unsigned)(s % 60));
}

void progress_draw(void *context, const struct run_progress *now)
{
    struct progress *progress = context;
    uint64_t ns = clock_ns();
    if (!progress->shown || ns - progress->drawn_ns < DRAW_EVERY_NS)
        return;
    char left[24], done[CELL_MAX] = "", rate[CELL_MAX] = "";
    double share = now->share < 0 ? 0 : now->share > 1 ? 1 : now->share;
    progress_time_text(progress_left_s(progress, share), left, sizeof left);
    if (now->done > 0 && now->elapsed_s > 0) {
        cell_write((double)now->done, FORM_COUNT, done);
        cell_write((double)now->done / now->elapsed_s, FORM_COUNT, rate);
    }
    fprintf(stderr, "\r\033[K%-16.16s  %-10.10s  %3.0f %%  %s%s%s%s about %s left",
            now->contender, now->phase, share * 100, done, *done ? " done, " : "", rate,
            *done ? "/s," : "", left);
    fflush(stderr);
    progress->drawn_ns = ns;
    progress->on_line = true;
}

void progress_clear(struct progress *progress)
{
    if (!progress->on_line)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->on_line = false;
}
