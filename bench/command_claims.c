#include "bench/claims/claims_document.h"
#include "bench/claims/claims_measure.h"
#include "bench/claims/claims_table.h"
#include "bench/document/whole_file.h"
#include "bench/home.h"
#include "bench/outdir.h"
#include "bench/preflight.h"
#include "bench/report/report.h"
#include "bench/table/cell.h"
#include "strategies/value.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static enum status fail(enum status status, const char *error)
{
    fprintf(stderr, "dibs: %s\n", error);
    return status;
}

static bool save(const struct claims_document *document, const char *directory, char *error,
                 size_t error_size)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/claims.json", directory);
    if (!whole_file_write(path, claims_document_json, document, error, error_size))
        return false;
    snprintf(path, sizeof path, "%s/claims.csv", directory);
    if (!whole_file_write(path, claims_document_csv, document, error, error_size))
        return false;
    snprintf(path, sizeof path, "%s/claims.md", directory);
    return whole_file_write(path, claims_markdown_write, document->claims, error, error_size) &&
           report_write_kept(directory, "claims.json", true, error, error_size);
}

static void announce(const struct claims *claims)
{
    unsigned wanted = 0, pieces = 0;
    for (unsigned i = 0; i < claims->count; i++)
        wanted += claims->claims[i].wanted;
    for (unsigned i = 0; i < claims->piece_count; i++)
        pieces += claims->pieces[i].wanted;
    fprintf(stderr, "dibs: %u claims, measured by %u runs; at most %s\n", wanted, pieces,
            claims->within_us > 0 ? "as long as --max-time says"
            : claims->quick       ? "2 minutes"
                                  : "15 minutes");
}

static enum status measure(struct claims *claims, const struct invocation *invocation)
{
    char directory[PATH_MAX], program[PATH_MAX], error[PATH_MAX + 256];
    struct provenance provenance;
    const struct options *options = invocation->options;
    const struct claims_document document = {claims, &provenance};
    if (!preflight_private(invocation, options->redis_server, program, sizeof program, error,
                           sizeof error) ||
        !outdir_make(options->out, "claims", directory, sizeof directory, error, sizeof error))
        return fail(STATUS_COULD_NOT_RUN, error);
    provenance_read(&provenance, invocation, program);
    if (!options->quiet)
        announce(claims);

    enum status status = STATUS_GOOD;
    if (!claims_measure(claims, invocation, directory))
        status = fail(*invocation->interrupted ? STATUS_INTERRUPTED : STATUS_COULD_NOT_RUN,
                      claims->error);
    if (!save(&document, directory, error, sizeof error))
        status = fail(STATUS_COULD_NOT_RUN, error);
    if (options->json) {
        claims_document_json(&document, stdout); /* main tells of what stdout did not take */
        return status;
    }
    claims_table_write(stdout, claims, cell_colour(stdout));
    putchar('\n');
    outdir_list(directory, stdout);
    return status;
}

enum status command_claims(const struct invocation *invocation)
{
    char path[PATH_MAX];
    const struct options *options = invocation->options;
    struct claims *claims = calloc(1, sizeof *claims);
    enum status status;
    if (!claims)
        return fail(STATUS_COULD_NOT_RUN, "out of memory");
    claims->quick = options->quick;
    claims->within_us = options->max_time ? duration_parse_us(options->max_time) : 0;
    if (options->max_time && claims->within_us <= 0)
        status = fail(STATUS_USAGE, "--max-time: a duration (90s, 15min) would be right");
    else if (!home_find_claims(path, sizeof path))
        status = fail(STATUS_COULD_NOT_RUN, "there is no scenarios/claims.yaml");
    else if (!claims_read(claims, path) || !claims_want(claims, options->only))
        status = fail(STATUS_USAGE, claims->error);
    else
        status = measure(claims, invocation);
    claims_close(claims);
    free(claims);
    return status;
}
