/* Section 4: how long an item waits, and how long a round trip takes. */
#include "bench/report/report_sections.h"

/* Of which one in a hundred is worse. */
static double rare_delay_s(const json *run, const char *name)
{
    (void)name;
    return json_number(run, "delay.p99_us") / 1e6;
}

REPORT_SECTION(waits)
{
    (void)report;
    char heading[256], range[160];
    report_extremes(document, rare_delay_s, NULL, " s", range, sizeof range);
    snprintf(heading, sizeof heading, "Delay of a refresh, 99th percentile%s", range);
    report_chart(page, document, "delay", heading,
                 "From when an item became outdated, by plan, to the refresh that served it. To "
                 "the right are the rarer, worse delays: one in ten waits longer than the curve at "
                 "90 %, one in a thousand longer than at 99.9 %. Lower is better. Curves end where "
                 "fewer than ten samples remain, and say nothing beyond.");
    report_chart(page, document, "service", "Service time of a round trip",
                 "From the moment a batch of commands is sent to its reply, in a closed loop: "
                 "nobody sends before the last reply is there, so that this is what Redis and the "
                 "socket take, not what a user waits. All commands of instances and producers "
                 "together.");
}
