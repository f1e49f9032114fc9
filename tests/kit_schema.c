#include "tests/kit_schema.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(char *const argv[])
{
    pid_t pid;
    int status;
    if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *const validator = DIBS_HOME "/tests/validate_result.py";

int kit_schema_check(const char *schema, const char *path)
{
    char file[PATH_MAX];
    snprintf(file, sizeof file, "%s/bench/%s.schema.json", DIBS_HOME, schema);
    return run((char *[]){"python3", validator, file, (char *)path, NULL});
}

int kit_schema_documented(const char *schema)
{
    char file[PATH_MAX];
    snprintf(file, sizeof file, "%s/bench/%s.schema.json", DIBS_HOME, schema);
    return run((char *[]){"python3", validator, "--documented", file, NULL});
}
