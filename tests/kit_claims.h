/* Instances of claim-safe or of claim-sets: seats of several of them, stepped by hand against a
 * real server. What happens in the middle of somebody's work happens in its refresh. */
#ifndef DIBS_TESTS_KIT_CLAIMS_H
#define DIBS_TESTS_KIT_CLAIMS_H

#include "tests/kit_server.h"

#include "strategies/strategy.h"

enum { SEATS = 3, ITEMS = 300, FIRST_ID = 1000000, MANY = 40000, LEASE_MS = 30000 };
enum { A, B, C };

#define TAG "outdated:{GARBAGE_COLLECTION}:"

struct bench;

/* One instance; `meanwhile` is called once, in its next refresh. */
struct instance {
    struct seat seat; /* first: the strategy has a pointer to it */
    struct bench *bench;
    struct wire wire;
    struct wire_meter meter;
    struct wire_hooks hooks;
    unsigned resends; /* of so many scripts more no answer comes in time, and they are sent again */
    parameter_values values;
    void (*meanwhile)(struct bench *bench);
    uint64_t refreshes, last, random; /* `last`: the id of the last refresh */
    uint64_t fails;                   /* id that always fails, or 0 */
};

struct claims_form; /* of the test's own: how it knows one strategy's keys */

struct bench {
    struct kit_server *kit;
    const struct claims_form *form;
    const struct strategy *strategy;
    struct instance instances[SEATS];
    uint64_t now_ms;
    uint32_t served[MANY]; /* by id - FIRST_ID */
};

/* Setup for cmocka: *state is the struct bench of this contender. */
int kit_claims_open(void **state, const char *contender);
int kit_claims_close(void **state);

/* By instance i, 1,000 in a call at most. */
void mark_from(struct bench *bench, uint32_t i, uint64_t first, size_t n);
enum outcome cycle_of(struct bench *bench, uint32_t i);

void assert_served(const struct bench *bench, uint64_t first, size_t n, uint32_t times);
int64_t ask_integer(struct bench *bench, const char *command, const char *key);

struct keys {
    char names[8][128];
    size_t n, tagged;
};
struct keys keys_like(struct bench *bench, const char *pattern);

/* Opens instance i once more, with these of its parameters (NULL ends them) as great as may be. */
void stretch(struct bench *bench, uint32_t i, const char *const *names);

/* For a `meanwhile`: every key of a queue in use has the tag. */
void all_keys_have_the_tag(struct bench *bench);

#endif
