#include "bench/outdir.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PARENT "results"

enum { MODE = 0777, SAME_SECOND_MAX = 1000 };

/* Makes the parents of the path, but not its last part. */
static bool make_parents(const char *path)
{
    char part[4096];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (mkdir(part, MODE) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

static bool make_wanted(const char *wanted)
{
    struct stat status;
    if (!*wanted) {
        errno = ENOENT;
        return false;
    }
    if (!make_parents(wanted))
        return false;
    if (mkdir(wanted, MODE) == 0)
        return true;
    if (errno != EEXIST || stat(wanted, &status) != 0)
        return false;
    errno = ENOTDIR;
    return S_ISDIR(status.st_mode);
}

/* Two runs may begin within one second. */
static bool make_new(const char *stem, char *path, size_t size)
{
    snprintf(path, size, "%s", stem);
    if (!make_parents(path))
        return false;
    for (int i = 2; mkdir(path, MODE) != 0; i++) {
        if (errno != EEXIST || i > SAME_SECOND_MAX)
            return false;
        snprintf(path, size, "%s-%d", stem, i);
    }
    return true;
}

bool outdir_make(const char *wanted, const char *scenario, char *path, size_t size, char *error,
                 size_t error_size)
{
    char stem[256], stamp[32];
    struct tm utc;
    time_t now = time(NULL);
    bool made;
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &utc);
    snprintf(stem, sizeof stem, PARENT "/%s-%s", scenario, stamp);
    if (wanted) {
        snprintf(path, size, "%s", wanted);
        made = make_wanted(path);
    } else {
        made = make_new(stem, path, size);
    }
    if (!made)
        snprintf(error, error_size, "cannot make the output directory %s: %s%s", path,
                 strerror(errno), wanted ? "" : "; --out names another");
    return made;
}

void outdir_drop(const char *path, const char *document)
{
    char name[4096 + 64];
    snprintf(name, sizeof name, "%s/%s", path, document);
    unlink(name);
    rmdir(path);
    rmdir(PARENT); /* unless there are others in it */
}

static int is_for_readers(const struct dirent *entry)
{
    static const char *const endings[] = {".html", ".json", ".csv", ".md", ".svg", ".png"};
    const char *dot = strrchr(entry->d_name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i]) == 0)
            return 1;
    return 0;
}

void outdir_list(const char *path, FILE *out)
{
    struct dirent **found = NULL;
    int n = scandir(path, &found, is_for_readers, alphasort);
    for (int i = 0; i < n; i++) {
        fprintf(out, "%s/%s\n", path, found[i]->d_name);
        free(found[i]);
    }
    free(found);
}
