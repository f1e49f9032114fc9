#include "bench/document/provenance.h"

#include "bench/document/fields.h"
#include "bench/document/result_part.h"

void provenance_read_machine(struct provenance *provenance, const struct invocation *invocation)
{
    *provenance =
        (struct provenance){.argc = invocation->argc, .argv = invocation->argv, .measured = true};
    environment_read_machine(&provenance->environment);
}

void provenance_read(struct provenance *provenance, const struct invocation *invocation,
                     const char *program)
{
    char error[256]; /* who measures on this server will say the same */
    *provenance = (struct provenance){
        .argc = invocation->argc, .argv = invocation->argv, .measured = program != NULL};
    if (provenance->measured)
        environment_of_program(&provenance->environment, invocation->janitor, program,
                               invocation->interrupted, error, sizeof error);
}

json *provenance_argv(int argc, char *const *argv)
{
    json *array = json_make_array();
    for (int i = 0; i < argc; i++) {
        char masked[1024];
        options_mask(argv, i, masked, sizeof masked);
        json_push(array, json_make_string(masked));
    }
    return array;
}

void provenance_put(json *document, const struct provenance *provenance)
{
    bool measured = provenance != NULL && provenance->measured;
    json_put(document, "argv",
             provenance ? provenance_argv(provenance->argc, provenance->argv) : json_make_null());
    json_put(document, "environment",
             measured ? result_part_object(environment_fields, &provenance->environment)
                      : json_make_null());
}
