#include "tests/kit_server.h"

#include "sim/server/program.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

enum { WITHIN_MS = 60000 };

int kit_server_open(void **state)
{
    static const struct wire_options patience = {WITHIN_MS, WITHIN_MS, false};
    struct kit_server *kit = calloc(1, sizeof *kit);
    assert_non_null(kit);
    char error[256];
    assert_true(janitor_start(&kit->janitor));
    assert_true(program_find(NULL, kit->program, sizeof kit->program, error, sizeof error));
    bool started = server_start(&kit->server, &kit->janitor, kit->program, PLACEMENT_FREE,
                                KIT_CONNECTIONS, NULL);
    assert_string_equal(kit->server.error, "");
    assert_true(started);
    assert_true(wire_open(&kit->wire, &kit->server.address, patience, &kit->meter, NULL));
    *state = kit;
    return 0;
}

int kit_server_close(void **state)
{
    struct kit_server *kit = *state;
    wire_close(&kit->wire);
    server_stop(&kit->server);
    janitor_stop(&kit->janitor);
    free(kit);
    return 0;
}

int64_t kit_server_integer(struct kit_server *kit, const char *command)
{
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&kit->wire, &reply, command), OUTCOME_OK);
    return reply.integer;
}

bool kit_has_ended(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0)
        return errno == ESRCH;
    struct pollfd ended = {.fd = fd, .events = POLLIN};
    int n = poll(&ended, 1, WITHIN_MS);
    close(fd);
    return n == 1;
}

bool kit_exists(const char *path)
{
    struct stat file;
    return lstat(path, &file) == 0;
}

void kit_assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" does not contain \"%s\"", text, part);
}
