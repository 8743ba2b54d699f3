/* A token's ledger: balances of 256 bits by addresses of 20 octets in an open
 * hash table, allowances, transfers that may fail, a supply that must be kept,
 * and a log of events. run(n): n transfers. -1 if the supply is not kept. */
#include "base.h"

#define SLOTS 4096

typedef struct u256 { u64 limb[4]; } u256;
typedef struct address { u8 octet[20]; } address;
typedef struct account {
    address owner;
    u32 used;
    u256 balance, allowed;
    u64 nonce;
} account;

static account accounts[SLOTS];
static u8 events[4096];
static u32 events_end, failed;

static int add(u256 *a, const u256 *b) {
    u64 carry = 0;
    for (int k = 0; k < 4; k++) {
        u64 sum = a->limb[k] + carry;
        carry = sum < carry;
        sum += b->limb[k];
        carry += sum < b->limb[k];
        a->limb[k] = sum;
    }
    return carry == 0;
}

static int subtract(u256 *a, const u256 *b) {
    u256 result;
    u64 borrow = 0;
    for (int k = 0; k < 4; k++) {
        u64 x = a->limb[k], y = b->limb[k];
        result.limb[k] = x - y - borrow;
        borrow = x < y || (x == y && borrow);
    }
    if (borrow) return 0;
    *a = result;
    return 1;
}

static u32 hash(const address *a) {
    u32 h = 2166136261u;
    for (int k = 0; k < 20; k++) h = (h ^ a->octet[k]) * 16777619u;
    return h;
}

static int same(const address *a, const address *b) {
    for (int k = 0; k < 20; k++)
        if (a->octet[k] != b->octet[k]) return 0;
    return 1;
}

static NOINLINE account *find(const address *owner) {
    u32 at = hash(owner) & (SLOTS - 1);
    while (accounts[at].used && !same(&accounts[at].owner, owner)) at = (at + 1) & (SLOTS - 1);
    if (!accounts[at].used) {
        accounts[at].used = 1;
        accounts[at].owner = *owner;
    }
    return &accounts[at];
}

static NOINLINE void emit(const address *from, const address *to, const u256 *amount) {
    if (events_end + 72 > sizeof events) events_end = 0;
    __builtin_memcpy(events + events_end, from, 20);
    __builtin_memcpy(events + events_end + 20, to, 20);
    for (int k = 0; k < 32; k++) events[events_end + 40 + (u32)k] = (u8)(amount->limb[3 - k / 8] >> (56 - 8 * (k % 8)));
    events_end += 72;
}

static NOINLINE int transfer(const address *from, const address *to, const u256 *amount, int by_allowance) {
    account *payer = find(from), *payee = find(to);
    if (by_allowance && !subtract(&payer->allowed, amount)) return 0;
    if (!subtract(&payer->balance, amount)) {
        if (by_allowance) add(&payer->allowed, amount);
        return 0;
    }
    if (!add(&payee->balance, amount)) return 0;
    payer->nonce++;
    emit(from, to, amount);
    return 1;
}

static address numbered(u32 k) {
    address a;
    for (u32 j = 0; j < 20; j++) a.octet[j] = (u8)((k * 2654435761u) >> (j % 4 * 8)) ^ (u8)(j * 17);
    return a;
}

EXPORT(run) i64 run(i32 n) {
    __builtin_memset(accounts, 0, sizeof accounts);
    events_end = failed = 0;
    u256 supply = {{0}}, held = {{0}};
    for (u32 k = 0; k < 64; k++) {
        address a = numbered(k);
        u256 start = {{~0ull - k, k * 3, 0, 0}};
        find(&a)->balance = start;
        find(&a)->allowed = (u256){{0, 1, 0, 0}};
        add(&supply, &start);
    }
    u32 x = 31;
    for (i32 k = 0; k < n; k++) {
        x = x * 1664525u + 1013904223u;
        address from = numbered(x >> 8 & 63), to = numbered(x >> 14 & 1023);
        u256 amount = {{(u64)x << (x >> 28), x >> 31 & (u32)k, 0, (x & 0xff0) == 0}};
        failed += !transfer(&from, &to, &amount, x & 1);
    }
    u64 digest = failed;
    for (u32 k = 0; k < SLOTS; k++) {
        if (!accounts[k].used) continue;
        add(&held, &accounts[k].balance);
        digest = fold(digest, accounts[k].balance.limb[0] ^ accounts[k].nonce);
    }
    for (u32 k = 0; k < sizeof events; k += 64) digest = fold(digest, events[k]);
    for (int k = 0; k < 4; k++)
        if (held.limb[k] != supply.limb[k]) return -1;
    return (i64)digest;
}
