/* A sparse tree of hashes over 4,096 leaves, as states are committed to: leaves
 * change, the path to the root is hashed anew, and proofs are made and checked.
 * The hash is SipHash-2-4 of the two children, in 128 bits.
 * run(n): n changes, each with a proof. -1 if one does not hold. */
#include "base.h"

#define DEPTH 12
#define LEAVES (1 << DEPTH)

typedef struct digest { u64 a, b; } digest;

static digest tree[2 * LEAVES];

#define ROUND                                                                  \
    v0 += v1; v1 = rotl64(v1, 13) ^ v0; v0 = rotl64(v0, 32);                   \
    v2 += v3; v3 = rotl64(v3, 16) ^ v2;                                        \
    v0 += v3; v3 = rotl64(v3, 21) ^ v0;                                        \
    v2 += v1; v1 = rotl64(v1, 17) ^ v2; v2 = rotl64(v2, 32);

static NOINLINE digest join(const digest *left, const digest *right) {
    u64 v0 = 0x736f6d6570736575ull ^ 0x0706050403020100ull, v1 = 0x646f72616e646f6dull ^ 0x0f0e0d0c0b0a0908ull;
    u64 v2 = 0x6c7967656e657261ull ^ 0x0706050403020100ull, v3 = 0x7465646279746573ull ^ 0x0f0e0d0c0b0a0908ull;
    u64 m[4] = {left->a, left->b, right->a, right->b};
    v1 ^= 0xee;
    for (int k = 0; k < 4; k++) {
        v3 ^= m[k];
        ROUND ROUND
        v0 ^= m[k];
    }
    v3 ^= 32ull << 56;
    ROUND ROUND
    v0 ^= 32ull << 56;
    v2 ^= 0xee;
    ROUND ROUND ROUND ROUND
    digest result = {v0 ^ v1 ^ v2 ^ v3, 0};
    v1 ^= 0xdd;
    ROUND ROUND ROUND ROUND
    result.b = v0 ^ v1 ^ v2 ^ v3;
    return result;
}

EXPORT(run) i64 run(i32 n) {
    for (u32 k = 0; k < LEAVES; k++) tree[LEAVES + k] = (digest){0, 0};
    digest level = {0, 0};
    for (u32 from = LEAVES / 2; from >= 1; from /= 2) {
        level = join(&level, &level);
        for (u32 k = from; k < 2 * from; k++) tree[k] = level;
    }
    u32 x = 3;
    for (i32 k = 0; k < n; k++) {
        x = x * 1664525u + 1013904223u;
        u32 leaf = LEAVES + (x >> 20);
        tree[leaf] = (digest){x, (u32)k};
        for (u32 at = leaf / 2; at; at /= 2) tree[at] = join(&tree[2 * at], &tree[2 * at + 1]);
        u32 other = LEAVES + (x >> 6) % LEAVES;
        digest proof[DEPTH], up = tree[other];
        for (u32 at = other, d = 0; at > 1; at /= 2) proof[d++] = tree[at ^ 1];
        for (u32 at = other, d = 0; at > 1; at /= 2, d++) up = at & 1 ? join(&proof[d], &up) : join(&up, &proof[d]);
        if (up.a != tree[1].a || up.b != tree[1].b) return -1;
    }
    return (i64)(tree[1].a ^ rotl64(tree[1].b, 1));
}
