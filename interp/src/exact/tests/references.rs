//! References to functions of a type, and references that are never null.

use super::{PLENTY, TIERS, call, check, config, ending, instance_with, stop, traps};
use crate::{Caller, FuncType, HeapType, RefType, ValType};
use crate::{
    Engine, Extern, Func, Global, GlobalType, Instance, Linker, Module, Store, Table, TableType, Trap, Val,
};
use std::format;
use std::string::String;
use std::vec::Vec;

/// Calls the export `f` with all gas, every lesser amount and in portions.
fn returns(text: &str, args: &[Val], results: &[Val]) {
    let gas = ending(text, args).gas;
    check(text, args, results, gas);
}

const CALLS: &str = r#"(module
    (type $unary (func (param i32) (result i32)))
    (elem declare func $double $down)
    (global $double (ref $unary) (ref.func $double))
    (func $double (type $unary) (i32.mul (local.get 0) (i32.const 2)))
    (func $down (type $unary) (local $next (ref null $unary))
        (if (i32.gt_s (local.get 0) (i32.const 1)) (then (local.set $next (ref.func $down))))
        (return_call_ref $unary (i32.sub (local.get 0) (i32.const 1)) (local.get $next)))
    (func (export "f") (param i32) (result i32) (local $r (ref $unary))
        (local.set $r (global.get $double))
        (i32.const 1000)
        (if (result i32) (i32.lt_s (local.get 0) (i32.const 10))
            (then (call_ref $unary (local.get 0) (local.get $r)))
            (else (call_ref $unary (local.get 0) (ref.func $down))))
        (i32.sub)))"#;

#[test]
fn call_ref_calls_what_the_reference_names() {
    returns(CALLS, &[Val::I32(7)], &[Val::I32(986)]);
}

#[test]
fn call_ref_of_null_traps_in_the_place_of_a_tail_call_too() {
    let ending = ending(CALLS, &[Val::I32(12)]);
    let frames = traps(CALLS, &[Val::I32(12)], Trap::NullReference, ending.gas);
    assert_eq!(frames.iter().map(|frame| frame.func).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(frames[0].locals, [Val::I32(1), Val::FuncRef(None)]);
}

#[test]
fn a_call_by_reference_costs_as_much_as_one_through_a_table() {
    let text = r#"(module (type $t (func)) (func $g) (table 1 funcref)
        (elem (i32.const 0) $g)
        (func (export "f") @))"#;
    let gas = |body: &str| ending(&text.replace('@', body), &[]).gas;
    let reference = gas("(call_ref $t (ref.func $g))") - gas("(drop (ref.func $g))");
    assert_eq!(reference + 1, gas("(call_indirect (type $t) (i32.const 0))") - 1);
    let tail = gas("(return_call_ref $t (ref.func $g))") - gas("(drop (ref.func $g))");
    assert_eq!(tail, reference);
    assert_eq!(gas("(drop (ref.as_non_null (ref.func $g)))"), gas("(drop (ref.func $g))") + 1);
    assert_eq!(
        gas("(drop (block (result funcref) (br_on_non_null 0 (ref.func $g)) unreachable))"),
        gas("(drop (ref.func $g))") + 1
    );
}

/// Branches on null: what they carry, and what is below that, is where it belongs on either side.
#[test]
fn br_on_null_and_br_on_non_null_move_what_they_carry() {
    let bodies = [
        // Straight, with nothing to carry.
        "(block $l (drop (call_ref $t (i32.const 3) (br_on_null $l (local.get $r)))) (return (i32.const 1))) (i32.const 2)",
        // Straight, carrying.
        "(block $l (result i32) (i32.const 5) (local.get $r) (br_on_null $l) (call_ref $t))",
        "(call_ref $t (i32.const 1) (block $l (result (ref $t)) (br_on_non_null $l (local.get $r)) (ref.func $g)))",
        // Not straight.
        "(block $l (result i32) (i32.const 9) (i32.const 5) (local.get $r) (br_on_null $l) (call_ref $t) (i32.add))",
        "(block $l (result i32 (ref $t)) (i32.const 9) (i32.const 4) (local.get $r) (br_on_non_null $l)
            (i32.add) (ref.func $g)) (call_ref $t)",
        "(block $l (result (ref $t)) (i32.const 9) (i32.const 4) (local.get $r) (br_on_non_null $l)
            (drop) (drop) (ref.func $g)) (drop) (i32.const 6)",
        // To the function.
        "(i32.const 8) (i32.const 5) (local.get $r) (br_on_null 0) (call_ref $t) (i32.add)",
        "(i32.const 5) (local.get $r) (br_on_null 0) (call_ref $t)",
        // Backwards.
        "(loop $l (result i32) (local.set $r (ref.func $g))
            (drop (br_on_null $l (local.get $r))) (i32.const 3))",
        "(local.get $r) (loop $l (param (ref null $t)) (result i32)
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (drop)
            (if (i32.lt_s (local.get $n) (i32.const 4)) (then (br $l (local.get $r))))
            (local.get $r)
            (if (result (ref null $t)) (i32.lt_s (local.get $n) (i32.const 6)) (then (ref.null $t)) (else (ref.func $g)))
            (br_on_null $l) (drop) (drop) (local.get $n))",
        // Constants, and values made just before.
        "(block $l (result i32) (i32.const 5) (br_on_null $l (ref.null $t)) (call_ref $t))",
        "(block $l (result i32) (i32.const 5) (br_on_null $l (ref.func $g)) (call_ref $t))",
        "(block $l (result i32) (i32.const 5) (br_on_null $l (global.get $r)) (call_ref $t))",
        "(block $l (result i32) (i32.add (local.get $n) (i32.const 5)) (br_on_null $l (table.get $r (i32.const 0))) (call_ref $t))",
        // The reference stays a local's, and the local changes.
        "(block $l (result i32) (i32.const 5) (local.get $r) (br_on_null $l) (local.set $r (ref.null $t)) (call_ref $t))",
        // Vectors.
        "(block $l (result v128) (i32.const 1) (v128.const i64x2 3 4) (local.get $r) (br_on_null $l) (drop) (drop) (drop)
            (v128.const i64x2 5 6)) (i64x2.extract_lane 1) (i32.wrap_i64)",
        // References that are never null.
        "(call_ref $t (i32.const 1) (ref.as_non_null (block $l (result (ref null $t)) (local.get $r))))",
        "(call_ref $t (i32.const 1) (ref.as_non_null (local.get $r)))",
        "(call_ref $t (i32.const 1) (local.get $r) (ref.as_non_null) (local.set $r (ref.null $t)))",
        "(drop (ref.as_non_null (ref.null $t))) (i32.const 1)",
        "(i32.add (i32.const 2) (call_ref $t (i32.const 1) (select (result (ref null $t)) (local.get $r) (ref.func $g) (i32.const 1))))",
        // Not reached.
        "(return (i32.const 4)) (call_ref $t (ref.as_non_null)) (drop) (br_on_null 0) (drop)
            (block $l (result (ref $t)) (unreachable) (br_on_non_null $l) (ref.as_non_null)) (drop)
            (block (result (ref null $t)) (unreachable) (select (result (ref $t)))) (return_call_ref $t)",
    ];
    for body in bodies {
        for reference in ["(ref.func $g)", "(ref.null $t)"] {
            let text = format!(
                r#"(module (type $t (func (param i32) (result i32)))
                    (global $r (ref null $t) {reference}) (table $r 1 1 (ref null $t) {reference})
                    (elem declare func $g)
                    (func $g (type $t) (i32.add (local.get 0) (i32.const 100)))
                    (func (export "f") (result i32) (local $r (ref null $t)) (local $n i32)
                        (local.set $r (global.get $r)) {body}))"#
            );
            let whole = ending(&text, &[]);
            match whole.outcome {
                Ok(results) => check(&text, &[], &results, whole.gas),
                Err(_) => drop(traps(&text, &[], Trap::NullReference, whole.gas)),
            }
        }
    }
}

/// An instance of each of two modules, and a function of the host, all called by reference.
#[test]
fn references_reach_other_instances_and_the_host() {
    let callee = r#"(module (memory (data "\07")) (func (export "g") (param i32) (result i32)
        (i32.add (local.get 0) (i32.load8_u (i32.const 0)))))"#;
    let caller = r#"(module
        (type $t (func (param i32) (result i32)))
        (import "m" "g" (func $g (type $t))) (import "h" "h" (func $h (type $t)))
        (memory (data "\50"))
        (elem declare func $g $h)
        (func $tail (param i32 (ref $t)) (result i32) (return_call_ref $t (local.get 0) (local.get 1)))
        (func (export "f") (param i32) (result i32)
            (call_ref $t (call_ref $t (local.get 0) (ref.func $g)) (ref.func $h))
            (call $tail (ref.func $h)) (call $tail (ref.func $g))
            (i32.add (i32.load8_u (i32.const 0)))))"#;
    let endings = TIERS.map(|tier| {
        let config = config(tier);
        let engine = Engine::new(&config);
        let mut linker = Linker::new();
        linker.func_wrap("h", "h", |value: i32| value * 10);
        let mut store = Store::new(&engine, ());
        store.set_gas(PLENTY);
        let [callee, caller] = [callee, caller]
            .map(|text| Module::new(&engine, wat::parse_str(text).expect("text")).expect("module"));
        let instance = linker.instantiate_without_start(&mut store, "m", &callee).expect("instance");
        linker.instance(&mut store, "m", instance);
        let instance = linker.instantiate(&mut store, &caller).expect("instance");
        call(&mut store, instance, &[Val::I32(2)])
    });
    assert_eq!(endings[0].outcome.as_deref(), Ok(&[Val::I32((2 + 7) * 100 + 7 + 0x50)][..]));
    assert_eq!(endings[0], endings[1]);
}

/// A store with instances of modules, linked in order as `a`, `b` and so on; why the last could not be, if so.
fn link(modules: &[&str]) -> Result<(Store<()>, Vec<Instance>), String> {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    store.set_gas(PLENTY);
    let (mut linker, mut instances) = (Linker::new(), Vec::new());
    for (name, text) in ["a", "b", "c"].into_iter().zip(modules) {
        let module = Module::new(&engine, wat::parse_str(text).expect("text")).expect("module");
        let instance = linker
            .instantiate_without_start(&mut store, name, &module)
            .map_err(|error| format!("{name}: {error}"))?;
        linker.instance(&mut store, name, instance);
        instances.push(instance);
    }
    Ok((store, instances))
}

#[test]
fn imports_match_by_types_and_not_by_their_indices() {
    let a = r#"(module (type $i (func (param i32))) (type $r (func (param (ref null $i))))
        (global (export "r") (ref $i) (ref.func $g)) (global (export "m") (mut (ref null $i)) (ref.func $g))
        (table (export "t") 1 1 (ref null $i))
        (func $g (export "i") (type $i)) (func (export "f") (type $r)))"#;
    let b = |import: &str| {
        format!(
            r#"(module (type $other (func (param i64))) (type $o (func (param (ref null $other))))
            (type $i (func (param i32))) (type $r (func (param (ref null $i)))) (import "a" {import}))"#
        )
    };
    for fits in [
        r#""f" (func (type $r))"#,
        r#""r" (global (ref $i))"#,
        r#""r" (global (ref null $i))"#,
        r#""r" (global (ref func))"#,
        r#""r" (global funcref)"#,
        r#""m" (global (mut (ref null $i)))"#,
        r#""t" (table 1 1 (ref null $i))"#,
    ] {
        link(&[a, &b(fits)]).map(drop).expect(fits);
    }
    for differs in [
        r#""f" (func (type $o))"#,
        r#""f" (func (param funcref))"#,
        r#""r" (global (ref $other))"#,
        r#""r" (global externref)"#,
        r#""r" (global (mut (ref $i)))"#,
        r#""m" (global (ref null $i))"#,
        r#""m" (global (mut funcref))"#,
        r#""m" (global (mut (ref null $other)))"#,
        r#""t" (table 1 1 funcref)"#,
        r#""t" (table 1 1 (ref null $other))"#,
    ] {
        let error = link(&[a, &b(differs)]).map(drop).expect_err(differs);
        assert!(error.starts_with("b: ") && error.contains("does not fit"), "{error}");
    }
}

/// Whatever comes from outside is compared with the type that is asked for.
#[test]
fn values_from_outside_are_of_the_type_or_refused() {
    let a = r#"(module (type $i (func (param i32))) (type $n (func))
        (global (export "m") (mut (ref $i)) (ref.func $i)) (table (export "t") 1 1 (ref null $i))
        (func $i (export "i") (type $i)) (func (export "n") (type $n))
        (func (export "f") (param (ref $i))) (func (export "null") (param (ref null $i))))"#;
    let (mut store, instances) = link(&[a]).expect("it links");
    let a = instances[0];
    let func = |store: &mut Store<()>, name| a.get_func(store, name).expect("a function");
    let [i, n] = ["i", "n"].map(|name| Val::FuncRef(Some(func(&mut store, name))));
    let export = |store: &mut Store<()>, name| a.get_export(store, name).expect("an export");
    let global = export(&mut store, "m").into_global().expect("a global");
    let table = export(&mut store, "t").into_table().expect("a table");
    for (value, strict, nullable) in [
        (i, true, true),
        (n, false, false),
        (Val::FuncRef(None), false, true),
        (Val::ExternRef(None), false, false),
    ] {
        for (name, fits) in [("f", strict), ("null", nullable)] {
            let func = func(&mut store, name);
            assert_eq!(func.call(&mut store, &[value], &mut []).is_ok(), fits, "{name} {value:?}");
            let ty = func.ty(&store);
            assert_eq!(value.matches_ty(&store, ty.params()[0]), fits);
        }
        assert_eq!(global.set(&mut store, value).is_ok(), strict, "{value:?}");
        assert_eq!(table.set(&mut store, 0, value).is_ok(), nullable, "{value:?}");
        let ty = global.ty(&store);
        assert_eq!(Global::new(&mut store, ty, value).is_ok(), strict, "{value:?}");
        let ValType::Ref(element) = ty.content else { panic!("{ty:?}") };
        let ty = TableType::new(element, 1, None);
        assert_eq!(Table::new(&mut store, ty, value).is_ok(), strict, "{value:?}");
    }
    assert_eq!(global.get(&store), i);
}

/// A function of the host with a type that names another; what it returns is looked at.
#[test]
fn functions_of_the_host_return_references_of_their_type() {
    for tier in TIERS {
        let config = config(tier);
        let a = r#"(module (type $i (func (result i32))) (type $get (func (param i32) (result (ref $i))))
            (import "h" "get" (func $get (type $get)))
            (func (export "i") (type $i) (i32.const 42)) (func (export "n"))
            (func (export "f") (param i32) (result i32) (call_ref $i (call $get (local.get 0)))))"#;
        let b = r#"(module (type $i (func (result i32))) (func (export "x") (param i32) (result (ref $i)) unreachable))"#;
        let (mut store, instance) = instance_with(&config, b, &Linker::new());
        // The type as the store has it.
        let ty = instance.get_func(&mut store, "x").expect("a function").ty(&store);
        let get = |mut caller: Caller<'_, ()>, params: &[Val], results: &mut [Val]| {
            let name = if params[0] == Val::I32(0) { "i" } else { "n" };
            if params[0] != Val::I32(2) {
                results[0] = Val::FuncRef(caller.get_export(name).and_then(Extern::into_func));
            }
            Ok(())
        };
        let get = Func::new(&mut store, ty, get);
        let module = Module::new(&store.engine().clone(), wat::parse_str(a).expect("text")).expect("module");
        let instance = Instance::new(&mut store, &module, &[Extern::Func(get)]).expect("instance");
        assert_eq!(call(&mut store, instance, &[Val::I32(0)]).outcome.as_deref(), Ok(&[Val::I32(42)][..]));
        for wrong in [1, 2] {
            let f = instance.get_func(&mut store, "f").expect("a function");
            let error =
                f.call(&mut store, &[Val::I32(wrong)], &mut [Val::I32(0)]).expect_err("a wrong result");
            assert_eq!(stop(&error), super::Stop::Other);
            assert!(matches!(error.kind(), crate::ErrorKind::Misuse(_)), "{error}");
        }
        // With a type of a module's the function fits nowhere.
        let index = crate::TypeIndex::new(crate::Scope::Module, 0);
        let reference = ValType::Ref(RefType { nullable: false, heap: HeapType::ConcreteFunc(index) });
        let get = Func::new(&mut store, FuncType::new([ValType::I32], [reference]), |_, _, _| Ok(()));
        Instance::new(&mut store, &module, &[Extern::Func(get)]).expect_err("another type");
        let ty = GlobalType { content: reference, mutable: false };
        Global::new(&mut store, ty, Val::FuncRef(Some(get))).expect_err("another type");
    }
}
