#include "bench/chart/gnuplot.h"

#include "bench/home.h"
#include "sim/machine/placement.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PENS_MAX = 16 };

/* What the child gets: its directory, nothing to read, both outputs into the pipe, signals as a
 * fresh program expects them, and a group of its own, so that Ctrl-C reaches dibs alone. */
static bool prepare(posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes,
                    const char *directory, const int pipe_ends[2])
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawn_file_actions_addchdir_np(files, directory) == 0 &&
           posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_adddup2(files, pipe_ends[1], STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(files, pipe_ends[1], STDERR_FILENO) == 0 &&
           posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
           posix_spawnattr_setpgroup(attributes, 0) == 0 &&
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETPGROUP) == 0;
}

/* 0, or the error of the last program tried. Debian's `gnuplot` may be a link to nothing, so that
 * only starting it tells. */
static int start_first(pid_t *pid, const char *settings, const char *script,
                       const posix_spawn_file_actions_t *files,
                       const posix_spawnattr_t *attributes)
{
    const char *set = getenv("GNUPLOT");
    const char *const programs[] = {set && *set ? set : "gnuplot", "gnuplot", "gnuplot-nox",
                                    "gnuplot-qt"};
    int error = ENOENT;
    for (size_t i = 0; error != 0 && i < sizeof programs / sizeof *programs; i++) {
        char *const argv[] = {(char *)programs[i], "-e", (char *)settings, (char *)script, NULL};
        error = posix_spawnp(pid, programs[i], files, attributes, argv, environ);
    }
    return error;
}

static int start(pid_t *pid, const char *directory, const char *settings, const char *script,
                 const int pipe_ends[2])
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&files) != 0)
        return ENOMEM;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return ENOMEM;
    }
    int error = prepare(&files, &attributes, directory, pipe_ends)
                    ? start_first(pid, settings, script, &files, &attributes)
                    : ENOMEM;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

/* Reads all that the program says and keeps the line that tells most: gnuplot repeats the
 * command that failed, points at the place, and then says what is wrong. */
static void read_complaint(int fd, char *line, size_t size)
{
    FILE *said = fdopen(fd, "r");
    char text[512];
    line[0] = '\0';
    while (said && fgets(text, sizeof text, said)) {
        text[strcspn(text, "\r\n")] = '\0';
        if (text[0] != '\0' && strspn(text, " ^") < strlen(text))
            snprintf(line, size, "%.*s", (int)size - 1, text);
    }
    if (said)
        fclose(said);
    else
        close(fd);
}

static bool ended_well(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A picture and the gnuplot at work on it. */
struct pen {
    const struct gnuplot_chart *chart;
    const char *format;
    pid_t pid;
    int pipe; /* what it says; -1: it was not started */
    enum drawing drawing;
    char complaint[256];
};

static void begin(struct pen *pen, const char *directory, const char *settings, const char *script)
{
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
        snprintf(pen->complaint, sizeof pen->complaint, "%s", strerror(errno));
        return;
    }
    int error = start(&pen->pid, directory, settings, script, pipe_ends);
    close(pipe_ends[1]);
    if (error == 0) {
        pen->pipe = pipe_ends[0];
        return;
    }
    close(pipe_ends[0]);
    snprintf(pen->complaint, sizeof pen->complaint, "%s", strerror(error));
    if (error == ENOENT || error == EACCES)
        pen->drawing = DRAWING_NO_PROGRAM;
}

static void take_up(struct pen *pen, const char *directory, const struct gnuplot_chart *chart,
                    const char *format, const char *workload)
{
    char name[128], relative[HOME_PATH_MAX], script[PATH_MAX], settings[512];
    *pen = (struct pen){.chart = chart, .format = format, .pipe = -1, .drawing = DRAWING_FAILED};
    snprintf(name, sizeof name, "plots/%s.gp", chart->name);
    home_path(name, relative);
    if (!realpath(relative, script)) {
        snprintf(pen->complaint, sizeof pen->complaint, "%.200s: %s", relative, strerror(errno));
        return;
    }
    snprintf(settings, sizeof settings,
             "input='%s.tsv'; output='%s.%s'; format='%s'; workload='%s'", chart->stem, chart->stem,
             format, format, workload);
    begin(pen, directory, settings, script);
}

static enum drawing put_down(struct pen *pen, const char *directory, char *error, size_t size)
{
    char picture[PATH_MAX];
    if (pen->pipe >= 0) {
        read_complaint(pen->pipe, pen->complaint, sizeof pen->complaint);
        pen->drawing = ended_well(pen->pid) ? DRAWING_DONE : DRAWING_FAILED;
    }
    if (pen->drawing != DRAWING_FAILED)
        return pen->drawing;
    snprintf(picture, sizeof picture, "%s/%s.%s", directory, pen->chart->stem, pen->format);
    unlink(picture);
    snprintf(error, size, "gnuplot could not draw %s.%s: %s", pen->chart->stem, pen->format,
             pen->complaint);
    return DRAWING_FAILED;
}

/* One that has ended, or has something to say. */
static size_t first_to_end(const struct pen *pens, size_t busy)
{
    struct pollfd pipes[PENS_MAX];
    for (size_t i = 0; i < busy; i++) {
        pipes[i] = (struct pollfd){.fd = pens[i].pipe, .events = POLLIN};
        if (pens[i].pipe < 0)
            return i;
    }
    while (poll(pipes, busy, -1) < 0 && errno == EINTR)
        continue;
    for (size_t i = 0; i < busy; i++)
        if (pipes[i].revents != 0)
            return i;
    return 0;
}

enum drawing gnuplot_draw(const char *directory, const struct gnuplot_chart *charts, size_t count,
                          const char *workload, char *error, size_t size)
{
    static const char *const formats[] = {"png", "svg"}; /* the slow ones first */
    const size_t pictures = count * sizeof formats / sizeof *formats;
    const size_t width = placement_cores() < PENS_MAX ? placement_cores() : PENS_MAX;
    struct pen pens[PENS_MAX];
    char unsaid[512];
    size_t begun = 0, busy = 0;
    enum drawing drawing = DRAWING_DONE;
    while (busy > 0 || (begun < pictures && drawing == DRAWING_DONE)) {
        if (busy < width && begun < pictures && drawing == DRAWING_DONE) {
            take_up(&pens[busy++], directory, &charts[begun % count], formats[begun / count],
                    workload);
            begun++;
            continue;
        }
        size_t ended = first_to_end(pens, busy);
        bool good = drawing == DRAWING_DONE;
        enum drawing its = put_down(&pens[ended], directory, good ? error : unsaid,
                                    good ? size : sizeof unsaid);
        drawing = good ? its : drawing;
        pens[ended] = pens[--busy];
    }
    return drawing;
}
