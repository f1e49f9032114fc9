/* Section 1: one line per contender, the frontier, and a recommendation computed from both. */
#include "bench/report_sections.h"

#include <math.h>
#include <string.h>

/* Of one contender, all that a choice rests on. */
struct choice {
    const struct chart_group *group;
    struct figure cpu_usec, harm;
    double round_trips, refreshes, delay_s, overruns;
    size_t kills;
    bool measured; /* it was probed */
    bool sound;    /* trustworthy, keeps its promises, loses and strands nothing without faults */
    bool finishes; /* its backlog, in the cycles that were run */
};

static double refreshes_per_item(const json *run, const char *name)
{
    (void)name;
    return json_number(run, "refreshes.total") / json_number(run, "items.refreshed");
}

static bool is_sound(const json *run)
{
    return json_flag(run, "trustworthy") && !json_text(run, "broken_promise") &&
           json_count(run, "items.lost") == 0 && json_count(run, "items.stranded") == 0;
}

static bool finishes(const json *run)
{
    double to_drain = json_number(run, "cycles.to_drain"), cycles = json_number(run, "cycles.run");
    return json_count(run, "items.pending") == 0 || (isfinite(to_drain) && to_drain <= cycles);
}

static struct choice choice_of(const struct chart_data *data, const struct chart_group *group)
{
    struct choice choice = {
        .group = group,
        .cpu_usec = chart_figure(data, group, chart_cpu_usec, NULL),
        .round_trips = chart_figure(data, group, chart_round_trips, NULL).median,
        .refreshes = chart_figure(data, group, refreshes_per_item, NULL).median,
        .delay_s = chart_figure_at(data, group, "delay.max_us").max / 1e6,
        .overruns = chart_figure_at(data, group, "overruns").max,
        .sound = true,
        .finishes = true,
    };
    choice.measured = chart_harm(group, &choice.harm, &choice.kills);
    for (size_t i = 0; i < group->count; i++) {
        choice.sound = choice.sound && is_sound(group->runs[i]);
        choice.finishes = choice.finishes && finishes(group->runs[i]);
    }
    return choice;
}

static bool is_safe(const struct choice *choice)
{
    return choice->measured && choice->sound && choice->harm.max == 0;
}

/* ---- the recommendation */

/* Who qualifies, and how many were looked at. */
struct verdict {
    struct choice once;   /* the cheapest that is safe, finishes, and does no work twice */
    struct choice often;  /* the same, but it repeats work */
    struct choice unsafe; /* the cheapest that is not safe */
    struct choice least;  /* that which loses least, where nobody is safe */
    size_t probed, safe, safe_once, kills;
};

#define ONCE 1.05 /* refreshes per item, a few repeats among many aside */

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
        verdict.probed++;
        verdict.kills = choice.kills > verdict.kills ? choice.kills : verdict.kills;
        if (!verdict.least.group || choice.harm.max < verdict.least.harm.max)
            verdict.least = choice;
        struct choice *kind = !is_safe(&choice)         ? &verdict.unsafe
                              : !choice.finishes        ? NULL
                              : choice.refreshes < ONCE ? &verdict.once
                                                        : &verdict.often;
        verdict.safe += kind == &verdict.once || kind == &verdict.often;
        verdict.safe_once += kind == &verdict.once;
        if (kind && is_cheaper(&choice, kind))
            *kind = choice;
    }
    return verdict;
}

static void say_cost(struct page *page, const struct choice *choice)
{
    page_number(page, choice->cpu_usec.median);
    page_raw(page, "&nbsp;µs of server CPU and ");
    page_number(page, choice->round_trips);
    page_raw(page, " round trips for an item");
}

/* Who costs Redis less than the choice, and why it is not chosen. */
static void say_cheaper(struct page *page, const struct choice *cheaper, const struct choice *best)
{
    if (!cheaper->group || cheaper->cpu_usec.median >= best->cpu_usec.median)
        return;
    page_put(page, " ", cheaper->group->name, " costs Redis less (");
    page_number(page, cheaper->cpu_usec.median);
    page_raw(page, "&nbsp;µs), but ");
    if (cheaper->harm.max > 0) {
        page_text(page, "one kill took up to ");
        page_number(page, cheaper->harm.max);
        page_text(page, " items with it.");
    } else if (!cheaper->sound) {
        page_text(page, "its own run was not sound.");
    } else {
        page_text(page, "refreshes an item ");
        page_number(page, cheaper->refreshes);
        page_text(page, " times.");
    }
}

static void say_best(struct page *page, const struct verdict *verdict)
{
    const struct choice *best = verdict->safe_once > 0 ? &verdict->once : &verdict->often;
    size_t rivals = verdict->safe_once > 0 ? verdict->safe_once : verdict->safe;
    page_put(page, "Choose ", best->group->name, ": ");
    if (rivals > 1)
        page_say(page, "the cheapest of %zu contenders that", rivals);
    else
        page_text(page, "the only contender that");
    page_text(page, " lost and stranded nothing in any kill, finished the backlog");
    page_text(page, verdict->safe_once > 0 ? " and did no work twice, at " : ", at ");
    say_cost(page, best);
    if (verdict->safe_once == 0) {
        page_text(page, ", though it refreshes an item ");
        page_number(page, best->refreshes);
        page_text(page, " times");
    }
    page_text(page, ".");
    if (verdict->safe_once > 0)
        say_cheaper(page, &verdict->often, best);
    say_cheaper(page, &verdict->unsafe, best);
}

static void say_none(struct page *page, const struct verdict *verdict)
{
    const struct choice *least = &verdict->least;
    page_text(page, "No contender that was measured both came through every kill without a loss "
                    "and finished its backlog");
    if (least->group) {
        page_put(page, "; the least harm was done by ", least->group->name, ": up to ");
        page_number(page, least->harm.max);
        page_text(page, " items lost or stranded by one kill");
        page_text(page, least->finishes ? "" : ", but it left a backlog");
    }
    page_text(page, ".");
}

static void write_basis(struct page *page, const struct chart_data *data,
                        const struct verdict *verdict)
{
    char workload[64], items[32];
    size_t repeats = data->groups[0].count;
    chart_data_describe(data, workload, sizeof workload);
    page_number_text(json_number(verdict->least.group->probe, "items"), items, sizeof items);
    page_raw(page, "<p class=\"basis\">");
    page_say(page,
             "This rests on %zu kills of an instance with work in hand, of each of %zu of %zu "
             "contenders, at %s items; and on %zu run%s of each at %s. It weighs Redis alone: "
             "where a refresh costs the database more than Redis, repeated refreshes weigh "
             "more. Other faults than crashes are not part of it.",
             verdict->kills, verdict->probed, data->group_count, items, repeats,
             repeats == 1 ? "" : "s", workload);
    page_raw(page, "</p>\n");
}

static void write_recommendation(struct page *page, const struct report_document *document)
{
    const struct chart_data *data = &document->data;
    struct verdict verdict = judge(data);
    page_raw(page, "<div class=\"choice\"><p class=\"verdict\">");
    if (data->group_count == 0)
        page_text(page, "No run was completed, so there is nothing to choose from.");
    else if (verdict.probed == 0)
        page_text(page, "No recommendation: what a crash costs was not measured here.");
    else if (verdict.safe > 0)
        say_best(page, &verdict);
    else
        say_none(page, &verdict);
    page_raw(page, "</p>\n");
    if (verdict.probed > 0)
        write_basis(page, data, &verdict);
    page_raw(page, "</div>\n");
}

/* ---- one line per contender */

/* What an instance has to be told. */
static void write_configuration(struct page *page, const json *run)
{
    const json *variables = json_find(run, "configure.variables");
    bool size = json_flag(run, "configure.knows_size");
    page_raw(page, "<td>");
    if (size)
        page_raw(page, "how many instances there are: scaling restarts all");
    for (size_t i = 0; i < json_size(variables); i++)
        page_put(page, i > 0 || size ? ", <code>" : "<code>", json_text_of(json_at(variables, i)),
                 "</code>");
    if (!json_get(run, "configure"))
        page_raw(page, "–");
    else if (!size && json_size(variables) == 0)
        page_raw(page, "nothing");
    page_raw(page, "</td>");
}

static void write_harm(struct page *page, const struct choice *choice)
{
    if (!choice->measured) {
        page_raw(page, "<td class=\"word none\"><span>not measured</span></td>");
        return;
    }
    fprintf(page->out, "<td class=\"word %s\" data-v=\"%.9g\"><span>",
            choice->harm.max > 0 ? "bad" : "good", choice->harm.median);
    page_number(page, choice->harm.median);
    if (choice->harm.max > choice->harm.min) {
        page_text(page, " (");
        page_number(page, choice->harm.min);
        page_text(page, "–");
        page_number(page, choice->harm.max);
        page_text(page, ")");
    }
    page_raw(page, " items</span></td>");
}

static void write_row(struct page *page, const struct chart_data *data,
                      const struct chart_group *group)
{
    struct choice choice = choice_of(data, group);
    page_raw(page, "<tr>");
    page_cell_contender(page, group->label, group->style);
    page_cell_range(page, choice.cpu_usec.median, choice.cpu_usec.min, choice.cpu_usec.max);
    page_cell_number(page, choice.round_trips);
    page_cell_number(page, choice.refreshes);
    page_cell_number(page, choice.delay_s);
    page_cell_word(page, choice.finishes ? "yes" : "no", choice.finishes ? "good" : "mild");
    write_harm(page, &choice);
    write_configuration(page, group->runs[0]);
    page_raw(page, "</tr>\n");
}

/* Runs that are not in the table, and why. */
static void write_omitted(struct page *page, const json *document)
{
    const json *runs = json_get(document, "runs"), *skipped = json_get(document, "skipped");
    page_raw(page, "<ul class=\"notes\">\n");
    for (size_t i = 0; i < json_size(runs); i++) {
        const json *run = json_at(runs, i);
        const char *reason = chart_data_omits(run), *error = json_text(run, "error");
        if (!reason)
            continue;
        page_put(page, "<li>", json_text(run, "contender"), "");
        page_say(page, ", repeat %.0f is not shown: %s%s%s", json_number(run, "repeat"), reason,
                 error ? ": " : "", error ? error : "");
        page_raw(page, "</li>\n");
    }
    for (size_t i = 0; i < json_size(skipped); i++) {
        page_put(page, "<li>", json_text(json_at(skipped, i), "contender"), " was not run: ");
        page_put(page, "", json_text(json_at(skipped, i), "reason"), "</li>\n");
    }
    page_raw(page, "</ul>\n");
}

REPORT_SECTION(choice)
{
    (void)report;
    const struct chart_data *data = &document->data;
    write_recommendation(page, document);
    if (data->group_count > 0) {
        page_raw(page, "<div class=\"card\">");
        page_table_begin(page, NULL,
                         "contender|#server CPU, µs per item|#round trips per item|"
                         "#refreshes per item|#worst delay, s|backlog finished|"
                         "one kill takes with it|to be configured");
        for (size_t i = 0; i < data->group_count; i++)
            write_row(page, data, &data->groups[i]);
        page_table_end(page);
        page_raw(page, "</div>\n");
    }
    write_omitted(page, document->document);
    report_chart(page, document, "frontier", "Cost against safety: down and left is better",
                 "Each point is a contender. To the left an item costs Redis less; further down a "
                 "killed instance takes fewer items with it: lost, or held where nobody will move "
                 "them. In the tinted band nothing was lost or stranded in any kill. The bar is "
                 "the range over the kills. Who stands on the dashed line is beaten by nobody on "
                 "both counts; in the grey band what a kill costs was not measured.");
}
