/* Section 6: who did the work. */
#include "bench/report/report_sections.h"

REPORT_SECTION(shares)
{
    (void)report;
    report_chart(page, document, "shares", "Refreshes of each instance over a fair share",
                 "Each point is an instance; on the dashed line all of them do the same. The Jain "
                 "index says it in one number: 1 where the work is shared evenly, 1/n where one of "
                 "n instances does everything. On the right, the longest that an instance was done "
                 "while there was still a backlog. The first repeat is shown, as a mean over "
                 "repeats would hide who got nothing.");
}
