/* f32x4 and f64x2: products of a matrix with vectors, an axpy and norms.
 * run(n): n rounds over 64 x 64; a digest of the results' bits. */
#include <wasm_simd128.h>

#include "base.h"

#define SIDE 64

static f32 matrix[SIDE][SIDE], in[SIDE], out[SIDE];
static f64 wide[SIDE];

static f32 across(v128_t v) {
    v = wasm_f32x4_add(v, wasm_i32x4_shuffle(v, v, 2, 3, 0, 1));
    return wasm_f32x4_extract_lane(v, 0) + wasm_f32x4_extract_lane(v, 1);
}

EXPORT(run) i64 run(i32 n) {
    u32 x = 4;
    for (int i = 0; i < SIDE; i++) {
        in[i] = 1.0f / (f32)(i + 2);
        wide[i] = i;
        for (int j = 0; j < SIDE; j++) matrix[i][j] = (f32)(i32)(x = x * 1664525u + 1013904223u) / 8589934592.0f;
    }
    u64 digest = 0;
    for (i32 round = 0; round < n; round++) {
        for (int i = 0; i < SIDE; i++) {
            v128_t sum = wasm_f32x4_const_splat(0), more = sum;
            for (int k = 0; k < SIDE; k += 8) {
                sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(&matrix[i][k]), wasm_v128_load(&in[k])));
                more = wasm_f32x4_add(more, wasm_f32x4_mul(wasm_v128_load(&matrix[i][k + 4]), wasm_v128_load(&in[k + 4])));
            }
            out[i] = across(wasm_f32x4_add(sum, more));
        }
        v128_t least = wasm_f32x4_const_splat(1e30f);
        v128_t half = wasm_f32x4_const_splat(0.5f);
        for (int k = 0; k < SIDE; k += 4) {
            v128_t v = wasm_f32x4_add(wasm_v128_load(&in[k]), wasm_f32x4_mul(half, wasm_v128_load(&out[k])));
            v = wasm_f32x4_pmin(wasm_f32x4_const_splat(1), wasm_f32x4_pmax(v, wasm_f32x4_const_splat(-1)));
            wasm_v128_store(&in[k], v);
            least = wasm_f32x4_pmin(least, v);
        }
        v128_t norm = wasm_f64x2_const_splat(0);
        for (int k = 0; k < SIDE; k += 2) {
            v128_t v = wasm_f64x2_add(wasm_v128_load(&wide[k]), wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(&out[k])));
            wasm_v128_store(&wide[k], v);
            norm = wasm_f64x2_add(norm, wasm_f64x2_mul(v, v));
        }
        norm = wasm_f64x2_sqrt(norm);
        digest = fold(digest, bits_of_f64(wasm_f64x2_extract_lane(norm, 0)) ^ bits_of_f32(wasm_f32x4_extract_lane(least, 1)));
        matrix[round % SIDE][round * 3 % SIDE] += 0.125f;
    }
    return (i64)digest;
}
