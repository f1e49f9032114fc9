#include "bench/report/report.h"

#include "bench/chart/charts.h"
#include "bench/document/hgrm.h"
#include "bench/document/whole_file.h"
#include "bench/report/report_sections.h"
#include "bench/report/report_sweep.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- documents */

/* The first of these names that a document has says what it is. */
static const struct {
    const char *property;
    enum report_kind kind;
} kinds[] = {
    {"runs", REPORT_RUN},        {"cells", REPORT_FAULTS},  {"sweeps", REPORT_SWEEP},
    {"signature", REPORT_SWEEP}, {"claims", REPORT_CLAIMS}, {"findings", REPORT_GATE},
};

static enum report_kind kind_of(const json *document)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (json_get(document, kinds[i].property))
            return kinds[i].kind == REPORT_RUN && json_size(json_get(document, "vary")) > 0
                       ? REPORT_SCALING
                       : kinds[i].kind;
    return REPORT_UNKNOWN;
}

static void name_document(struct report_document *document)
{
    static const char *const names[] = {
        [REPORT_RUN] = "A run",
        [REPORT_SCALING] = "Scaling",
        [REPORT_SWEEP] = "Fault sweep",
        [REPORT_FAULTS] = "Fault matrix",
        [REPORT_CLAIMS] = "Claims",
        [REPORT_GATE] = "Regression gate",
        [REPORT_UNKNOWN] = "A document that this version does not know",
    };
    const char *name = json_text(document->document, "scenario.name");
    const char *contender = json_text(document->document, "contender");
    const char *title = json_text(document->document, "title");
    if (document->kind == REPORT_GATE && title)
        snprintf(document->title, sizeof document->title, "%s", title);
    else
        snprintf(document->title, sizeof document->title, "%s%s%s%s%s", names[document->kind],
                 name ? ": " : "", name ? name : "", contender ? ": " : "",
                 contender ? contender : "");
}

static bool open_document(struct report *report, size_t i, json *document)
{
    struct report_document *entry = &report->documents[i];
    *entry = (struct report_document){.document = document, .kind = kind_of(document)};
    if (i > 0)
        snprintf(entry->suffix, sizeof entry->suffix, "-%zu", i + 1);
    name_document(entry);
    return chart_data_open(&entry->data, document, &report->styles);
}

/* ---- the page */

void report_chart(struct page *page, const struct report_document *document, const char *name,
                  const char *heading, const char *how_to_read)
{
    char stem[64];
    snprintf(stem, sizeof stem, "%s%s", name, document->suffix);
    page_chart(page, stem, heading, how_to_read);
}

void report_extremes(const struct report_document *document, measure_fn *measure,
                     const char *argument, const char *unit, char *text, size_t size)
{
    const struct chart_data *data = &document->data;
    const struct chart_group *least = NULL, *most = NULL;
    double low = INFINITY, high = -INFINITY;
    char from[64], to[64];
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        double value = chart_figure(data, g, measure, argument).median;
        if (value > 0 && value < low)
            low = value, least = g;
        if (value > high)
            high = value, most = g;
    }
    text[0] = '\0';
    if (!least || least == most)
        return;
    page_number_text(low, from, sizeof from);
    page_number_text(high, to, sizeof to);
    snprintf(text, size, ": from %s%s (%s) to %s%s (%s)", from, unit, least->name, to, unit,
             most->name);
}

static bool is_wanted(const struct report *report, const struct report_section *section)
{
    for (size_t i = 0; i < report->count; i++)
        if (!section->wants || section->wants(&report->documents[i]))
            return true;
    return false;
}

static void write_section(struct page *page, struct report *report,
                          const struct report_section *section, unsigned number)
{
    page_put(page, "<section>\n<h2 id=\"", section->id, "\"><span class=\"no\">");
    page_say(page, "%u", number);
    page_put(page, "</span>", section->title, "</h2>\n");
    page_put(page, "<p class=\"lead\">", section->lead, "</p>\n");
    for (size_t i = 0; i < report->count; i++) {
        struct report_document *document = &report->documents[i];
        if (section->wants && !section->wants(document))
            continue;
        if (report->count > 1)
            page_put(page, "<h4>", document->title, "</h4>\n");
        unsigned charts = page->charts;
        section->write(page, report, document);
        if (section->drawn && page->charts == charts)
            page_raw(page, "<p class=\"lead\">Its charts were not drawn: <code>dibs report</code> "
                           "draws them from the result, where gnuplot is installed.</p>\n");
    }
    page_raw(page, "</section>\n");
}

/* What a reader must know before the first figure. */
static void write_state(struct page *page, const struct report_document *document)
{
    const char *status = json_text(document->document, "status");
    const char *error = json_text(document->document, "error");
    bool complete = !status || strcmp(status, "complete") == 0;
    if (complete && document->kind != REPORT_UNKNOWN)
        return;
    page_put(page, "<p class=\"status\">", document->title, ": ");
    page_text(page, complete                         ? "not shown"
                    : strcmp(status, "running") == 0 ? "not complete: cut off while it ran"
                                                     : status);
    if (error && (complete || strncmp(error, status, strlen(status)) != 0))
        page_say(page, ": %s", error);
    page_raw(page, "</p>\n");
}

static const char *title_of(const struct report *report)
{
    const char *question =
        report->count > 0 ? json_text(report->documents[0].document, "scenario.question") : NULL;
    if (question && *question)
        return question;
    return report->count > 0 ? report->documents[0].title : "Nothing to report";
}

/* Somebody else was at work here: counts do not care, times do. */
static void write_load(struct page *page, const json *environment)
{
    double load = json_number(environment, "load_before");
    double cores = json_number(environment, "cores_allowed");
    if (load > cores) {
        page_raw(page, "<span>");
        page_say(page, "load %.3g on %.0f cores before it began: read the counts, not the times",
                 load, cores);
        page_raw(page, "</span>");
    }
}

static void write_facts(struct page *page, const struct report_document *document,
                        const char *title)
{
    char workload[64];
    chart_data_describe(&document->data, workload, sizeof workload);
    const char *facts[] = {
        strcmp(document->title, title) == 0 ? NULL : document->title,
        workload,
        json_text(document->document, "environment.time_utc"),
        json_text(document->document, "environment.cpu_model"),
    };
    page_raw(page, "<p class=\"facts\">");
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (facts[i] && *facts[i])
            page_put(page, "<span>", facts[i], "</span>");
    write_load(page, json_get(document->document, "environment"));
    page_raw(page, "</p>\n");
}

static void write_header(struct page *page, struct report *report)
{
    unsigned number = 0;
    page_raw(page, "<header>\n<p class=\"brand\">dibs report</p>\n");
    page_put(page, "<h1>", title_of(report), "</h1>\n");
    for (size_t i = 0; i < report->count; i++)
        write_facts(page, &report->documents[i], title_of(report));
    for (size_t i = 0; i < report->count; i++)
        write_state(page, &report->documents[i]);
    page_raw(page, "<nav>");
    for (const struct report_section *section = report_sections; section->id; section++) {
        if (!is_wanted(report, section))
            continue;
        page_put(page, "<a href=\"#", section->id, "\">");
        page_say(page, "%u %s", ++number, section->title);
        page_raw(page, "</a> ");
    }
    page_raw(page, "</nav>\n</header>\n");
}

struct writing {
    struct report *report;
    struct page page;
};

static bool write_page(const void *context, FILE *out)
{
    struct writing *writing = *(struct writing *const *)context;
    struct page *page = &writing->page;
    unsigned number = 0;
    page->out = out;
    if (!page_begin(page, title_of(writing->report)))
        return false;
    write_header(page, writing->report);
    for (const struct report_section *section = report_sections; section->id; section++)
        if (is_wanted(writing->report, section))
            write_section(page, writing->report, section, ++number);
    page_end(page);
    return !ferror(out) && page->error[0] == '\0';
}

static bool write_html(struct report *report, char *message, size_t size)
{
    char path[PATH_MAX];
    struct writing writing = {report, {.directory = report->draw ? report->directory : NULL}},
                   *context = &writing;
    snprintf(path, sizeof path, "%s/report.html", report->directory);
    if (whole_file_write(path, write_page, &context, message, size))
        return true;
    if (writing.page.error[0])
        snprintf(message, size, "%s", writing.page.error);
    return false;
}

/* ---- everything */

/* Charts and percentile texts; false: `message`. */
static bool draw_document(struct report *report, struct report_document *document, char *message,
                          size_t size)
{
    switch (document->kind) {
    case REPORT_SCALING:
        return charts_draw(report->directory, document->suffix, &document->data, message, size);
    case REPORT_RUN:
        return charts_draw(report->directory, document->suffix, &document->data, message, size) &&
               hgrm_write_all(report->directory, document->suffix, &document->data, message, size);
    case REPORT_SWEEP:
        return report_sweep_draw(report->directory, document->suffix, document->document, message,
                                 size);
    default:
        return true;
    }
}

static bool write_all(struct report *report, char *message, size_t size)
{
    char first[1024] = "";
    message[0] = '\0';
    for (size_t i = 0; report->draw && i < report->count; i++) {
        message[0] = '\0';
        if (!draw_document(report, &report->documents[i], message, size))
            return false;
        if (!first[0])
            snprintf(first, sizeof first, "%.1000s", message);
    }
    if (!write_html(report, message, size))
        return false;
    snprintf(message, size, "%s", first);
    return true;
}

bool report_write(const char *directory, json *const *documents, size_t count, bool draw,
                  char *message, size_t size)
{
    struct report report = {.directory = directory, .draw = draw};
    bool good = true;
    snprintf(message, size, "no memory for the report");
    report.documents = calloc(count + 1, sizeof *report.documents);
    for (size_t i = 0; report.documents && good && i < count; i++, report.count++)
        good = open_document(&report, i, documents[i]);
    good = good && report.documents && write_all(&report, message, size);
    for (size_t i = 0; i < report.count; i++)
        chart_data_close(&report.documents[i].data);
    free(report.documents);
    return good;
}

bool report_write_kept(const char *directory, const char *name, bool draw, char *message,
                       size_t size)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    json *document = json_read(path, message, size);
    bool written = document && report_write(directory, &document, 1, draw, message, size);
    json_free(document);
    return written;
}
