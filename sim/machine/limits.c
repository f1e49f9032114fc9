#include "sim/machine/limits.h"

#include "sim/machine/procfs.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* The server keeps 32 descriptors for itself; the harness has connections, pipes and files too. */
enum { DESCRIPTORS_SPARE = 256, THREADS_SPARE = 64 };

static bool too_low(char *error, size_t error_size, const char *what, uint64_t limit,
                    const char *advice, uint64_t needed)
{
    snprintf(error, error_size,
             "the limit of %s is %llu and this run needs %llu: raise it (%s) or run fewer "
             "instances",
             what, (unsigned long long)limit, (unsigned long long)needed, advice);
    return false;
}

/* Raises the soft limit to `needed`, and the hard one where we may. */
static bool raise_to(int resource, uint64_t needed, uint64_t *limit)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return true; /* not known here: let the run find out */
    *limit = now.rlim_max;
    if (now.rlim_cur >= needed)
        return true;
    now.rlim_cur = needed;
    if (now.rlim_max < needed)
        now.rlim_max = needed;
    return setrlimit(resource, &now) == 0;
}

static bool at_least(const char *path, uint64_t needed, char *error, size_t error_size)
{
    int64_t limit = procfs_number(path);
    return limit < 0 || (uint64_t)limit >= needed ||
           too_low(error, error_size, path, (uint64_t)limit, "sysctl", needed);
}

static bool cgroup_allows(uint64_t threads, char *error, size_t error_size)
{
    char text[32], *end;
    procfs_cgroup("pids", "pids.max", text, sizeof text);
    unsigned long long limit = strtoull(text, &end, 10);
    return end == text /* "max" */ || limit >= threads ||
           too_low(error, error_size, "threads in this cgroup (pids.max)", limit,
                   "the container's limit of processes", threads);
}

bool limits_raise(uint32_t connections, char *error, size_t error_size)
{
    uint64_t descriptors = (uint64_t)connections + DESCRIPTORS_SPARE;
    uint64_t threads = (uint64_t)connections + THREADS_SPARE, limit = 0;
    if (!raise_to(RLIMIT_NOFILE, descriptors, &limit))
        return too_low(error, error_size, "open files", limit, "ulimit -Hn", descriptors);
    if (!raise_to(RLIMIT_NPROC, threads, &limit))
        return too_low(error, error_size, "processes of this user", limit, "ulimit -Hu", threads);
    return at_least("/proc/sys/kernel/threads-max", threads, error, error_size) &&
           at_least("/proc/sys/kernel/pid_max", threads, error, error_size) &&
           cgroup_allows(threads, error, error_size);
}
