/* What the parts of strategy `reliable-list` share: its parameters, its keys and the way back into
 * the queue. The protocol stands in reliable_list.c. */
#ifndef DIBS_STRATEGIES_RELIABLE_LIST_H
#define DIBS_STRATEGIES_RELIABLE_LIST_H

#include "strategies/key.h"

/* Parameters, as in the strategy's table. */
enum { RELIABLE_LIST_TTL, RELIABLE_LIST_BEAT, RELIABLE_LIST_RECOVER, RELIABLE_LIST_REREAD };

enum { RELIABLE_LIST_OWNER_MAX = 64 };

struct reliable_list {
    char queue[KEY_MAX], own[KEY_MAX], processes[KEY_MAX], heartbeat[KEY_MAX];
    bool entered;
    bool clean; /* this worker knows what stands in its list: nothing */
    uint64_t recovered_ms;
};

/* The key of a host's heartbeat, and that of an owner's list. False: it does not fit. */
bool reliable_list_heartbeat(char key[KEY_MAX], struct seat *seat, const char *host, size_t len);
bool reliable_list_key(char key[KEY_MAX], struct seat *seat, const char *owner);

/* "<host>:<worker>" */
void reliable_list_owner(char owner[RELIABLE_LIST_OWNER_MAX], const struct seat *seat,
                         uint32_t worker);

/* All that stands in the list `from` goes back, in front of the others; *entries grows by as many
 * as there were, also where it ends early. */
enum outcome reliable_list_move_all_back(struct seat *seat, const char *from, uint64_t *entries);

/* The heart beats, and so many workers from the first one on are owners. */
enum outcome reliable_list_beat(struct seat *seat, uint32_t first, uint32_t workers);

/* Of the strategy's table. */
enum outcome reliable_list_upkeep(struct seat *seat);
uint64_t reliable_list_upkeep_ms(const struct seat *seat);
enum outcome reliable_list_leave(struct seat *seat);
enum outcome reliable_list_census(struct seat *seat, struct census *census);

#endif
