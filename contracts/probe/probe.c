/* Does exactly what it is told, for tests of permissions and errnos. It treats the entry data of every
 * kind of sub-VM as a call, so the same calls work in main, calls, sandboxes and blocks.
 *
 *   send(request: Bytes) -> [errno: Int, file: Bytes or Null]     gl_call with these very octets
 *   send_all(requests: Array of Bytes) -> Array of such pairs
 *   read(slot: Bytes, index: Int, len: Int) -> [errno, Bytes or Null]          storage_read
 *   write(slot: Bytes, index: Int, data: Bytes) -> [errno, Null]               storage_write
 *   balance(of: Address) -> [errno, Int or Null]                               get_balance
 *   self_balance() -> [errno, Int or Null]                                     get_self_balance
 *   agree(Bool)                          Return of it: as a validator's program, the vote
 *   judge(call: Map)                     as a validator's program: agrees if the leader's errno is that of this
 *                                        call here, which must be one of those above that answer with one
 *   in_sandbox(call: Map, allow: Int) -> Bytes       that call of this contract in a sandbox: [code][data]
 *   in_block(call: Map, judge: Map) -> Bytes         those calls as leader and validator program
 *   in_call(call: Map) -> Bytes                      that call through CallContract to itself
 *   message() -> Map                     the startup message */
#include "selfsame.h"

static ss_slot slot_of(ss_span s) {
    ss_slot slot = {{0}};
    ss_require(s.len == 32, "a slot has 32 octets");
    for (int i = 0; i < 32; i++) slot.b[i] = s.at[i];
    return slot;
}

/* [errno, value]; `value` counts only without an error and with at != NULL. */
static void put_pair(ss_writer *w, uint32_t err, ss_span value) {
    ss_put_array(w, 2);
    ss_put_u64(w, err);
    if (err == SS_OK && value.at) ss_put_raw(w, value);
    else ss_put_null(w);
}

/* What `judge` judges: the leader's result, [code][data]. */
static ss_span judged;

static _Noreturn void pair(uint32_t err, ss_span value) {
    if (judged.at) {
        ss_require(judged.len > 0 && judged.at[0] == 0, "the leader returned nothing");
        ss_reader r = ss_reader_on(SS_SPAN(judged.at + 1, judged.len - 1));
        ss_require(ss_get_array(&r) == 2, "the leader returned no pair");
        uint32_t leaders = ss_get_u32(&r);
        ss_return_bool(!r.bad && leaders == err);
    }
    ss_writer w = ss_writer_new(value.len + 32);
    put_pair(&w, err, value);
    ss_return(&w);
}

/* The file of the answer as an encoded Bytes value; at = NULL without a file. */
static uint32_t send(ss_span request, ss_span *file) {
    uint32_t fd = SS_NO_FILE, err = ss_sdk_gl_call(request.at, request.len, &fd);
    *file = SS_SPAN(NULL, 0);
    if (err != SS_OK || fd == SS_NO_FILE) return err;
    ss_span octets = ss_read_all(fd);
    ss_wasi_fd_close(fd);
    ss_writer w = ss_writer_new(octets.len + 8);
    ss_put_bytes(&w, octets);
    *file = ss_written(&w);
    return err;
}

static _Noreturn void send_all(ss_call *c) {
    uint32_t n = ss_get_array(&c->args);
    ss_require(c->n_args == 1 && n <= 64, "at most 64 requests");
    struct { uint32_t err; ss_span file; } got[64];
    uint32_t room = 8;
    for (uint32_t i = 0; i < n; i++) {
        ss_span request = ss_get_bytes(&c->args);
        ss_require(!c->args.bad, "bad arguments");
        got[i].err = send(request, &got[i].file);
        room += got[i].file.len + 32;
    }
    ss_writer w = ss_writer_new(room);
    ss_put_array(&w, n);
    for (uint32_t i = 0; i < n; i++) put_pair(&w, got[i].err, got[i].file);
    ss_return(&w);
}

static void storage(ss_call *c) {
    if (ss_is(c->method, "read")) {
        ss_slot slot = slot_of(ss_get_bytes(&c->args));
        uint32_t index = ss_get_u32(&c->args), len = ss_get_u32(&c->args);
        ss_args_done(c, 3);
        uint8_t *buf = ss_alloc(len);
        uint32_t err = ss_sdk_storage_read(slot.b, index, buf, len);
        ss_writer w = ss_writer_new(len + 8);
        ss_put_bytes(&w, SS_SPAN(buf, len));
        pair(err, ss_written(&w));
    }
    if (ss_is(c->method, "write")) {
        ss_slot slot = slot_of(ss_get_bytes(&c->args));
        uint32_t index = ss_get_u32(&c->args);
        ss_span data = ss_get_bytes(&c->args);
        ss_args_done(c, 3);
        pair(ss_sdk_storage_write(slot.b, index, data.at, data.len), SS_SPAN(NULL, 0));
    }
    if (ss_is(c->method, "balance") || ss_is(c->method, "self_balance")) {
        bool self = ss_is(c->method, "self_balance");
        ss_u256 n = ss_u256_of(0);
        ss_address of = {{0}};
        if (!self) of = ss_get_address(&c->args);
        ss_args_done(c, self ? 0 : 1);
        uint32_t err = self ? ss_sdk_get_self_balance(&n) : ss_sdk_get_balance(of.b, &n);
        ss_writer w = ss_writer_new(40);
        ss_put_u256(&w, &n);
        pair(err, ss_written(&w));
    }
}

static void children(const ss_message *m, ss_call *c) {
    ss_result r;
    if (ss_is(c->method, "in_sandbox")) {
        ss_span call = ss_get_value(&c->args);
        uint32_t allow = ss_get_u32(&c->args);
        ss_args_done(c, 2);
        r = ss_sandbox(SS_STR("contract"), call, allow);
    } else if (ss_is(c->method, "in_block")) {
        ss_span leader = ss_get_value(&c->args), validator = ss_get_value(&c->args);
        ss_args_done(c, 2);
        r = ss_run_nondet(leader, validator);
    } else if (ss_is(c->method, "in_call")) {
        ss_span call = ss_get_value(&c->args);
        ss_args_done(c, 1);
        r = ss_call_contract(m->contract, call, SS_STATE_DEFAULT);
    } else return;
    ss_must(r.err);
    ss_return_bytes(r.buffer);
}

SS_EXPORT("_start") void start(void) {
    ss_message m = ss_read_message();
    if (m.is_init) ss_return_null();
    ss_call c = ss_read_call(&m);
    if (ss_is(c.method, "judge")) {
        ss_span call = ss_get_value(&c.args);
        ss_args_done(&c, 1);
        ss_require(m.leaders_result.at, "nothing to judge");
        judged = m.leaders_result;
        m.entry_data = call;
        c = ss_read_call(&m);
    }
    storage(&c);
    children(&m, &c);
    if (ss_is(c.method, "send_all")) send_all(&c);
    if (ss_is(c.method, "send")) {
        ss_span request = ss_get_bytes(&c.args), file;
        ss_args_done(&c, 1);
        uint32_t err = send(request, &file);
        pair(err, file);
    }
    if (ss_is(c.method, "agree")) {
        bool yes = ss_get_bool(&c.args);
        ss_args_done(&c, 1);
        ss_return_bool(yes);
    }
    ss_require(ss_is(c.method, "message"), "unknown method");
    ss_return_value(m.octets);
}
