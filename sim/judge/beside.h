/* Figures of one contender over those of another, which the scenario names (`beside`). */
#ifndef DIBS_SIM_BESIDE_H
#define DIBS_SIM_BESIDE_H

#include "sim/judge/spread.h"
#include "sim/run.h"

/* Counts first, times last. */
enum beside_measure {
    BESIDE_CALLS,
    BESIDE_MEMORY,
    BESIDE_ITEM_CPU,
    BESIDE_MARK_CPU,
    BESIDE_COST,
    BESIDE_MEASURES
};

/* "item_cpu"; in `expect` it is "ratio.item_cpu". */
const char *beside_measure_name(enum beside_measure measure);

/* Of "ratio.NAME". False: it is no such name. */
bool beside_find(const char *name, enum beside_measure *measure);

/* The nth name in `beside`, from 0. False: there are fewer. */
bool beside_name(const char *beside, uint32_t n, char name[SCENARIO_LABEL_MAX]);

/* What a mark costs changes with the machine from one moment to the next. Where it was measured in
 * turn with another contender's, it becomes so many times what that one's cost in its run of the
 * same repeat, so that costs of all can be compared; else it stays. Of runs of one scenario that
 * varies nothing; may be called again as runs are added. */
void beside_level_marks(struct run_result *runs, size_t count);

/* One contender over another, of the repeats that both have completed. NAN: not known. */
struct beside_row {
    const struct entry *entry, *by; /* of the runs */
    struct spread ratios[BESIDE_MEASURES];
};

/* Every contender that was run over each that `beside` names and that was run, itself excepted; in
 * the order of `beside`, then of the runs. */
struct beside {
    struct beside_row *rows; /* owned */
    size_t count;
};

/* Of runs of one scenario that varies nothing. False: out of memory. */
bool beside_open(struct beside *beside, const struct scenario *scenario,
                 const struct run_result *runs, size_t count);
void beside_close(struct beside *beside);

/* Judges what the scenario expects of ratios to the first contender in `beside`, by their medians,
 * and adds that to the last run of each other contender concerned. A ratio to who was not run is
 * unknown; nothing is judged of a contender that itself was not run. */
void beside_judge(const struct beside *beside, const struct scenario *scenario,
                  struct run_result *runs, size_t count);

#endif
