/* What a comparison has found: of gate, ab and compare. */
#include "bench/report/report_sections.h"

#include <string.h>

static const char *meaning_of(const char *verdict)
{
    static const struct {
        const char *verdict, *meaning;
    } words[] = {
        {"UNTRUSTED", "bad"},     {"BROKEN", "bad"},  {"FAIL", "bad"},
        {"INCONCLUSIVE", "mild"}, {"better", "good"}, {"PASS", "good"},
    };
    for (size_t i = 0; verdict && i < sizeof words / sizeof *words; i++)
        if (strcmp(verdict, words[i].verdict) == 0)
            return words[i].meaning;
    return "none";
}

static void write_finding(struct page *page, struct report *report, const json *finding)
{
    const char *contender = json_text(finding, "contender"), *text = json_text(finding, "verdict");
    bool is_part = json_flag(finding, "detail");
    page_raw(page, "<tr>");
    page_cell_contender(page, contender ? contender : "?",
                        chart_style_of(&report->styles, contender ? contender : "?"));
    page_cell_word(page, text ? text : "–", meaning_of(text));
    page_put(page, is_part ? "<td>– " : "<td>", json_text(finding, "measure"), "</td>");
    page_cell_number(page, json_number(finding, "base"));
    page_cell_number(page, json_number(finding, "now"));
    page_cell_text(page, json_text(finding, "text"));
    page_raw(page, "</tr>\n");
}

static void write_findings(struct page *page, struct report *report, const json *findings)
{
    if (json_size(findings) == 0)
        return;
    page_raw(page, "<div class=\"card\">");
    page_table_begin(page, NULL, "contender|verdict|measure|#before|#now|what it comes to");
    for (size_t i = 0; i < json_size(findings); i++)
        write_finding(page, report, json_at(findings, i));
    page_table_end(page);
    page_raw(page, "</div>\n");
}

/* The verdict is the word that its line begins with, and its colour. */
static void write_verdict(struct page *page, const json *object)
{
    const char *why = json_text(object, "why");
    double unchanged = json_number(object, "unchanged");
    double unmeasured = json_number(object, "unmeasured");

    char verdict[32];
    snprintf(verdict, sizeof verdict, "%.*s", why ? (int)strcspn(why, ": ") : 0, why ? why : "");
    page_put(page, "<div class=\"choice ", meaning_of(verdict), "\"><p class=\"verdict\">");
    page_text(page, why);
    page_raw(page, "</p>\n");
    page_raw(page, "<p class=\"basis\">");
    if (unchanged > 0)
        page_say(page, "%.0f measures are the same. ", unchanged);
    if (unmeasured > 0)
        page_say(page, "%.0f not compared: not known exactly on both sides.", unmeasured);
    page_raw(page, "</p>\n");
    page_raw(page, "</div>\n");
}

REPORT_SECTION(gate)
{
    const json *object = document->document, *notes = json_get(object, "notes");
    write_verdict(page, object);
    write_findings(page, report, json_get(object, "findings"));
    page_raw(page, "<ul class=\"notes\">\n");
    for (size_t i = 0; i < json_size(notes); i++)
        page_put(page, "<li>", json_text_of(json_at(notes, i)), "</li>\n");
    page_raw(page, "</ul>\n");
}
