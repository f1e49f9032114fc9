/* Fields of INFO, as a server tells them. */
#ifndef DIBS_SIM_INFO_H
#define DIBS_SIM_INFO_H

#include "strategies/wire.h"

/* Copies the value of `field` out of the text of an INFO reply. False (and "") if there is none. */
bool info_text(const char *info, const char *field, char *value, size_t size);

/* The same as a number; `otherwise` if there is none. */
double info_number(const char *info, const char *field, double otherwise);

/* "valkey" or "redis", with its version; false (and "") if the text is of neither. */
bool info_version(const char *info, const char **kind, char *version, size_t size);

/* Asks for one section. The text stays valid until the next command on this wire; "" if the
 * server did not tell (wire->err says why). */
const char *info_ask(struct wire *wire, const char *section);

#endif
