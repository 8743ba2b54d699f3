/* Calldata for contracts: octets, 256-bit numbers, an arena, a bounded writer and a strict reader, with
 * no libc and no allocation beyond the arena. Compiles natively too, for tests. Spec: calldata.md.
 *
 *   arena    memory that is never freed one by one: ss_alloc, ss_mark, ss_release
 *   writer   calldata into a buffer of fixed size; the caller writes map keys in ascending order
 *   reader   a cursor; what it accepts has exactly one encoding */
#ifndef SELFSAME_CALLDATA_H
#define SELFSAME_CALLDATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SS_FN static __attribute__((unused))
#define SS_EXPORT(name) __attribute__((export_name(name)))

/* ---- types ---------------------------------------------------------------------------------- */

typedef struct { const uint8_t *at; uint32_t len; } ss_span;
typedef struct { uint8_t b[20]; } ss_address;
typedef struct { uint8_t b[32]; } ss_slot;
typedef struct { uint64_t w[4]; } ss_u256; /* little-endian words: 32 octets in memory and in storage */

#define SS_STR(literal) ((ss_span){(const uint8_t *)(literal), sizeof(literal) - 1})
#define SS_SPAN(pointer, length) ((ss_span){(const uint8_t *)(pointer), (uint32_t)(length)})

/* ---- octets --------------------------------------------------------------------------------- */

SS_FN int ss_compare(ss_span a, ss_span b) {
    uint32_t n = a.len < b.len ? a.len : b.len;
    for (uint32_t i = 0; i < n; i++)
        if (a.at[i] != b.at[i]) return a.at[i] < b.at[i] ? -1 : 1;
    return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

SS_FN bool ss_equal(ss_span a, ss_span b) { return a.len == b.len && ss_compare(a, b) == 0; }

SS_FN ss_span ss_text(const char *text) {
    uint32_t n = 0;
    while (text[n]) n++;
    return SS_SPAN(text, n);
}

SS_FN bool ss_is(ss_span a, const char *text) { return ss_equal(a, ss_text(text)); }

SS_FN bool ss_same_address(ss_address a, ss_address b) { return ss_equal(SS_SPAN(a.b, 20), SS_SPAN(b.b, 20)); }

/* ---- U256 ----------------------------------------------------------------------------------- */

SS_FN ss_u256 ss_u256_of(uint64_t x) { return (ss_u256){{x, 0, 0, 0}}; }

/* False, and `a` as it was, if the sum needs more than 256 bits. */
SS_FN bool ss_u256_add(ss_u256 *a, const ss_u256 *b) {
    ss_u256 r;
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        uint64_t s = a->w[i] + carry;
        carry = s < carry;
        r.w[i] = s + b->w[i];
        carry += r.w[i] < s;
    }
    if (carry) return false;
    *a = r;
    return true;
}

/* False, and `a` as it was, if the difference is negative. */
SS_FN bool ss_u256_sub(ss_u256 *a, const ss_u256 *b) {
    ss_u256 r;
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        uint64_t d = a->w[i] - borrow;
        borrow = d > a->w[i];
        r.w[i] = d - b->w[i];
        borrow += r.w[i] > d;
    }
    if (borrow) return false;
    *a = r;
    return true;
}

SS_FN bool ss_u256_is_zero(const ss_u256 *a) { return !(a->w[0] | a->w[1] | a->w[2] | a->w[3]); }

/* ---- arena ---------------------------------------------------------------------------------- */

#ifdef __wasm__
extern uint8_t __heap_base;
static uintptr_t ss_arena_top;
SS_FN uintptr_t ss_mark(void) {
    if (!ss_arena_top) ss_arena_top = (uintptr_t)&__heap_base;
    return ss_arena_top;
}
/* `n` octets, aligned at 8. A memory that cannot grow is a trap: there is nobody to tell. */
SS_FN void *ss_alloc(uint32_t n) {
    uintptr_t at = (ss_mark() + 7) & ~(uintptr_t)7;
    uint64_t end = (uint64_t)at + n;
    uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) << 16;
    if (end > 0xffffffffu) __builtin_trap();
    if (end > have && __builtin_wasm_memory_grow(0, (uint32_t)((end - have + 65535) >> 16)) == (size_t)-1)
        __builtin_trap();
    ss_arena_top = (uintptr_t)end;
    return (void *)at;
}
#else
static uint8_t ss_native_arena[1 << 20] __attribute__((aligned(8)));
static uintptr_t ss_arena_top;
SS_FN uintptr_t ss_mark(void) {
    if (!ss_arena_top) ss_arena_top = (uintptr_t)ss_native_arena;
    return ss_arena_top;
}
SS_FN void *ss_alloc(uint32_t n) {
    uintptr_t at = (ss_mark() + 7) & ~(uintptr_t)7;
    if (at + n > (uintptr_t)ss_native_arena + sizeof ss_native_arena) __builtin_trap();
    ss_arena_top = at + n;
    return (void *)at;
}
#endif

/* Gives back everything allocated since `mark = ss_mark()`. */
SS_FN void ss_release(uintptr_t mark) { ss_arena_top = mark; }

/* ---- writer --------------------------------------------------------------------------------- */

/* `full` is set by the first put that does not fit; such a writer is refused by every request. */
typedef struct { uint8_t *at; uint32_t cap, len; bool full; } ss_writer;

SS_FN ss_writer ss_writer_on(void *buf, uint32_t cap) { return (ss_writer){buf, cap, 0, false}; }
SS_FN ss_writer ss_writer_new(uint32_t cap) { return ss_writer_on(ss_alloc(cap), cap); }
SS_FN ss_span ss_written(const ss_writer *w) { return SS_SPAN(w->at, w->len); }

/* Octets that are an encoded value already, or a part of one. */
SS_FN void ss_put_raw(ss_writer *w, ss_span s) {
    if (w->full || s.len > w->cap - w->len) {
        w->full = true;
        return;
    }
    for (uint32_t i = 0; i < s.len; i++) w->at[w->len + i] = s.at[i];
    w->len += s.len;
}

/* ULEB128 of n * 8 + tag, streamed: 4 bits of n go into the first octet, 7 into each other. */
SS_FN void ss_put_header(ss_writer *w, const ss_u256 *n, uint32_t tag) {
    uint8_t out[37];
    uint32_t len = 0, bit = 0;
    ss_u256 left = *n;
    for (;;) {
        uint32_t take = bit ? 7 : 4;
        uint8_t group = (uint8_t)(left.w[0] & ((1u << take) - 1));
        for (int i = 0; i < 4; i++) left.w[i] = (left.w[i] >> take) | (i < 3 ? left.w[i + 1] << (64 - take) : 0);
        out[len] = bit ? group : (uint8_t)(group << 3 | tag);
        bit = 1;
        if (ss_u256_is_zero(&left)) break;
        out[len++] |= 0x80;
    }
    ss_put_raw(w, SS_SPAN(out, len + 1));
}

SS_FN void ss_put_tagged(ss_writer *w, uint64_t n, uint32_t tag) {
    ss_u256 wide = ss_u256_of(n);
    ss_put_header(w, &wide, tag);
}

SS_FN void ss_put_octet(ss_writer *w, uint8_t octet) { ss_put_raw(w, SS_SPAN(&octet, 1)); }
SS_FN void ss_put_null(ss_writer *w) { ss_put_octet(w, 0x00); }
SS_FN void ss_put_bool(ss_writer *w, bool b) { ss_put_octet(w, b ? 0x10 : 0x08); }
SS_FN void ss_put_u64(ss_writer *w, uint64_t n) { ss_put_tagged(w, n, 1); }
SS_FN void ss_put_u256(ss_writer *w, const ss_u256 *n) { ss_put_header(w, n, 1); }
SS_FN void ss_put_i64(ss_writer *w, int64_t n) {
    if (n < 0) ss_put_tagged(w, ~(uint64_t)n, 2);
    else ss_put_tagged(w, (uint64_t)n, 1);
}
SS_FN void ss_put_address(ss_writer *w, ss_address a) {
    ss_put_octet(w, 0x18);
    ss_put_raw(w, SS_SPAN(a.b, 20));
}
SS_FN void ss_put_bytes(ss_writer *w, ss_span s) {
    ss_put_tagged(w, s.len, 3);
    ss_put_raw(w, s);
}
SS_FN void ss_put_str(ss_writer *w, ss_span s) {
    ss_put_tagged(w, s.len, 4);
    ss_put_raw(w, s);
}
SS_FN void ss_put_text(ss_writer *w, const char *text) { ss_put_str(w, ss_text(text)); }
/* `count` values follow. */
SS_FN void ss_put_array(ss_writer *w, uint32_t count) { ss_put_tagged(w, count, 5); }
/* `count` pairs follow: ss_put_key, then a value; keys ascending by octets. */
SS_FN void ss_put_map(ss_writer *w, uint32_t count) { ss_put_tagged(w, count, 6); }
SS_FN void ss_put_key_span(ss_writer *w, ss_span key) {
    uint32_t n = key.len;
    for (; n >= 0x80; n >>= 7) ss_put_octet(w, (uint8_t)(n | 0x80));
    ss_put_octet(w, (uint8_t)n);
    ss_put_raw(w, key);
}
SS_FN void ss_put_key(ss_writer *w, const char *key) { ss_put_key_span(w, ss_text(key)); }

/* ---- reader --------------------------------------------------------------------------------- */

/* Once `bad` is set every get answers 0, an empty span, false: check once at the end. */
typedef struct { const uint8_t *at, *end; bool bad; } ss_reader;

typedef enum { SS_NULL, SS_BOOL, SS_ADDRESS, SS_INT, SS_NEGATIVE, SS_BYTES, SS_STRING, SS_ARRAY, SS_MAP, SS_BAD } ss_kind;

/* A header: `n` if it fits 256 bits, else `big`. */
typedef struct { ss_kind kind; bool big, truth; ss_u256 n; } ss_header;

#define SS_MAX_DEPTH 128

SS_FN ss_reader ss_reader_on(ss_span s) { return (ss_reader){s.at, s.at + s.len, false}; }

SS_FN bool ss_utf8(ss_span s) {
    const uint8_t *p = s.at, *end = s.at + s.len;
    while (p < end) {
        uint32_t lead = *p++, more, low;
        if (lead < 0x80) continue;
        if (lead >= 0xc2 && lead < 0xe0) more = 1, low = 0x80;
        else if (lead < 0xf0 && lead >= 0xe0) more = 2, low = lead == 0xe0 ? 0xa0 : 0x80;
        else if (lead < 0xf5 && lead >= 0xf0) more = 3, low = lead == 0xf0 ? 0x90 : 0x80;
        else return false;
        uint32_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        for (; more; more--, low = 0x80, high = 0xbf) {
            if (p == end || *p < low || *p > high) return false;
            p++;
        }
    }
    return true;
}

SS_FN ss_header ss_fail(ss_reader *r) {
    r->bad = true;
    r->at = r->end;
    return (ss_header){SS_BAD, false, false, {{0, 0, 0, 0}}};
}

SS_FN ss_header ss_get_header(ss_reader *r) {
    static const uint8_t kinds[8] = {SS_NULL, SS_INT, SS_NEGATIVE, SS_BYTES, SS_STRING, SS_ARRAY, SS_MAP, SS_BAD};
    ss_header h = {SS_BAD, false, false, {{0, 0, 0, 0}}};
    uint32_t tag = 0, bit = 0, octet;
    do {
        if (r->bad || r->at == r->end) return ss_fail(r);
        octet = *r->at++;
        bool first = bit == 0;
        if (!first && octet == 0) return ss_fail(r); /* over-long */
        uint64_t group = octet & 0x7f;
        if (first) tag = (uint32_t)group & 7, group >>= 3;
        if (bit < 256) {
            h.n.w[bit >> 6] |= group << (bit & 63);
            if ((bit & 63) > 57) {
                uint64_t over = group >> (64 - (bit & 63));
                if (bit >> 6 < 3) h.n.w[(bit >> 6) + 1] |= over;
                else if (over) h.big = true;
            }
        } else if (group) h.big = true;
        /* Beyond 256 bits only "too big" matters; the position must not wrap in a very long number. */
        if (bit < 256) bit += first ? 4 : 7;
    } while (octet & 0x80);
    h.kind = (ss_kind)kinds[tag];
    bool wide = h.big || h.n.w[1] || h.n.w[2] || h.n.w[3];
    uint64_t left = (uint64_t)(r->end - r->at), n = h.n.w[0];
    if (tag == 7) return ss_fail(r);
    if (tag == 0) {
        if (wide || n > 3 || (n == 3 && left < 20)) return ss_fail(r);
        h.kind = n == 0 ? SS_NULL : n == 3 ? SS_ADDRESS : SS_BOOL;
        h.truth = n == 2;
    }
    if (tag >= 3 && (wide || n > 0xffffffffu || n > (tag == 6 ? left / 2 : left))) return ss_fail(r);
    return h;
}

SS_FN ss_kind ss_peek(ss_reader r) { return ss_get_header(&r).kind; }

SS_FN ss_span ss_take(ss_reader *r, uint32_t n) {
    if (r->bad || (uint64_t)(r->end - r->at) < n) return ss_fail(r), SS_SPAN(r->end, 0);
    ss_span s = SS_SPAN(r->at, n);
    r->at += n;
    return s;
}

SS_FN void ss_get_null(ss_reader *r) {
    if (ss_get_header(r).kind != SS_NULL) ss_fail(r);
}
SS_FN bool ss_get_bool(ss_reader *r) {
    ss_header h = ss_get_header(r);
    if (h.kind != SS_BOOL) ss_fail(r);
    return h.truth;
}
SS_FN ss_u256 ss_get_u256(ss_reader *r) {
    ss_header h = ss_get_header(r);
    if (h.kind != SS_INT || h.big) ss_fail(r), h.n = ss_u256_of(0);
    return h.n;
}
SS_FN uint64_t ss_get_u64(ss_reader *r) {
    ss_u256 n = ss_get_u256(r);
    if (n.w[1] | n.w[2] | n.w[3]) return ss_fail(r), 0;
    return n.w[0];
}
SS_FN uint32_t ss_get_u32(ss_reader *r) {
    uint64_t n = ss_get_u64(r);
    if (n > 0xffffffffu) return ss_fail(r), 0;
    return (uint32_t)n;
}
SS_FN int64_t ss_get_i64(ss_reader *r) {
    ss_header h = ss_get_header(r);
    bool fits = !h.big && !(h.n.w[1] | h.n.w[2] | h.n.w[3]) && h.n.w[0] >> 63 == 0;
    if (!fits || (h.kind != SS_INT && h.kind != SS_NEGATIVE)) return ss_fail(r), 0;
    return h.kind == SS_INT ? (int64_t)h.n.w[0] : -1 - (int64_t)h.n.w[0];
}
SS_FN ss_address ss_get_address(ss_reader *r) {
    ss_address a = {{0}};
    if (ss_get_header(r).kind != SS_ADDRESS) return ss_fail(r), a;
    ss_span s = ss_take(r, 20);
    for (uint32_t i = 0; i < s.len; i++) a.b[i] = s.at[i];
    return a;
}
SS_FN ss_span ss_get_bytes(ss_reader *r) {
    ss_header h = ss_get_header(r);
    if (h.kind != SS_BYTES) return ss_fail(r), SS_SPAN(r->end, 0);
    return ss_take(r, (uint32_t)h.n.w[0]);
}
SS_FN ss_span ss_get_str(ss_reader *r) {
    ss_header h = ss_get_header(r);
    ss_span s = h.kind == SS_STRING ? ss_take(r, (uint32_t)h.n.w[0]) : SS_SPAN(r->end, 0);
    if (h.kind != SS_STRING || !ss_utf8(s)) return ss_fail(r), SS_SPAN(r->end, 0);
    return s;
}
SS_FN uint32_t ss_get_array(ss_reader *r) {
    ss_header h = ss_get_header(r);
    if (h.kind != SS_ARRAY) return ss_fail(r), 0;
    return (uint32_t)h.n.w[0];
}
/* The number of pairs; then for each: ss_get_key, a value. */
SS_FN uint32_t ss_get_map(ss_reader *r) {
    ss_header h = ss_get_header(r);
    if (h.kind != SS_MAP) return ss_fail(r), 0;
    return (uint32_t)h.n.w[0];
}
/* `last` holds the key before this one (at = NULL before the first) and then this one. */
SS_FN ss_span ss_get_key(ss_reader *r, ss_span *last) {
    uint64_t n = 0;
    uint32_t shift = 0, octet;
    do {
        if (r->bad || r->at == r->end || shift > 28) return ss_fail(r), SS_SPAN(r->end, 0);
        octet = *r->at++;
        if (shift && octet == 0) return ss_fail(r), SS_SPAN(r->end, 0);
        n |= (uint64_t)(octet & 0x7f) << shift;
        shift += 7;
    } while (octet & 0x80);
    ss_span key = n > 0xffffffffu ? (ss_fail(r), SS_SPAN(r->end, 0)) : ss_take(r, (uint32_t)n);
    if (!r->bad && (!ss_utf8(key) || (last->at && ss_compare(*last, key) >= 0))) ss_fail(r);
    *last = key;
    return key;
}

SS_FN void ss_skip_at(ss_reader *r, uint32_t depth) {
    ss_header h = ss_get_header(r);
    uint32_t n = (uint32_t)h.n.w[0];
    ss_span s, last = {NULL, 0};
    switch (h.kind) {
    case SS_ADDRESS: ss_take(r, 20); break;
    case SS_BYTES: ss_take(r, n); break;
    case SS_STRING:
        s = ss_take(r, n);
        if (!ss_utf8(s)) ss_fail(r);
        break;
    case SS_ARRAY:
    case SS_MAP:
        if (depth == SS_MAX_DEPTH) ss_fail(r);
        for (; n && !r->bad; n--) {
            if (h.kind == SS_MAP) ss_get_key(r, &last);
            ss_skip_at(r, depth + 1);
        }
        break;
    default: break;
    }
}
/* Checks one value in full and goes behind it. */
SS_FN void ss_skip(ss_reader *r) { ss_skip_at(r, 0); }

/* The octets of one value, checked: what ss_put_raw wants. */
SS_FN ss_span ss_get_value(ss_reader *r) {
    const uint8_t *from = r->at;
    ss_skip(r);
    return r->bad ? SS_SPAN(r->end, 0) : SS_SPAN(from, r->at - from);
}

/* Is this exactly one value? */
SS_FN bool ss_valid(ss_span s) {
    ss_reader r = ss_reader_on(s);
    ss_skip(&r);
    return !r.bad && r.at == r.end;
}

/* The value of a field of the map that `map` stands at; false if there is none. */
SS_FN bool ss_field(ss_reader map, const char *name, ss_reader *value) {
    uint32_t n = ss_get_map(&map);
    ss_span last = {NULL, 0};
    for (; n && !map.bad; n--) {
        ss_span key = ss_get_key(&map, &last), v = ss_get_value(&map);
        if (!map.bad && ss_is(key, name)) {
            *value = ss_reader_on(v);
            return true;
        }
    }
    *value = (ss_reader){map.end, map.end, true};
    return false;
}

#endif
