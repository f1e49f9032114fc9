/* Section 7: what breaks it: the fault matrix, and the strips of sweeps. */
#include "bench/report/report_sections.h"

#include "bench/report/report_sweep.h"
#include "sim/trial/sweep.h"

#include <math.h>
#include <string.h>

enum { AXIS_MAX = 128 };

/* The different values of a property, in order of appearance. */
static size_t distinct(const json *cells, const char *property, const char *values[AXIS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < json_size(cells); i++) {
        const char *value = json_text(json_at(cells, i), property);
        size_t at = 0;
        while (value && at < count && strcmp(values[at], value) != 0)
            at++;
        if (value && at == count && count < AXIS_MAX)
            values[count++] = value;
    }
    return count;
}

static const json *find_cell(const json *cells, const char *contender, const char *fault)
{
    for (size_t i = 0; i < json_size(cells); i++) {
        const json *cell = json_at(cells, i);
        const char *c = json_text(cell, "contender"), *f = json_text(cell, "fault");
        if (c && f && strcmp(c, contender) == 0 && strcmp(f, fault) == 0)
            return cell;
    }
    return NULL;
}

static const struct {
    const char *verdict, *meaning;
} words[] = {{"fail", "bad"},  {"untrustworthy", "bad"}, {"could not run", "bad"},
             {"pass", "good"}, {"not promised", "mild"}, {"unknown", "mild"}};
enum { WORDS = sizeof words / sizeof *words };

static const char *meaning_of(const char *verdict)
{
    for (size_t i = 0; i < WORDS; i++)
        if (strcmp(verdict, words[i].verdict) == 0)
            return words[i].meaning;
    return "none";
}

/* As people write it: "not promised". */
static void verdict_of(const json *cell, char *text, size_t size)
{
    const char *verdict = json_text(cell, "verdict");
    snprintf(text, size, "%s", verdict ? verdict : "no verdict");
    for (char *c = text; *c; c++)
        if (*c == '_')
            *c = ' ';
}

/* "3 lost, 12 stranded, 7 redundant", what is not zero. */
static void write_counts(struct page *page, const json *cell)
{
    static const struct {
        const char *property, *name;
    } counts[] = {{"lost", "lost"},
                  {"stranded", "stranded"},
                  {"redundant", "redundant"},
                  {"overlaps", "overlaps"},
                  {"lost_updates", "lost updates"},
                  {"stale_writes", "stale writes"}};
    bool any = false;
    page_raw(page, "<br><small>");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        double value = json_number(cell, counts[i].property);
        if (!(value > 0))
            continue;
        page_text(page, any ? ", " : "");
        page_number(page, value);
        page_say(page, " %s", counts[i].name);
        any = true;
    }
    page_text(page, any ? "" : "nothing amiss");
    if (isfinite(json_number(cell, "recovery_s"))) {
        page_text(page, ", whole again after ");
        page_number(page, json_number(cell, "recovery_s"));
        page_text(page, " s");
    }
    page_raw(page, "</small>");
}

static void write_cell(struct page *page, const json *cell)
{
    char verdict[64];
    if (!cell) {
        page_raw(page, "<td class=\"none\">not run</td>");
        return;
    }
    verdict_of(cell, verdict, sizeof verdict);
    page_put(page, "<td class=\"word ", meaning_of(verdict), "\">");
    page_put(page, "<span>", verdict, "</span>");
    write_counts(page, cell);
    if (json_get(cell, "hit") && !json_flag(cell, "hit"))
        page_raw(page, "<br><small>the fault did not hit</small>");
    page_raw(page, "</td>");
}

static void write_matrix(struct page *page, struct report *report, const json *cells)
{
    const char *contenders[AXIS_MAX], *faults[AXIS_MAX];
    size_t rows = distinct(cells, "contender", contenders);
    size_t columns = distinct(cells, "fault", faults);
    char heads[8192] = "contender";
    for (size_t i = 0, used = strlen(heads); i < columns && used < sizeof heads; i++)
        used += (size_t)snprintf(heads + used, sizeof heads - used, "|%s", faults[i]);
    page_raw(page, "<figure id=\"fault-matrix\"><h3>Contenders against faults</h3>\n");
    page_table_begin(page, NULL, heads);
    for (size_t r = 0; r < rows; r++) {
        page_raw(page, "<tr>");
        page_cell_contender(page, contenders[r], chart_style_of(&report->styles, contenders[r]));
        for (size_t c = 0; c < columns; c++)
            write_cell(page, find_cell(cells, contenders[r], faults[c]));
        page_raw(page, "</tr>\n");
    }
    page_table_end(page);
    page_raw(page,
             "<figcaption><p><b>How to read this.</b> A row is a contender, a column a fault. "
             "The word is the verdict on what the contender promises; below it is what was "
             "counted. Where nothing is promised a loss is shown, but breaks no promise."
             "</p></figcaption></figure>\n");
}

/* "176 cells: 0 fail, 2 could not run, 121 pass, 53 not promised". */
static void write_summary(struct page *page, const json *cells)
{
    size_t counts[WORDS] = {0};
    bool bad = false, any = false;
    for (size_t i = 0; i < json_size(cells); i++) {
        char verdict[64];
        verdict_of(json_at(cells, i), verdict, sizeof verdict);
        for (size_t w = 0; w < WORDS; w++)
            counts[w] += strcmp(verdict, words[w].verdict) == 0;
        bad = bad || strcmp(meaning_of(verdict), "bad") == 0;
    }
    page_put(page, "<div class=\"choice ", bad ? "bad" : "", "\"><p class=\"verdict\">");
    page_say(page, "%zu cells: ", json_size(cells));
    for (size_t w = 0; w < WORDS; w++) {
        if (counts[w] == 0 && strcmp(words[w].verdict, "fail") != 0)
            continue;
        page_say(page, "%s%zu %s", any ? ", " : "", counts[w], words[w].verdict);
        any = true;
    }
    page_raw(page, "</p></div>\n");
}

/* What each column of the matrix asks, and the seed of its runs. */
static void write_questions(struct page *page, const json *faults)
{
    if (json_size(faults) == 0)
        return;
    page_raw(page, "<div class=\"card\">");
    page_table_begin(page, NULL, "fault|question|#seed");
    for (size_t i = 0; i < json_size(faults); i++) {
        const json *fault = json_at(faults, i);
        page_put(page, "<tr><th scope=\"row\" class=\"who\">", json_text(fault, "fault"), "</th>");
        page_cell_text(page, json_text(fault, "question"));
        page_cell_number(page, json_number(fault, "seed"));
        page_raw(page, "</tr>\n");
    }
    page_table_end(page);
    page_raw(page, "</div>\n");
}

static void write_skipped(struct page *page, const json *skipped)
{
    if (json_size(skipped) == 0)
        return;
    page_raw(page, "<details><summary>");
    page_say(page, "%zu that were not run, and why", json_size(skipped));
    page_raw(page, "</summary>\n<ul class=\"notes\">\n");
    for (size_t i = 0; i < json_size(skipped); i++) {
        const json *one = json_at(skipped, i);
        const char *fault = json_text(one, "fault");
        page_put(page, "<li>", json_text(one, "contender"), "");
        page_put(page, fault ? ", " : "", fault, " was skipped: ");
        page_put(page, "", json_text(one, "reason"), "</li>\n");
    }
    page_raw(page, "</ul></details>\n");
}

static void write_signatures(struct page *page, struct report *report, const json *document)
{
    page_raw(page, "<div class=\"card\">");
    page_table_begin(page, NULL,
                     "contender|fault|#seed|#points|#once|#redundant|#stranded|#lost|#unfinished");
    for (size_t i = 0; i < report_sweep_count(document); i++) {
        const json *sweep = report_sweep_at(document, i);
        const char *contender = json_text(sweep, "contender");
        page_raw(page, "<tr>");
        page_cell_contender(page, contender ? contender : "?",
                            chart_style_of(&report->styles, contender ? contender : "?"));
        page_cell_text(page, json_text(sweep, "fault"));
        page_cell_number(page, json_number(sweep, "seed"));
        page_cell_number(page, json_number(sweep, "signature.points"));
        for (enum sweep_outcome o = 0; o < SWEEP_OUTCOMES; o++)
            page_cell_number(page,
                             json_number(json_get(sweep, "signature"), sweep_outcome_name(o)));
        page_raw(page, "</tr>\n");
    }
    page_table_end(page);
    page_raw(page, "</div>\n");
}

static void write_strips(struct page *page, const struct report_document *document)
{
    for (size_t i = 0; i < report_sweep_count(document->document); i++) {
        const json *sweep = report_sweep_at(document->document, i);
        char stem[128], heading[256];
        const char *contender = json_text(sweep, "contender"), *fault = json_text(sweep, "fault");
        report_sweep_stem(document->document, i, document->suffix, stem, sizeof stem);
        snprintf(heading, sizeof heading, "%s: %.0f points of %s, %.0f with a loss",
                 contender ? contender : "?", json_number(sweep, "signature.points"),
                 fault ? fault : "?", json_number(sweep, "signature.lost"));
        page_chart(page, stem, heading,
                   "The protocol goes from left to right, a column for each command or refresh; a "
                   "row is where in it the instance was broken. The mark is what came of the items "
                   "after everything had been given time to recover.");
    }
}

REPORT_SECTION(faults)
{
    if (document->kind == REPORT_FAULTS) {
        write_summary(page, json_get(document->document, "cells"));
        write_matrix(page, report, json_get(document->document, "cells"));
        write_questions(page, json_get(document->document, "faults"));
    }
    if (document->kind == REPORT_SWEEP) {
        write_signatures(page, report, document->document);
        write_strips(page, document);
    }
    write_skipped(page, json_get(document->document, "skipped"));
}
