/* Many histories, side by side. */
#include "sim/trial/oracle.h"

#include "sim/machine/lanes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { LANES = 4 };

struct many {
    volatile int stop;
    bool failed;
    const struct run_options *options;
    uint32_t histories;
    struct oracle_report reports[LANES];
};

static void run_lane(void *context, uint32_t lane)
{
    struct many *many = context;
    for (uint64_t seed = lane; seed < many->histories && many->stop == 0; seed += LANES)
        if (!oracle_history(seed + 1, many->options->janitor, &many->reports[lane])) {
            many->failed = true;
            many->stop = 1;
        }
}

static void add(struct oracle_report *sum, const struct oracle_report *one)
{
    sum->histories += one->histories;
    sum->kills += one->kills;
    sum->writes_cut += one->writes_cut;
    sum->refreshes += one->refreshes;
    sum->disagreements += one->disagreements;
    if (sum->first[0] == '\0')
        memcpy(sum->first, one->first, sizeof sum->first);
}

/* Lanes last to the end: what they have done by now stands in their reports. */
static void tell_progress(void *context, uint32_t latest, uint32_t over)
{
    const struct many *many = context;
    uint32_t done = 0;
    (void)latest, (void)over;
    for (uint32_t i = 0; i < LANES; i++)
        done += many->reports[i].histories;
    run_tell(many->options, "killed writers", "histories", done, many->histories);
}

bool oracle_run(uint32_t kills, const struct run_options *options, struct oracle_report *report)
{
    struct many *many =
        mmap(NULL, sizeof *many, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *report = (struct oracle_report){0};
    if (many == MAP_FAILED) {
        snprintf(report->first, sizeof report->first, "the oracle: %s", strerror(errno));
        return false;
    }
    many->options = options;
    many->histories = (kills + ORACLE_KILLS - 1) / ORACLE_KILLS;
    const struct lanes lanes = {.janitor = options->janitor,
                                .interrupted = options->interrupted,
                                .stop = &many->stop,
                                .work = run_lane,
                                .context = many,
                                .tell = tell_progress};
    char error[160];
    bool good = lanes_run(&lanes, LANES, LANES, error, sizeof error);
    for (uint32_t i = 0; i < LANES; i++)
        add(report, &many->reports[i]);
    if (!good)
        snprintf(report->first, sizeof report->first, "%s", error);
    good &= !many->failed;
    munmap(many, sizeof *many);
    return good;
}
