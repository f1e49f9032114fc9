/* The report: one page for all that was measured, with the charts and their data beside it. */
#ifndef DIBS_BENCH_REPORT_H
#define DIBS_BENCH_REPORT_H

#include "bench/document/json.h"

#include <stddef.h>

enum { REPORT_DOCUMENTS_MAX = 64 };

/* Writes report.html, the charts of every document, and percentile texts into `directory`, which
 * exists. The documents are what the commands leave: a run's, a sweep's, and others that
 * bench/report/report_sections.h knows; of the rest the page says that they were not understood.
 *
 * Without `draw` there are no charts, which is quicker.
 *
 * `message` is what the user should know, in one line, or "". False: `message` begins with what
 * could not be written. */
bool report_write(const char *directory, json *const *documents, size_t count, bool draw,
                  char *message, size_t size);

/* The same of the one document <name> that lies in the directory already: from what was kept, so
 * that a page which is rebuilt is the same. */
bool report_write_kept(const char *directory, const char *name, bool draw, char *message,
                       size_t size);

#endif
