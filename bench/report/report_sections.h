/* The sections of a report, and the documents that they are made of. A new kind of document is a
 * row in report_kinds (bench/report/report.c) and a `write` in the section that shows it. */
#ifndef DIBS_BENCH_REPORT_SECTIONS_H
#define DIBS_BENCH_REPORT_SECTIONS_H

#include "bench/chart/chart_data.h"
#include "bench/report/page.h"

enum report_kind {
    REPORT_RUN,     /* "runs" */
    REPORT_SCALING, /* the same, of a scenario that varies one thing */
    REPORT_SWEEP,   /* "sweeps", or "points" of one contender */
    REPORT_FAULTS,  /* "cells" */
    REPORT_CLAIMS,  /* "claims" */
    REPORT_GATE,    /* "findings" */
    REPORT_UNKNOWN,
};

struct report_document {
    json *document; /* borrowed */
    enum report_kind kind;
    char suffix[24]; /* of its charts' names: "", "-2" ... */
    char title[200];
    struct chart_data data; /* of runs */
};

struct report {
    const char *directory;
    bool draw; /* charts too */
    struct report_document *documents;
    size_t count;
    struct chart_styles styles;
};

struct report_section {
    const char *id, *title, *lead;
    /* Whether this document has something to say here; NULL: every one has. */
    bool (*wants)(const struct report_document *document);
    void (*write)(struct page *page, struct report *report, struct report_document *document);
    bool drawn; /* it has charts: where there are none, the page says why */
};

/* Ends in a section without an id. */
extern const struct report_section report_sections[];

#define REPORT_SECTION(name)                                                                       \
    void report_##name(struct page *page, struct report *report, struct report_document *document)
REPORT_SECTION(choice);
REPORT_SECTION(published);
REPORT_SECTION(costs);
REPORT_SECTION(waits);
REPORT_SECTION(time);
REPORT_SECTION(shares);
REPORT_SECTION(gate);
REPORT_SECTION(faults);
REPORT_SECTION(scaling);
REPORT_SECTION(about);

/* The chart of this document: <name><suffix>. */
void report_chart(struct page *page, const struct report_document *document, const char *name,
                  const char *heading, const char *how_to_read);
/* "cheapest 0.01 (harbor-23183), dearest 6.04 (claim-drained)", for headings; "" where there is
 * only one. */
void report_extremes(const struct report_document *document, measure_fn *measure,
                     const char *argument, const char *unit, char *text, size_t size);

#endif
