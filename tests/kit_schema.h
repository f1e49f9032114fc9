/* Documents and what their schemas say of them. */
#ifndef DIBS_TESTS_KIT_SCHEMA_H
#define DIBS_TESTS_KIT_SCHEMA_H

/* Both: 0 if all is well; else 1, and what is wrong stands on standard output; -1: not looked at.
 * `schema` is the name of one in bench/, such as "result". */

/* Whether the document at `path` is as the schema says. */
int kit_schema_check(const char *schema, const char *path);

/* Whether the schema itself says what everything is, and the unit of every number. */
int kit_schema_documented(const char *schema);

#endif
