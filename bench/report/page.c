#include "bench/report/page.h"

#include "bench/chart/chart_style.h"
#include "bench/chart/svg.h"
#include "bench/home.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void page_text(struct page *page, const char *text)
{
    if (page->plain) {
        fputs(text ? text : "", page->out);
        return;
    }
    for (; text && *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", page->out);
            break;
        case '<':
            fputs("&lt;", page->out);
            break;
        case '>':
            fputs("&gt;", page->out);
            break;
        case '"':
            fputs("&quot;", page->out);
            break;
        default: /* control characters are not allowed in a page */
            if ((unsigned char)*text >= ' ' || *text == '\n')
                fputc(*text, page->out);
        }
    }
}

void page_raw(struct page *page, const char *markup)
{
    fputs(markup, page->out);
}

void page_put(struct page *page, const char *before, const char *text, const char *after)
{
    page_raw(page, before);
    page_text(page, text);
    page_raw(page, after);
}

void page_say(struct page *page, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) >= 0) {
        page_text(page, text);
        free(text);
    }
    va_end(arguments);
}

/* ---- the frame */

/* Copies plots/<name> into the page. */
static bool include(struct page *page, const char *name)
{
    char below[64], path[HOME_PATH_MAX], block[4096];
    size_t got;
    snprintf(below, sizeof below, "plots/%s", name);
    home_path(below, path);
    FILE *file = fopen(path, "re");
    if (!file) {
        snprintf(page->error, sizeof page->error, "%.200s: %s", path, strerror(errno));
        return false;
    }
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        fwrite(block, 1, got, page->out);
    fclose(file);
    return true;
}

bool page_begin(struct page *page, const char *title)
{
    page_raw(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n");
    page_put(page, "<title>", title, "</title>\n<style>\n");
    if (!include(page, "page.css"))
        return false;
    page_raw(page, "</style>\n</head>\n<body>\n<main>\n");
    return true;
}

void page_end(struct page *page)
{
    page_raw(page, "</main>\n<script>\n");
    include(page, "page.js");
    page_raw(page, "</script>\n</body>\n</html>\n");
}

/* ---- numbers */

/* 1234567 as "1,234,567". */
static void group_thousands(const char *digits, char *text, size_t size)
{
    size_t whole = strcspn(digits, "."), n = 0;
    for (size_t i = 0; digits[i] && n + 2 < size; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0 && digits[i - 1] != '-')
            text[n++] = ',';
        text[n++] = digits[i];
    }
    text[n] = '\0';
}

void page_number_text(double value, char *text, size_t size)
{
    char digits[64];
    double magnitude = fabs(value);
    int decimals = magnitude >= 100 || value == 0 ? 0
                   : magnitude >= 10              ? 1
                   : magnitude >= 1               ? 2
                                                  : (int)fmin(ceil(-log10(magnitude)) + 2, 9);
    if (!isfinite(value)) {
        snprintf(text, size, "–");
        return;
    }
    snprintf(digits, sizeof digits, "%.*f", decimals, value);
    if (strchr(digits, '.')) { /* 5.00 is 5 */
        char *end = digits + strlen(digits);
        while (end[-1] == '0')
            *--end = '\0';
        if (end[-1] == '.')
            *--end = '\0';
    }
    group_thousands(digits, text, size);
}

void page_number(struct page *page, double value)
{
    char text[64];
    page_number_text(value, text, sizeof text);
    page_text(page, text);
}

/* ---- tables */

void page_table_begin(struct page *page, const char *caption, const char *heads)
{
    page_raw(page, "<div class=\"wide\" tabindex=\"0\"><table class=\"sortable\">\n");
    if (caption)
        page_put(page, "<caption>", caption, "</caption>\n");
    page_raw(page, "<thead><tr>");
    for (const char *head = heads; head; head = strchr(head, '|') ? strchr(head, '|') + 1 : NULL) {
        char text[128];
        bool number = *head == '#';
        const char *from = head + number;
        snprintf(text, sizeof text, "%.*s", (int)strcspn(from, "|"), from);
        page_put(page, number ? "<th class=\"n\" scope=\"col\">" : "<th scope=\"col\">", text,
                 "</th>");
    }
    page_raw(page, "</tr></thead>\n<tbody>\n");
}

void page_table_end(struct page *page)
{
    page_raw(page, "</tbody></table></div>\n");
}

void page_cell_number(struct page *page, double value)
{
    page_cell_range(page, value, value, value);
}

void page_cell_range(struct page *page, double value, double min, double max)
{
    if (!isfinite(value)) {
        page_raw(page, "<td class=\"n none\">–</td>");
        return;
    }
    fprintf(page->out, "<td class=\"n\" data-v=\"%.9g\">", value);
    page_number(page, value);
    char low[64], high[64];
    page_number_text(min, low, sizeof low);
    page_number_text(max, high, sizeof high);
    if (strcmp(low, high) != 0) {
        page_put(page, " <small>", low, "–");
        page_put(page, "", high, "</small>");
    }
    page_raw(page, "</td>");
}

void page_cell_text(struct page *page, const char *text)
{
    page_put(page, "<td>", text, "</td>");
}

/* The points of the charts, drawn small: square, circle, triangle up, triangle down, diamond,
 * pentagon. */
void page_cell_contender(struct page *page, const char *name, unsigned style)
{
    static const char *const points[CHART_POINTS] = {
        "M-5,-5H5V5H-5z",
        "M-5.6,0a5.6,5.6 0 1 0 11.2,0a5.6,5.6 0 1 0 -11.2,0",
        "M0,-6.6L-6,4.4H6z",
        "M0,6.6L-6,-4.4H6z",
        "M0,-6.6L6.6,0L0,6.6L-6.6,0z",
        "M0,6.4L6,2L3.8,-5.2H-3.8L-6,2z",
    };
    page_raw(page, "<th scope=\"row\" class=\"who\"><svg class=\"mark\" viewBox=\"-8 -8 16 16\" "
                   "role=\"none\">");
    fprintf(page->out, "<path fill=\"var(--k%u)\" d=\"%s\"/></svg>", chart_colour(style),
            points[chart_point(style)]);
    page_put(page, "", name, "</th>");
}

void page_cell_word(struct page *page, const char *word, const char *meaning)
{
    page_put(page, "<td class=\"word ", meaning, "\">");
    page_put(page, "<span>", word, "</span></td>");
}

/* ---- charts */

void page_chart(struct page *page, const char *stem, const char *heading, const char *how_to_read)
{
    char path[PATH_MAX];
    if (!page->directory)
        return;
    snprintf(path, sizeof path, "%s/%s.svg", page->directory, stem);
    if (access(path, R_OK) != 0)
        return;
    page_put(page, "<figure id=\"chart-", stem, "\">\n");
    page_put(page, "<h3>", heading, "</h3>\n<div class=\"wide chart\" tabindex=\"0\">");
    if (!svg_inline(page->out, path, ++page->charts, heading))
        snprintf(page->error, sizeof page->error, "%.200s cannot be read", path);
    page_raw(page, "</div>\n<figcaption>");
    page_put(page, "<p><b>How to read this.</b> ", how_to_read, "</p>\n");
    page_put(page, "<p class=\"files\">As files: ", stem, ".svg, ");
    page_put(page, "", stem, ".png; its data: ");
    page_put(page, "", stem, ".tsv</p></figcaption>\n</figure>\n");
}
