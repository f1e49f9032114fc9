#include "bench/manual.h"

#include "bench/commands.h"
#include "sim/fault/timeline.h"
#include "sim/judge/expectation.h"

#include <stdlib.h>

static void write_commands(FILE *out)
{
    for (const struct command *command = commands; command->name; command++)
        fprintf(out, ".TP\n.B %s%s\\fI%s\\fR\n%s\n", command->name, command->argument ? " " : "",
                command->argument ? command->argument : "", command->summary);
}

/* A text of columns, line by line as it is. */
static void write_as_it_is(FILE *out, void (*describe)(FILE *out))
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory)
        return;
    describe(memory);
    fclose(memory);
    fputs(".nf\n", out);
    for (const char *c = text; *c; c++) {
        if ((*c == '.' || *c == '\'') && (c == text || c[-1] == '\n'))
            fputs("\\&", out);
        fputs(*c == '\\' ? "\\e" : *c == '-' ? "\\-" : (char[]){*c, '\0'}, out);
    }
    fputs(".fi\n", out);
    free(text);
}

void manual_write(FILE *out)
{
    fprintf(out, ".TH DIBS 1 \"\" \"dibs %s\" \"User commands\"\n", DIBS_VERSION);
    fputs(".SH NAME\ndibs \\- ways of sharing work through Redis, side by side\n"
          ".SH SYNOPSIS\n.B dibs\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n"
          ".SH DESCRIPTION\ndibs runs ways of sharing work between instances against a real Redis "
          "and shows side by side\nwhat each costs and what each loses.\n"
          "The name of a scenario alone is short for \\fBrun\\fR.\n.SH COMMANDS\n",
          out);
    write_commands(out);
    fputs(".SH OPTIONS\n", out);
    options_manual(out);
    fputs(".SH EXIT STATUS\n", out);
    write_as_it_is(out, status_describe);
    fputs(".SH ENVIRONMENT\n.TP\n.B REDISCLI_AUTH\npassword of your own server\n"
          ".TP\n.B TMPDIR\nwhere private servers live (/tmp)\n"
          ".TP\n.B NO_COLOR\nno colour in tables\n"
          ".TP\n.B DIBS_HOME\ndirectory with scenarios/ and plots/\n"
          ".SH KEYS OF A SCENARIO\n",
          out);
    write_as_it_is(out, scenario_describe);
    fputs(".SH EVENTS\n", out);
    write_as_it_is(out, timeline_describe);
    fputs(".SH EXPECTATIONS\n", out);
    write_as_it_is(out, expectation_describe);
}
