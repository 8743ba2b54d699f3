//! The native stack plays no part: deep recursion and long runs leave a small one where it was.

use selfsame_interp::{
    Caller, Config, Engine, Error, Extern, Instance, Limits, Linker, Module, StackLimits, Store, Tier, Trap,
    Val,
};

/// Native stack of the thread that runs the guest.
const SMALL_STACK: usize = 256 << 10;

/// Runs a test body for each tier in a thread with a small stack.
fn on_a_small_stack(body: fn(Tier)) {
    for tier in [Tier::Fast, Tier::Exact] {
        let thread = std::thread::Builder::new().stack_size(SMALL_STACK);
        thread.spawn(move || body(tier)).expect("a thread").join().expect("the body passes");
    }
}

fn engine(tier: Tier, stack: StackLimits) -> Engine {
    let limits = Limits { value_slots: stack.value_slots, ..Limits::default() };
    Engine::new(Config::new().tier(tier).stack(stack).limits(limits))
}

fn instance(engine: &Engine, text: &str) -> (Store<()>, Instance) {
    let module = Module::new(engine, wat::parse_str(text).expect("the text")).expect("the module");
    let mut store = Store::new(engine, ());
    store.set_gas(u64::MAX);
    let instance = Instance::new(&mut store, &module, &[]).expect("the instance");
    (store, instance)
}

/// One of each kind of step in a loop: ten million instructions.
const LONG: &str = r#"(module (memory 1) (global $g (mut i32) (i32.const 0)) (table 1 funcref)
    (elem (i32.const 0) $inc) (type $t (func (param i32) (result i32)))
    (func $inc (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func $tail (param i32) (result i32) (return_call $inc (local.get 0)))
    (func (export "run") (param $n i32) (result i32) (local $x i32) (local $f f64)
        (loop $l
            (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get $x)))
            (global.set $g (i32.xor (global.get $g) (local.get $n)))
            (local.set $x (call $inc (local.get $x)))
            (local.set $x (call_indirect (type $t) (local.get $x) (i32.const 0)))
            (local.set $x (call $tail (local.get $x)))
            (local.set $f (f64.add (local.get $f) (f64.const 0.5)))
            (block $a (block $b (br_table $a $b (i32.and (local.get $n) (i32.const 1)))))
            (if (i32.and (local.get $n) (i32.const 2)) (then (memory.fill (i32.const 16) (i32.const 1) (i32.const 8))))
            (local.set $x (select (local.get $x) (i32.const 1) (i32.ne (local.get $x) (i32.const 0))))
            (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $x)))"#;

#[test]
fn ten_million_instructions_leave_the_native_stack_where_it_was() {
    on_a_small_stack(|tier| {
        let (mut store, instance) = instance(&engine(tier, StackLimits::default()), LONG);
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run").expect("the export");
        let rounds = 200_000;
        assert_eq!(run.call(&mut store, rounds).expect("it returns"), 3 * rounds);
        assert!(store.gas_consumed() > 10_000_000);
    });
}

/// Tail calls of each kind, to the function itself and by way of another instance: what runs next is not in the frame.
const TAIL: &str = r#"(module (type $t (func (param i32) (result i32)))
    (import "other" "step" (func $step (type $t))) (table (export "table") 2 funcref) (elem (i32.const 0) $itself)
    (func $itself (export "itself") (type $t)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
        (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))
    (func $direct (export "direct") (type $t)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
        (return_call $direct (i32.sub (local.get 0) (i32.const 1))))
    (elem (i32.const 1) $elsewhere)
    (func $elsewhere (export "elsewhere") (type $t)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
        (return_call $step (i32.sub (local.get 0) (i32.const 1)))))"#;

/// Without a sibling call at its end, the handler of `return_call_indirect` used up the native stack on aarch64.
#[test]
fn a_million_tail_calls_of_each_kind_leave_the_native_stack_where_it_was() {
    on_a_small_stack(|tier| {
        let engine = engine(tier, StackLimits::default());
        let other = r#"(module (type $t (func (param i32) (result i32))) (table (export "table") 2 funcref)
            (func (export "step") (type $t) (return_call_indirect (type $t) (local.get 0) (i32.const 1))))"#;
        let module =
            |text| Module::new(&engine, wat::parse_str(text).expect("the text")).expect("the module");
        let mut store = Store::new(&engine, ());
        store.set_gas(u64::MAX);
        let other = Instance::new(&mut store, &module(other), &[]).expect("no imports");
        let step = other.get_func(&mut store, "step").expect("the export");
        let instance = Instance::new(&mut store, &module(TAIL), &[Extern::Func(step)]).expect("its import");
        // The other instance's table leads back.
        let back = instance.get_func(&mut store, "elsewhere").expect("the export");
        let Some(Extern::Table(table)) = other.get_export(&mut store, "table") else { panic!("a table") };
        table.set(&mut store, 1, Val::FuncRef(Some(back))).expect("there is room");
        for name in ["itself", "direct", "elsewhere"] {
            let run = instance.get_typed_func::<i32, i32>(&mut store, name).expect("the export");
            assert_eq!(run.call(&mut store, 1_000_000).expect("it returns"), 7, "{name}");
        }
    });
}

const RECURSION: &str = r#"(module
    (func $down (export "run") (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0)))))"#;

#[test]
fn recursion_goes_to_the_call_depth_and_no_further() {
    on_a_small_stack(|tier| {
        let (mut store, instance) = instance(&engine(tier, StackLimits::default()), RECURSION);
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run").expect("the export");
        assert_eq!(run.call(&mut store, 1023).expect("1,024 frames"), 1023);
        let error = run.call(&mut store, 1024).expect_err("1,025 frames");
        assert_eq!(error.trap(), Some(Trap::StackOverflow));
        // The function that could not be entered is the innermost frame.
        assert_eq!(store.frames().len(), 1025);
    });
}

#[test]
fn a_hundred_thousand_frames_fit_a_small_native_stack() {
    on_a_small_stack(|tier| {
        let stack = StackLimits { call_depth: 100_001, value_slots: 1 << 20, ..StackLimits::default() };
        let (mut store, instance) = instance(&engine(tier, stack), RECURSION);
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run").expect("the export");
        assert_eq!(run.call(&mut store, 100_000).expect("it returns"), 100_000);
    });
}

#[test]
fn value_slots_run_out_before_the_call_depth() {
    on_a_small_stack(|tier| {
        // Two operands at the most: two value slots a frame.
        let stack = StackLimits { value_slots: 20, ..StackLimits::default() };
        let (mut store, instance) = instance(&engine(tier, stack), RECURSION);
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run").expect("the export");
        let deepest = (0..100).take_while(|n| run.call(&mut store, *n).is_ok()).count();
        let slots = 3;
        assert_eq!(deepest, 20 / slots);
    });
}

/// A host function that calls back into the guest, which calls it again.
#[test]
fn bouncing_through_the_host_keeps_the_limits() {
    for tier in [Tier::Fast, Tier::Exact] {
        let stack = StackLimits { host_reentry: 20, ..StackLimits::default() };
        let engine = engine(tier, stack);
        let text = r#"(module (import "host" "bounce" (func $bounce (param i32) (result i32)))
            (func (export "run") (param i32) (result i32)
                (i32.add (i32.const 1) (call $bounce (local.get 0)))))"#;
        let module = Module::new(&engine, wat::parse_str(text).expect("the text")).expect("the module");
        let mut linker = Linker::new();
        linker.func_wrap("host", "bounce", |mut caller: Caller<'_, ()>, n: i32| -> Result<i32, Error> {
            if n == 0 {
                return Ok(0);
            }
            let instance = caller.instance().expect("an instance calls");
            let run = instance.get_typed_func::<i32, i32>(&mut caller, "run")?;
            run.call(&mut caller, n - 1)
        });
        let mut store = Store::new(&engine, ());
        store.set_gas(1_000_000);
        let instance = linker.instantiate(&mut store, &module).expect("the instance");
        let run = instance.get_typed_func::<i32, i32>(&mut store, "run").expect("the export");
        assert_eq!(run.call(&mut store, 20).expect("twenty times"), 21);
        let error = run.call(&mut store, 21).expect_err("once too often");
        assert_eq!(error.trap(), Some(Trap::StackOverflow));
    }
}
