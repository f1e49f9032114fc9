#include "tests/kit_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct memory_file {
    int fd;
    char path[32];
};

static struct memory_file memory_file_open(const char *bytes, size_t len)
{
    struct memory_file file = {.fd = memfd_create("scenario", MFD_CLOEXEC)};
    assert_true(file.fd >= 0);
    assert_true(write(file.fd, bytes, len) == (ssize_t)len);
    snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
    return file;
}

/* Puts FILE where the error's path stands. */
static void path_hide(struct scenario_error *error, const char *path)
{
    size_t len = strlen(path);
    if (strncmp(error->text, path, len) != 0)
        return;
    memmove(error->text + strlen("FILE"), error->text + len, strlen(error->text + len) + 1);
    memcpy(error->text, "FILE", strlen("FILE"));
}

bool kit_read(const struct kit_reading *c, struct scenario *scenario, struct scenario_error *error)
{
    size_t count = 0;
    while (count < KIT_OVERRIDES_MAX && c->overrides[count])
        count++;
    struct memory_file file = memory_file_open(c->yaml, strlen(c->yaml));
    bool ok = scenario_read(scenario, file.path, c->contenders, c->overrides, count, error);
    if (!ok)
        path_hide(error, file.path);
    close(file.fd);
    return ok;
}

void kit_read_well(const struct kit_reading *c, struct scenario *scenario)
{
    struct scenario_error error;
    if (!kit_read(c, scenario, &error))
        fail_msg("%s", error.text);
}

/* What ends in "..." is only the beginning: who is known is for the registry to say. */
static void error_is(const char *text, const char *expected)
{
    size_t len = strlen(expected);
    if (len < 3 || strcmp(expected + len - 3, "...") != 0)
        assert_string_equal(text, expected);
    else if (strncmp(text, expected, len - 3) != 0)
        fail_msg("%s\n%s", text, expected);
}

void kit_refused(const struct kit_reading *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct scenario scenario;
        struct scenario_error error;
        if (kit_read(&cases[i], &scenario, &error))
            fail_msg("accepted: %s", cases[i].yaml);
        error_is(error.text, cases[i].error);
        assert_null(strchr(error.text, '\n'));
    }
}

int64_t kit_entry_value(const struct entry *entry, const char *name)
{
    for (size_t i = 0; entry->strategy->parameters[i].name; i++)
        if (strcmp(entry->strategy->parameters[i].name, name) == 0)
            return entry->values[i];
    fail_msg("%s has no parameter %s", entry->label, name);
    return 0;
}

const struct entry *kit_entry(const struct scenario *scenario, const char *label)
{
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        if (strcmp(scenario->entries[i].label, label) == 0)
            return &scenario->entries[i];
    fail_msg("no entry %s", label);
    return NULL;
}

void kit_labels_are(const struct scenario *scenario, const char *expected)
{
    char labels[1024] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        len += (size_t)snprintf(labels + len, sizeof(labels) - len, "%s%s", i ? ", " : "",
                                scenario->entries[i].label);
    assert_string_equal(labels, expected);
}

void kit_labels_are_all(const struct scenario *scenario, enum item_kind kind, const char *before)
{
    char labels[1024];
    uint32_t skipped = 0;
    size_t len = (size_t)snprintf(labels, sizeof(labels), "%s", before);
    for (size_t i = 0; strategies[i]; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name; c++) {
            if ((strategies[i]->tasks != NULL) == (kind == ITEMS_TASK_ROUNDS))
                len += (size_t)snprintf(labels + len, sizeof(labels) - len, "%s, ", c->name);
            else
                assert_string_equal(scenario->skipped[skipped++].label, c->name);
        }
    labels[len - 2] = '\0';
    kit_labels_are(scenario, labels);
    assert_int_equal(scenario->skipped_count, skipped);
}
