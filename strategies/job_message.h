/* The job-queue plan's message: JSON of fixed width (times in ms, one digit for the retries), so
 * that the same job is always the same text, which is how sets and lists know it. */
#ifndef DIBS_STRATEGIES_JOB_MESSAGE_H
#define DIBS_STRATEGIES_JOB_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOB_MESSAGE_MAX = 320, JOB_RETRIES_MAX = 9 };

/* What differs from job to job. */
struct job {
    uint64_t id;      /* of the item */
    uint64_t retries; /* attempts that have failed */
    uint64_t created_ms, scheduled_ms;
};

/* What is the same for all jobs of a run. */
struct job_terms {
    const char *vendor; /* at most 64 bytes */
    int64_t retries, timeout;
};

/* Writes the text and a NUL; returns the length. */
size_t job_write(char text[JOB_MESSAGE_MAX], const struct job *job, const struct job_terms *terms);

/* False: it is no such message. */
bool job_read(const char *text, size_t len, struct job *job);

#endif
