#include "strategies/job_message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

size_t job_write(char text[JOB_MESSAGE_MAX], const struct job *job, const struct job_terms *terms)
{
    return (size_t)snprintf(text, JOB_MESSAGE_MAX,
                            "{\"id\":\"job_%" PRIu64 "\",\"job_id\":%" PRIu64
                            ",\"api_url\":\"/%s\",\"max_retry_count\":%" PRId64
                            ",\"retry_count\":%" PRIu64 ",\"created_at\":%" PRIu64
                            ",\"scheduled_at\":%" PRIu64 ",\"timeout\":%" PRId64 "}",
                            job->id, job->id, terms->vendor, terms->retries, job->retries,
                            job->created_ms, job->scheduled_ms, terms->timeout);
}

/* The whole number behind `name`, which stands there with its quotes and its colon. */
static bool number_behind(const char *text, size_t len, const char *name, uint64_t *number)
{
    const char *at = memmem(text, len, name, strlen(name)), *end = text + len;
    if (at == NULL)
        return false;
    const char *digits = at + strlen(name);
    *number = 0;
    for (at = digits; at < end && *at >= '0' && *at <= '9'; at++)
        *number = *number * 10 + (uint64_t)(*at - '0');
    return at > digits && at < end;
}

bool job_read(const char *text, size_t len, struct job *job)
{
    return number_behind(text, len, "\"job_id\":", &job->id) &&
           number_behind(text, len, "\"retry_count\":", &job->retries) &&
           number_behind(text, len, "\"created_at\":", &job->created_ms) &&
           number_behind(text, len, "\"scheduled_at\":", &job->scheduled_ms);
}
