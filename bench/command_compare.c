/* dibs compare: two results of different jobs. Counts of lockstep runs are judged; whatever a clock
 * has measured is advice, for nobody knows what else has changed between two jobs. */
#include "bench/commands.h"
#include "bench/gate/baseline_compare.h"
#include "bench/gate/compare_side.h"
#include "bench/gate/comparison_output.h"
#include "bench/gate/gate.h"
#include "bench/table/cell.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A change below this share is not shown. */
#define ADVICE_FROM 0.01

struct pairing {
    struct compare_side before, now;
    struct comparison comparison;
    bool repeated; /* some contender has several repeats on both sides */
};

static void write_times(const struct spread *times, char texts[3][CELL_MAX])
{
    cell_write(times->median, FORM_3, texts[0]);
    cell_write(times->least, FORM_3, texts[1]);
    cell_write(times->most, FORM_3, texts[2]);
}

static void advise(struct pairing *pairing, const char *label, int figure)
{
    struct spread before = side_times(&pairing->before, label, figure);
    struct spread now = side_times(&pairing->now, label, figure);
    if (!isfinite(before.median) || !isfinite(now.median))
        return;
    double change = before.median > 0 ? now.median / before.median - 1 : now.median > 0;
    if (fabs(change) < ADVICE_FROM) {
        pairing->comparison.unchanged++;
        return;
    }
    struct finding *finding =
        comparison_add(&pairing->comparison, FINDING_ADVICE, label, side_figures[figure]);
    if (finding == NULL)
        return;
    finding->rank = (unsigned)figure;
    finding->base = before.median;
    finding->now = now.median;
    char from[3][CELL_MAX], to[3][CELL_MAX];
    write_times(&before, from);
    write_times(&now, to);
    snprintf(finding->text, sizeof finding->text, "%s (%s to %s) -> %s (%s to %s), %+.1f %%",
             from[0], from[1], from[2], to[0], to[1], to[2], change * 100);
}

static void compare_contender(struct pairing *pairing, const char *label)
{
    const char *broken = side_broken(&pairing->now, label);
    if (broken != NULL) {
        struct finding *finding =
            comparison_add(&pairing->comparison, FINDING_BROKEN, label, "promise");
        if (finding != NULL)
            snprintf(finding->text, sizeof finding->text, "%s%s", broken,
                     side_broken(&pairing->before, label) != NULL ? " (as before)" : "");
    }
    if (pairing->now.lockstep)
        return;
    uint32_t before = side_repeats(&pairing->before, label);
    uint32_t now = side_repeats(&pairing->now, label);
    pairing->repeated = pairing->repeated || (before > 1 && now > 1);
    for (int i = 0; i < SIDE_FIGURES; i++)
        advise(pairing, label, i);
}

/* A repeat on which nothing can be built is never passed over. */
static void accuse_unusable(struct pairing *pairing)
{
    size_t i = 0;
    for (const json *run; (run = side_unusable(&pairing->now, &i)) != NULL;) {
        char measure[COMPARISON_MEASURE_MAX];
        const char *label = json_text(run, "contender"), *status = json_text(run, "status");
        bool complete = status != NULL && strcmp(status, "complete") == 0;
        const char *why = json_text_of(json_at(json_get(run, "reasons"), 0));
        snprintf(measure, sizeof measure, "repeat %.0f", json_number(run, "repeat"));
        struct finding *finding = comparison_add(
            &pairing->comparison, complete ? FINDING_UNTRUSTED : FINDING_INCONCLUSIVE,
            label != NULL ? label : "?", measure);
        if (finding != NULL)
            snprintf(finding->text, sizeof finding->text, "%s",
                     why != NULL ? why : "it says not why");
    }
}

/* Contenders of either side that the other one lacks are named there. */
static void compare_all(struct pairing *pairing)
{
    const struct baseline *before = &pairing->before.base, *now = &pairing->now.base;
    struct comparison *comparison = &pairing->comparison;
    baseline_compare(before, now, comparison);
    if (!pairing->now.lockstep)
        comparison->unchanged = comparison->unmeasured = 0; /* of counts that are none */
    for (size_t i = 0; i < now->count; i++)
        if (baseline_find(before, now->contenders[i].label) != NULL)
            compare_contender(pairing, now->contenders[i].label);
    accuse_unusable(pairing);
    if (pairing->now.walks || pairing->before.walks)
        comparison_note(comparison, "not compared: the steps of walks (SSCAN and the like), which "
                                    "one run cannot tell exactly; `dibs gate` runs twice");
    comparison_close_findings(comparison);
    if (comparison->status != STATUS_GOOD || pairing->now.lockstep)
        return;
    if (pairing->repeated)
        snprintf(comparison->why, sizeof comparison->why,
                 "advice only: times of two jobs are no verdict; `dibs ab` measures in one");
    else
        comparison_refuse(comparison, STATUS_UNKNOWN,
                          "inconclusive: one repeat only, so that nothing is known of its noise; "
                          "--repeat 5 would be right, `dibs ab` better");
}

/* False: the comparison says why. */
static bool read_sides(struct pairing *pairing, const char *const paths[2])
{
    char error[COMPARISON_LINE_MAX * 2];
    struct compare_side *const sides[] = {&pairing->before, &pairing->now};
    for (int i = 0; i < 2; i++) {
        enum status status = side_read(sides[i], paths[i], error, sizeof error);
        if (status == STATUS_GOOD)
            continue;
        comparison_refuse(&pairing->comparison, status, "%s", error);
        return false;
    }
    return true;
}

static enum status run(struct pairing *pairing, const struct invocation *invocation)
{
    const struct options *options = invocation->options;
    const char *const *paths = &options->words[1];
    struct comparison *comparison = &pairing->comparison;
    struct provenance provenance; /* both were measured elsewhere */
    provenance_read(&provenance, invocation, NULL);
    comparison->provenance = &provenance;
    comparison->kind = "compare";
    snprintf(comparison->title, sizeof comparison->title, "dibs compare: %.100s against %.100s",
             paths[1], paths[0]);
    if (read_sides(pairing, paths) &&
        gate_comparable(&pairing->before.base, &pairing->now.base, comparison))
        compare_all(pairing);
    char directory[PATH_MAX]; /* beside what is compared, only where it is asked for */
    if (!comparison_directory(options->out, "compare", true, directory, sizeof directory))
        return STATUS_COULD_NOT_RUN;
    const struct comparison_forms forms = {options->json, options->markdown, options->junit,
                                           directory};
    return comparison_show(comparison, &forms);
}

enum status command_compare(const struct invocation *invocation)
{
    struct pairing *pairing = calloc(1, sizeof *pairing);
    if (pairing == NULL) {
        fprintf(stderr, "dibs: out of memory\n");
        return STATUS_COULD_NOT_RUN;
    }
    enum status status = run(pairing, invocation);
    comparison_free(&pairing->comparison);
    side_close(&pairing->before);
    side_close(&pairing->now);
    free(pairing);
    return status;
}
