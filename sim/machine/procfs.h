/* Small facts that the kernel tells as text. */
#ifndef DIBS_SIM_PROCFS_H
#define DIBS_SIM_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The beginning of a file, without the line feed at its end. False (and ""): it cannot be read. */
bool procfs_text(const char *path, char *text, size_t size);

/* The number that a file begins with; -1 if there is none. */
int64_t procfs_number(const char *path);

/* A file of the cgroup that this process is in, of version 2 or of this version 1 controller, or
 * of the nearest ancestor that has it. False (and "") if there is none. */
bool procfs_cgroup(const char *controller, const char *file, char *text, size_t size);

/* When a process was started, in ticks since the boot: with its pid it names a process for good.
 * 0: no such process is running (it may be dead and not yet reaped). */
uint64_t procfs_start_time(pid_t pid);

#endif
