/* What wire understands of replies, and how little of them it keeps. */
#include "tests/kit_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
size_t __sanitizer_get_current_allocated_bytes(void); /* gcc has no header for it */
#else
#include <malloc.h>
#endif

/* ---- replies */

struct seen {
    struct wire_element elements[16];
    char texts[16][16];
    size_t n;
};

static void see(void *context, const struct wire_element *element)
{
    struct seen *seen = context;
    assert_true(seen->n < 16);
    seen->elements[seen->n] = *element;
    if (element->text != NULL)
        snprintf(seen->texts[seen->n], 16, "%.*s", (int)element->len, element->text);
    seen->n++;
}

static void assert_seen(const struct seen *seen, size_t nth, enum wire_type type, unsigned depth,
                        size_t index)
{
    assert_int_equal(seen->elements[nth].type, type);
    assert_int_equal(seen->elements[nth].depth, depth);
    assert_int_equal(seen->elements[nth].index, index);
}

static void test_visitor_of_nested_arrays(void **state)
{
    struct kit_wire *f = *state;
    struct seen seen = {0};
    struct wire_reply reply = {.visit = see, .context = &seen};
    assert_int_equal(wire_ask(&f->wire, &reply, "EVAL",
                              "return {7, {'a', {'b', false}}, {}, redis.status_reply('fine')}",
                              "0"),
                     OUTCOME_OK);
    assert_int_equal(reply.type, WIRE_ARRAY);
    assert_int_equal(reply.integer, 4);
    assert_int_equal(seen.n, 8);
    assert_seen(&seen, 0, WIRE_INTEGER, 1, 0);
    assert_int_equal(seen.elements[0].integer, 7);
    assert_seen(&seen, 1, WIRE_ARRAY, 1, 1);
    assert_int_equal(seen.elements[1].integer, 2);
    assert_seen(&seen, 2, WIRE_TEXT, 2, 0);
    assert_string_equal(seen.texts[2], "a");
    assert_seen(&seen, 3, WIRE_ARRAY, 2, 1);
    assert_seen(&seen, 4, WIRE_TEXT, 3, 0);
    assert_string_equal(seen.texts[4], "b");
    assert_seen(&seen, 5, WIRE_NIL, 3, 1);
    assert_seen(&seen, 6, WIRE_ARRAY, 1, 2);
    assert_int_equal(seen.elements[6].integer, 0);
    assert_seen(&seen, 7, WIRE_STATUS, 1, 3);
    assert_string_equal(seen.texts[7], "fine");
}

static void test_scalars(void **state)
{
    struct kit_wire *f = *state;
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&f->wire, &reply, "PING"), OUTCOME_OK);
    assert_int_equal(reply.type, WIRE_STATUS);
    assert_string_equal(reply.text, "PONG");
    assert_int_equal(wire_ask(&f->wire, &reply, "INCRBY", "n", "-41"), OUTCOME_OK);
    assert_int_equal(reply.type, WIRE_INTEGER);
    assert_int_equal(reply.integer, -41);
    assert_int_equal(wire_ask(&f->wire, &reply, "SET", "empty", ""), OUTCOME_OK);
    assert_int_equal(wire_ask(&f->wire, &reply, "GET", "empty"), OUTCOME_OK);
    assert_int_equal(reply.type, WIRE_TEXT);
    assert_int_equal(reply.len, 0);
    assert_string_equal(reply.text, "");
}

static void test_error_reply_breaks_nothing(void **state)
{
    struct kit_wire *f = *state;
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&f->wire, &reply, "NOSUCHTHING", "x"), OUTCOME_FAILED);
    assert_int_equal(reply.type, WIRE_ERROR);
    kit_assert_contains(f->wire.err, "NOSUCHTHING");
    kit_assert_contains(f->wire.err, "unknown command");
    assert_false(f->wire.broken);
    assert_int_equal(wire_ask(&f->wire, &reply, "PING"), OUTCOME_OK);
    assert_string_equal(f->wire.err, "");
}

/* The third of five is refused: the others are done, and all five are answered. */
static void test_wrong_type_inside_a_batch(void **state)
{
    struct kit_wire *f = *state;
    struct wire_reply replies[5] = {0};
    assert_int_equal(wire_ask(&f->wire, NULL, "SET", "text", "x"), OUTCOME_OK);
    uint64_t round_trips = counter_get(&f->meter.round_trips);
    for (int i = 0; i < 5; i++) {
        wire_begin(&f->wire, "SADD");
        wire_text(&f->wire, i == 2 ? "text" : "set");
        wire_int(&f->wire, i);
        wire_end(&f->wire, &replies[i]);
    }
    assert_int_equal(wire_flush(&f->wire), OUTCOME_FAILED);
    kit_assert_contains(f->wire.err, "SADD: WRONGTYPE");
    for (int i = 0; i < 5; i++)
        assert_int_equal(replies[i].type, i == 2 ? WIRE_ERROR : WIRE_INTEGER);
    assert_int_equal(kit_wire_calls(&f->meter, "SADD"), 5);
    assert_int_equal(counter_get(&kit_wire_count(&f->meter, "SADD")->errors), 1);
    assert_int_equal(counter_get(&f->meter.round_trips), round_trips + 1);
    assert_int_equal(wire_ask(&f->wire, &replies[0], "SCARD", "set"), OUTCOME_OK);
    assert_int_equal(replies[0].integer, 4);
}

static void test_empty_batch_sends_nothing(void **state)
{
    struct kit_wire *f = *state;
    assert_int_equal(wire_flush(&f->wire), OUTCOME_OK);
    assert_int_equal(counter_get(&f->meter.round_trips), 0);
}

/* ---- memory */

/* Bytes that the program has allocated and not freed. */
static size_t heap_bytes(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return __sanitizer_get_current_allocated_bytes();
#else
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

struct reading {
    uint64_t members, bytes;
    size_t heap_peak;
};

static void measure(void *context, const struct wire_element *element)
{
    enum { EVERY = 500 };
    struct reading *reading = context;
    reading->bytes += element->len;
    if (reading->members++ % EVERY != 0)
        return;
    size_t heap = heap_bytes();
    if (heap > reading->heap_peak)
        reading->heap_peak = heap;
}

/* The reply has 4.5 MB; the parser keeps what it has not yet understood, and nobody more. */
static void test_a_large_reply_is_not_kept(void **state)
{
    struct kit_wire *f = *state;
    enum { MEMBERS = 300000, KEPT_MAX = 256 << 10 };
    struct reading reading = {0};
    struct wire_reply reply = {.visit = measure, .context = &reading};
    kit_wire_add_members(&f->kit->wire, "set", 1000000, MEMBERS);
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_OK);
    size_t before = heap_bytes();
    assert_int_equal(wire_ask(&f->wire, &reply, "SMEMBERS", "set"), OUTCOME_OK);
    assert_int_equal(reply.integer, MEMBERS);
    assert_int_equal(reading.members, MEMBERS);
    assert_int_equal(reading.bytes, MEMBERS * strlen("1000000"));
    assert_true(reading.heap_peak >= before);
    assert_in_range(reading.heap_peak - before, 0, KEPT_MAX);
    assert_in_range(heap_bytes() - before, 0, KEPT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_WIRE_TEST(test_visitor_of_nested_arrays),
        KIT_WIRE_TEST(test_scalars),
        KIT_WIRE_TEST(test_error_reply_breaks_nothing),
        KIT_WIRE_TEST(test_wrong_type_inside_a_batch),
        KIT_WIRE_TEST(test_empty_batch_sends_nothing),
        KIT_WIRE_TEST(test_a_large_reply_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
