//! Custom descriptors and exact types: both tiers come to the same wherever the gas ends; a descriptor is there as long as
//! what it describes, and counts in fingerprints; without the feature nothing of it is valid.

mod every_gas;

use every_gas::{run, the_same_everywhere};
use selfsame_interp::{
    Config, Engine, Error, ErrorKind, Features, Instance, Linker, Module, Store, Tier, Trap, Val,
};

const TIERS: [Tier; 2] = [Tier::Exact, Tier::Fast];
const PLENTY: u64 = 1 << 40;

fn engine(tier: Tier) -> Engine {
    let features = Features { custom_descriptors: true, ..Features::ALL };
    Engine::new(Config::new().tier(tier).features(features))
}

fn compile(engine: &Engine, text: &str) -> Result<Module, Error> {
    Module::new(engine, wat::parse_str(text).expect("a module"))
}

fn module(tier: Tier, text: &str) -> Module {
    compile(&engine(tier), text).expect("a valid module")
}

fn instance(module: &Module) -> (Store<()>, Instance) {
    let mut store = Store::new(module.engine(), ());
    store.set_gas(PLENTY);
    let instance = Instance::new(&mut store, module, &[]).expect("an instance");
    (store, instance)
}

const TYPES: &str = "(rec
    (type $a (sub (descriptor $ad) (struct (field $n (mut i32)))))
    (type $ad (sub (describes $a) (struct (field $k i32))))
    (type $b (sub $a (descriptor $bd) (struct (field $n (mut i32)) (field $v (mut v128)))))
    (type $bd (sub $ad (describes $b) (struct (field i32) (field i64)))))";

/// Functions of one parameter `$x`, which is 0 to 5.
const BODY: &str = r#"
  (global $d1 (ref (exact $ad)) (struct.new $ad (i32.const 1)))
  (global $d2 (ref (exact $ad)) (struct.new $ad (i32.const 2)))
  (global $d3 (ref (exact $bd)) (struct.new $bd (i32.const 3) (i64.const 33)))
  (global $a1 (ref (exact $a)) (struct.new_desc $a (i32.const 10) (global.get $d1)))
  (global $a0 anyref (struct.new_default_desc $a (global.get $d2)))
  (global $kept (mut anyref) (ref.null none))
  (func $of (param $x i32) (result anyref)
    (block $5 (block $4 (block $3 (block $2 (block $1 (br_table $1 $2 $3 $4 $5 (i32.sub (local.get $x) (i32.const 1))))
    (return (global.get $a1))) (return (global.get $a0)))
    (return (struct.new_desc $b (i32.const 30) (v128.const i64x2 7 8) (global.get $d3))))
    (return (ref.i31 (i32.const 4))))
    (if (i32.eqz (local.get $x)) (then (return (ref.null none))))
    (global.get $d1))
  (func $desc (param $x i32) (result (ref null $ad))
    (if (i32.eq (local.get $x) (i32.const 1)) (then (return (global.get $d1))))
    (if (i32.eq (local.get $x) (i32.const 2)) (then (return (global.get $d2))))
    (if (i32.eq (local.get $x) (i32.const 3)) (then (return (global.get $d3))))
    (ref.null none))
  (func $exactly (param $x i32) (result (ref null (exact $bd)))
    (if (result (ref null (exact $bd))) (i32.and (local.get $x) (i32.const 1))
      (then (global.get $d3)) (else (ref.null (exact $bd)))))
  (func (export "makes") (param $x i32) (result i32 v128) (local $b (ref null $b))
    (local.set $b (struct.new_desc $b (local.get $x) (i32x4.splat (local.get $x)) (call $exactly (local.get $x))))
    (global.set $kept (local.get $b))
    (struct.get $b $n (local.get $b)) (struct.get $b $v (local.get $b)))
  (func (export "default") (param $x i32) (result i32) (local $b (ref (exact $b)))
    (local.set $b (struct.new_default_desc $b (call $exactly (local.get $x))))
    (struct.get $bd 0 (ref.get_desc $b (local.get $b))))
  (func (export "gets") (param $x i32) (result i32)
    (struct.get $ad $k (ref.get_desc $a (ref.cast (ref null $a) (call $of (local.get $x))))))
  (func (export "casts") (param $x i32) (result i32)
    (struct.get $a $n (ref.cast_desc_eq (ref $a) (call $of (local.get $x)) (global.get $d1))))
  (func (export "nulls") (param $x i32) (result i32)
    (ref.is_null (ref.cast_desc_eq (ref null $a) (call $of (local.get $x)) (call $desc (local.get $x)))))
  (func (export "null-with") (param $x i32) (result i32)
    (ref.is_null (ref.cast_desc_eq (ref null $a) (ref.null none) (call $desc (local.get $x)))))
  (func (export "exact") (param $x i32) (result i32) (local $r anyref)
    (local.set $r (call $of (local.get $x)))
    (i32.add (i32.add (ref.test (ref $a) (local.get $r)) (i32.shl (ref.test (ref (exact $a)) (local.get $r)) (i32.const 1)))
      (i32.add (i32.shl (ref.test (ref null (exact $b)) (local.get $r)) (i32.const 2))
        (i32.shl (ref.is_null (block (result anyref) (drop (br_on_cast 0 anyref (ref (exact $b)) (local.get $r)))
          (ref.null none))) (i32.const 3)))))
  (func (export "branches") (param $x i32) (result i32)
    (block $equal (result i32 (ref null $a))
      (i32.const 5) (i32.const 6) (call $of (local.get $x)) (call $desc (local.get $x))
      (br_on_cast_desc_eq $equal anyref (ref null $a))
      (drop) (drop) (return))
    (ref.is_null) (i32.add))
  (func (export "fails") (param $x i32) (result i32)
    (block $other (result anyref)
      (call $of (local.get $x)) (global.get $d1)
      (br_on_cast_desc_eq_fail $other anyref (ref (exact $a)))
      (struct.get $a $n) (return))
    (ref.is_null) (i32.const 100) (i32.add))
  (func (export "fails-moving") (param $x i32) (result i32)
    (block $other (result i32 anyref)
      (i32.const 7) (i32.const 8) (call $of (local.get $x)) (call $exactly (local.get $x))
      (br_on_cast_desc_eq_fail $other anyref (ref $b))
      (struct.get $b $n) (i32.add) (i32.add) (return))
    (drop))"#;

fn whole() -> String {
    format!("(module {TYPES} {BODY})")
}

#[test]
fn both_tiers_come_to_the_same_wherever_the_gas_ends() {
    let [exact, fast] = TIERS.map(|tier| module(tier, &whole()));
    let making = ["makes", "default", "gets", "casts", "nulls", "null-with"];
    let branching = ["exact", "branches", "fails", "fails-moving"];
    let traps = the_same_everywhere(&exact, &fast, &[&making[..], &branching].concat());
    assert!(traps > 20, "{traps}");
}

#[test]
fn results_are_those_of_the_proposal() {
    const NULL: Result<i32, &str> = Err("null reference");
    const FAILS: Result<i32, &str> = Err("a cast failed");
    let module = module(Tier::Fast, &whole());
    let check = |name: &str, wanted: [Result<i32, &str>; 6]| {
        for (arg, wanted) in (0..).zip(wanted) {
            let wanted = wanted.map(|value| vec![format!("I32({value})")]).map_err(String::from);
            assert_eq!(run(&module, name, arg, 1 << 30).0, wanted, "{name} {arg}");
        }
    };
    check("default", [NULL, Ok(3), NULL, Ok(3), NULL, Ok(3)]);
    check("gets", [NULL, Ok(1), Ok(2), Ok(3), FAILS, FAILS]);
    check("casts", [FAILS, Ok(10), FAILS, FAILS, FAILS, FAILS]);
    check("nulls", [NULL, Ok(0), Ok(0), Ok(0), NULL, NULL]);
    check("null-with", [NULL, Ok(1), Ok(1), Ok(1), NULL, NULL]);
    check("exact", [Ok(4 + 8), Ok(1 + 2 + 8), Ok(1 + 2 + 8), Ok(1 + 4), Ok(8), Ok(8)]);
    check("branches", [NULL, Ok(6), Ok(6), Ok(6), NULL, NULL]);
    check("fails", [Ok(101), Ok(10), Ok(100), Ok(100), Ok(100), Ok(100)]);
    check("fails-moving", [NULL, Ok(8), NULL, Ok(45), NULL, Ok(8)]);
}

#[test]
fn a_null_descriptor_in_a_constant_expression_traps() {
    for tier in TIERS {
        let text = format!("(module {TYPES} (global (ref $a) (struct.new_default_desc $a (ref.null none))))");
        let module = module(tier, &text);
        let mut store = Store::new(module.engine(), ());
        store.set_gas(PLENTY);
        let error = Instance::new(&mut store, &module, &[]).expect_err("its descriptor is null");
        assert_eq!(error.trap(), Some(Trap::NullReference));
    }
}

/// The descriptor of what `$kept` holds is reached by nothing else.
const KEEPS: &str = r#"
  (global $kept (mut (ref null $a)) (ref.null none))
  (func (export "keep") (param i32)
    (global.set $kept (struct.new_default_desc $a (struct.new $ad (local.get 0)))))
  (func (export "look") (param i32) (result i32) (struct.get $ad $k (ref.get_desc $a (global.get $kept))))
  (func (export "garbage") (param i32)
    (loop $again
      (drop (struct.new_default_desc $a (struct.new $ad (i32.const -1))))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))"#;

fn call(store: &mut Store<()>, instance: &Instance, name: &str, arg: i32) -> Option<i32> {
    let func = instance.get_func(&mut *store, name).expect("exported");
    let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
    func.call(&mut *store, &[Val::I32(arg)], &mut results).expect("it returns");
    results.first().and_then(|value| if let Val::I32(value) = value { Some(*value) } else { None })
}

#[test]
fn a_descriptor_stays_as_long_as_what_it_describes() {
    for tier in TIERS {
        let (mut store, instance) = instance(&module(tier, &format!("(module {TYPES} {KEEPS})")));
        call(&mut store, &instance, "keep", 77);
        let before = store.fingerprint();
        // Some ten times as many as are looked through at once.
        call(&mut store, &instance, "garbage", 60_000);
        assert_eq!(call(&mut store, &instance, "look", 0), Some(77));
        call(&mut store, &instance, "keep", 77);
        assert_eq!(store.fingerprint(), before, "that objects have gone shows nowhere");
        call(&mut store, &instance, "keep", 78);
        assert_ne!(store.fingerprint(), before, "what a descriptor holds counts");
    }
}

#[test]
fn functions_are_imported_by_their_exact_type() {
    let engine = engine(Tier::Fast);
    let exporter = "(module (type $f (sub (func))) (type $g (sub $f (func)))
        (func (export \"f\") (type $f)) (func (export \"g\") (type $g)))";
    let importer = |name: &str, ty: &str| {
        format!(
            "(module (type $f (sub (func))) (type $g (sub $f (func))) (import \"m\" \"{name}\" (func {ty})))"
        )
    };
    let mut store = Store::new(&engine, ());
    store.set_gas(PLENTY);
    let exporter = compile(&engine, exporter).expect("a valid module");
    let exporter = Instance::new(&mut store, &exporter, &[]).expect("an instance");
    let mut linker: Linker<()> = Linker::new();
    for (name, item) in exporter.exports(&mut store) {
        linker.define("m", &name, item);
    }
    for (name, ty, fits) in [
        ("f", "(exact (type $f))", true),
        ("g", "(exact (type $f))", false),
        ("g", "(type $f)", true),
        ("g", "(exact (type $g))", true),
        ("f", "(exact (type $g))", false),
    ] {
        let module = compile(&engine, &importer(name, ty)).expect("a valid module");
        let outcome = linker.instantiate(&mut store, &module);
        assert_eq!(outcome.is_ok(), fits, "{name} as {ty}: {:?}", outcome.err());
    }
}

#[test]
fn nothing_of_it_is_valid_without_the_feature() {
    let default = Engine::default();
    let cast = |body: &str| format!("(module (type $s (struct)) (func (param anyref) {body}))");
    for text in [
        format!("(module {TYPES})"),
        String::from("(module (type $s (struct)) (func (param (ref (exact $s)))))"),
        String::from("(module (type $f (func)) (import \"m\" \"f\" (func (exact (type $f)))))"),
        cast("(drop (ref.test (ref (exact $s)) (local.get 0)))"),
        cast("(drop (ref.test (ref null (exact $s)) (local.get 0)))"),
        cast("(drop (ref.cast (ref (exact $s)) (local.get 0)))"),
        cast("(drop (ref.cast (ref null (exact $s)) (local.get 0)))"),
        cast("(drop (block (result anyref) (br_on_cast 0 anyref (ref (exact $s)) (local.get 0))))"),
        cast("(drop (block (result anyref) (br_on_cast_fail 0 anyref (ref (exact $s)) (local.get 0))))"),
        cast("(drop (ref.null (exact $s)))"),
        String::from("(module (type $s (struct)) (global anyref (ref.null (exact $s))))"),
    ] {
        let refused = compile(&default, &text).map(drop).expect_err("it is refused");
        assert!(matches!(refused.kind(), ErrorKind::Validate(_)), "{text}: {refused}");
        assert!(compile(&engine(Tier::Fast), &text).is_ok(), "{text}");
    }
}

/// Where a module defines types twice, the descriptor of the target is right, and nothing else.
#[test]
fn types_that_stand_twice_change_nothing() {
    let group = |s: &str, d: &str, field: &str| {
        format!("(rec (type ${s} (descriptor ${d}) (struct {field})) (type ${d} (describes ${s}) (struct)))")
    };
    let groups = [group("x", "xd", ""), group("y", "yd", ""), group("s", "sd", "(field i64)")].concat();
    for (descriptor, target, is_valid) in [
        ("(ref null $sd)", "(ref $s)", true),
        ("(ref (exact $sd))", "(ref null (exact $s))", true),
        ("(ref null $sd)", "(ref null (exact $s))", false),
        ("(ref null (exact $yd))", "(ref $s)", false),
        ("(ref null (exact $yd))", "(ref null (exact $s))", false),
        ("(ref null $xd)", "(ref $y)", true),
        ("(ref null (exact $sd))", "(ref (exact $y))", false),
        ("(ref null (exact $s))", "(ref $sd)", false),
    ] {
        for cast in [
            format!("(drop (ref.cast_desc_eq {target} (local.get 0) (local.get 1)))"),
            format!(
                "(block (result anyref) (br_on_cast_desc_eq 0 anyref {target} (local.get 0) (local.get 1))) (drop)"
            ),
            format!(
                "(block (result anyref) (br_on_cast_desc_eq_fail 0 anyref {target} (local.get 0) (local.get 1))) (drop)"
            ),
        ] {
            let text = format!("(module {groups} (func (param anyref {descriptor}) {cast}))");
            let outcome = compile(&engine(Tier::Fast), &text).map(drop);
            assert_eq!(outcome.is_ok(), is_valid, "{text}: {outcome:?}");
        }
    }
    // Operands of code around are not those of a block.
    for (body, is_valid) in [
        ("unreachable ref.cast_desc_eq (ref $s) drop", true),
        ("local.get 0 block unreachable ref.cast_desc_eq (ref $s) drop end drop", true),
        ("local.get 0 local.get 1 block ref.cast_desc_eq (ref $s) drop end drop drop", false),
        ("local.get 1 ref.cast_desc_eq (ref $s) drop", false),
    ] {
        let text = format!("(module {groups} (func (param anyref (ref null $sd)) {body}))");
        let outcome = compile(&engine(Tier::Fast), &text).map(drop);
        assert_eq!(outcome.is_ok(), is_valid, "{text}: {outcome:?}");
    }
}
