/* Parts that the result document has in several places. */
#ifndef DIBS_BENCH_RESULT_PART_H
#define DIBS_BENCH_RESULT_PART_H

#include "bench/document/fields.h"
#include "bench/document/json.h"

/* The fields of the struct at `base`, put into an object; all null where they are not `known`. */
void result_part_put(json *object, const struct field *fields, const void *base, bool known);

/* An object of known fields. */
json *result_part_object(const struct field *fields, const void *base);

/* A contender with its parameters, as users write them. */
json *result_part_entry(const struct entry *entry);

#endif
