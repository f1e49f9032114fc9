/* Section 1: a recommendation, one line per contender, and the frontier. */
#include "bench/report/recommendation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What an instance has to be told. */
static void write_configuration(struct page *page, const json *run)
{
    const json *variables = json_find(run, "configure.variables");
    bool size = json_flag(run, "configure.knows_size");
    const char *strategy = json_text(run, "strategy");
    page_raw(page, "<td class=\"long\">");
    if (size)
        page_raw(page, "how many instances there are: scaling restarts all");
    for (size_t i = 0; i < json_size(variables); i++)
        page_put(page, i > 0 || size ? ", <code>" : "<code>", json_text_of(json_at(variables, i)),
                 "</code>");
    if (strategy && strcmp(strategy, "null") == 0)
        page_raw(page, "no way to share work: it measures the harness");
    else if (!json_get(run, "configure"))
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
            choice->harm.most > 0 ? "bad" : "good", choice->harm.median);
    page_number(page, choice->harm.median);
    if (choice->harm.most > choice->harm.least) {
        page_text(page, " (");
        page_number(page, choice->harm.least);
        page_text(page, "–");
        page_number(page, choice->harm.most);
        page_text(page, ")");
    }
    page_raw(page, choice->harm.most == 1 && choice->harm.median == 1 ? " item</span></td>"
                                                                      : " items</span></td>");
}

static void write_row(struct page *page, const struct choice *choice)
{
    const struct spread figures[] = {choice->cpu_usec, choice->round_trips, choice->refreshes};
    page_raw(page, "<tr>");
    page_cell_contender(page, choice->group->label, choice->group->style);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        page_cell_range(page, figures[i].median, figures[i].least, figures[i].most);
    page_cell_number(page, choice->delay_s);
    page_cell_word(page, choice->finishes ? "yes" : "no", choice->finishes ? "good" : "mild");
    page_cell_word(page, choice->promised ? "yes" : "no", choice->promised ? "good" : "mild");
    write_harm(page, choice);
    write_configuration(page, choice->group->runs[0]);
    page_raw(page, "</tr>\n");
}

/* The best first, as the recommendation has it; who was not probed last. */
static int compare_choices(const void *one, const void *other)
{
    const struct choice *a = one, *b = other;
    enum choice_class ours = choice_class(a), theirs = choice_class(b);
    int probed = b->measured - a->measured;
    double cost = isfinite(a->cpu_usec.median) ? a->cpu_usec.median : HUGE_VAL;
    double than = isfinite(b->cpu_usec.median) ? b->cpu_usec.median : HUGE_VAL;
    return ours != theirs ? (ours > theirs) - (ours < theirs)
           : probed != 0  ? probed
                          : (cost > than) - (cost < than);
}

static void write_table(struct page *page, const struct chart_data *data)
{
    struct choice *choices = calloc(data->group_count + 1, sizeof *choices);
    if (!choices) {
        snprintf(page->error, sizeof page->error, "no memory for the report");
        return;
    }
    for (size_t i = 0; i < data->group_count; i++)
        choices[i] = choice_of(data, &data->groups[i]);
    qsort(choices, data->group_count, sizeof *choices, compare_choices);
    page_raw(page, "<div class=\"card\">");
    page_table_begin(page, NULL,
                     "contender|#server CPU, µs per item|#round trips per item|"
                     "#refreshes per version|#worst refresh delay, s|backlog finished|"
                     "promises to survive a crash|lost or stranded by one kill|to be configured");
    for (size_t i = 0; i < data->group_count; i++)
        write_row(page, &choices[i]);
    page_table_end(page);
    page_raw(page, "</div>\n");
    free(choices);
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
        if (error && strcmp(error, reason) == 0)
            error = NULL;
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
    recommendation_write(page, document);
    if (data->group_count > 0)
        write_table(page, data);
    write_omitted(page, document->document);
    report_chart(page, document, "frontier", "Cost against safety: down and left is better",
                 "Each point is a contender. To the left an item costs Redis less; further down a "
                 "killed instance takes fewer items with it: lost, or held where nobody will move "
                 "them. In the tinted band the median kill took nothing, and where there is no bar "
                 "none did; heights in the band only keep names apart. The bar is the range over "
                 "the kills. Who stands on the dashed line is beaten by nobody on both counts; in "
                 "the grey band what a kill costs was not measured.");
}
