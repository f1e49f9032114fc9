#include "bench/document/json.h"

#include <jansson.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

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

json *json_read(const char *path, char *error, size_t size)
{
    json_error_t why;
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        snprintf(error, size, "%s is a directory; a document in it would be right", path);
        return NULL;
    }
    json *value = json_load_file(path, JSON_DISABLE_EOF_CHECK, &why);
    if (value == NULL && why.line > 0)
        snprintf(error, size, "%s: line %d is not JSON: %s", path, why.line, why.text);
    else if (value == NULL)
        snprintf(error, size, "%s", why.text);
    return value;
}

json *json_find(const json *value, const char *path)
{
    char name[128];
    while (value != NULL && path != NULL) {
        const char *dot = strchr(path, '.');
        size_t len = dot ? (size_t)(dot - path) : strlen(path);
        if (len >= sizeof name)
            return NULL;
        memcpy(name, path, len);
        name[len] = '\0';
        value = json_object_get(value, name);
        path = dot ? dot + 1 : NULL;
    }
    return (json *)value;
}

const char *json_text(const json *value, const char *path)
{
    return json_text_of(json_find(value, path));
}

double json_number(const json *value, const char *path)
{
    return json_number_of(json_find(value, path));
}

uint64_t json_count(const json *value, const char *path)
{
    double number = json_number(value, path);
    return number > 0 && number < 0x1p64 ? (uint64_t)number : 0;
}

bool json_flag(const json *value, const char *path)
{
    return json_is_true(json_find(value, path));
}

size_t json_size(const json *value)
{
    return json_is_object(value) ? json_object_size(value) : json_array_size(value);
}

json *json_at(const json *array, size_t i)
{
    return json_array_get(array, i);
}

double json_number_of(const json *value)
{
    return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *json_text_of(const json *value)
{
    return json_string_value(value);
}

bool json_is_list(const json *value)
{
    return json_is_array(value);
}

bool json_is_nothing(const json *value)
{
    return value == NULL || json_is_null(value);
}

bool json_next(const json *object, void **cursor, const char **name, json **value)
{
    json *from = (json *)object;
    void *at = *cursor == NULL ? json_object_iter(from) : json_object_iter_next(from, *cursor);
    if (at == NULL)
        return false;
    *cursor = at;
    *name = json_object_iter_key(at);
    *value = json_object_iter_value(at);
    return true;
}

json *json_keep(json *value)
{
    return json_incref(value);
}

/* Where a walk through a value is. */
struct walk {
    json_leaf *visit;
    void *context;
    char path[256];
};

static void walk(struct walk *at, const json *value);

static void walk_into(struct walk *outer, const char *name, const json *value)
{
    struct walk inner = *outer;
    size_t length = strlen(inner.path);
    snprintf(inner.path + length, sizeof inner.path - length, "%s%s", length ? "." : "", name);
    walk(&inner, value);
}

static bool says_nothing(const json *value)
{
    return json_is_null(value) || json_is_false(value) ||
           (json_is_number(value) && json_number_value(value) == 0) ||
           (json_is_string(value) && strcmp(json_string_value(value), "none") == 0);
}

static void walk(struct walk *at, const json *value)
{
    char text[512] = "", index[24];
    if (says_nothing(value))
        return;
    const char *name;
    json *member;
    json_object_foreach((json *)value, name, member)
        walk_into(at, name, member);
    for (size_t i = 0; i < json_array_size(value); i++) {
        snprintf(index, sizeof index, "%zu", i);
        walk_into(at, index, json_array_get(value, i));
    }
    if (json_is_object(value) || json_is_array(value))
        return;
    if (json_is_string(value))
        snprintf(text, sizeof text, "%s", json_string_value(value));
    else if (json_is_real(value))
        snprintf(text, sizeof text, "%.12g", json_real_value(value));
    else
        json_dumpb(value, text, sizeof text - 1, JSON_ENCODE_ANY);
    at->visit(at->context, at->path, text);
}

void json_flatten(const json *value, json_leaf *visit, void *context)
{
    struct walk start = {visit, context, ""};
    walk(&start, value);
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
