#include "bench/gate/ab_spec.h"

#include "strategies/suggest.h"

#include <stdlib.h>
#include <string.h>

static const char SERVER[] = "server=";

/* A SPEC in its parts. */
struct parts {
    char *copy;                            /* owned; the rest points into it */
    char *settings[OPTIONS_OVERRIDES_MAX]; /* "key=value" */
    size_t setting_count;
    const char *contender;
};

static bool fail_unknown(const char *option, const char *word, char *error, size_t size)
{
    char hint[SUGGESTION_KNOWN_MAX + 32];
    struct suggestion suggestion = {.word = word};
    contenders_suggest(&suggestion);
    suggestion_write(&suggestion, hint, sizeof hint);
    snprintf(error, size, "%s: no contender is called '%.64s'; %s", option, word, hint);
    return false;
}

/* Says of a setting what the scenario reader would say, but by the name of the option. */
static bool check_setting(const char *option, const struct parts *parts, const char *setting,
                          char *error, size_t size)
{
    char name[64], why[384];
    const struct strategy *strategy;
    parameter_values values;
    size_t length = strcspn(setting, "=");
    contender_find(parts->contender, &strategy);
    bool has_value = setting[length] == '=' && setting[length + 1] != '\0';
    if (!has_value || length == 0 || length >= sizeof name) {
        snprintf(error, size, "%s: '%.64s': expected contender[,key=value]...[,server=PATH]",
                 option, setting);
        return false;
    }
    snprintf(name, sizeof name, "%.*s", (int)length, setting);
    parameters_default(strategy, values);
    if (parameters_set(strategy, name, setting + length + 1, values, why, sizeof why))
        return true;
    snprintf(error, size, "%s: %s", option, why);
    return false;
}

static bool split(struct ab_spec *spec, const char *option, const char *text, struct parts *parts,
                  char *error, size_t size)
{
    char *rest = NULL;
    parts->copy = strdup(text);
    if (parts->copy == NULL) {
        snprintf(error, size, "out of memory");
        return false;
    }
    parts->contender = strtok_r(parts->copy, ",", &rest);
    if (parts->contender == NULL || contender_find(parts->contender, NULL) == NULL)
        return fail_unknown(option, parts->contender != NULL ? parts->contender : "", error, size);
    for (char *word; (word = strtok_r(NULL, ",", &rest)) != NULL;) {
        if (strncmp(word, SERVER, strlen(SERVER)) == 0 && word[strlen(SERVER)] != '\0') {
            snprintf(spec->program, sizeof spec->program, "%s", word + strlen(SERVER));
        } else if (parts->setting_count == OPTIONS_OVERRIDES_MAX) {
            snprintf(error, size, "%s: more than %d settings", option, OPTIONS_OVERRIDES_MAX);
            return false;
        } else if (check_setting(option, parts, word, error, size)) {
            parts->settings[parts->setting_count++] = word;
        } else {
            return false;
        }
    }
    return true;
}

/* The command line's settings, then the arm's own as "<contender>.<key>=<value>". */
static bool read_scenario(struct ab_spec *spec, const char *option, const struct parts *parts,
                          const char *path, const struct options *options, char *error, size_t size)
{
    static const char its_option[] = "--contender: "; /* the reader's; here another one gave it */
    char *all[2 * OPTIONS_OVERRIDES_MAX] = {0};
    size_t count = 0, own;
    bool good = true;
    struct scenario_error why;
    while (count < options->override_count) {
        all[count] = options->overrides[count];
        count++;
    }
    own = count;
    for (size_t i = 0; good && i < parts->setting_count; i++) {
        good = asprintf(&all[count], "%s.%s", parts->contender, parts->settings[i]) >= 0;
        count += good;
    }
    if (!good) {
        snprintf(error, size, "out of memory");
    } else if (!scenario_read(spec->scenario, path, parts->contender, (const char *const *)all,
                              count, &why)) {
        bool ours = strncmp(why.text, its_option, strlen(its_option)) == 0;
        snprintf(error, size, "%s%s%s", ours ? option : "", ours ? ": " : "",
                 why.text + (ours ? strlen(its_option) : 0));
        good = false;
    } else if (spec->scenario->entry_count != 1) {
        snprintf(error, size, "%s: %s is not one contender of this scenario: %s", option,
                 parts->contender,
                 spec->scenario->skipped_count > 0 ? spec->scenario->skipped[0].reason
                                                   : "it stands there more than once");
        good = false;
    }
    while (count > own)
        free(all[--count]);
    return good;
}

bool ab_spec_read(struct ab_spec *spec, const char *option, const char *text, const char *path,
                  const struct options *options, char *error, size_t size)
{
    struct parts parts = {0};
    *spec = (struct ab_spec){.scenario = calloc(1, sizeof *spec->scenario)};
    if (spec->scenario == NULL) {
        snprintf(error, size, "out of memory");
        return false;
    }
    bool good = split(spec, option, text, &parts, error, size) &&
                read_scenario(spec, option, &parts, path, options, error, size);
    free(parts.copy);
    return good;
}

void ab_spec_close(struct ab_spec *spec)
{
    free(spec->scenario);
    spec->scenario = NULL;
}
