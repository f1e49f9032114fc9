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

json *json_make_string(const char *value)
{
    json *string = json_string(value);
    return string != NULL ? string : json_string("(not UTF-8)");
}

json *json_make_text(const char *value)
{
    return value == NULL || *value == '\0' ? json_null() : json_make_string(value);
}

json *json_make_pair(uint64_t first, uint64_t second)
{
    json *pair = json_array();
    json_push(pair, json_make_count(first));
    json_push(pair, json_make_count(second));
    return pair;
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
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(12);
    return value != NULL && json_dumpf(value, out, flags) == 0;
}

static bool print_property(const char *name, const json *value, FILE *out)
{
    size_t i;
    json *entry;
    fprintf(out, " \"%s\": ", name);
    if (json_array_size(value) == 0)
        return json_print(value, out);
    json_array_foreach(value, i, entry) {
        fputs(i ? ",\n  " : "[\n  ", out);
        if (!json_print(entry, out))
            return false;
    }
    return fputs("\n ]", out) != EOF;
}

bool json_print_lines(const json *object, FILE *out)
{
    const char *name, *separator = "{\n";
    json *value;
    bool ok = object != NULL;
    json_object_foreach((json *)object, name, value) {
        ok = ok && fputs(separator, out) != EOF && print_property(name, value, out);
        separator = ",\n";
    }
    return ok && fputs("\n}\n", out) != EOF;
}

void json_free(json *value)
{
    json_decref(value);
}
