/* Copies, fills, compares and searches written out as loops over octets and
 * words, without the bulk instructions. run(n): n rounds over 8 KiB. */
#include "base.h"

#define SIZE 8192

static u8 one[SIZE + 8], two[SIZE + 8];

/* The empty assembly keeps the loops from turning into memory.copy, memory.fill or vectors. */
static NOINLINE void copy_octets(u8 *to, const u8 *from, u32 count) {
    for (u32 k = 0; k < count; k++) {
        to[k] = from[k];
        __asm__ volatile("");
    }
}

static NOINLINE void copy_words(u8 *to, const u8 *from, u32 count) {
    for (u32 k = 0; k + 8 <= count; k += 8) {
        u64 word;
        __builtin_memcpy(&word, from + k, 8);
        __builtin_memcpy(to + k, &word, 8);
        __asm__ volatile("");
    }
}

static NOINLINE void fill_halves(u8 *to, u16 value, u32 count) {
    for (u32 k = 0; k + 2 <= count; k += 2) {
        __builtin_memcpy(to + k, &value, 2);
        __asm__ volatile("");
    }
}

static NOINLINE u32 same_until(const u8 *a, const u8 *b, u32 count) {
    u32 k = 0;
    while (k < count && a[k] == b[k]) k++;
    return k;
}

static NOINLINE u32 find(const u8 *in, u32 count, u8 what) {
    u32 found = 0;
    for (u32 k = 0; k < count; k++) found += in[k] == what;
    return found;
}

EXPORT(run) i32 run(i32 n) {
    u32 x = 3, digest = 0;
    for (u32 k = 0; k < SIZE; k++) one[k] = (u8)((x = x * 1664525u + 1013904223u) >> 24);
    for (i32 k = 0; k < n; k++) {
        u32 shift = (u32)k & 7;
        copy_octets(two + shift, one, SIZE / 4);
        copy_words(two + SIZE / 4, one + shift, SIZE / 2);
        fill_halves(two + 3 * (SIZE / 4), (u16)(k * 257), SIZE / 4);
        one[k % SIZE] ^= (u8)k;
        digest = rotl32(digest, 3) + same_until(two + shift, one, SIZE / 4);
        digest ^= find(two, SIZE, (u8)k);
        digest += two[(u32)k * 97 % SIZE];
    }
    return (i32)digest;
}
