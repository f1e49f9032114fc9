#include "bench/report/recommendation.h"

#include "sim/judge/verdict.h"
#include "strategies/registry.h"

#include <math.h>
#include <string.h>

/* Of each version that was served: more than one is work done again. */
static double refreshes_per_version(const json *run, const char *name)
{
    (void)name;
    double total = json_number(run, "refreshes.total");
    return total / (total - json_number(run, "refreshes.redundant"));
}

static bool is_sound(const json *run)
{
    return json_flag(run, "trustworthy") && !json_text(run, "broken_promise") &&
           json_count(run, "items.lost") == 0 && json_count(run, "items.stranded") == 0;
}

/* Kills that took nothing may have been lucky: its code has to promise it, too. */
static bool is_promised(const json *run)
{
    const json *promises = json_get(run, "promises");
    for (size_t i = 0; i < json_size(promises); i++)
        if (strcmp(json_text_of(json_at(promises, i)), promise_name(PROMISE_AT_LEAST_ONCE_CRASH)) ==
            0)
            return true;
    return false;
}

/* What producers mark after the last look of an instance is no backlog. */
static double marks_of_a_cycle(const json *document)
{
    double marks = json_number(document, "scenario.producers.per_s") *
                   json_number(document, "scenario.cycle_ms") / 1e3;
    return json_number(document, "scenario.producers.count") > 0 && isfinite(marks) ? marks : 0;
}

static bool finishes(const json *document, const json *run)
{
    double pending = (double)json_count(run, "items.pending");
    double to_drain = json_number(run, "cycles.to_drain"), cycles = json_number(run, "cycles.run");
    return pending <= marks_of_a_cycle(document) || (isfinite(to_drain) && to_drain <= cycles);
}

/* How many enter its lock in one run is luck, and the races for it tell. */
static void count_races(const struct chart_data *data, struct choice *choice)
{
    const json *races = json_get(data->document, "entry_race");
    for (size_t i = 0; i < json_size(races); i++) {
        const json *race = json_at(races, i);
        const char *name = json_text(race, "contender");
        if (!name || strcmp(name, choice->group->name) != 0)
            continue;
        choice->races = json_number(race, "cycles_done");
        choice->races_redundant = json_number(race, "cycles_redundant");
    }
}

struct choice choice_of(const struct chart_data *data, const struct chart_group *group)
{
    struct choice choice = {
        .group = group,
        .cpu_usec = chart_figure(data, group, chart_cpu_usec, NULL),
        .round_trips = chart_figure(data, group, chart_round_trips, NULL),
        .refreshes = chart_figure(data, group, refreshes_per_version, NULL),
        .delay_s = chart_figure_at(data, group, "delay.max_us").most / 1e6,
        .overruns = chart_figure_at(data, group, "overruns").most,
        .promised = true,
        .sound = true,
        .finishes = true,
    };
    choice.measured = chart_harm(group, &choice.harm, &choice.kills);
    count_races(data, &choice);
    for (size_t i = 0; i < group->count; i++) {
        choice.promised = choice.promised && is_promised(group->runs[i]);
        choice.sound = choice.sound && is_sound(group->runs[i]);
        choice.finishes = choice.finishes && finishes(data->document, group->runs[i]);
    }
    return choice;
}

static bool is_safe(const struct choice *choice)
{
    return choice->measured && choice->promised && choice->sound && choice->harm.most == 0;
}

/* A few repeats among many refreshes aside. */
#define ONCE 1.05

static bool works_once(const struct choice *choice)
{
    return choice->refreshes.median < ONCE && !(choice->races_redundant > 0);
}

enum choice_class choice_class(const struct choice *choice)
{
    return !is_safe(choice)     ? CHOICE_UNSAFE
           : !choice->finishes  ? CHOICE_UNFINISHED
           : works_once(choice) ? CHOICE_ONCE
                                : CHOICE_OFTEN;
}

/* ---- the recommendation */

struct range {
    size_t least, most;
};

static void range_add(struct range *range, size_t value, bool first)
{
    if (first || value < range->least)
        range->least = value;
    if (first || value > range->most)
        range->most = value;
}

/* Who qualifies, and how many were looked at. */
struct verdict {
    struct choice once;   /* the cheapest that is safe, finishes, and does no work twice */
    struct choice often;  /* the same, but it repeats work */
    struct choice unsafe; /* the cheapest that is not safe */
    struct choice least;  /* that which loses least, where nobody is safe */
    size_t probed, safe, safe_once;
    struct range kills; /* of each that was probed */
};

static bool is_cheaper(const struct choice *choice, const struct choice *than)
{
    return !than->group || choice->cpu_usec.median < than->cpu_usec.median;
}

static struct verdict judge(const struct chart_data *data)
{
    struct verdict verdict = {0};
    for (size_t i = 0; i < data->group_count; i++) {
        struct choice choice = choice_of(data, &data->groups[i]);
        if (!choice.measured || !isfinite(choice.cpu_usec.median))
            continue;
        range_add(&verdict.kills, choice.kills, verdict.probed == 0);
        verdict.probed++;
        if (!verdict.least.group || choice.harm.most < verdict.least.harm.most)
            verdict.least = choice;
        struct choice *const kinds[] = {[CHOICE_ONCE] = &verdict.once,
                                        [CHOICE_OFTEN] = &verdict.often,
                                        [CHOICE_UNFINISHED] = NULL,
                                        [CHOICE_UNSAFE] = &verdict.unsafe};
        struct choice *kind = kinds[choice_class(&choice)];
        verdict.safe += kind == &verdict.once || kind == &verdict.often;
        verdict.safe_once += kind == &verdict.once;
        if (kind && is_cheaper(&choice, kind))
            *kind = choice;
    }
    return verdict;
}

/* Where anyone is safe. */
static const struct choice *best_of(const struct verdict *verdict)
{
    return verdict->safe_once > 0 ? &verdict->once : &verdict->often;
}

#define MICROSECONDS "\u00a0µs"

static void say_cost(struct page *page, const struct choice *choice)
{
    page_number(page, choice->cpu_usec.median);
    page_text(page, MICROSECONDS " of server CPU and ");
    page_number(page, choice->round_trips.median);
    page_raw(page, " round trips for an item");
}

/* It qualifies as the best one does, and their costs cannot be told apart. */
static bool is_tied(const struct choice *choice, const struct choice *best, bool once)
{
    return choice->group != best->group &&
           choice_class(choice) == (once ? CHOICE_ONCE : CHOICE_OFTEN) &&
           choice->cpu_usec.least <= best->cpu_usec.most;
}

static void say_tied(struct page *page, const struct chart_data *data, const struct choice *best,
                     bool once)
{
    size_t tied = 0;
    for (size_t i = 0; i < data->group_count; i++) {
        struct choice choice = choice_of(data, &data->groups[i]);
        if (!is_tied(&choice, best, once))
            continue;
        page_text(page, tied++ == 0 ? " As good, for their costs overlap: " : ", ");
        page_text(page, choice.group->name);
    }
    page_text(page, tied > 0 ? "." : "");
}

static void say_repeats(struct page *page, const struct choice *choice)
{
    if (choice->refreshes.median >= ONCE) {
        page_text(page, "refreshes an item ");
        page_number(page, choice->refreshes.median);
        page_text(page, " times");
    } else {
        page_say(page, "did work twice in %.0f of %.0f races for its lock", choice->races_redundant,
                 choice->races);
    }
}

/* Who costs Redis less than the choice, and why it is not chosen. */
static void say_cheaper(struct page *page, const struct choice *cheaper, const struct choice *best)
{
    if (!cheaper->group || cheaper->cpu_usec.median >= best->cpu_usec.median)
        return;
    page_text(page, " ");
    page_text(page, cheaper->group->name);
    page_text(page, " costs Redis less (");
    page_number(page, cheaper->cpu_usec.median);
    page_text(page, MICROSECONDS "), but ");
    if (cheaper->harm.most > 0) {
        page_text(page, "one kill took up to ");
        page_number(page, cheaper->harm.most);
        page_text(page, " items with it.");
    } else if (!cheaper->promised) {
        page_text(page, "its code does not promise at least once under crash.");
    } else if (!cheaper->sound) {
        page_text(page, "its own run was not sound.");
    } else {
        page_text(page, "it ");
        say_repeats(page, cheaper);
        page_text(page, ".");
    }
}

static void say_best(struct page *page, const struct verdict *verdict)
{
    const struct choice *best = best_of(verdict);
    bool once = verdict->safe_once > 0;
    size_t rivals = once ? verdict->safe_once : verdict->safe;
    page_say(page, "Choose %s: ", best->group->name);
    if (rivals > 1)
        page_say(page, "the cheapest of %zu contenders that promise", rivals);
    else
        page_text(page, "the only contender that promises");
    page_text(page, " at least once under crash, lost and stranded nothing in any kill");
    page_text(page, once ? ", finished the backlog and did no work twice, at "
                         : " and finished the backlog, at ");
    say_cost(page, best);
    if (!once) {
        page_text(page, ", though it ");
        say_repeats(page, best);
    }
    page_text(page, ".");
}

/* Who is as good, and who is cheaper but was not chosen. */
static void say_others(struct page *page, const struct chart_data *data,
                       const struct verdict *verdict)
{
    const struct choice *best = best_of(verdict);
    bool once = verdict->safe_once > 0;
    page_raw(page, "<p class=\"basis\">");
    say_tied(page, data, best, once);
    if (once)
        say_cheaper(page, &verdict->often, best);
    say_cheaper(page, &verdict->unsafe, best);
    page_raw(page, "</p>\n");
}

static void say_none(struct page *page, const struct verdict *verdict)
{
    const struct choice *least = &verdict->least;
    page_text(page, "No contender that was measured promises at least once under crash, came "
                    "through every kill without a loss and finished its backlog");
    if (least->group) {
        page_say(page, "; the least harm was done by %s: up to ", least->group->name);
        page_number(page, least->harm.most);
        page_text(page, " items lost or stranded by one kill");
        page_text(page, least->finishes ? "" : ", but it left a backlog");
    }
    page_text(page, ".");
}

/* "3 kills", or "2 to 3 kills". */
static void write_range(struct page *page, struct range range, const char *noun)
{
    if (range.least < range.most)
        page_say(page, "%zu to ", range.least);
    page_say(page, "%zu %s%s", range.most, noun, range.most == 1 ? "" : "s");
}

static struct range runs_of_each(const struct chart_data *data)
{
    struct range runs = {0};
    for (size_t i = 0; i < data->group_count; i++)
        range_add(&runs, data->groups[i].count, i == 0);
    return runs;
}

static bool was_run(const struct chart_data *data, const char *name)
{
    for (size_t i = 0; i < data->group_count; i++)
        if (strcmp(data->groups[i].name, name) == 0)
            return true;
    return false;
}

/* Contenders that could have been chosen, had they been run. */
static size_t count_absent(const struct chart_data *data)
{
    char error[256];
    size_t absent = 0;
    for (const struct strategy *const *s = strategies; *s; s++)
        for (const struct contender *c = (*s)->contenders; c->name; c++) {
            parameter_values values;
            if (!was_run(data, c->name) && !(*s)->tasks &&
                contender_values(c, *s, values, error, sizeof error) &&
                strategy_promises(*s, values) & PROMISE_AT_LEAST_ONCE_CRASH)
                absent++;
        }
    return absent;
}

static void say_absent(struct page *page, const struct chart_data *data)
{
    size_t absent = count_absent(data);
    bool one = absent == 1;
    if (absent > 0)
        page_say(page,
                 " %zu more contender%s at least once under crash and %s not run here; dibs list "
                 "names %s.",
                 absent, one ? " promises" : "s promise", one ? "was" : "were",
                 one ? "it" : "them");
}

static void write_basis(struct page *page, const struct chart_data *data,
                        const struct verdict *verdict)
{
    char workload[64], items[32];
    const char *status = json_text(data->document, "status");
    chart_data_describe(data, workload, sizeof workload);
    page_number_text(json_number(verdict->least.group->probe, "items"), items, sizeof items);
    page_raw(page, "<p class=\"basis\">This rests on ");
    write_range(page, verdict->kills, "kill");
    page_say(page,
             " of an instance with work in hand, of each of %zu of %zu contenders, at %s items; "
             "and on ",
             verdict->probed, data->group_count, items);
    write_range(page, runs_of_each(data), "run");
    page_say(page,
             " of each at %s. It weighs Redis alone: where a refresh costs the database more than "
             "Redis, repeated refreshes weigh more. Other faults than crashes are not part of it.",
             workload);
    if (status && strcmp(status, "complete") != 0)
        page_text(page, " The run is not complete: who was not measured could be better.");
    say_absent(page, data);
    page_raw(page, "</p>\n");
}

static void say_verdict(struct page *page, const struct chart_data *data,
                        const struct verdict *verdict)
{
    if (data->group_count == 0)
        page_text(page, "No run was completed, so there is nothing to choose from.");
    else if (verdict->probed == 0)
        page_text(page, "No recommendation: what a crash costs was not measured here.");
    else if (verdict->safe > 0)
        say_best(page, verdict);
    else
        say_none(page, verdict);
}

void recommendation_write(struct page *page, const struct report_document *document)
{
    const struct chart_data *data = &document->data;
    struct verdict verdict = judge(data);
    page_raw(page, "<div class=\"choice\"><p class=\"verdict\">");
    say_verdict(page, data, &verdict);
    page_raw(page, "</p>\n");
    if (verdict.safe > 0)
        say_others(page, data, &verdict);
    if (verdict.probed > 0)
        write_basis(page, data, &verdict);
    page_raw(page, "</div>\n");
}

void recommendation_say(FILE *out, const json *document)
{
    struct chart_styles styles = {0};
    struct chart_data data;
    struct page page = {.out = out, .plain = true};
    if (chart_data_open(&data, document, &styles)) {
        struct verdict verdict = judge(&data);
        say_verdict(&page, &data, &verdict);
        if (verdict.probed > 0)
            say_absent(&page, &data);
    }
    chart_data_close(&data);
}
