#include "bench/claims/claims_reading.h"

#include "bench/claims/formula.h"
#include "sim/scenario/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A claim while it is being read: its settings may come before what they have in common. */
struct row {
    struct claim *claim;
    const char *run, *contender;
    node settings;
    bool has_expect, has_tolerance, one_size;
};

/* ---- keys of their own kind */

static bool is_document(const char *name)
{
    for (size_t i = 0; claims_documents[i]; i++)
        if (strcmp(claims_documents[i], name) == 0)
            return true;
    return false;
}

static bool read_line(struct claims_reading *r, const char *key, const char *document, node value,
                      struct claim *claim)
{
    double line;
    if (claim->place_count == CLAIM_PLACES_MAX)
        return claims_fail(r, value, key, "more than %d lines", CLAIM_PLACES_MAX);
    if (!claims_read_number(r, key, value, &line))
        return false;
    if (line < 1 || line > 1e6 || line != floor(line))
        return claims_fail(r, value, key, "%g is no line", line);
    claim->places[claim->place_count++] = (struct claim_place){document, (unsigned)line};
    return true;
}

/* {DOCUMENT: LINE, DOCUMENT: [LINE, ...]} */
static bool read_places(struct claims_reading *r, const char *key, node value, void *to)
{
    struct row *row = to;
    const struct document *file = r->claims->file;
    node name, lines, line;
    if (node_kind(file, value) != NODE_MAP)
        return claims_fail(r, value, key, "{DOCUMENT: [LINE, ...]} would be right");
    for (size_t i = 0; node_pair(file, value, i, &name, &lines); i++) {
        const char *document;
        if (!claims_read_text(r, key, name, &document))
            return false;
        if (!is_document(document))
            return claims_fail(r, name, key, "\"%.40s\" is none of the documents", document);
        if (node_kind(file, lines) != NODE_LIST) {
            if (!read_line(r, key, document, lines, row->claim))
                return false;
            continue;
        }
        for (size_t j = 0; (line = node_item(file, lines, j)); j++)
            if (!read_line(r, key, document, line, row->claim))
                return false;
    }
    return true;
}

/* A figure, a range of two, or, where it is no number, a word. */
static bool read_published(struct claims_reading *r, const char *key, node value, void *to)
{
    struct claim *claim = ((struct row *)to)->claim;
    char *end = "";
    if (node_kind(r->claims->file, value) == NODE_TEXT)
        strtod(node_text(r->claims->file, value), &end);
    if (*end)
        return claims_read_text(r, key, value, &claim->published_word);
    return claims_read_range(r, key, value, &claim->published);
}

static const char *const relation_names[] = {
    [CLAIM_EQUAL] = "equal", [CLAIM_AT_MOST] = "at_most", [CLAIM_AT_LEAST] = "at_least"};

const char *claim_relation_name(enum claim_relation relation)
{
    return relation_names[relation];
}

static bool read_relation(struct claims_reading *r, const char *key, node value, void *to)
{
    const char *text;
    struct claim *claim = ((struct row *)to)->claim;
    if (!claims_read_text(r, key, value, &text))
        return false;
    for (enum claim_relation i = CLAIM_EQUAL; i <= CLAIM_AT_LEAST; i++)
        if (strcmp(text, relation_names[i]) == 0) {
            claim->relation = i;
            return true;
        }
    return claims_fail(r, value, key, "\"%.40s\"; equal, at_most or at_least would be right", text);
}

static bool read_expect(struct claims_reading *r, const char *key, node value, void *to)
{
    struct row *row = to;
    row->has_expect = true;
    return claims_read_range(r, key, value, &row->claim->expected);
}

static bool read_tolerance(struct claims_reading *r, const char *key, node value, void *to)
{
    struct row *row = to;
    row->has_tolerance = true;
    return claims_read_number(r, key, value, &row->claim->tolerance) &&
           ((row->claim->tolerance >= 0 && row->claim->tolerance <= 1) ||
            claims_fail(r, value, key, "%g; a share from 0 to 1 would be right",
                        row->claim->tolerance));
}

static bool read_settings(struct claims_reading *r, const char *key, node value, void *to)
{
    if (node_kind(r->claims->file, value) != NODE_LIST)
        return claims_fail(r, value, key, "a list of {when: ..., run: ...} would be right");
    ((struct row *)to)->settings = value;
    return true;
}

/* ---- formulas */

/* What the names in a formula stand for, while it is checked: each is a piece of the setting. */
struct naming {
    struct claims_reading *r;
    node at;
    struct claim_setting *setting;
};

static bool take_piece(struct naming *naming, const struct claims_run *run, const char *contender)
{
    struct claim_setting *setting = naming->setting;
    int piece = claims_piece_of(naming->r, naming->at, run, contender);
    if (piece < 0)
        return false;
    for (unsigned i = 0; i < setting->piece_count; i++)
        if (setting->pieces[i] == (unsigned)piece)
            return true;
    if (setting->piece_count == CLAIM_PIECES_MAX)
        return claims_fail(naming->r, naming->at, "measure", "more than %d runs",
                           CLAIM_PIECES_MAX);
    setting->pieces[setting->piece_count++] = (unsigned)piece;
    return true;
}

/* "", "CONTENDER" of the same run, or "RUN/CONTENDER". */
static const json *name_document(void *context, const char *name)
{
    struct naming *naming = context;
    const struct claims_run *run = naming->setting->run;
    const char *slash = strchr(name, '/'), *contender = slash ? slash + 1 : name;
    if (slash) {
        char run_name[FORMULA_NAME_MAX];
        snprintf(run_name, sizeof run_name, "%.*s", (int)(slash - name), name);
        run = claims_run_of(naming->r->claims, run_name);
    }
    if (!run || (*name && !take_piece(naming, run, contender)))
        return NULL;
    return naming->r->specimen;
}

static bool check_formula(struct naming *naming, const char *key, const char *text)
{
    char why[CLAIMS_WHY_MAX];
    double value;
    const struct formula_scope scope = {name_document, naming};
    if (formula_value(text, &scope, &value, why, sizeof why))
        return true;
    /* where a run or a contender was wrong, that has been said */
    return *naming->r->claims->error ? false : claims_fail(naming->r, naming->at, key, "%s", why);
}

/* ---- settings */

struct setting_texts {
    const char *when, *run, *contender;
};

static const struct claims_key setting_keys[] = {
    {"when", claims_read_text, offsetof(struct setting_texts, when)},
    {"run", claims_read_text, offsetof(struct setting_texts, run)},
    {"contender", claims_read_text, offsetof(struct setting_texts, contender)},
    {0},
};

static bool add_setting(struct claims_reading *r, node at, const struct row *row,
                        const struct setting_texts *texts)
{
    struct claim *claim = row->claim;
    if (claim->setting_count == CLAIM_SETTINGS_MAX)
        return claims_fail(r, at, "settings", "more than %d", CLAIM_SETTINGS_MAX);
    struct claim_setting *setting = &claim->settings[claim->setting_count++];
    const char *run = texts->run ? texts->run : row->run;
    const char *contender = texts->contender ? texts->contender : row->contender;
    if (!run || !contender)
        return claims_fail(r, at, run ? "contender" : "run", "is missing");
    *setting = (struct claim_setting){
        .when = texts->when, .run = claims_run_of(r->claims, run), .contender = contender};
    if (!setting->run)
        return claims_fail(r, at, "run", "\"%.40s\" is none of the runs", run);
    struct naming naming = {r, at, setting};
    return take_piece(&naming, setting->run, contender) &&
           check_formula(&naming, "measure", claim->measure) &&
           check_formula(&naming, "scale", claim->scale);
}

static bool add_settings(struct claims_reading *r, node at, const struct row *row)
{
    node item;
    if (!row->settings)
        return add_setting(r, at, row, &(struct setting_texts){0});
    for (size_t i = 0; (item = node_item(r->claims->file, row->settings, i)); i++) {
        struct setting_texts texts = {0};
        if (!claims_read_map(r, item, setting_keys, &texts))
            return false;
        if (!texts.when)
            return claims_fail(r, item, "when", "is missing");
        if (!add_setting(r, item, row, &texts))
            return false;
    }
    return row->claim->setting_count >= 2 ||
           claims_fail(r, at, "settings", "two at least would be right");
}

/* ---- rows */

#define ROW(member) offsetof(struct row, member)

static bool read_claim_text(struct claims_reading *r, const char *key, node value, void *to)
{
    static const struct {
        const char *key;
        size_t offset;
    } texts[] = {
        {"id", offsetof(struct claim, id)},
        {"claim", offsetof(struct claim, text)},
        {"unit", offsetof(struct claim, unit)},
        {"figure", offsetof(struct claim, figure)},
        {"scale", offsetof(struct claim, scale)},
        {"measure", offsetof(struct claim, measure)},
        {"not_testable", offsetof(struct claim, not_testable)},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].key, key) == 0)
            return claims_read_text(r, key, value,
                                    (char *)((struct row *)to)->claim + texts[i].offset);
    return false;
}

static const struct claims_key row_keys[] = {
    {"id", read_claim_text, 0},
    {"at", read_places, 0},
    {"claim", read_claim_text, 0},
    {"published", read_published, 0},
    {"unit", read_claim_text, 0},
    {"figure", read_claim_text, 0},
    {"one_size", claims_read_switch, ROW(one_size)},
    {"is", read_relation, 0},
    {"expect", read_expect, 0},
    {"tolerance", read_tolerance, 0},
    {"scale", read_claim_text, 0},
    {"measure", read_claim_text, 0},
    {"run", claims_read_text, ROW(run)},
    {"contender", claims_read_text, ROW(contender)},
    {"settings", read_settings, 0},
    {"not_testable", read_claim_text, 0},
    {0},
};

static bool has_figure(const struct claim *claim)
{
    return !isnan(claim->published.low);
}

/* Beside a run there is no other run. */
static bool check_figure(struct claims_reading *r, node at, const struct claim *claim)
{
    for (unsigned i = 0; claim->figure && i < claim->setting_count; i++)
        if (claim->settings[i].piece_count > 1)
            return claims_fail(r, at, "figure", "and yet its measure is that of several runs");
    return true;
}

/* What is missing, or too much. */
static bool check_row(struct claims_reading *r, node at, struct row *row)
{
    struct claim *claim = row->claim;
    const struct {
        const char *key;
        bool there;
    } needed[] = {
        {"at", claim->place_count > 0},
        {"claim", claim->text},
        {"published", has_figure(claim) || claim->published_word},
        {"unit", claim->unit || claim->not_testable},
        {"measure (or not_testable)", claim->measure || claim->not_testable},
        {"tolerance", row->has_tolerance || claim->not_testable},
        {"expect", row->has_expect || has_figure(claim) || claim->not_testable},
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed[i].there)
            return claims_fail(r, at, needed[i].key, "is missing");
    if (claim->not_testable && (claim->measure || row->run || row->settings))
        return claims_fail(r, at, "not_testable", "and yet it says how to measure it");
    if (!row->has_expect)
        claim->expected = claim->published;
    if (!claim->scale)
        claim->scale = "1";
    claim->one_size = row->one_size;
    return claim->not_testable || (add_settings(r, at, row) && check_figure(r, at, claim));
}

static bool is_taken(const struct claims *claims, const char *id)
{
    for (unsigned i = 0; i < claims->count; i++)
        if (strcmp(claims->claims[i].id, id) == 0)
            return true;
    return false;
}

bool claims_read_row(struct claims_reading *r, node at)
{
    struct claims *claims = r->claims;
    struct claim *claim = &claims->claims[claims->count];
    struct row row = {.claim = claim};
    if (claims->count == CLAIMS_MAX)
        return claims_fail(r, at, "claims", "more than %d", CLAIMS_MAX);
    *claim = (struct claim){.published = {NAN, NAN}, .line = node_line(claims->file, at)};
    if (!claims_read_map(r, at, row_keys, &row))
        return false;
    if (!claim->id)
        return claims_fail(r, at, "id", "is missing");
    snprintf(r->object, sizeof r->object, "%.48s", claim->id);
    if (is_taken(claims, claim->id))
        return claims_fail(r, at, "id", "stands twice; once would be right");
    if (!check_row(r, at, &row))
        return false;
    claims->count++;
    return true;
}

int claims_piece_of(struct claims_reading *r, node at, const struct claims_run *run,
                    const char *contender)
{
    struct claims *claims = r->claims;
    for (unsigned i = 0; i < claims->piece_count; i++)
        if (claims->pieces[i].run == run && strcmp(claims->pieces[i].contender, contender) == 0)
            return (int)i;
    if (claims->piece_count == CLAIMS_PIECES_MAX) {
        claims_fail(r, at, "run", "more than %d runs of contenders", CLAIMS_PIECES_MAX);
        return -1;
    }
    struct claims_piece *piece = &claims->pieces[claims->piece_count];
    *piece = (struct claims_piece){.run = run};
    snprintf(piece->contender, sizeof piece->contender, "%s", contender);
    return (int)claims->piece_count++;
}
