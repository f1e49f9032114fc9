#include "strategies/registry.h"

#include "strategies/suggest.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

extern const struct strategy strategy_scan;
extern const struct strategy strategy_lock;
extern const struct strategy strategy_safe_lock;
extern const struct strategy strategy_item_lock;
extern const struct strategy strategy_modulo;
extern const struct strategy strategy_rendezvous;
extern const struct strategy strategy_claim;
extern const struct strategy strategy_dual;
extern const struct strategy strategy_pop;
extern const struct strategy strategy_sscan;
extern const struct strategy strategy_claim_safe;
extern const struct strategy strategy_deckard_documented;
extern const struct strategy strategy_deckard_renewed;
extern const struct strategy strategy_job_queue;
extern const struct strategy strategy_in_memory;
extern const struct strategy strategy_pop_ack;
extern const struct strategy strategy_reliable_list;
extern const struct strategy strategy_lease;
extern const struct strategy strategy_stream;
extern const struct strategy strategy_bullmq;
extern const struct strategy strategy_batch_lease;
extern const struct strategy strategy_null;

const struct strategy *const strategies[] = {
    &strategy_scan,
    &strategy_lock,
    &strategy_safe_lock,
    &strategy_item_lock,
    &strategy_modulo,
    &strategy_rendezvous,
    &strategy_claim,
    &strategy_dual,
    &strategy_pop,
    &strategy_sscan,
    &strategy_deckard_documented,
    &strategy_deckard_renewed,
    &strategy_job_queue,
    &strategy_in_memory,
    &strategy_pop_ack,
    &strategy_reliable_list,
    &strategy_lease,
    &strategy_stream,
    &strategy_bullmq,
    &strategy_batch_lease,
    &strategy_claim_safe,
    &strategy_null,
    NULL,
};

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
