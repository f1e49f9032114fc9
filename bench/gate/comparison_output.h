/* A comparison, shown: all forms say the same, and what is asked for is written together. */
#ifndef DIBS_BENCH_COMPARISON_OUTPUT_H
#define DIBS_BENCH_COMPARISON_OUTPUT_H

#include "bench/gate/comparison.h"

#define COMPARISON_SCHEMA "dibs/comparison"
#define COMPARISON_VERSION "1.4"

/* For people: what got worse first, and one line why it is red. */
void comparison_table(const struct comparison *comparison, FILE *out, bool colour);

/* False: errno. */
bool comparison_json(const struct comparison *comparison, FILE *out);
bool comparison_markdown(const struct comparison *comparison, FILE *out);
bool comparison_junit(const struct comparison *comparison, FILE *out);

/* Workflow commands of GitHub, "::error title=...::...": the worst ten. */
void comparison_annotations(const struct comparison *comparison, FILE *out);

struct comparison_forms {
    bool json;                    /* the document on stdout instead of the table */
    const char *markdown, *junit; /* files, or NULL */
    const char *directory;        /* of comparison.json and its page; NULL or "": neither */
};

/* The directory that is wanted, or, unless `silent`, a new one for `name`; "" for none. False: said
 * on stderr. */
bool comparison_directory(const char *wanted, const char *name, bool silent, char *directory,
                          size_t size);

/* Writes all: table or document to stdout, files; what $GITHUB_STEP_SUMMARY and $GITHUB_ACTIONS ask
 * for. Returns the comparison's status, or a worse one if something could not be written, which is
 * said on stderr. */
enum status comparison_show(const struct comparison *comparison,
                            const struct comparison_forms *forms);

#endif
