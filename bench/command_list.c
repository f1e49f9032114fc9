#include "bench/commands.h"
#include "bench/document/result.h"
#include "bench/home.h"
#include "strategies/value.h"

#include <string.h>

static const struct {
    enum promise promise;
    const char *text;
    const char *under; /* of promises that are said together: at least once under {...} */
} promises[] = {
    {PROMISE_AT_MOST_ONCE, "at most once", NULL},
    {PROMISE_AT_LEAST_ONCE_CRASH, "at least once under ", "crash"},
    {PROMISE_AT_LEAST_ONCE_CUT, "at least once under ", "cut connection"},
    {PROMISE_AT_LEAST_ONCE_PAUSE, "at least once under ", "pause"},
    {PROMISE_AT_LEAST_ONCE_SCALING, "at least once under ", "scaling"},
    {PROMISE_AT_LEAST_ONCE_RESTART, "at least once under ", "Redis restart"},
    {PROMISE_NO_OVERLAP, "no overlap without faults", NULL},
    {PROMISE_NO_LOST_UPDATE, "no lost update", NULL},
    {PROMISE_OWNER_CHECKED, "owner-checked acknowledge", NULL},
};

/* "a whole number, 1 to 1000" and the like. */
static void write_bounds(const struct parameter *parameter, char *text, size_t size)
{
    char from[64], to[64];
    size_t len = 0;
    switch (parameter->type) {
    case PARAMETER_SWITCH:
        snprintf(text, size, "yes or no");
        break;
    case PARAMETER_CHOICE:
        for (size_t i = 0; parameter->choices[i] && len < size; i++)
            len += (size_t)snprintf(text + len, size - len, "%s%s", i ? ", " : "",
                                    parameter->choices[i]);
        break;
    case PARAMETER_INTEGER:
    case PARAMETER_DURATION:
        result_parameter_text(parameter, parameter->min, from, sizeof from);
        result_parameter_text(parameter, parameter->max, to, sizeof to);
        snprintf(text, size, "%s to %s", from, to);
        break;
    }
}

static void list_parameters(const struct parameter *parameter)
{
    for (; parameter && parameter->name; parameter++) {
        char bounds[160];
        write_bounds(parameter, bounds, sizeof bounds);
        printf("    %s = %s (%s)%s%s\n        %s\n", parameter->name, parameter->fallback, bounds,
               parameter->environment ? ", published as " : "",
               parameter->environment ? parameter->environment : "", parameter->help);
    }
}

static void list_promises(unsigned declared)
{
    bool in_braces = false;
    const char *separator = " ";
    printf("  promises:%s", declared ? "" : " none");
    for (size_t i = 0; i < sizeof promises / sizeof *promises; i++) {
        if (!(declared & promises[i].promise))
            continue;
        if (in_braces && promises[i].under)
            printf(", %s", promises[i].under);
        else if (promises[i].under)
            printf("%s%s{%s", separator, promises[i].text, promises[i].under);
        else
            printf("%s%s%s", in_braces ? "}" : "", separator, promises[i].text);
        in_braces = promises[i].under != NULL;
        separator = "; ";
    }
    printf("%s\n", in_braces ? "}" : "");
}

/* Where the items are the rounds of tasks. */
static void list_tasks(const struct task *tasks)
{
    char period[32];
    printf(tasks ? "  tasks, whose rounds are its items:\n" : "  items: marks\n");
    for (const struct task *task = tasks; task && task->name; task++) {
        duration_write_us(task->period_ms * INT64_C(1000), period, sizeof period);
        printf("    %-23s each %s%s\n", task->name, period,
               task->leader_only ? ", by the leader only" : "");
    }
}

/* The monitoring that its documents describe. */
static void list_probes(const struct probe *probes)
{
    char period[32];
    if (probes)
        printf("  probes (observe.enabled=yes):\n");
    for (const struct probe *probe = probes; probe && probe->name; probe++) {
        duration_write_us((int64_t)probe->interval_ms * 1000, period, sizeof period);
        printf("    %-23s %s%s%s, each %s", probe->name, probe->command, probe->key ? " " : "",
               probe->key ? probe->key : "", period);
        if (probe->alert)
            printf("; alert over %llu", (unsigned long long)probe->alert_over);
        printf("\n");
    }
}

static void list_strategy(const struct strategy *strategy)
{
    printf("\n%s: %s\n", strategy->name, strategy->summary);
    list_promises(strategy->promises);
    list_tasks(strategy->tasks);
    printf("  contenders:\n");
    for (const struct contender *c = strategy->contenders; c->name; c++)
        printf("    %-23s %s%s%s%s\n", c->name, c->source, *c->parameters ? " (" : "",
               c->parameters, *c->parameters ? ")" : "");
    if (strategy->parameters && strategy->parameters->name)
        printf("  parameters (--set CONTENDER.NAME=VALUE):\n");
    list_parameters(strategy->parameters);
    list_probes(strategy->probes);
}

/* The scenario's question: the comment on its first line. */
static void list_scenario(const char *name)
{
    char path[4096], question[256] = "";
    FILE *file = home_find_scenario(name, path, sizeof path) ? fopen(path, "re") : NULL;
    if (file && !fgets(question, sizeof question, file))
        *question = '\0';
    if (file)
        fclose(file);
    question[strcspn(question, "\n")] = '\0';
    printf("  %s\n      %s\n", name, question + strspn(question, "# "));
}

enum status command_list(const struct invocation *invocation)
{
    (void)invocation;
    size_t count;
    char **scenarios = home_list_scenarios(&count);
    printf("Strategies, in the order of tables and charts\n");
    for (size_t i = 0; strategies[i]; i++)
        list_strategy(strategies[i]);
    printf("\nOf all: EXECUTION_STATUS_REFRESH_INTERVAL_SECONDS in a scenario's environment sets\n"
           "the cycle.\n");
    printf("\nScenarios (dibs NAME runs one)\n");
    for (size_t i = 0; i < count; i++)
        list_scenario(scenarios[i]);
    home_free_scenarios(scenarios, count);
    return STATUS_GOOD;
}
