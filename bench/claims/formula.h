/* Small formulas over JSON documents, such as a figure of a result:
 *
 *     commands.SPOP.server_calls / cycles.run
 *     [harbor-2.14]in_hand / [claim-drained]commands.SPOP.server_calls
 *     max(instances.refreshes) / mean(instances.refreshes)
 *
 * + - * / and parentheses, numbers, and references: names joined by dots, after the name of a
 * document in brackets where it is not the one at hand. A name below an array stands for that of
 * each of its elements, a number for one element; of such a list sum, min, max, mean, last or count
 * make one value. What a document gives as null is NaN, and so is what follows from it. */
#ifndef DIBS_BENCH_FORMULA_H
#define DIBS_BENCH_FORMULA_H

#include "bench/document/json.h"

enum { FORMULA_NAME_MAX = 96 };

struct formula_scope {
    /* The document of this name, borrowed; "" where no name stands. NULL: there is none. */
    const json *(*document)(void *context, const char *name);
    void *context;
};

/* False: `error` says in one line what is wrong with the formula, or what the documents lack. */
bool formula_value(const char *text, const struct formula_scope *scope, double *value, char *error,
                   size_t error_size);

#endif
