/* Big integers: schoolbook multiplication, long division by words, and a
 * modular power by square and multiply. run(words) computes
 * 3 ^ (2^61 - 1) mod m for an odd m of that many 32-bit words (1 to 64) and
 * returns its lowest 64 bits, folded with those of m * m. */
#include "base.h"

#define MOST 64

static u32 modulus[MOST], base_[MOST], power[MOST], product[2 * MOST + 1];

static void multiply(u32 *out, const u32 *a, const u32 *b, int n) {
    for (int k = 0; k < 2 * n + 1; k++) out[k] = 0;
    for (int i = 0; i < n; i++) {
        u64 carry = 0;
        for (int j = 0; j < n; j++) {
            u64 t = (u64)a[i] * b[j] + out[i + j] + carry;
            out[i + j] = (u32)t;
            carry = t >> 32;
        }
        out[i + n] = (u32)carry;
    }
}

/* a (2n+1 words) modulo m (n words, top bit set); the remainder stays in a. */
static void reduce(u32 *a, const u32 *m, int n) {
    for (int top = 2 * n; top >= n; top--) {
        u64 head = (u64)a[top] << 32 | a[top - 1];
        u64 guess = head / m[n - 1];
        if (guess > 0xffffffffull) guess = 0xffffffffull;
        for (;;) {
            u64 carry = 0, borrow = 0;
            u32 *row = a + top - n;
            for (int k = 0; k < n; k++) {
                carry += guess * m[k];
                u64 t = (u64)row[k] - (u32)carry - borrow;
                row[k] = (u32)t;
                borrow = t >> 63;
                carry >>= 32;
            }
            u64 t = (u64)row[n] - (u32)carry - borrow;
            row[n] = (u32)t;
            if (!(t >> 63)) break;
            carry = 0; /* too much: add it back and guess one less */
            u64 add = 0;
            for (int k = 0; k < n; k++) {
                add += guess * m[k];
                u64 s = (u64)row[k] + (u32)add + carry;
                row[k] = (u32)s;
                carry = s >> 32;
                add >>= 32;
            }
            row[n] += (u32)add + (u32)carry;
            guess--;
        }
    }
}

static void times(u32 *a, const u32 *b, int n) {
    multiply(product, a, b, n);
    reduce(product, modulus, n);
    for (int k = 0; k < n; k++) a[k] = product[k];
}

EXPORT(run) i64 run(i32 words) {
    int n = words < 1 ? 1 : words > MOST ? MOST : words;
    u32 x = 0x9E3779B9u;
    for (int k = 0; k < n; k++) {
        x = x * 1664525u + 1013904223u;
        modulus[k] = x;
        power[k] = base_[k] = 0;
    }
    modulus[0] |= 1;
    modulus[n - 1] |= 0x80000000u;
    power[0] = 1;
    base_[0] = 3;
    u64 exponent = (1ull << 61) - 1;
    for (int bit = 60; bit >= 0; bit--) {
        times(power, power, n);
        if (exponent >> bit & 1) times(power, base_, n);
    }
    u64 result = power[0] | (u64)(n > 1 ? power[1] : 0) << 32;
    multiply(product, modulus, modulus, n);
    u64 digest = result;
    for (int k = 0; k < 2 * n; k++) digest = fold(digest, product[k]);
    return (i64)(digest ^ result) ^ (i64)result;
}
