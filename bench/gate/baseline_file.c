#include "bench/document/whole_file.h"
#include "bench/gate/baseline.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char HEAD[] = "dibs-baseline", VERSION[] = "1", LAST[] = "end";

/* ---- writing */

struct writing {
    const struct baseline *baseline;
    const char *command;
};

static void write_counts(const struct counts *counts, FILE *out)
{
    const char *group = "";
    for (size_t i = 0; i < counts->used; i++) {
        const struct count *count = &counts->list[i];
        if (strcmp(group, count->group) != 0)
            fprintf(out, "%s%-8s", i > 0 ? "\n" : "", count->group);
        group = count->group;
        if (count->value == COUNT_BOUNDED)
            fprintf(out, "  %s ~", count->name);
        else
            fprintf(out, "  %s %" PRId64, count->name, count->value);
    }
    fputc('\n', out);
}

static bool print(const void *context, FILE *out)
{
    const struct writing *writing = context;
    const struct baseline *baseline = writing->baseline;
    fprintf(out, "# Written by: %s\n%s %s\nserver %s\n", writing->command, HEAD, VERSION,
            baseline->server);
    for (size_t i = 0; i < baseline->workload.n; i++)
        fprintf(out, "workload %s\n", texts_at(&baseline->workload, i));
    for (size_t i = 0; i < baseline->count; i++) {
        fprintf(out, "\n[%s]\n", baseline->contenders[i].label);
        write_counts(&baseline->contenders[i].counts, out);
    }
    return fprintf(out, "\n%s\n", LAST) > 0 && !ferror(out);
}

bool baseline_save(const struct baseline *baseline, const char *path, const char *command,
                   char *error, size_t size)
{
    const struct writing writing = {baseline, command};
    return whole_file_write(path, print, &writing, error, size);
}

/* ---- reading */

struct reading {
    struct baseline *baseline;
    struct baseline_contender *contender; /* of the section, or NULL */
    const char *wanted;                   /* what would have been right, of a line that is wrong */
    bool ended;
};

static bool wants(struct reading *reading, const char *wanted)
{
    reading->wanted = wanted;
    return false;
}

static bool read_section(struct reading *reading, char *line)
{
    size_t length = strlen(line);
    if (length < 3 || line[length - 1] != ']')
        return wants(reading, "[CONTENDER]");
    line[length - 1] = '\0';
    if (baseline_find(reading->baseline, line + 1) != NULL)
        return wants(reading, "a contender that has not come before");
    reading->contender = baseline_add(reading->baseline, line + 1);
    return reading->contender != NULL || wants(reading, "more memory");
}

static bool read_value(const char *text, int64_t *value)
{
    char *end;
    if (strcmp(text, "~") == 0) {
        *value = COUNT_BOUNDED;
        return true;
    }
    errno = 0;
    *value = strtoll(text, &end, 10);
    return isdigit((unsigned char)*text) && *end == '\0' && errno == 0 && *value <= COUNT_LARGEST;
}

/* GROUP NAME VALUE NAME VALUE ... */
static bool read_counts(struct reading *reading, char *line)
{
    static const char form[] = "GROUP NAME NUMBER [NAME NUMBER]...";
    char *rest, *group = strtok_r(line, " ", &rest), *name;
    size_t before = reading->contender->counts.used;
    while ((name = strtok_r(NULL, " ", &rest)) != NULL) {
        int64_t value;
        const char *text = strtok_r(NULL, " ", &rest);
        if (text == NULL || !read_value(text, &value) || strlen(name) >= COUNTS_NAME_MAX ||
            strlen(group) >= COUNTS_NAME_MAX)
            return wants(reading, form);
        if (counts_has(&reading->contender->counts, group, name))
            return wants(reading, "a counter that has not come before");
        if (!counts_set(&reading->contender->counts, group, name, value))
            return wants(reading, "fewer counters");
    }
    return reading->contender->counts.used > before || wants(reading, form);
}

static bool read_head(struct reading *reading, char *line)
{
    struct baseline *baseline = reading->baseline;
    if (strncmp(line, "workload ", 9) == 0 && strchr(line + 9, ' ') != NULL)
        texts_add(&baseline->workload, line + 9, strlen(line + 9));
    else if (strncmp(line, "server ", 7) == 0)
        snprintf(baseline->server, sizeof baseline->server, "%s", line + 7);
    else
        return wants(reading, "server KIND VERSION, workload KEY VALUE or [CONTENDER]");
    return true;
}

static bool read_line(struct reading *reading, char *line)
{
    if (reading->ended)
        return wants(reading, "nothing after 'end'");
    if (strcmp(line, LAST) == 0)
        return reading->ended = true;
    if (*line == '[')
        return read_section(reading, line);
    return reading->contender != NULL ? read_counts(reading, line) : read_head(reading, line);
}

static enum status read_version(const char *line, const char *path, char *error, size_t size)
{
    size_t length = strlen(HEAD);
    if (strncmp(line, HEAD, length) != 0 || line[length] != ' ') {
        snprintf(error, size, "%s: not a baseline: it does not begin with '%s %s'", path, HEAD,
                 VERSION);
        return STATUS_USAGE;
    }
    if (strcmp(line + length + 1, VERSION) == 0)
        return STATUS_GOOD;
    snprintf(error, size, "%s: a baseline of version %.16s; this dibs reads %s", path,
             line + length + 1, VERSION);
    return STATUS_NOT_COMPARABLE;
}

static void trim(char *line)
{
    size_t length = strlen(line);
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
}

static enum status read_all(struct reading *reading, FILE *file, const char *path, char *error,
                            size_t size)
{
    char *line = NULL;
    size_t room = 0;
    bool begun = false;
    enum status status = STATUS_GOOD;
    for (unsigned number = 1; status == STATUS_GOOD && getline(&line, &room, file) >= 0; number++) {
        trim(line);
        if (*line == '\0' || *line == '#')
            continue;
        if (!begun) {
            status = read_version(line, path, error, size);
            begun = true;
        } else if (!read_line(reading, line)) {
            snprintf(error, size, "%s:%u: expected %s", path, number, reading->wanted);
            status = STATUS_USAGE;
        }
    }
    free(line);
    return status;
}

/* What is missing at its end, or NULL. */
static const char *missing(const struct reading *reading, FILE *file)
{
    if (ferror(file))
        return strerror(errno);
    if (!reading->ended)
        return "cut off: it does not end with 'end'";
    if (*reading->baseline->server == '\0' || reading->baseline->workload.n == 0)
        return "says nothing of server and workload";
    return NULL;
}

enum status baseline_load(struct baseline *baseline, const char *path, char *error, size_t size)
{
    struct reading reading = {.baseline = baseline};
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(error, size, "cannot read the baseline %s: %s", path, strerror(errno));
        return STATUS_USAGE;
    }
    enum status status = read_all(&reading, file, path, error, size);
    const char *what = missing(&reading, file);
    if (status == STATUS_GOOD && what != NULL) {
        snprintf(error, size, "%s: %s", path, what);
        status = STATUS_USAGE;
    }
    fclose(file);
    workload_sort(&baseline->workload);
    return status;
}
