#include "bench/gate/comparison_output.h"

#include "bench/document/whole_file.h"
#include "bench/outdir.h"
#include "bench/report/report.h"
#include "bench/table/cell.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool print_markdown(const void *comparison, FILE *out)
{
    return comparison_markdown(comparison, out);
}

static bool print_junit(const void *comparison, FILE *out)
{
    return comparison_junit(comparison, out);
}

static enum status write_file(const struct comparison *comparison, const char *path,
                              bool (*print)(const void *comparison, FILE *out))
{
    char error[512];
    if (path == NULL || whole_file_write(path, print, comparison, error, sizeof error))
        return STATUS_GOOD;
    fprintf(stderr, "dibs: %s\n", error);
    return STATUS_COULD_NOT_RUN;
}

static bool print_json(const void *comparison, FILE *out)
{
    return comparison_json(comparison, out);
}

bool comparison_directory(const char *wanted, const char *name, bool silent, char *directory,
                          size_t size)
{
    char error[PATH_MAX + 256];
    directory[0] = '\0';
    if ((silent && wanted == NULL) ||
        outdir_make(wanted, name, directory, size, error, sizeof error))
        return true;
    fprintf(stderr, "dibs: %s\n", error);
    return false;
}

static enum status keep(const struct comparison *comparison, const struct comparison_forms *forms)
{
    char path[PATH_MAX], error[PATH_MAX + 256];
    if (forms->directory == NULL || *forms->directory == '\0')
        return STATUS_GOOD;
    snprintf(path, sizeof path, "%s/comparison.json", forms->directory);
    bool kept = whole_file_write(path, print_json, comparison, error, sizeof error) &&
                report_write_kept(forms->directory, "comparison.json", true, error, sizeof error);
    if (!kept)
        fprintf(stderr, "dibs: %s\n", error);
    else if (!forms->json)
        outdir_list(forms->directory, stdout);
    return kept ? STATUS_GOOD : STATUS_COULD_NOT_RUN;
}

/* Other steps may have written there before. */
static enum status append_summary(const struct comparison *comparison, const char *path)
{
    if (path == NULL || *path == '\0')
        return STATUS_GOOD;
    FILE *file = fopen(path, "ae");
    bool good = file != NULL && comparison_markdown(comparison, file);
    int why = errno;
    if (file != NULL && fclose(file) != 0 && good) {
        good = false;
        why = errno;
    }
    if (good)
        return STATUS_GOOD;
    fprintf(stderr, "dibs: cannot write %s: %s\n", path, strerror(why));
    return STATUS_COULD_NOT_RUN;
}

enum status comparison_show(const struct comparison *comparison,
                            const struct comparison_forms *forms)
{
    const char *actions = getenv("GITHUB_ACTIONS");
    enum status status = comparison->status;
    if (forms->json)
        comparison_json(comparison, stdout); /* main tells of what stdout did not take */
    else if (status == STATUS_USAGE)         /* as any other mistake */
        fprintf(stderr, "dibs: %s\n", comparison->why);
    else
        comparison_table(comparison, stdout, cell_colour(stdout));
    status = status_worse(status, keep(comparison, forms));
    status = status_worse(status, write_file(comparison, forms->markdown, print_markdown));
    status = status_worse(status, write_file(comparison, forms->junit, print_junit));
    status = status_worse(status, append_summary(comparison, getenv("GITHUB_STEP_SUMMARY")));
    if (actions != NULL && strcmp(actions, "true") == 0)
        comparison_annotations(comparison, forms->json ? stderr : stdout);
    return status;
}
