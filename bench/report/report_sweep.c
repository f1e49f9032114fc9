#include "bench/report/report_sweep.h"

#include "bench/chart/sweep_chart.h"

#include <stdio.h>

static bool is_alone(const json *document)
{
    return json_get(document, "sweeps") == NULL;
}

size_t report_sweep_count(const json *document)
{
    return is_alone(document) ? 1 : json_size(json_get(document, "sweeps"));
}

const json *report_sweep_at(const json *document, size_t i)
{
    return is_alone(document) ? document : json_at(json_get(document, "sweeps"), i);
}

void report_sweep_stem(const json *document, size_t i, const char *suffix, char *stem, size_t size)
{
    const char *contender = json_text(report_sweep_at(document, i), "contender");
    snprintf(stem, size, "%s%s", is_alone(document) || !contender ? "sweep" : contender, suffix);
}

bool report_sweep_draw(const char *directory, const char *suffix, const json *document,
                       char *message, size_t size)
{
    for (size_t i = 0; i < report_sweep_count(document); i++) {
        char stem[128];
        report_sweep_stem(document, i, suffix, stem, sizeof stem);
        enum drawing drawing =
            sweep_chart_draw(directory, stem, report_sweep_at(document, i), message, size);
        if (drawing == DRAWING_FAILED)
            return false;
        if (drawing == DRAWING_NO_PROGRAM)
            snprintf(message, size, "%s", GNUPLOT_MISSING);
    }
    return true;
}
