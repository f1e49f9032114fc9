#include "sim/server/server.h"

#include "sim/machine/placement.h"
#include "sim/server/info.h"
#include "sim/server/leftovers.h"
#include "sim/server/program.h"
#include "sim/server/scratch.h"
#include "strategies/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Beyond the connections of a run: the harness's own, and producers'. */
enum { CONNECTIONS_SPARE = 64, PATH_SIZE = SERVER_PATH_MAX + 16 };

#define READY_WITHIN_NS (10 * NS_PER_S)
#define DEATH_SHOWS_WITHIN_NS (NS_PER_S / 5)

static const struct wire_options patience = {.connect_timeout_ms = 5000,
                                             .command_timeout_ms = 5000};

static bool fail(struct server *server, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail(struct server *server, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(server->error, sizeof server->error, format, arguments);
    va_end(arguments);
    server->error[strcspn(server->error, "\r\n")] = '\0';
    return false;
}

static const char *path_of(const struct server *server, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", server->directory, name);
    return path;
}

static bool read_version(struct server *server, struct wire *wire)
{
    const char *kind;
    bool known =
        info_version(info_ask(wire, "server"), &kind, server->version, sizeof server->version);
    snprintf(server->kind, sizeof server->kind, "%s", kind);
    if (!known && wire->err[0] == '\0')
        wire_fail(wire, "it tells no version");
    return known;
}

/* ---- the private server: start */

/* In the child. What the server (or the failure to become it) prints ends in its log. */
static _Noreturn void become_server(struct server *server, pid_t parent)
{
    const char *program = server->program;
    if (!janitor_child(server->janitor, parent))
        _exit(1);
    char log[PATH_SIZE], clients[16];
    path_of(server, "log", log);
    snprintf(clients, sizeof clients, "%u", server->connections + CONNECTIONS_SPARE);
    int null = open("/dev/null", O_RDWR);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(null, STDIN_FILENO);
    dup2(out < 0 ? null : out, STDOUT_FILENO);
    dup2(out < 0 ? null : out, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, ~0U, 0);

    if (!placement_bind_server(server->placement)) {
        dprintf(STDERR_FILENO, "too few cores for this placement\n");
        _exit(1);
    }
    /* Under its own name: redis-check-rdb is the same program and goes by what it is called. */
    execl(program, program_role(program), "--port", "0", "--unixsocket", server->socket_path,
          "--unixsocketperm", "700", "--dir", server->directory, "--logfile", log, "--loglevel",
          "warning", "--always-show-logo", "no", "--daemonize", "no", "--save", "", "--appendonly",
          server->persists ? "yes" : "no", /* written before each reply, and never put off */
          "--appendfsync", "no", "--maxclients", clients, "--tcp-backlog",
          "65535", /* of the Unix socket too; the kernel cuts it to somaxconn */
          (char *)NULL);
    dprintf(STDERR_FILENO, "%s: %s\n", program, strerror(errno));
    _exit(1);
}

/* Whoever has given up does not wait for a server that says nothing. */
static bool in_a_hurry(void *context)
{
    const struct server *server = context;
    return server->interrupted != NULL && *server->interrupted != 0;
}

/* False: not yet. */
static bool answers(struct server *server, int within_ms)
{
    struct wire_meter meter = {0};
    struct wire wire;
    struct wire_options options = {.connect_timeout_ms = within_ms,
                                   .command_timeout_ms = within_ms};
    const struct wire_hooks hooks = {.context = server, .in_a_hurry = in_a_hurry};
    bool good = wire_open(&wire, &server->address, options, &meter, &hooks) &&
                wire_ask(&wire, NULL, "PING") == OUTCOME_OK && read_version(server, &wire);
    wire_close(&wire);
    return good;
}

static bool wait_until_ready(struct server *server)
{
    uint64_t deadline = clock_ns() + READY_WITHIN_NS;
    do {
        if (access(server->socket_path, F_OK) == 0 && answers(server, 1000))
            return true;
        if (server_has_died(server))
            return false;
        poll(NULL, 0, 1);
    } while (clock_ns() < deadline && !in_a_hurry(server));
    return fail(server, "the private Redis server did not answer within %d s",
                (int)(READY_WITHIN_NS / NS_PER_S));
}

static bool spawn(struct server *server)
{
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        return fail(server, "cannot start a process: %s", strerror(errno));
    if (pid == 0)
        become_server(server, parent);
    server->pid = pid;
    janitor_add_process(server->janitor, pid);
    return true;
}

static struct server fresh(struct janitor *janitor, const char *program, enum placement placement,
                           uint32_t connections, const volatile int *interrupted)
{
    return (struct server){.prefix = "",
                           .is_private = true,
                           .program = program,
                           .placement = placement,
                           .connections = connections,
                           .janitor = janitor,
                           .interrupted = interrupted};
}

static bool launch(struct server *server)
{
    if (!scratch_create(server->directory, sizeof server->directory, server->error,
                        sizeof server->error))
        return false;
    janitor_add_directory(server->janitor, server->directory);
    snprintf(server->socket_path, sizeof server->socket_path, "%s/redis.sock", server->directory);
    server->address.socket_path = server->socket_path;
    if (spawn(server) && wait_until_ready(server))
        return true;
    server_stop(server);
    return false;
}

bool server_start(struct server *server, struct janitor *janitor, const char *program,
                  enum placement placement, uint32_t connections, const volatile int *interrupted)
{
    *server = fresh(janitor, program, placement, connections, interrupted);
    return launch(server);
}

bool server_start_with_data(struct server *server, struct janitor *janitor, const char *program,
                            enum placement placement, uint32_t connections,
                            const volatile int *interrupted)
{
    *server = fresh(janitor, program, placement, connections, interrupted);
    server->persists = true;
    return launch(server);
}

bool server_restart(struct server *server)
{
    server->is_down = false;
    return spawn(server);
}

/* ---- the private server: end */

/* The last line of its log that says something, without pid, role and time in front of it. */
static void last_words(const struct server *server, char *words, size_t size)
{
    char path[PATH_SIZE], tail[1024], *line = NULL;
    words[0] = '\0';
    int fd = open(path_of(server, "log", path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    off_t length = lseek(fd, 0, SEEK_END);
    off_t from = length > (off_t)sizeof tail - 1 ? length - (off_t)sizeof tail + 1 : 0;
    ssize_t n = pread(fd, tail, sizeof tail - 1, from);
    close(fd);
    tail[n > 0 ? n : 0] = '\0';
    char *rest = NULL;
    for (char *at = strtok_r(tail, "\r\n", &rest); at; at = strtok_r(NULL, "\r\n", &rest))
        line = at;
    if (line == NULL)
        return;
    char *mark = strstr(line, " # ");
    snprintf(words, size, ": %s", mark ? mark + 3 : line);
}

static void describe_end(struct server *server, int status)
{
    char words[160];
    if (WIFSIGNALED(status)) { /* what it said last has nothing to do with that */
        fail(server, "the private Redis server was ended by signal %d (%s)", WTERMSIG(status),
             strsignal(WTERMSIG(status)));
        return;
    }
    last_words(server, words, sizeof words);
    fail(server, "the private Redis server ended with status %d%s", WEXITSTATUS(status), words);
}

bool server_has_died(struct server *server)
{
    if (!server->is_private || server->is_down)
        return false;
    if (server->pid == 0)
        return true;
    int status = 0;
    pid_t reaped = waitpid(server->pid, &status, WNOHANG);
    if (reaped == 0)
        return false;
    janitor_forget_process(server->janitor, server->pid);
    server->pid = 0;
    if (reaped > 0)
        describe_end(server, status);
    else
        fail(server, "the private Redis server has ended");
    return true;
}

bool server_dies(struct server *server)
{
    uint64_t until_ns = clock_ns() + DEATH_SHOWS_WITHIN_NS;
    while (!server_has_died(server)) {
        if (!server->is_private || clock_ns() > until_ns)
            return false;
        poll(NULL, 0, 1);
    }
    return true;
}

void server_end_process(struct server *server)
{
    kill(-server->pid, SIGKILL); /* with a child that may be writing its data */
    kill(server->pid, SIGKILL);
    while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    janitor_forget_process(server->janitor, server->pid);
    server->pid = 0;
}

void server_stop(struct server *server)
{
    if (!server->is_private)
        return;
    if (server->pid > 0)
        server_end_process(server);
    if (server->directory[0] != '\0') {
        if (scratch_remove(server->directory))
            janitor_forget_directory(server->janitor, server->directory);
        server->directory[0] = '\0';
    }
}

/* ---- the user's server */

static const char *where(const struct wire_address *address, char text[128])
{
    if (address->socket_path != NULL)
        snprintf(text, 128, "%s", address->socket_path);
    else
        snprintf(text, 128, "%s:%d", address->host, address->port);
    return text;
}

/* Removes what an earlier run of ours has left, if it may, and nothing else. */
static bool make_empty(struct server *server, struct wire *wire, const char *place,
                       bool remove_leftovers)
{
    int database = server->address.database;
    struct leftovers found;
    if (!leftovers_look(wire, server->prefix, &found))
        return fail(server, "cannot use the server at %s: %s", place, wire->err);
    if (found.foreign)
        return fail(server,
                    "database %d at %s is not empty (%llu keys, not ours): name an empty one (-n)",
                    database, place, (unsigned long long)found.keys);
    if (found.keys == 0)
        return true;
    if (!remove_leftovers)
        return fail(server,
                    "database %d at %s holds %llu keys of an earlier run of dibs: "
                    "--remove-leftovers removes them",
                    database, place, (unsigned long long)found.keys);
    return server_remove_keys(server, wire);
}

bool server_use(struct server *server, const struct wire_address *address, bool remove_leftovers,
                const volatile int *interrupted)
{
    *server = (struct server){.address = *address, .prefix = "dibs:", .interrupted = interrupted};
    char place[128];
    where(address, place);
    struct wire_meter meter = {0};
    struct wire wire;
    const struct wire_hooks hooks = {.context = server, .in_a_hurry = in_a_hurry};
    bool good = wire_open(&wire, address, patience, &meter, &hooks) &&
                wire_ask(&wire, NULL, "PING") == OUTCOME_OK && read_version(server, &wire);
    if (good)
        good = make_empty(server, &wire, place, remove_leftovers);
    else
        fail(server, "cannot use the server at %s: %s", place, wire.err);
    wire_close(&wire);
    return good;
}

bool server_remove_keys(struct server *server, struct wire *wire)
{
    if (server->is_private || leftovers_remove(wire, server->prefix))
        return true;
    return fail(server, "cannot remove our keys: %s", wire->err);
}

/* ---- both */

bool server_cpu_ns(struct server *server, struct wire *wire, uint64_t *ns)
{
    if (server->is_private) {
        clockid_t clock;
        struct timespec t;
        if (server->pid == 0 || clock_getcpuclockid(server->pid, &clock) != 0 ||
            clock_gettime(clock, &t) != 0)
            return false;
        *ns = server->past_cpu_ns + (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
        return true;
    }
    const char *info = info_ask(wire, "cpu");
    double user = info_number(info, "used_cpu_user", -1);
    double system = info_number(info, "used_cpu_sys", -1);
    if (user < 0 || system < 0)
        return false;
    *ns = (uint64_t)((user + system) * 1e9);
    return true;
}
