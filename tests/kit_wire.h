/* What tests of wire share: a server, and a connection whose meter is looked at. */
#ifndef DIBS_TESTS_KIT_WIRE_H
#define DIBS_TESTS_KIT_WIRE_H

#include "tests/kit_server.h"

/* Beside the kit's connection, which asks and is not asked about. */
struct kit_wire {
    struct kit_server *kit;
    struct wire wire;
    struct wire_meter meter;
};

extern const struct wire_options kit_patient;

/* Setup and teardown for cmocka; *state is the struct kit_wire. */
int kit_wire_open(void **state);
int kit_wire_close(void **state);
#define KIT_WIRE_TEST(test) cmocka_unit_test_setup_teardown(test, kit_wire_open, kit_wire_close)

/* What the meter has of this command; the test fails if that is nothing. */
const struct wire_count *kit_wire_count(const struct wire_meter *meter, const char *name);
uint64_t kit_wire_calls(const struct wire_meter *meter, const char *name);

/* The numbers from `from` to `from + n`, in one pipeline. */
void kit_wire_add_members(struct wire *wire, const char *key, int64_t from, int64_t n);

#endif
