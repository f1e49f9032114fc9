#include "sim/machine/procfs.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 4096 };

bool procfs_text(const char *path, char *text, size_t size)
{
    text[0] = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t len = read(fd, text, size - 1);
    close(fd);
    if (len > 0 && text[len - 1] == '\n')
        len--;
    text[len > 0 ? len : 0] = '\0';
    return len >= 0;
}

int64_t procfs_number(const char *path)
{
    char text[32], *end;
    if (!procfs_text(path, text, sizeof text))
        return -1;
    int64_t number = strtoll(text, &end, 10);
    return end == text ? -1 : number;
}

/* True if a line of /proc/self/cgroup, "4:cpu,cpuacct:/path", is about this controller; that of
 * version 2 names none. */
static bool names_controller(const char *controllers, size_t len, const char *controller)
{
    size_t wanted = strlen(controller);
    for (size_t at = 0; at + wanted <= len; at += strcspn(controllers + at, ",:") + 1)
        if (strcspn(controllers + at, ",:") == wanted &&
            memcmp(controllers + at, controller, wanted) == 0)
            return true;
    return false;
}

/* Asks the group at `path` below `mount` and then its ancestors. */
static bool ask_upwards(const char *mount, const char *path, size_t len, const char *file,
                        char *text, size_t size)
{
    for (;;) {
        char name[PATH_MAX];
        snprintf(name, sizeof name, "%s%.*s/%s", mount, (int)len, path, file);
        if (procfs_text(name, text, size))
            return true;
        if (len == 0)
            return false;
        do
            len--;
        while (len > 0 && path[len] != '/');
    }
}

bool procfs_cgroup(const char *controller, const char *file, char *text, size_t size)
{
    char groups[TEXT_MAX], mount[64];
    text[0] = '\0';
    if (!procfs_text("/proc/self/cgroup", groups, sizeof groups))
        return false;
    char *rest = NULL;
    for (char *line = strtok_r(groups, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        const char *controllers = strchr(line, ':');
        const char *path = controllers ? strchr(++controllers, ':') : NULL;
        if (path == NULL)
            return false;
        size_t len = (size_t)(path - controllers);
        path++;
        if (len > 0 && !names_controller(controllers, len, controller))
            continue;
        snprintf(mount, sizeof mount, "/sys/fs/cgroup%s%s", len ? "/" : "", len ? controller : "");
        if (ask_upwards(mount, path, strlen(path), file, text, size))
            return true;
    }
    return false;
}

uint64_t procfs_start_time(pid_t pid)
{
    char path[32], stat[1024], state;
    unsigned long long start;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (!procfs_text(path, stat, sizeof stat))
        return 0;
    /* The name, in parentheses, may hold anything; what follows its end is numbers. */
    const char *rest = strrchr(stat, ')');
    if (rest == NULL ||
        sscanf(rest, ") %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
                     "%*s %llu",
               &state, &start) != 2)
        return 0;
    return state == 'Z' || state == 'X' ? 0 : start;
}
