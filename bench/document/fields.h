/* What is recorded of a run, as tables of named fields: result.json nests them by group, the CSV
 * joins group and field with a dot. A new figure in struct run_result is one line in fields.c, a
 * new key of the scenario one in fields_scenario.c, and its description in result.schema.json. */
#ifndef DIBS_BENCH_FIELDS_H
#define DIBS_BENCH_FIELDS_H

#include "sim/run.h"

enum field_kind {
    FIELD_COUNT,       /* uint64_t */
    FIELD_COUNT_NEVER, /* uint64_t; 0 means that it will never be, which is null */
    FIELD_SMALL,       /* uint32_t */
    FIELD_REAL,        /* double; null where it is not finite */
    FIELD_SWITCH,      /* bool */
    FIELD_DIGITS,      /* uint64_t as text: JSON readers may lose digits above 2^53 */
    FIELD_TEXT,        /* char array; "" is null */
    FIELD_INT_KNOWN,   /* int; -1 is null */
    FIELD_BYTES_KNOWN, /* int64_t; -1 is null */
    FIELD_REAL_KNOWN,  /* double; below 0 is null */
};

/* The last one of a table has a NULL name. */
struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
};

struct field_group {
    const char *name; /* NULL: directly in the run */
    const struct field *fields;
    size_t offset; /* of the fields' struct in struct run_result */
    bool (*known)(const struct run_result *run); /* NULL: always; false: all fields are null */
};

/* Of a run; ends in a group with NULL fields. Groups of one name are one object in JSON. */
extern const struct field_group run_fields[];

/* Parts that are written by themselves. */
extern const struct field command_fields[];  /* struct command_result */
extern const struct field instance_fields[]; /* struct instance_result */
extern const struct field environment_fields[];
extern const struct field scenario_fields[];
extern const struct field scenario_producer_fields[], scenario_refresh_fields[];
extern const struct field scenario_scaler_fields[], scenario_event_fields[];
extern const struct field event_fields[]; /* struct timeline_note */
extern const struct field scenario_observe_fields[];
extern const struct field race_fields[]; /* struct entry_race */
extern const struct field probe_fields[]; /* struct probe_result */

/* A field's value, read in one place for every writer. */
struct field_value {
    enum { HELD_NOTHING, HELD_COUNT, HELD_REAL, HELD_FLAG, HELD_TEXT } held;
    uint64_t count; /* also the flag */
    double real;
    const char *text;
    char digits[24]; /* where `text` points for FIELD_DIGITS */
};

/* `base` is the struct that the field's offset counts from. */
void field_read(const struct field *field, const void *base, struct field_value *value);

#endif
