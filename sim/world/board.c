#include "sim/world/board.h"

#include "sim/machine/futex.h"

#include <sys/mman.h>

static size_t align_up(size_t n)
{
    return (n + 63) & ~(size_t)63;
}

size_t board_bytes(uint32_t seats, uint64_t items)
{
    return align_up(sizeof(struct board)) + seats * align_up(sizeof(struct slot)) +
           (size_t)items * sizeof(struct ledger_item);
}

struct board *board_open(uint32_t seats, uint64_t first_id, uint64_t items, bool lockstep)
{
    size_t bytes = board_bytes(seats, items);
    char *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return NULL;
    struct board *board = (struct board *)base;
    board->bytes = bytes;
    board->seats = seats;
    board->lockstep = lockstep;
    board->slots = (struct slot *)(base + align_up(sizeof(struct board)));
    board->ledger.items =
        (struct ledger_item *)(base + align_up(sizeof(struct board)) +
                               seats * align_up(sizeof(struct slot)));
    board->ledger.first_id = first_id;
    board->ledger.count = items;
    return board;
}

void board_close(struct board *board)
{
    if (board == NULL)
        return;
    journal_close(board->journal);
    munmap(board, board->bytes);
}

void board_tell(struct board *board)
{
    atomic_fetch_add(&board->news, 1);
    futex_wake_all(&board->news);
}

static void wake(struct slot *slot)
{
    atomic_fetch_add(&slot->wake, 1);
    futex_wake_all(&slot->wake);
}

void board_stop(struct board *board, enum stop stop)
{
    if (atomic_load(&board->stop) >= (uint32_t)stop)
        return;
    atomic_store(&board->stop_ns, board_now_ns(board));
    atomic_store(&board->stop, stop);
    for (uint32_t i = 0; i < board->seats; i++)
        wake(&board->slots[i]);
}

void slot_stop(struct board *board, struct slot *slot, enum stop stop)
{
    if (atomic_load(&slot->stop) >= (uint32_t)stop)
        return;
    atomic_store(&slot->stop_ns, board_now_ns(board));
    atomic_store(&slot->stop, stop);
    wake(slot);
}

void slot_release(struct slot *slot)
{
    atomic_store(&slot->released, 1);
    wake(slot);
}

void slot_leave(const struct board *board, struct slot *slot)
{
    uint64_t joined_ns = counter_get(&slot->joined_ns), now_ns = board_now_ns(board);
    if (joined_ns != 0 && now_ns > joined_ns) /* who joined before the start joined at 1 */
        counter_add(&slot->alive_ns, now_ns - joined_ns);
    counter_set(&slot->joined_ns, 0);
}

uint64_t board_first_id(uint64_t items)
{
    uint64_t first = 1000;
    while (first < items)
        first *= 10;
    return first;
}
