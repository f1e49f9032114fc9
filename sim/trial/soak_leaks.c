/* Runs after which their process must hold what it held before. */
#include "sim/trial/soak.h"

#include "sim/machine/lanes.h"
#include "sim/server/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the allocator may keep for itself, in all. */
enum { LANES = 4, SLACK_BYTES = 64 << 10 };

/* Mapped shared. */
struct leaking {
    volatile int stop;
    struct run_options options; /* of a run */
    const struct run_options *asked;
    const struct soak *soak;
    uint32_t pieces;
    char error[256]; /* why a process could not begin, or "" */
    struct soak_leaks found[];
};

/* ---- what a process holds */

struct holding {
    uint32_t descriptors, mappings, files;
    uint64_t bytes;
};

static uint32_t count_entries(const char *path)
{
    uint32_t count = 0;
    DIR *directory = opendir(path);
    while (directory != NULL && readdir(directory) != NULL)
        count++;
    if (directory != NULL)
        closedir(directory);
    return count;
}

/* Of all processes, which are what a run leaves to others; the allocator's come and go. */
static uint32_t count_shared_mappings(void)
{
    char line[512];
    uint32_t count = 0;
    FILE *file = fopen("/proc/self/maps", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        count += strstr(line, "rw-s") != NULL;
    if (file != NULL)
        fclose(file);
    return count;
}

/* Where a sanitizer stands in for the allocator, it knows. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static uint64_t count_bytes(void)
{
    if (__sanitizer_get_current_allocated_bytes != NULL)
        return __sanitizer_get_current_allocated_bytes();
    return mallinfo2().uordblks + mallinfo2().hblkhd;
}

static struct holding look(const char *directory)
{
    return (struct holding){.descriptors = count_entries("/proc/self/fd"),
                            .mappings = count_shared_mappings(),
                            .files = count_entries(directory),
                            .bytes = count_bytes()};
}

static uint32_t beyond(uint64_t before, uint64_t after)
{
    return after > before ? (uint32_t)(after - before) : 0;
}

/* Children that were not reaped: whoever lives is a leak, and so is a zombie. */
static uint32_t count_children(void)
{
    uint32_t count = 0;
    siginfo_t info;
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == 0) {
        count++;
        if (info.si_pid == 0)
            break; /* it lives */
    }
    return count;
}

/* ---- the runs of one process */

enum ending { HEALTHY, BROKEN, INTERRUPTED, WITHOUT_SERVER, ENDINGS };

struct interrupter {
    volatile int interrupted;
    const volatile int *stop;
};

static void interrupt_soon(void *context, const struct run_progress *progress)
{
    struct interrupter *interrupter = context;
    if (strcmp(progress->phase, "running") == 0 || *interrupter->stop != 0)
        interrupter->interrupted = 1;
}

static void make_run(const struct leaking *leaking, const struct entry *entry, uint32_t number)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    struct run_options options = leaking->options;
    struct interrupter interrupter = {.stop = &leaking->stop};
    enum ending ending = number % ENDINGS;
    struct run_result run;
    if (scenario == NULL)
        return;
    soak_scenario(entry, number, scenario);
    if (ending != BROKEN)
        scenario->event_count = 0;
    if (ending == INTERRUPTED) {
        options.interrupted = &interrupter.interrupted;
        options.progress = interrupt_soon;
        options.progress_context = &interrupter;
    }
    if (ending == WITHOUT_SERVER)
        options.program = "/bin/false";
    run_contender(scenario, &scenario->entries[0], 1, &options, &run);
    run_result_close(&run);
    free(scenario);
}

/* The first run of each kind fills what the libraries keep for good. */
static void make_block(const struct leaking *leaking, uint32_t first, const char *directory,
                       struct soak_leaks *found)
{
    const struct soak *soak = leaking->soak;
    struct holding before = {0};
    for (uint32_t i = 0; i < SOAK_BLOCK + ENDINGS && leaking->stop == 0; i++) {
        if (i == ENDINGS)
            before = look(directory);
        make_run(leaking, &soak->rows[(first + i) / ENDINGS % soak->row_count].entry, first + i);
        found->runs += i >= ENDINGS;
    }
    if (leaking->stop != 0)
        return;
    struct holding after = look(directory);
    found->descriptors = beyond(before.descriptors, after.descriptors);
    found->mappings = beyond(before.mappings, after.mappings);
    found->files = beyond(before.files, after.files);
    found->bytes = beyond(before.bytes + SLACK_BYTES, after.bytes);
    found->processes = count_children();
}

/* In a directory of its own, so that nobody else's files are there. */
static void run_piece(void *context, uint32_t piece)
{
    struct leaking *leaking = context;
    char directory[PATH_MAX];
    struct soak_leaks *found = &leaking->found[piece];
    if (!scratch_create(directory, 64, leaking->error, sizeof leaking->error)) {
        leaking->stop = 1;
        return;
    }
    janitor_add_directory(leaking->options.janitor, directory);
    setenv("TMPDIR", directory, 1);
    make_block(leaking, piece * SOAK_BLOCK, directory, found);
    if (scratch_remove(directory))
        janitor_forget_directory(leaking->options.janitor, directory);
}

static void add(struct soak_leaks *sum, const struct soak_leaks *found)
{
    sum->runs += found->runs;
    sum->descriptors += found->descriptors;
    sum->mappings += found->mappings;
    sum->processes += found->processes;
    sum->files += found->files;
    sum->bytes += found->bytes;
}

static void tell_progress(void *context, uint32_t latest, uint32_t over)
{
    const struct leaking *leaking = context;
    (void)latest; /* a piece is of all contenders */
    run_tell(leaking->asked, "all contenders", "runs for leaks", over, leaking->pieces);
}

bool soak_leaks(struct soak *soak, uint32_t runs, const struct run_options *options, char *error,
                size_t error_size)
{
    uint32_t pieces = (runs + SOAK_BLOCK - 1) / SOAK_BLOCK;
    size_t bytes = sizeof(struct leaking) + pieces * sizeof(struct soak_leaks);
    struct leaking *leaking =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (leaking == MAP_FAILED) {
        snprintf(error, error_size, "the soak: %s", strerror(errno));
        return false;
    }
    leaking->options = *options;
    leaking->options.interrupted = &leaking->stop;
    leaking->options.without_marks = true;
    leaking->options.progress = NULL;
    leaking->asked = options;
    leaking->soak = soak;
    leaking->pieces = pieces;
    const struct lanes lanes = {.janitor = options->janitor,
                                .interrupted = options->interrupted,
                                .stop = &leaking->stop,
                                .work = run_piece,
                                .context = leaking,
                                .tell = tell_progress};
    bool good = lanes_run(&lanes, pieces, LANES, error, error_size);
    if (good && leaking->error[0] != '\0') {
        snprintf(error, error_size, "the soak: %s", leaking->error);
        good = false;
    }
    for (uint32_t i = 0; i < pieces; i++)
        add(&soak->leaks, &leaking->found[i]);
    munmap(leaking, bytes);
    return good;
}
