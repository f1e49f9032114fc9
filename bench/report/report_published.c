/* Section 2: what is published, beside what was measured. */
#include "bench/report/report_sections.h"

#include <math.h>
#include <string.h>

static const char *meaning_of(const char *verdict)
{
    if (!verdict)
        return "none";
    if (strcmp(verdict, "holds") == 0)
        return "good";
    return strstr(verdict, "not hold") || strcmp(verdict, "fails") == 0 ? "bad" : "none";
}

static void write_count(struct page *page, const json *rows)
{
    size_t holds = 0, broken = 0, all = json_size(rows);
    for (size_t i = 0; i < all; i++) {
        const char *meaning = meaning_of(json_text(json_at(rows, i), "verdict"));
        holds += strcmp(meaning, "good") == 0;
        broken += strcmp(meaning, "bad") == 0;
    }
    page_raw(page, "<div class=\"choice\"><p class=\"verdict\">");
    page_say(page, "%zu of %zu published figures hold, %zu do not", holds, all, broken);
    if (holds + broken < all)
        page_say(page, ", and %zu could not be judged here", all - holds - broken);
    page_raw(page, ".</p></div>\n");
}

static void write_sources(struct page *page, const json *sources)
{
    page_raw(page, "<td class=\"long\">");
    for (size_t i = 0; i < json_size(sources); i++)
        page_say(page, "%s%s:%.0f", i > 0 ? ", " : "", json_text(json_at(sources, i), "document"),
                 json_number(json_at(sources, i), "line"));
    page_raw(page, "</td>");
}

static unsigned style_of(struct report *report, const char *contender)
{
    return chart_style_of(&report->styles, contender ? contender : "?");
}

static void write_figure_row(struct page *page, struct report *report, const json *row)
{
    const char *contender = json_text(row, "contender"), *verdict = json_text(row, "verdict");
    double low = json_number(row, "published_low"), high = json_number(row, "published_high");
    page_raw(page, "<tr>");
    page_cell_contender(page, contender, style_of(report, contender));
    page_cell_text(page, json_text(row, "figure"));
    page_cell_range(page, low == high ? low : (low + high) / 2, low, high);
    page_cell_number(page, json_number(row, "measured"));
    page_cell_word(page, verdict ? verdict : "–", meaning_of(verdict));
    write_sources(page, json_get(row, "sources"));
    page_raw(page, "</tr>\n");
}

/* A figure of a claim is a number, a range of two, or words. */
static void write_value(struct page *page, const json *row, const char *name)
{
    const char *words = json_text(row, name);
    const json *range = json_get(row, name);
    if (json_size(range) == 2) {
        page_raw(page, "<td class=\"n\">");
        page_number(page, json_number_of(json_at(range, 0)));
        page_text(page, "–");
        page_number(page, json_number_of(json_at(range, 1)));
        page_raw(page, "</td>");
        return;
    }
    if (words)
        page_put(page, "<td class=\"n\">", words, "</td>");
    else
        page_cell_number(page, json_number(row, name));
}

static void write_claim_row(struct page *page, const json *row)
{
    const char *verdict = json_text(row, "verdict");
    page_raw(page, "<tr>");
    page_cell_text(page, json_text(row, "id"));
    page_put(page, "<td>", json_text(row, "document"), "");
    if (isfinite(json_number(row, "line")))
        page_say(page, ":%.0f", json_number(row, "line"));
    page_put(page, "</td><td>", json_text(row, "claim"), "</td>");
    page_cell_word(page, verdict ? verdict : "–", meaning_of(verdict));
    write_value(page, row, "published");
    write_value(page, row, "measured");
    page_cell_text(page, json_text(row, "unit"));
    page_put(page, "<td><code>", json_text(row, "command"), "</code></td></tr>\n");
}

REPORT_SECTION(published)
{
    bool claims = document->kind == REPORT_CLAIMS;
    const json *rows = json_get(document->document, claims ? "claims" : "published");
    write_count(page, rows);
    if (!claims)
        report_chart(page, document, "published", "Measured over published",
                     "Each row is a published figure; its point is what was measured, divided by "
                     "it. On the line at 1 both agree, and in the tinted band (10 %) the figure "
                     "holds. The scale is logarithmic: 10 is ten times what was published, 0.1 a "
                     "tenth.");
    page_raw(page, "<details open><summary>Every figure with its source</summary>\n"
                   "<div class=\"card\">");
    page_table_begin(page, NULL,
                     claims ? "id|source|claim|verdict|#published|#measured|unit|command"
                            : "contender|figure|#published|#measured|verdict|source");
    for (size_t i = 0; i < json_size(rows); i++) {
        if (claims)
            write_claim_row(page, json_at(rows, i));
        else
            write_figure_row(page, report, json_at(rows, i));
    }
    page_table_end(page);
    page_raw(page, "</div></details>\n");
}
