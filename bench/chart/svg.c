#include "bench/chart/svg.h"

#include <stdlib.h>
#include <string.h>

/* A colour of plots/style.gp, as the page's style calls it. */
static const struct {
    unsigned rgb;
    const char *variable;
} colours[] = {
    {0x000000, "k0"},   {0x295ada, "k1"},   {0xd58000, "k2"},   {0x62236f, "k3"},
    {0x31a2ab, "k4"},   {0x7f4300, "k5"},   {0x90985f, "k6"},   {0x2d523e, "k7"},
    {0x606060, "axis"}, {0xe0e0e0, "grid"}, {0xb0b0b0, "rule"}, {0xffffff, "paper"},
};

static const char *variable_of(unsigned rgb)
{
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (colours[i].rgb == rgb)
            return colours[i].variable;
    return NULL;
}

/* The colour that begins here and how long it is: "rgb( 41,  90, 218)", "#295ADA", "black"
 * as an attribute's value; 0: none. */
static size_t colour_at(const char *text, unsigned *rgb)
{
    unsigned r, g, b;
    int length = 0;
    if (sscanf(text, "rgb(%u ,%u ,%u )%n", &r, &g, &b, &length) == 3 && length > 0) {
        *rgb = (r & 255) << 16 | (g & 255) << 8 | (b & 255);
        return (size_t)length;
    }
    if (*text == '#' && strspn(text + 1, "0123456789abcdefABCDEF") == 6) {
        *rgb = (unsigned)strtoul(text + 1, NULL, 16);
        return 7;
    }
    if (strncmp(text, "black\"", 6) == 0) {
        *rgb = 0;
        return 5;
    }
    return 0;
}

static size_t write_colour(FILE *out, const char *text)
{
    unsigned rgb;
    size_t length = colour_at(text, &rgb);
    const char *variable = length > 0 ? variable_of(rgb) : NULL;
    if (!variable)
        return 0;
    fprintf(out, "var(--%s)", variable);
    return length;
}

/* What begins here and is left out: what nobody uses, and titles that are only numbers. */
static size_t dispensable(const char *text)
{
    static const struct {
        const char *begin, *end;
    } parts[] = {
        {"<filter ", "</filter>"},
        {"<desc>", "</desc>"},
        {"<title>Gnuplot", "</title>"},
        {"<title>gnuplot_plot_", "</title>"},
        {" id=\"gnuplot_plot_", "\""},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t length = strlen(parts[i].begin);
        const char *end =
            strncmp(text, parts[i].begin, length) == 0 ? strstr(text + length, parts[i].end) : NULL;
        if (end)
            return (size_t)(end - text) + strlen(parts[i].end);
    }
    return 0;
}

/* What an id or a reference to one begins with. */
static size_t before_id(const char *text)
{
    static const char *const beginnings[] = {" id=\"", " id='", "href='#", "href=\"#", "url(#"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncmp(text, beginnings[i], strlen(beginnings[i])) == 0)
            return strlen(beginnings[i]);
    return 0;
}

/* Blanks are worth one, and nothing between two elements. */
static size_t write_blank(FILE *out, const char *begin, const char *text)
{
    size_t blanks = strspn(text, " \t\r\n");
    if (blanks > 0 && !(text > begin && text[-1] == '>' && text[blanks] == '<'))
        fputc(' ', out);
    return blanks;
}

static void write_body(FILE *out, const char *begin, unsigned number)
{
    for (const char *at = begin; *at;) {
        size_t length = dispensable(at);
        if (length == 0 && (*at == '"' || *at == '\'')) { /* a colour is all of a value */
            fputc(*at++, out);
            at += write_colour(out, at);
            continue;
        }
        if (length == 0 && (length = before_id(at)) > 0)
            fprintf(out, "%.*sc%u-", (int)length, at, number);
        if (length == 0)
            length = write_blank(out, begin, at);
        if (length == 0)
            fputc(*at++, out);
        at += length;
    }
}

static void write_label(FILE *out, const char *label)
{
    for (; *label; label++)
        if (!strchr("<>&\"", *label))
            fputc(*label, out);
}

/* More than a page holds at its full width. */
static bool is_tall(const char *svg)
{
    const char *box = strstr(svg, "viewBox=\"");
    double width, height;
    return box && sscanf(box, "viewBox=\"%*f %*f %lf %lf", &width, &height) == 2 &&
           height > 1.6 * width;
}

bool svg_inline(FILE *out, const char *path, unsigned number, const char *label)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "re");
    bool read = file && getdelim(&text, &room, '\0', file) > 0;
    const char *svg = read ? strstr(text, "<svg") : NULL;
    if (svg) {
        fprintf(out, "<svg role=\"img\"%s aria-label=\"", is_tall(svg) ? " class=\"tall\"" : "");
        write_label(out, label);
        fputc('"', out);
        write_body(out, svg + strlen("<svg"), number);
    }
    free(text);
    if (file)
        fclose(file);
    return svg != NULL;
}
