#include "bench/document/result_scenario.h"

#include "bench/document/fields.h"
#include "bench/document/result_part.h"
#include "sim/judge/expectation.h"

static json *planned_events(const struct scenario *scenario)
{
    json *array = json_make_array();
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct timeline_event *event = &scenario->events[i];
        json *object = result_part_object(scenario_event_fields, event);
        json_put(object, "verb", json_make_text(timeline_verb(event)));
        json_push(array, object);
    }
    return array;
}

static json *expectations(const struct scenario *scenario)
{
    json *array = json_make_array();
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        char text[96];
        json *object = json_make_object();
        expectation_write(&scenario->expectations[i], text, sizeof text);
        json_put(object, "contender", json_make_text(scenario->expectations[i].contender));
        json_put(object, "expected", json_make_string(text));
        json_push(array, object);
    }
    return array;
}

static json *scaler(const struct scenario *scenario)
{
    json *object = result_part_object(scenario_scaler_fields, scenario);
    json_put(object, "kind", json_make_text(scaler_name(scenario->scaler.kind)));
    return object;
}

json *result_scenario(const struct scenario *scenario)
{
    if (!scenario)
        return json_make_null();
    json *object = result_part_object(scenario_fields, scenario);
    json *wakes = json_make_array(), *contenders = json_make_array();
    for (uint32_t i = 0; i < scenario->wake_count; i++)
        json_push(wakes, json_make_count(scenario->wake_ms[i]));
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        json_push(contenders, result_part_entry(&scenario->entries[i]));
    json_put(object, "kind", json_make_text(item_kind_name(scenario->kind)));
    json_put(object, "wake", json_make_text(wake_name(scenario->wake)));
    json_put(object, "wake_ms", wakes);
    json_put(object, "mode", json_make_text(mode_name(scenario->mode)));
    json_put(object, "placement", json_make_text(placement_name(scenario->placement)));
    json_put(object, "upkeep", json_make_text(upkeep_name(scenario->upkeep)));
    json_put(object, "deployment", json_make_text(deployment_name(scenario->deployment)));
    json_put(object, "journal", json_make_text(journaling_name(scenario->journal)));
    json_put(object, "events", planned_events(scenario));
    json_put(object, "beside", json_make_text(scenario->beside));
    json_put(object, "expect", expectations(scenario));
    json_put(object, "scaler", scaler(scenario));
    json_put(object, "producers", result_part_object(scenario_producer_fields, scenario));
    json_put(object, "observe", result_part_object(scenario_observe_fields, scenario));
    json_put(object, "refresh", result_part_object(scenario_refresh_fields, scenario));
    json_put(object, "contenders", contenders);
    return object;
}
