/* A counter that can be frozen and upgraded: locked slots and upgraders in use.
 *
 *   init([frozen: Bool, [upgraders: Array of Address]])
 *       frozen: locks the root slot and the slots of code, locked slots and upgraders
 *   increment([by: Int]) -> Int     the new count; by 1 without an argument
 *   get() -> Int
 *   upgrade(code: Bytes)            replaces this contract's code from the next transaction on; a user
 *                                   error "forbidden" where the slot is locked and the sender is no upgrader
 *   lock(slot: Bytes)               adds one slot of 32 octets to the list, from the next transaction on
 *   poke(slot: Bytes, octet: Int) -> Int     writes one octet at 0; the errno (0 success, 6 forbidden)
 *
 * Storage: D(0,1) holds the count, u64 little-endian at 0; D(0,2) code, D(0,3) locked slots and D(0,4)
 * upgraders as in storage-and-contract.md 2.2. Root octet 0 (the ABI major) is the host's. */
#include "selfsame.h"
#include "sha3.h"

static const uint8_t root[32];

static ss_slot at_root(uint32_t off) {
    ss_slot s;
    ss_derive(s.b, root, off);
    return s;
}

static void lock(const uint8_t slot[32]) {
    ss_slot list = at_root(3);
    uint32_t n;
    ss_load(&list, 0, &n, 4);
    ss_require(n < 256, "256 slots are locked");
    ss_store(&list, 4 + 32 * n, slot, 32);
    n++;
    ss_store(&list, 0, &n, 4);
}

static _Noreturn void init(ss_call c) {
    bool frozen = c.n_args > 0 && ss_get_bool(&c.args);
    uint32_t n = c.n_args > 1 ? ss_get_array(&c.args) : 0;
    ss_slot upgraders = at_root(4);
    ss_require(n <= 32, "more than 32 upgraders");
    for (uint32_t i = 0; i < n; i++) {
        ss_address a = ss_get_address(&c.args);
        ss_store(&upgraders, 4 + 20 * i, a.b, 20);
    }
    ss_args_done(&c, c.n_args <= 2 ? c.n_args : 2);
    if (n) ss_store(&upgraders, 0, &n, 4);
    if (frozen) {
        lock(root);
        for (uint32_t off = 2; off <= 4; off++) lock(at_root(off).b);
    }
    ss_return_null();
}

SS_EXPORT("_start") void start(void) {
    ss_message m = ss_read_message();
    ss_call c = ss_read_call(&m);
    if (m.is_init) init(c);
    ss_slot data = at_root(1);
    if (ss_is(c.method, "increment")) {
        uint64_t by = c.n_args ? ss_get_u64(&c.args) : 1, count;
        ss_args_done(&c, c.n_args ? 1 : 0);
        ss_load(&data, 0, &count, 8);
        ss_require(!__builtin_add_overflow(count, by, &count), "count too high");
        ss_store(&data, 0, &count, 8);
        ss_return_u64(count);
    }
    if (ss_is(c.method, "get")) {
        uint64_t count;
        ss_args_done(&c, 0);
        ss_load(&data, 0, &count, 8);
        ss_return_u64(count);
    }
    if (ss_is(c.method, "upgrade")) {
        ss_slot code = at_root(2);
        ss_span octets = ss_get_bytes(&c.args);
        ss_args_done(&c, 1);
        ss_store_sized(&code, 0, octets);
        ss_return_null();
    }
    ss_span slot = ss_get_bytes(&c.args);
    ss_require(slot.len == 32, "bad arguments");
    if (ss_is(c.method, "lock")) {
        ss_args_done(&c, 1);
        lock(slot.at);
        ss_return_null();
    }
    ss_require(ss_is(c.method, "poke"), "unknown method");
    uint8_t octet = (uint8_t)ss_get_u64(&c.args);
    ss_args_done(&c, 2);
    ss_return_u64(ss_sdk_storage_write(slot.at, 0, &octet, 1));
}
