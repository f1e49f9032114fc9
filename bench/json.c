#include "bench/json.h"

#include <jansson.h>
#include <math.h>

json *json_make_object(void)
{
    return json_object();
}

json *json_make_array(void)
{
    return json_array();
}

json *json_make_null(void)
{
    return json_null();
}

json *json_make_bool(bool value)
{
    return json_boolean(value);
}

json *json_make_count(uint64_t value)
{
    return json_integer((json_int_t)value);
}

json *json_make_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json *json_make_text(const char *value)
{
    if (value == NULL || *value == '\0')
        return json_null();
    json *text = json_string(value);
    return text != NULL ? text : json_string("(not UTF-8)");
}

void json_put(json *object, const char *name, json *value)
{
    json_object_set_new(object, name, value);
}

void json_push(json *array, json *value)
{
    json_array_append_new(array, value);
}

json *json_get(const json *object, const char *name)
{
    return json_object_get(object, name);
}

bool json_print(const json *value, FILE *out)
{
    return value != NULL && json_dumpf(value, out, JSON_COMPACT | JSON_REAL_PRECISION(12)) == 0;
}

void json_free(json *value)
{
    json_decref(value);
}
