#include "bench/document/csv.h"

#include "bench/document/fields.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

void csv_write_text(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void write_value(FILE *out, const struct field_value *value)
{
    switch (value->held) {
    case HELD_NOTHING:
        break;
    case HELD_COUNT:
        fprintf(out, "%" PRIu64, value->count);
        break;
    case HELD_REAL:
        fprintf(out, "%.9g", value->real);
        break;
    case HELD_FLAG:
        fputs(value->count ? "true" : "false", out);
        break;
    case HELD_TEXT:
        csv_write_text(out, value->text);
        break;
    }
}

static void write_header(FILE *out)
{
    fputs("contender,strategy,status", out);
    for (const struct field_group *group = run_fields; group->fields; group++)
        for (const struct field *field = group->fields; field->name; field++)
            fprintf(out, ",%s%s%s", group->name ? group->name : "", group->name ? "." : "",
                    field->name);
    fputs(",bottleneck\n", out);
}

static void write_run(FILE *out, const struct run_result *run)
{
    csv_write_text(out, run->entry->label);
    fprintf(out, ",%s,%s", run->entry->strategy->name, run_status_name(run->status));
    for (const struct field_group *group = run_fields; group->fields; group++) {
        bool known = !group->known || group->known(run);
        for (const struct field *field = group->fields; field->name; field++) {
            struct field_value value;
            field_read(field, (const char *)run + group->offset, &value);
            fputc(',', out);
            if (known)
                write_value(out, &value);
        }
    }
    fprintf(out, ",%s\n", bottleneck_name(run->bottleneck));
}

bool csv_write(const char *path, const struct run_result *runs, size_t count, char *error,
               size_t error_size)
{
    FILE *out = fopen(path, "we");
    if (out) {
        write_header(out);
        for (size_t i = 0; i < count; i++)
            write_run(out, &runs[i]);
        bool failed = ferror(out) != 0;
        if (fclose(out) == 0 && !failed)
            return true;
    }
    snprintf(error, error_size, "cannot write %s: %s", path, strerror(errno));
    return false;
}
