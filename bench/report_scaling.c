/* Section 8: cost and throughput against the one thing that is varied. */
#include "bench/report_sections.h"

REPORT_SECTION(scaling)
{
    (void)report;
    (void)document;
    page_raw(page, "");
}
