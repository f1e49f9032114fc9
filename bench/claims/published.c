#include "bench/claims/published.h"

#include "bench/claims/claims_cells.h"
#include "bench/claims/claims_measure.h"
#include "bench/claims/claims_specimen.h"
#include "bench/document/result.h"

#include <stdlib.h>
#include <string.h>

/* What was published: 5 instances, 1,000,000 items, every 30 s. */
enum { PUBLISHED_INSTANCES = 5, PUBLISHED_ITEMS = 1000000, PUBLISHED_CYCLE_MS = 30000 };

const char *published_why_not(const struct scenario *s)
{
    const struct {
        bool differs;
        const char *why;
    } rules[] = {
        {s->kind != ITEMS_MARKS, "its items are rounds of tasks"},
        {s->event_count > 0, "something is done to the deployment"},
        {s->scaler.kind != SCALER_NONE, "a scaler changes the deployment"},
        {s->producers.count > 0, "items are marked while it runs"},
        {s->producers.seeded < 1, "not every item is marked before the start"},
        {s->cycles != 1, "it is not one cycle"},
        {s->wake != WAKE_ALIGNED, "the instances do not wake at once"},
        {s->round_bound_ms > 0, "a round may be stopped before its end"},
        {s->refresh.statement_us > 0, "a statement takes time"},
        {s->refresh.failures > 0 || s->refresh.broken > 0, "refreshes fail"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].differs)
            return rules[i].why;
    return NULL;
}

static bool is_published_size(const struct scenario *s)
{
    return s->items == PUBLISHED_ITEMS && s->instances == PUBLISHED_INSTANCES &&
           s->cycle_ms == PUBLISHED_CYCLE_MS && s->time_scale == 1;
}

/* A variant under another name is not what was published. */
static bool was_run(const struct result *result, const char *contender)
{
    for (size_t i = 0; i < result->run_count; i++)
        if (strcmp(result->runs[i].entry->label, contender) == 0)
            return true;
    return false;
}

/* The settings of a claim may differ in their runs; here there is one. */
static bool stands_before(const struct claim *claim, unsigned setting)
{
    for (unsigned i = 0; i < setting; i++)
        if (strcmp(claim->settings[i].contender, claim->settings[setting].contender) == 0)
            return true;
    return false;
}

static void add_row(struct published *published, const struct result *result, json *document,
                    struct claim *claim, unsigned setting_index)
{
    struct claims *claims = published->claims;
    struct claim_setting *setting = &claim->settings[setting_index];
    if (published->count == PUBLISHED_MAX || stands_before(claim, setting_index) ||
        !was_run(result, setting->contender))
        return;
    struct claims_piece *piece = &claims->pieces[setting->pieces[0]];
    if (!piece->document)
        piece->document = json_keep(document);
    claims_evaluate_setting(claims, claim, setting);
    published->rows[published->count++] = (struct published_row){
        .claim = claim,
        .setting = setting,
        .other_size = claim->one_size && !is_published_size(result->scenario),
    };
}

static void add_rows(struct published *published, const struct result *result)
{
    struct claims *claims = published->claims;
    json *document = result_document(result);
    claims_prepare(document);
    for (unsigned i = 0; i < claims->count; i++)
        for (unsigned j = 0; claims->claims[i].figure && j < claims->claims[i].setting_count; j++)
            add_row(published, result, document, &claims->claims[i], j);
    json_free(document);
}

bool published_compare(struct published *published, const struct result *result, const char *path)
{
    published->claims = calloc(1, sizeof *published->claims);
    if (!published->claims) {
        snprintf(published->error, sizeof published->error, "out of memory");
        return false;
    }
    if (!claims_read(published->claims, path)) {
        snprintf(published->error, sizeof published->error, "%s", published->claims->error);
        return false;
    }
    if (!published_why_not(result->scenario))
        add_rows(published, result);
    return true;
}

void published_close(struct published *published)
{
    if (published->claims)
        claims_close(published->claims);
    free(published->claims);
    published->claims = NULL;
    published->count = 0;
}

const char *published_verdict(const struct published_row *row)
{
    return row->other_size ? "other size" : claim_verdict_name(row->setting->verdict);
}

void published_describe(FILE *out)
{
    claims_documents_write(out, "Sources");
    fprintf(out,
            "Published for %d instances, 1,000,000 items and a cycle of %d s; counts are "
            "scaled.\nA figure holds within its tolerance (scenarios/claims.yaml; a 0 only as "
            "0).\nother size: does not scale, and was published of another size or cycle.\n",
            PUBLISHED_INSTANCES, PUBLISHED_CYCLE_MS / 1000);
}
