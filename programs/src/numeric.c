/* Scalar floats and conversions: rounding, square roots, minima, copies of
 * signs, saturating and checked conversions, and the bits of the NaNs that come
 * out of invalid operations. run(n): n rounds; a digest of all bits. */
#include "base.h"

static u64 digest;

static void take(f64 x) { digest = fold(digest, bits_of_f64(x)); }
static void take32(f32 x) { digest = fold(digest, bits_of_f32(x)); }

static f64 special[8];

EXPORT(run) i64 run(i32 n) {
    volatile f64 zero = 0.0, infinity = __builtin_inf();
    u64 x = 0x853c49e6748fea9bull;
    digest = 0;
    special[0] = zero;
    special[1] = -zero;
    special[2] = infinity;
    special[3] = -infinity;
    special[4] = infinity - infinity;
    special[5] = 5e-324;
    special[6] = 1.7976931348623157e308;
    special[7] = zero / zero;
    for (i32 k = 0; k < n; k++) {
        x = x * 6364136223846793005ull + 1442695040888963407ull;
        f64 a, b;
        u64 raw = x ^ x >> 29;
        __builtin_memcpy(&a, &raw, 8);
        if ((k & 3) == 0) a = special[k >> 2 & 7];
        b = (k & 7) == 5 ? special[k >> 3 & 7] : (f64)(i64)x / 1e6;
        take(a + b);
        take(a - b);
        take(a * b);
        take(a / b);
        take(__builtin_sqrt(a));
        take(__builtin_floor(b) + __builtin_ceil(b) * 3);
        take(__builtin_trunc(b) - __builtin_rint(b));
        take(a < b ? a : b);
        take(__builtin_copysign(a, b));
        take(-a);
        f32 p = (f32)a, q = (f32)b;
        take32(p);
        take32(p + q);
        take32(p * q);
        take32(p / q);
        take32(__builtin_sqrtf(q));
        take32(__builtin_nearbyintf(q));
        take((f64)p);
        digest = fold(digest, (u64)(a < b) | (u64)(a == b) << 1 | (u64)(a >= b) << 2 | (u64)(p != q) << 3);
        if (a > -1e9 && a < 1e9) digest = fold(digest, (u64)(i64)(i32)a);
        if (b > -9e18 && b < 9e18) digest = fold(digest, (u64)(i64)b);
        take((f64)(u64)x + (f64)(u32)x);
        take32((f32)(i64)x + (f32)(u64)x + (f32)(i32)x);
    }
    return (i64)digest;
}
