/* A result document as charts and pages see it: its contenders, each with its completed repeats. */
#ifndef DIBS_BENCH_CHART_DATA_H
#define DIBS_BENCH_CHART_DATA_H

#include "bench/chart/chart_style.h"
#include "bench/document/json.h"
#include "sim/judge/hist.h"
#include "sim/judge/spread.h"

/* The completed repeats of one contender. */
struct chart_group {
    const char *name; /* as the document has it */
    char label[96];   /* the same, with what a reader must know of it */
    unsigned style;
    const json **runs;
    size_t count;
    const json *probe; /* of its crashes; NULL: not measured */
};

struct chart_data {
    const json *document; /* borrowed */
    struct chart_group *groups;
    size_t group_count;
    const json **runs;   /* of all groups, one after the other */
    double *values;      /* room for one figure of every run of a group */
    struct hist *merged; /* room for one histogram */
};

/* A figure of one run; `name` is whatever it is asked for. */
typedef double measure_fn(const json *run, const char *name);

/* False: no memory. Close it in any case. */
bool chart_data_open(struct chart_data *data, const json *document, struct chart_styles *styles);
void chart_data_close(struct chart_data *data);

/* Why a run is not shown, or NULL. */
const char *chart_data_omits(const json *run);

/* "1,000,000 items, 5 instances", or "". */
void chart_data_describe(const struct chart_data *data, char *text, size_t size);

/* Over the repeats of a contender; NAN where it was not measured. */
struct spread chart_figure(const struct chart_data *data, const struct chart_group *group,
                           measure_fn *measure, const char *name);
/* Of the number at a path of the run. */
struct spread chart_figure_at(const struct chart_data *data, const struct chart_group *group,
                              const char *path);

/* A measure_fn: what the server spends on one item altogether, in us: mark, claim, acknowledge. */
double chart_cpu_usec(const json *run, const char *name);
/* The same in round trips. */
double chart_round_trips(const json *run, const char *name);

/* The histogram at a path, merged over the repeats: data->merged, good until the next call. */
const struct hist *chart_merge(const struct chart_data *data, const struct chart_group *group,
                               const char *path);
/* Adds one histogram of a document. */
void chart_merge_into(struct hist *hist, const json *histogram);

/* Items lost or stranded by one kill: the median and range of the crash probe; false: not
 * measured. */
bool chart_harm(const struct chart_group *group, struct spread *harm, size_t *kills);

#endif
