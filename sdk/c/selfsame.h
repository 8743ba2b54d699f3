/* The contract SDK in one header: freestanding C to WebAssembly, no libc. docs/sdk-c.md shows its use.
 *
 *   calldata.h  values: writer, reader, arena (included)
 *   imports     the five functions of `genlayer_sdk` and the few of WASI that a contract needs
 *   message     what the sub-VM was started with, and the call in it
 *   requests    one function for each request of sdk.md
 *
 * Everything is static, so a contract holds only what it uses. An argument fault is an errno the
 * contract can handle; a fault of resources ends the sub-VM and never comes back here. */
#ifndef SELFSAME_H
#define SELFSAME_H

#include "calldata.h"

/* The errno of `genlayer_sdk`; not that of WASI. Spec: sdk.md 1. */
enum {
    SS_OK = 0, SS_OVERFLOW = 1, SS_INVAL = 2, SS_FAULT = 3, SS_ILSEQ = 4, SS_IO = 5,
    SS_FORBIDDEN = 6, SS_INBALANCE = 7
};
#define SS_NO_FILE 0xffffffffu

/* ---- imports -------------------------------------------------------------------------------- */

typedef struct { const void *at; uint32_t len; } ss_iovec;

#ifdef __wasm__
#define SS_IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#else
#define SS_IMPORT(module, name) extern /* a native test defines them */
#endif

SS_IMPORT("genlayer_sdk", "storage_read") uint32_t ss_sdk_storage_read(const void *slot, uint32_t index, void *buf, uint32_t len);
SS_IMPORT("genlayer_sdk", "storage_write") uint32_t ss_sdk_storage_write(const void *slot, uint32_t index, const void *buf, uint32_t len);
SS_IMPORT("genlayer_sdk", "get_balance") uint32_t ss_sdk_get_balance(const void *address, void *result);
SS_IMPORT("genlayer_sdk", "get_self_balance") uint32_t ss_sdk_get_self_balance(void *result);
SS_IMPORT("genlayer_sdk", "gl_call") uint32_t ss_sdk_gl_call(const void *request, uint32_t len, uint32_t *fd);
SS_IMPORT("wasi_snapshot_preview1", "fd_read") uint32_t ss_wasi_fd_read(uint32_t fd, const ss_iovec *iovs, uint32_t n, uint32_t *read);
SS_IMPORT("wasi_snapshot_preview1", "fd_write") uint32_t ss_wasi_fd_write(uint32_t fd, const ss_iovec *iovs, uint32_t n, uint32_t *written);
SS_IMPORT("wasi_snapshot_preview1", "fd_close") uint32_t ss_wasi_fd_close(uint32_t fd);
SS_IMPORT("wasi_snapshot_preview1", "proc_exit") _Noreturn void ss_wasi_proc_exit(uint32_t code);

/* ---- files and failures --------------------------------------------------------------------- */

/* Everything from the descriptor's position to its end, in the arena. The descriptor stays open. */
SS_FN ss_span ss_read_all(uint32_t fd) {
    enum { STEP = 4096 };
    uint8_t *from = ss_alloc(STEP);
    uint32_t len = 0, cap = STEP, got;
    for (;;) {
        if (cap - len < STEP) {
            /* Nothing else allocates meanwhile and STEP is a multiple of 8: the next piece adjoins. */
            ss_alloc(STEP * 4);
            cap += STEP * 4;
        }
        ss_iovec iov = {from + len, cap - len};
        got = 0;
        if (ss_wasi_fd_read(fd, &iov, 1, &got) != 0 || got == 0) break;
        len += got;
    }
    ss_release((uintptr_t)from + len);
    return SS_SPAN(from, len);
}

/* To the diagnostic stream: no part of any result. */
SS_FN void ss_log(const char *text) {
    ss_span s = ss_text(text);
    ss_iovec iov = {s.at, s.len};
    uint32_t n;
    ss_wasi_fd_write(2, &iov, 1, &n);
}

/* Sends one request. `fd` gets the file of the answer or SS_NO_FILE, on SS_OK only. */
SS_FN uint32_t ss_send(const ss_writer *request, uint32_t *fd) {
    *fd = SS_NO_FILE;
    if (request->full) return SS_OVERFLOW;
    return ss_sdk_gl_call(request->at, request->len, fd);
}

/* A request with the single key `name`; `room` is for the payload's octets of variable size. */
SS_FN ss_writer ss_request(const char *name, uint64_t room) {
    if (room > 0xffff0000u) __builtin_trap();
    ss_writer w = ss_writer_new((uint32_t)room + 512);
    ss_put_map(&w, 1);
    ss_put_key(&w, name);
    return w;
}

/* Sends a request without an answer and frees everything since `mark`. */
SS_FN uint32_t ss_send_only(const ss_writer *request, uintptr_t mark) {
    uint32_t fd, err = ss_send(request, &fd);
    ss_release(mark);
    return err;
}

/* Sends a request, frees everything since `mark`, reads the answer's file there and closes it. */
SS_FN uint32_t ss_send_for(const ss_writer *request, uintptr_t mark, ss_span *file) {
    uint32_t fd, err = ss_send(request, &fd);
    ss_release(mark);
    *file = SS_SPAN(NULL, 0);
    if (err != SS_OK) return err;
    if (fd != SS_NO_FILE) {
        *file = ss_read_all(fd);
        ss_wasi_fd_close(fd);
    }
    return SS_OK;
}

/* Ends the sub-VM with UserError(text). */
SS_FN _Noreturn void ss_user_error(const char *text) {
    ss_writer w = ss_request("UserError", ss_text(text).len);
    uint32_t fd;
    ss_put_text(&w, text);
    ss_send(&w, &fd);
    __builtin_trap();
}

/* Ends the sub-VM with UserError(the value written). */
SS_FN _Noreturn void ss_user_error_value(ss_span value) {
    ss_writer w = ss_request("UserError", value.len);
    uint32_t fd;
    ss_put_raw(&w, value);
    ss_send(&w, &fd);
    __builtin_trap();
}

SS_FN void ss_require(bool condition, const char *otherwise) {
    if (!condition) ss_user_error(otherwise);
}

SS_FN const char *ss_errno_name(uint32_t err) {
    static const char *const names[] = {"success", "overflow", "inval", "fault", "ilseq", "io", "forbidden", "inbalance"};
    return err < 8 ? names[err] : "unknown errno";
}

/* Turns an errno that the contract does not expect into a user error of its name. */
SS_FN void ss_must(uint32_t err) {
    if (err != SS_OK) ss_user_error(ss_errno_name(err));
}

/* ---- return --------------------------------------------------------------------------------- */

SS_FN _Noreturn void ss_return_value(ss_span value) {
    ss_writer w = ss_request("Return", value.len);
    uint32_t fd;
    ss_put_raw(&w, value);
    ss_must(ss_send(&w, &fd));
    __builtin_trap();
}
SS_FN _Noreturn void ss_return(const ss_writer *value) {
    ss_require(!value->full, "the result does not fit its buffer");
    ss_return_value(ss_written(value));
}
SS_FN _Noreturn void ss_return_null(void) { ss_return_value(SS_STR("\x00")); }
SS_FN _Noreturn void ss_return_bool(bool b) { ss_return_value(b ? SS_STR("\x10") : SS_STR("\x08")); }
SS_FN _Noreturn void ss_return_u256(const ss_u256 *n) {
    ss_writer w = ss_writer_new(40);
    ss_put_u256(&w, n);
    ss_return(&w);
}
SS_FN _Noreturn void ss_return_u64(uint64_t n) {
    ss_u256 wide = ss_u256_of(n);
    ss_return_u256(&wide);
}
SS_FN _Noreturn void ss_return_str(ss_span s) {
    ss_writer w = ss_writer_new(s.len + 8);
    ss_put_str(&w, s);
    ss_return(&w);
}
SS_FN _Noreturn void ss_return_bytes(ss_span s) {
    ss_writer w = ss_writer_new(s.len + 8);
    ss_put_bytes(&w, s);
    ss_return(&w);
}

/* ---- the startup message -------------------------------------------------------------------- */

enum { SS_ENTRY_MAIN = 0, SS_ENTRY_SANDBOX = 1, SS_ENTRY_NONDET = 2 };

/* Spans point into the message's octets. Spec: vm.md 3, storage-and-contract.md 4. */
typedef struct {
    ss_span octets;         /* the whole message */
    uint32_t entry_kind;    /* SS_ENTRY_... */
    bool is_init;
    ss_address contract, sender, origin, signer;
    ss_u256 value;
    ss_span datetime;       /* RFC 3339 text */
    ss_span entry_data;     /* as it came; a call map for SS_ENTRY_MAIN */
    ss_span leaders_result; /* validator of a block: [code][data]; else at = NULL */
    ss_reader stack;        /* at the Array of calling contracts */
} ss_message;

/* A call map taken apart: {"": method, "args": [...], "kwargs": {...}}, each part optional. */
typedef struct {
    ss_span method;   /* empty if absent */
    ss_reader args;   /* at the first argument */
    uint32_t n_args;
    ss_reader kwargs; /* at the map, or bad if absent: for ss_field */
} ss_call;

SS_FN ss_message ss_read_message(void) {
    ss_message m = {0};
    ss_reader r, stage;
    m.octets = ss_read_all(0);
    ss_reader all = ss_reader_on(m.octets);
    bool ok = ss_field(all, "entry_kind", &r);
    m.entry_kind = ss_get_u32(&r);
    ok &= ss_field(all, "is_init", &r);
    m.is_init = ss_get_bool(&r);
    ok &= ss_field(all, "contract_address", &r);
    m.contract = ss_get_address(&r);
    ok &= ss_field(all, "sender_address", &r);
    m.sender = ss_get_address(&r);
    ok &= ss_field(all, "origin_address", &r);
    m.origin = ss_get_address(&r);
    ok &= ss_field(all, "signer_address", &r);
    m.signer = ss_get_address(&r);
    ok &= ss_field(all, "value", &r);
    m.value = ss_get_u256(&r);
    ok &= ss_field(all, "datetime", &r);
    m.datetime = ss_get_str(&r);
    ok &= ss_field(all, "entry_data", &r);
    m.entry_data = ss_get_bytes(&r);
    ok &= ss_field(all, "stack", &m.stack);
    if (ss_field(all, "entry_stage_data", &stage) && ss_peek(stage) == SS_MAP && ss_field(stage, "leaders_result", &r))
        m.leaders_result = ss_get_bytes(&r);
    if (!ok) __builtin_trap(); /* not a startup message: nothing can be done with it */
    return m;
}

/* False if the octets are not a call map. */
SS_FN bool ss_parse_call(ss_span octets, ss_call *c) {
    if (!ss_valid(octets)) return false;
    ss_reader all = ss_reader_on(octets), r;
    c->method = SS_STR("");
    c->args = ss_reader_on(SS_STR(""));
    c->n_args = 0;
    if (ss_peek(all) != SS_MAP) return false;
    if (ss_field(all, "", &r)) {
        c->method = ss_get_str(&r);
        if (r.bad) return false;
    }
    if (ss_field(all, "args", &r)) {
        c->n_args = ss_get_array(&r);
        c->args = r;
        if (r.bad) return false;
    }
    ss_field(all, "kwargs", &c->kwargs);
    return true;
}

/* The call in a message, or a user error. */
SS_FN ss_call ss_read_call(const ss_message *m) {
    ss_call c;
    ss_require(ss_parse_call(m->entry_data, &c), "entry data is not a call");
    return c;
}

/* Ends with a user error unless exactly the `n` arguments were there and read without a fault. */
SS_FN void ss_args_done(const ss_call *c, uint32_t n) {
    ss_require(c->n_args == n && !c->args.bad && c->args.at == c->args.end, "bad arguments");
}

/* ---- storage and balances ------------------------------------------------------------------- */

/* A slot named by at most 12 octets of text and 20 octets: one slot an address, without a hash. It
 * cannot meet the root slot (all zero); to meet a derived one takes a hash with 12 chosen octets. */
SS_FN ss_slot ss_named_slot(const char *name, const ss_address *a) {
    ss_slot s = {{0}};
    for (int i = 0; i < 12 && name[i]; i++) s.b[i] = (uint8_t)name[i];
    if (a)
        for (int i = 0; i < 20; i++) s.b[12 + i] = a->b[i];
    return s;
}

SS_FN void ss_load(const ss_slot *slot, uint32_t index, void *buf, uint32_t len) {
    ss_must(ss_sdk_storage_read(slot->b, index, buf, len));
}
SS_FN void ss_store(const ss_slot *slot, uint32_t index, const void *buf, uint32_t len) {
    ss_must(ss_sdk_storage_write(slot->b, index, buf, len));
}
SS_FN ss_u256 ss_load_u256(const ss_slot *slot, uint32_t index) {
    ss_u256 n;
    ss_load(slot, index, &n, 32);
    return n;
}
SS_FN void ss_store_u256(const ss_slot *slot, uint32_t index, const ss_u256 *n) { ss_store(slot, index, n, 32); }

/* Content of variable size: u32le length, then the octets, both in `slot` from `index`. */
SS_FN ss_span ss_load_sized(const ss_slot *slot, uint32_t index) {
    uint32_t len;
    ss_load(slot, index, &len, 4);
    uint8_t *at = ss_alloc(len);
    ss_load(slot, index + 4, at, len);
    return SS_SPAN(at, len);
}
SS_FN void ss_store_sized(const ss_slot *slot, uint32_t index, ss_span s) {
    ss_store(slot, index, &s.len, 4);
    ss_store(slot, index + 4, s.at, s.len);
}

SS_FN ss_u256 ss_balance(ss_address a) {
    ss_u256 n;
    ss_must(ss_sdk_get_balance(a.b, &n));
    return n;
}
SS_FN ss_u256 ss_self_balance(void) {
    ss_u256 n;
    ss_must(ss_sdk_get_self_balance(&n));
    return n;
}

/* ---- sub-VMs -------------------------------------------------------------------------------- */

/* What a child came to. `code`: 0 Return and 1 UserError with a value, 2 VMError with its text. */
typedef struct { uint32_t err; uint8_t code; ss_span data, buffer; } ss_result;

SS_FN ss_result ss_split_result(uint32_t err, ss_span buffer) {
    ss_result r = {err, 2, {NULL, 0}, buffer};
    if (err == SS_OK && buffer.len) {
        r.code = buffer.at[0];
        r.data = SS_SPAN(buffer.at + 1, buffer.len - 1);
    }
    return r;
}

enum { SS_STATE_DEFAULT = 0, SS_STATE_FINAL = 1, SS_STATE_NON_FINAL = 2 };

/* `call` is an encoded call map. The callee reads its committed state and cannot write. */
SS_FN ss_result ss_call_contract(ss_address to, ss_span call, uint32_t state) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("CallContract", call.len);
    ss_put_map(&w, 3);
    ss_put_key(&w, "address");
    ss_put_address(&w, to);
    ss_put_key(&w, "calldata");
    ss_put_raw(&w, call);
    ss_put_key(&w, "state");
    ss_put_u64(&w, state);
    ss_span file;
    uint32_t err = ss_send_for(&w, mark, &file);
    return ss_split_result(err, file);
}

/* Runs this contract anew in a block of its own: the leader with `leader` as entry data, a validator
 * with `validator` and the leader's result. */
SS_FN ss_result ss_run_nondet(ss_span leader, ss_span validator) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("RunNondet", (uint64_t)leader.len + validator.len);
    ss_put_map(&w, 3);
    ss_put_key(&w, "data_leader");
    ss_put_bytes(&w, leader);
    ss_put_key(&w, "data_validator");
    ss_put_bytes(&w, validator);
    ss_put_key(&w, "runner");
    ss_put_text(&w, "contract");
    ss_span file;
    uint32_t err = ss_send_for(&w, mark, &file);
    return ss_split_result(err, file);
}

enum { SS_ALLOW_WRITE = 1, SS_ALLOW_SEND = 2, SS_ALLOW_REGISTER = 4 };

/* Runs `runner` (an id, "contract" for this one) with at most the permissions of `allow`. */
SS_FN ss_result ss_sandbox(ss_span runner, ss_span data, uint32_t allow) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("Sandbox", (uint64_t)runner.len + data.len);
    ss_put_map(&w, 5);
    ss_put_key(&w, "allow_register_runners");
    ss_put_bool(&w, allow & SS_ALLOW_REGISTER);
    ss_put_key(&w, "allow_send_messages");
    ss_put_bool(&w, allow & SS_ALLOW_SEND);
    ss_put_key(&w, "allow_write_storage");
    ss_put_bool(&w, allow & SS_ALLOW_WRITE);
    ss_put_key(&w, "data");
    ss_put_bytes(&w, data);
    ss_put_key(&w, "runner");
    ss_put_str(&w, runner);
    ss_span file;
    uint32_t err = ss_send_for(&w, mark, &file);
    return ss_split_result(err, file);
}

/* `id` gets the runner's id as text, for ss_sandbox. */
SS_FN uint32_t ss_register_runner(ss_span code, ss_span *id) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("RegisterRunner", code.len);
    ss_put_map(&w, 1);
    ss_put_key(&w, "code");
    ss_put_bytes(&w, code);
    ss_span file;
    uint32_t err = ss_send_for(&w, mark, &file);
    ss_reader r = ss_reader_on(file);
    if (err == SS_OK) *id = ss_get_str(&r);
    return err;
}

/* ---- messages and events -------------------------------------------------------------------- */

/* `call` is an encoded call map, `on` "accepted" or "finalized". */
SS_FN uint32_t ss_post_message(ss_address to, ss_span call, const ss_u256 *value, const char *on) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("PostMessage", call.len);
    ss_put_map(&w, 4);
    ss_put_key(&w, "address");
    ss_put_address(&w, to);
    ss_put_key(&w, "calldata");
    ss_put_raw(&w, call);
    ss_put_key(&w, "on");
    ss_put_text(&w, on);
    ss_put_key(&w, "value");
    ss_put_u256(&w, value);
    return ss_send_only(&w, mark);
}

/* `init` is an encoded deploy map (no method). */
SS_FN uint32_t ss_deploy(ss_span code, ss_span init, const ss_u256 *value, const ss_u256 *salt, const char *on) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("DeployContract", (uint64_t)code.len + init.len);
    ss_put_map(&w, 5);
    ss_put_key(&w, "calldata");
    ss_put_raw(&w, init);
    ss_put_key(&w, "code");
    ss_put_bytes(&w, code);
    ss_put_key(&w, "on");
    ss_put_text(&w, on);
    ss_put_key(&w, "salt_nonce");
    ss_put_u256(&w, salt);
    ss_put_key(&w, "value");
    ss_put_u256(&w, value);
    return ss_send_only(&w, mark);
}

/* A call or a transfer outside: always released on finalisation. */
SS_FN uint32_t ss_eth_send(ss_address to, ss_span calldata, const ss_u256 *value) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("EthSend", calldata.len);
    ss_put_map(&w, 3);
    ss_put_key(&w, "address");
    ss_put_address(&w, to);
    ss_put_key(&w, "calldata");
    ss_put_bytes(&w, calldata);
    ss_put_key(&w, "value");
    ss_put_u256(&w, value);
    return ss_send_only(&w, mark);
}

/* At most 4 topics; `blob` is an encoded Map. */
SS_FN uint32_t ss_emit_event(const ss_slot *topics, uint32_t n, ss_span blob) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("EmitEvent", (uint64_t)blob.len + 34 * (uint64_t)n);
    ss_put_map(&w, 2);
    ss_put_key(&w, "blob");
    ss_put_raw(&w, blob);
    ss_put_key(&w, "topics");
    ss_put_array(&w, n);
    for (uint32_t i = 0; i < n; i++) ss_put_bytes(&w, SS_SPAN(topics[i].b, 32));
    return ss_send_only(&w, mark);
}

/* ---- web and language model: blocks only ---------------------------------------------------- */

/* `ok`: the module answered and `value` stands at its answer; else at its error, if err is SS_OK. */
typedef struct { uint32_t err; bool ok; ss_reader value; } ss_answer;

SS_FN ss_answer ss_ask_module(const ss_writer *request, uintptr_t mark) {
    ss_span file;
    ss_answer a = {ss_send_for(request, mark, &file), false, {NULL, NULL, true}};
    if (a.err != SS_OK) return a;
    a.ok = ss_field(ss_reader_on(file), "ok", &a.value);
    if (!a.ok) ss_field(ss_reader_on(file), "error", &a.value);
    return a;
}

/* The answer: {"body": Bytes, "headers": Map, "status": Int}. `headers` is an encoded Map. */
SS_FN ss_answer ss_web_request(const char *method, ss_span url, ss_span headers, ss_span body) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("WebRequest", (uint64_t)url.len + headers.len + body.len);
    ss_put_map(&w, 4);
    ss_put_key(&w, "body");
    ss_put_bytes(&w, body);
    ss_put_key(&w, "headers");
    ss_put_raw(&w, headers);
    ss_put_key(&w, "method");
    ss_put_text(&w, method);
    ss_put_key(&w, "url");
    ss_put_str(&w, url);
    return ss_ask_module(&w, mark);
}
SS_FN ss_answer ss_web_get(ss_span url) { return ss_web_request("GET", url, SS_STR("\x06"), SS_STR("")); }

/* `mode`: "text", "html" or "screenshot"; `wait` as in "0ms", "5s". */
SS_FN ss_answer ss_web_render(const char *mode, ss_span url, const char *wait) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("WebRender", url.len);
    ss_put_map(&w, 3);
    ss_put_key(&w, "mode");
    ss_put_text(&w, mode);
    ss_put_key(&w, "url");
    ss_put_str(&w, url);
    ss_put_key(&w, "wait_after_loaded");
    ss_put_text(&w, wait);
    return ss_ask_module(&w, mark);
}

/* The answer: Str, or a Map with `json`. */
SS_FN ss_answer ss_exec_prompt(ss_span prompt, bool json) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("ExecPrompt", prompt.len);
    ss_put_map(&w, 3);
    ss_put_key(&w, "images");
    ss_put_array(&w, 0);
    ss_put_key(&w, "prompt");
    ss_put_str(&w, prompt);
    ss_put_key(&w, "response_format");
    ss_put_text(&w, json ? "json" : "text");
    return ss_ask_module(&w, mark);
}

/* Do both answers satisfy the principle? The answer: Bool. */
SS_FN ss_answer ss_eq_comparative(ss_span leader_answer, ss_span principle, ss_span validator_answer) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("ExecPromptTemplate", (uint64_t)leader_answer.len + principle.len + validator_answer.len);
    ss_put_map(&w, 4);
    ss_put_key(&w, "leader_answer");
    ss_put_str(&w, leader_answer);
    ss_put_key(&w, "principle");
    ss_put_str(&w, principle);
    ss_put_key(&w, "template");
    ss_put_text(&w, "EqComparative");
    ss_put_key(&w, "validator_answer");
    ss_put_str(&w, validator_answer);
    return ss_ask_module(&w, mark);
}

/* Does `output` solve the task on `input` by the criteria? The answer: Bool. With output.at = NULL:
 * solve it; the answer: Str. */
SS_FN ss_answer ss_eq_non_comparative(ss_span criteria, ss_span input, ss_span task, ss_span output) {
    uintptr_t mark = ss_mark();
    ss_writer w = ss_request("ExecPromptTemplate", (uint64_t)criteria.len + input.len + task.len + output.len);
    ss_put_map(&w, output.at ? 5 : 4);
    ss_put_key(&w, "criteria");
    ss_put_str(&w, criteria);
    ss_put_key(&w, "input");
    ss_put_str(&w, input);
    if (output.at) {
        ss_put_key(&w, "output");
        ss_put_str(&w, output);
    }
    ss_put_key(&w, "task");
    ss_put_str(&w, task);
    ss_put_key(&w, "template");
    ss_put_text(&w, output.at ? "EqNonComparativeValidator" : "EqNonComparativeLeader");
    return ss_ask_module(&w, mark);
}

#endif
