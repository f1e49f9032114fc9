/* Which contender to choose: computed from the figures of a run and of its crash probe. Who was not
 * probed, or promises nothing for a crash, is never chosen. */
#ifndef DIBS_BENCH_RECOMMENDATION_H
#define DIBS_BENCH_RECOMMENDATION_H

#include "bench/report/report_sections.h"

/* Of one contender, all that a choice rests on. */
struct choice {
    const struct chart_group *group;
    struct spread cpu_usec, harm;
    struct spread round_trips, refreshes;
    double delay_s, overruns;
    size_t kills;
    double races, races_redundant; /* cycles raced for its lock, and those with work done twice */
    bool measured; /* it was probed */
    bool promised; /* its code promises at least once under crash */
    bool sound;    /* trustworthy, keeps its promises, loses and strands nothing without faults */
    bool finishes; /* its backlog, in the cycles that were run */
};

/* From the best to the worst: of two in one class the cheaper is the better one. */
enum choice_class {
    CHOICE_ONCE,       /* promises to survive a crash, does, finishes, and does no work twice */
    CHOICE_OFTEN,      /* the same, but it repeats work */
    CHOICE_UNFINISHED, /* as safe, but it leaves a backlog */
    CHOICE_UNSAFE,     /* or not measured */
};

struct choice choice_of(const struct chart_data *data, const struct chart_group *group);
enum choice_class choice_class(const struct choice *choice);

/* The sentence, who is as good or cheaper, and what it rests on. */
void recommendation_write(struct page *page, const struct report_document *document);

/* The sentence alone, as plain text: for a result document (bench/document/result.h). */
void recommendation_say(FILE *out, const json *document);

#endif
