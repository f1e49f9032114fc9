#include "bench/report/report_sections.h"

static bool is_run(const struct report_document *document)
{
    return document->kind == REPORT_RUN;
}

static bool is_compared_run(const struct report_document *document)
{
    return is_run(document) && document->data.group_count > 0;
}

static bool has_published(const struct report_document *document)
{
    return (is_run(document) && json_size(json_get(document->document, "published")) > 0) ||
           document->kind == REPORT_CLAIMS;
}

static bool has_faults(const struct report_document *document)
{
    return document->kind == REPORT_FAULTS || document->kind == REPORT_SWEEP;
}

static bool is_gate(const struct report_document *document)
{
    return document->kind == REPORT_GATE;
}

static bool is_scaling(const struct report_document *document)
{
    return document->kind == REPORT_SCALING;
}

const struct report_section report_sections[] = {
    {"choice", "Which one should I choose?",
     "What every contender costs, how long it lets an item wait, and what it loses when an "
     "instance is killed with work in hand.",
     is_run, report_choice, false},
    {"published", "Does the published comparison hold?",
     "What the documents state, beside what was measured here.", has_published, report_published,
     false},
    {"costs", "What does each cost?",
     "An item's cost is its mark (a producer says that it is outdated), its claim and its "
     "acknowledge together. One part alone is never the whole.",
     is_compared_run, report_costs, true},
    {"waits", "How long does an item wait?",
     "Delays count from when an item became outdated, by plan; service times from when a command "
     "was sent. "
     "They answer different questions and are never mixed.",
     is_compared_run, report_waits, true},
    {"time", "What happened over time?", "Each contender on its own clock, and all on one.",
     is_compared_run, report_time, true},
    {"shares", "Who did the work?", "Each instance's part of it.", is_compared_run, report_shares,
     true},
    {"faults", "What breaks it?",
     "What came of an instance, a connection or a server that was broken on purpose.", has_faults,
     report_faults, false},
    {"scaling", "How does it scale?",
     "The same scenario with one thing varied, and everything else as it was.", is_scaling,
     report_scaling, false},
    {"gate", "Did anything get worse?",
     "One way of doing things against another, or today against a baseline. What got worse stands "
     "first.",
     is_gate, report_gate, false},
    {"about", "What was this measured on?",
     "Everything that is needed to judge these figures, or to measure them again.", NULL,
     report_about, false},
    {0},
};
