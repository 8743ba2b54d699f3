/* Indirect calls as an object-oriented program makes them: shapes of six kinds
 * with tables of methods, walked as a tree by visitors. run(n): n walks. */
#include "base.h"

typedef struct shape shape;
typedef struct methods {
    i32 (*area)(const shape *);
    i32 (*perimeter)(const shape *);
    void (*grow)(shape *, i32);
    u32 (*hash)(const shape *, u32);
} methods;

struct shape {
    const methods *is;
    i32 a, b, c;
    shape *left, *right;
};

static i32 square_area(const shape *s) { return s->a * s->a; }
static i32 square_perimeter(const shape *s) { return 4 * s->a; }
static i32 box_area(const shape *s) { return s->a * s->b; }
static i32 box_perimeter(const shape *s) { return 2 * (s->a + s->b); }
static i32 brick_area(const shape *s) { return 2 * (s->a * s->b + s->b * s->c + s->a * s->c); }
static i32 brick_perimeter(const shape *s) { return 4 * (s->a + s->b + s->c); }
static i32 sum_area(const shape *s) {
    return (s->left ? s->left->is->area(s->left) : 0) + (s->right ? s->right->is->area(s->right) : 0);
}
static i32 largest_perimeter(const shape *s) {
    i32 l = s->left ? s->left->is->perimeter(s->left) : 0, r = s->right ? s->right->is->perimeter(s->right) : 0;
    return l > r ? l : r;
}
static void grow_a(shape *s, i32 by) { s->a = (s->a + by) & 1023; }
static void grow_ab(shape *s, i32 by) {
    s->a = (s->a + by) & 1023;
    s->b = (s->b ^ by) & 1023;
}
static void grow_all(shape *s, i32 by) {
    grow_ab(s, by);
    s->c = (s->c + s->a) & 1023;
}
static void grow_both(shape *s, i32 by) {
    if (s->left) s->left->is->grow(s->left, by);
    if (s->right) s->right->is->grow(s->right, by + 1);
}
static u32 hash_a(const shape *s, u32 h) { return rotl32(h, 5) ^ (u32)s->a; }
static u32 hash_all(const shape *s, u32 h) { return (h ^ (u32)(s->a + s->b * 31 + s->c * 961)) * 16777619u; }
static u32 hash_both(const shape *s, u32 h) {
    if (s->left) h = s->left->is->hash(s->left, h);
    return s->right ? s->right->is->hash(s->right, h) : h;
}

static const methods KINDS[5] = {
    {square_area, square_perimeter, grow_a, hash_a},
    {box_area, box_perimeter, grow_ab, hash_all},
    {brick_area, brick_perimeter, grow_all, hash_all},
    {sum_area, largest_perimeter, grow_both, hash_both},
    {sum_area, box_perimeter, grow_ab, hash_both},
};

static shape pool[255];

EXPORT(run) i32 run(i32 n) {
    u32 x = 77;
    for (u32 k = 0; k < 255; k++) {
        x = x * 1664525u + 1013904223u;
        shape *s = &pool[k];
        u32 inner = k < 127;
        *s = (shape){&KINDS[inner ? 3 + (k > 6 ? x >> 31 : 0) : (x >> 20) % 3],
                     (i32)(x >> 24), (i32)(x >> 8 & 255), (i32)(x >> 16 & 255), 0, 0};
        if (inner) {
            s->left = &pool[2 * k + 1];
            s->right = &pool[2 * k + 2];
        }
    }
    u32 digest = 1;
    for (i32 k = 0; k < n; k++) {
        shape *root = &pool[0];
        root->is->grow(root, k & 7);
        digest = root->is->hash(root, digest) + (u32)root->is->area(root);
        digest ^= (u32)root->is->perimeter(root) << (k & 15);
    }
    return (i32)digest;
}
