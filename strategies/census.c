#include "strategies/census.h"

#include "strategies/item.h"

void census_visit_pending(void *context, const struct wire_element *element)
{
    uint64_t id;
    if (element->type == WIRE_TEXT && item_read(element->text, element->len, &id))
        census_pending(context, id);
}

void census_visit_claimed(void *context, const struct wire_element *element)
{
    const struct census_claims *claims = context;
    uint64_t id;
    if (element->type == WIRE_TEXT && item_read(element->text, element->len, &id))
        census_claimed(claims->census, id, claims->deadline_ms);
}
