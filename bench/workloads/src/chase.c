/* Pointer chasing: one random cycle through 16,384 nodes of 32 octets, and a
 * walk along it; then a binary search tree, filled and looked up.
 * run(n): n thousand steps, n lookups of each thirty. */
#include "base.h"

#define NODES 16384

typedef struct node {
    struct node *next, *left, *right;
    u32 key, seen[4];
} node;

static node pool[NODES];
static u16 order[NODES];

EXPORT(run) i32 run(i32 n) {
    u32 x = 12345;
    for (u32 k = 0; k < NODES; k++) {
        order[k] = (u16)k;
        pool[k] = (node){0, 0, 0, (x = x * 1664525u + 1013904223u) >> 4, {0, 0, 0, 0}};
    }
    for (u32 k = NODES - 1; k > 0; k--) {
        x = x * 1664525u + 1013904223u;
        u32 other = (x >> 8) % (k + 1);
        u16 t = order[k];
        order[k] = order[other];
        order[other] = t;
    }
    for (u32 k = 0; k < NODES; k++) pool[order[k]].next = &pool[order[(k + 1) % NODES]];
    node *at = &pool[0];
    u32 digest = 0;
    for (i32 k = 0; k < n * 1000; k++) {
        digest = rotl32(digest, 1) ^ at->key;
        at = at->next;
    }
    node *root = &pool[order[0]];
    for (u32 k = 1; k < NODES / 4; k++) {
        node *new = &pool[order[k]], **link = &root;
        while (*link) link = new->key < (*link)->key ? &(*link)->left : &(*link)->right;
        *link = new;
    }
    for (i32 k = 0; k < n * 30; k++) {
        x = x * 1664525u + 1013904223u;
        u32 key = x >> 4, depth = 0;
        for (node *p = root; p && p->key != key; p = key < p->key ? p->left : p->right) p->seen[depth++ & 3]++;
        digest += depth << (k & 7);
    }
    for (u32 k = 0; k < NODES; k++) digest = rotl32(digest, 3) + pool[k].seen[k & 3];
    return (i32)digest;
}
