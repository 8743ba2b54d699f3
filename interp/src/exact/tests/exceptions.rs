//! Exceptions: where they go, what they carry and cost, and how long they are kept.

use super::{PLENTY, TIERS, call, config, ending, in_portions, instance, stop, traps};
use crate::{
    AsContextMut, Caller, Engine, ErrorKind, ExnRef, Extern, Features, Func, FuncType, Global, GlobalType,
    Instance, Linker, MemoryKind, Module, Opcode, ResourceLimiter, Resumable, Schedule, Store, Tag, Trap,
    Val, ValType,
};
use std::format;
use std::string::String;
use std::vec::Vec;

/// Calls the export `f` with all gas, many lesser amounts, and in portions.
fn returns(text: &str, results: &[Val]) {
    let whole = ending(text, &[]);
    assert_eq!(whole.outcome.as_deref(), Ok(results), "{text}");
    for limit in (0..whole.gas).step_by(37).chain([whole.gas - 1]) {
        let [exact, fast] = TIERS.map(|tier| {
            let (mut store, instance) = instance(&config(tier), text);
            store.set_gas(limit);
            call(&mut store, instance, &[])
        });
        assert_eq!(exact, fast, "the tiers differ with gas {limit}: {text}");
        assert!(matches!(exact.outcome, Err(super::Stop::OutOfGas(_))));
    }
    for (tier, portion) in TIERS.into_iter().flat_map(|tier| [(tier, 61), (tier, 400)]) {
        in_portions(&config(tier), text, &[], results, whole.gas, portion);
    }
}

/// A module with functions that throw, whose `f` has this body and gives an `i32`.
fn module(body: &str) -> String {
    format!(
        r#"(module
            (type $t (func (param i32)))
            (tag $none) (tag $one (param i32)) (tag $two (param i64 i32)) (tag $wide (param i32 v128 i32))
            (tag $ref (param funcref exnref))
            (table 1 1 funcref (ref.func $throw))
            (elem declare func $throw)
            (func $throw (type $t) (throw $one (local.get 0)))
            (func $deep (param i32 i32) (local i64 i64)
                (local.set 2 (i64.const 5))
                (if (local.get 0)
                    (then (call $deep (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))
                    (else (i32.const 77) (call $throw (local.get 1)) (drop))))
            (func $again (param exnref) (i32.const 3) (throw_ref (local.get 0)))
            (func (export "f") (result i32) (local $n i32) (local $e exnref) (local.set $n (i32.const 40))
                {body}))"#
    )
}

/// Labels of all kinds, and what lies on the stack below and above.
#[test]
fn what_is_thrown_goes_to_the_label_with_all_that_is_below() {
    for (body, result) in [
        // In the function itself.
        ("(block $l (result i32) (try_table (catch $one $l) (throw $one (i32.const 7))) (i32.const 1))", 7),
        ("(block $l (try_table (catch_all $l) (throw $one (i32.const 7))) (return (i32.const 1))) (i32.const 2)", 2),
        ("(i32.const 10) (block $l (result i32) (i32.const 20) (try_table (catch $one $l) (i32.const 30)
            (throw $one (local.get $n))) (i32.add (i32.const 1))) (i32.add)", 50),
        // Operands that are a local's, which changes on the way.
        ("(local.get $n) (block $l (result i32) (try_table (catch $one $l) (local.set $n (i32.const 2))
            (throw $one (local.get $n))) (i32.const 1)) (i32.sub)", 38),
        ("(i32.add (local.get $n) (i32.const 1)) (block $l (result i32) (local.get $n) (local.get $n)
            (try_table (param i32) (catch $one $l) (drop) (local.set $n (i32.const 2))
                (call $throw (local.get $n))) (drop) (i32.const 1)) (i32.sub)", 39),
        // From below.
        ("(i32.const 1) (block $l (result i32) (try_table (catch $one $l) (call $deep (i32.const 5) (i32.const 9)))
            (i32.const 1)) (i32.add)", 10),
        ("(i32.const 1) (block $l (result i32) (try_table (catch $one $l)
            (call_indirect (type $t) (i32.const 9) (i32.const 0))) (i32.const 1)) (i32.add)", 10),
        ("(i32.const 1) (block $l (result i32) (try_table (catch $one $l)
            (call_ref $t (i32.const 9) (ref.func $throw))) (i32.const 1)) (i32.add)", 10),
        // To a loop, to the function, to an `if`.
        ("(i32.const 0) (loop $l (param i32) (result i32) (local.set $n)
            (if (i32.gt_s (local.get $n) (i32.const 5)) (then (return (local.get $n))))
            (try_table (catch $one $l) (call $throw (i32.add (local.get $n) (i32.const 2)))) (i32.const 1))", 6),
        ("(try_table (catch $one 0) (call $throw (i32.const 6))) (i32.const 1)", 6),
        ("(try_table (catch $one 0) (throw $one (i32.const 6))) (unreachable)", 6),
        ("(if $l (result i32) (local.get $n) (then (try_table (catch $one $l) (call $throw (i32.const 6)))
            (i32.const 1)) (else (i32.const 2)))", 6),
        ("(if $l (result i32) (i32.eqz (local.get $n)) (then (i32.const 2))
            (else (try_table (catch $one $l) (call $throw (i32.const 6))) (i32.const 1)))", 6),
        // Several values, and vectors.
        ("(block $l (result i64 i32) (try_table (catch $two $l) (throw $two (i64.const 4) (i32.const 8)))
            (unreachable)) (local.set $n) (i32.wrap_i64) (i32.add (local.get $n))", 12),
        ("(v128.const i64x2 1 2) (i32.const 5) (block $l (result i32 v128 i32) (i32.const 1)
            (try_table (catch $wide $l) (throw $wide (i32.const 3) (v128.const i64x2 8 9) (i32.const 4))) (unreachable))
            (local.set $n) (i32.wrap_i64 (i64x2.extract_lane 1)) (i32.add) (i32.add) (i32.add (local.get $n))
            (local.set $n) (i32.wrap_i64 (i64x2.extract_lane 1)) (i32.add (local.get $n))", 23),
        // The first clause that fits, the innermost first.
        ("(block $a (result i32) (block $b (try_table (catch $none $b) (catch_all $b) (catch $one $a)
            (call $throw (i32.const 6))) (unreachable)) (i32.const 3))", 3),
        ("(block $a (result i32) (block $b (result i32) (block $n (try_table (catch $one $a)
            (try_table (catch $none $n) (catch $one $b) (call $throw (i32.const 6))))) (unreachable)) (i32.add (i32.const 1)))", 7),
        ("(block $a (result i32) (block $b (try_table (catch $one $a)
            (try_table (catch $none $b) (call $throw (i32.const 6))))) (i32.const 5))", 6),
        ("(block $a (result i32) (try_table (catch $one $a) (try_table) (try_table (try_table (call $throw (i32.const 6))))) (i32.const 5))", 6),
        // Behind what catches.
        ("(block $a (result i32) (block $b (result i32) (try_table (catch $one $b)) (call $throw (i32.const 6)) (i32.const 5))) ", -1),
        ("(block $a (result i32) (try_table (catch $one $a) (return_call $f)) (i32.const 5))", -1),
        // References.
        ("(block $l (result i32 exnref) (try_table (catch_ref $one $l) (call $deep (i32.const 2) (i32.const 9))) (unreachable))
            (local.set $e) (drop)
            (block $l (result i32) (try_table (catch $one $l) (call $again (local.get $e))) (i32.const 1))", 9),
        ("(block $l (result exnref) (try_table (catch_all_ref $l) (call $deep (i32.const 2) (i32.const 9))) (unreachable))
            (local.set $e)
            (block $l (result i32 exnref) (try_table (catch_ref $one $l) (throw_ref (local.get $e))) (unreachable))
            (local.set $e) (local.set $n)
            (block $l (result i32) (try_table (catch $one $l) (throw_ref (local.get $e))) (i32.const 1))
            (i32.add (local.get $n))", 18),
        ("(block $l (result exnref) (try_table (catch_all_ref $l) (throw $none)) (unreachable)) (local.set $e)
            (block $l (result funcref exnref) (try_table (catch $ref $l) (throw $ref (ref.func $throw) (local.get $e))) (unreachable))
            (local.set $e) (ref.is_null)
            (block $l (try_table (catch $none $l) (throw_ref (local.get $e))) (unreachable)) ", 0),
        ("(ref.is_null (block $l (result (ref null exn)) (drop (ref.null noexn)) (ref.null exn)))", 1),
        ("(block $l (i32.const 4) (try_table (param i32) (result i32) (catch_all $l) (i32.add (i32.const 1))) (return)) (i32.const 3)", 5),
        // Not reached.
        ("(return (i32.const 4)) (block $l (try_table (catch_all $l) (throw $none) (throw_ref) (try_table (catch $one 2)))) (unreachable)", 4),
        // Traps and other stops are none.
        ("(block $l (try_table (catch_all $l) (drop (i32.div_s (i32.const 1) (i32.sub (local.get $n) (i32.const 40)))))) (i32.const 3)", -2),
        ("(block $l (try_table (catch_all $l) (throw_ref (local.get $e)))) (i32.const 3)", -3),
    ] {
        let text = module(&body.replace("(return_call $f)", "(return_call $throws)"))
            .replace("(func $again", "(func $throws (result i32) (call $throw (i32.const 1)) (i32.const 1)) (func $again");
        let whole = ending(&text, &[]);
        match result {
            -1 => assert_eq!(whole.outcome, Err(super::Stop::Other), "{body}"),
            -2 => assert_eq!(whole.outcome, Err(super::Stop::Trap(Trap::IntegerDivideByZero)), "{body}"),
            -3 => assert_eq!(whole.outcome, Err(super::Stop::Trap(Trap::NullReference)), "{body}"),
            _ => {
                assert_eq!(whole.outcome, Ok([Val::I32(result)].into()), "{body}");
                returns(&text, &[Val::I32(result)]);
            }
        }
    }
}

#[test]
fn the_bill_of_a_throw_is_found_before_anything_happens() {
    let schedule = Schedule::default();
    let units = *schedule.units();
    let throw = u64::from(schedule.cost(Opcode::Throw));
    let gas = |body: &str| ending(&module(body), &[]).gas;
    let caught = |clauses: &str, thrown: &str| {
        format!("(block $l (try_table {clauses} {thrown}) (unreachable)) (i32.const 1)")
    };
    let thrown = "(throw $wide (i32.const 3) (v128.const i64x2 8 9) (i32.const 4))";
    let one = gas(&caught("(catch_all $l)", thrown))
        - gas("(drop (i32.const 1)) (drop (i32.const 1)) (i32.const 1)");
    // Four cells, a frame and a clause; `try_table` and a constant.
    let cells = 4 / units.branch_cells_per_gas;
    assert_eq!(one, throw + cells + units.unwound_frame + units.catch_clause + 1 - 1);
    // A clause more that does not fit, and two that are not looked at.
    let more = gas(&caught("(catch $none $l) (catch_all $l) (catch_all $l) (catch $none $l)", thrown));
    assert_eq!(more, gas(&caught("(catch_all $l)", thrown)) + units.catch_clause);
    // Frames between: each is a call, its entry, and the way back.
    let deep = |depth: u32| {
        gas(&format!(
            "(block $l (try_table (catch_all $l) (call $deep (i32.const {depth}) (i32.const 1))) (unreachable)) (i32.const 1)"
        ))
    };
    let step = deep(2) - deep(1);
    assert_eq!(deep(9) - deep(8), step);
    // Two constants, `local.set`, `local.get` three times, `sub`, `if` and a call.
    assert_eq!(step, 8 + u64::from(schedule.cost(Opcode::Call)) + units.unwound_frame);
    // A null reference costs the static part.
    let null = gas("(throw_ref (ref.null exn)) (unreachable)");
    assert_eq!(null, 2 + 1 + u64::from(schedule.cost(Opcode::ThrowRef)));
}

#[test]
fn what_nothing_catches_stops_at_the_throw() {
    let text = module(
        "(block $l (try_table (catch $none $l) (call $deep (i32.const 1) (i32.const 9)))) (i32.const 1)",
    );
    let whole = ending(&text, &[]);
    assert_eq!(whole.outcome, Err(super::Stop::Other));
    assert_eq!(whole.operands, None);
    let funcs: Vec<u32> = whole.frames.iter().map(|frame| frame.func).collect();
    assert_eq!(funcs, [0, 1, 1, 3]);
    assert_eq!(whole.frames[0].locals, [Val::I32(9)]);
    for tier in TIERS {
        let (mut store, instance) = instance(&config(tier), &text);
        let func = instance.get_func(&mut store, "f").expect("the export");
        let error = func.call(&mut store, &[], &mut [Val::I32(0)]).expect_err("an exception");
        assert_eq!(error.code(), Some("wasm_trap uncaught_exception"));
        let ErrorKind::Exception(exception) = error.kind() else { panic!("{error}") };
        assert_eq!(exception.fields, [Val::I32(9)]);
        assert_eq!(exception.tag.ty(&store), FuncType::new([ValType::I32], []));
        let site = store.frames()[0].offset as usize;
        let module = instance.module(&store);
        assert_eq!(Opcode::decode(module.validated().bytes(), site).0, Opcode::Throw);
        // The frames are gone, and with them their share of the stack.
        for _ in 0..3 {
            func.call(&mut store, &[], &mut [Val::I32(0)]).expect_err("an exception");
        }
        // With every lesser amount of gas nothing of the throw has happened.
        for gas in 0..whole.gas {
            store.set_gas(gas);
            let error = func.call(&mut store, &[], &mut [Val::I32(0)]).expect_err("too little");
            assert!(matches!(stop(&error), super::Stop::OutOfGas(_)), "{error}");
        }
        store.set_gas(whole.gas);
        let stopped = func.call_resumable(&mut store, &[]).expect("it fits");
        let Resumable::Stopped(stopped) = stopped else { panic!("it does not return") };
        assert!(!stopped.can_resume());
        assert_eq!((store.gas_consumed(), store.gas_left()), (whole.gas, 0));
    }
}

/// Tags are told apart by where they were made, not by what they are called or made of.
#[test]
fn tags_of_instances_are_their_own() {
    let thrower = r#"(module (tag $a (export "tag") (param i32))
        (func (export "throw") (param i32) (throw $a (local.get 0))))"#;
    let catcher = r#"(module (import "one" "tag" (tag $one (param i32))) (import "two" "tag" (tag $two (param i32)))
        (import "host" "tag" (tag $host (param i32)))
        (import "one" "throw" (func $throw_one (param i32))) (import "two" "throw" (func $throw_two (param i32)))
        (tag $own (param i32))
        (func (export "f") (result i32) (local $n i32)
            (block $l (result i32)
                (try_table (catch $own 1) (catch $host 1) (catch $two 1) (catch $one $l) (call $throw_one (i32.const 5)))
                (unreachable))
            (local.set $n)
            (block $l (result i32)
                (try_table (catch $own 1) (catch $one 1) (catch $two $l) (call $throw_two (i32.const 6)))
                (unreachable))
            (i32.add (local.get $n))))"#;
    for tier in TIERS {
        let engine = Engine::new(&config(tier));
        let module = |text: &str| Module::new(&engine, wat::parse_str(text).expect("text")).expect("valid");
        let mut store = Store::new(&engine, ());
        store.set_gas(PLENTY);
        let mut linker = Linker::new();
        for name in ["one", "two"] {
            let instance =
                Instance::without_start(&mut store, name, &module(thrower), &[]).expect("an instance");
            linker.instance(&mut store, name, instance);
        }
        let host = Tag::new(&mut store, FuncType::new([ValType::I32], [])).expect("no results");
        linker.define("host", "tag", Extern::Tag(host));
        let instance = linker.instantiate(&mut store, &module(catcher)).expect("the imports fit");
        assert_eq!(call(&mut store, instance, &[]).outcome, Ok([Val::I32(11)].into()));
        // A tag of another type does not link.
        let other = Tag::new(&mut store, FuncType::new([ValType::I64], [])).expect("no results");
        linker.define("host", "tag", Extern::Tag(other));
        let error = linker.instantiate(&mut store, &module(catcher)).expect_err("another type");
        assert!(matches!(error.kind(), ErrorKind::Link(_)), "{error}");
        Tag::new(&mut store, FuncType::new([], [ValType::I64])).expect_err("it has results");
    }
}

/// An exception ends the call of a host function as an error; what is outside of that does not catch it.
#[test]
fn host_functions_are_not_crossed() {
    let text = r#"(module (import "host" "call" (func $call)) (tag $a (param i32))
        (func $throw (export "throw") (throw $a (i32.const 4)))
        (func (export "f") (result i32)
            (block $l (result i32) (try_table (catch $a $l) (call $call)) (i32.const 1))))"#;
    for (tier, swallows) in TIERS.into_iter().flat_map(|tier| [(tier, true), (tier, false)]) {
        let engine = Engine::new(&config(tier));
        let module = Module::new(&engine, wat::parse_str(text).expect("the text")).expect("valid");
        let mut store = Store::new(&engine, ());
        store.set_gas(PLENTY);
        let call_back = Func::wrap(&mut store, move |mut caller: Caller<'_, ()>| {
            let throw = caller.get_export("throw").and_then(Extern::into_func).expect("the export");
            let outcome = throw.call(&mut caller, &[], &mut []);
            assert!(matches!(outcome.as_ref().expect_err("it throws").kind(), ErrorKind::Exception(_)));
            if swallows { Ok(()) } else { outcome }
        });
        let instance = Instance::new(&mut store, &module, &[Extern::Func(call_back)]).expect("the import");
        let outcome = call(&mut store, instance, &[]).outcome;
        assert_eq!(outcome, if swallows { Ok([Val::I32(1)].into()) } else { Err(super::Stop::Other) });
    }
}

/// A module whose `f` keeps an exception with a field of its own and gives a reference to it; `g` takes one.
const KEEPS: &str = r#"(module (tag $a (export "tag") (param i32 funcref)) (memory 1)
    (func (export "f") (param i32) (result i32 funcref exnref)
        (try_table (catch_ref $a 0) (throw $a (local.get 0) (ref.func $g))) (unreachable))
    (func $g (export "g") (param exnref) (throw_ref (local.get 0)))
    @)"#;

fn kept(store: &mut Store<()>, instance: Instance, field: i32) -> ExnRef {
    let values = call(store, instance, &[Val::I32(field)]).outcome.expect("it returns");
    let Val::ExnRef(Some(reference)) = values[2] else { panic!("{values:?}") };
    reference
}

#[test]
fn exceptions_are_kept_until_nothing_can_refer_to_them() {
    for tier in TIERS {
        let (mut store, instance) = self::instance(&config(tier), &KEEPS.replace('@', ""));
        let first = kept(&mut store, instance, 7);
        let fields = first.get(&store).expect("it is kept").fields;
        assert_eq!(fields[0], Val::I32(7));
        // A function that takes references finds it.
        let g = instance.get_func(&mut store, "g").expect("the export");
        let thrown =
            g.call(&mut store, &[Val::ExnRef(Some(first))], &mut []).expect_err("it is thrown again");
        let ErrorKind::Exception(exception) = thrown.kind() else { panic!("{thrown}") };
        assert_eq!(exception.fields[0], Val::I32(7));
        // Behind the next call it is not there.
        let second = kept(&mut store, instance, 8);
        assert_eq!(first.get(&store), None);
        assert_ne!(first, second);
        let stale = g.call(&mut store, &[Val::ExnRef(Some(first))], &mut []).expect_err("it is gone");
        assert!(matches!(stale.kind(), ErrorKind::Misuse(_)), "{stale}");
        let ty = GlobalType { content: ValType::EXNREF, mutable: true };
        Global::new(&mut store, ty, Val::ExnRef(Some(first))).expect_err("it is gone");
        // With a global that can hold one, all stay.
        Global::new(&mut store, ty, Val::ExnRef(Some(second))).expect("it is kept");
        let third = kept(&mut store, instance, 9);
        for (reference, field) in [(second, 8), (third, 9)] {
            assert_eq!(reference.get(&store).expect("it is kept").fields[0], Val::I32(field));
        }
    }
}

/// What keeps exceptions may count so many bytes.
struct Bytes(u64);

impl ResourceLimiter for Bytes {
    fn memory_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> bool {
        true
    }
    fn table_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> bool {
        true
    }
    fn exceptions_growing(&mut self, _: u64, desired: u64) -> bool {
        desired <= self.0
    }
}

#[test]
fn exceptions_that_are_kept_have_a_limit() {
    let text = r#"(module (tag $a (param i64)) (func (export "f") (param i32) (local i32)
        (loop $l
            (block $c (result i64 exnref) (try_table (catch_ref $a $c) (throw $a (i64.const 1))) (unreachable))
            (drop) (drop)
            (local.tee 1 (i32.add (local.get 1) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get 0))))))"#;
    let outcomes = TIERS.map(|tier| {
        let engine = Engine::new(&config(tier));
        let module = Module::new(&engine, wat::parse_str(text).expect("the text")).expect("valid");
        let mut store = Store::new(&engine, Bytes(72 * 10));
        store.limiter(|bytes| bytes);
        let instance = Instance::new(&mut store, &module, &[]).expect("no imports");
        let func = instance.get_func(&mut store, "f").expect("the export");
        store.set_gas(PLENTY);
        for _ in 0..3 {
            func.call(&mut store, &[Val::I32(10)], &mut []).expect("ten have room");
        }
        let error = func.call(&mut store, &[Val::I32(11)], &mut []).expect_err("eleven have not");
        assert!(matches!(error.kind(), ErrorKind::OutOfMemory(MemoryKind::Exceptions)), "{error}");
        assert_eq!(error.code(), Some("out_of memory"));
        assert_eq!(store.operands(), None);
        (store.gas_consumed(), store.frames().to_vec(), store.fingerprint())
    });
    assert_eq!(outcomes[0], outcomes[1]);
}

#[test]
fn the_fingerprint_covers_what_is_kept() {
    let prints = TIERS.map(|tier| {
        let (mut store, instance) = self::instance(&config(tier), &KEEPS.replace('@', ""));
        let none = store.fingerprint().module_instances;
        assert_eq!(none["main"].len(), 1);
        let print = |store: &mut Store<()>, field| {
            kept(store, instance, field);
            let all = store.fingerprint().module_instances;
            assert_eq!(all["main"][0], none["main"][0]);
            all["main"][1]
        };
        let (seven, eight, again) = (print(&mut store, 7), print(&mut store, 8), print(&mut store, 7));
        assert_ne!(seven, eight);
        assert_eq!(seven, again);
        // Tag 0; 7; function 1 of `main`.
        let octets = [&[0, 0, 0, 0, 7, 0, 0, 0, 1, 4, 0, 0, 0][..], b"main", &[1, 0, 0, 0]].concat();
        assert_eq!(seven, *blake3::hash(&octets).as_bytes());
        let keyed = store.keyed_fingerprint(&[3; 32]).module_instances;
        assert_eq!(keyed["main"][1], *blake3::keyed_hash(&[3; 32], &octets).as_bytes());
        seven
    });
    assert_eq!(prints[0], prints[1]);
}

#[test]
fn exceptions_can_be_switched_off() {
    for text in [
        "(module (tag))",
        "(module (func (result i32) (try_table (result i32) (i32.const 1))))",
        "(module (func (param exnref)))",
        "(module (func (throw_ref (unreachable))))",
    ] {
        let bytes = wat::parse_str(text).expect("the text");
        let mut config = config(TIERS[0]);
        assert!(Module::new(&Engine::new(&config), bytes.clone()).is_ok(), "{text}");
        config.features(Features { exceptions: false, ..Features::ALL });
        let error = Module::new(&Engine::new(&config), bytes).expect_err(text);
        assert!(matches!(error.kind(), ErrorKind::Validate(_)), "{error}");
    }
}

/// References reach host functions and come back, and traps in the place of a catch leave the caller's frame alone.
#[test]
fn references_pass_through_the_host() {
    let text = r#"(module (import "host" "same" (func $same (param exnref) (result exnref))) (tag $a (param i32))
        (func (export "f") (result i32)
            (block $l (result i32 exnref) (try_table (catch_ref $a $l) (throw $a (i32.const 4))) (unreachable))
            (call $same) (local.set $e) (drop)
            (block $l (result i32) (try_table (catch $a $l) (throw_ref (local.get $e))) (unreachable))) )"#
        .replace("(result i32)\n            (block $l (result i32 exnref)", "(result i32) (local $e exnref)\n            (block $l (result i32 exnref)");
    for tier in TIERS {
        let engine = Engine::new(&config(tier));
        let module = Module::new(&engine, wat::parse_str(&text).expect("the text")).expect("valid");
        let mut store = Store::new(&engine, ());
        store.set_gas(PLENTY);
        let ty = FuncType::new([ValType::EXNREF], [ValType::EXNREF]);
        let same = Func::new(&mut store, ty, |mut caller: Caller<'_, ()>, params, results| {
            let Val::ExnRef(Some(reference)) = params[0] else { panic!("not null") };
            assert_eq!(reference.get(caller.context_mut()).expect("it is kept").fields, [Val::I32(4)]);
            results[0] = params[0];
            Ok(())
        });
        let instance = Instance::new(&mut store, &module, &[Extern::Func(same)]).expect("the import");
        assert_eq!(call(&mut store, instance, &[]).outcome, Ok([Val::I32(4)].into()));
    }
}

#[test]
fn a_null_reference_is_a_trap_at_its_place() {
    let text = module(
        "(drop (block $l (result exnref) (try_table (catch_all_ref $l) (call $again (ref.null exn))) (unreachable))) (i32.const 1)",
    );
    let gas = ending(&text, &[]).gas;
    let frames = traps(&text, &[], Trap::NullReference, gas);
    assert_eq!(frames.iter().map(|frame| frame.func).collect::<Vec<_>>(), [2, 3]);
}
