#include "sim/judge/expectation.h"

#include "sim/judge/beside.h"
#include "sim/judge/figure.h"
#include "sim/judge/verdict.h"
#include "strategies/suggest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char expectation_expected[] =
    "FIGURE: BOUND (0, <= 20, > 0.9) and verdict.NAME: pass, of all or as CONTENDER: {...} "
    "(dibs --help lists them)";

static const char *const relations[] = {
    [RELATION_AT_MOST] = "<=", [RELATION_AT_LEAST] = ">=", [RELATION_BELOW] = "<",
    [RELATION_ABOVE] = ">",    [RELATION_EQUAL] = "=",
};

enum { RELATIONS = sizeof relations / sizeof *relations };

static const char verdict_prefix[] = "verdict.";

static bool is_ratio(const char *name)
{
    enum beside_measure measure;
    return beside_find(name, &measure);
}

/* ---- reading */

static bool is_verdict(const char *name, enum verdict_kind *kind)
{
    size_t len = sizeof verdict_prefix - 1;
    for (int i = 0; strncmp(name, verdict_prefix, len) == 0 && i < VERDICTS; i++)
        if (strcmp(name + len, verdict_name_of((enum verdict_kind)i)) == 0) {
            *kind = (enum verdict_kind)i;
            return true;
        }
    return false;
}

/* The i-th name that may be expected something of; NULL behind the last one. */
static const char *name_at(int i, char text[48])
{
    static const int ratios = BESIDE_MEASURES;
    int figure = 0;
    while (figures[figure].name != NULL && figure < i)
        figure++;
    if (figures[figure].name != NULL)
        return figures[figure].name;
    i -= figure;
    if (i < ratios)
        snprintf(text, 48, "ratio.%s", beside_measure_name((enum beside_measure)i));
    else if (i < ratios + VERDICTS)
        snprintf(text, 48, "%s%s", verdict_prefix,
                 verdict_name_of((enum verdict_kind)(i - ratios)));
    else
        return NULL;
    return text;
}

static bool say_unknown(const char *name, char *error, size_t error_size)
{
    enum { NAMES_MAX = 64 };
    char hint[SUGGESTION_KNOWN_MAX + 32], texts[NAMES_MAX][48];
    struct suggestion suggestion = {.word = name};
    const char *candidate;
    for (int i = 0; i < NAMES_MAX && (candidate = name_at(i, texts[i])) != NULL; i++)
        suggestion_consider(&suggestion, candidate);
    suggestion_write(&suggestion, hint, sizeof hint);
    snprintf(error, error_size, "\"%.48s\" is no figure; %s%s", name, hint,
             suggestion.nearest ? "" : " (dibs --help lists them)");
    return false;
}

void expectation_describe(FILE *out)
{
    enum { WIDTH = 96 };
    char text[48];
    const char *name;
    size_t column = WIDTH;
    fprintf(out, "Expectations: FIGURE: BOUND (0, <= 20, > 0.9); of a verdict pass, fail, unknown "
                 "or not_promised");
    for (int i = 0; (name = name_at(i, text)) != NULL; i++) {
        size_t len = strlen(name) + 2;
        bool wraps = column + len > WIDTH;
        fprintf(out, "%s%s", wraps ? "\n  " : ", ", name);
        column = wraps ? len : column + len;
    }
    fputc('\n', out);
}

static bool read_ruling(const char *word, struct expectation *expectation, char *error,
                        size_t error_size)
{
    for (int i = RULING_PASS; i <= RULING_NOT_PROMISED; i++)
        if (strcmp(word, ruling_name((enum ruling)i)) == 0) {
            expectation->relation = RELATION_EQUAL;
            expectation->value = i;
            return true;
        }
    snprintf(error, error_size,
             "\"%.48s\" is no ruling; pass, fail, unknown or not_promised would be right", word);
    return false;
}

/* "<= 20"; without a relation it is "= 20". The longer relations come before their beginnings. */
static bool read_bound(const char *text, struct expectation *expectation, char *error,
                       size_t error_size)
{
    expectation->relation = RELATION_EQUAL;
    for (int i = 0; i < RELATIONS; i++) {
        size_t len = strlen(relations[i]);
        if (strncmp(text, relations[i], len) != 0)
            continue;
        expectation->relation = (enum relation)i;
        text += len;
        break;
    }
    char *end;
    text += strspn(text, " ");
    expectation->value = strtod(text, &end);
    if (end != text && *end == '\0' && isfinite(expectation->value))
        return true;
    snprintf(error, error_size,
             "\"%.48s\" is no bound; a number, or one after <=, >=, <, > or = would be right",
             text);
    return false;
}

bool expectation_read(const char *text, struct expectation *expectation, char *error,
                      size_t error_size)
{
    *expectation = (struct expectation){0};
    const char *colon = strchr(text, ':');
    if (colon == NULL) {
        snprintf(error, error_size, "\"%.48s\" expects nothing; %s would be right", text,
                 expectation_expected);
        return false;
    }
    const char *name = text;
    const char *slash = memchr(text, '/', (size_t)(colon - text));
    if (slash != NULL) {
        snprintf(expectation->contender, sizeof expectation->contender, "%.*s", (int)(slash - text),
                 text);
        name = slash + 1;
    }
    snprintf(expectation->name, sizeof expectation->name, "%.*s", (int)(colon - name), name);
    const char *value = colon + 1 + strspn(colon + 1, " ");
    enum verdict_kind kind;
    if (is_verdict(expectation->name, &kind))
        return read_ruling(value, expectation, error, error_size);
    if (figure_find(expectation->name) == NULL && !is_ratio(expectation->name))
        return say_unknown(expectation->name, error, error_size);
    return read_bound(value, expectation, error, error_size);
}

void expectation_write(const struct expectation *expectation, char *text, size_t size)
{
    enum verdict_kind kind;
    if (is_verdict(expectation->name, &kind))
        snprintf(text, size, "%s = %s", expectation->name,
                 ruling_name((enum ruling)expectation->value));
    else
        snprintf(text, size, "%s %s %g", expectation->name, relations[expectation->relation],
                 expectation->value);
}

/* ---- judging */

bool expectation_holds(const struct expectation *expectation, double measured)
{
    double value = expectation->value;
    switch (expectation->relation) {
    case RELATION_AT_MOST:
        return measured <= value;
    case RELATION_AT_LEAST:
        return measured >= value;
    case RELATION_BELOW:
        return measured < value;
    case RELATION_ABOVE:
        return measured > value;
    case RELATION_EQUAL:
        return measured == value;
    }
    return false;
}

static void judge_verdict(const struct run_result *run, const struct expectation *expectation,
                          enum verdict_kind kind, struct expectation_result *result)
{
    const struct run_verdict *verdict = &run->verdicts[kind];
    enum ruling wanted = (enum ruling)expectation->value;
    result->measured = (double)verdict->certain;
    if (verdict->ruling == wanted)
        result->ruling = RULING_PASS;
    else
        result->ruling = verdict->ruling == RULING_NONE || verdict->ruling == RULING_UNKNOWN
                             ? RULING_UNKNOWN
                             : RULING_FAIL;
    if (result->ruling != RULING_PASS)
        snprintf(result->line, sizeof result->line, "%s, repeat %u: expected %s, and it is %s",
                 run->entry->label, run->repeat, result->text, verdict->text);
}

/* What a count may have been; what has no maximum of its own is what was measured. */
static double most_of(const struct run_result *run, const char *name, double measured)
{
    char max[sizeof((struct expectation *)0)->name + 8];
    snprintf(max, sizeof max, "%s_max", name);
    const struct figure *figure = figure_find(max);
    return figure != NULL ? figure->read(run) : measured;
}

static void judge_figure(const struct run_result *run, const struct expectation *expectation,
                         const struct figure *figure, struct expectation_result *result)
{
    double measured = figure->read(run);
    result->measured = measured;
    if (isnan(measured)) {
        result->ruling = RULING_UNKNOWN;
        snprintf(result->line, sizeof result->line,
                 "%s, repeat %u: expected %s, and it is not known", run->entry->label, run->repeat,
                 result->text);
        return;
    }
    double most = most_of(run, expectation->name, measured);
    bool good = expectation_holds(expectation, measured);
    result->ruling = good ? RULING_PASS : RULING_FAIL;
    if (expectation_holds(expectation, most) != good) {
        result->ruling = RULING_UNKNOWN;
        snprintf(result->line, sizeof result->line,
                 "%s, repeat %u: expected %s, and it was %g to %g %s", run->entry->label,
                 run->repeat, result->text, measured, most, figure->unit);
    } else if (!good)
        snprintf(result->line, sizeof result->line,
                 "%s, repeat %u: expected %s, and it was %g %s (by %+g)", run->entry->label,
                 run->repeat, result->text, measured, figure->unit, measured - expectation->value);
}

static void judge_one(const struct run_result *run, const struct expectation *expectation,
                      struct expectation_result *result)
{
    enum verdict_kind kind;
    *result = (struct expectation_result){.measured = NAN, .ruling = RULING_UNKNOWN};
    expectation_write(expectation, result->text, sizeof result->text);
    if (run->status != RUN_COMPLETE || !run->trustworthy)
        snprintf(result->line, sizeof result->line, "%s, repeat %u: expected %s, and the run %s",
                 run->entry->label, run->repeat, result->text,
                 run->status != RUN_COMPLETE ? "did not complete" : "is not trustworthy");
    else if (is_verdict(expectation->name, &kind))
        judge_verdict(run, expectation, kind, result);
    else
        judge_figure(run, expectation, figure_find(expectation->name), result);
}

bool expectation_concerns(const struct expectation *expectation, const struct run_result *run)
{
    return expectation->contender[0] == '\0' ||
           strcmp(expectation->contender, run->entry->label) == 0;
}

void expectation_judge(const struct scenario *scenario, struct run_result *result)
{
    result->expectation_count = 0;
    if (scenario->expectation_count == 0)
        return;
    result->expectations = calloc(scenario->expectation_count, sizeof *result->expectations);
    if (result->expectations == NULL) {
        run_add_reason(result, "what is expected could not be judged: out of memory");
        result->trustworthy = false;
        return;
    }
    for (uint32_t i = 0; i < scenario->expectation_count; i++)
        if (!is_ratio(scenario->expectations[i].name) &&
            expectation_concerns(&scenario->expectations[i], result))
            judge_one(result, &scenario->expectations[i],
                      &result->expectations[result->expectation_count++]);
}

enum ruling expectation_ruling(const struct run_result *result)
{
    enum ruling worst = RULING_NONE;
    for (uint32_t i = 0; i < result->expectation_count; i++) {
        enum ruling ruling = result->expectations[i].ruling;
        if (ruling == RULING_FAIL || worst == RULING_NONE ||
            (ruling == RULING_UNKNOWN && worst == RULING_PASS))
            worst = worst == RULING_FAIL ? worst : ruling;
    }
    return worst;
}
