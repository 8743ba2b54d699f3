/* Shared by the freestanding programs: types, the export mark, a few builtins. */
#ifndef SELFSAME_BASE_H
#define SELFSAME_BASE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char i8;
typedef short i16;
typedef int i32;
typedef long long i64;
typedef float f32;
typedef double f64;

#define EXPORT(name) __attribute__((export_name(#name)))
#define NOINLINE __attribute__((noinline))

static inline u32 rotl32(u32 x, int n) { return (x << n) | (x >> (32 - n)); }
static inline u32 rotr32(u32 x, int n) { return (x >> n) | (x << (32 - n)); }
static inline u64 rotl64(u64 x, int n) { return (x << n) | (x >> (64 - n)); }
static inline u64 rotr64(u64 x, int n) { return (x >> n) | (x << (64 - n)); }

static inline u64 bits_of_f64(f64 x) {
    u64 b;
    __builtin_memcpy(&b, &x, 8);
    return b;
}

static inline u32 bits_of_f32(f32 x) {
    u32 b;
    __builtin_memcpy(&b, &x, 4);
    return b;
}

/* Folds an f64 into a running digest, by its bits. */
static inline u64 fold(u64 h, u64 v) {
    h ^= v;
    h *= 0x9E3779B97F4A7C15ull;
    return h ^ (h >> 29);
}

#endif
