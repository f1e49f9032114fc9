/* Figures of one contender over those of another, which the scenario names (`beside`). */
#ifndef DIBS_SIM_BESIDE_H
#define DIBS_SIM_BESIDE_H

#include "sim/run.h"

/* Over the repeats that both have completed; NAN: there are none. */
struct beside_ratio {
    double median, least, most;
};

struct beside_figure {
    const char *name;        /* in `expect`: ratio.NAME */
    const char *head, *unit; /* of its column */
    bool varies;             /* from repeat to repeat, and by how much is to be shown */
    double (*read)(const struct run_result *run); /* NAN: not known */
};

/* Counts first, times last. Ends in an entry with a NULL name. */
extern const struct beside_figure beside_figures[];

/* "ratio.NAME"; NULL: it is no such name. */
const struct beside_figure *beside_find(const char *name);

struct beside_ratio beside_ratio(const struct beside_figure *figure, const struct run_result *runs,
                                 size_t count, const char *contender, const char *by);

/* The nth name in `beside`, from 0. False: there are fewer. */
bool beside_name(const char *beside, uint32_t n, char name[SCENARIO_LABEL_MAX]);

/* Judges what the scenario expects of ratios to the first contender in `beside`, by their medians,
 * and adds that to the last run of each other contender concerned. A ratio to who was not run is
 * unknown; nothing is judged of a contender that itself was not run. */
void beside_judge(const struct scenario *scenario, struct run_result *runs, size_t count);

#endif
