#include "bench/chart/chart_table.h"

void chart_table_figure(FILE *table, struct spread f)
{
    fprintf(table, "\t%.6g\t%.6g\t%.6g", f.median, f.least, f.most);
}

size_t chart_table_frontier(FILE *table, const struct chart_data *data)
{
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        struct spread harm;
        size_t kills;
        chart_harm(g, &harm, &kills);
        fprintf(table, "%s\t%u", g->label, g->style);
        chart_table_figure(table, chart_figure(data, g, chart_cpu_usec, NULL));
        chart_table_figure(table, harm);
        fprintf(table, "\t%zu\n", kills);
    }
    return data->group_count;
}

/* A mark that was not made, or not measured, costs nothing here; the label says so. */
static double cpu_per_mark(const json *run, const char *name)
{
    (void)name;
    return chart_cpu_usec(run, NULL) - json_number(run, "per_item.server_cpu_usec");
}

static size_t write_server_cpu(FILE *table, const struct chart_data *data)
{
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        fprintf(table, "%s\t%u", g->label, g->style);
        chart_table_figure(table, chart_figure(data, g, cpu_per_mark, NULL));
        chart_table_figure(table, chart_figure_at(data, g, "per_item.server_cpu_usec"));
        chart_table_figure(table, chart_figure(data, g, chart_cpu_usec, NULL));
        fputc('\n', table);
    }
    return data->group_count;
}

const struct chart_table chart_tables[CHART_TABLES_MAX] = {
    {"frontier",
     "contender\tstyle\tcpu_usec\tcpu_usec_min\tcpu_usec_max\t"
     "harm_items\tharm_items_min\tharm_items_max\tkills",
     chart_table_frontier, false, false},
    {"published", "contender\tstyle\tfigure\tpublished_low\tpublished_high\tmeasured\tverdict",
     chart_table_published, true, false},
    {"operations", "contender\tstyle\tpart\tserver_calls\tserver_calls_min\tserver_calls_max",
     chart_table_operations, false, false},
    {"server_cpu",
     "contender\tstyle\tper_mark_usec\tper_mark_usec_min\tper_mark_usec_max\t"
     "per_item_usec\tper_item_usec_min\tper_item_usec_max\t"
     "total_usec\ttotal_usec_min\ttotal_usec_max",
     write_server_cpu, false, false},
    {"delay", "contender\tstyle\tpercentile\tone_in\tdelay_s", chart_table_delay, false, false},
    {"service", "contender\tstyle\tpercentile\tone_in\tservice_s", chart_table_service, true,
     false},
    {"progress", "contender\tstyle\trepeat\tt_s\tbacklog\theld\tdone", chart_table_progress, false,
     false},
    {"timeline", "contender\tstyle\tt_s\tbacklog\theld\tper_s\tredis_cpu\talive\twanted\tevent",
     chart_table_timeline, true, false},
    {"shares", "contender\tstyle\tinstance\trefreshes\tshare\tidle_s\tjain", chart_table_shares,
     false, false},
    {"scaling",
     "contender\tstyle\twhat\tvalue\tcpu_usec\tcpu_usec_min\tcpu_usec_max\t"
     "per_s\tper_s_min\tper_s_max",
     chart_table_scaling, false, true},
    {NULL, NULL, NULL, false, false},
};
