#include "sim/fault/server_break.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = SERVER_PATH_MAX + 300 };

bool server_stall(struct server *server)
{
    return server->is_private && server->pid > 0 && kill(server->pid, SIGSTOP) == 0;
}

bool server_is_stalled(const struct server *server)
{
    siginfo_t info = {0};
    return server->pid > 0 &&
           waitid(P_PID, (id_t)server->pid, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == server->pid;
}

void server_unstall(struct server *server)
{
    if (server->is_private && server->pid > 0)
        kill(server->pid, SIGCONT);
}

bool server_kill(struct server *server)
{
    if (!server->is_private || server->pid == 0)
        return false;
    uint64_t ns;
    if (server_cpu_ns(server, NULL, &ns))
        server->past_cpu_ns = ns;
    server_end_process(server);
    server->is_down = true;
    return true;
}

/* ---- the data on disk */

/* Calls `act` with each file of the append-only directory. */
static void each_file(const struct server *server, void (*act)(void *context, const char *path),
                      void *context)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/appendonlydir", server->directory);
    DIR *directory = opendir(path);
    if (directory == NULL)
        return;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/appendonlydir/%s", server->directory, entry->d_name);
        act(context, path);
    }
    closedir(directory);
}

static void keep_increments(void *context, const char *path)
{
    char *found = context;
    const char *suffix = strstr(path, ".incr.aof");
    if (suffix != NULL && strcmp(path, found) > 0) /* of several, the last one is written to */
        snprintf(found, PATH_SIZE, "%s", path);
}

bool server_cut_data(const struct server *server, uint64_t bytes, uint64_t *lost)
{
    char path[PATH_SIZE] = "";
    struct stat file;
    each_file(server, keep_increments, path);
    if (path[0] == '\0' || stat(path, &file) != 0)
        return false;
    *lost = (uint64_t)file.st_size < bytes ? (uint64_t)file.st_size : bytes;
    return *lost > 0 && truncate(path, file.st_size - (off_t)*lost) == 0;
}

static void remove_file(void *context, const char *path)
{
    (void)context;
    unlink(path);
}

void server_drop_data(const struct server *server)
{
    each_file(server, remove_file, NULL);
}

/* ---- keys */

struct names {
    char *text; /* one behind the other, each ends in '\0' */
    size_t len, capacity, count;
};

static void keep_name(void *context, const struct wire_element *element)
{
    struct names *names = context;
    if (names->len + element->len + 1 > names->capacity) {
        size_t capacity = (names->len + element->len + 1) * 2;
        char *grown = realloc(names->text, capacity);
        if (grown == NULL)
            return;
        names->text = grown;
        names->capacity = capacity;
    }
    memcpy(names->text + names->len, element->text, element->len);
    names->text[names->len + element->len] = '\0';
    names->len += element->len + 1;
    names->count++;
}

static bool is_of_type(struct wire *wire, const char *key, const char *type)
{
    struct wire_reply reply = {0};
    if (type[0] == '\0')
        return true;
    return wire_ask(wire, &reply, "TYPE", key) == OUTCOME_OK && reply.text != NULL &&
           strcmp(reply.text, type) == 0;
}

uint64_t server_delete_keys(struct wire *wire, const char *pattern, const char *type)
{
    struct names names = {0};
    struct wire_reply reply = {.visit = keep_name, .context = &names};
    uint64_t deleted = 0;
    if (wire_ask(wire, &reply, "KEYS", pattern) == OUTCOME_OK) {
        const char *key = names.text;
        for (size_t i = 0; i < names.count; i++, key += strlen(key) + 1)
            if (is_of_type(wire, key, type) && wire_ask(wire, NULL, "UNLINK", key) == OUTCOME_OK)
                deleted++;
    }
    free(names.text);
    return deleted;
}
