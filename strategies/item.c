#include "strategies/item.h"

#include <string.h>

static const char pairs[] = "00010203040506070809"
                            "10111213141516171819"
                            "20212223242526272829"
                            "30313233343536373839"
                            "40414243444546474849"
                            "50515253545556575859"
                            "60616263646566676869"
                            "70717273747576777879"
                            "80818283848586878889"
                            "90919293949596979899";

size_t item_write(char text[ITEM_TEXT_MAX], uint64_t id, const char *vendor)
{
    char digits[20];
    char *first = digits + sizeof(digits);
    for (; id >= 100; id /= 100)
        memcpy(first -= 2, pairs + id % 100 * 2, 2);
    if (id >= 10)
        memcpy(first -= 2, pairs + id * 2, 2);
    else
        *--first = (char)('0' + id);

    size_t len = (size_t)(digits + sizeof(digits) - first);
    size_t vendor_len = strlen(vendor);
    memcpy(text, first, len);
    text[len++] = ':';
    memcpy(text + len, vendor, vendor_len + 1);
    return len + vendor_len;
}

bool item_read(const char *text, size_t len, uint64_t *id)
{
    uint64_t number = 0;
    size_t i = 0;
    for (; i < len && text[i] != ':'; i++) {
        unsigned digit = (unsigned char)text[i] - (unsigned)'0';
        if (digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, digit, &number))
            return false;
    }
    *id = number;
    return i > 0;
}
