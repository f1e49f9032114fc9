#include "bench/gate/comparison.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum status status;
} kinds[FINDING_KINDS] = {
    [FINDING_UNTRUSTED] = {"UNTRUSTED", STATUS_NOT_TRUSTWORTHY},
    [FINDING_BROKEN] = {"BROKEN", STATUS_BROKEN},
    [FINDING_FAIL] = {"FAIL", STATUS_REGRESSION},
    [FINDING_INCONCLUSIVE] = {"INCONCLUSIVE", STATUS_UNKNOWN},
    [FINDING_BETTER] = {"better", STATUS_GOOD},
    [FINDING_ADVICE] = {"advice", STATUS_GOOD},
    [FINDING_PASS] = {"PASS", STATUS_GOOD},
};

const char *finding_kind_name(enum finding_kind kind)
{
    return kinds[kind].name;
}

struct finding *comparison_add(struct comparison *comparison, enum finding_kind kind,
                               const char *contender, const char *measure)
{
    if (comparison->count == comparison->capacity) {
        size_t capacity = comparison->capacity * 2 + 32;
        struct finding *grown = realloc(comparison->findings, capacity * sizeof *grown);
        comparison->incomplete = comparison->incomplete || grown == NULL;
        if (grown == NULL)
            return NULL;
        comparison->findings = grown;
        comparison->capacity = capacity;
    }
    struct finding *finding = &comparison->findings[comparison->count++];
    *finding = (struct finding){.kind = kind, .base = NAN, .now = NAN};
    snprintf(finding->contender, sizeof finding->contender, "%s", contender);
    snprintf(finding->measure, sizeof finding->measure, "%s", measure);
    return finding;
}

void comparison_note(struct comparison *comparison, const char *format, ...)
{
    if (comparison->note_count == COMPARISON_NOTES_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(comparison->notes[comparison->note_count++], COMPARISON_LINE_MAX, format, arguments);
    va_end(arguments);
}

void comparison_refuse(struct comparison *comparison, enum status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(comparison->why, sizeof comparison->why, format, arguments);
    va_end(arguments);
    comparison->status = status;
    comparison->refused = true;
}

/* Growth of what is better small, as a share; what was not there before has grown most. */
static double growth(const struct finding *finding)
{
    if (!isfinite(finding->base) || !isfinite(finding->now))
        return 0;
    return finding->base > 0 ? finding->now / finding->base - 1 : INFINITY;
}

static int compare_findings(const void *first, const void *second)
{
    const struct finding *a = first, *b = second;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->detail != b->detail)
        return a->detail ? 1 : -1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    double by_a = growth(a), by_b = growth(b);
    if (by_a != by_b)
        return by_a > by_b ? -1 : 1;
    int order = strcmp(a->contender, b->contender);
    return order != 0 ? order : strcmp(a->measure, b->measure);
}

/* The first finding says it; how many more lines of the table are as bad. */
static void tell(struct comparison *comparison)
{
    const struct finding *first = comparison->findings;
    size_t alike = 0, better = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        alike += comparison->findings[i].kind <= FINDING_INCONCLUSIVE;
        better += comparison->findings[i].kind == FINDING_BETTER;
    }
    if (comparison->status == STATUS_GOOD) {
        snprintf(comparison->why, sizeof comparison->why, "PASS%s",
                 better > 0 && strcmp(comparison->kind, "gate") == 0
                     ? ": and cheaper than the baseline, which can be updated "
                       "(--update-baseline)"
                     : "");
        return;
    }
    int n = snprintf(comparison->why, sizeof comparison->why, "%s: %s: %s%s%s",
                     finding_kind_name(first->kind), first->contender, first->measure,
                     *first->text ? ": " : "", first->text);
    if (alike > 1 && n > 0 && (size_t)n < sizeof comparison->why)
        snprintf(comparison->why + n, sizeof comparison->why - (size_t)n, "; and %zu more",
                 alike - 1);
}

void comparison_close_findings(struct comparison *comparison)
{
    if (comparison->count > 0)
        qsort(comparison->findings, comparison->count, sizeof *comparison->findings,
              compare_findings);
    comparison->status = STATUS_GOOD;
    comparison->refused = false;
    for (size_t i = 0; i < comparison->count; i++)
        comparison->status =
            status_worse(comparison->status, kinds[comparison->findings[i].kind].status);
    if (comparison->incomplete)
        comparison_refuse(comparison, STATUS_COULD_NOT_RUN, "could not compare: out of memory");
    else if (comparison->count + comparison->unchanged == 0)
        comparison_refuse(comparison, STATUS_NOT_COMPARABLE, "not comparable: no %s on both sides",
                          comparison->unmeasured > 0 ? "measure is known exactly"
                                                     : "contender stands");
    else
        tell(comparison);
}

void comparison_free(struct comparison *comparison)
{
    free(comparison->findings);
    json_free(comparison->details);
    comparison->findings = NULL;
    comparison->details = NULL;
    comparison->count = comparison->capacity = 0;
}
