#include "tests/kit_split.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum { TOLD_MAX = 32 };

struct told {
    struct {
        char name[WIRE_NAME_MAX];
        uint64_t direct, inner;
    } rows[TOLD_MAX];
    uint32_t count;
};

static void told_add(struct told *told, const char *name, bool inner)
{
    uint32_t i = 0;
    while (i < told->count && strcmp(told->rows[i].name, name) != 0)
        i++;
    assert_in_range(i, 0, TOLD_MAX - 1);
    if (i == told->count)
        snprintf(told->rows[told->count++].name, WIRE_NAME_MAX, "%s", name);
    told->rows[i].direct += !inner;
    told->rows[i].inner += inner;
}

/* A connection that hears every command from now on. */
static FILE *monitor_open(const struct server *server)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char line[64];
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", server->socket_path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write(fd, "MONITOR\r\n", 9), 9);
    FILE *monitor = fdopen(fd, "r");
    assert_non_null(monitor);
    assert_non_null(fgets(line, sizeof line, monitor));
    assert_string_equal(line, "+OK\r\n");
    return monitor;
}

/* +1700000000.123456 [0 lua] "SPOP" "key" "100"; of a container ("XGROUP" "CREATE") both words. */
static void read_command(const char *line, char name[WIRE_NAME_MAX], bool *inner)
{
    const char *quote = strstr(line, "] \"");
    assert_non_null(quote);
    size_t len = strcspn(quote + 3, "\"");
    if (len == strlen("XGROUP") && strncasecmp(quote + 3, "XGROUP", len) == 0)
        len += strlen("\" \"") + strcspn(quote + 3 + len + strlen("\" \""), "\"");
    assert_in_range(len, 1, WIRE_NAME_MAX - 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        if (quote[3 + i] != '"')
            name[n++] = (char)toupper((unsigned char)quote[3 + i]);
    name[n] = '\0';
    *inner = strstr(line, " lua] ") != NULL;
}

static const char *published(const char *name)
{
    return strcmp(name, "PEXPIRE") == 0 ? "EXPIRE" : name;
}

/* What was said between the two snapshots of the books: of each, two questions of INFO. */
static void hear(FILE *monitor, struct told *told)
{
    char *line = NULL, name[WIRE_NAME_MAX];
    size_t size = 0;
    bool inner;
    for (int snapshots = 0; snapshots < 3;) {
        assert_true(getline(&line, &size, monitor) > 0);
        read_command(line, name, &inner);
        if (strcmp(name, "INFO") == 0)
            snapshots += strstr(line, "\"commandstats\"") || strstr(line, "\"stats\"");
        else if (snapshots == 2)
            told_add(told, published(name), inner);
    }
    free(line);
}

static void compare(struct kit_run *kit, const struct told *told)
{
    const struct books *books = &kit->world.books;
    uint64_t heard = 0, counted = 0;
    for (uint32_t i = 0; i < told->count; i++) {
        const struct books_row *row = kit_run_row(kit, told->rows[i].name);
        if (row->client_calls != told->rows[i].direct || row->inner_calls != told->rows[i].inner)
            kit_run_fail(kit, "%s: heard %llu and %llu inside scripts, counted %llu and %llu",
                         told->rows[i].name, (unsigned long long)told->rows[i].direct,
                         (unsigned long long)told->rows[i].inner,
                         (unsigned long long)row->client_calls,
                         (unsigned long long)row->inner_calls);
        heard += told->rows[i].direct + told->rows[i].inner;
    }
    for (uint32_t i = 0; i < books->count; i++)
        counted += books->rows[i].client_calls + books->rows[i].inner_calls;
    assert_int_equal(heard, counted);
}

/* Returns how many calls were made inside of scripts. */
static uint64_t check_monitored(struct kit_run *kit)
{
    struct told told = {0};
    kit_run_world_open(kit);
    FILE *monitor = monitor_open(&kit->world.server);
    kit_run_world_finish(kit);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    /* The server has talked to somebody else as well; all other books balance. */
    for (uint32_t i = 0; i < kit->result.reason_count; i++)
        if (strncmp(kit->result.reasons[i], "the server sent ", 16) != 0)
            kit_run_fail(kit, "more than the bytes for the monitor is out of balance");
    hear(monitor, &told);
    fclose(monitor);
    compare(kit, &told);
    uint64_t inner = 0;
    for (uint32_t i = 0; i < told.count; i++)
        inner += told.rows[i].inner;
    return inner;
}

static int64_t last_form(const struct parameter *parameter)
{
    int64_t last = 1;
    if (parameter->type == PARAMETER_CHOICE)
        while (parameter->choices[last + 1] != NULL)
            last++;
    return last;
}

/* Each switch and choice at each of its values, for some scripts are called in one form only. */
static uint64_t check_forms(struct kit_run *kit)
{
    struct entry *entry = &kit->scenario.entries[0];
    uint64_t inner = check_monitored(kit);
    for (size_t i = 0; entry->strategy->parameters[i].name != NULL; i++) {
        const struct parameter *parameter = &entry->strategy->parameters[i];
        if (parameter->type != PARAMETER_CHOICE && parameter->type != PARAMETER_SWITCH)
            continue;
        int64_t own = entry->values[i];
        for (int64_t form = 0; form <= last_form(parameter); form++) {
            entry->values[i] = form;
            if (form != own)
                inner += check_monitored(kit);
        }
        entry->values[i] = own;
    }
    return inner;
}

void split_check(struct kit_run *kit)
{
    const struct strategy *strategy = kit->scenario.entries[0].strategy;
    uint64_t inner = check_forms(kit);
    bool scripted = strategy->scripts != NULL && strategy->scripts[0] != NULL;
    if (scripted != (inner > 0))
        kit_run_fail(kit, "%llu calls inside scripts", (unsigned long long)inner);
}
