#include "bench/document/result_part.h"

#include "bench/document/result.h"
#include "sim/judge/verdict.h"

static json *field(const struct field *field, const void *base, bool known)
{
    struct field_value value;
    field_read(field, base, &value);
    switch (known ? value.held : HELD_NOTHING) {
    case HELD_COUNT:
        return json_make_count(value.count);
    case HELD_REAL:
        return json_make_real(value.real);
    case HELD_FLAG:
        return json_make_bool(value.count);
    case HELD_TEXT:
        return json_make_text(value.text);
    case HELD_NOTHING:
        break;
    }
    return json_make_null();
}

void result_part_put(json *object, const struct field *fields, const void *base, bool known)
{
    for (; fields->name; fields++)
        json_put(object, fields->name, field(fields, base, known));
}

json *result_part_object(const struct field *fields, const void *base)
{
    json *object = json_make_object();
    result_part_put(object, fields, base, true);
    return object;
}

static json *parameters(const struct entry *entry)
{
    json *object = json_make_object();
    const struct parameter *list = entry->strategy->parameters;
    for (size_t i = 0; list && list[i].name; i++) {
        char value[64];
        result_parameter_text(&list[i], entry->values[i], value, sizeof value);
        json_put(object, list[i].name, json_make_text(value));
    }
    return object;
}

/* What every instance has to be told before it starts. */
static json *configure(const struct entry *entry)
{
    json *object = json_make_object(), *variables = json_make_array();
    const struct parameter *list = entry->strategy->parameters;
    for (size_t i = 0; list && list[i].name; i++)
        if (list[i].environment)
            json_push(variables, json_make_string(list[i].environment));
    json_put(object, "variables", variables);
    json_put(object, "knows_size", json_make_bool(entry->strategy->knows_size));
    return object;
}

/* What the contender's code promises with these parameters, in words. */
static json *promises(const struct entry *entry)
{
    json *array = json_make_array();
    unsigned promised = strategy_promises(entry->strategy, entry->values);
    for (unsigned bit = 1; bit != 0 && bit <= promised; bit <<= 1)
        if (promised & bit)
            json_push(array, json_make_text(promise_name((enum promise)bit)));
    return array;
}

json *result_part_entry(const struct entry *entry)
{
    json *object = json_make_object();
    json_put(object, "contender", json_make_text(entry->label));
    json_put(object, "strategy", json_make_text(entry->strategy->name));
    json_put(object, "source", json_make_text(entry->contender->source));
    json_put(object, "parameters", parameters(entry));
    json_put(object, "configure", configure(entry));
    json_put(object, "promises", promises(entry));
    return object;
}
