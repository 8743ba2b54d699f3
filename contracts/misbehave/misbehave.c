/* One method for each fault, so that tests and simulations can name what they want to see. The entry data
 * of every kind of sub-VM is a call, so each fault can happen in main, a sandbox or a block.
 *
 *   method                 what comes of it (in main, with the default limits)
 *   trap                   VMError wasm_trap unreachable
 *   memory_out_of_bounds   VMError wasm_trap memory_out_of_bounds
 *   table_out_of_bounds    VMError wasm_trap table_out_of_bounds
 *   null_call              VMError wasm_trap indirect_call_to_null
 *   bad_signature          VMError wasm_trap bad_signature
 *   stack_overflow         VMError wasm_trap stack_overflow
 *   divide_by_zero         VMError wasm_trap integer_divide_by_zero
 *   integer_overflow       VMError wasm_trap integer_overflow
 *   bad_conversion         VMError wasm_trap bad_conversion_to_integer
 *   loop                   VMError wasm_trap out_of_fuel
 *   bad_pointer            VMError wasm_trap fault (storage_read far outside memory)
 *   misaligned_fd          VMError wasm_trap fault (gl_call's fd_out at an odd address)
 *   exit(n: Int)           VMError exit_code n; Return Null for 0
 *   fd_leak                VMError out_of fds: descriptors opened and never closed
 *   storage_bomb           VMError out_of storage or out_of memory: pages without end
 *   runner_bomb            VMError out_of memory: 16 MiB runners without end
 *   event_bomb             VMError out_of receipt event, if that budget is finite; else out_of memory
 *   sandbox_depth          Return Int: sandboxes in sandboxes until out_of vm_recursion or out_of memory
 *   call_depth             Return Int: the same through CallContract
 *   huge_return            VMError wasm_trap or Return: 64 MiB of Bytes
 *   memory_bomb            Return Int: pages of 64 KiB that memory.grow gave before it said -1
 *   table_bomb             Return Int: elements that table.grow gave before it said -1
 *   bad_calldata           Return Int 2 (inval): a gl_call of garbage
 *   bad_return             Return Int 2 (inval): a Return whose value is cut short
 *   bad_range              Return Int 2 (inval): storage_write past the end of its slot
 *   write_root             Return Int: errno of a write to the root slot at 37 (permissions)
 *   write                  Return Int: errno of a storage_write; 6 (forbidden) without the permission
 *   read                   Return Int: errno of a storage_read; 6 in a block
 *   web                    Return Int: errno of a WebRequest; 6 in deterministic mode
 *   post                   Return Int: errno of a PostMessage; 6 without the permission
 *   user_error             UserError "no"
 *   user_error_deep        UserError of 100 nested arrays
 *   write_then_trap        VMError wasm_trap unreachable: the write must not survive, but see in_sandbox
 *   fall_off               Return Null: the entry point just ends
 *   random                 Return Int: 8 octets of random_get; on all nodes equal in deterministic mode only
 *   clock                  Return Int: GetTimestamp; the same
 *   written() -> Int       what `write` and `write_then_trap` left: the octet at 0
 *   in_sandbox(method: Str, allow: Int) -> Bytes      that method in a sandbox: [code][data]
 *   in_block(method: Str, validator: Str) -> Bytes    those methods as leader and validator program
 *   agree, disagree        Return true, false: programs for a validator
 *
 * Storage: slot "misbehave": 0 one octet; bombs go on in slots of that name. */
#include "selfsame.h"

SS_IMPORT("wasi_snapshot_preview1", "random_get") uint32_t ss_wasi_random_get(void *buf, uint32_t len);

static ss_slot own_slot(void) { return ss_named_slot("misbehave", NULL); }

/* Read where the compiler must not know the value. */
static volatile uint32_t zero, one = 1;

static void two_arguments(uint32_t a, uint32_t b) { zero += a & b & 0; }
static void (*volatile known)(uint32_t, uint32_t) = two_arguments;

static __externref_t spare[0]; /* a table that starts empty, for table_bomb */

static __attribute__((noinline)) uint32_t recurse(uint32_t n) { return zero ? n : recurse(n + 1) + one; }

/* Calls the table's element `index` as a function without parameters. */
static void call_element(uintptr_t index) {
    void (*volatile f)(void) = (void (*)(void))index;
    f();
}

static _Noreturn void result_of(ss_result r) {
    ss_must(r.err);
    ss_return_bytes(r.buffer);
}

static ss_span call_of(ss_span method) {
    ss_writer w = ss_writer_new(method.len + 16);
    ss_put_map(&w, 1);
    ss_put_key(&w, "");
    ss_put_str(&w, method);
    return ss_written(&w);
}

static uint32_t raw(ss_span request) {
    uint32_t fd;
    return ss_sdk_gl_call(request.at, request.len, &fd);
}

static void traps(ss_span method) {
    if (ss_is(method, "trap")) __builtin_trap();
    if (ss_is(method, "memory_out_of_bounds")) *(volatile uint32_t *)(uintptr_t)(0xfffffff0u + zero) = 1;
    if (ss_is(method, "table_out_of_bounds")) call_element(0x7fffffff);
    if (ss_is(method, "null_call")) call_element(0); /* the linker leaves element 0 empty */
    if (ss_is(method, "bad_signature")) call_element((uintptr_t)known);
    if (ss_is(method, "stack_overflow")) ss_return_u64(recurse(0));
    if (ss_is(method, "divide_by_zero")) ss_return_u64(one / zero);
    if (ss_is(method, "integer_overflow")) ss_return_u64((uint32_t)((int32_t)(one << 31) / -(int32_t)one));
    if (ss_is(method, "bad_conversion")) {
        double nan = (double)zero / (double)zero;
        ss_return_u64((uint32_t)__builtin_wasm_trunc_s_i32_f64(nan));
    }
    if (ss_is(method, "loop"))
        for (;;) zero = 0;
    if (ss_is(method, "bad_pointer")) ss_sdk_storage_read(own_slot().b, 0, (void *)(uintptr_t)(0xffffffe0u + zero), 32);
    if (ss_is(method, "misaligned_fd")) {
        uint32_t room[2];
        ss_sdk_gl_call(SS_STR("\x0e\x05Yield\x00").at, 8, (uint32_t *)((uintptr_t)room + one));
    }
}

/* Resources used up without end. */
static void bombs(const ss_message *m, ss_span method) {
    uint32_t n = 0;
    if (ss_is(method, "fd_leak"))
        for (;;) ss_must(raw(SS_STR("\x0e\x0cGetTimestamp\x00")));
    if (ss_is(method, "storage_bomb")) {
        ss_slot slot = own_slot();
        uint8_t *page = ss_alloc(65536);
        for (;; n += 65536) {
            slot.b[31] += n == 0;
            ss_store(&slot, n, page, 65536);
        }
    }
    if (ss_is(method, "runner_bomb")) {
        /* Text with a header: a runner that parses; each one differs in its last octets. */
        uint32_t len = 16 << 20;
        uint8_t *code = ss_alloc(len);
        for (uint32_t i = 0; i < len; i++) code[i] = ' ';
        static const char head[] = "#{\"StartWasm\":\"file\"}\n";
        for (uint32_t i = 0; head[i]; i++) code[i] = (uint8_t)head[i];
        for (uintptr_t mark = ss_mark();; ss_release(mark), n++) {
            ss_span id;
            for (int i = 0; i < 4; i++) code[len - 1 - (uint32_t)i] = (uint8_t)('0' + (n >> (4 * i) & 15));
            ss_must(ss_register_runner(SS_SPAN(code, len), &id));
        }
    }
    if (ss_is(method, "event_bomb")) {
        ss_writer blob = ss_writer_new(4200);
        ss_put_map(&blob, 1);
        ss_put_key(&blob, "x");
        ss_put_bytes(&blob, SS_SPAN(ss_alloc(4096), 4096));
        for (;;) ss_must(ss_emit_event(NULL, 0, ss_written(&blob)));
    }
    if (ss_is(method, "sandbox_depth") || ss_is(method, "call_depth")) {
        ss_result r = ss_is(method, "call_depth") ? ss_call_contract(m->contract, call_of(method), SS_STATE_DEFAULT)
                                                  : ss_sandbox(SS_STR("contract"), call_of(method), 0);
        ss_must(r.err);
        ss_reader value = ss_reader_on(r.data);
        ss_return_u64(r.code == 0 ? ss_get_u64(&value) + 1 : 0);
    }
    if (ss_is(method, "memory_bomb")) {
        while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1) n++;
        ss_return_u64(n);
    }
    if (ss_is(method, "table_bomb")) {
        while (__builtin_wasm_table_grow(spare, __builtin_wasm_ref_null_extern(), 1024) != -1) n += 1024;
        ss_return_u64(n);
    }
    if (ss_is(method, "huge_return")) ss_return_bytes(SS_SPAN(ss_alloc(64 << 20), 64 << 20));
}

/* Requests that are refused. Each gives its errno back. */
static void refused(const ss_message *m, ss_span method) {
    ss_slot slot = own_slot(), root = {{0}};
    uint8_t octet = 7;
    if (ss_is(method, "bad_calldata")) ss_return_u64(raw(SS_STR("\x07\x80 garbage")));
    if (ss_is(method, "bad_return")) ss_return_u64(raw(SS_STR("\x0e\x06Return\x1d\x00")));
    if (ss_is(method, "bad_range")) ss_return_u64(ss_sdk_storage_write(slot.b, 0xffffffff, &slot, 32));
    if (ss_is(method, "write_root")) ss_return_u64(ss_sdk_storage_write(root.b, 37, &octet, 1));
    if (ss_is(method, "write")) ss_return_u64(ss_sdk_storage_write(slot.b, 0, &octet, 1));
    if (ss_is(method, "read")) ss_return_u64(ss_sdk_storage_read(slot.b, 0, &octet, 1));
    if (ss_is(method, "web")) ss_return_u64(ss_web_get(SS_STR("http://127.0.0.1:1/")).err);
    if (ss_is(method, "post")) {
        ss_u256 none = ss_u256_of(0);
        ss_return_u64(ss_post_message(m->contract, SS_STR("\x06"), &none, "finalized"));
    }
    if (ss_is(method, "write_then_trap")) {
        ss_store(&slot, 0, &octet, 1);
        __builtin_trap();
    }
    if (ss_is(method, "written")) {
        ss_load(&slot, 0, &octet, 1);
        ss_return_u64(octet);
    }
}

static void ends(ss_span method) {
    if (ss_is(method, "user_error")) ss_user_error("no");
    if (ss_is(method, "user_error_deep")) {
        ss_writer w = ss_writer_new(128);
        for (int i = 0; i < 100; i++) ss_put_array(&w, 1);
        ss_put_null(&w);
        ss_user_error_value(ss_written(&w));
    }
    if (ss_is(method, "agree")) ss_return_bool(true);
    if (ss_is(method, "disagree")) ss_return_bool(false);
    if (ss_is(method, "random")) {
        uint64_t n = 0;
        ss_wasi_random_get(&n, 8);
        ss_return_u64(n);
    }
    if (ss_is(method, "clock")) {
        ss_writer w = ss_request("GetTimestamp", 0);
        ss_span file;
        ss_put_null(&w);
        ss_must(ss_send_for(&w, ss_mark(), &file));
        ss_return_value(file);
    }
}

SS_EXPORT("_start") void start(void) {
    ss_message m = ss_read_message();
    if (m.is_init) ss_return_null();
    ss_call c = ss_read_call(&m);
    traps(c.method);
    bombs(&m, c.method);
    refused(&m, c.method);
    ends(c.method);
    if (ss_is(c.method, "exit")) ss_wasi_proc_exit((uint32_t)ss_get_i64(&c.args));
    if (ss_is(c.method, "fall_off")) return;
    if (ss_is(c.method, "in_sandbox")) {
        ss_span method = ss_get_str(&c.args);
        uint32_t allow = ss_get_u32(&c.args);
        ss_args_done(&c, 2);
        result_of(ss_sandbox(SS_STR("contract"), call_of(method), allow));
    }
    if (ss_is(c.method, "in_block")) {
        ss_span leader = ss_get_str(&c.args), validator = ss_get_str(&c.args);
        ss_args_done(&c, 2);
        result_of(ss_run_nondet(call_of(leader), call_of(validator)));
    }
    ss_user_error("unknown method");
}
