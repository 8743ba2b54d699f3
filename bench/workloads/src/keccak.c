/* Keccak-f[1600] as SHA3-256 over a message of n octets, in rate blocks of 136.
 * run(n): the first 8 octets of the hash as a little-endian i64. */
#include "base.h"

static const u64 ROUND[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};
static const u8 TURN[24] = {1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44};
static const u8 LANE[24] = {10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1};

static u64 state[25];

static NOINLINE void permute(u64 *a) {
    for (int round = 0; round < 24; round++) {
        u64 column[5];
        for (int x = 0; x < 5; x++) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (int x = 0; x < 5; x++) {
            u64 d = column[(x + 4) % 5] ^ rotl64(column[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5) a[y + x] ^= d;
        }
        u64 moving = a[1];
        for (int k = 0; k < 24; k++) {
            u64 next = a[LANE[k]];
            a[LANE[k]] = rotl64(moving, TURN[k]);
            moving = next;
        }
        for (int y = 0; y < 25; y += 5) {
            u64 row[5];
            for (int x = 0; x < 5; x++) row[x] = a[y + x];
            for (int x = 0; x < 5; x++) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
        }
        a[0] ^= ROUND[round];
    }
}

EXPORT(run) i64 run(i32 n) {
    u8 *bytes = (u8 *)state;
    for (int k = 0; k < 25; k++) state[k] = 0;
    u32 at = 0;
    for (i32 k = 0; k < n; k++) {
        bytes[at++] ^= (u8)(k * 131 + (k >> 7));
        if (at == 136) {
            permute(state);
            at = 0;
        }
    }
    bytes[at] ^= 0x06;
    bytes[135] ^= 0x80;
    permute(state);
    return (i64)state[0];
}
