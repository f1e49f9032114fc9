#include "sim/server/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "dibs-"

enum { DEPTH_MAX = 8 };

bool scratch_create(char *path, size_t size, char *error, size_t error_size)
{
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] == '\0')
        parent = "/tmp";
    /* Absolute, because the server changes into it. */
    char absolute[PATH_MAX];
    if (realpath(parent, absolute) == NULL) {
        snprintf(error, error_size, "cannot use %s for temporary files: %s", parent,
                 strerror(errno));
        return false;
    }
    int len = snprintf(path, size, "%s/" NAME "XXXXXX", strcmp(absolute, "/") ? absolute : "");
    if (len < 0 || (size_t)len >= size) {
        snprintf(error, error_size,
                 "the path of $TMPDIR is too long for a socket in it: %zu bytes, at most %zu",
                 strlen(absolute), size - sizeof "/" NAME "XXXXXX");
        path[0] = '\0';
        return false;
    }
    if (mkdtemp(path) == NULL) {
        snprintf(error, error_size, "cannot make a directory in %s: %s", absolute,
                 strerror(errno));
        path[0] = '\0';
        return false;
    }
    return true;
}

static bool is_ours(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strncmp(slash ? slash + 1 : path, NAME, strlen(NAME)) == 0;
}

/* Opens a directory, but not through a link. */
static DIR *open_in(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL && fd >= 0)
        close(fd);
    return directory;
}

static void remove_entries(DIR *directory, int depth)
{
    int fd = dirfd(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (unlinkat(fd, name, 0) == 0 || depth == DEPTH_MAX)
            continue;
        DIR *inner = open_in(fd, name);
        if (inner == NULL)
            continue;
        remove_entries(inner, depth + 1);
        closedir(inner);
        unlinkat(fd, name, AT_REMOVEDIR);
    }
}

bool scratch_remove(const char *path)
{
    if (!is_ours(path))
        return false;
    DIR *directory = open_in(AT_FDCWD, path);
    if (directory == NULL)
        return errno == ENOENT;
    remove_entries(directory, 1);
    closedir(directory);
    return rmdir(path) == 0;
}
