/* What faults do to a private server and to the data of any. */
#ifndef DIBS_SIM_SERVER_BREAK_H
#define DIBS_SIM_SERVER_BREAK_H

#include "sim/server/server.h"

/* SIGSTOP and SIGCONT. False: there is no process of ours. */
bool server_stall(struct server *server);
bool server_is_stalled(const struct server *server);
void server_unstall(struct server *server);

/* SIGKILL, and reaped; server_restart starts it again. False: there is no process of ours. */
bool server_kill(struct server *server);

/* Of a killed server: its append-only file loses up to so many bytes at its end, as it does when
 * the power fails (false: there is none); or all its data. */
bool server_cut_data(const struct server *server, uint64_t bytes, uint64_t *lost);
void server_drop_data(const struct server *server);

/* Removes all keys that match the pattern and are of the type ("": of any). How many there were. */
uint64_t server_delete_keys(struct wire *wire, const char *pattern, const char *type);

#endif
