/* Calls with several arguments and results: Takeuchi's function in i32, and a
 * mutual recursion over i64 that passes seven arguments.
 * run(n): tak(3n/2, n, n/2), folded with the walk. */
#include "base.h"

static NOINLINE i32 tak(i32 x, i32 y, i32 z) {
    return y >= x ? z : tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

static NOINLINE i64 odd(i64 a, i64 b, i64 c, i64 d, i64 e, i64 f, i32 left);

static NOINLINE i64 even(i64 a, i64 b, i64 c, i64 d, i64 e, i64 f, i32 left) {
    if (left == 0) return a ^ b ^ c ^ d ^ e ^ f;
    return odd(b, c, d, e, f, a + left, left - 1) + 1;
}

static NOINLINE i64 odd(i64 a, i64 b, i64 c, i64 d, i64 e, i64 f, i32 left) {
    if (left == 0) return a + b + c + d + e + f;
    return even(b, a, d, c, f, e ^ left, left - 1) ^ 3;
}

EXPORT(run) i64 run(i32 n) {
    u64 digest = (u64)tak(n + n / 2, n, n / 2);
    for (i32 k = 0; k < n * 8; k++) digest = fold(digest, (u64)even(1, 2, 3, 4, 5, k, 200 + k % 50));
    return (i64)digest;
}
