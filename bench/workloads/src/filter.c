/* Images in vectors of octets and 16-bit lanes: grey from red, green and blue,
 * a blur, edges by absolute differences, a threshold, and a histogram of the
 * result. run(n): n rounds over 64 x 64. */
#include <wasm_simd128.h>

#include "base.h"

#define SIDE 64
#define AREA (SIDE * SIDE)

static u8 red[AREA], green[AREA], blue[AREA], grey[AREA + 32], edge[AREA + 32];
static u32 histogram[256];

static v128_t weigh(v128_t r, v128_t g, v128_t b) {
    v128_t sum = wasm_i16x8_mul(r, wasm_i16x8_const_splat(77));
    sum = wasm_i16x8_add(sum, wasm_i16x8_mul(g, wasm_i16x8_const_splat(150)));
    sum = wasm_i16x8_add(sum, wasm_i16x8_mul(b, wasm_i16x8_const_splat(29)));
    return wasm_u16x8_shr(sum, 8);
}

EXPORT(run) i32 run(i32 n) {
    u32 x = 8;
    for (u32 k = 0; k < AREA; k++) {
        x = x * 1664525u + 1013904223u;
        red[k] = (u8)(x >> 24);
        green[k] = (u8)(k + (x >> 29));
        blue[k] = (u8)(k >> 4 ^ x >> 27);
    }
    u32 digest = 0;
    for (i32 round = 0; round < n; round++) {
        for (u32 k = 0; k < AREA; k += 16) {
            v128_t r = wasm_v128_load(red + k), g = wasm_v128_load(green + k), b = wasm_v128_load(blue + k);
            v128_t low = weigh(wasm_u16x8_extend_low_u8x16(r), wasm_u16x8_extend_low_u8x16(g), wasm_u16x8_extend_low_u8x16(b));
            v128_t high = weigh(wasm_u16x8_extend_high_u8x16(r), wasm_u16x8_extend_high_u8x16(g), wasm_u16x8_extend_high_u8x16(b));
            wasm_v128_store(grey + k, wasm_u8x16_narrow_i16x8(low, high));
        }
        v128_t bright = wasm_u8x16_splat((u8)(40 + round % 32));
        for (u32 k = SIDE; k < AREA - SIDE; k += 16) {
            v128_t up = wasm_v128_load(grey + k - SIDE), down = wasm_v128_load(grey + k + SIDE);
            v128_t left = wasm_v128_load(grey + k - 1), right = wasm_v128_load(grey + k + 1);
            v128_t dy = wasm_v128_or(wasm_u8x16_sub_sat(up, down), wasm_u8x16_sub_sat(down, up));
            v128_t dx = wasm_v128_or(wasm_u8x16_sub_sat(left, right), wasm_u8x16_sub_sat(right, left));
            v128_t steep = wasm_u8x16_max(dx, dy);
            v128_t blur = wasm_u8x16_avgr(wasm_u8x16_avgr(up, down), wasm_u8x16_avgr(left, right));
            wasm_v128_store(edge + k, wasm_v128_bitselect(steep, blur, wasm_u8x16_gt(steep, bright)));
        }
        for (u32 k = 0; k < 256; k++) histogram[k] = 0;
        for (u32 k = SIDE; k < AREA - SIDE; k += 3) histogram[edge[k]]++;
        v128_t total = wasm_i32x4_const_splat(0);
        for (u32 k = 0; k < 256; k += 4) total = wasm_i32x4_add(wasm_i32x4_mul(total, wasm_i32x4_const_splat(31)), wasm_v128_load(histogram + k));
        digest = rotl32(digest, 7) ^ (u32)wasm_i32x4_extract_lane(total, 0) ^ (u32)wasm_i32x4_extract_lane(total, 3);
        red[round % AREA] ^= (u8)digest;
    }
    return (i32)digest;
}
