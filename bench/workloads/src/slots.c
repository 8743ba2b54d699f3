/* Storage of a contract: pages of 32 octets by slot and index, in a B-tree with
 * nodes of 16 keys, written through a journal that calls roll back or keep, and
 * read back in order at the end. run(n): n calls of eight writes each. */
#include "base.h"

#define ORDER 16
#define NODES 4096
#define JOURNAL 256

typedef struct page { u64 word[4]; } page;
typedef struct node {
    u32 count, leaf;
    u64 key[ORDER];
    u32 value[ORDER];    /* index of a page */
    u16 child[ORDER + 1];
} node;
typedef struct entry {
    u32 which, fresh;
    page before;
} entry;

static node nodes[NODES];
static page pages[NODES * 4];
static entry journal[JOURNAL];
static u32 nodes_end, pages_end, journal_end;
static u16 root;

static u16 new_node(u32 leaf) {
    nodes[nodes_end].count = 0;
    nodes[nodes_end].leaf = leaf;
    return (u16)nodes_end++;
}

static void split(node *parent, u32 at) {
    u16 right_index = new_node(nodes[parent->child[at]].leaf);
    node *left = &nodes[parent->child[at]], *right = &nodes[right_index];
    u32 half = ORDER / 2;
    right->count = ORDER - 1 - half;
    for (u32 k = 0; k < right->count; k++) {
        right->key[k] = left->key[half + 1 + k];
        right->value[k] = left->value[half + 1 + k];
    }
    if (!left->leaf)
        for (u32 k = 0; k <= right->count; k++) right->child[k] = left->child[half + 1 + k];
    left->count = half;
    for (u32 k = parent->count; k > at; k--) {
        parent->key[k] = parent->key[k - 1];
        parent->value[k] = parent->value[k - 1];
        parent->child[k + 1] = parent->child[k];
    }
    parent->key[at] = left->key[half];
    parent->value[at] = left->value[half];
    parent->child[at + 1] = right_index;
    parent->count++;
}

/* The page under a key; a new one of zeros where there was none. */
static NOINLINE u32 locate(u64 key, u32 *fresh) {
    *fresh = 0;
    if (nodes[root].count == ORDER) {
        u16 top = new_node(0);
        nodes[top].child[0] = root;
        root = top;
        split(&nodes[top], 0);
    }
    node *n = &nodes[root];
    for (;;) {
        u32 at = 0, high = n->count;
        while (at < high) {
            u32 middle = (at + high) / 2;
            if (n->key[middle] < key)
                at = middle + 1;
            else
                high = middle;
        }
        if (at < n->count && n->key[at] == key) return n->value[at];
        if (n->leaf) {
            for (u32 k = n->count; k > at; k--) {
                n->key[k] = n->key[k - 1];
                n->value[k] = n->value[k - 1];
            }
            n->count++;
            n->key[at] = key;
            pages[pages_end] = (page){{0, 0, 0, 0}};
            *fresh = 1;
            return n->value[at] = pages_end++;
        }
        if (nodes[n->child[at]].count == ORDER) {
            split(n, at);
            if (key == n->key[at]) return n->value[at];
            if (key > n->key[at]) at++;
        }
        n = &nodes[n->child[at]];
    }
}

static NOINLINE void write(u64 slot, u32 index, const page *value) {
    entry *e = &journal[journal_end++];
    e->which = locate(slot << 20 | index, &e->fresh);
    e->before = pages[e->which];
    pages[e->which] = *value;
}

static void roll_back(void) {
    while (journal_end) {
        journal_end--;
        pages[journal[journal_end].which] = journal[journal_end].before;
    }
}

static u64 walk(u16 at, u64 digest) {
    const node *n = &nodes[at];
    for (u32 k = 0; k <= n->count; k++) {
        if (!n->leaf) digest = walk(n->child[k], digest);
        if (k < n->count) digest = fold(digest, n->key[k] ^ pages[n->value[k]].word[n->key[k] & 3]);
    }
    return digest;
}

EXPORT(run) i64 run(i32 n) {
    nodes_end = pages_end = journal_end = 0;
    root = new_node(1);
    u32 x = 17;
    u64 digest = 0;
    for (i32 k = 0; k < n; k++) {
        journal_end = 0;
        for (u32 j = 0; j < 8; j++) {
            x = x * 1664525u + 1013904223u;
            u32 fresh;
            u32 old = locate((u64)(x >> 20) << 20 | (x >> 4 & 1), &fresh);
            page p = pages[old];
            p.word[j & 3] += x;
            p.word[(j + 1) & 3] ^= (u64)x << 29 | (u32)k;
            write(x >> 20, (x >> 4) & 1, &p);
        }
        if (x >> 30 == 0) {
            roll_back();
            digest = fold(digest, (u32)k);
        }
    }
    return (i64)walk(root, digest + pages_end);
}
