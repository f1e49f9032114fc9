#include "bench/options.h"

#include "sim/scenario/scenario_keys.h"
#include "strategies/suggest.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum kind {
    TEXT,     /* keeps the value at `offset` */
    SWITCH,   /* sets the bool at `offset` */
    OVERRIDE, /* the value is "key=value" of the scenario */
    SUGAR,    /* the value belongs to the scenario's key `key` */
};

enum group { ABOUT, SCENARIO, OUTPUT, SERVER, GROUPS };

static const char *const group_titles[GROUPS] = {
    [ABOUT] = "About",
    [SCENARIO] = "What is run",
    [OUTPUT] = "What is written",
    [SERVER] = "Your own server instead of a private one (options as redis-cli has them)",
};

static const struct row {
    enum group group;
    char letter;          /* 0: none */
    const char *name;     /* NULL: none */
    const char *argument; /* NULL: takes none */
    unsigned scope;       /* 0: every command */
    enum kind kind;
    size_t offset;
    const char *key;
    const char *help;
} rows[] = {
#define AT(member) offsetof(struct options, member)
#define FOR_SCENARIO (FOR_RUN | FOR_CHECK | FOR_GATE)
#define FOR_VERDICT (FOR_GATE | FOR_AB | FOR_COMPARE)
    {ABOUT, 0, "help", NULL, 0, SWITCH, AT(help), NULL, "this text (-h is the host, never help)"},
    {ABOUT, 0, "man", NULL, 0, SWITCH, AT(manual), NULL, "the same as a manual page, in troff"},
    {ABOUT, 0, "version", NULL, 0, SWITCH, AT(version), NULL, "the version, and nothing else"},

    {SCENARIO, 0, "contender", "LIST", FOR_SCENARIO | FOR_FAULTS | FOR_SOAK, TEXT, AT(contenders),
     NULL, "these contenders instead of the scenario's: names with commas, or all"},
    {SCENARIO, 0, "set", "KEY=VALUE", FOR_SCENARIO | FOR_AB, OVERRIDE, 0, NULL,
     "any key of the scenario, or CONTENDER.PARAMETER=VALUE; may be repeated"},
    {SCENARIO, 0, "seed", "N", FOR_SCENARIO | FOR_AB | FOR_SOAK, SUGAR, 0, "seed",
     "short for --set seed=N; of a soak, this seed alone"},
    {SCENARIO, 0, "repeat", "N", FOR_RUN | FOR_CHECK, SUGAR, 0, "repeats",
     "short for --set repeats=N"},
    {SCENARIO, 0, "placement", "P", FOR_RUN | FOR_CHECK | FOR_AB, SUGAR, 0, "placement",
     "short for --set placement=P: free, split or one-core"},
    {SCENARIO, 0, "fault", "KIND", FOR_SWEEP, TEXT, AT(fault), NULL,
     "what a sweep does at each point: crash (default), connection or pause"},
    {SCENARIO, 0, "role", "ROLE", FOR_SWEEP, TEXT, AT(role), NULL,
     "whose commands a sweep goes through: worker or upkeep (default: both)"},
    {SCENARIO, 0, "baseline", "FILE", FOR_GATE, TEXT, AT(baseline), NULL,
     "what a gate compares with (the scenario's file, as .baseline)"},
    {SCENARIO, 0, "update-baseline", NULL, FOR_GATE, SWITCH, AT(update_baseline), NULL,
     "write what is measured into it"},
    {SCENARIO, 0, "a", "SPEC", FOR_AB, TEXT, AT(a), NULL,
     "what ab compares with: contender[,key=value]...[,server=PATH]"},
    {SCENARIO, 0, "b", "SPEC", FOR_AB, TEXT, AT(b), NULL, "what ab compares with it"},
    {SCENARIO, 0, "target", "P", FOR_AB, TEXT, AT(target), NULL,
     "slowdown in percent that a PASS excludes (5)"},
    {SCENARIO, 0, "max-time", "TIME", FOR_AB | FOR_CLAIMS, TEXT, AT(max_time), NULL,
     "undecided after it is inconclusive, a claim not measured (15min)"},
    {SCENARIO, 0, "blocks", "N", FOR_PROOF, TEXT, AT(blocks), NULL,
     "blocks that a gate-proof records, half of them under load (400)"},
    {SCENARIO, 0, "quick", NULL, FOR_CLAIMS | FOR_FAULTS | FOR_SOAK, SWITCH, AT(quick), NULL,
     "claims and soaks at a smaller size, or 8 faults, within 2 minutes"},
    {SCENARIO, 0, "only", "LIST", FOR_CLAIMS, TEXT, AT(only), NULL,
     "these claims alone: ids with commas"},
    {SCENARIO, 0, "redis-server", "PATH",
     FOR_RUN | FOR_SELFBENCH | FOR_SWEEP | FOR_FAULTS | FOR_SOAK | FOR_CLAIMS | FOR_GATE | FOR_AB |
         FOR_PROOF,
     TEXT, AT(redis_server), NULL, "program of the private server (another Redis, Valkey)"},

    {OUTPUT, 0, "out", "DIR",
     FOR_RUN | FOR_SWEEP | FOR_FAULTS | FOR_CLAIMS | FOR_REPORT | FOR_PROOF | FOR_VERDICT, TEXT,
     AT(out), NULL, "directory of the results, replacing any (results/<scenario>-<time>)"},
    {OUTPUT, 0, "json", NULL,
     FOR_RUN | FOR_SELFBENCH | FOR_SWEEP | FOR_FAULTS | FOR_SOAK | FOR_CLAIMS | FOR_VERDICT, SWITCH,
     AT(json), NULL, "the result document on stdout, and nothing else there"},
    {OUTPUT, 0, "markdown", "FILE", FOR_VERDICT, TEXT, AT(markdown), NULL,
     "the comparison in Markdown (also added to $GITHUB_STEP_SUMMARY)"},
    {OUTPUT, 0, "junit", "FILE", FOR_VERDICT, TEXT, AT(junit), NULL,
     "the comparison as a report of tests"},
    {OUTPUT, 0, "trace", "FILE", FOR_RUN, TEXT, AT(trace), NULL,
     "events of the runs as lines of JSON"},
    {OUTPUT, 0, "quiet", NULL,
     FOR_RUN | FOR_SELFBENCH | FOR_SWEEP | FOR_FAULTS | FOR_SOAK | FOR_CLAIMS | FOR_GATE | FOR_AB |
         FOR_PROOF,
     SWITCH, AT(quiet), NULL, "no progress, no estimate: results and errors only"},

    {SERVER, 'h', NULL, "HOST", FOR_RUN, TEXT, AT(host), NULL, "host name (127.0.0.1)"},
    {SERVER, 'p', NULL, "PORT", FOR_RUN, TEXT, AT(port), NULL, "port (6379)"},
    {SERVER, 's', NULL, "SOCKET", FOR_RUN, TEXT, AT(socket), NULL, "Unix socket, wins over -h"},
    {SERVER, 'a', "pass", "PASSWORD", FOR_RUN, TEXT, AT(password), NULL,
     "password (the environment's REDISCLI_AUTH keeps it out of sight)"},
    {SERVER, 0, "user", "NAME", FOR_RUN, TEXT, AT(user), NULL, "user of the password"},
    {SERVER, 'u', NULL, "URI", FOR_RUN, TEXT, AT(uri), NULL,
     "redis://[[user]:password@]host[:port][/db] or unix:///path; wins"},
    {SERVER, 'n', NULL, "DB", FOR_RUN, TEXT, AT(database), NULL, "database number (0)"},
    {SERVER, 0, "remove-leftovers", NULL, FOR_RUN, SWITCH, AT(remove_leftovers), NULL,
     "remove what an interrupted run of dibs left in that database"},
#undef FOR_SCENARIO
#undef FOR_VERDICT
#undef AT
};

enum { ROWS = sizeof rows / sizeof *rows };

_Static_assert(ROWS <= 64, "options.given has a bit per row");

static bool fail(struct options *options, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail(struct options *options, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(options->error, sizeof options->error, format, arguments);
    va_end(arguments);
    return false;
}

/* As a user writes it: "--set" or "-h". */
static const char *row_text(const struct row *row, char text[32])
{
    if (row->name)
        snprintf(text, 32, "--%s", row->name);
    else
        snprintf(text, 32, "-%c", row->letter);
    return text;
}

/* The row of "--name", "--name=value" or "-x"; NULL if there is none. */
static const struct row *find_row(const char *word, size_t len)
{
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        if (len == 2 && row->letter && word[1] == row->letter)
            return row;
        if (len > 2 && row->name && strlen(row->name) == len - 2 && strncmp(word, "--", 2) == 0 &&
            strncmp(word + 2, row->name, len - 2) == 0)
            return row;
    }
    return NULL;
}

/* `value`: what stands behind it, or NULL. */
static bool fail_unknown(struct options *options, const char *word, size_t len, const char *value)
{
    char typed[64], names[ROWS][32];
    snprintf(typed, sizeof typed, "%.*s", (int)len, word);
    if (len > 2 && scenario_key_find(typed + 2))
        return fail(options, "unknown option %s; --set %s=%.128s would be right", typed, typed + 2,
                    value && *value != '-' ? value : "VALUE");
    struct suggestion suggestion = {.word = typed};
    for (size_t i = 0; i < ROWS; i++)
        suggestion_consider(&suggestion, row_text(&rows[i], names[i]));
    if (suggestion.nearest && len > 2)
        return fail(options, "unknown option %s; did you mean %s?", typed, suggestion.nearest);
    return fail(options, "unknown option %s; dibs --help lists them all", typed);
}

static bool add_override(struct options *options, const char *key, const char *value)
{
    if (options->override_count == OPTIONS_OVERRIDES_MAX)
        return fail(options, "more than %d settings; put them into a scenario file",
                    OPTIONS_OVERRIDES_MAX);
    char *text = NULL;
    if (asprintf(&text, key ? "%s=%s" : "%s%s", key ? key : "", value) < 0)
        return fail(options, "out of memory");
    options->overrides[options->override_count++] = text;
    return true;
}

/* Checked under its own name, for the scenario would find fault with a --set. */
static bool take_sugar(struct options *options, const struct row *row, const char *value)
{
    char why[256];
    union value ignored;
    if (!value_read(&scenario_key_find(row->key)->rule, value, &ignored, why, sizeof why))
        return fail(options, "--%s %.128s: %s", row->name, value, why);
    return add_override(options, row->key, value);
}

static bool take(struct options *options, const struct row *row, const char *value)
{
    char *base = (char *)options;
    options->given |= UINT64_C(1) << (row - rows);
    switch (row->kind) {
    case TEXT:
        *(const char **)(void *)(base + row->offset) = value;
        return true;
    case SWITCH:
        *(bool *)(base + row->offset) = true;
        return true;
    case OVERRIDE:
        if (!strchr(value, '=') || *value == '=')
            return fail(options, "--set %s: expected KEY=VALUE", value);
        return add_override(options, NULL, value);
    case SUGAR:
        return take_sugar(options, row, value);
    }
    return true;
}

/* Reads the option at argv[*i], and its value, which may be the next word. */
static bool read_option(struct options *options, int argc, char *const *argv, int *i)
{
    const char *word = argv[*i];
    const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    size_t len = equals ? (size_t)(equals - word) : strlen(word);
    const struct row *row = find_row(word, len);
    char name[32];
    const char *next = equals ? equals + 1 : *i + 1 < argc ? argv[*i + 1] : NULL;
    if (!row)
        return fail_unknown(options, word, len, next);
    if (!row->argument && equals)
        return fail(options, "%s takes no value", row_text(row, name));
    if (!row->argument)
        return take(options, row, NULL);
    *i += !equals;
    if (!next || !*next) /* as a script's variable that was never set leaves it */
        return fail(options, "%s needs a value: %s%s", row_text(row, name), row->argument,
                    row->letter == 'h' ? "; --help is help" : "");
    return take(options, row, next);
}

static bool read_number(struct options *options, const char *option, const char *text, int min,
                        int max, int *number)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || value < min || value > max)
        return fail(options, "%s %s: expected a number from %d to %d", option, text, min, max);
    *number = (int)value;
    return true;
}

static bool copy(struct options *options, const char *option, const char *text, char *to,
                 size_t size)
{
    if (text && strlen(text) >= size)
        return fail(options, "%s: longer than %zu bytes", option, size - 1);
    if (text)
        memcpy(to, text, strlen(text) + 1);
    return true;
}

static bool read_flags(struct options *options)
{
    struct endpoint *to = &options->endpoint;
    endpoint_default(to);
    return copy(options, "-h", options->host, to->host, sizeof to->host) &&
           copy(options, "-s", options->socket, to->socket_path, sizeof to->socket_path) &&
           copy(options, "-a", options->password, to->password, sizeof to->password) &&
           copy(options, "--user", options->user, to->user, sizeof to->user) &&
           (!options->port || read_number(options, "-p", options->port, 1, 65535, &to->port)) &&
           (!options->database ||
            read_number(options, "-n", options->database, 0, 1 << 20, &to->database));
}

/* Works out the endpoint from the connection options and the environment. */
static bool read_endpoint(struct options *options)
{
    bool flags = options->host || options->port || options->socket || options->password ||
                 options->user || options->database;
    options->uses_server = flags || options->uri;
    if (!options->uses_server)
        return !options->remove_leftovers ||
               fail(options, "--remove-leftovers needs a server of yours (-h, -s or -u)");
    if (options->redis_server)
        return fail(options, "--redis-server starts a private server, but a connection option "
                             "names one of yours: give one of the two");
    if (options->uri && flags)
        snprintf(options->warning, sizeof options->warning,
                 "-u is given: it wins over the other connection options");
    if (!(options->uri ? endpoint_read(&options->endpoint, options->uri, options->error,
                                       sizeof options->error)
                       : read_flags(options)))
        return false;
    if (*options->endpoint.password)
        return true;
    return copy(options, "REDISCLI_AUTH", getenv("REDISCLI_AUTH"), options->endpoint.password,
                sizeof options->endpoint.password);
}

bool options_read(struct options *options, int argc, char *const *argv)
{
    bool only_words = false; /* after "--" */
    *options = (struct options){0};
    for (int i = 1; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && argv[i][0] == '-' && argv[i][1]) {
            if (!read_option(options, argc, argv, &i))
                return false;
        } else if (options->word_count == OPTIONS_WORDS_MAX) {
            return fail(options, "too many words from '%s' on", argv[i]);
        } else {
            options->words[options->word_count++] = argv[i];
        }
    }
    if (options->word_count > 0 && strcmp(options->words[0], "help") == 0) {
        options->help = true;
        memmove(options->words, options->words + 1, --options->word_count * sizeof *options->words);
    }
    return read_endpoint(options);
}

void options_close(struct options *options)
{
    for (size_t i = 0; i < options->override_count; i++)
        free(options->overrides[i]);
    options->override_count = 0;
}

bool options_fit(struct options *options, const char *command, unsigned scope)
{
    char name[32];
    for (size_t i = 0; i < ROWS; i++)
        if (options->given >> i & 1 && rows[i].scope && !(rows[i].scope & scope))
            return fail(options, "%s means nothing to '%s'", row_text(&rows[i], name), command);
    return true;
}

void options_describe(FILE *out, unsigned scope)
{
    int last = -1;
    for (size_t i = 0; i < ROWS; i++) { /* they stand group by group */
        const struct row *row = &rows[i];
        char left[64], letter[8] = "";
        if (scope && !(row->scope & scope))
            continue;
        if ((int)row->group != last)
            fprintf(out, "\n%s\n", group_titles[row->group]);
        last = (int)row->group;
        if (row->letter)
            snprintf(letter, sizeof letter, "-%c%s", row->letter, row->name ? ", " : "");
        snprintf(left, sizeof left, "%s%s%s%s%s", letter, row->name ? "--" : "",
                 row->name ? row->name : "", row->argument ? " " : "",
                 row->argument ? row->argument : "");
        fprintf(out, "  %-21s %s\n", left, row->help);
    }
}

/* What troff would read as its own is escaped. */
static void write_troff(FILE *out, const char *text)
{
    for (; *text; text++)
        fputs(*text == '\\' ? "\\e" : *text == '-' ? "\\-" : (char[]){*text, '\0'}, out);
}

void options_manual(FILE *out)
{
    for (int group = 0; group < GROUPS; group++) {
        fprintf(out, ".SS %s\n", group_titles[group]);
        for (size_t i = 0; i < ROWS; i++) {
            const struct row *row = &rows[i];
            if ((int)row->group != group)
                continue;
            fputs(".TP\n.B ", out);
            if (row->letter)
                fprintf(out, "\\-%c%s", row->letter, row->name ? ", " : "");
            if (row->name) {
                fputs("\\-\\-", out);
                write_troff(out, row->name);
            }
            if (row->argument)
                fprintf(out, " \\fI%s\\fR", row->argument);
            fputc('\n', out);
            write_troff(out, row->help);
            fputc('\n', out);
        }
    }
}

void options_mask(char *const *argv, int i, char *text, size_t size)
{
    const char *before = i > 0 ? argv[i - 1] : "";
    if (strcmp(before, "-a") == 0 || strcmp(before, "--pass") == 0)
        snprintf(text, size, "***");
    else if (strncmp(argv[i], "--pass=", 7) == 0)
        snprintf(text, size, "--pass=***");
    else if (strstr(argv[i], "://"))
        endpoint_mask(argv[i], text, size);
    else
        snprintf(text, size, "%s", argv[i]);
}
