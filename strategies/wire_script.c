/* Lua scripts over a wire. */
#include "strategies/wire.h"

#include <stdio.h>
#include <string.h>

enum outcome wire_load(struct wire *wire, const struct wire_script *script)
{
    struct wire_reply reply = {0};
    wire_begin(wire, "SCRIPT LOAD");
    wire_text(wire, script->body);
    wire_end(wire, &reply);
    enum outcome outcome = wire_flush(wire);
    if (outcome != OUTCOME_OK)
        return outcome;
    for (unsigned i = 0; i < WIRE_SCRIPTS_MAX; i++)
        if (wire->scripts[i].script == NULL || wire->scripts[i].script == script) {
            wire->scripts[i].script = script;
            snprintf(wire->scripts[i].sha, sizeof wire->scripts[i].sha, "%s", reply.text);
            return OUTCOME_OK;
        }
    return wire_fail(wire, "too many scripts");
}

void wire_eval_begin(struct wire *wire, const struct wire_script *script, int keys)
{
    const char *sha = "";
    for (unsigned i = 0; i < WIRE_SCRIPTS_MAX; i++)
        if (wire->scripts[i].script == script)
            sha = wire->scripts[i].sha;
    wire_begin(wire, "EVALSHA");
    wire_text(wire, sha);
    wire_int(wire, keys);
}

/* A script may state the same command in several places: they count together. An error names the
 * place in the script where it ended; one that was refused as a whole names none. */
static void state_inner(struct wire *wire, const struct wire_script *script,
                        const struct wire_reply *reply)
{
    if (reply->type == WIRE_ERROR) {
        bool began = reply->text != NULL && strstr(reply->text, "user_script") != NULL;
        counter_add(&wire->meter->unstated, began);
        return;
    }
    memset(wire->stated, 0, sizeof wire->stated);
    script->inner(wire, reply);
}

enum outcome wire_eval_end(struct wire *wire, const struct wire_script *script,
                           struct wire_reply *reply)
{
    struct wire_reply own = {0};
    if (reply == NULL)
        reply = &own;
    wire_end(wire, reply);
    enum outcome outcome = wire_flush(wire);
    if (outcome == OUTCOME_OK || reply->type == WIRE_ERROR)
        state_inner(wire, script, reply);
    return outcome;
}

enum outcome wire_eval_flush(struct wire *wire, const struct wire_script *script,
                             struct wire_reply *replies, size_t n)
{
    for (size_t i = 0; i < n; i++) { /* until there is an answer */
        replies[i].type = WIRE_ERROR;
        replies[i].text = NULL;
    }
    enum outcome outcome = wire_flush(wire);
    for (size_t i = 0; i < n; i++)
        state_inner(wire, script, &replies[i]);
    return outcome;
}
