/* A YAML file as plain nodes that know their lines. */
#ifndef DIBS_SIM_DOCUMENT_H
#define DIBS_SIM_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

enum { DOCUMENT_BYTES_MAX = 128 * 1024 };

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

/* Numbers of nodes; an alias (*name) is the node that it names, so never descend without bound. */
typedef int node;

struct document;

/* NULL: `error` is "<path>[:<line>]: <reason>", of a path no more than 192 bytes. An empty file is
 * a document without a root. */
struct document *document_open(const char *path, char *error, size_t error_size);
void document_close(struct document *document);

/* 0: the file is empty. */
node document_root(const struct document *document);

enum node_kind node_kind(const struct document *document, node n);
unsigned node_line(const struct document *document, node n);

/* Of NODE_TEXT: without any NUL but the one at its end. Lives as long as the document. */
const char *node_text(const struct document *document, node n);

/* Item i of NODE_LIST; 0: there is no such item. */
node node_item(const struct document *document, node n, size_t i);

/* Pair i of NODE_MAP; false: there is no such pair. */
bool node_pair(const struct document *document, node n, size_t i, node *key, node *value);

#endif
