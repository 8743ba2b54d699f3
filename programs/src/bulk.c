/* Bulk memory: fills, copies forwards, backwards and overlapping, of many
 * lengths. run(n): n rounds over a buffer of 64 KiB; a digest of it. */
#include "base.h"

#define SIZE 65536

static u8 buffer[SIZE];

EXPORT(run) i32 run(i32 n) {
    __builtin_memset(buffer, 0x5a, SIZE);
    u32 x = 99;
    for (i32 k = 0; k < n; k++) {
        x = x * 1664525u + 1013904223u;
        u32 length = x >> 20;
        u32 from = (x >> 3) % (SIZE - 4096), to = (x >> 7) % (SIZE - 4096);
        buffer[from] = (u8)x;
        buffer[from + length] ^= (u8)(x >> 5);
        switch (k & 3) {
        case 0: __builtin_memset(buffer + to, (int)(x & 0xff), length); break;
        case 1: __builtin_memmove(buffer + to, buffer + from, length); break;
        case 2: __builtin_memmove(buffer + from + 1, buffer + from, length); break;
        default: __builtin_memmove(buffer + from, buffer + from + 3, length); break;
        }
    }
    u32 digest = 0;
    for (u32 k = 0; k < SIZE; k += 4) {
        u32 word;
        __builtin_memcpy(&word, buffer + k, 4);
        digest = rotl32(digest, 1) ^ word;
    }
    return (i32)digest;
}
