/* Contracts that use others. A result of a sub-VM is given back as Bytes `[code][data]`, 0 Return,
 * 1 UserError, 2 VMError.
 *
 *   call(to: Address, call: Map, [state: Int]) -> Bytes    CallContract
 *   register(code: Bytes) -> Str                           RegisterRunner: the runner's id
 *   run(code: Bytes, data: Bytes, allow: Int) -> Bytes     registers the code and sandboxes it; allow is a
 *                                                          sum of 1 write storage, 2 send, 4 register runners
 *   sandbox(runner: Str, data: Bytes, allow: Int) -> Bytes Sandbox of any id
 *   sandbox_add(n: Int, allow: Int) -> Bytes               this contract in a sandbox, calling `add(n)`
 *   add(n: Int) -> Int                                     stored sum + n, stored again
 *   sum() -> Int
 *   call_depth(n: Int) -> Int                              calls itself through CallContract n deep; the
 *   sandbox_depth(n: Int) -> Int                           same through Sandbox. How deep it got.
 *   blocks(n: Int) -> Int                                  n nondet blocks, each returning its number; their sum
 *   post(to: Address, call: Map, value: Int, on: Str)      PostMessage
 *   pay(to: Address, data: Bytes, value: Int)              EthSend
 *   deploy(code: Bytes, init: Map, value: Int, salt: Int, on: Str)     DeployContract
 *   event(topics: Array of Bytes, blob: Map)               EmitEvent
 *   balances(of: Address) -> [Int, Int]                    its balance, and the contract's own
 *
 * An errno other than success ends with a user error of its name. Storage: slot "composer.sum": 0 u64. */
#include "selfsame.h"

static ss_span call_of(const char *method, uint64_t n) {
    ss_writer w = ss_writer_new(ss_text(method).len + 64);
    ss_put_map(&w, 2);
    ss_put_key(&w, "");
    ss_put_text(&w, method);
    ss_put_key(&w, "args");
    ss_put_array(&w, 1);
    ss_put_u64(&w, n);
    return ss_written(&w);
}

static _Noreturn void answer(ss_result r) {
    ss_must(r.err);
    ss_return_bytes(r.buffer);
}

/* 1 + the child's answer, or 0 for a child that did not return: the depth reached. */
static _Noreturn void deeper(ss_result r) {
    ss_must(r.err);
    ss_reader value = ss_reader_on(r.data);
    uint64_t below = r.code == 0 ? ss_get_u64(&value) : 0;
    ss_require(!value.bad, "bad answer from below");
    ss_return_u64(r.code == 0 ? below + 1 : 0);
}

static _Noreturn void blocks(uint64_t n) {
    uint64_t sum = 0;
    uintptr_t mark = ss_mark();
    for (uint64_t i = 0; i < n; i++, ss_release(mark)) {
        ss_result r = ss_run_nondet(call_of("number", i), call_of("accept", i));
        ss_must(r.err);
        ss_reader value = ss_reader_on(r.data);
        ss_require(r.code == 0, "a block failed");
        sum += ss_get_u64(&value);
    }
    ss_return_u64(sum);
}

/* The validator compares exactly: the leader's result must be Return of this very number. */
static _Noreturn void block(const ss_message *m) {
    ss_call c = ss_read_call(m);
    uint64_t n = ss_get_u64(&c.args);
    ss_args_done(&c, 1);
    if (ss_is(c.method, "number")) ss_return_u64(n);
    uint8_t buf[16];
    ss_writer w = ss_writer_on(buf, sizeof buf);
    ss_put_octet(&w, 0);
    ss_put_u64(&w, n);
    ss_return_bool(ss_equal(ss_written(&w), m->leaders_result));
}

static void others(const ss_message *m, ss_call *c) {
    if (ss_is(c->method, "call")) {
        ss_address to = ss_get_address(&c->args);
        ss_span call = ss_get_value(&c->args);
        uint32_t state = c->n_args == 3 ? ss_get_u32(&c->args) : SS_STATE_DEFAULT;
        ss_args_done(c, c->n_args == 3 ? 3 : 2);
        answer(ss_call_contract(to, call, state));
    }
    if (ss_is(c->method, "register") || ss_is(c->method, "run")) {
        bool run = ss_is(c->method, "run");
        ss_span code = ss_get_bytes(&c->args), id = SS_STR("");
        ss_span data = run ? ss_get_bytes(&c->args) : id;
        uint32_t allow = run ? ss_get_u32(&c->args) : 0;
        ss_args_done(c, run ? 3 : 1);
        ss_must(ss_register_runner(code, &id));
        if (run) answer(ss_sandbox(id, data, allow));
        ss_return_str(id);
    }
    if (ss_is(c->method, "sandbox")) {
        ss_span runner = ss_get_str(&c->args), data = ss_get_bytes(&c->args);
        uint32_t allow = ss_get_u32(&c->args);
        ss_args_done(c, 3);
        answer(ss_sandbox(runner, data, allow));
    }
    if (ss_is(c->method, "sandbox_add")) {
        uint64_t n = ss_get_u64(&c->args);
        uint32_t allow = ss_get_u32(&c->args);
        ss_args_done(c, 2);
        answer(ss_sandbox(SS_STR("contract"), call_of("add", n), allow));
    }
    if (ss_is(c->method, "call_depth") || ss_is(c->method, "sandbox_depth")) {
        uint64_t n = ss_get_u64(&c->args);
        ss_args_done(c, 1);
        if (n == 0) ss_return_u64(0);
        if (ss_is(c->method, "call_depth"))
            deeper(ss_call_contract(m->contract, call_of("call_depth", n - 1), SS_STATE_DEFAULT));
        deeper(ss_sandbox(SS_STR("contract"), call_of("sandbox_depth", n - 1), 0));
    }
}

static void messages(ss_call *c) {
    if (ss_is(c->method, "post")) {
        ss_address to = ss_get_address(&c->args);
        ss_span call = ss_get_value(&c->args);
        ss_u256 value = ss_get_u256(&c->args);
        ss_span on = ss_get_str(&c->args);
        ss_args_done(c, 4);
        ss_must(ss_post_message(to, call, &value, ss_is(on, "accepted") ? "accepted" : "finalized"));
        ss_return_null();
    }
    if (ss_is(c->method, "pay")) {
        ss_address to = ss_get_address(&c->args);
        ss_span data = ss_get_bytes(&c->args);
        ss_u256 value = ss_get_u256(&c->args);
        ss_args_done(c, 3);
        ss_must(ss_eth_send(to, data, &value));
        ss_return_null();
    }
    if (ss_is(c->method, "deploy")) {
        ss_span code = ss_get_bytes(&c->args), init = ss_get_value(&c->args);
        ss_u256 value = ss_get_u256(&c->args), salt = ss_get_u256(&c->args);
        ss_span on = ss_get_str(&c->args);
        ss_args_done(c, 5);
        ss_must(ss_deploy(code, init, &value, &salt, ss_is(on, "accepted") ? "accepted" : "finalized"));
        ss_return_null();
    }
    if (ss_is(c->method, "event")) {
        uint32_t n = ss_get_array(&c->args);
        ss_slot topics[4] = {{{0}}};
        ss_require(n <= 4, "more than 4 topics");
        for (uint32_t i = 0; i < n; i++) {
            ss_span topic = ss_get_bytes(&c->args);
            ss_require(topic.len == 32, "a topic has 32 octets");
            for (int k = 0; k < 32; k++) topics[i].b[k] = topic.at[k];
        }
        ss_span blob = ss_get_value(&c->args);
        ss_args_done(c, 2);
        ss_must(ss_emit_event(topics, n, blob));
        ss_return_null();
    }
}

SS_EXPORT("_start") void start(void) {
    ss_message m = ss_read_message();
    if (m.entry_kind == SS_ENTRY_NONDET) block(&m);
    ss_call c = ss_read_call(&m);
    ss_slot at_sum = ss_named_slot("composer.sum", NULL);
    uint64_t sum;
    if (m.is_init) ss_return_null();
    others(&m, &c);
    messages(&c);
    if (ss_is(c.method, "sum")) {
        ss_args_done(&c, 0);
        ss_load(&at_sum, 0, &sum, 8);
        ss_return_u64(sum);
    }
    if (ss_is(c.method, "balances")) {
        ss_address of = ss_get_address(&c.args);
        ss_args_done(&c, 1);
        ss_u256 theirs = ss_balance(of), own = ss_self_balance();
        ss_writer w = ss_writer_new(80);
        ss_put_array(&w, 2);
        ss_put_u256(&w, &theirs);
        ss_put_u256(&w, &own);
        ss_return(&w);
    }
    uint64_t n = ss_get_u64(&c.args);
    ss_args_done(&c, 1);
    if (ss_is(c.method, "blocks")) blocks(n);
    ss_require(ss_is(c.method, "add"), "unknown method");
    ss_load(&at_sum, 0, &sum, 8);
    sum += n;
    ss_store(&at_sum, 0, &sum, 8);
    ss_return_u64(sum);
}
