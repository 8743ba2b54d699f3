/* The sieve of Eratosthenes, on bits. run(n): the number of primes up to n
 * (at most 524287), plus 2^20 times the greatest of them modulo 1024. */
#include "base.h"

#define MOST 524288

static u32 composite[MOST / 32];

EXPORT(run) i32 run(i32 n) {
    if (n < 0) n = 0;
    if (n >= MOST) n = MOST - 1;
    for (i32 k = 0; k <= n / 32; k++) composite[k] = 0;
    i32 count = 0, last = 0;
    for (i32 p = 2; p <= n; p++) {
        if (composite[p >> 5] >> (p & 31) & 1) continue;
        count++;
        last = p;
        if (p <= n / p)
            for (i32 q = p * p; q <= n; q += p) composite[q >> 5] |= 1u << (q & 31);
    }
    return count + (last % 1024 << 20);
}
