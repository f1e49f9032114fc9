#include "strategies/owned_key.h"

enum outcome owned_key_take(struct wire *wire, const char *key, const char *token, int64_t ttl_ms,
                            bool *taken)
{
    struct wire_reply reply = {0};
    wire_begin(wire, "SET");
    wire_text(wire, key);
    wire_text(wire, token);
    wire_text(wire, "NX");
    wire_text(wire, "PX");
    wire_int(wire, ttl_ms);
    wire_end(wire, &reply);
    enum outcome outcome = wire_flush(wire);
    *taken = outcome == OUTCOME_OK && reply.type == WIRE_STATUS; /* NX refuses with nil */
    return outcome;
}

/* Both scripts answer 1 if the key was ours and it was done. */
static void expire_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "GET", 1);
    wire_inner(wire, "PEXPIRE", (uint64_t)reply->integer);
}

const struct wire_script owned_key_expire_script = {
    .name = "compare-expire",
    .body = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end\n"
            "return redis.call('PEXPIRE', KEYS[1], ARGV[2])\n",
    .inner = expire_inner,
};

static void delete_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "GET", 1);
    wire_inner(wire, "DEL", (uint64_t)reply->integer);
}

const struct wire_script owned_key_delete_script = {
    .name = "compare-delete",
    .body = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end\n"
            "redis.call('DEL', KEYS[#KEYS])\n"
            "return 1\n",
    .inner = delete_inner,
};

static enum outcome end(struct wire *wire, const struct wire_script *script, bool *done)
{
    struct wire_reply reply = {0};
    enum outcome outcome = wire_eval_end(wire, script, &reply);
    *done = outcome == OUTCOME_OK && reply.integer == 1;
    return outcome;
}

enum outcome owned_key_expire(struct wire *wire, const char *key, const char *token, int64_t ttl_ms,
                              bool *done)
{
    wire_eval_begin(wire, &owned_key_expire_script, 1);
    wire_text(wire, key);
    wire_text(wire, token);
    wire_int(wire, ttl_ms);
    return end(wire, &owned_key_expire_script, done);
}

enum outcome owned_key_delete(struct wire *wire, const char *key, const char *token, bool *done)
{
    wire_eval_begin(wire, &owned_key_delete_script, 1);
    wire_text(wire, key);
    wire_text(wire, token);
    return end(wire, &owned_key_delete_script, done);
}

enum outcome owned_key_delete_other(struct wire *wire, const char *key, const char *token,
                                    const char *other, bool *done)
{
    wire_eval_begin(wire, &owned_key_delete_script, 2);
    wire_text(wire, key);
    wire_text(wire, other);
    wire_text(wire, token);
    return end(wire, &owned_key_delete_script, done);
}
