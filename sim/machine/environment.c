#include "sim/machine/environment.h"

#include "sim/commit.h"
#include "sim/machine/placement.h"
#include "sim/machine/procfs.h"
#include "sim/server/info.h"
#include "sim/server/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#if defined __x86_64__ || defined __i386__
#include <cpuid.h>
#endif

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* Copies up to the end of the line. */
static void copy_line(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%.*s", (int)strcspn(from, "\r\n"), from);
}

/* ---- the machine */

static void read_cpu_model(char *model, size_t size)
{
    char text[4096];
    procfs_text("/proc/cpuinfo", text, sizeof text);
    const char *line = strstr(text, "model name");
    const char *colon = line ? strchr(line, ':') : NULL;
    copy_line(model, size, colon ? colon + 1 + strspn(colon + 1, " \t") : "");
}

/* Who runs this machine, if it is a virtual one: the signature that the processor tells, such as
 * "KVMKVMKVM", or the kernel's word for it. */
static void read_hypervisor(char *name, size_t size)
{
#if defined __x86_64__ || defined __i386__
    unsigned eax, ebx, ecx, edx;
    const unsigned is_virtual = 1U << 31, leaf = 0x40000000;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & is_virtual) != 0) {
        __cpuid(leaf, eax, ebx, ecx, edx);
        const unsigned words[] = {ebx, ecx, edx};
        snprintf(name, size, "%.*s", (int)sizeof words, (const char *)words);
        return;
    }
#endif
    procfs_text("/sys/hypervisor/type", name, size);
}

/* "always [madvise] never": what stands in the brackets. */
static void read_chosen(const char *path, char *chosen, size_t size)
{
    char text[128];
    procfs_text(path, text, sizeof text);
    const char *open = strchr(text, '[');
    snprintf(chosen, size, "%.*s", open ? (int)strcspn(open + 1, "]") : 0, open ? open + 1 : "");
}

/* "<quota> <period>" in us, or "max <period>"; version 1 says -1 where version 2 says max. */
static void read_cpu_max(char *text, size_t size)
{
    if (procfs_cgroup("cpu", "cpu.max", text, size))
        return;
    char quota[16], period[16];
    if (procfs_cgroup("cpu", "cpu.cfs_quota_us", quota, sizeof quota) &&
        procfs_cgroup("cpu", "cpu.cfs_period_us", period, sizeof period))
        snprintf(text, size, "%s %s", strcmp(quota, "-1") ? quota : "max", period);
}

static int64_t memory_bytes(void)
{
    int64_t pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? pages * page : -1;
}

static void read_tool(struct environment *e)
{
    snprintf(e->dibs_version, sizeof e->dibs_version, "%s", DIBS_VERSION);
    snprintf(e->dibs_commit, sizeof e->dibs_commit, "%s", DIBS_COMMIT);
    snprintf(e->compiler, sizeof e->compiler, "%s", COMPILER);
    snprintf(e->flags, sizeof e->flags, "%s", DIBS_FLAGS);
    snprintf(e->hiredis, sizeof e->hiredis, "%s", wire_library_version());
}

void environment_read_machine(struct environment *e)
{
    *e = (struct environment){.server_other_clients = -1};
    read_cpu_model(e->cpu_model, sizeof e->cpu_model);
    e->cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    e->cores_allowed = (int)placement_cores();
    read_cpu_max(e->cgroup_cpu_max, sizeof e->cgroup_cpu_max);
    read_hypervisor(e->hypervisor, sizeof e->hypervisor);
    procfs_text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", e->governor,
                sizeof e->governor);
    struct utsname name;
    if (uname(&name) == 0)
        snprintf(e->kernel, sizeof e->kernel, "%.15s %.63s %.15s", name.sysname, name.release,
                 name.machine);
    procfs_text("/sys/devices/system/clocksource/clocksource0/current_clocksource",
                e->clocksource, sizeof e->clocksource);
    read_chosen("/sys/kernel/mm/transparent_hugepage/enabled", e->transparent_hugepages,
                sizeof e->transparent_hugepages);
    e->overcommit_memory = (int)procfs_number("/proc/sys/vm/overcommit_memory");
    e->somaxconn = (int)procfs_number("/proc/sys/net/core/somaxconn");
    e->memory_bytes = memory_bytes();
    if (getloadavg(&e->load_before, 1) != 1)
        e->load_before = -1;
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) != NULL)
        strftime(e->time_utc, sizeof e->time_utc, "%Y-%m-%dT%H:%M:%SZ", &utc);
    read_tool(e);
}

/* ---- the server */

/* Where a text is copied to. */
struct field {
    const char *name;
    size_t offset, size;
};

#define FIELD(name, member) \
    {name, offsetof(struct environment, member), sizeof((struct environment *)0)->member}

static const struct field server_fields[] = {
    FIELD("redis_build_id", server_build_id),
    FIELD("valkey_build_id", server_build_id),
    FIELD("hz", server_hz),
    {NULL, 0, 0},
};

static const struct field memory_fields[] = {
    FIELD("mem_allocator", server_allocator),
    FIELD("maxmemory", server_maxmemory),
    FIELD("maxmemory_policy", server_maxmemory_policy),
    {NULL, 0, 0},
};

static const struct field config_fields[] = {
    FIELD("save", server_save),
    FIELD("appendonly", server_appendonly),
    FIELD("io-threads", server_io_threads),
    FIELD("hz", server_hz),
    {NULL, 0, 0},
};

static void copy_fields(struct environment *e, const struct field *fields, const char *info)
{
    for (const struct field *f = fields; f->name != NULL; f++) {
        char value[256];
        if (info_text(info, f->name, value, sizeof value))
            snprintf((char *)e + f->offset, f->size, "%s", value);
    }
}

/* The reply of CONFIG GET is the name and then the value. */
struct value {
    char *text;
    size_t size;
};

static void keep_value(void *context, const struct wire_element *element)
{
    struct value *value = context;
    if (element->type == WIRE_TEXT && element->index == 1)
        snprintf(value->text, value->size, "%.*s", (int)element->len, element->text);
}

void environment_read_server(struct environment *e, struct wire *wire)
{
    const char *kind, *info = info_ask(wire, "server");
    info_version(info, &kind, e->server_version, sizeof e->server_version);
    snprintf(e->server_kind, sizeof e->server_kind, "%s", kind);
    copy_fields(e, server_fields, info);
    copy_fields(e, memory_fields, info_ask(wire, "memory"));
    int clients = (int)info_number(info_ask(wire, "clients"), "connected_clients", 0);
    e->server_other_clients = clients - 1; /* this connection is ours */
    for (const struct field *f = config_fields; f->name != NULL; f++) {
        struct value value = {(char *)e + f->offset, f->size};
        struct wire_reply reply = {.visit = keep_value, .context = &value};
        wire_ask(wire, &reply, "CONFIG GET", f->name);
    }
}

bool environment_of_program(struct environment *environment, struct janitor *janitor,
                            const char *program, const volatile int *interrupted, char *error,
                            size_t size)
{
    static const struct wire_options patience = {.connect_timeout_ms = 5000,
                                                 .command_timeout_ms = 5000};
    struct server server;
    struct wire_meter meter = {0};
    struct wire wire;
    environment_read_machine(environment);
    if (!server_start(&server, janitor, program, PLACEMENT_FREE, 1, interrupted)) {
        snprintf(error, size, "%s", server.error);
        server_stop(&server);
        return false;
    }
    bool good = wire_open(&wire, &server.address, patience, &meter, NULL);
    if (good)
        environment_read_server(environment, &wire);
    else
        snprintf(error, size, "%s", wire.err);
    wire_close(&wire);
    server_stop(&server);
    return good;
}
