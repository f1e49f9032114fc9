#include "bench/claims/claims.h"

#include "strategies/suggest.h"

#include <stdio.h>
#include <string.h>

static bool want_one(struct claims *claims, const char *id)
{
    struct suggestion suggestion = {.word = id};
    for (unsigned i = 0; i < claims->count; i++) {
        if (strcmp(claims->claims[i].id, id) == 0) {
            claims->claims[i].wanted = true;
            return true;
        }
        suggestion_consider(&suggestion, claims->claims[i].id);
    }
    char hint[SUGGESTION_KNOWN_MAX + 32];
    suggestion_write(&suggestion, hint, sizeof hint);
    snprintf(claims->error, sizeof claims->error, "--only: no claim is called '%.48s'; %s", id,
             hint);
    return false;
}

/* The pieces that the wanted claims need. */
static void want_pieces(struct claims *claims)
{
    for (unsigned i = 0; i < claims->count; i++)
        for (unsigned j = 0; j < claims->claims[i].setting_count; j++)
            for (unsigned k = 0; k < claims->claims[i].settings[j].piece_count; k++)
                if (claims->claims[i].wanted)
                    claims->pieces[claims->claims[i].settings[j].pieces[k]].wanted = true;
}

bool claims_want(struct claims *claims, const char *ids)
{
    for (unsigned i = 0; i < claims->count; i++)
        claims->claims[i].wanted = ids == NULL;
    while (ids && *ids) {
        char id[64];
        size_t len = strcspn(ids, ",");
        snprintf(id, sizeof id, "%.*s", (int)len, ids);
        if (!want_one(claims, id))
            return false;
        ids += len + (ids[len] == ',');
    }
    want_pieces(claims);
    return true;
}

static bool same_key(const char *a, const char *b)
{
    size_t len = strcspn(a, "=");
    return strncmp(a, b, len + 1) == 0;
}

static bool is_repeats(const char *setting)
{
    return same_key(setting, "repeats=");
}

const char *claims_repeats(const struct claims *claims, const struct claims_run *run)
{
    for (unsigned i = 0; claims->quick && i < run->quick_count; i++)
        if (is_repeats(run->quick[i]))
            return strchr(run->quick[i], '=') + 1;
    return run->repeats;
}

void claims_settings(const struct claims *claims, const struct claims_run *run,
                     const char *settings[2 * CLAIMS_SET_MAX + 1])
{
    unsigned count = 0, quick_count = claims->quick ? run->quick_count : 0;
    for (unsigned i = 0; i < run->set_count; i++) {
        bool replaced = false;
        for (unsigned j = 0; j < quick_count; j++)
            replaced = replaced || same_key(run->set[i], run->quick[j]);
        if (!replaced)
            settings[count++] = run->set[i];
    }
    for (unsigned i = 0; i < quick_count; i++)
        if (!is_repeats(run->quick[i]))
            settings[count++] = run->quick[i];
    settings[count] = NULL;
}

/* What a shell takes as it stands. */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:./,%@"

static size_t append(char text[CLAIMS_COMMAND_MAX], size_t len, const char *before,
                     const char *word)
{
    const char *quote = word[strspn(word, PLAIN)] ? "'" : "";
    int n = snprintf(text + len, CLAIMS_COMMAND_MAX - len, "%s%s%s%s", before, quote, word, quote);
    return len + (size_t)n < CLAIMS_COMMAND_MAX ? len + (size_t)n : CLAIMS_COMMAND_MAX - 1;
}

/* Of all pieces of one run. */
static size_t append_run(const struct claims *claims, const struct claim_setting *setting,
                         const struct claims_run *run, char text[CLAIMS_COMMAND_MAX], size_t len)
{
    const char *before = " --contender ", *settings[2 * CLAIMS_SET_MAX + 1];
    len = append(text, len, len ? "; ./dibs run " : "./dibs run ", run->scenario);
    for (unsigned i = 0; i < setting->piece_count; i++) {
        const struct claims_piece *piece = &claims->pieces[setting->pieces[i]];
        if (piece->run != run)
            continue;
        len = append(text, len, before, piece->contender);
        before = ",";
    }
    len = append(text, len, " --seed ", run->seed);
    len = append(text, len, " --repeat ", claims_repeats(claims, run));
    claims_settings(claims, run, settings);
    for (unsigned i = 0; settings[i]; i++)
        len = append(text, len, " --set ", settings[i]);
    return len;
}

void claims_command(const struct claims *claims, const struct claim_setting *setting,
                    char text[CLAIMS_COMMAND_MAX])
{
    size_t len = 0;
    *text = '\0';
    for (unsigned i = 0; i < setting->piece_count; i++) {
        const struct claims_run *run = claims->pieces[setting->pieces[i]].run;
        bool told = false;
        for (unsigned j = 0; j < i; j++)
            told = told || claims->pieces[setting->pieces[j]].run == run;
        if (!told)
            len = append_run(claims, setting, run, text, len);
    }
}

const char *claim_verdict_name(enum claim_verdict verdict)
{
    static const char *const names[] = {
        [CLAIM_HOLDS] = "holds",
        [CLAIM_DOES_NOT_HOLD] = "does not hold",
        [CLAIM_DEPENDS] = "depends",
        [CLAIM_NOT_MEASURED] = "not measured",
        [CLAIM_NOT_TESTABLE] = "not testable",
    };
    return names[verdict];
}
