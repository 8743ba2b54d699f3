/* ChaCha20 in vectors of 32-bit lanes, a row of the state to a vector, used as
 * a keystream over a buffer, with a sum of the result. run(n): n blocks. */
#include <wasm_simd128.h>

#include "base.h"

static u8 buffer[4096];

#define TURN(v, k) wasm_v128_or(wasm_i32x4_shl(v, k), wasm_u32x4_shr(v, 32 - (k)))

static inline void quarters(v128_t *a, v128_t *b, v128_t *c, v128_t *d) {
    *a = wasm_i32x4_add(*a, *b);
    *d = wasm_v128_xor(*d, *a);
    *d = TURN(*d, 16);
    *c = wasm_i32x4_add(*c, *d);
    *b = wasm_v128_xor(*b, *c);
    *b = TURN(*b, 12);
    *a = wasm_i32x4_add(*a, *b);
    *d = wasm_v128_xor(*d, *a);
    *d = wasm_i8x16_shuffle(*d, *d, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);
    *c = wasm_i32x4_add(*c, *d);
    *b = wasm_v128_xor(*b, *c);
    *b = TURN(*b, 7);
}

EXPORT(run) i64 run(i32 n) {
    for (u32 k = 0; k < sizeof buffer; k++) buffer[k] = (u8)(k * 11);
    const v128_t first = wasm_i32x4_const(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574);
    const v128_t low = wasm_i32x4_const(0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c);
    const v128_t high = wasm_i32x4_const(0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c);
    v128_t sum = wasm_i64x2_const_splat(0);
    for (i32 block = 0; block < n; block++) {
        v128_t last = wasm_i32x4_make(block, 0x09000000, 0x4a000000, 0);
        v128_t a = first, b = low, c = high, d = last;
        for (int round = 0; round < 10; round++) {
            quarters(&a, &b, &c, &d);
            b = wasm_i32x4_shuffle(b, b, 1, 2, 3, 0);
            c = wasm_i32x4_shuffle(c, c, 2, 3, 0, 1);
            d = wasm_i32x4_shuffle(d, d, 3, 0, 1, 2);
            quarters(&a, &b, &c, &d);
            b = wasm_i32x4_shuffle(b, b, 3, 0, 1, 2);
            c = wasm_i32x4_shuffle(c, c, 2, 3, 0, 1);
            d = wasm_i32x4_shuffle(d, d, 1, 2, 3, 0);
        }
        u8 *at = buffer + block * 64 % (i32)sizeof buffer;
        v128_t out[4] = {wasm_i32x4_add(a, first), wasm_i32x4_add(b, low), wasm_i32x4_add(c, high), wasm_i32x4_add(d, last)};
        for (int k = 0; k < 4; k++) {
            v128_t mixed = wasm_v128_xor(wasm_v128_load(at + 16 * k), out[k]);
            wasm_v128_store(at + 16 * k, mixed);
            sum = wasm_i64x2_add(sum, mixed);
        }
    }
    return wasm_i64x2_extract_lane(sum, 0) ^ wasm_i64x2_extract_lane(sum, 1);
}
