/* SHA3-256 and keccak-256 for contracts: the hash of storage slot derivation (SHA3-256) and of long
 * method names and Ethereum topics (keccak-256, the original padding). No table of more than 24 words,
 * no allocation; about 1 KB of code. Spec: storage-and-contract.md 2.1 and 5. */
#ifndef SELFSAME_SHA3_H
#define SELFSAME_SHA3_H

#include <stdint.h>

static inline uint64_t ss_rotl64(uint64_t x, unsigned n) { return (x << n) | (x >> ((64 - n) & 63)); }

/* The permutation keccak-f[1600] on 25 lanes, lane x + 5*y. FIPS 202, section 3. */
static __attribute__((noinline, unused)) void ss_keccak_f(uint64_t a[25]) {
    uint8_t lfsr = 1;
    for (int round = 0; round < 24; round++) {
        uint64_t c[5], d;
        for (int x = 0; x < 5; x++) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (int x = 0; x < 5; x++) {
            d = c[(x + 4) % 5] ^ ss_rotl64(c[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5) a[x + y] ^= d;
        }
        /* rho and pi in one walk: lane (x, y) goes to (y, 2x + 3y), turned by the next triangular number. */
        uint64_t moving = a[1];
        int x = 1, y = 0;
        for (int t = 0; t < 24; t++) {
            int nx = y, ny = (2 * x + 3 * y) % 5;
            x = nx;
            y = ny;
            uint64_t next = a[x + 5 * y];
            a[x + 5 * y] = ss_rotl64(moving, (unsigned)((t + 1) * (t + 2) / 2) % 64);
            moving = next;
        }
        for (int row = 0; row < 25; row += 5) {
            for (int i = 0; i < 5; i++) c[i] = a[row + i];
            for (int i = 0; i < 5; i++) a[row + i] = c[i] ^ (~c[(i + 1) % 5] & c[(i + 2) % 5]);
        }
        /* iota: the round constant has bits only at 2^j - 1, one LFSR step each. */
        for (int j = 0; j < 7; j++) {
            if (lfsr & 1) a[0] ^= 1ull << ((1 << j) - 1);
            lfsr = (uint8_t)((lfsr << 1) ^ ((lfsr >> 7) * 0x71));
        }
    }
}

/* Rate 136 octets, digest 32; `pad` is the first padding octet: 6 for SHA3, 1 for keccak. */
static __attribute__((noinline, unused)) void ss_keccak(const void *data, uint32_t len, uint8_t pad, uint8_t out[32]) {
    union {
        uint64_t lanes[25];
        uint8_t octets[200]; /* WebAssembly is little-endian, as keccak is. */
    } s;
    const uint8_t *in = data;
    for (int i = 0; i < 25; i++) s.lanes[i] = 0;
    uint32_t at = 0;
    for (uint32_t i = 0; i < len; i++) {
        s.octets[at++] ^= in[i];
        if (at == 136) {
            ss_keccak_f(s.lanes);
            at = 0;
        }
    }
    s.octets[at] ^= pad;
    s.octets[135] ^= 0x80;
    ss_keccak_f(s.lanes);
    for (int i = 0; i < 32; i++) out[i] = s.octets[i];
}

static inline void ss_sha3_256(const void *data, uint32_t len, uint8_t out[32]) { ss_keccak(data, len, 6, out); }

static inline void ss_keccak_256(const void *data, uint32_t len, uint8_t out[32]) { ss_keccak(data, len, 1, out); }

/* D(slot, off) = sha3_256(slot || u32le(off)): where a field at `off` keeps content of variable size. */
static inline void ss_derive(uint8_t out[32], const uint8_t slot[32], uint32_t off) {
    uint8_t in[36];
    for (int i = 0; i < 32; i++) in[i] = slot[i];
    for (int i = 0; i < 4; i++) in[32 + i] = (uint8_t)(off >> (8 * i));
    ss_sha3_256(in, 36, out);
}

#endif
