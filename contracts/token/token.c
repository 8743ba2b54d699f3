/* A fungible token.
 *
 *   init([supply: Int])             the sender becomes the owner and holds `supply` (0)
 *   transfer(to: Address, n: Int)   from the sender; event Transfer
 *   mint(to: Address, n: Int)       the owner only; event Transfer without a sender
 *   burn(n: Int)                    from the sender; event Transfer without a receiver
 *   balance_of(a: Address) -> Int
 *   total_supply() -> Int
 *   owner() -> Address
 *
 * Storage, every number a U256 in 32 octets:
 *   slot "token.state"              0 total supply, 32 the owner's address
 *   slot "token.holds" + address    0 that holder's balance
 *
 * So a transfer reads two pages, writes two and hashes nothing. */
#include "selfsame.h"

static ss_slot holding(ss_address a) { return ss_named_slot("token.holds", &a); }

static void event(const ss_address *from, const ss_address *to, const ss_u256 *n) {
    static const ss_address nobody;
    ss_slot topics[3] = {
        ss_named_slot("Transfer", NULL), ss_named_slot("from", from ? from : &nobody), ss_named_slot("to", to ? to : &nobody)};
    uint8_t buf[64];
    ss_writer blob = ss_writer_on(buf, sizeof buf);
    ss_put_map(&blob, 1);
    ss_put_key(&blob, "amount");
    ss_put_u256(&blob, n);
    ss_must(ss_emit_event(topics, 3, ss_written(&blob)));
}

static void take(ss_address from, const ss_u256 *n) {
    ss_slot slot = holding(from);
    ss_u256 has = ss_load_u256(&slot, 0);
    ss_require(ss_u256_sub(&has, n), "balance too low");
    ss_store_u256(&slot, 0, &has);
}

static void give(ss_address to, const ss_u256 *n) {
    ss_slot slot = holding(to);
    ss_u256 has = ss_load_u256(&slot, 0);
    ss_require(ss_u256_add(&has, n), "balance too high");
    ss_store_u256(&slot, 0, &has);
}

/* Balances never sum to more than the supply, so it is the supply that an addition can overflow. */
static void change_supply(const ss_u256 *n, bool up) {
    ss_slot state = ss_named_slot("token.state", NULL);
    ss_u256 supply = ss_load_u256(&state, 0);
    ss_require(up ? ss_u256_add(&supply, n) : ss_u256_sub(&supply, n), "supply out of range");
    ss_store_u256(&state, 0, &supply);
}

static ss_address owner(void) {
    ss_slot state = ss_named_slot("token.state", NULL);
    ss_address a;
    ss_load(&state, 32, a.b, 20);
    return a;
}

static _Noreturn void init(const ss_message *m, ss_call c) {
    ss_slot state = ss_named_slot("token.state", NULL);
    ss_store(&state, 32, m->sender.b, 20);
    if (c.n_args) {
        ss_u256 n = ss_get_u256(&c.args);
        ss_args_done(&c, 1);
        change_supply(&n, true);
        give(m->sender, &n);
        event(NULL, &m->sender, &n);
    }
    ss_return_null();
}

SS_EXPORT("_start") void start(void) {
    ss_message m = ss_read_message();
    ss_call c = ss_read_call(&m);
    if (m.is_init) init(&m, c);
    if (ss_is(c.method, "transfer")) {
        ss_address to = ss_get_address(&c.args);
        ss_u256 n = ss_get_u256(&c.args);
        ss_args_done(&c, 2);
        take(m.sender, &n);
        give(to, &n);
        event(&m.sender, &to, &n);
        ss_return_null();
    }
    if (ss_is(c.method, "balance_of")) {
        ss_slot slot = holding(ss_get_address(&c.args));
        ss_args_done(&c, 1);
        ss_u256 n = ss_load_u256(&slot, 0);
        ss_return_u256(&n);
    }
    if (ss_is(c.method, "mint")) {
        ss_address to = ss_get_address(&c.args);
        ss_u256 n = ss_get_u256(&c.args);
        ss_args_done(&c, 2);
        ss_require(ss_same_address(m.sender, owner()), "only the owner mints");
        change_supply(&n, true);
        give(to, &n);
        event(NULL, &to, &n);
        ss_return_null();
    }
    if (ss_is(c.method, "burn")) {
        ss_u256 n = ss_get_u256(&c.args);
        ss_args_done(&c, 1);
        take(m.sender, &n);
        change_supply(&n, false);
        event(&m.sender, NULL, &n);
        ss_return_null();
    }
    ss_args_done(&c, 0);
    if (ss_is(c.method, "total_supply")) {
        ss_slot state = ss_named_slot("token.state", NULL);
        ss_u256 n = ss_load_u256(&state, 0);
        ss_return_u256(&n);
    }
    ss_require(ss_is(c.method, "owner"), "unknown method");
    ss_writer w = ss_writer_new(24);
    ss_put_address(&w, owner());
    ss_return(&w);
}
