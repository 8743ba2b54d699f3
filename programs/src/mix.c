/* 64-bit integers: xorshift, a multiplicative mixer, rotations, counts of bits,
 * signed and unsigned division, products of 128 bits. run(n): n rounds. */
#include "base.h"

static u64 mix(u64 h) {
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdull;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53ull;
    return h ^ h >> 33;
}

EXPORT(run) i64 run(i32 n) {
    u64 x = 0x0123456789abcdefull, digest = 0;
    for (i32 k = 0; k < n; k++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        u64 h = mix(x + (u64)k);
        digest = rotl64(digest, 23) ^ h;
        digest += (u64)__builtin_popcountll(h) + (u64)__builtin_clzll(h | 1) + (u64)__builtin_ctzll(h | 1ull << 63);
        digest ^= (u64)((i64)h / (i64)((x >> 40) | 1)) + h % ((x >> 20) | 1);
        unsigned __int128 wide = (unsigned __int128)h * x;
        digest += (u64)(wide >> 64) ^ (u64)wide;
        digest ^= (u64)(wide / ((x >> 3) | 1));
        digest += (u64)(i64)(i8)h + (u64)(i64)(i16)(h >> 8) + (u64)(i64)(i32)(h >> 16);
        if ((i64)digest < (i64)x) digest ^= (u64)((i64)digest >> 7);
    }
    return (i64)digest;
}
