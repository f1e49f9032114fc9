#include "bench/document/whole_file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* False: errno. */
static bool write_synced(const char *path, bool (*print)(const void *context, FILE *out),
                         const void *context)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    bool ok = print(context, file) && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int why = errno;
    if (fclose(file) != 0 && ok) {
        ok = false;
        why = errno;
    }
    errno = why;
    return ok;
}

bool whole_file_write(const char *path, bool (*print)(const void *context, FILE *out),
                      const void *context, char *error, size_t error_size)
{
    char aside[PATH_MAX + 8];
    snprintf(aside, sizeof aside, "%s.part", path);
    if (write_synced(aside, print, context) && rename(aside, path) == 0)
        return true;
    snprintf(error, error_size, "cannot write %s: %s", path, strerror(errno));
    unlink(aside);
    return false;
}
