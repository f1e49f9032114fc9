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

static enum drawing run(const char *directory, const char *settings, const char *script,
                        char *complaint, size_t size)
{
    int pipe_ends[2];
    pid_t pid = 0;
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
        snprintf(complaint, size, "%s", strerror(errno));
        return DRAWING_FAILED;
    }
    int error = start(&pid, directory, settings, script, pipe_ends);
    close(pipe_ends[1]);
    if (error != 0) {
        close(pipe_ends[0]);
        snprintf(complaint, size, "%s", strerror(error));
        return error == ENOENT || error == EACCES ? DRAWING_NO_PROGRAM : DRAWING_FAILED;
    }
    read_complaint(pipe_ends[0], complaint, size);
    return ended_well(pid) ? DRAWING_DONE : DRAWING_FAILED;
}

enum drawing gnuplot_draw(const char *directory, const char *chart, const char *stem,
                          const char *format, const char *workload, char *error, size_t size)
{
    char name[128], relative[HOME_PATH_MAX], script[PATH_MAX], picture[PATH_MAX];
    char settings[512], complaint[256];
    snprintf(name, sizeof name, "plots/%s.gp", chart);
    home_path(name, relative);
    if (!realpath(relative, script)) {
        snprintf(error, size, "%.200s: %s", relative, strerror(errno));
        return DRAWING_FAILED;
    }
    snprintf(settings, sizeof settings,
             "input='%s.tsv'; output='%s.%s'; format='%s'; workload='%s'", stem, stem, format,
             format, workload);
    enum drawing drawing = run(directory, settings, script, complaint, sizeof complaint);
    if (drawing != DRAWING_FAILED)
        return drawing;
    snprintf(picture, sizeof picture, "%s/%s.%s", directory, stem, format);
    unlink(picture);
    snprintf(error, size, "gnuplot could not draw %s.%s: %s", stem, format, complaint);
    return DRAWING_FAILED;
}

enum drawing gnuplot_draw_both(const char *directory, const char *chart, const char *stem,
                               const char *workload, char *error, size_t size)
{
    enum drawing drawing = gnuplot_draw(directory, chart, stem, "svg", workload, error, size);
    if (drawing == DRAWING_DONE)
        drawing = gnuplot_draw(directory, chart, stem, "png", workload, error, size);
    return drawing;
}
