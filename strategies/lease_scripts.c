/* The scripts of strategy `lease`, and what each calls. */
#include "strategies/lease.h"

/* ---- a mark */

/* 0: it waits already; 1: it is new; 2: it is in work, and will wait again after that. */
static void enqueue_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "HGET", 1);
    wire_inner(wire, "HSET", reply->integer > 0);
    wire_inner(wire, "LPUSH", reply->integer == 1);
}

const struct wire_script lease_enqueue = {
    .name = "enqueue",
    .body = "local state = redis.call('HGET', KEYS[1], 'state')\n"
            "if state == 'pending' then return 0 end\n"
            "if state then\n"
            "  redis.call('HSET', KEYS[1], 'again', 1)\n"
            "  return 2\n"
            "end\n"
            "redis.call('HSET', KEYS[1], 'msg', ARGV[1], 'state', 'pending',\n"
            "           'pending_since', ARGV[2])\n"
            "redis.call('LPUSH', KEYS[2], ARGV[1])\n"
            "return 1\n",
    .inner = enqueue_inner,
};

static void enqueue_blind_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "EXISTS", 1);
    wire_inner(wire, "HSET", reply->integer == 1);
    wire_inner(wire, "LPUSH", reply->integer == 1);
}

const struct wire_script lease_enqueue_blind = {
    .name = "enqueue-blind",
    .body = "if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end\n"
            "redis.call('HSET', KEYS[1], 'msg', ARGV[1], 'state', 'pending',\n"
            "           'pending_since', ARGV[2])\n"
            "redis.call('LPUSH', KEYS[2], ARGV[1])\n"
            "return 1\n",
    .inner = enqueue_blind_inner,
};

/* ---- a claim */

static void dequeue_inner(struct wire *wire, const struct wire_reply *reply)
{
    bool any = reply->type != WIRE_NIL;
    wire_inner(wire, "EXISTS", 1);
    wire_inner(wire, "RPOPLPUSH", 1);
    wire_inner(wire, "HSET", any);
    wire_inner(wire, "HDEL", any);
    wire_inner(wire, "ZADD", any);
    wire_inner(wire, "HGET", any);
}

/* A queue is never paused here, but asked it is. 0: what was taken has lost its message. */
const struct wire_script lease_dequeue = {
    .name = "dequeue",
    .body = "if redis.call('EXISTS', KEYS[2]) == 1 then return redis.error_reply('paused') end\n"
            "local id = redis.call('RPOPLPUSH', KEYS[1], KEYS[3])\n"
            "if not id then return false end\n"
            "local task = ARGV[2] .. id\n"
            "redis.call('HSET', task, 'state', 'active', 'owner', ARGV[3])\n"
            "redis.call('HDEL', task, 'pending_since')\n"
            "redis.call('ZADD', KEYS[4], ARGV[1], id)\n"
            "return redis.call('HGET', task, 'msg') or 0\n",
    .inner = dequeue_inner,
};

/* ---- the acknowledge */

/* 1: it is done; 2: it was marked meanwhile, and waits again. */
static void done_inner(struct wire *wire, const struct wire_reply *reply)
{
    bool ours = reply->integer > 0, again = reply->integer == 2;
    wire_inner(wire, "HMGET", 1);
    wire_inner(wire, "LREM", ours);
    wire_inner(wire, "ZREM", ours);
    wire_inner(wire, "DEL", ours && !again);
    wire_inner(wire, "HDEL", again);
    wire_inner(wire, "HSET", again);
    wire_inner(wire, "LPUSH", again);
}

const struct wire_script lease_done = {
    .name = "done",
    .body = "local held = redis.call('HMGET', KEYS[3], 'owner', 'again')\n"
            "if held[1] ~= ARGV[2] then return 0 end\n"
            "redis.call('LREM', KEYS[1], 0, ARGV[1])\n"
            "redis.call('ZREM', KEYS[2], ARGV[1])\n"
            "if not held[2] then\n"
            "  redis.call('DEL', KEYS[3])\n"
            "  return 1\n"
            "end\n"
            "redis.call('HDEL', KEYS[3], 'owner', 'again')\n"
            "redis.call('HSET', KEYS[3], 'state', 'pending')\n"
            "redis.call('LPUSH', KEYS[4], ARGV[1])\n"
            "return 2\n",
    .inner = done_inner,
};

/* 1: it is done; 0, -1: it was in the list no more, or had no lease. */
static void done_blind_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "LREM", 1);
    wire_inner(wire, "ZREM", reply->integer != 0);
    wire_inner(wire, "DEL", reply->integer == 1);
}

const struct wire_script lease_done_blind = {
    .name = "done-blind",
    .body = "if redis.call('LREM', KEYS[1], 0, ARGV[1]) == 0 then return 0 end\n"
            "if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return -1 end\n"
            "redis.call('DEL', KEYS[3])\n"
            "return 1\n",
    .inner = done_blind_inner,
};

/* ---- back into the queue */

static void requeue_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "HGET", 1);
    wire_inner(wire, "LREM", reply->integer > 0);
    wire_inner(wire, "ZREM", reply->integer > 0);
    wire_inner(wire, "HDEL", reply->integer > 0);
    wire_inner(wire, "HSET", reply->integer > 0);
    wire_inner(wire, "LPUSH", reply->integer == 1);
    wire_inner(wire, "RPUSH", reply->integer == 2);
}

const struct wire_script lease_requeue = {
    .name = "requeue",
    .body = "if redis.call('HGET', KEYS[3], 'owner') ~= ARGV[3] then return 0 end\n"
            "redis.call('LREM', KEYS[1], 0, ARGV[1])\n"
            "redis.call('ZREM', KEYS[2], ARGV[1])\n"
            "redis.call('HDEL', KEYS[3], 'owner', 'again')\n"
            "redis.call('HSET', KEYS[3], 'state', 'pending')\n"
            "redis.call(ARGV[2], KEYS[4], ARGV[1])\n"
            "return ARGV[2] == 'LPUSH' and 1 or 2\n",
    .inner = requeue_inner,
};

static void requeue_blind_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "LREM", 1);
    wire_inner(wire, "ZREM", reply->integer != 0);
    wire_inner(wire, "HSET", reply->integer > 0);
    wire_inner(wire, "LPUSH", reply->integer == 1);
    wire_inner(wire, "RPUSH", reply->integer == 2);
}

const struct wire_script lease_requeue_blind = {
    .name = "requeue-blind",
    .body = "if redis.call('LREM', KEYS[1], 0, ARGV[1]) == 0 then return 0 end\n"
            "if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return -1 end\n"
            "redis.call(ARGV[2], KEYS[4], ARGV[1])\n"
            "redis.call('HSET', KEYS[3], 'state', 'pending')\n"
            "return ARGV[2] == 'LPUSH' and 1 or 2\n",
    .inner = requeue_blind_inner,
};

/* ---- recovery */

static void recover_inner(struct wire *wire, const struct wire_reply *reply)
{
    static const char *const each[] = {"LREM", "ZREM", "HDEL", "HSET", "RPUSH"};
    wire_inner(wire, "ZRANGEBYSCORE", 1);
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++)
        wire_inner(wire, each[i], (uint64_t)reply->integer);
}

const struct wire_script lease_recover = {
    .name = "recover",
    .body = "local ids = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1],\n"
            "                       'LIMIT', 0, ARGV[2])\n"
            "for _, id in ipairs(ids) do\n"
            "  redis.call('LREM', KEYS[1], 0, id)\n"
            "  redis.call('ZREM', KEYS[2], id)\n"
            "  redis.call('HDEL', ARGV[3] .. id, 'owner', 'again')\n"
            "  redis.call('HSET', ARGV[3] .. id, 'state', 'pending')\n"
            "  redis.call('RPUSH', KEYS[3], id)\n"
            "end\n"
            "return #ids\n",
    .inner = recover_inner,
};

static void expired_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "ZRANGEBYSCORE", 1);
    wire_inner(wire, "HGET", (uint64_t)reply->integer);
}

const struct wire_script lease_expired = {
    .name = "expired",
    .body = "local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1],\n"
            "                       'LIMIT', 0, ARGV[2])\n"
            "local tasks = {}\n"
            "for i, id in ipairs(ids) do tasks[i] = redis.call('HGET', ARGV[3] .. id, 'msg') end\n"
            "return tasks\n",
    .inner = expired_inner,
};
