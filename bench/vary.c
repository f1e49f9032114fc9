#include "bench/vary.h"

#include "bench/table/cell.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

uint32_t vary_points(const struct scenario *scenario)
{
    return scenario->vary.count > 0 ? scenario->vary.count : 1;
}

const char *vary_name(enum vary what)
{
    return what == VARY_ITEMS ? "items" : "instances";
}

void vary_point(const struct scenario *scenario, uint32_t i, struct scenario *point)
{
    *point = *scenario;
    if (scenario->vary.count == 0)
        return;
    if (scenario->vary.what == VARY_ITEMS)
        point->items = scenario->vary.values[i];
    else
        point->instances = (uint32_t)scenario->vary.values[i];
}

bool vary_skips(const struct scenario *point, const struct entry *entry, struct vary_skip *skip)
{
    *skip = (struct vary_skip){.entry = entry, .estimate_s = run_estimate(point, entry).seconds};
    if (point->vary.count == 0)
        return false;
    skip->value = point->vary.what == VARY_ITEMS ? point->items : point->instances;
    if (skip->estimate_s > VARY_RUN_MAX_S)
        snprintf(skip->reason, sizeof skip->reason, "it would take about %.0f s, over %.0f s",
                 skip->estimate_s, VARY_RUN_MAX_S);
    else if (run_fits(point, entry, skip->reason, sizeof skip->reason))
        return false;
    return true;
}

struct estimate vary_estimate(const struct scenario *scenario, const struct entry *entry,
                              struct scenario *point)
{
    struct estimate sum = {0};
    struct vary_skip skip;
    for (uint32_t i = 0; i < vary_points(scenario); i++) {
        vary_point(scenario, i, point);
        struct estimate one = run_estimate(point, entry);
        if (vary_skips(point, entry, &skip))
            continue;
        sum.seconds += one.seconds;
        sum.bytes = one.bytes > sum.bytes ? one.bytes : sum.bytes;
    }
    return sum;
}

json *vary_document(const struct scenario *scenario)
{
    if (!scenario || scenario->vary.count == 0)
        return json_make_null();
    json *object = json_make_object(), *values = json_make_array();
    for (uint32_t i = 0; i < scenario->vary.count; i++)
        json_push(values, json_make_count(scenario->vary.values[i]));
    json_put(object, "what", json_make_text(vary_name(scenario->vary.what)));
    json_put(object, "values", values);
    return object;
}

json *vary_skipped(const struct vary_skip *skips, size_t count)
{
    json *array = json_make_array();
    for (size_t i = 0; i < count; i++) {
        json *object = json_make_object();
        json_put(object, "contender", json_make_text(skips[i].entry->label));
        json_put(object, "value", json_make_count(skips[i].value));
        json_put(object, "estimate_s", json_make_real(skips[i].estimate_s));
        json_put(object, "reason", json_make_text(skips[i].reason));
        json_push(array, object);
    }
    return array;
}

static void write_row(FILE *out, const struct scenario *scenario, const struct run_result *run)
{
    char value[CELL_MAX], texts[4][CELL_MAX];
    bool items = scenario->vary.what == VARY_ITEMS, done = run->per_item.units > 0;
    double cpu = run->per_item.server_cpu_usec + run->per_mark.server_cpu_usec;
    double rate = run->duration_s > 0 ? (double)run->items.refreshed / run->duration_s : NAN;
    cell_write(items ? (double)run->items.total : run->instance_count, FORM_COUNT, value);
    cell_write(done ? cpu : NAN, FORM_2, texts[0]);
    cell_write(done ? run->per_item.round_trips + run->per_mark.round_trips : NAN, FORM_3,
               texts[1]);
    cell_write(done ? rate : NAN, FORM_COUNT, texts[2]);
    cell_write(run->duration_s, FORM_2, texts[3]);
    fprintf(out, "%-24.24s%12s%12s%12s%14s%12s  %s\n", run->entry->label, value, texts[0], texts[1],
            texts[2], texts[3],
            run->status != RUN_COMPLETE ? run_status_name(run->status)
            : run->trustworthy          ? "balanced"
                                        : "UNTRUSTED");
}

void vary_table(FILE *out, const struct scenario *scenario, const struct run_result *runs,
                size_t count, bool colour)
{
    fprintf(out, "\n%sWhat an item costs, and how fast it goes%s\n", cell_paint(colour, CELL_BOLD),
            cell_paint(colour, CELL_PLAIN));
    fprintf(out, "%-24s%12s%12s%12s%14s%12s  %s\n", "contender", vary_name(scenario->vary.what),
            "CPU us/item", "trips/item", "items/s", "duration s", "books");
    for (uint32_t e = 0; e < scenario->entry_count; e++)
        for (size_t i = 0; i < count; i++)
            if (runs[i].entry == &scenario->entries[e])
                write_row(out, scenario, &runs[i]);
}
