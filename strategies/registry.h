/* All strategies, and the contenders they declare. Adding one is one line in registry.c. */
#ifndef DIBS_STRATEGIES_REGISTRY_H
#define DIBS_STRATEGIES_REGISTRY_H

#include "strategies/strategy.h"

/* In the order of tables and charts; ends in NULL. */
extern const struct strategy *const strategies[];

/* The contender of exactly this name, and (unless NULL) the strategy that declares it; NULL if
 * there is none. */
const struct contender *contender_find(const char *name, const struct strategy **strategy);

/* Considers the name of every contender. */
struct suggestion;
void contenders_suggest(struct suggestion *suggestion);

/* Sets values[PARAMETERS_MAX] to the strategy's defaults (published time, not yet scaled). */
void parameters_default(const struct strategy *strategy, int64_t *values);

/* The defaults, and over them what the contender's own text says. False: error, as below. */
bool contender_values(const struct contender *contender, const struct strategy *strategy,
                      int64_t *values, char *error, size_t error_size);

/* Reads `text` as the value of parameter `name` into values[]. False: `error` (of error_size
 * bytes) says what is wrong and what would be right, naming the parameter. */
bool parameters_set(const struct strategy *strategy, const char *name, const char *text,
                    int64_t *values, char *error, size_t error_size);

/* "500ms", "30s", "5min", "1h", "0.5s" as ms; -1 if it is not a duration, or finer than that. */
int64_t duration_parse_ms(const char *text);

/* Asserts once at start that every table has its required members and that every default and
 * every contender's parameters can be read. */
void registry_check(void);

#endif
