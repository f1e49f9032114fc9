/* Items as the published systems write them: "<id>:<vendor>". */
#ifndef DIBS_STRATEGIES_ITEM_H
#define DIBS_STRATEGIES_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ITEM_TEXT_MAX = 96 };

/* Writes "<id>:<vendor>" and a NUL; returns the length. vendor has at most 64 bytes. */
size_t item_write(char text[ITEM_TEXT_MAX], uint64_t id, const char *vendor);

/* Reads the id in front of the first ':' (or all digits). False: no such id there. */
bool item_read(const char *text, size_t len, uint64_t *id);

#endif
