#include "bench/table/cell.h"
#include "bench/table/table.h"

#include <inttypes.h>

/* Alerts that are listed; a queue around its threshold raises one again and again. */
enum { ALERTS_SHOWN = 8 };

static void write_probe(FILE *out, const struct probe_result *result)
{
    const struct probe *probe = result->probe;
    fprintf(out, "  %-12s %-9s each %6.3f s  %6" PRIu64 " calls  %9" PRIu64 " B out  %9" PRIu64
                 " B in  last %" PRIu64 "\n",
            probe->name, probe->command, result->interval_s, result->calls, result->bytes_out,
            result->bytes_in, result->last);
}

static void write_alert(FILE *out, const struct alert_result *alert)
{
    fprintf(out, "  %s (%s over %" PRIu64 "): raised %.2f s, ", alert->probe->alert,
            alert->probe->name, alert->probe->alert_over, alert->raised_s);
    if (alert->cleared_s < 0)
        fputs("not cleared\n", out);
    else
        fprintf(out, "cleared %.2f s\n", alert->cleared_s);
}

static void write_run(FILE *out, const struct run_result *run, bool colour)
{
    const struct observed *observed = &run->observed;
    char with[CELL_MAX], without[CELL_MAX];
    cell_write(observed->p99_with_us, FORM_1, with);
    cell_write(observed->p99_without_us, FORM_1, without);
    fprintf(out, "\n%sMonitoring of %s, repeat %" PRIu32 "%s\n", cell_paint(colour, CELL_BOLD),
            run->entry->label, run->repeat, cell_paint(colour, CELL_PLAIN));
    fprintf(out, "  %" PRIu64 " calls, %.1f ms of server time; p99 of commands in us: %s with "
                 "probes, %s without\n",
            observed->calls, observed->server_usec / 1e3, observed->samples_with ? with : "-",
            observed->samples_without ? without : "-");
    for (uint32_t i = 0; i < observed->probe_count; i++)
        write_probe(out, &observed->probes[i]);
    uint32_t shown = observed->alert_count < ALERTS_SHOWN ? observed->alert_count : ALERTS_SHOWN;
    for (uint32_t i = 0; i < shown; i++)
        write_alert(out, &observed->alerts[i]);
    if (observed->alerts_raised > shown)
        fprintf(out, "  and %" PRIu64 " alerts more\n", observed->alerts_raised - shown);
}

void table_write_observed(FILE *out, const struct run_result *runs, size_t count, bool colour)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (runs[i].observed.enabled)
            write_run(out, &runs[i], colour);
        any |= runs[i].observed.enabled;
    }
    if (any)
        fputc('\n', out);
}
