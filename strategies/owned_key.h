/* A key that somebody owns, as a lock is: its value is a token that only the owner knows, and it is
 * kept or given back by who proves that. */
#ifndef DIBS_STRATEGIES_OWNED_KEY_H
#define DIBS_STRATEGIES_OWNED_KEY_H

#include "strategies/wire.h"

/* For the tables of those who call the functions below. */
extern const struct wire_script owned_key_expire_script, owned_key_delete_script;

/* SET key token NX PX ttl_ms. *taken: it was not there, and is ours now. */
enum outcome owned_key_take(struct wire *wire, const char *key, const char *token, int64_t ttl_ms,
                            bool *taken);

/* Script: GET key; if it is our token, PEXPIRE key ttl_ms. *done: it was, and it is done. */
enum outcome owned_key_expire(struct wire *wire, const char *key, const char *token, int64_t ttl_ms,
                              bool *done);

/* Script: GET key; if it is our token, DEL key. *done: as above. */
enum outcome owned_key_delete(struct wire *wire, const char *key, const char *token, bool *done);

/* The same script: if `key` is ours, DEL other. */
enum outcome owned_key_delete_other(struct wire *wire, const char *key, const char *token,
                                    const char *other, bool *done);

#endif
