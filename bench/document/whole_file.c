#include "bench/document/whole_file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* False: errno. */
static bool write_file(const char *path, bool synced, bool (*print)(const void *context, FILE *out),
                       const void *context)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    bool ok = print(context, file) && fflush(file) == 0 && (!synced || fsync(fileno(file)) == 0);
    int why = errno;
    if (fclose(file) != 0 && ok) {
        ok = false;
        why = errno;
    }
    errno = why;
    return ok;
}

/* A device, a pipe, a link: to be written to, and never to be put a file in place of. */
static bool is_more_than_file(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

bool whole_file_write(const char *path, bool (*print)(const void *context, FILE *out),
                      const void *context, char *error, size_t error_size)
{
    char aside[PATH_MAX + 8];
    bool direct = is_more_than_file(path);
    snprintf(aside, sizeof aside, "%s%s", path, direct ? "" : ".part");
    if (write_file(aside, !direct, print, context) && (direct || rename(aside, path) == 0))
        return true;
    snprintf(error, error_size, "cannot write %s: %s", path, strerror(errno));
    if (!direct)
        unlink(aside);
    return false;
}
