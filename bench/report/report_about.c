/* Section 9: environment, seed, versions, the command to repeat it, the cost of dibs, books. */
#include "bench/report/report_sections.h"

#include <math.h>
#include <string.h>

static void write_pair(struct page *page, const char *name, const json *value)
{
    const char *text = json_text_of(value);
    double number = json_number_of(value);
    if (!text && !isfinite(number))
        return;
    page_put(page, "<dt>", name, "</dt><dd>");
    if (text)
        page_text(page, text);
    else
        page_say(page, "%.*g", number == floor(number) ? 15 : 4, number);
    page_raw(page, "</dd>\n");
}

/* Every figure of an object that is a number or a text, its names as people write them. */
static void write_object(struct page *page, const char *title, const json *object)
{
    const char *name;
    json *value;
    if (json_size(object) == 0)
        return;
    page_put(page, "<h4>", title, "</h4>\n<dl>\n");
    for (void *at = NULL; json_next(object, &at, &name, &value);) {
        char words[64];
        snprintf(words, sizeof words, "%s", name);
        for (char *c = words; *c; c++)
            if (*c == '_')
                *c = ' ';
        write_pair(page, words, value);
    }
    page_raw(page, "</dl>\n");
}

/* In single quotes where a shell would take it apart. */
static void write_word(struct page *page, const char *word)
{
    bool plain = *word && !strpbrk(word, " \t\n\"'`$&|;<>()*?[]#~{}\\!");
    page_text(page, plain ? "" : "'");
    for (const char *c = word; *c; c++) {
        char one[2] = {*c, '\0'};
        page_text(page, *c == '\'' ? "'\\''" : one);
    }
    page_text(page, plain ? "" : "'");
}

static void write_command(struct page *page, const json *argv)
{
    if (json_size(argv) == 0)
        return;
    page_raw(page, "<h4>The command to repeat it</h4>\n<pre>");
    for (size_t i = 0; i < json_size(argv); i++) {
        const char *word = json_text_of(json_at(argv, i));
        page_text(page, i > 0 ? " " : "");
        write_word(page, word ? word : "");
    }
    page_raw(page, "</pre>\n");
}

static void write_reasons(struct page *page, const json *run)
{
    const json *reasons = json_get(run, "reasons");
    const char *broken = json_text(run, "broken_promise"), *error = json_text(run, "error");
    page_raw(page, "<td>");
    for (size_t i = 0; i < json_size(reasons); i++)
        page_say(page, "%s%s", i > 0 ? "; " : "", json_text_of(json_at(reasons, i)));
    if (broken)
        page_say(page, "broken promise: %s", broken);
    if (error)
        page_text(page, error);
    page_raw(page, "</td>");
}

static void write_books(struct page *page, struct report *report, const json *runs)
{
    page_raw(page, "<h4>Books, and what the harness itself cost</h4>\n");
    page_table_begin(page, NULL,
                     "contender|#repeat|seed|status|books|#calls in doubt|#harness CPU, s|"
                     "#clients' CPU, s|#Redis CPU, s|bottleneck|remarks");
    for (size_t i = 0; i < json_size(runs); i++) {
        const json *run = json_at(runs, i);
        const char *name = json_text(run, "contender"), *seed = json_text(run, "seed");
        bool trusted = json_flag(run, "trustworthy");
        page_raw(page, "<tr>");
        page_cell_contender(page, name ? name : "?",
                            chart_style_of(&report->styles, name ? name : "?"));
        page_cell_number(page, json_number(run, "repeat"));
        page_cell_text(page, seed ? seed : "–");
        page_cell_text(page, json_text(run, "status"));
        page_cell_word(page, trusted ? "balanced" : "not trustworthy", trusted ? "good" : "bad");
        page_cell_number(page, json_number(run, "calls_in_doubt"));
        page_cell_number(page, json_number(run, "harness_cpu_seconds"));
        page_cell_number(page, json_number(run, "client_cpu_seconds"));
        page_cell_number(page, json_number(run, "redis.cpu_seconds"));
        page_cell_text(page, json_text(run, "bottleneck"));
        write_reasons(page, run);
        page_raw(page, "</tr>\n");
    }
    page_table_end(page);
}

/* Of a document without runs of its own: how many of its parts could not be trusted. */
static void write_trust(struct page *page, const json *object)
{
    const json *cells = json_get(object, "cells");
    size_t bad = 0, all = json_size(cells);
    double attempts = 0;
    if (all == 0)
        return;
    for (size_t i = 0; i < all; i++) {
        const char *verdict = json_text(json_at(cells, i), "verdict");
        double tries = json_number(json_at(cells, i), "attempts");
        bad += verdict && strcmp(verdict, "untrustworthy") == 0;
        attempts += isfinite(tries) ? tries : 0;
    }
    page_raw(page, "<h4>Books</h4>\n<p>");
    page_say(page, "%zu cells took %.0f runs; the books of %zu do not balance.", all, attempts,
             bad);
    page_raw(page, "</p>\n");
}

/* How long it took, by whatever name the document has for it. */
static void write_duration(struct page *page, const json *object)
{
    static const char *const names[] = {"duration_s", "took_s"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        double seconds = json_number(object, names[i]);
        if (!isfinite(seconds))
            continue;
        page_raw(page, "<p>It took ");
        page_number(page, seconds);
        page_raw(page, " s.</p>\n");
    }
}

REPORT_SECTION(about)
{
    const json *object = document->document, *runs = json_get(object, "runs");
    page_raw(page, "<div class=\"card\">");
    write_command(page, json_get(object, "argv"));
    if (json_size(runs) > 0)
        write_books(page, report, runs);
    write_trust(page, object);
    write_duration(page, object);
    write_object(page, "How it was compared", json_get(object, "details"));
    write_object(page, "Scenario", json_get(object, "scenario"));
    write_object(page, "Environment", json_get(object, "environment"));
    page_raw(page, "</div>\n");
}
