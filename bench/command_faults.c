#include "bench/commands.h"
#include "bench/document/whole_file.h"
#include "bench/matrix/matrix.h"
#include "bench/outdir.h"
#include "bench/preflight.h"
#include "bench/progress.h"
#include "bench/report/report.h"

static bool print_document(const void *matrix, FILE *out)
{
    return matrix_document(matrix, out);
}

static bool print_table(const void *matrix, FILE *out)
{
    matrix_table(matrix, out);
    return ferror(out) == 0;
}

static bool save(const struct matrix *matrix, const char *directory, char *error, size_t error_size)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/faults.json", directory);
    if (!whole_file_write(path, print_document, matrix, error, error_size))
        return false;
    snprintf(path, sizeof path, "%s/faults.txt", directory);
    return whole_file_write(path, print_table, matrix, error, error_size) &&
           report_write_kept(directory, "faults.json", true, error, error_size);
}

static enum status could_not(const char *error)
{
    fprintf(stderr, "dibs: %s\n", error);
    return STATUS_COULD_NOT_RUN;
}

static enum status run(struct matrix *matrix, const struct invocation *invocation)
{
    const struct options *options = invocation->options;
    char program[PATH_MAX], directory[PATH_MAX] = "", error[PATH_MAX + 512];
    bool keeps = !options->json || options->out != NULL;
    if (!preflight_private(invocation, options->redis_server, program, sizeof program, error,
                           sizeof error) ||
        (keeps &&
         !outdir_make(options->out, "faults", directory, sizeof directory, error, sizeof error)))
        return could_not(error);
    struct progress progress;
    const struct run_options run_options = {.janitor = invocation->janitor,
                                            .program = program,
                                            .trace_fd = -1,
                                            .interrupted = invocation->interrupted,
                                            .progress = progress_draw,
                                            .progress_context = &progress};
    enum status status = STATUS_GOOD;
    struct provenance provenance;
    provenance_read(&provenance, invocation, program);
    matrix->provenance = &provenance;
    progress_open(&progress, options->quiet, 0);
    bool good = matrix_run(matrix, &run_options, error, sizeof error);
    progress_clear(&progress);
    if (!good)
        status = could_not(error);
    status = status_worse(status, matrix_status(matrix));
    if (*invocation->interrupted != 0) {
        status = STATUS_INTERRUPTED;
        fprintf(stderr, "dibs: interrupted; what was measured until now is kept\n");
    }
    matrix->status = status;
    if (keeps && !save(matrix, directory, error, sizeof error))
        status = status_worse(status, could_not(error));
    if (options->json) {
        matrix_document(matrix, stdout); /* main tells of what stdout did not take */
    } else {
        matrix_table(matrix, stdout);
        outdir_list(directory, stdout);
    }
    return status;
}

enum status command_faults(const struct invocation *invocation)
{
    struct matrix matrix;
    char error[640];
    enum status status = STATUS_USAGE;
    if (matrix_prepare(&matrix, invocation->options->contenders, invocation->options->quick, error,
                       sizeof error))
        status = run(&matrix, invocation);
    else
        fprintf(stderr, "dibs: %s\n", error);
    matrix_close(&matrix);
    return status;
}
