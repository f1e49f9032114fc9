/* Scratch directories: dibs-XXXXXX in $TMPDIR (else /tmp), ours alone (mode 0700). */
#ifndef DIBS_SIM_SCRATCH_H
#define DIBS_SIM_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Makes one and writes its absolute path. False: `error` is one line; among the reasons is a path
 * that would not fit into `size`. */
bool scratch_create(char *path, size_t size, char *error, size_t error_size);

/* Removes it with all that it holds, following no link. Refuses any directory whose name does not
 * begin with "dibs-". True if it is gone, also if it was before. */
bool scratch_remove(const char *path);

#endif
