#include "sim/world/deployment.h"

#include "sim/machine/random.h"

#include <stdio.h>

/* Kubernetes' alphabet of generated names: no vowels and nothing that looks like one. */
static const char pod_letters[] = "bcdfghjklmnpqrstvwxz2456789";
static const char hex_digits[] = "0123456789abcdef";

static void draw(uint64_t *random, const char *letters, size_t letter_count, char *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = letters[random_below(random, letter_count)];
    to[n] = '\0';
}

void deployment_host(enum deployment deployment, uint64_t seed, uint32_t number, uint32_t life,
                     char host[HOST_NAME_MAX_BYTES])
{
    char set[10], own[13];
    uint64_t of_set = random_fork(seed, UINT64_MAX);
    uint64_t of_life = random_fork(seed, (uint64_t)life << 32 | number);
    switch (deployment) {
    case DEPLOYMENT_STATEFULSET:
        snprintf(host, HOST_NAME_MAX_BYTES, "core-%04u", number);
        return;
    case DEPLOYMENT_DEPLOYMENT: /* the hash of its ReplicaSet, then five letters of the pod */
        draw(&of_set, pod_letters, sizeof pod_letters - 1, set, 9);
        draw(&of_life, pod_letters, sizeof pod_letters - 1, own, 5);
        snprintf(host, HOST_NAME_MAX_BYTES, "core-%s-%s", set, own);
        return;
    case DEPLOYMENT_COMPOSE: /* the container's id */
        draw(&of_life, hex_digits, 16, own, 12);
        snprintf(host, HOST_NAME_MAX_BYTES, "%s", own);
        return;
    }
}

const struct deployment_rules *deployment_rules(enum deployment deployment)
{
    static const struct deployment_rules rules[] = {
        [DEPLOYMENT_STATEFULSET] = {10000, 300000, .highest_first = true, .one_by_one = true},
        [DEPLOYMENT_DEPLOYMENT] = {10000, 300000, .highest_first = false, .one_by_one = true},
        [DEPLOYMENT_COMPOSE] = {0, 0, .highest_first = false, .one_by_one = false},
    };
    return &rules[deployment];
}
