/* The Mandelbrot set, once in f64 and once in f32. run(side): a digest of the
 * iteration counts over side x side points of both. */
#include "base.h"

#define LIMIT 100

static int escape64(f64 cx, f64 cy) {
    f64 x = 0, y = 0;
    for (int k = 0; k < LIMIT; k++) {
        f64 xx = x * x, yy = y * y;
        if (xx + yy > 4.0) return k;
        y = 2.0 * x * y + cy;
        x = xx - yy + cx;
    }
    return LIMIT;
}

static int escape32(f32 cx, f32 cy) {
    f32 x = 0, y = 0;
    for (int k = 0; k < LIMIT; k++) {
        f32 xx = x * x, yy = y * y;
        if (xx + yy > 4.0f) return k;
        y = 2.0f * x * y + cy;
        x = xx - yy + cx;
    }
    return LIMIT;
}

EXPORT(run) i32 run(i32 side) {
    u32 digest = 0;
    for (i32 r = 0; r < side; r++) {
        for (i32 c = 0; c < side; c++) {
            int wide = escape64(-2.0 + 2.6 * c / side, -1.3 + 2.6 * r / side);
            int narrow = escape32(-2.0f + 2.6f * (f32)c / (f32)side, -1.3f + 2.6f * (f32)r / (f32)side);
            digest = rotl32(digest, 3) + (u32)wide * 1009 + (u32)narrow;
        }
    }
    return (i32)digest;
}
