#include "sim/server/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Debian's redis-tools (valkey-tools) holds the server too, called after another of its uses. */
static const char *const names[] = {
    "redis-server",     "valkey-server",    "redis-check-rdb",
    "valkey-check-rdb", "redis-check-aof", "valkey-check-aof",
};

static bool can_run(const char *path)
{
    struct stat file;
    if (stat(path, &file) != 0)
        return false;
    if (!S_ISREG(file.st_mode)) {
        errno = EACCES;
        return false;
    }
    return access(path, X_OK) == 0;
}

/* Looks for `name` in the folders of PATH. */
static bool look_up(const char *name, char *path, size_t size)
{
    const char *folders = getenv("PATH");
    if (folders == NULL)
        folders = "/usr/local/bin:/usr/bin:/bin";
    for (const char *folder = folders; *folder != '\0'; folder += *folder == ':') {
        size_t len = strcspn(folder, ":");
        int written = snprintf(path, size, "%.*s/%s", (int)len, len ? folder : ".", name);
        folder += len;
        if (written > 0 && (size_t)written < size && can_run(path))
            return true;
    }
    errno = ENOENT;
    return false;
}

bool program_find(const char *wanted, char *path, size_t size, char *error, size_t error_size)
{
    if (wanted != NULL) {
        bool found = strchr(wanted, '/') == NULL ? look_up(wanted, path, size) : can_run(wanted);
        if (!found) {
            snprintf(error, error_size, "cannot run the Redis server %s: %s", wanted,
                     strerror(errno));
            return false;
        }
        if (strchr(wanted, '/') != NULL)
            snprintf(path, size, "%s", wanted);
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (look_up(names[i], path, size))
            return true;
    snprintf(error, error_size,
             "no Redis server here: install redis-tools, or name one with --redis-server");
    return false;
}

const char *program_role(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return strncmp(name, "valkey", strlen("valkey")) == 0 ? "valkey-server" : "redis-server";
}
