/* Values in octets, as contracts get them: nested maps and arrays, integers of
 * variable length, texts; written, read with all checks, compared and digested.
 * run(n): n values. -1 if one does not come back as it was. */
#include "base.h"

enum { NONE, FALSE_, TRUE_, POSITIVE, NEGATIVE, BYTES, TEXT, ARRAY, MAP };

static u8 out[65536], again[65536];
static u32 out_end;
static u32 x;

static u32 random(void) { return (x = x * 1664525u + 1013904223u) >> 8; }

static void put_number(u64 tagged) {
    while (tagged >= 128) {
        out[out_end++] = (u8)(tagged | 128);
        tagged >>= 7;
    }
    out[out_end++] = (u8)tagged;
}

static void put_text(u32 length, u8 kind) {
    put_number((u64)length << 4 | kind);
    for (u32 k = 0; k < length; k++) {
        u32 r = random();
        if (kind == TEXT && k + 1 < length && (r & 7) == 0) {
            out[out_end++] = (u8)(0xc4 + (r >> 3 & 7));
            out[out_end++] = (u8)(0x80 | (r >> 8 & 0x3f));
            k++;
        } else {
            out[out_end++] = (u8)(kind == TEXT ? 'a' + r % 26 : r);
        }
    }
}

static void put(u32 depth) {
    u32 kind = random() % (depth ? 9 : 7);
    switch (kind) {
    case POSITIVE:
    case NEGATIVE: put_number(((u64)random() << (random() % 24)) << 4 | kind); break;
    case BYTES:
    case TEXT: put_text(random() % 24, (u8)kind); break;
    case ARRAY: {
        u32 count = random() % 6;
        put_number((u64)count << 4 | ARRAY);
        while (count--) put(depth - 1);
        break;
    }
    case MAP: {
        u32 count = random() % 6;
        put_number((u64)count << 4 | MAP);
        for (u32 k = 0; k < count; k++) {
            put_number(2u << 4 | TEXT);
            out[out_end++] = (u8)('a' + k);
            out[out_end++] = (u8)('a' + random() % 26);
            put(depth - 1);
        }
        break;
    }
    default: put_number(kind);
    }
}

typedef struct reader {
    const u8 *at, *end;
    u32 bad;
    u64 digest;
    u8 *copy;
} reader;

static u64 number(reader *r) {
    u64 value = 0;
    for (u32 shift = 0; shift < 63; shift += 7) {
        if (r->at == r->end) break;
        u8 octet = *r->at++;
        *r->copy++ = octet;
        value |= (u64)(octet & 127) << shift;
        if (octet < 128) {
            if (octet == 0 && shift) break;
            return value;
        }
    }
    r->bad = 1;
    return 0;
}

static const u8 *take(reader *r, u64 length) {
    const u8 *from = r->at;
    if (length > (u64)(r->end - r->at)) {
        r->bad = 1;
        return from;
    }
    __builtin_memcpy(r->copy, from, length);
    r->copy += length;
    r->at += length;
    return from;
}

static u32 is_text(const u8 *at, u64 length) {
    for (u64 k = 0; k < length;) {
        u32 more = at[k] < 0x80 ? 0 : at[k] >= 0xf0 ? 3 : at[k] >= 0xe0 ? 2 : at[k] >= 0xc2 ? 1 : 9;
        if (k + more >= length + (more == 0)) return 0;
        for (u32 j = 1; j <= more; j++)
            if ((at[k + j] & 0xc0) != 0x80) return 0;
        k += more + 1;
    }
    return 1;
}

static void check(reader *r, u32 depth) {
    if (depth == 0) r->bad = 1;
    if (r->bad) return;
    u64 head = number(r), amount = head >> 4;
    r->digest = fold(r->digest, head);
    switch (head & 15) {
    case NONE:
    case FALSE_:
    case TRUE_:
        if (amount) r->bad = 1;
        break;
    case POSITIVE:
    case NEGATIVE: break;
    case BYTES: {
        const u8 *at = take(r, amount);
        for (u64 k = 0; !r->bad && k < amount; k++) r->digest = r->digest * 31 + at[k];
        break;
    }
    case TEXT: {
        const u8 *at = take(r, amount);
        if (r->bad || !is_text(at, amount)) r->bad = 1;
        break;
    }
    case ARRAY:
        while (!r->bad && amount--) check(r, depth - 1);
        break;
    case MAP: {
        const u8 *last = 0;
        u64 last_length = 0;
        while (!r->bad && amount--) {
            u64 key = number(r), length = key >> 4;
            const u8 *at = take(r, length);
            if (r->bad || (key & 15) != TEXT) {
                r->bad = 1;
                break;
            }
            u64 k = 0;
            while (k < length && k < last_length && at[k] == last[k]) k++;
            if (last && (k == length || (k < last_length && at[k] < last[k]))) r->bad = 1;
            last = at;
            last_length = length;
            check(r, depth - 1);
        }
        break;
    }
    default: r->bad = 1;
    }
}

EXPORT(run) i64 run(i32 n) {
    u64 digest = 0;
    x = 91;
    for (i32 k = 0; k < n; k++) {
        out_end = 0;
        put_number(6u << 4 | ARRAY);
        for (int j = 0; j < 6; j++) put(4);
        reader r = {out, out + out_end, 0, digest, again};
        check(&r, 16);
        if (r.bad || r.at != r.end) return -1;
        for (u32 j = 0; j < out_end; j++)
            if (again[j] != out[j]) return -1;
        digest = r.digest + out_end;
    }
    return (i64)digest;
}
