#include "bench/table/sweep_table.h"

#include "bench/table/cell.h"

#include <inttypes.h>

void sweep_table_head(FILE *out)
{
    fprintf(out, "%-24s%-11s%8s%8s%11s%10s%8s%11s%9s\n", "contender", "fault", "points", "once",
            "redundant", "stranded", "lost", "unfinished", "seconds");
}

void sweep_table_signature(FILE *out, const struct sweep *sweep)
{
    uint32_t signature[SWEEP_OUTCOMES];
    sweep_signature(sweep, signature);
    fprintf(out, "%-24s%-11s%8u%8u%11u%10u%8u%11u%9.1f\n", sweep->entry->label,
            fault_kind_name(sweep->kind), sweep->count, signature[SWEEP_ONCE],
            signature[SWEEP_REDUNDANT], signature[SWEEP_STRANDED], signature[SWEEP_LOST],
            signature[SWEEP_UNFINISHED], sweep->duration_s);
}

/* "1 refreshed, 1 lost" */
static void write_fates(const struct fates *items, char *text, size_t size)
{
    const struct {
        const char *name;
        uint64_t count;
    } fates[] = {
        {"refreshed", items->refreshed}, {"pending", items->pending}, {"claimed", items->claimed},
        {"stranded", items->stranded},   {"dead", items->dead},       {"lost", items->lost},
    };
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof fates / sizeof *fates && len < size; i++)
        if (fates[i].count > 0)
            len += (size_t)snprintf(text + len, size - len, "%s%" PRIu64 " %s", len ? ", " : "",
                                    fates[i].count, fates[i].name);
}

void sweep_table_points(FILE *out, const struct sweep *sweep)
{
    fprintf(out, "\n%-7s%-14s%-23s%-11s%-24s%10s%11s\n", "role", "command", "phase", "outcome",
            "items", "redundant", "recovery s");
    for (uint32_t i = 0; i < sweep->count; i++) {
        const struct sweep_point *point = &sweep->points[i];
        char command[WIRE_NAME_MAX + 16], items[96], recovery[CELL_MAX];
        snprintf(command, sizeof command, "%u %s", point->fault.nth, point->command);
        write_fates(&point->items, items, sizeof items);
        cell_write(point->recovery_s, FORM_2, recovery);
        fprintf(out, "%-7s%-14s%-23s%-11s%-24s%10" PRIu64 "%11s\n", sweep_role_name(point), command,
                fault_phase_name(point->fault.phase), sweep_outcome_name(point->outcome), items,
                point->redundant, recovery);
    }
}
