#include "bench/table/table.h"

#include "bench/table/cell.h"

#include <inttypes.h>

/* Lost or stranded: over the kills that came about, the fewest, the most, and all of them. */
static void write_probe(FILE *out, const struct crash_probe *probe, bool colour)
{
    uint64_t least = UINT64_MAX, most = 0, lost = 0, stranded = 0;
    uint32_t kills = 0;
    for (uint32_t i = 0; i < probe->kills; i++) {
        const struct crash_kill *kill = &probe->results[i];
        uint64_t harm = kill->items.lost + kill->items.stranded;
        if (!kill->struck)
            continue;
        kills++;
        lost += kill->items.lost;
        stranded += kill->items.stranded;
        least = harm < least ? harm : least;
        most = harm > most ? harm : most;
    }
    if (kills == 0) {
        fprintf(out, "%-24.24s  not measured\n", probe->entry->label);
        return;
    }
    fprintf(out, "%-24.24s%8" PRIu32 "%12" PRIu64 "%12" PRIu64 "%12" PRIu64 "%12" PRIu64,
            probe->entry->label, kills, lost, stranded, least, most);
    fprintf(out, "  %s%s%s\n", cell_paint(colour && most > 0, CELL_RED),
            most > 0 ? "takes work with it" : "takes nothing",
            cell_paint(colour && most > 0, CELL_PLAIN));
}

void table_write_probes(FILE *out, const struct crash_probe *probes, size_t count, bool colour)
{
    if (count == 0)
        return;
    fprintf(out, "\n%sWhat one killed instance takes with it, of %d items%s\n",
            cell_paint(colour, CELL_BOLD), CRASH_PROBE_ITEMS, cell_paint(colour, CELL_PLAIN));
    fprintf(out, "%-24s%8s%12s%12s%12s%12s\n", "contender", "kills", "lost", "stranded",
            "fewest/kill", "most/kill");
    for (size_t i = 0; i < count; i++)
        write_probe(out, &probes[i], colour);
}
