/* Dense matrices of f64: product, LU decomposition, determinant. run(n), n at
 * most 64: the bits of the determinant folded with those of the trace. */
#include "base.h"

#define MOST 64

static f64 a[MOST][MOST], b[MOST][MOST], c[MOST][MOST];

static NOINLINE void multiply(int n) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) c[i][j] = 0;
        for (int k = 0; k < n; k++) {
            f64 factor = a[i][k];
            for (int j = 0; j < n; j++) c[i][j] += factor * b[k][j];
        }
    }
}

static NOINLINE f64 determinant(int n) {
    f64 result = 1;
    for (int k = 0; k < n; k++) {
        int best = k;
        for (int i = k + 1; i < n; i++)
            if (__builtin_fabs(c[i][k]) > __builtin_fabs(c[best][k])) best = i;
        if (best != k) {
            result = -result;
            for (int j = 0; j < n; j++) {
                f64 t = c[k][j];
                c[k][j] = c[best][j];
                c[best][j] = t;
            }
        }
        result *= c[k][k];
        for (int i = k + 1; i < n; i++) {
            f64 factor = c[i][k] / c[k][k];
            for (int j = k; j < n; j++) c[i][j] -= factor * c[k][j];
        }
    }
    return result;
}

EXPORT(run) i64 run(i32 n) {
    if (n < 1) n = 1;
    if (n > MOST) n = MOST;
    u32 x = 12345;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            x = x * 1103515245u + 12345u;
            a[i][j] = (f64)(i32)x / 2147483648.0;
            b[i][j] = (f64)(x >> 8) / 16777216.0 - (i == j);
        }
    }
    multiply(n);
    f64 trace = 0;
    for (int k = 0; k < n; k++) trace += c[k][k];
    return (i64)fold(bits_of_f64(determinant(n)), bits_of_f64(trace));
}
