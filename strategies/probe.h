/* What the documents of a system tell its operators to look at, and when to be alarmed. */
#ifndef DIBS_STRATEGIES_PROBE_H
#define DIBS_STRATEGIES_PROBE_H

#include <stdint.h>

/* The last one of a list has a NULL name. The value of a probe is the integer that the server
 * replies, or the number of elements of an array; of a status (PONG) it is 1. */
struct probe {
    const char *name;
    const char *command;  /* asked with the key and nothing else */
    const char *key;      /* as published, or a pattern; NULL: none */
    uint64_t interval_ms; /* from one look to the next, published time */
    const char *alert;    /* raised while the value is over alert_over; NULL: none */
    uint64_t alert_over;
    const char *source;   /* of command, interval and threshold */
};

#endif
