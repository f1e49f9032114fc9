/* Runs as formulas of claims see them. */
#ifndef DIBS_BENCH_CLAIMS_SPECIMEN_H
#define DIBS_BENCH_CLAIMS_SPECIMEN_H

#include "bench/document/json.h"

/* Puts the scenario and its entry race beside the figures of every run of a result document. */
void claims_prepare(json *document);

/* The run of this contender and repeat (from 1), borrowed; NULL: the document has none. */
json *claims_run_in(const json *document, const char *contender, uint32_t repeat);

/* A run, prepared, with one element in every list: which names there are. The caller frees it. */
json *claims_specimen(void);

#endif
