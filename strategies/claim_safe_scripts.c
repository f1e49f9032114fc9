#include "strategies/claim_safe.h"

#include "strategies/item.h"

_Static_assert(PAGE_ITEMS == 256 && PAGE_LISTED == 257, "the scripts name these numbers");

void claim_safe_numbers_visit(void *context, const struct wire_element *element)
{
    struct claim_numbers *numbers = context;
    if (element->type == WIRE_INTEGER && element->index < CLAIM_NUMBERS)
        numbers->of[element->index] = (uint64_t)element->integer;
}

/* ---- list */

/* Numbers: pages that were asked about, not listed, and are not in work. */
static void list_inner(struct wire *wire, const struct wire_reply *reply)
{
    const uint64_t *of = ((const struct claim_numbers *)reply->context)->of;
    wire_inner(wire, "STRLEN", of[0]);
    wire_inner(wire, "SETRANGE", of[1]);
    wire_inner(wire, "EXISTS", of[1]);
    wire_inner(wire, "RPUSH", of[2]);
}

/* Of a page that is in work it says so only: its acknowledge will list it. */
const struct wire_script claim_safe_list = {
    .name = "list",
    .body = "local call, new, listed = redis.call, 0, 0\n"
            "for i = 2, #ARGV do\n"
            "  local length = call('STRLEN', ARGV[1] .. ARGV[i])\n"
            "  if length > 0 and length < 257 then\n"
            "    new = new + 1\n"
            "    call('SETRANGE', ARGV[1] .. ARGV[i], 256, '@')\n"
            "    if call('EXISTS', ARGV[1] .. 'work:' .. ARGV[i]) == 0 then\n"
            "      call('RPUSH', KEYS[1], ARGV[i])\n"
            "      listed = listed + 1\n"
            "    end\n"
            "  end\n"
            "end\n"
            "return {#ARGV - 1, new, listed}\n",
    .inner = list_inner,
};

/* ---- claim */

void claim_safe_claim_visit(void *context, const struct wire_element *element)
{
    struct claim_answer *answer = context;
    uint64_t page;
    if (element->type == WIRE_INTEGER)
        claim_safe_numbers_visit(&answer->numbers, element);
    else if (item_read(element->text, element->len, &page))
        batch_add(answer->pages, page);
}

static void claim_inner(struct wire *wire, const struct wire_reply *reply)
{
    const struct claim_answer *answer = reply->context;
    const uint64_t *of = answer->numbers.of;
    bool over = of[CLAIM_KIND] == CLAIM_TAKEN_OVER, new = of[CLAIM_KIND] == CLAIM_NEW;
    bool again = of[CLAIM_KIND] == CLAIM_AGAIN;
    wire_inner(wire, "TIME", 1);
    wire_inner(wire, "EXISTS", 1);
    wire_inner(wire, "ZRANGEBYSCORE", !again);
    wire_inner(wire, "ZREM", over);
    wire_inner(wire, "LRANGE", over || again);
    wire_inner(wire, "LPOP", !over && !again);
    wire_inner(wire, "BITCOUNT", of[CLAIM_SEEN]);
    wire_inner(wire, "RENAME", over ? 1 : new ? answer->pages->n : 0);
    wire_inner(wire, "LPUSH", of[CLAIM_TOO_MANY]);
    wire_inner(wire, "RPUSH", new);
    wire_inner(wire, "ZADD", over || new || again);
    wire_inner(wire, "LLEN", 1);
}

/* Each byte of a page that is set has one bit set, so that BITCOUNT is the items and one. */
const struct wire_script claim_safe_claim = {
    .name = "claim",
    .body = "local call, base, least = redis.call, ARGV[1], tonumber(ARGV[4])\n"
            "local pages, back, seen, found = {}, {}, 0, 0\n"
            "local time = call('TIME')\n"
            "local now = time[1] * 1000 + math.floor(time[2] / 1000)\n"
            "local function answer(kind)\n"
            "  if kind > 0 then call('ZADD', KEYS[2], now + ARGV[3], ARGV[2]) end\n"
            "  return {kind, call('LLEN', KEYS[1]), seen, math.min(#back, 1), unpack(pages)}\n"
            "end\n"
            /* A client that has had no answer may ask once more. */
            "if call('EXISTS', KEYS[3]) == 1 then\n"
            "  pages = call('LRANGE', KEYS[3], 0, -1)\n"
            "  return answer(3)\n"
            "end\n"
            /* What nobody renews any more is taken over. */
            "local lapsed = call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1)[1]\n"
            "if lapsed then\n"
            "  call('ZREM', KEYS[2], lapsed)\n"
            "  call('RENAME', base .. 'claim:' .. lapsed, KEYS[3])\n"
            "  pages = call('LRANGE', KEYS[3], 0, -1)\n"
            "  return answer(2)\n"
            "end\n"
            "local listed = call('LPOP', KEYS[1], ARGV[5]) or {}\n"
            "while seen < #listed and found < least do\n"
            "  seen = seen + 1\n"
            "  local items = call('BITCOUNT', base .. listed[seen]) - 1\n"
            "  if items > 0 then\n"
            "    call('RENAME', base .. listed[seen], base .. 'work:' .. listed[seen])\n"
            "    pages[#pages + 1] = listed[seen]\n"
            "    found = found + items\n"
            "  end\n"
            "end\n"
            "for i = #listed, seen + 1, -1 do back[#back + 1] = listed[i] end\n"
            "if #back > 0 then call('LPUSH', KEYS[1], unpack(back)) end\n"
            "if #pages == 0 then return answer(0) end\n"
            "call('RPUSH', KEYS[3], unpack(pages))\n"
            "return answer(1)\n",
    .inner = claim_inner,
};

/* ---- acknowledge */

/* Numbers: whether it is the owner, pages, whether there were marks in any of them meanwhile, those
 * that are listed again, items put back. */
static void acknowledge_inner(struct wire *wire, const struct wire_reply *reply)
{
    const uint64_t *of = ((const struct claim_numbers *)reply->context)->of;
    wire_inner(wire, "ZREM", 1);
    wire_inner(wire, "SETRANGE", 2 * of[4]);
    wire_inner(wire, "LRANGE", of[0]);
    wire_inner(wire, "UNLINK", of[0]);
    wire_inner(wire, "EXISTS", of[1] > 0);
    wire_inner(wire, "STRLEN", of[2] * of[1]);
    wire_inner(wire, "RPUSH", of[3] > 0);
}

/* A page with marks that does not say that it is listed will be listed by their producer, or by the
 * next one. */
const struct wire_script claim_safe_acknowledge = {
    .name = "acknowledge",
    .body =
        "local call, base, names, over, again, any = redis.call, ARGV[1], {}, {KEYS[3]}, {}, 0\n"
        "if call('ZREM', KEYS[2], ARGV[2]) == 0 then return {0, 0, 0, 0, 0} end\n"
        "for i = 3, #ARGV, 2 do\n"
        "  call('SETRANGE', base .. ARGV[i], ARGV[i + 1], '@')\n"
        "  call('SETRANGE', base .. ARGV[i], 256, '@')\n"
        "end\n"
        "local pages = call('LRANGE', KEYS[3], 0, -1)\n"
        "for i, page in ipairs(pages) do\n"
        "  names[i], over[i + 1] = base .. page, base .. 'work:' .. page\n"
        "end\n"
        "call('UNLINK', unpack(over))\n"
        "if #pages > 0 then any = math.min(call('EXISTS', unpack(names)), 1) end\n"
        "for i = 1, #pages * any do\n"
        "  if call('STRLEN', names[i]) == 257 then again[#again + 1] = pages[i] end\n"
        "end\n"
        "if #again > 0 then call('RPUSH', KEYS[1], unpack(again)) end\n"
        "return {1, #pages, any, #again, (#ARGV - 2) / 2}\n",
    .inner = acknowledge_inner,
};

/* ---- renew */

static void renew_inner(struct wire *wire, const struct wire_reply *reply)
{
    (void)reply;
    wire_inner(wire, "TIME", 1);
    wire_inner(wire, "ZADD", 1);
}

const struct wire_script claim_safe_renew = {
    .name = "renew",
    .body = "local time = redis.call('TIME')\n"
            "local now = time[1] * 1000 + math.floor(time[2] / 1000)\n"
            "return redis.call('ZADD', KEYS[1], 'XX', 'CH', now + ARGV[2], ARGV[1])\n",
    .inner = renew_inner,
};
