/* Relaxed vectors: the operations whose result an engine may choose, on operands
 * where the choice would show. run(n): n rounds; a digest of every result. */
#include <wasm_simd128.h>

#include "base.h"

static u64 digest;

static void take(v128_t v) {
    digest = fold(digest, (u64)wasm_i64x2_extract_lane(v, 0));
    digest = fold(digest, (u64)wasm_i64x2_extract_lane(v, 1));
}

static v128_t pool[16];

EXPORT(run) i64 run(i32 n) {
    u64 x = 0x9E3779B97F4A7C15ull;
    digest = 0;
    pool[0] = wasm_f32x4_make(1e10f, -1e10f, __builtin_nanf(""), -0.0f);
    pool[1] = wasm_f64x2_make(-1e300, __builtin_nan(""));
    pool[2] = wasm_f32x4_make(0.0f, -0.0f, __builtin_inff(), 3.99f);
    pool[3] = wasm_i8x16_const_splat(-128);
    for (int k = 4; k < 16; k++) {
        u64 a = x = rotl64(x, 5) * 0xD1342543DE82EF95ull + 1, b = x = rotl64(x, 5) * 0xD1342543DE82EF95ull + 1;
        pool[k] = wasm_u64x2_make(a, b);
    }
    for (i32 k = 0; k < n; k++) {
        v128_t a = pool[k & 15], b = pool[(k * 7 + 3) & 15], c = pool[(k * 5 + 1) & 15];
        take(wasm_i8x16_relaxed_swizzle(a, b));
        take(wasm_i32x4_relaxed_trunc_f32x4(a));
        take(wasm_u32x4_relaxed_trunc_f32x4(a));
        take(wasm_i32x4_relaxed_trunc_f64x2_zero(a));
        take(wasm_u32x4_relaxed_trunc_f64x2_zero(a));
        take(wasm_f32x4_relaxed_madd(a, b, c));
        take(wasm_f32x4_relaxed_nmadd(a, b, c));
        take(wasm_f64x2_relaxed_madd(a, b, c));
        take(wasm_f64x2_relaxed_nmadd(a, b, c));
        take(wasm_i8x16_relaxed_laneselect(a, b, c));
        take(wasm_i32x4_relaxed_laneselect(a, b, c));
        take(wasm_f32x4_relaxed_min(a, b));
        take(wasm_f32x4_relaxed_max(b, a));
        take(wasm_f64x2_relaxed_min(b, c));
        take(wasm_f64x2_relaxed_max(c, b));
        take(wasm_i16x8_relaxed_q15mulr(a, b));
        take(wasm_i16x8_relaxed_dot_i8x16_i7x16(a, b));
        take(wasm_i32x4_relaxed_dot_i8x16_i7x16_add(a, b, c));
    }
    return (i64)digest;
}
