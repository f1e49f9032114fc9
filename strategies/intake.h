/* Work in the memory of one instance: one seat at a time brings in what it has polled, all of them
 * take it, first in, first out. It lies in the area that an instance's seats share (zeroed, it is
 * empty) and dies with the instance. */
#ifndef DIBS_STRATEGIES_INTAKE_H
#define DIBS_STRATEGIES_INTAKE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INTAKE_MAX = 1024, INTAKE_WORDS = 5 };

/* What is known of one piece of work, as its strategy packs it. */
struct intake_entry {
    uint64_t words[INTAKE_WORDS];
};

struct intake {
    _Atomic uint32_t lock; /* held for a few instructions, never over a command */
    bool polling;          /* a seat is on its way with more */
    uint64_t not_before_ms;
    uint64_t brought, taken;                 /* entries so far */
    struct intake_entry entries[INTAKE_MAX]; /* number n lies at n % INTAKE_MAX */
};

/* True: it is empty, and the caller is the one to bring in up to INTAKE_MAX entries and then call
 * intake_polled. False: there is work, or somebody else is at it, or it is too early. */
bool intake_poll(struct intake *intake, uint64_t now_ms);
void intake_polled(struct intake *intake, uint64_t not_before_ms);

/* To be called between those two. False: it is full. */
bool intake_add(struct intake *intake, const struct intake_entry *entry);

/* False: it is empty. */
bool intake_take(struct intake *intake, struct intake_entry *entry);

#endif
