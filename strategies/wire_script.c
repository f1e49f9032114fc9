/* Lua scripts over a wire. */
#include "strategies/wire.h"

#include <stdio.h>

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

enum outcome wire_eval_end(struct wire *wire, const struct wire_script *script,
                           struct wire_reply *reply)
{
    struct wire_reply own = {0};
    if (reply == NULL)
        reply = &own;
    wire_end(wire, reply);
    enum outcome outcome = wire_flush(wire);
    if (outcome == OUTCOME_OK)
        script->inner(wire, reply);
    return outcome;
}

enum outcome wire_eval_flush(struct wire *wire, const struct wire_script *script,
                             struct wire_reply *replies, size_t n)
{
    for (size_t i = 0; i < n; i++)
        replies[i].type = WIRE_ERROR; /* until there is an answer */
    enum outcome outcome = wire_flush(wire);
    for (size_t i = 0; i < n; i++)
        if (replies[i].type != WIRE_ERROR)
            script->inner(wire, &replies[i]);
    return outcome;
}
