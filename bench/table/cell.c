#include "bench/table/cell.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static void write_count(double value, char text[CELL_MAX])
{
    char digits[CELL_MAX];
    int len = snprintf(digits, sizeof digits, "%.0f", value);
    char *to = text;
    for (int i = 0; i < len && to < text + CELL_MAX - 2; i++) {
        if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
}

void cell_write(double value, enum form form, char text[CELL_MAX])
{
    static const int decimals[] = {[FORM_1] = 1, [FORM_2] = 2, [FORM_3] = 3};
    if (!isfinite(value))
        snprintf(text, CELL_MAX, "-");
    else if (form == FORM_COUNT || fabs(value) >= 10000)
        write_count(value, text);
    else if (form == FORM_PERCENT)
        snprintf(text, CELL_MAX, "%.1f %%", value * 100);
    else
        snprintf(text, CELL_MAX, "%.*f", decimals[form], value);
}

bool cell_colour(FILE *out)
{
    const char *no = getenv("NO_COLOR");
    return isatty(fileno(out)) && !(no && *no);
}

const char *cell_paint(bool colour, const char *code)
{
    return colour ? code : "";
}
