/* Section 5: what happened over time. */
#include "bench/report/report_sections.h"

#include <math.h>

static void write_events(struct page *page, const struct chart_data *data)
{
    bool any = false;
    for (size_t i = 0; i < data->group_count; i++)
        any = any || json_size(json_get(data->groups[i].runs[0], "events")) > 0;
    if (!any)
        return;
    page_raw(page, "<details><summary>Every event of the first repeats</summary>\n");
    page_table_begin(page, NULL, "contender|#asked for at, s|#confirmed at, s|event");
    for (size_t i = 0; i < data->group_count; i++) {
        const json *events = json_get(data->groups[i].runs[0], "events");
        for (size_t e = 0; e < json_size(events); e++) {
            page_raw(page, "<tr>");
            page_cell_contender(page, data->groups[i].label, data->groups[i].style);
            page_cell_number(page, json_number(json_at(events, e), "asked_s"));
            page_cell_number(page, json_number(json_at(events, e), "confirmed_s"));
            page_cell_text(page, json_text(json_at(events, e), "text"));
            page_raw(page, "</tr>\n");
        }
    }
    page_table_end(page);
    page_raw(page, "</details>\n");
}

REPORT_SECTION(time)
{
    (void)report;
    report_chart(page, document, "progress", "What was left, all on one clock",
                 "How many items were still outdated, a panel for each contender, all with the "
                 "same axes; a line for each repeat. Where durations differ a hundredfold the time "
                 "axis is logarithmic. A curve that ends above zero left a backlog, or what was "
                 "marked last.");
    report_chart(page, document, "timeline", "Backlog, throughput, Redis CPU and instances",
                 "The first repeat of each contender on its own clock, from top to bottom: items "
                 "left (dotted: those in hand), refreshes per second on a scale of its own, cores "
                 "that Redis used, "
                 "instances alive (dotted: those wanted). A dashed vertical line is an event: a "
                 "crash, a pause, a start or a change of scale.");
    write_events(page, &document->data);
}
