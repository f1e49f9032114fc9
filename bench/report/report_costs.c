/* Section 3: operations, CPU, memory, bytes, and the cost of idling. */
#include "bench/report/report_sections.h"

#include <math.h>

/* Of all commands together, per item that was refreshed; both ways have one name each. */
static double bytes_per_item(const json *run, const char *direction)
{
    const char *name;
    json *command;
    double sum = 0;
    for (void *at = NULL; json_next(json_get(run, "commands"), &at, &name, &command);)
        sum += json_number(command, direction);
    return sum / json_number(run, "per_item.units");
}

static double bytes_held_per_item(const json *run, const char *name)
{
    return json_number(run, name) / json_number(run, "items.total");
}

static double percent(const json *run, const char *name)
{
    return json_number(run, name) * 100;
}

static double calls(const json *run, const char *name)
{
    (void)name;
    double mark = json_number(run, "per_mark.server_calls");
    return json_number(run, "per_item.server_calls") + (isfinite(mark) ? mark : 0);
}

static void write_row(struct page *page, const struct chart_data *data,
                      const struct chart_group *group)
{
    const struct spread figures[] = {
        chart_figure(data, group, calls, NULL),
        chart_figure(data, group, chart_cpu_usec, NULL),
        chart_figure(data, group, bytes_per_item, "bytes_out"),
        chart_figure(data, group, bytes_per_item, "bytes_in"),
        chart_figure(data, group, bytes_held_per_item, "redis.memory_seeded_bytes"),
        chart_figure(data, group, bytes_held_per_item, "redis.memory_peak_bytes"),
        chart_figure(data, group, percent, "redis.cpu_share"),
        chart_figure_at(data, group, "idle_calls_per_instance_s"),
    };
    page_raw(page, "<tr>");
    page_cell_contender(page, group->label, group->style);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        page_cell_range(page, figures[i].median, figures[i].least, figures[i].most);
    page_raw(page, "</tr>\n");
}

REPORT_SECTION(costs)
{
    (void)report;
    char heading[256], range[160];
    const struct chart_data *data = &document->data;
    page_raw(page, "<div class=\"card\">");
    page_table_begin(page, NULL,
                     "contender|#server calls per item, with the mark|"
                     "#server CPU, µs per item, with the mark|"
                     "#bytes sent per item|#bytes received per item|#memory of a mark, bytes|"
                     "#Redis at its peak, bytes per item|#Redis CPU, % of the cycle|"
                     "#calls of an idle instance per s");
    for (size_t i = 0; i < data->group_count; i++)
        write_row(page, data, &data->groups[i]);
    page_table_end(page);
    page_raw(page, "</div>\n<p class=\"lead\">Idling is measured where there is nothing to do; "
                   "the scenario idle shows it. Over 100 % of the cycle is an overrun: Redis "
                   "was busy for longer than the cycle lasts.</p>\n");
    report_extremes(document, calls, NULL, "", range, sizeof range);
    snprintf(heading, sizeof heading, "Server calls for one item, with its mark%s", range);
    report_chart(page, document, "operations", heading,
                 "A row for each command that an item costs, calls made inside scripts included; "
                 "the thick row is their sum. The scale is logarithmic: each step to the right is "
                 "ten or a hundred times as much. A bar is the range over repeats; a command "
                 "without a point was not called in every repeat.");
    report_extremes(document, chart_cpu_usec, NULL, " µs", range, sizeof range);
    snprintf(heading, sizeof heading, "Server CPU for one item, with its mark%s", range);
    report_chart(page, document, "server_cpu", heading,
                 "User and system time of the whole Redis process. The parts are what producers "
                 "cause (mark) and what instances cause (claim and acknowledge); compare the sum. "
                 "Times of different machines do not compare, their ratios do.");
}
