#include "bench/gate/signed_rank.h"

#include "sim/judge/spread.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* P(T = s) for every sum s of n pairs: the kth rank is in the sum or not, each by half. */
static double *null_table(uint32_t n)
{
    size_t sums = (size_t)n * (n + 1) / 2 + 1;
    double *chance = calloc(sums, sizeof *chance);
    if (chance == NULL)
        return NULL;
    chance[0] = 1;
    for (size_t k = 1; k <= n; k++)
        for (size_t s = k * (k + 1) / 2 + 1; s-- > 0;)
            chance[s] = (chance[s] + (s >= k ? chance[s - k] : 0)) / 2;
    return chance;
}

int32_t signed_rank_critical(uint32_t n, double level)
{
    assert(n <= SIGNED_RANK_PAIRS_MAX);
    double *chance = null_table(n);
    if (chance == NULL)
        return -1;
    int32_t sums = (int32_t)(n * (n + 1) / 2 + 1), c = -1;
    double below = 0;
    while (c + 1 < sums && below + chance[c + 1] <= level)
        below += chance[++c];
    free(chance);
    return c;
}

/* The averages of each two differences, and of each with itself, in order. */
static double *walsh_averages(const double *differences, uint32_t n, size_t *count)
{
    double *walsh = malloc((size_t)n * (n + 1) / 2 * sizeof *walsh);
    *count = 0;
    for (uint32_t i = 0; walsh != NULL && i < n; i++)
        for (uint32_t j = i; j < n; j++)
            walsh[(*count)++] = (differences[i] + differences[j]) / 2;
    if (walsh != NULL)
        spread_sort(walsh, *count);
    return walsh;
}

bool signed_rank_bounds(const double *differences, uint32_t n, int32_t lower_critical,
                        int32_t upper_critical, struct signed_rank *bounds)
{
    size_t count;
    double *walsh = walsh_averages(differences, n, &count);
    if (walsh == NULL)
        return false;
    bounds->estimate = (walsh[(count - 1) / 2] + walsh[count / 2]) / 2;
    bounds->lower = lower_critical < 0 ? -INFINITY : walsh[lower_critical];
    bounds->upper = upper_critical < 0 ? INFINITY : walsh[count - 1 - (size_t)upper_critical];
    free(walsh);
    return true;
}
