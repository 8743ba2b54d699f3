/* BLAKE2s-256 over linear memory. run(n) hashes n octets (at most 65536) and
 * returns the first 8 octets of the hash as a little-endian i64. */
#include "base.h"

static const u32 IV[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const u8 SIGMA[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

static u32 h[8];
static u8 data[65536 + 64];

static inline void quarter(u32 *v, int a, int b, int c, int d, u32 x, u32 y) {
    v[a] += v[b] + x;
    v[d] = rotr32(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotr32(v[b] ^ v[c], 12);
    v[a] += v[b] + y;
    v[d] = rotr32(v[d] ^ v[a], 8);
    v[c] += v[d];
    v[b] = rotr32(v[b] ^ v[c], 7);
}

static NOINLINE void compress(const u8 *block, u64 counter, int last) {
    u32 v[16], m[16];
    for (int k = 0; k < 8; k++) {
        v[k] = h[k];
        v[k + 8] = IV[k];
    }
    v[12] ^= (u32)counter;
    v[13] ^= (u32)(counter >> 32);
    if (last) v[14] = ~v[14];
    __builtin_memcpy(m, block, 64);
    for (int r = 0; r < 10; r++) {
        const u8 *s = SIGMA[r];
        for (int k = 0; k < 4; k++) quarter(v, k, k + 4, k + 8, k + 12, m[s[2 * k]], m[s[2 * k + 1]]);
        for (int k = 0; k < 4; k++)
            quarter(v, k, (k + 1) % 4 + 4, (k + 2) % 4 + 8, (k + 3) % 4 + 12, m[s[2 * k + 8]], m[s[2 * k + 9]]);
    }
    for (int k = 0; k < 8; k++) h[k] ^= v[k] ^ v[k + 8];
}

EXPORT(run) i64 run(i32 n) {
    u32 left = (u32)n > 65536 ? 65536 : (u32)n;
    for (u32 k = 0; k < left; k++) data[k] = (u8)(k * 7 + (k >> 8));
    for (u32 k = left; k < left + 64; k++) data[k] = 0;
    for (int k = 0; k < 8; k++) h[k] = IV[k];
    h[0] ^= 0x01010020;
    u32 at = 0;
    while (left > 64) {
        compress(data + at, at + 64, 0);
        at += 64;
        left -= 64;
    }
    compress(data + at, at + left, 1);
    return (i64)((u64)h[1] << 32 | h[0]);
}
