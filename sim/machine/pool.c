#include "sim/machine/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct pool {
    _Atomic uint32_t left, taken;
    pool_piece *piece;
    void *context;
};

static bool take(struct pool *pool)
{
    uint32_t left = atomic_load(&pool->left);
    while (left > 0)
        if (atomic_compare_exchange_weak(&pool->left, &left, left - 1))
            return true;
    return false;
}

static void *work(void *argument)
{
    struct pool *pool = argument;
    while (take(pool)) {
        atomic_fetch_add(&pool->taken, 1);
        if (!pool->piece(pool->context))
            atomic_store(&pool->left, 0);
    }
    return NULL;
}

bool pool_run(uint32_t hands, uint32_t pieces, pool_piece *piece, void *context, uint32_t *taken)
{
    struct pool pool = {.left = pieces, .piece = piece, .context = context};
    pthread_t *threads = calloc(hands, sizeof *threads);
    uint32_t started = 1;
    *taken = 0;
    if (threads == NULL)
        return false;
    while (started < hands && pthread_create(&threads[started], NULL, work, &pool) == 0)
        started++;
    work(&pool);
    for (uint32_t i = 1; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    *taken = pool.taken;
    return started == hands;
}
