/* LZ77 with a hash table over a window, and back. run(n): n octets (at most
 * 32768) of a text that repeats itself are packed and unpacked; a digest of
 * the packed form, or -1 if the round trip fails. */
#include "base.h"

#define MOST 32768

static u8 input[MOST + 8], packed[2 * MOST], output[MOST + 8];
static u16 head[4096];

static u32 hash3(const u8 *p) { return ((u32)p[0] << 16 | (u32)p[1] << 8 | p[2]) * 2654435761u >> 20; }

static u32 pack(u32 n) {
    u32 out = 0, at = 0, literal_start = 0;
    for (u32 k = 0; k < 4096; k++) head[k] = 0xffff;
    while (at + 4 < n) {
        u32 slot = hash3(input + at), from = head[slot], length = 0;
        head[slot] = (u16)at;
        if (from != 0xffff)
            while (length < 130 && at + length < n && input[from + length] == input[at + length]) length++;
        if (length < 4) {
            at++;
            if (at - literal_start < 127) continue;
            length = 0;
        }
        u32 literals = at - literal_start;
        if (literals) {
            packed[out++] = (u8)literals;
            for (u32 k = 0; k < literals; k++) packed[out++] = input[literal_start + k];
        }
        if (length) {
            u32 distance = at - from;
            packed[out++] = (u8)(0x80 | (length - 4));
            packed[out++] = (u8)distance;
            packed[out++] = (u8)(distance >> 8);
            at += length;
        }
        literal_start = at;
    }
    while (literal_start < n) {
        u32 literals = n - literal_start < 127 ? n - literal_start : 127;
        packed[out++] = (u8)literals;
        for (u32 k = 0; k < literals; k++) packed[out++] = input[literal_start++];
    }
    return out;
}

static u32 unpack(u32 n) {
    u32 out = 0, at = 0;
    while (at < n) {
        u8 token = packed[at++];
        if (token & 0x80) {
            u32 length = (token & 0x7fu) + 4, distance = packed[at] | (u32)packed[at + 1] << 8;
            at += 2;
            for (u32 k = 0; k < length; k++, out++) output[out] = output[out - distance];
        } else {
            for (u32 k = 0; k < token; k++) output[out++] = packed[at++];
        }
    }
    return out;
}

EXPORT(run) i32 run(i32 n) {
    static const char *const words[8] = {"selfsame ", "the last bit, ", "gas ", "of ", "a frame ", "0123456789", "\n", "trap; "};
    u32 length = n < 0 ? 0 : n > MOST ? MOST : (u32)n, at = 0, x = 3;
    while (at < length) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        if ((x & 31) == 5) {
            input[at++] = (u8)(x >> 8);
            continue;
        }
        for (const char *w = words[x >> 5 & 7]; *w && at < length; w++) input[at++] = (u8)*w;
    }
    u32 size = pack(length);
    if (unpack(size) != length) return -1;
    for (u32 k = 0; k < length; k++)
        if (input[k] != output[k]) return -1;
    u32 digest = size;
    for (u32 k = 0; k < size; k++) digest = digest * 31 + packed[k];
    return (i32)(digest & 0x7fffffff);
}
