/* The pieces that a page of HTML is made of. Everything that is text goes through here, escaped;
 * errors stay in the stream. */
#ifndef DIBS_BENCH_PAGE_H
#define DIBS_BENCH_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct page {
    FILE *out;
    const char *directory; /* where the charts lie; NULL: there are none */
    bool plain;            /* it is no page: text is not escaped */
    unsigned charts;       /* so far; makes the ids of each unique */
    char error[256];       /* one line; "" as long as all is well */
};

/* Head with style, a policy that forbids every request, and the opened body. `style` and `script`
 * come from plots/; false: they cannot be read, and page->error says why. */
bool page_begin(struct page *page, const char *title);
void page_end(struct page *page);

/* Text, escaped. NULL is nothing. */
void page_text(struct page *page, const char *text);
/* Markup around a text. */
void page_put(struct page *page, const char *before, const char *text, const char *after);
/* Markup only. */
void page_raw(struct page *page, const char *markup);
/* Escaped as a whole: markup in the format comes out as text. */
void page_say(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Three digits, as people write them: "1,234", "12.3", "0.0123"; "–" where it is not known. */
void page_number_text(double value, char *text, size_t size);
void page_number(struct page *page, double value);

/* A table that can be sorted by its heads, in what scrolls where it is too wide. Heads are
 * separated by '|'; one that begins with '#' is of numbers. */
void page_table_begin(struct page *page, const char *caption, const char *heads);
void page_table_end(struct page *page);
void page_cell_number(struct page *page, double value);
/* "12.3 (10.1–15)" where there is a range. */
void page_cell_range(struct page *page, double value, double min, double max);
void page_cell_text(struct page *page, const char *text);
/* A contender with its mark. */
void page_cell_contender(struct page *page, const char *name, unsigned style);
/* A word and what it means: "good", "bad", "mild" or "none" is its colour. */
void page_cell_word(struct page *page, const char *word, const char *meaning);

/* The chart <stem>.svg of the directory, inline, under a heading that states what it shows; and
 * how to read it. Nothing where the file is not there. */
void page_chart(struct page *page, const char *stem, const char *heading, const char *how_to_read);

#endif
