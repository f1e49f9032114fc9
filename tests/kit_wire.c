#include "tests/kit_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const struct wire_options kit_patient = {5000, 5000, false};

int kit_wire_open(void **state)
{
    void *kit = NULL;
    struct kit_wire *f = calloc(1, sizeof *f);
    assert_non_null(f);
    int status = kit_server_open(&kit);
    f->kit = kit;
    assert_true(wire_open(&f->wire, &f->kit->server.address, kit_patient, &f->meter, NULL));
    *state = f;
    return status;
}

int kit_wire_close(void **state)
{
    struct kit_wire *f = *state;
    void *kit = f->kit;
    wire_close(&f->wire);
    int status = kit_server_close(&kit);
    free(f);
    return status;
}

const struct wire_count *kit_wire_count(const struct wire_meter *meter, const char *name)
{
    for (unsigned i = 0; i < meter->used; i++)
        if (strcmp(meter->counts[i].name, name) == 0)
            return &meter->counts[i];
    fail_msg("no %s was counted", name);
    return NULL;
}

uint64_t kit_wire_calls(const struct wire_meter *meter, const char *name)
{
    return counter_get(&kit_wire_count(meter, name)->calls);
}

void kit_wire_add_members(struct wire *wire, const char *key, int64_t from, int64_t n)
{
    enum { PER_COMMAND = 1000 };
    for (int64_t i = 0; i < n; i += PER_COMMAND) {
        wire_begin(wire, "SADD");
        wire_text(wire, key);
        for (int64_t k = i; k < n && k < i + PER_COMMAND; k++)
            wire_int(wire, from + k);
        wire_end(wire, NULL);
    }
    assert_int_equal(wire_flush(wire), OUTCOME_OK);
}
