#include "sim/judge/deaths.h"

#include <stdlib.h>

/* Room for one more; doubles. */
static bool grow(void **list, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return true;
    uint32_t more = *room > 0 ? *room * 2 : 16;
    void *moved = realloc(*list, more * size);
    if (moved == NULL)
        return false;
    *list = moved;
    *room = more;
    return true;
}

void deaths_add(struct deaths *deaths, const struct death *death)
{
    void *list = deaths->deaths;
    if (!grow(&list, deaths->death_count, &deaths->death_room, sizeof *death)) {
        deaths->incomplete = true;
        return;
    }
    deaths->deaths = list;
    deaths->deaths[deaths->death_count++] = *death;
}

void deaths_add_freeze(struct deaths *deaths, const struct freeze *freeze)
{
    void *list = deaths->freezes;
    if (!grow(&list, deaths->freeze_count, &deaths->freeze_room, sizeof *freeze)) {
        deaths->incomplete = true;
        return;
    }
    deaths->freezes = list;
    deaths->freezes[deaths->freeze_count++] = *freeze;
}

void deaths_close(struct deaths *deaths)
{
    free(deaths->deaths);
    free(deaths->freezes);
    *deaths = (struct deaths){0};
}

const struct death *deaths_find(const struct deaths *deaths, uint32_t seat, uint32_t life)
{
    for (uint32_t i = 0; i < deaths->death_count; i++)
        if (deaths->deaths[i].seat == seat && deaths->deaths[i].life == life)
            return &deaths->deaths[i];
    return NULL;
}
