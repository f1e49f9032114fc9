#include "bench/gnuplot.h"

#include "bench/home.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* One gnuplot at work. */
struct pen {
    pid_t pid;
    int pipe; /* what it says; -1: it was not started */
    enum drawing drawing;
    char complaint[256];
};

static void begin(struct pen *pen, const char *directory, const char *settings, const char *script)
{
    int pipe_ends[2];
    *pen = (struct pen){.pipe = -1, .drawing = DRAWING_FAILED};
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

static void take_up(struct pen *pen, const char *directory, const char *chart, const char *stem,
                    const char *format, const char *workload)
{
    char name[128], relative[HOME_PATH_MAX], script[PATH_MAX], settings[512];
    snprintf(name, sizeof name, "plots/%s.gp", chart);
    home_path(name, relative);
    if (!realpath(relative, script)) {
        *pen = (struct pen){.pipe = -1, .drawing = DRAWING_FAILED};
        snprintf(pen->complaint, sizeof pen->complaint, "%.200s: %s", relative, strerror(errno));
        return;
    }
    snprintf(settings, sizeof settings,
             "input='%s.tsv'; output='%s.%s'; format='%s'; workload='%s'", stem, stem, format,
             format, workload);
    begin(pen, directory, settings, script);
}

static enum drawing put_down(struct pen *pen, const char *directory, const char *stem,
                             const char *format, char *error, size_t size)
{
    char picture[PATH_MAX];
    if (pen->pipe >= 0) {
        read_complaint(pen->pipe, pen->complaint, sizeof pen->complaint);
        pen->drawing = ended_well(pen->pid) ? DRAWING_DONE : DRAWING_FAILED;
    }
    if (pen->drawing != DRAWING_FAILED)
        return pen->drawing;
    snprintf(picture, sizeof picture, "%s/%s.%s", directory, stem, format);
    unlink(picture);
    snprintf(error, size, "gnuplot could not draw %s.%s: %s", stem, format, pen->complaint);
    return DRAWING_FAILED;
}

enum drawing gnuplot_draw(const char *directory, const char *chart, const char *stem,
                          const char *format, const char *workload, char *error, size_t size)
{
    struct pen pen;
    take_up(&pen, directory, chart, stem, format, workload);
    return put_down(&pen, directory, stem, format, error, size);
}

enum drawing gnuplot_draw_both(const char *directory, const char *chart, const char *stem,
                               const char *workload, char *error, size_t size)
{
    struct pen svg, png;
    char unsaid[512];
    take_up(&svg, directory, chart, stem, "svg", workload);
    take_up(&png, directory, chart, stem, "png", workload);
    enum drawing first = put_down(&svg, directory, stem, "svg", error, size);
    bool good = first == DRAWING_DONE;
    enum drawing second = put_down(&png, directory, stem, "png", good ? error : unsaid,
                                   good ? size : sizeof unsaid);
    return good ? second : first;
}
