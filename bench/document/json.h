/* JSON documents: the only door to jansson. Values belong to whoever made them until they are put
 * into an object or pushed onto an array. A value that memory did not suffice for is NULL, and is
 * left out of its parent. */
#ifndef DIBS_BENCH_JSON_H
#define DIBS_BENCH_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct json_t json;

json *json_make_object(void);
json *json_make_array(void);
json *json_make_null(void);
json *json_make_bool(bool value);
json *json_make_count(uint64_t value);
/* null where the value is not finite: JSON has no NaN. */
json *json_make_real(double value);
/* What is not UTF-8 is replaced by words that say so. */
json *json_make_string(const char *value);
/* The same, but null for NULL and for "". */
json *json_make_text(const char *value);
/* [first, second] */
json *json_make_pair(uint64_t first, uint64_t second);

void json_put(json *object, const char *name, json *value);
void json_push(json *array, json *value);
/* Borrowed; NULL if there is none of this name. */
json *json_get(const json *object, const char *name);

/* Reads a document. NULL: `error` is one line. */
json *json_read(const char *path, char *error, size_t size);

/* Reading is gentle: what is not there, or of another kind, is NULL, NaN, 0 or false. A path is
 * names joined by dots ("per_item.server_calls"). */
json *json_find(const json *value, const char *path);
const char *json_text(const json *value, const char *path);
double json_number(const json *value, const char *path);
uint64_t json_count(const json *value, const char *path);
bool json_flag(const json *value, const char *path);
/* Of an array, or of an object. */
size_t json_size(const json *value);
/* Element i of an array. */
json *json_at(const json *array, size_t i);
/* The value itself as a number (NaN) or a text (NULL). */
double json_number_of(const json *value);
const char *json_text_of(const json *value);
bool json_is_list(const json *value);
bool json_is_nothing(const json *value); /* null, or not there */
/* Walks an object in its order: begin with *cursor = NULL. False at the end. */
bool json_next(const json *object, void **cursor, const char **name, json **value);
/* Another owner: needs a json_free of its own. */
json *json_keep(json *value);

/* Every scalar in it by its path, "producers.per_s" or "events.0.at_ms", but for those that say
 * nothing: null, false, 0 and "none". `text` is as JSON has it, strings without quotes. */
typedef void json_leaf(void *context, const char *path, const char *text);
void json_flatten(const json *value, json_leaf *visit, void *context);

/* On one line, without a line feed. False: errno, or there is no value. */
bool json_print(const json *value, FILE *out);
/* An object with a line for each property and for each entry of a list in it, for people and diff;
 * ends in a line feed. False as above. */
bool json_print_lines(const json *object, FILE *out);
void json_free(json *value);

#endif
