#include "sim/judge/journal.h"

#include <sys/mman.h>

enum {
    RECORDS_PER_ITEM = 3, /* begin, end, answered */
    CAPACITY_MIN = 1 << 14,
    CAPACITY_MAX = 1 << 21,
};

static size_t align_up(size_t n)
{
    return (n + 63) & ~(size_t)63;
}

uint32_t journal_capacity(uint64_t items, uint32_t cycles)
{
    uint64_t rounds = cycles > 4 ? cycles : 4;
    if (items > CAPACITY_MAX / rounds / RECORDS_PER_ITEM)
        return CAPACITY_MAX;
    uint64_t records = items * rounds * RECORDS_PER_ITEM;
    return records > CAPACITY_MIN ? (uint32_t)records : CAPACITY_MIN;
}

struct journal *journal_open(uint32_t seats, uint32_t capacity)
{
    size_t rings = align_up(sizeof(struct journal));
    size_t records = rings + seats * sizeof(struct journal_ring);
    size_t bytes = records + (size_t)seats * capacity * sizeof(struct journal_record);
    char *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return NULL;
    struct journal *journal = (struct journal *)base;
    *journal = (struct journal){
        .bytes = bytes,
        .seats = seats,
        .capacity = capacity,
        .rings = (struct journal_ring *)(base + rings),
        .records = (struct journal_record *)(base + records),
    };
    return journal;
}

void journal_close(struct journal *journal)
{
    if (journal != NULL)
        munmap(journal, journal->bytes);
}

void journal_write(struct journal *journal, uint32_t seat, const struct journal_record *record)
{
    struct journal_ring *ring = &journal->rings[seat];
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (head == journal->capacity) {
        uint32_t dropped = atomic_load_explicit(&ring->dropped, memory_order_relaxed);
        atomic_store_explicit(&ring->dropped, dropped + 1, memory_order_relaxed);
        return;
    }
    journal->records[(size_t)seat * journal->capacity + head] = *record;
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
}

uint64_t journal_dropped(const struct journal *journal)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < journal->seats; i++)
        sum += atomic_load_explicit(&journal->rings[i].dropped, memory_order_relaxed);
    return sum;
}
