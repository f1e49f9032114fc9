#include "bench/progress.h"

#include "bench/table/cell.h"
#include "strategies/clock.h"

#include <math.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DRAW_EVERY_NS (250 * NS_PER_MS)
#define WORTH_S 2.0 /* how much of measured time the estimates are worth */

enum { LINE_MAX_BYTES = 256 };

void progress_open(struct progress *progress, bool quiet, double total_s)
{
    *progress = (struct progress){.shown = !quiet && isatty(STDERR_FILENO),
                                  .rest_s = total_s,
                                  .begun_ns = clock_ns()};
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
    double elapsed_s = (double)(clock_ns() - progress->begun_ns) / 1e9;
    if (progress->run_s + progress->rest_s + progress->done_s <= 0)
        return share > 0 ? elapsed_s * (1 - share) / share : NAN;
    double over_s = progress->done_s + progress->run_s * share + WORTH_S;
    double took_s = progress->took_s + (share > 0 ? elapsed_s : 0) + WORTH_S;
    return (progress->run_s * (1 - share) + progress->rest_s) * took_s / over_s;
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

/* A longer line would leave a part of itself behind. */
static size_t terminal_width(void)
{
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col - 1U : 79;
}

void progress_draw(void *context, const struct run_progress *now)
{
    struct progress *progress = context;
    uint64_t ns = clock_ns();
    if (!progress->shown || ns - progress->drawn_ns < DRAW_EVERY_NS)
        return;
    char line[LINE_MAX_BYTES], text[CELL_MAX];
    double share = now->share < 0 ? 0 : now->share > 1 ? 1 : now->share;
    double left_s = progress_left_s(progress, share);
    size_t len = (size_t)snprintf(line, sizeof line, "%.40s, %.40s: %.0f %%", now->contender,
                                  now->phase, share * 100);
    if (!isnan(left_s)) {
        progress_time_text(left_s, text, sizeof text);
        len += (size_t)snprintf(line + len, sizeof line - len, ", about %s left", text);
    }
    double since_s = now->elapsed_s > 0 ? now->elapsed_s : (double)(ns - progress->begun_ns) / 1e9;
    if (now->done > 0 && since_s > 0) {
        cell_write((double)now->done, FORM_COUNT, text);
        len += (size_t)snprintf(line + len, sizeof line - len, "; %s done", text);
        cell_write((double)now->done / since_s, now->done < 1000 ? FORM_1 : FORM_COUNT,
                   text);
        snprintf(line + len, sizeof line - len, ", %s/s", text);
    }
    fprintf(stderr, "\r\033[K%.*s", (int)terminal_width(), line);
    fflush(stderr);
    progress->drawn_ns = ns;
    progress->on_line = true;
}

void progress_count(struct progress *progress, const char *contender, const char *phase,
                    uint64_t done, uint64_t of)
{
    const struct run_progress now = {
        .contender = contender,
        .phase = phase,
        .share = of > 0 ? (double)done / (double)of : 0,
        .done = done,
    };
    if (progress != NULL)
        progress_draw(progress, &now);
}

void progress_clear(struct progress *progress)
{
    if (!progress->on_line)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->on_line = false;
}
