/* Matrices of f32: a product in blocks, a convolution and a small neural layer
 * with a rational activation. run(n): n rounds over 32 x 32; the bits of a sum. */
#include "base.h"

#define SIDE 32

static f32 a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE], out[SIDE];

static NOINLINE void multiply(void) {
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            f32 sum = 0;
            for (int k = 0; k < SIDE; k++) sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

static NOINLINE void convolve(void) {
    for (int i = 1; i < SIDE - 1; i++)
        for (int j = 1; j < SIDE - 1; j++)
            a[i][j] = 0.25f * c[i][j] + 0.125f * (c[i - 1][j] + c[i + 1][j] + c[i][j - 1] + c[i][j + 1]) +
                      0.0625f * (c[i - 1][j - 1] + c[i + 1][j + 1] - c[i - 1][j + 1] - c[i + 1][j - 1]);
}

static NOINLINE void layer(void) {
    for (int i = 0; i < SIDE; i++) {
        f32 sum = 0.5f;
        for (int k = 0; k < SIDE; k++) sum += a[i][k] * out[k];
        out[i] = sum / (1.0f + __builtin_fabsf(sum));
    }
}

EXPORT(run) i64 run(i32 n) {
    u32 x = 9;
    for (int i = 0; i < SIDE; i++) {
        out[i] = 1.0f / (f32)(i + 1);
        for (int j = 0; j < SIDE; j++) {
            x = x * 1664525u + 1013904223u;
            a[i][j] = (f32)(i32)x / 2147483648.0f;
            b[i][j] = (f32)(x >> 8 & 0xffff) / 524288.0f - (f32)(i == j) * 0.0625f;
        }
    }
    u64 digest = 0;
    for (i32 k = 0; k < n; k++) {
        multiply();
        convolve();
        layer();
        a[k % SIDE][(k * 7) % SIDE] += 0.5f;
        digest = fold(digest, bits_of_f32(out[k % SIDE]));
    }
    return (i64)digest;
}
