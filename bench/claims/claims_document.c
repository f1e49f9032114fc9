#include "bench/claims/claims_document.h"

#include "bench/document/csv.h"

#include <string.h>

/* What stands for the claim: the setting with the worst surprise; NULL: it is not testable. */
static const struct claim_setting *shown_setting(const struct claim *claim)
{
    return claim->setting_count ? &claim->settings[claim->shown] : NULL;
}

/* ---- JSON */

static json *range(struct claim_range range)
{
    if (range.low == range.high || isnan(range.low))
        return json_make_real(range.low);
    json *pair = json_make_array();
    json_push(pair, json_make_real(range.low));
    json_push(pair, json_make_real(range.high));
    return pair;
}

static json *places(const struct claim *claim)
{
    json *array = json_make_array();
    for (unsigned i = 0; i < claim->place_count; i++) {
        json *place = json_make_object();
        json_put(place, "document", json_make_string(claim->places[i].document));
        json_put(place, "line", json_make_count(claim->places[i].line));
        json_push(array, place);
    }
    return array;
}

/* What was measured in one setting, and how. */
static void put_setting(const struct claims *claims, const struct claim_setting *setting,
                        json *object)
{
    char command[CLAIMS_COMMAND_MAX];
    claims_command(claims, setting, command);
    json_put(object, "expected", range(setting->expected));
    json_put(object, "measured", json_make_real(setting->median));
    json_put(object, "measured_low", json_make_real(setting->low));
    json_put(object, "measured_high", json_make_real(setting->high));
    json_put(object, "repeats", json_make_count(setting->repeats));
    json_put(object, "surprise", json_make_real(setting->surprise));
    json_put(object, "scenario", json_make_string(setting->run->scenario));
    json_put(object, "contender", json_make_string(setting->contender));
    json_put(object, "seed", json_make_string(setting->run->seed));
    json_put(object, "command", json_make_string(command));
    json_put(object, "why", json_make_text(setting->why));
}

static json *settings(const struct claims *claims, const struct claim *claim)
{
    json *array = json_make_array();
    for (unsigned i = 0; i < claim->setting_count; i++) {
        const struct claim_setting *setting = &claim->settings[i];
        json *object = json_make_object();
        json_put(object, "when", json_make_text(setting->when));
        put_setting(claims, setting, object);
        json_put(object, "verdict", json_make_string(claim_verdict_name(setting->verdict)));
        json_push(array, object);
    }
    return array;
}

static json *claim_object(const struct claims *claims, const struct claim *claim)
{
    static const struct claim_setting nothing = {
        .median = NAN, .low = NAN, .high = NAN, .surprise = NAN, .expected = {NAN, NAN}};
    static const struct claims_run no_run = {.scenario = "", .seed = ""};
    const struct claim_setting *shown = shown_setting(claim);
    json *object = json_make_object();
    json_put(object, "id", json_make_string(claim->id));
    json_put(object, "document", json_make_string(claim->places[0].document));
    json_put(object, "line", json_make_count(claim->places[0].line));
    json_put(object, "places", places(claim));
    json_put(object, "claim", json_make_string(claim->text));
    json_put(object, "published",
             claim->published_word ? json_make_string(claim->published_word)
                                   : range(claim->published));
    json_put(object, "unit", json_make_text(claim->unit));
    json_put(object, "is", json_make_string(claim_relation_name(claim->relation)));
    json_put(object, "tolerance", json_make_real(claim->tolerance));
    json_put(object, "measure", json_make_text(claim->measure));
    json_put(object, "verdict", json_make_string(claim_verdict_name(claim->verdict)));
    if (shown) {
        put_setting(claims, shown, object);
    } else {
        struct claim_setting empty = nothing;
        empty.run = &no_run;
        empty.contender = "";
        put_setting(claims, &empty, object);
        json_put(object, "command", json_make_null());
        json_put(object, "why", json_make_string(claim->not_testable));
    }
    json_put(object, "settings", settings(claims, claim));
    return object;
}

bool claims_document_json(const void *context, FILE *out)
{
    const struct claims_document *document = context;
    const struct claims *claims = document->claims;
    json *object = json_make_object(), *array = json_make_array();
    for (unsigned i = 0; i < claims->count; i++)
        if (claims->claims[i].wanted)
            json_push(array, claim_object(claims, &claims->claims[i]));
    json_put(object, "schema", json_make_string(CLAIMS_SCHEMA));
    json_put(object, "schema_version", json_make_string(CLAIMS_SCHEMA_VERSION));
    json_put(object, "quick", json_make_bool(claims->quick));
    json_put(object, "took_s", json_make_real(claims->took_s));
    json_put(object, "error", json_make_text(claims->error));
    provenance_put(object, document->provenance);
    json_put(object, "claims", array);
    bool ok = json_print_lines(object, out) && fflush(out) == 0;
    json_free(object);
    return ok;
}

/* ---- CSV */

static void write_number(FILE *out, double value)
{
    fputc(',', out);
    if (isfinite(value))
        fprintf(out, "%.9g", value);
}

static void write_word(FILE *out, const char *word)
{
    fputc(',', out);
    csv_write_text(out, word ? word : "");
}

static void write_measured(FILE *out, const struct claims *claims,
                           const struct claim_setting *setting)
{
    char command[CLAIMS_COMMAND_MAX];
    claims_command(claims, setting, command);
    write_word(out, setting->when);
    write_number(out, setting->expected.low);
    write_number(out, setting->expected.high);
    write_number(out, setting->median);
    write_number(out, setting->low);
    write_number(out, setting->high);
    fprintf(out, ",%u", setting->repeats);
    write_word(out, claim_verdict_name(setting->verdict));
    write_word(out, setting->run->scenario);
    write_word(out, setting->contender);
    write_word(out, setting->run->seed);
    write_word(out, command);
    write_word(out, setting->why);
}

static void write_claim(FILE *out, const struct claim *claim)
{
    csv_write_text(out, claim->id);
    write_word(out, claim->places[0].document);
    fprintf(out, ",%u", claim->places[0].line);
    write_word(out, claim->text);
    if (claim->published_word)
        write_word(out, claim->published_word);
    else
        write_number(out, claim->published.low);
    write_number(out, claim->published_word ? NAN : claim->published.high);
    write_word(out, claim->unit);
    write_word(out, claim_relation_name(claim->relation));
    write_number(out, claim->tolerance);
    write_word(out, claim_verdict_name(claim->verdict));
}

bool claims_document_csv(const void *context, FILE *out)
{
    const struct claims *claims = ((const struct claims_document *)context)->claims;
    fputs("id,document,line,claim,published,published_high,unit,is,tolerance,verdict,when,"
          "expected_low,expected_high,measured,measured_low,measured_high,repeats,"
          "setting_verdict,scenario,contender,seed,command,why\n",
          out);
    for (unsigned i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->claims[i];
        for (unsigned j = 0; claim->wanted && j < claim->setting_count; j++) {
            write_claim(out, claim);
            write_measured(out, claims, &claim->settings[j]);
            fputc('\n', out);
        }
        if (!claim->wanted || claim->setting_count)
            continue;
        write_claim(out, claim);
        fputs(",,,,,,,0,,,,,,", out);
        csv_write_text(out, claim->not_testable);
        fputc('\n', out);
    }
    return fflush(out) == 0 && !ferror(out);
}
