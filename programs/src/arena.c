/* A growing heap: strings are built in an arena that asks for more memory with
 * memory.grow, put into a hash table that doubles, sorted and digested.
 * run(n): n strings. Where memory is refused, the answer is -1. */
#include "base.h"

extern u8 __heap_base;
static u32 next_free, limit;

static void *allocate(u32 size) {
    size = (size + 7) & ~7u;
    if (next_free + size > limit) {
        u32 pages = (next_free + size - limit + 65535) / 65536;
        if (__builtin_wasm_memory_grow(0, pages) == (__SIZE_TYPE__)-1) return 0;
        limit += pages * 65536;
    }
    void *p = (void *)(__SIZE_TYPE__)next_free;
    next_free += size;
    return p;
}

typedef struct entry {
    const u8 *text;
    u32 length, hash, count;
} entry;

static entry *table;
static u32 capacity, filled;

static int grow_table(u32 to) {
    entry *old = table;
    u32 old_capacity = capacity;
    table = allocate(to * sizeof(entry));
    if (!table) return 0;
    __builtin_memset(table, 0, to * sizeof(entry));
    capacity = to;
    for (u32 k = 0; k < old_capacity; k++) {
        if (!old[k].text) continue;
        u32 slot = old[k].hash & (capacity - 1);
        while (table[slot].text) slot = (slot + 1) & (capacity - 1);
        table[slot] = old[k];
    }
    return 1;
}

static int same(const u8 *a, const u8 *b, u32 n) {
    while (n--)
        if (*a++ != *b++) return 0;
    return 1;
}

static int insert(const u8 *text, u32 length) {
    u32 hash = 2166136261u;
    for (u32 k = 0; k < length; k++) hash = (hash ^ text[k]) * 16777619u;
    if (4 * (filled + 1) > 3 * capacity && !grow_table(capacity ? 2 * capacity : 16)) return 0;
    u32 slot = hash & (capacity - 1);
    for (; table[slot].text; slot = (slot + 1) & (capacity - 1)) {
        entry *e = &table[slot];
        if (e->hash == hash && e->length == length && same(e->text, text, length)) {
            e->count++;
            return 1;
        }
    }
    table[slot] = (entry){text, length, hash, 1};
    filled++;
    return 1;
}

static u8 *append(u8 *to, u32 number) {
    u8 digits[10];
    int k = 0;
    do digits[k++] = (u8)('0' + number % 10);
    while (number /= 10);
    while (k) *to++ = digits[--k];
    return to;
}

EXPORT(run) i32 run(i32 n) {
    next_free = ((u32)(__SIZE_TYPE__)&__heap_base + 15) & ~15u;
    limit = (u32)__builtin_wasm_memory_size(0) * 65536;
    table = 0;
    capacity = filled = 0;
    u32 x = 11;
    for (i32 k = 0; k < n; k++) {
        x = x * 1664525u + 1013904223u;
        u8 *text = allocate(40 + (x >> 27) * 8), *end = text;
        if (!text) return -1;
        end = append(end, x >> 18);
        for (u32 j = x >> 29; j > 0; j--) *end++ = (u8)('a' + (x >> j) % 26);
        *end++ = '/';
        end = append(end, (u32)k & 7);
        if (!insert(text, (u32)(end - text))) return -1;
    }
    u32 digest = filled;
    for (u32 k = 0; k < capacity; k++)
        if (table[k].text) digest = rotl32(digest, 7) + table[k].hash * table[k].count + k;
    return (i32)(digest ^ next_free);
}
