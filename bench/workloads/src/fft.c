/* A fast Fourier transform of 512 points in f64, there and back, with sines
 * from a series of our own. run(n): n rounds; a digest of what is left. */
#include "base.h"

#define POINTS 512

static f64 re[POINTS], im[POINTS], cosine[POINTS / 2], sine[POINTS / 2];

static f64 sin_of(f64 x) {
    f64 term = x, sum = x;
    for (int k = 1; k < 14; k++) {
        term *= -x * x / (f64)((2 * k) * (2 * k + 1));
        sum += term;
    }
    return sum;
}

static NOINLINE void transform(f64 sign) {
    for (u32 k = 1, j = 0; k < POINTS; k++) {
        u32 bit = POINTS >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (k < j) {
            f64 t = re[k]; re[k] = re[j]; re[j] = t;
            t = im[k]; im[k] = im[j]; im[j] = t;
        }
    }
    for (u32 half = 1; half < POINTS; half *= 2) {
        u32 stride = POINTS / (2 * half);
        for (u32 start = 0; start < POINTS; start += 2 * half)
            for (u32 k = 0; k < half; k++) {
                f64 wr = cosine[k * stride], wi = sign * sine[k * stride];
                u32 p = start + k, q = p + half;
                f64 xr = re[q] * wr - im[q] * wi, xi = re[q] * wi + im[q] * wr;
                re[q] = re[p] - xr;
                im[q] = im[p] - xi;
                re[p] += xr;
                im[p] += xi;
            }
    }
}

EXPORT(run) i64 run(i32 n) {
    const f64 pi = 3.14159265358979323846;
    for (u32 k = 0; k < POINTS / 2; k++) {
        f64 angle = 2 * pi * k / POINTS;
        sine[k] = sin_of(angle);
        cosine[k] = sin_of(pi / 2 - angle);
    }
    u32 x = 21;
    for (u32 k = 0; k < POINTS; k++) {
        x = x * 1664525u + 1013904223u;
        re[k] = (f64)(i32)x / 2147483648.0;
        im[k] = 0;
    }
    u64 digest = 0;
    for (i32 k = 0; k < n; k++) {
        transform(-1);
        digest = fold(digest, bits_of_f64(re[k % POINTS]) ^ bits_of_f64(im[(k * 5) % POINTS]));
        transform(1);
        for (u32 j = 0; j < POINTS; j++) {
            re[j] *= 1.0 / POINTS;
            im[j] *= 1.0 / POINTS;
        }
    }
    return (i64)fold(digest, bits_of_f64(re[3]));
}
