/* Claims and their verdicts on disk: as JSON, and as CSV with a line for each of their settings. */
#ifndef DIBS_BENCH_CLAIMS_DOCUMENT_H
#define DIBS_BENCH_CLAIMS_DOCUMENT_H

#include "bench/claims/claims.h"
#include "bench/document/provenance.h"

#include <stdio.h>

#define CLAIMS_SCHEMA "dibs/claims"
#define CLAIMS_SCHEMA_VERSION "1.1"

struct claims_document {
    const struct claims *claims;
    const struct provenance *provenance;
};

/* Both take a struct claims_document and the claims that were wanted. False: errno. */
bool claims_document_json(const void *document, FILE *out);
bool claims_document_csv(const void *document, FILE *out);

#endif
