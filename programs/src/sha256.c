/* SHA-256. run(n) hashes n octets (0, 1, 2, ... modulo 251) in chunks of uneven
 * length and returns the first 8 octets of the hash as a big-endian i64. */
#include "base.h"

typedef struct state {
    u32 h[8];
    u8 block[64];
    u32 used;
    u64 total;
} state;

static const u32 K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static NOINLINE void compress(state *s) {
    u32 w[64];
    for (int k = 0; k < 16; k++)
        w[k] = (u32)s->block[4 * k] << 24 | (u32)s->block[4 * k + 1] << 16 | (u32)s->block[4 * k + 2] << 8 |
               s->block[4 * k + 3];
    for (int k = 16; k < 64; k++) {
        u32 a = w[k - 15], b = w[k - 2];
        w[k] = w[k - 16] + w[k - 7] + (rotr32(a, 7) ^ rotr32(a, 18) ^ a >> 3) + (rotr32(b, 17) ^ rotr32(b, 19) ^ b >> 10);
    }
    u32 v[8];
    for (int k = 0; k < 8; k++) v[k] = s->h[k];
    for (int k = 0; k < 64; k++) {
        u32 e = v[4], a = v[0];
        u32 t1 = v[7] + (rotr32(e, 6) ^ rotr32(e, 11) ^ rotr32(e, 25)) + ((e & v[5]) ^ (~e & v[6])) + K[k] + w[k];
        u32 t2 = (rotr32(a, 2) ^ rotr32(a, 13) ^ rotr32(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        for (int j = 7; j > 0; j--) v[j] = v[j - 1];
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int k = 0; k < 8; k++) s->h[k] += v[k];
}

static void begin(state *s) {
    static const u32 start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    for (int k = 0; k < 8; k++) s->h[k] = start[k];
    s->used = 0;
    s->total = 0;
}

static void update(state *s, const u8 *data, u32 n) {
    s->total += n;
    while (n--) {
        s->block[s->used++] = *data++;
        if (s->used == 64) {
            compress(s);
            s->used = 0;
        }
    }
}

static void finish(state *s) {
    u64 bits = s->total * 8;
    u8 pad = 0x80;
    update(s, &pad, 1);
    pad = 0;
    while (s->used != 56) update(s, &pad, 1);
    u8 length[8];
    for (int k = 0; k < 8; k++) length[k] = (u8)(bits >> (56 - 8 * k));
    update(s, length, 8);
}

static u8 message[256];
static state hash;

EXPORT(run) i64 run(i32 n) {
    begin(&hash);
    u32 at = 0, chunk = 1;
    while (at < (u32)n) {
        if (chunk > (u32)n - at) chunk = (u32)n - at;
        for (u32 k = 0; k < chunk; k++) message[k] = (u8)((at + k) % 251);
        update(&hash, message, chunk);
        at += chunk;
        chunk = chunk * 3 % 255 + 1;
    }
    finish(&hash);
    return (i64)((u64)hash.h[0] << 32 | hash.h[1]);
}
