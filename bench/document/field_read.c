#include "bench/document/fields.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static struct field_value count_value(uint64_t count)
{
    return (struct field_value){.held = HELD_COUNT, .count = count};
}

static struct field_value real_value(double real, bool known)
{
    if (!known || !isfinite(real))
        return (struct field_value){.held = HELD_NOTHING};
    return (struct field_value){.held = HELD_REAL, .real = real};
}

static struct field_value known_value(int64_t number)
{
    if (number < 0)
        return (struct field_value){.held = HELD_NOTHING};
    return count_value((uint64_t)number);
}

void field_read(const struct field *field, const void *base, struct field_value *value)
{
    const void *at = (const char *)base + field->offset;
    switch (field->kind) {
    case FIELD_COUNT:
        *value = count_value(*(const uint64_t *)at);
        break;
    case FIELD_COUNT_NEVER:
        *value = count_value(*(const uint64_t *)at);
        if (value->count == 0)
            value->held = HELD_NOTHING;
        break;
    case FIELD_SMALL:
        *value = count_value(*(const uint32_t *)at);
        break;
    case FIELD_REAL:
        *value = real_value(*(const double *)at, true);
        break;
    case FIELD_REAL_KNOWN:
        *value = real_value(*(const double *)at, *(const double *)at >= 0);
        break;
    case FIELD_SWITCH:
        *value = (struct field_value){.held = HELD_FLAG, .count = *(const bool *)at};
        break;
    case FIELD_DIGITS:
        *value = (struct field_value){.held = HELD_TEXT};
        snprintf(value->digits, sizeof value->digits, "%" PRIu64, *(const uint64_t *)at);
        value->text = value->digits;
        break;
    case FIELD_TEXT:
        *value = (struct field_value){.held = *(const char *)at ? HELD_TEXT : HELD_NOTHING,
                                      .text = at};
        break;
    case FIELD_INT_KNOWN:
        *value = known_value(*(const int *)at);
        break;
    case FIELD_BYTES_KNOWN:
        *value = known_value(*(const int64_t *)at);
        break;
    }
}
