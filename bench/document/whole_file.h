/* A file that is there as a whole or not at all. */
#ifndef DIBS_BENCH_WHOLE_FILE_H
#define DIBS_BENCH_WHOLE_FILE_H

#include <stdbool.h>
#include <stdio.h>

/* Writes `path` by `print` (false: errno): aside, synced to the disk, renamed; but a device, a pipe
 * or a link is written to as it is. False: `error` is one line, and a file is untouched. */
bool whole_file_write(const char *path, bool (*print)(const void *context, FILE *out),
                      const void *context, char *error, size_t error_size);

#endif
