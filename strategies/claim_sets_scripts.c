#include "strategies/claim_sets.h"

void claim_sets_answer_visit(void *context, const struct wire_element *element)
{
    struct claim_sets_answer *answer = context;
    if (element->type == WIRE_INTEGER && element->index < ANSWERS)
        answer->of[element->index] = element->integer;
}

static void claim_inner(struct wire *wire, const struct wire_reply *reply)
{
    const int64_t *of = ((const struct claim_sets_answer *)reply->context)->of;
    wire_inner(wire, "HGETALL", 1);
    wire_inner(wire, "MGET", (uint64_t)of[ANSWER_MGETS]);
    wire_inner(wire, "HDEL", of[ANSWER_KIND] == CLAIM_TAKEN_OVER);
    wire_inner(wire, "GET", of[ANSWER_KIND] != CLAIM_TAKEN_OVER && of[ANSWER_KIND] != CLAIM_AGAIN);
    wire_inner(wire, "EXISTS", (uint64_t)of[ANSWER_EXISTS]);
    wire_inner(wire, "SCARD", (uint64_t)of[ANSWER_SCARDS]);
    wire_inner(wire, "RENAME",
               of[ANSWER_KIND] == CLAIM_RENAMED || of[ANSWER_KIND] == CLAIM_TAKEN_OVER);
    wire_inner(wire, "SUNIONSTORE", of[ANSWER_KIND] == CLAIM_GATHERED);
    wire_inner(wire, "UNLINK", of[ANSWER_KIND] == CLAIM_GATHERED);
    wire_inner(wire, "HSET", of[ANSWER_KIND] != CLAIM_NOTHING && of[ANSWER_KIND] != CLAIM_AGAIN);
    wire_inner(wire, "SET", (uint64_t)of[ANSWER_SETS]);
}

/* Drawer d has the front <base><d> and the buckets <base><d>.<0 ..>; the ring is all fronts, then
 * all buckets. A position in it never wraps; the spans of claims count in buckets, and a front
 * spans those behind it. */
const struct wire_script claim_sets_claim = {
    .name = "claim",
    .body =
        "local call, base, depth, least = redis.call, ARGV[1], tonumber(ARGV[2]), "
        "tonumber(ARGV[4])\n"
        "local at, last, ring = 0, tonumber(ARGV[3]), 64 + 64 * depth\n"
        "local exists, scards, sets = 0, 0, 0\n"
        "local held, leases, from, to = call('HGETALL', KEYS[1]), {}, {}, {}\n"
        "for i = 1, #held, 2 do\n"
        /* A client that has had no answer may ask once more. */
        "  if held[i] == ARGV[6] then return {4, at, last, 0, 0, 0, 0} end\n"
        "  local n, a, b = #leases + 1, string.match(held[i + 1], '(%d+) (%d+)')\n"
        "  leases[n], from[n], to[n] = base .. 'lease:' .. held[i], tonumber(a), tonumber(b)\n"
        "end\n"
        "local function answer(kind)\n"
        "  return {kind, at, last, #leases > 0 and 1 or 0, exists, scards, sets}\n"
        "end\n"
        "local function set(...)\n"
        "  sets = sets + 1\n"
        "  call('SET', ...)\n"
        "end\n"
        "local function hold(span)\n"
        "  call('HSET', KEYS[1], ARGV[6], span)\n"
        "  set(KEYS[3], '', 'PX', ARGV[5])\n"
        "end\n"
        /* What nobody renews any more is taken over. */
        "for n, lease in ipairs(#leases > 0 and call('MGET', unpack(leases)) or {}) do\n"
        "  if not lease then\n"
        "    call('HDEL', KEYS[1], held[2 * n - 1])\n"
        "    call('RENAME', base .. 'claim:' .. held[2 * n - 1], KEYS[4])\n"
        "    hold(held[2 * n])\n"
        "    return answer(3)\n"
        "  end\n"
        "end\n"
        /* The end of a claim that begins before `stop` and ends after b, or else nil and where the
         * next one begins. */
        "local function claimed(b, stop)\n"
        "  local next = 64 * depth\n"
        "  for n = 1, #from do\n"
        "    if from[n] < stop and b < to[n] then return to[n] end\n"
        "    if from[n] > b then next = math.min(next, from[n]) end\n"
        "  end\n"
        "  return nil, next\n"
        "end\n"
        "local first, stop, names, found = nil, nil, {}, 0\n"
        "local function take(b, e, name, items)\n"
        "  first, stop, names[#names + 1], found = first or b, e, name, found + items\n"
        "end\n"
        "local function items_of(name)\n"
        "  scards = scards + 1\n"
        "  return call('SCARD', name)\n"
        "end\n"
        "local function front(d)\n"
        "  local items = items_of(base .. d)\n"
        "  if items > 0 then take(d * depth, (d + 1) * depth, base .. d, items) end\n"
        "end\n"
        /* From bucket b on, but not beyond `e` or its drawer; returns where it ended. */
        "local function buckets(b, e)\n"
        "  local d, whole = math.floor(b / depth), {}\n"
        "  local name = base .. d .. '.' .. b % depth\n"
        "  local items = found == 0 and items_of(name) or 0\n"
        "  if items >= least then take(b, b + 1, name, items) return b + 1 end\n"
        "  e = math.min(e, (d + 1) * depth)\n"
        "  for n = b, e - 1 do whole[#whole + 1] = base .. d .. '.' .. n % depth end\n"
        "  exists = exists + 1\n"
        "  if call('EXISTS', unpack(whole)) == 0 then return e end\n"
        "  for n, name in ipairs(whole) do\n"
        "    items = items_of(name)\n"
        "    if items > 0 then take(b + n - 1, b + n, name, items) end\n"
        "    if found >= least then return b + n end\n"
        "  end\n"
        "  return e\n"
        "end\n"
        "at = tonumber(call('GET', KEYS[2]) or 0)\n"
        "if last < 0 then last = at + ring end\n"
        "exists = 1\n"
        "local deep = call('EXISTS', KEYS[5]) == 1\n"
        "while at < last and found < least do\n"
        "  local p = at % ring\n"
        "  if first and (p == 0 or p == 64) then break end\n" /* a claim is one span */
        "  if p < 64 then\n"
        "    local busy = claimed(p * depth, (p + 1) * depth)\n"
        "    if first and busy then break end\n"
        "    if not busy then front(p) end\n"
        "    at = at + 1\n"
        "  else\n"
        "    local b = p - 64\n"
        "    local busy, next = claimed(b, b + 1)\n"
        "    if first and busy then break end\n"
        "    if not deep and math.floor(b / depth) ~= tonumber(ARGV[7]) then\n"
        "      next = b + depth - b % depth\n"
        "    else\n"
        "      next = busy or buckets(b, math.min(next, b + last - at))\n"
        "    end\n"
        "    at = at - b + next\n"
        "  end\n"
        "end\n"
        "if found > 0 then hold(first .. ' ' .. stop) end\n"
        "if found > 0 and (at - 1) % ring >= 64 then set(KEYS[5], '', 'PX', ARGV[8]) end\n"
        "set(KEYS[2], string.format('%.0f', at))\n"
        "if found == 0 then return answer(0) end\n"
        "if #names == 1 then\n"
        "  call('RENAME', names[1], KEYS[4])\n"
        "  return answer(1)\n"
        "end\n"
        "call('SUNIONSTORE', KEYS[4], unpack(names))\n"
        "call('UNLINK', unpack(names))\n"
        "return answer(2)\n",
    .inner = claim_inner,
};

static void acknowledge_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "HDEL", 1);
    wire_inner(wire, "UNLINK", reply->integer > 0);
    wire_inner(wire, "SADD", reply->integer > 0 ? (uint64_t)reply->integer - 1 : 0);
}

const struct wire_script claim_sets_acknowledge = {
    .name = "acknowledge",
    .body = "if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end\n"
            "redis.call('UNLINK', KEYS[2], KEYS[3])\n"
            "for i = 2, #ARGV do redis.call('SADD', KEYS[i + 2], ARGV[i]) end\n"
            "return #ARGV\n",
    .inner = acknowledge_inner,
};
