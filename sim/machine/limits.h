/* What the kernel lets this process and its children have, raised as far as a run needs it. */
#ifndef DIBS_SIM_LIMITS_H
#define DIBS_SIM_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes room for this many connections, each held by a thread of some child at one end and by the
 * server at the other. Children inherit what is raised, so call it before they are forked. False:
 * `error` is one line that names the limit in the way and what it would have to be. */
bool limits_raise(uint32_t connections, char *error, size_t error_size);

#endif
