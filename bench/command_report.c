/* Rebuilds the page from what earlier invocations left. Nothing is run, and no Redis asked. */
#include "bench/commands.h"
#include "bench/outdir.h"
#include "bench/report/report.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/* The documents that a results directory may hold. */
static const char *const names[] = {"result.json", "sweep.json", "faults.json", "claims.json",
                                    "comparison.json"};

struct reading {
    json *documents[REPORT_DOCUMENTS_MAX];
    size_t count;
    char first[PATH_MAX]; /* directory of the first result */
};

static bool say(const char *text)
{
    fprintf(stderr, "dibs: %s\n", text);
    return false;
}

static bool read_file(struct reading *reading, const char *path)
{
    char error[PATH_MAX + 256];
    if (reading->count == REPORT_DOCUMENTS_MAX)
        return say("more results than fit into one report");
    json *document = json_read(path, error, sizeof error);
    if (!document)
        return say(error);
    reading->documents[reading->count++] = document;
    return true;
}

static bool read_directory(struct reading *reading, const char *directory)
{
    char path[PATH_MAX];
    size_t before = reading->count;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat status;
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        if (stat(path, &status) == 0 && !read_file(reading, path))
            return false;
    }
    if (reading->count > before)
        return true;
    snprintf(path, sizeof path, "%.3000s holds no result: there is no result.json in it",
             directory);
    return say(path);
}

/* A directory, or one of its documents. */
static bool read_result(struct reading *reading, const char *path)
{
    struct stat status;
    char text[PATH_MAX];
    if (stat(path, &status) != 0) {
        snprintf(text, sizeof text, "'%.3000s': %s", path, strerror(errno));
        return say(text);
    }
    bool is_directory = S_ISDIR(status.st_mode);
    if (reading->first[0] == '\0') {
        const char *slash = is_directory ? NULL : strrchr(path, '/');
        int length = is_directory ? (int)strlen(path) : slash ? (int)(slash - path) : 0;
        snprintf(reading->first, sizeof reading->first, "%.*s", length, path);
        if (length == 0)
            snprintf(reading->first, sizeof reading->first, slash ? "/" : ".");
    }
    return is_directory ? read_directory(reading, path) : read_file(reading, path);
}

static enum status write_report(struct reading *reading, const char *out)
{
    char directory[PATH_MAX], why[PATH_MAX + 512];
    if (!outdir_make(out ? out : reading->first, "report", directory, sizeof directory, why,
                     sizeof why)) {
        say(why);
        return STATUS_COULD_NOT_RUN;
    }
    bool written =
        report_write(directory, reading->documents, reading->count, true, why, sizeof why);
    if (*why)
        say(why);
    if (written)
        printf("%s/report.html\n", directory);
    return written ? STATUS_GOOD : STATUS_COULD_NOT_RUN;
}

enum status command_report(const struct invocation *invocation)
{
    const struct options *options = invocation->options;
    struct reading reading = {.count = 0};
    bool good = true;
    for (size_t i = 1; good && i < options->word_count; i++)
        good = read_result(&reading, options->words[i]);
    enum status status = good ? write_report(&reading, options->out) : STATUS_USAGE;
    for (size_t i = 0; i < reading.count; i++)
        json_free(reading.documents[i]);
    return status;
}
