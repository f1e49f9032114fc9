/* What the scripts of strategy `bullmq` answer. */
#include "strategies/bullmq.h"

#include "strategies/item.h"

#include <string.h>

enum { FIELD_OTHER, FIELD_DATA, FIELD_ATTEMPTS, FIELD_DEFERRED };

static bool is_name(const struct wire_element *element, const char *name)
{
    return element->len == strlen(name) && memcmp(element->text, name, element->len) == 0;
}

void bullmq_job_visit(void *context, const struct wire_element *element)
{
    static const char data[] = "{\"id\":";
    struct bullmq_job *job = context;
    if (element->type != WIRE_TEXT)
        return;
    if (element->depth == 1)
        item_read(element->text, element->len, &job->number);
    else if (element->index % 2 == 0)
        job->field = is_name(element, "data")   ? FIELD_DATA
                     : is_name(element, "atm")  ? FIELD_ATTEMPTS
                     : is_name(element, "defa") ? FIELD_DEFERRED
                                                : FIELD_OTHER;
    else if (job->field == FIELD_DEFERRED)
        job->is_given_up = true;
    else if (job->field == FIELD_ATTEMPTS)
        item_read(element->text, element->len, &job->attempts);
    else if (job->field == FIELD_DATA && element->len > strlen(data)) {
        const char *digits = element->text + strlen(data);
        size_t len = strspn(digits, "0123456789");
        item_read(digits, len, &job->item);
    }
}

void bullmq_stalled_visit(void *context, const struct wire_element *element)
{
    struct bullmq_stalled *stalled = context;
    if (element->type == WIRE_INTEGER && element->index < STALLED_FIGURES)
        stalled->figures[element->index] = (uint64_t)element->integer;
}
