/* The directory that the results of one invocation go to. */
#ifndef DIBS_BENCH_OUTDIR_H
#define DIBS_BENCH_OUTDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Makes `wanted` with its parents, or, where that is NULL, a new results/<scenario>-<UTC time>
 * below the current directory. False: `error` is one line. */
bool outdir_make(const char *wanted, const char *scenario, char *path, size_t size, char *error,
                 size_t error_size);

/* Takes back a directory that outdir_make chose, with the document in it if that is all. */
void outdir_drop(const char *path, const char *document);

/* Writes the path of every file in it that a reader would open, one a line. */
void outdir_list(const char *path, FILE *out);

#endif
