/* Section 8: cost and throughput against the one thing that is varied. */
#include "bench/report/report_sections.h"

#include <string.h>

static void write_run(struct page *page, struct report *report, const json *run, bool items)
{
    const char *name = json_text(run, "contender"), *status = json_text(run, "status");
    double instances = (double)json_size(json_get(run, "instances"));
    page_raw(page, "<tr>");
    page_cell_contender(page, name ? name : "?",
                        chart_style_of(&report->styles, name ? name : "?"));
    page_cell_number(page, items ? json_number(run, "items.total") : instances);
    page_cell_number(page, chart_cpu_usec(run, NULL));
    page_cell_number(page, chart_round_trips(run, NULL));
    page_cell_number(page, json_number(run, "items.refreshed") / json_number(run, "duration_s"));
    page_cell_number(page, json_number(run, "delay.max_us") / 1e6);
    page_cell_text(page, status ? status : "–");
    page_raw(page, "</tr>\n");
}

static void write_skipped(struct page *page, const json *skipped, const char *what)
{
    page_raw(page, "<ul class=\"notes\">\n");
    for (size_t i = 0; i < json_size(skipped); i++) {
        const json *point = json_at(skipped, i);
        char value[64];
        page_number_text(json_number(point, "value"), value, sizeof value);
        page_put(page, "<li>", json_text(point, "contender"), "");
        page_say(page, " at %s %s was skipped: ", value, what);
        page_put(page, "", json_text(point, "reason"), "</li>\n");
    }
    page_raw(page, "</ul>\n");
}

REPORT_SECTION(scaling)
{
    const json *runs = json_get(document->document, "runs");
    const char *what = json_text(document->document, "vary.what");
    char heads[256];
    if (!what)
        what = "value";
    report_chart(page, document, "scaling", "Cost and throughput at each value",
                 "On the left what one item costs Redis, on the right how many items a second are "
                 "served, both on logarithmic scales. A flat curve on the left means that size "
                 "costs nothing extra; one that climbs like the number of instances means that "
                 "each of them does everything. A bar is the range over repeats. Where a point is "
                 "missing, the list below says why.");
    write_skipped(page, json_get(document->document, "vary_skipped"), what);
    snprintf(heads, sizeof heads,
             "contender|#%s|#server CPU, µs per item|#round trips per item|#items per s|"
             "#worst delay, s|status",
             what);
    page_raw(page, "<div class=\"card\">");
    page_table_begin(page, NULL, heads);
    for (size_t i = 0; i < json_size(runs); i++)
        write_run(page, report, json_at(runs, i), strcmp(what, "items") == 0);
    page_table_end(page);
    page_raw(page, "</div>\n");
}
