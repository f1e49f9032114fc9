/* The scripts of strategy `bullmq`, and what each calls. */
#include "strategies/bullmq.h"

struct calls {
    const char *name;
    unsigned calls;
};

/* States each of a list that ends in a NULL name. */
static void state(struct wire *wire, const struct calls *list)
{
    for (; list->name != NULL; list++)
        wire_inner(wire, list->name, list->calls);
}

/* ---- addStandardJob */

/* The first job of a queue also says how long the stream of events may get. */
static void add_inner(struct wire *wire, const struct wire_reply *reply)
{
    const struct calls calls[] = {
        {"INCR", 1},  {"HGET", 1},  {"HSET", reply->integer == 1},
        {"HMSET", 1}, {"HMGET", 1}, {"LPUSH", 1},
        {"ZADD", 1},  {"XADD", 2},  {NULL, 0},
    };
    state(wire, calls);
}

const struct wire_script bullmq_add = {
    .name = "add",
    .body =
        "local id = redis.call('INCR', KEYS[3])\n"
        "local events = redis.call('HGET', KEYS[2], 'opts.maxLenEvents')\n"
        "if not events then\n"
        "  events = 10000\n"
        "  redis.call('HSET', KEYS[2], 'opts.maxLenEvents', events)\n"
        "end\n"
        "redis.call('HMSET', ARGV[1] .. id, 'name', ARGV[2], 'data', ARGV[3], 'opts', ARGV[4],\n"
        "           'timestamp', ARGV[5], 'delay', 0, 'priority', 0)\n"
        "redis.call('XADD', KEYS[4], '*', 'event', 'added', 'jobId', id, 'name', ARGV[2])\n"
        "redis.call('HMGET', KEYS[2], 'paused', 'concurrency')\n"
        "redis.call('LPUSH', KEYS[1], id)\n"
        "redis.call('ZADD', KEYS[5], 0, '0')\n"
        "redis.call('XADD', KEYS[4], 'MAXLEN', '~', events, '*', 'event', 'waiting', 'jobId', id)\n"
        "return id\n",
    .inner = add_inner,
};

/* ---- moveToActive, and the end of moveToFinished */

/* Promotes what is due, takes the next job and locks it. nil: there is none. */
#define LUA_FETCH                                                                                  \
    "local function fetch()\n"                                                                     \
    "  redis.call('HMGET', KEYS[6], 'paused', 'concurrency', 'max', 'duration')\n"                 \
    "  redis.call('ZRANGEBYSCORE', KEYS[5], 0, (ARGV[2] + 1) * 0x1000 - 1, 'LIMIT', 0, 1000)\n"    \
    "  local id = redis.call('RPOPLPUSH', KEYS[1], KEYS[2])\n"                                     \
    "  if not id then\n"                                                                           \
    "    redis.call('ZPOPMIN', KEYS[3])\n"                                                         \
    "    redis.call('DEL', KEYS[7])\n"                                                             \
    "    redis.call('ZRANGE', KEYS[5], 0, 0, 'WITHSCORES')\n"                                      \
    "    return nil\n"                                                                             \
    "  end\n"                                                                                      \
    "  local job = ARGV[1] .. id\n"                                                                \
    "  redis.call('SET', job .. ':lock', ARGV[3], 'PX', ARGV[4])\n"                                \
    "  redis.call('XADD', KEYS[4], '*', 'event', 'active', 'jobId', id, 'prev', 'waiting')\n"      \
    "  redis.call('HMSET', job, 'processedOn', ARGV[2])\n"                                         \
    "  redis.call('HINCRBY', job, 'ats', 1)\n"                                                     \
    "  redis.call('ZADD', KEYS[8], 0, '0')\n"                                                      \
    "  return {redis.call('HGETALL', job), id, 0, 0}\n"                                            \
    "end\n"

static void state_fetch(struct wire *wire, bool came)
{
    const struct calls calls[] = {
        {"HMGET", 1},    {"ZRANGEBYSCORE", 1}, {"RPOPLPUSH", 1}, {"ZPOPMIN", !came},
        {"DEL", !came},  {"ZRANGE", !came},    {"SET", came},    {"XADD", came},
        {"HMSET", came}, {"HINCRBY", came},    {"ZADD", came},   {"HGETALL", came},
        {NULL, 0},
    };
    state(wire, calls);
}

static bool came(const struct wire_reply *reply)
{
    const struct bullmq_job *job = reply->context;
    return job->number > 0;
}

static void take_inner(struct wire *wire, const struct wire_reply *reply)
{
    state_fetch(wire, came(reply));
}

const struct wire_script bullmq_take = {
    .name = "take",
    .body = LUA_FETCH "return fetch() or {0, 0, 0, 0}\n",
    .inner = take_inner,
};

/* ---- moveToFinished */

/* Whether the job is ours, and out of everything that says so. */
#define LUA_UNLOCK                                                                                 \
    "local job = ARGV[1] .. ARGV[5]\n"                                                             \
    "local function unlock()\n"                                                                    \
    "  local token = redis.call('GET', job .. ':lock')\n"                                          \
    "  if not token then return -2 end\n"                                                          \
    "  if token ~= ARGV[3] then return -6 end\n"                                                   \
    "  redis.call('DEL', job .. ':lock')\n"                                                        \
    "  redis.call('SREM', KEYS[9], ARGV[5])\n"                                                     \
    "  return 0\n"                                                                                 \
    "end\n"

#define LUA_LEAVE_ACTIVE                                                                           \
    "local refused = unlock()\n"                                                                   \
    "if refused < 0 then return refused end\n"                                                     \
    "redis.call('HMGET', job, 'parentKey', 'parent', 'deid')\n"                                    \
    "if redis.call('LREM', KEYS[2], -1, ARGV[5]) < 1 then return -3 end\n"                         \
    "local events = redis.call('HGET', KEYS[6], 'opts.maxLenEvents')\n"                            \
    "redis.call('XTRIM', KEYS[4], 'MAXLEN', '~', events or 10000)\n"                               \
    "local attempts = redis.call('HINCRBY', job, 'atm', 1)\n"

/* What there is to say when no job came: 0: others are active; 1: the queue is drained; 2: there
 * are jobs (only where none was asked for). 10 more: none was asked for. */
#define LUA_NEXT                                                                                   \
    "local code = 10\n"                                                                            \
    "if ARGV[6] == '1' then\n"                                                                     \
    "  local next = fetch()\n"                                                                     \
    "  if next then return next end\n"                                                             \
    "  code = 0\n"                                                                                 \
    "end\n"                                                                                        \
    "if redis.call('LLEN', KEYS[1]) > 0 then return code + 2 end\n"                                \
    "if redis.call('LLEN', KEYS[2]) > 0 then return code end\n"                                    \
    "redis.call('ZCARD', KEYS[3])\n"                                                               \
    "redis.call('XADD', KEYS[4], '*', 'event', 'drained')\n"                                       \
    "return code + 1\n"

/* True: the job was ours. */
static bool state_leave_active(struct wire *wire, const struct wire_reply *reply)
{
    int64_t code = reply->type == WIRE_INTEGER ? reply->integer : 0;
    bool was_there = code != -1, unlocked = was_there && code != -2 && code != -6;
    const struct calls calls[] = {
        {"EXISTS", 1},          {"GET", was_there}, {"DEL", unlocked},   {"SREM", unlocked},
        {"HMGET", unlocked},    {"LREM", unlocked}, {"HGET", code >= 0}, {"XTRIM", code >= 0},
        {"HINCRBY", code >= 0}, {NULL, 0},
    };
    state(wire, calls);
    return code >= 0;
}

static void state_next(struct wire *wire, const struct wire_reply *reply)
{
    bool asked = reply->type != WIRE_INTEGER || reply->integer < 10;
    if (asked)
        state_fetch(wire, came(reply));
    if (reply->type != WIRE_INTEGER)
        return;
    int64_t code = reply->integer % 10;
    const struct calls calls[] = {
        {"LLEN", code == 2 ? 1 : 2}, {"ZCARD", code == 1}, {"XADD", code == 1}, {NULL, 0}};
    state(wire, calls);
}

static void complete_inner(struct wire *wire, const struct wire_reply *reply)
{
    bool was_there = reply->type != WIRE_INTEGER || reply->integer != -1;
    wire_inner(wire, "SCARD", was_there);
    wire_inner(wire, "ZCARD", was_there);
    if (!state_leave_active(wire, reply))
        return;
    static const struct calls calls[] = {{"DEL", 1}, {"XADD", 1}, {NULL, 0}};
    state(wire, calls);
    state_next(wire, reply);
}

/* With removeOnComplete nothing is left of the job. */
const struct wire_script bullmq_complete = {
    .name = "complete",
    .body = LUA_FETCH LUA_UNLOCK
    "if redis.call('EXISTS', job) == 0 then return -1 end\n"
    "redis.call('SCARD', job .. ':dependencies')\n"
    "redis.call('ZCARD', job .. ':unsuccessful')\n" LUA_LEAVE_ACTIVE
    "redis.call('DEL', job, job .. ':logs', job .. ':dependencies', job .. ':processed',\n"
    "           job .. ':failed', job .. ':unsuccessful')\n"
    "redis.call('XADD', KEYS[4], '*', 'event', 'completed', 'jobId', ARGV[5],\n"
    "           'returnvalue', 'null', 'prev', 'active')\n" LUA_NEXT,
    .inner = complete_inner,
};

static void state_failed(struct wire *wire, const struct wire_reply *reply, unsigned events)
{
    if (!state_leave_active(wire, reply))
        return;
    const struct calls calls[] = {{"HMSET", 1}, {"ZADD", 1},      {"HSET", 1},
                                  {"HDEL", 1},  {"XADD", events}, {NULL, 0}};
    state(wire, calls);
    state_next(wire, reply);
}

static void fail_inner(struct wire *wire, const struct wire_reply *reply)
{
    state_failed(wire, reply, 2);
}

static void give_up_inner(struct wire *wire, const struct wire_reply *reply)
{
    state_failed(wire, reply, 1);
}

#define LUA_FAIL                                                                                   \
    LUA_FETCH LUA_UNLOCK                                                                           \
        "if redis.call('EXISTS', job) == 0 then return -1 end\n" LUA_LEAVE_ACTIVE                  \
        "redis.call('HMSET', job, 'failedReason', ARGV[7])\n"                                      \
        "redis.call('ZADD', KEYS[10], ARGV[2], ARGV[5])\n"                                         \
        "redis.call('HSET', job, 'failedReason', ARGV[7], 'finishedOn', ARGV[2])\n"                \
        "redis.call('HDEL', job, 'defa')\n"                                                        \
        "redis.call('XADD', KEYS[4], '*', 'event', 'failed', 'jobId', ARGV[5],\n"                  \
        "           'failedReason', ARGV[7], 'prev', 'active')\n"

const struct wire_script bullmq_fail = {
    .name = "fail",
    .body = LUA_FAIL
    "redis.call('XADD', KEYS[4], '*', 'event', 'retries-exhausted', 'jobId', ARGV[5],\n"
    "           'attemptsMade', attempts)\n" LUA_NEXT,
    .inner = fail_inner,
};

const struct wire_script bullmq_give_up = {
    .name = "give-up",
    .body = LUA_FAIL LUA_NEXT,
    .inner = give_up_inner,
};

/* ---- retryJob */

/* 1: pushed on the left; 2: on the right. */
static void retry_inner(struct wire *wire, const struct wire_reply *reply)
{
    int64_t code = reply->integer;
    bool good = code > 0, unlocked = good || code == -3;
    const struct calls calls[] = {
        {"HMGET", 1 + good},  {"ZRANGEBYSCORE", 1}, {"EXISTS", 1},
        {"GET", code != -1},  {"DEL", unlocked},    {"SREM", unlocked},
        {"HMSET", unlocked},  {"LREM", unlocked},   {"HGET", 2 * good},
        {"LPUSH", code == 1}, {"RPUSH", code == 2}, {"ZADD", good},
        {"HINCRBY", good},    {"XADD", good},       {NULL, 0},
    };
    state(wire, calls);
}

const struct wire_script bullmq_retry = {
    .name = "retry",
    .body = LUA_UNLOCK
    "redis.call('HMGET', KEYS[6], 'paused', 'concurrency', 'max', 'duration')\n"
    "redis.call('ZRANGEBYSCORE', KEYS[5], 0, (ARGV[2] + 1) * 0x1000 - 1, 'LIMIT', 0, 1000)\n"
    "if redis.call('EXISTS', job) == 0 then return -1 end\n"
    "local refused = unlock()\n"
    "if refused < 0 then return refused end\n"
    "redis.call('HMSET', job, 'failedReason', ARGV[7])\n"
    "if redis.call('LREM', KEYS[2], -1, ARGV[5]) < 1 then return -3 end\n"
    "redis.call('HGET', job, 'priority')\n"
    "redis.call('HMGET', KEYS[6], 'paused', 'concurrency')\n"
    "redis.call(ARGV[6], KEYS[1], ARGV[5])\n"
    "redis.call('ZADD', KEYS[8], 0, '0')\n"
    "redis.call('HINCRBY', job, 'atm', 1)\n"
    "local events = redis.call('HGET', KEYS[6], 'opts.maxLenEvents')\n"
    "redis.call('XADD', KEYS[4], 'MAXLEN', '~', events or 10000, '*', 'event', 'waiting',\n"
    "           'jobId', ARGV[5], 'prev', 'active')\n"
    "return ARGV[6] == 'LPUSH' and 1 or 2\n",
    .inner = retry_inner,
};

/* ---- extendLocks */

enum { EXTEND_BASE = 1000 }; /* more than there are workers */

/* Asked for, times EXTEND_BASE, and extended. */
static void extend_inner(struct wire *wire, const struct wire_reply *reply)
{
    uint64_t asked = (uint64_t)reply->integer / EXTEND_BASE;
    uint64_t extended = (uint64_t)reply->integer % EXTEND_BASE;
    wire_inner(wire, "GET", asked);
    wire_inner(wire, "SET", extended);
    wire_inner(wire, "SREM", extended);
}

const struct wire_script bullmq_extend = {
    .name = "extend",
    .body = "local extended = 0\n"
            "for i = 3, #ARGV, 2 do\n"
            "  local lock = ARGV[1] .. ARGV[i] .. ':lock'\n"
            "  if redis.call('GET', lock) == ARGV[i + 1] then\n"
            "    redis.call('SET', lock, ARGV[i + 1], 'PX', ARGV[2])\n"
            "    redis.call('SREM', KEYS[1], ARGV[i])\n"
            "    extended = extended + 1\n"
            "  end\n"
            "end\n"
            "return (#ARGV - 2) / 2 * 1000 + extended\n",
    .inner = extend_inner,
};

/* ---- moveStalledJobsToWait */

static void check_stalled_inner(struct wire *wire, const struct wire_reply *reply)
{
    const struct bullmq_stalled *stalled = reply->context;
    const uint64_t *of = stalled->figures;
    wire_inner(wire, "EXISTS", 1 + of[STALLED_SEEN]);
    if (!of[STALLED_DUE])
        return;
    const struct {
        const char *name;
        uint64_t calls;
    } calls[] = {
        {"SET", 1},
        {"HGET", 1 + of[STALLED_REQUEUED]},
        {"XTRIM", 1},
        {"SMEMBERS", 1},
        {"DEL", of[STALLED_SEEN] > 0},
        {"LREM", of[STALLED_UNLOCKED]},
        {"HINCRBY", of[STALLED_REQUEUED]},
        {"HSET", of[STALLED_GIVEN_UP]},
        {"HMGET", of[STALLED_REQUEUED]},
        {"RPUSH", of[STALLED_REQUEUED]},
        {"ZADD", of[STALLED_REQUEUED]},
        {"XADD", 2 * of[STALLED_REQUEUED]},
        {"LRANGE", 1},
        {"SADD", of[STALLED_MARKS]},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        wire_inner(wire, calls[i].name, calls[i].calls);
}

/* What has stalled too often goes back to wait as well, with the reason why its next worker is to
 * fail it at once. */
const struct wire_script bullmq_check_stalled = {
    .name = "check-stalled",
    .body = "if redis.call('EXISTS', KEYS[6]) == 1 then return {0, 0, 0, 0, 0, 0} end\n"
            "redis.call('SET', KEYS[6], ARGV[2], 'PX', ARGV[3])\n"
            "local events = redis.call('HGET', KEYS[4], 'opts.maxLenEvents')\n"
            "redis.call('XTRIM', KEYS[3], 'MAXLEN', '~', events or 10000)\n"
            "local seen = redis.call('SMEMBERS', KEYS[5])\n"
            "local unlocked, requeued, given_up, marks = 0, 0, 0, 0\n"
            "if #seen > 0 then redis.call('DEL', KEYS[5]) end\n"
            "for _, id in ipairs(seen) do\n"
            "  local job = ARGV[1] .. id\n"
            "  if redis.call('EXISTS', job .. ':lock') == 0 then\n"
            "    unlocked = unlocked + 1\n"
            "    if redis.call('LREM', KEYS[2], 1, id) > 0 then\n"
            "      local stalls = redis.call('HINCRBY', job, 'stc', 1)\n"
            "      redis.call('HGET', job, 'rjk')\n"
            "      if stalls > tonumber(ARGV[4]) then\n"
            "        redis.call('HSET', job, 'defa', 'job stalled more than allowable limit')\n"
            "        given_up = given_up + 1\n"
            "      end\n"
            "      redis.call('HMGET', KEYS[4], 'paused', 'concurrency', 'max', 'duration')\n"
            "      redis.call('RPUSH', KEYS[1], id)\n"
            "      redis.call('ZADD', KEYS[7], 0, '0')\n"
            "      redis.call('XADD', KEYS[3], '*', 'event', 'waiting', 'jobId', id,\n"
            "                 'prev', 'active')\n"
            "      redis.call('XADD', KEYS[3], '*', 'event', 'stalled', 'jobId', id)\n"
            "      requeued = requeued + 1\n"
            "    end\n"
            "  end\n"
            "end\n"
            "local active = redis.call('LRANGE', KEYS[2], 0, -1)\n"
            "for from = 1, #active, 7000 do\n"
            "  redis.call('SADD', KEYS[5], unpack(active, from, math.min(from + 6999, #active)))\n"
            "  marks = marks + 1\n"
            "end\n"
            "return {1, #seen, unlocked, requeued, given_up, marks}\n",
    .inner = check_stalled_inner,
};
