#include "tests/kit_faults.h"

#include "sim/trial/soak.h"

#include <string.h>

void kit_faults_order(struct kit_run *kit, const char *contender, const char *line)
{
    struct scenario *s = &kit->scenario;
    soak_small_world(s);
    s->items = 120;
    s->event_count = 0;
    kit_run_event(kit, line);
    kit->options.without_marks = true;
    kit_run_name(kit, contender, strcmp(contender, "claim-drained") == 0 ? "batch=10" : "");
}

void kit_faults_run(struct kit_run *kit)
{
    kit_run_contender(kit);
    if (kit->result.status != RUN_COMPLETE || !kit->result.trustworthy)
        kit_run_fail(kit, "\"%s\": not complete, or not trustworthy", kit->scenario.events[0].text);
}

const struct timeline_note *kit_faults_note(const struct kit_run *kit)
{
    for (uint32_t i = 0; i < kit->result.event_count; i++)
        if (kit->result.events[i].is_fault)
            return &kit->result.events[i];
    return NULL;
}

const struct timeline_note *kit_faults_run_hit(struct kit_run *kit, const char *contender,
                                               const char *line)
{
    kit_faults_order(kit, contender, line);
    kit_faults_run(kit);
    const struct timeline_note *note = kit_faults_note(kit);
    if (note == NULL || !note->hit || note->confirmed_s < note->asked_s)
        kit_run_fail(kit, "\"%s\" hit nothing", line);
    return note;
}

uint32_t kit_faults_kills(const struct kit_run *kit)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < kit->result.instance_count; i++)
        sum += kit->result.instances[i].kills;
    return sum;
}

void kit_faults_assert_all_served(struct kit_run *kit)
{
    if (kit->result.items.refreshed != kit->result.items.total || !kit->result.converge.in_time)
        kit_run_fail(kit, "not all is served, or the run has not come to rest");
}
