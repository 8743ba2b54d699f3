/* 128-bit vectors: a dot product, a convolution of octets with saturation, a
 * transposition, sums across lanes in f32 and f64. run(n): n rounds. */
#include <wasm_simd128.h>

#include "base.h"

static u8 image[64 * 64 + 16], blurred[64 * 64 + 16];
static f32 left[256], right[256];
static i32 tile[4][4];

static f32 dot(void) {
    v128_t sum = wasm_f32x4_const_splat(0);
    for (u32 k = 0; k < 256; k += 4)
        sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(left + k), wasm_v128_load(right + k)));
    sum = wasm_f32x4_add(sum, wasm_i32x4_shuffle(sum, sum, 2, 3, 0, 1));
    return wasm_f32x4_extract_lane(sum, 0) + wasm_f32x4_extract_lane(sum, 1);
}

static void blur(void) {
    for (u32 k = 64; k < 63 * 64; k += 16) {
        v128_t up = wasm_v128_load(image + k - 64), here = wasm_v128_load(image + k);
        v128_t down = wasm_v128_load(image + k + 64), side = wasm_v128_load(image + k + 1);
        v128_t mean = wasm_u8x16_avgr(wasm_u8x16_avgr(up, down), wasm_u8x16_avgr(here, side));
        v128_t bright = wasm_u8x16_gt(mean, wasm_u8x16_const_splat(200));
        v128_t more = wasm_u8x16_add_sat(mean, wasm_u8x16_const_splat(90));
        wasm_v128_store(blurred + k, wasm_v128_bitselect(wasm_u8x16_sub_sat(mean, here), more, bright));
    }
}

static void transpose(void) {
    v128_t a = wasm_v128_load(tile[0]), b = wasm_v128_load(tile[1]);
    v128_t c = wasm_v128_load(tile[2]), d = wasm_v128_load(tile[3]);
    v128_t ab = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), cd = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5);
    v128_t ef = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7), gh = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
    wasm_v128_store(tile[0], wasm_i64x2_shuffle(ab, cd, 0, 2));
    wasm_v128_store(tile[1], wasm_i64x2_shuffle(ab, cd, 1, 3));
    wasm_v128_store(tile[2], wasm_i64x2_shuffle(ef, gh, 0, 2));
    wasm_v128_store(tile[3], wasm_i32x4_mul(wasm_i64x2_shuffle(ef, gh, 1, 3), wasm_i32x4_const(3, -5, 7, 11)));
}

EXPORT(run) i64 run(i32 n) {
    u32 x = 1;
    for (u32 k = 0; k < sizeof image; k++) image[k] = (u8)((x = x * 1664525u + 1013904223u) >> 24);
    for (u32 k = 0; k < 256; k++) {
        left[k] = (f32)(i32)(k * 37 % 101) / 16.0f;
        right[k] = 1.0f / (f32)(k + 1);
    }
    for (u32 k = 0; k < 16; k++) tile[k / 4][k % 4] = (i32)(k * k * 7919);
    u64 digest = 0;
    for (i32 round = 0; round < n; round++) {
        left[round & 255] += 0.125f;
        digest = fold(digest, bits_of_f32(dot()));
        blur();
        v128_t total = wasm_i64x2_const_splat(0);
        for (u32 k = 64; k < 63 * 64; k += 16) {
            v128_t pairs = wasm_u16x8_extadd_pairwise_u8x16(wasm_v128_load(blurred + k));
            v128_t quads = wasm_u32x4_extadd_pairwise_u16x8(pairs);
            total = wasm_i64x2_add(total, wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(quads), wasm_u64x2_extend_high_u32x4(quads)));
            image[k + (u32)round % 16] ^= (u8)wasm_i8x16_bitmask(wasm_v128_load(blurred + k));
        }
        digest = fold(digest, (u64)wasm_i64x2_extract_lane(total, 0) + (u64)wasm_i64x2_extract_lane(total, 1));
        transpose();
        v128_t dots = wasm_i32x4_dot_i16x8(wasm_v128_load(tile[1]), wasm_v128_load(tile[2]));
        digest = fold(digest, (u32)wasm_i32x4_extract_lane(dots, 3));
        v128_t wide = wasm_f64x2_sqrt(wasm_f64x2_abs(wasm_f64x2_convert_low_i32x4(dots)));
        digest = fold(digest, bits_of_f64(wasm_f64x2_extract_lane(wasm_f64x2_div(wide, wasm_f64x2_const(3, 7)), 1)));
    }
    return (i64)digest;
}
