#include "strategies/registry.h"

#include "strategies/suggest.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Each strategy by what follows `strategy_` in its table's name. */
#define STRATEGIES(EACH)                                                                           \
    EACH(scan)                                                                                     \
    EACH(lock)                                                                                     \
    EACH(safe_lock)                                                                                \
    EACH(item_lock)                                                                                \
    EACH(modulo)                                                                                   \
    EACH(rendezvous)                                                                               \
    EACH(claim)                                                                                    \
    EACH(dual)                                                                                     \
    EACH(pop)                                                                                      \
    EACH(sscan)                                                                                    \
    EACH(deckard_documented)                                                                       \
    EACH(deckard_renewed)                                                                          \
    EACH(job_queue)                                                                                \
    EACH(in_memory)                                                                                \
    EACH(pop_ack)                                                                                  \
    EACH(reliable_list)                                                                            \
    EACH(lease)                                                                                    \
    EACH(stream)                                                                                   \
    EACH(bullmq)                                                                                   \
    EACH(batch_lease)                                                                              \
    EACH(claim_safe)                                                                               \
    EACH(null)                                                                                     \
    EACH(claim_sets)

#define DECLARE(name) extern const struct strategy strategy_##name;
#define ADDRESS(name) &strategy_##name,

STRATEGIES(DECLARE)

const struct strategy *const strategies[] = {STRATEGIES(ADDRESS) NULL};

const struct contender *contender_find(const char *name, const struct strategy **strategy)
{
    for (size_t i = 0; strategies[i]; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name; c++)
            if (strcmp(c->name, name) == 0) {
                if (strategy)
                    *strategy = strategies[i];
                return c;
            }
    return NULL;
}

void contenders_suggest(struct suggestion *suggestion)
{
    for (size_t i = 0; strategies[i]; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name; c++)
            suggestion_consider(suggestion, c->name);
}

bool contender_values(const struct contender *contender, const struct strategy *strategy,
                      int64_t *values, char *error, size_t error_size)
{
    char words[256];
    int len = snprintf(words, sizeof(words), "%s", contender->parameters);
    assert(len >= 0 && (size_t)len < sizeof(words));

    parameters_default(strategy, values);
    char *rest = NULL;
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        if (!equals) {
            snprintf(error, error_size, "%s: no value; %s=VALUE would be right", word, word);
            return false;
        }
        *equals = '\0';
        if (!parameters_set(strategy, word, equals + 1, values, error, error_size))
            return false;
    }
    return true;
}

static void strategy_check(const struct strategy *s)
{
    assert(s->name && s->summary && s->parameters && s->contenders && s->contenders->name);
    assert(s->cycle && s->census && s->needs);
    assert(!s->mark == !!s->tasks); /* who marks the items: producers, or time */
    assert(!s->upkeep == !s->upkeep_ms);
    assert(!s->close || s->open);

    size_t scripts = 0;
    while (s->scripts && s->scripts[scripts])
        scripts++;
    assert(scripts <= WIRE_SCRIPTS_MAX);
    for (size_t i = 0; i < scripts; i++)
        assert(s->scripts[i]->name && s->scripts[i]->body && s->scripts[i]->inner);
}

static void parameters_check(const struct strategy *s)
{
    parameter_values values;
    char error[256];
    size_t n = 0;
    for (const struct parameter *p = s->parameters; p->name; p++, n++) {
        assert(n < PARAMETERS_MAX);
        assert(p->help && p->fallback);
        assert((p->type == PARAMETER_CHOICE) == (p->choices != NULL));
        assert(p->type == PARAMETER_DURATION || !p->lease);
        /* Scenario files use these two words for themselves, and --set a dot and "=". */
        assert(strcmp(p->name, "name") != 0 && strcmp(p->name, "as") != 0);
        assert(!strpbrk(p->name, ".= "));
        bool readable = parameters_set(s, p->name, p->fallback, values, error, sizeof(error));
        assert(readable);
        (void)readable;
    }
}

static void contenders_check(const struct strategy *s)
{
    for (const struct contender *c = s->contenders; c->name; c++) {
        parameter_values values;
        char error[256];
        assert(c->source && c->parameters);
        assert(!strpbrk(c->name, "=, ") && strcmp(c->name, "all") != 0);
        assert(contender_find(c->name, NULL) == c); /* no other one has this name */
        bool readable = contender_values(c, s, values, error, sizeof(error));
        assert(readable);
        (void)readable;
    }
}

void registry_check(void)
{
    for (size_t i = 0; strategies[i]; i++) {
        strategy_check(strategies[i]);
        parameters_check(strategies[i]);
        contenders_check(strategies[i]);
    }
}
