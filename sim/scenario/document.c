#include "sim/scenario/document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct document {
    yaml_document_t yaml;
    unsigned char bytes[DOCUMENT_BYTES_MAX + 1];
    size_t len;
};

static const yaml_node_t *yaml_node(const struct document *document, node n)
{
    return document->yaml.nodes.start + n - 1;
}

static bool bytes_read(struct document *document, const char *path, char *error, size_t error_size)
{
    errno = 0;
    FILE *file = fopen(path, "re");
    if (file) {
        document->len = fread(document->bytes, 1, sizeof(document->bytes), file);
        int reason = ferror(file) ? errno : 0;
        fclose(file);
        errno = reason;
    }
    if (!file || errno != 0)
        snprintf(error, error_size, "%.192s: cannot be read: %s", path, strerror(errno));
    else if (document->len > DOCUMENT_BYTES_MAX)
        snprintf(error, error_size, "%.192s: longer than %d bytes; a scenario is not", path,
                 (int)DOCUMENT_BYTES_MAX);
    else
        return true;
    return false;
}

/* libyaml marks a place in what it could decode; what it could not has an offset. */
static size_t problem_line(const struct document *document, const yaml_parser_t *parser)
{
    if (parser->error != YAML_READER_ERROR)
        return parser->problem_mark.line + 1;
    size_t line = 1;
    for (size_t i = 0; i < parser->problem_offset && i < document->len; i++)
        line += document->bytes[i] == '\n';
    return line;
}

static bool yaml_failed(const struct document *document, const yaml_parser_t *parser,
                        const char *path, char *error, size_t error_size)
{
    snprintf(error, error_size, "%.192s:%zu: not YAML: %s", path, problem_line(document, parser),
             parser->problem ? parser->problem : "out of memory");
    return false;
}

/* A second document is not looked at by anybody, so it must not be there. */
static bool end_reached(const struct document *document, yaml_parser_t *parser, const char *path,
                        char *error, size_t error_size)
{
    yaml_document_t second;
    if (!yaml_parser_load(parser, &second))
        return yaml_failed(document, parser, path, error, error_size);
    const yaml_node_t *root = yaml_document_get_root_node(&second);
    if (root)
        snprintf(error, error_size, "%.192s:%zu: a second document; one to a file would be right",
                 path, root->start_mark.line + 1);
    yaml_document_delete(&second);
    return !root;
}

/* Fills document->yaml; after false there is nothing in it to delete. */
static bool bytes_parse(struct document *document, const char *path, char *error, size_t error_size)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        snprintf(error, error_size, "%.192s: out of memory", path);
        return false;
    }
    yaml_parser_set_input_string(&parser, document->bytes, document->len);

    bool ok = yaml_parser_load(&parser, &document->yaml);
    if (!ok) {
        yaml_failed(document, &parser, path, error, error_size);
    } else if (document_root(document) &&
               !end_reached(document, &parser, path, error, error_size)) {
        yaml_document_delete(&document->yaml);
        ok = false;
    }
    yaml_parser_delete(&parser);
    return ok;
}

/* "\0" in quotes is YAML; here every text is a C string. */
static bool texts_check(const struct document *document, const char *path, char *error,
                        size_t error_size)
{
    for (const yaml_node_t *n = document->yaml.nodes.start; n < document->yaml.nodes.top; n++)
        if (n->type == YAML_SCALAR_NODE &&
            memchr(n->data.scalar.value, '\0', n->data.scalar.length)) {
            snprintf(error, error_size, "%.192s:%zu: a text with a NUL; one without would be right",
                     path, n->start_mark.line + 1);
            return false;
        }
    return true;
}

struct document *document_open(const char *path, char *error, size_t error_size)
{
    struct document *document = calloc(1, sizeof(*document));
    if (!document) {
        snprintf(error, error_size, "%.192s: out of memory", path);
        return NULL;
    }
    if (!bytes_read(document, path, error, error_size) ||
        !bytes_parse(document, path, error, error_size)) {
        free(document);
        return NULL;
    }
    if (!texts_check(document, path, error, error_size)) {
        document_close(document);
        return NULL;
    }
    return document;
}

void document_close(struct document *document)
{
    if (document)
        yaml_document_delete(&document->yaml);
    free(document);
}

node document_root(const struct document *document)
{
    return document->yaml.nodes.top > document->yaml.nodes.start ? 1 : 0;
}

enum node_kind node_kind(const struct document *document, node n)
{
    switch (yaml_node(document, n)->type) {
    case YAML_SEQUENCE_NODE:
        return NODE_LIST;
    case YAML_MAPPING_NODE:
        return NODE_MAP;
    default:
        return NODE_TEXT;
    }
}

unsigned node_line(const struct document *document, node n)
{
    return (unsigned)yaml_node(document, n)->start_mark.line + 1;
}

const char *node_text(const struct document *document, node n)
{
    return (const char *)yaml_node(document, n)->data.scalar.value;
}

node node_item(const struct document *document, node n, size_t i)
{
    const yaml_node_t *list = yaml_node(document, n);
    const yaml_node_item_t *item = list->data.sequence.items.start + i;
    return item < list->data.sequence.items.top ? *item : 0;
}

bool node_pair(const struct document *document, node n, size_t i, node *key, node *value)
{
    const yaml_node_t *map = yaml_node(document, n);
    const yaml_node_pair_t *pair = map->data.mapping.pairs.start + i;
    if (pair >= map->data.mapping.pairs.top)
        return false;
    *key = pair->key;
    *value = pair->value;
    return true;
}
