//! Structs, arrays, small integers and casts: both tiers come to the same wherever the gas ends; what nobody can reach
//! goes, and that shows in nothing but the room that is left.

mod every_gas;

use every_gas::{run, the_same_everywhere};
use selfsame_interp::{
    AnyRef, Caller, Config, Engine, ErrorKind, Extern, Fingerprint, Func, FuncType, Instance, MemoryKind,
    Module, RefType, ResourceLimiter, Resumable, Store, Table, TableType, Tier, Trap, Val, ValType,
};

const TIERS: [Tier; 2] = [Tier::Exact, Tier::Fast];

fn module(tier: Tier, text: &str) -> Module {
    module_of(&Engine::new(Config::new().tier(tier)), text)
}

fn module_of(engine: &Engine, text: &str) -> Module {
    let bytes = wat::parse_str(text).expect("a module");
    Module::new(engine, bytes).expect("a valid module")
}

/// A budget for objects, and one for each memory.
struct Budget(u64, u64);

impl ResourceLimiter for Budget {
    fn memory_growing(&mut self, _: u64, desired: u64, _: Option<u64>) -> bool {
        desired <= self.1
    }
    fn table_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> bool {
        true
    }
    fn heap_growing(&mut self, _: u64, desired: u64) -> bool {
        desired <= self.0
    }
}

fn store(module: &Module, budget: u64) -> Store<Budget> {
    let mut store = Store::new(module.engine(), Budget(budget, u64::MAX));
    store.limiter(|budget| budget);
    store.set_gas(1 << 40);
    store
}

/// Functions of one parameter `$x`, which is 0 to 5.
const MODULE: &str = r#"(module
  (type $pair (sub (struct (field $a (mut i32)) (field $b (mut i8)))))
  (type $triple (sub $pair (struct (field (mut i32)) (field (mut i8)) (field $c (mut (ref null $pair))))))
  (type $wide (struct (field (mut v128)) (field (mut i16)) (field (mut f64))))
  (type $bytes (array (mut i8)))
  (type $shorts (array (mut i16)))
  (type $refs (array (mut anyref)))
  (type $vectors (array (mut v128)))
  (type $base (sub (struct (field (mut v128)))))
  (type $more (sub $base (struct (field (mut v128)) (field (mut i64)) (field (mut v128)))))
  (type $f (func (param i32) (result i32)))
  (global $kept (mut (ref null $refs)) (ref.null none))
  (global $made (ref $triple) (struct.new $triple (i32.const 3) (i32.const 300) (struct.new_default $pair)))
  (global (ref $bytes) (array.new_fixed $bytes 3 (i32.const 1) (i32.const 2) (i32.const 3)))
  (global anyref (ref.i31 (i32.const -7)))
  (data $d "\01\02\03\04\05\06\07\08")
  (elem $e anyref (ref.i31 (i32.const 1)) (global.get $made) (ref.null any))
  (func (export "structs") (param $x i32) (result i32) (local $p (ref null $pair)) (local $t (ref null $triple))
    (local.set $p (struct.new $pair (local.get $x) (i32.const 200)))
    (local.set $t (struct.new $triple (i32.const 1) (i32.const 2) (local.get $p)))
    (struct.set $triple $c (local.get $t) (struct.new $pair (i32.const 40) (i32.const 50)))
    (struct.set $pair $b (local.get $p) (i32.add (struct.get_s $pair $b (local.get $p)) (local.get $x)))
    (global.set $kept (array.new $refs (local.get $t) (i32.const 3)))
    (i32.add (struct.get_u $pair $b (local.get $p))
      (i32.add (struct.get $pair $a (struct.get $triple $c (local.get $t))) (struct.get $triple 0 (global.get $made)))))
  (func (export "null") (param $x i32) (result i32) (local $p (ref null $pair))
    (if (i32.gt_u (local.get $x) (i32.const 2)) (then (local.set $p (struct.new_default $pair))))
    (struct.set $pair $a (local.get $p) (i32.const 5)) (struct.get $pair $a (local.get $p)))
  (func (export "wide") (param $x i32) (result v128 i32 f64) (local $w (ref null $wide)) (local $v (ref null $vectors))
    (local.set $w (struct.new $wide (i32x4.splat (local.get $x)) (i32.const 70000) (f64.const 1.5)))
    (local.set $v (array.new $vectors (struct.get $wide 0 (local.get $w)) (i32.const 4)))
    (array.set $vectors (local.get $v) (i32.const 2) (v128.const i64x2 1 2))
    (array.fill $vectors (local.get $v) (i32.const 0) (v128.const i64x2 7 7) (i32.const 2))
    (v128.xor (array.get $vectors (local.get $v) (local.get $x)) (array.get $vectors (local.get $v) (i32.const 3)))
    (struct.get_s $wide 1 (local.get $w)) (struct.get $wide 2 (local.get $w)))
  (func (export "inherits") (param $x i32) (result v128 i64 v128) (local $b (ref null $base)) (local $m (ref null $more))
    (local.set $m (struct.new $more (v128.const i64x2 1 2) (i64.const 3) (v128.const i64x2 4 5)))
    (if (local.get $x) (then (local.set $b (local.get $m))))
    (struct.set $base 0 (local.get $b) (v128.xor (struct.get $base 0 (local.get $b)) (v128.const i64x2 16 32)))
    (struct.get $base 0 (local.get $m)) (struct.get $more 1 (local.get $m)) (struct.get $more 2 (local.get $m)))
  (func (export "arrays") (param $x i32) (result i32) (local $b (ref null $bytes)) (local $s (ref null $shorts))
    (local.set $b (array.new_data $bytes $d (i32.const 1) (i32.add (local.get $x) (i32.const 3))))
    (local.set $s (array.new_default $shorts (i32.const 6)))
    (array.init_data $shorts $d (local.get $s) (i32.const 1) (i32.const 2) (i32.const 3))
    (array.copy $bytes $bytes (local.get $b) (i32.const 1) (local.get $b) (i32.const 0) (local.get $x))
    (array.copy $shorts $shorts (local.get $s) (i32.const 0) (array.new $shorts (i32.const 9) (i32.const 9)) (local.get $x) (i32.const 4))
    (array.fill $bytes (local.get $b) (local.get $x) (i32.const 0xff) (i32.const 1))
    (i32.add (array.get_s $bytes (local.get $b) (local.get $x))
      (i32.add (array.get_u $shorts (local.get $s) (local.get $x)) (array.len (local.get $b)))))
  (func (export "elements") (param $x i32) (result anyref i32) (local $r (ref null $refs))
    (local.set $r (array.new_elem $refs $e (i32.const 0) (local.get $x)))
    (array.init_elem $refs $e (local.get $r) (i32.const 0) (i32.const 1) (i32.const 2))
    (global.set $kept (local.get $r))
    (array.get $refs (local.get $r) (i32.const 1))
    (ref.eq (ref.cast eqref (array.get $refs (local.get $r) (i32.const 0))) (global.get $made)))
  (func $of (param $x i32) (result anyref)
    (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (br_table $1 $2 $3 $4 $5 $6 (local.get $x)))
    (return (ref.null any))) (return (ref.i31 (i32.const 0x7fffffff)))) (return (struct.new_default $pair)))
    (return (global.get $made))) (return (array.new_default $bytes (i32.const 2))))
    (array.new_default $refs (i32.const 1)))
  (func (export "tests") (param $x i32) (result i32) (local $r anyref)
    (local.set $r (call $of (local.get $x)))
    (i32.or (ref.test (ref $pair) (local.get $r)) (i32.shl (ref.test (ref null $triple) (local.get $r)) (i32.const 1)))
    (i32.or (i32.shl (ref.test i31ref (local.get $r)) (i32.const 2)) (i32.shl (ref.test (ref struct) (local.get $r)) (i32.const 3)))
    (i32.or (i32.shl (ref.test arrayref (local.get $r)) (i32.const 4)) (i32.shl (ref.test (ref eq) (local.get $r)) (i32.const 5)))
    (i32.or (i32.shl (ref.test (ref null none) (local.get $r)) (i32.const 6)) (i32.shl (ref.test (ref $refs) (local.get $r)) (i32.const 7)))
    (i32.or) (i32.or) (i32.or))
  (func (export "casts") (param $x i32) (result i32)
    (struct.get $pair $a (ref.cast (ref $pair) (call $of (local.get $x)))))
  (func (export "branches") (param $x i32) (result i32)
    (block $struct (result (ref $pair))
      (i32.const 8)
      (block $other (result anyref)
        (br_on_cast $struct anyref (ref $pair) (call $of (local.get $x)))
        (br_on_cast_fail $other anyref (ref null i31))
        (i31.get_s) (i32.const 100) (i32.add) (return))
      (drop) (return))
    (struct.get $pair 0))
  (func (export "converts") (param $x i32) (result i32) (local $e externref)
    (local.set $e (extern.convert_any (call $of (local.get $x))))
    (i32.add (ref.is_null (local.get $e)) (ref.test (ref struct) (any.convert_extern (local.get $e)))))
)"#;

#[test]
fn both_tiers_come_to_the_same_wherever_the_gas_ends() {
    let [exact, fast] = TIERS.map(|tier| module(tier, MODULE));
    let names = [
        "structs", "null", "wide", "inherits", "arrays", "elements", "tests", "casts", "branches", "converts",
    ];
    let traps = the_same_everywhere(&exact, &fast, &names);
    assert!(traps > 10, "{traps}");
}

#[test]
fn results_are_those_of_the_specification() {
    let module = module(Tier::Exact, MODULE);
    let call = |name: &str, arg: i32| run(&module, name, arg, 1 << 30).0;
    let ok = |values: &[&str]| {
        Ok::<_, String>(values.iter().map(|value| String::from(*value)).collect::<Vec<_>>())
    };
    // 200 as a signed byte is -56; one more is 201 without the sign.
    assert_eq!(call("structs", 1), ok(&["I32(244)"]));
    assert_eq!(call("null", 1), Err("null reference".into()));
    assert_eq!(call("null", 3), ok(&["I32(5)"]));
    assert_eq!(call("inherits", 0), Err("null reference".into()));
    let vectors = ["V128(627189298506124754961)", "I64(3)", "V128(92233720368547758084)"];
    assert_eq!(call("inherits", 1), ok(&vectors));
    assert_eq!(call("arrays", 2), ok(&["I32(13)"]));
    assert_eq!(call("arrays", 5), Err("out of bounds memory access".into()));
    assert_eq!(call("elements", 3), ok(&["any None", "I32(1)"]));
    assert_eq!(call("elements", 1), Err("out of bounds array access".into()));
    assert_eq!(call("elements", 4), Err("out of bounds table access".into()));
    assert_eq!(call("casts", 2), ok(&["I32(0)"]));
    assert_eq!(call("casts", 3), ok(&["I32(3)"]));
    assert_eq!(call("casts", 1), Err("a cast failed".into()));
    for (arg, wanted) in
        [0b100_0110, 0b10_0100, 0b10_1001, 0b10_1011, 0b11_0000, 0b1011_0000].into_iter().enumerate()
    {
        let wanted = if arg == 0 { 0b101_0110 } else { wanted };
        assert_eq!(call("tests", arg as i32), ok(&[&format!("I32({wanted})")]), "{arg}");
    }
}

/// Builds a list of `$x` pairs in the global, and makes `$x` pairs that nobody keeps beside each.
const LIST: &str = r#"(module
  (type $node (struct (field i32) (field (mut (ref null $node)))))
  (global $list (export "list") (mut (ref null $node)) (ref.null none))
  (global $sum (export "sum") (mut i64) (i64.const 0))
  (func $add (export "add") (param $x i32)
    (global.set $list (struct.new $node (local.get $x) (global.get $list))))
  (func $drop (export "drop") (param $x i32) (global.set $list (ref.null none)))
  (func (export "garbage") (param $n i32)
    (loop $more
      (drop (struct.new $node (local.get $n) (ref.null none)))
      (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "deep") (param $n i32) (result i32) (call $deep (local.get $n) (ref.null none)))
  (func $deep (param $n i32) (param $of (ref null $node)) (result i32) (local $r i32)
    (if (result i32) (local.get $n)
      (then
        (i32.const 1)
        (struct.new $node (local.get $n) (local.get $of))
        (local.set $r (call $deep (i32.sub (local.get $n) (i32.const 1)) (struct.new $node (local.get $n) (local.get $of))))
        (drop (struct.new $node (i32.const 0) (ref.null none)))
        (struct.get $node 0) (local.get $r) (i32.add) (i32.sub))
      (else (i32.const 0))))
)"#;

fn call(store: &mut Store<Budget>, instance: &Instance, name: &str, arg: i32) -> Result<(), ErrorKind> {
    let func = instance.get_func(&mut *store, name).expect("exported");
    let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
    func.call(store, &[Val::I32(arg)], &mut results).map_err(|error| error.into_kind())
}

/// What is seen behind each of these calls; the fingerprint behind few.
fn follow(tier: Tier, budget: u64, calls: &[(&str, i32)]) -> Vec<(String, u64, Option<Fingerprint>)> {
    let module = module(tier, LIST);
    let mut store = store(&module, budget);
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    let seen = calls.iter().enumerate().map(|(number, (name, arg))| {
        let outcome = match *name {
            "gc" => {
                store.gc();
                Ok(())
            }
            name => call(&mut store, &instance, name, *arg),
        };
        let fingerprint = (number < 10 || number % 5000 == 0).then(|| store.fingerprint());
        (format!("{outcome:?}"), store.gas_consumed(), fingerprint)
    });
    seen.collect()
}

#[test]
fn what_nobody_can_reach_makes_room() {
    // Ten thousand nodes count 800,000 bytes; a hundred times as many are made.
    let calls =
        [("garbage", 500_000), ("add", 1), ("garbage", 500_000), ("add", 2), ("deep", 500), ("garbage", 9)];
    let seen = TIERS.map(|tier| follow(tier, 3 << 20, &calls));
    assert_eq!(seen[0], seen[1], "exact, then fast");
    assert!(seen[0].iter().all(|(outcome, ..)| outcome == "Ok(())"), "{:?}", seen[0]);
}

#[test]
fn what_can_be_reached_is_limited() {
    let mut calls = vec![("add", 1); 26_500];
    // What has been dropped goes when somebody pays for it, or the embedder asks.
    calls.extend([("drop", 0), ("add", 1), ("gc", 0), ("garbage", 100_000), ("add", 1)]);
    let seen = TIERS.map(|tier| follow(tier, 2 << 20, &calls));
    assert_eq!(seen[0], seen[1], "exact, then fast");
    let refused = |(outcome, ..): &(String, u64, Option<Fingerprint>)| outcome == "Err(OutOfMemory(Heap))";
    // A node counts 80 bytes.
    let first = seen[0].iter().position(refused).expect("a list of 4 MB does not fit into 2");
    assert!((20_000..=26_214).contains(&first), "{first}");
    assert!(seen[0][first..26_500].iter().all(refused));
    let last: Vec<bool> = seen[0][26_500..].iter().map(refused).collect();
    assert_eq!(last, [false, true, false, false, false]);
}

#[test]
fn objects_go_when_half_of_what_was_left_has_been_added() {
    // A node counts 80 bytes; the limit is 26,214 of them.
    for (kept, outcome) in [(17_000, "Ok(())"), (18_000, "Err(OutOfMemory(Heap))")] {
        let mut calls = vec![("add", 1); kept];
        // The first finds out what is left.
        calls.extend([("garbage", 10_000), ("garbage", 100_000), ("garbage", 100_000)]);
        let seen = TIERS.map(|tier| follow(tier, 2 << 20, &calls));
        assert_eq!(seen[0], seen[1], "exact, then fast");
        assert_eq!(seen[0].last().expect("there are calls").0, outcome, "{kept}");
    }
}

#[test]
fn the_embedder_makes_room_behind_any_end() {
    let text = r#"(module (type $node (struct (field i32)))
        (func (export "trap") (param $n i32) (result i32)
          (i32.add (local.get $n) (i32.div_u (struct.get $node 0 (struct.new $node (local.get $n))) (i32.const 0))))
        (func (export "endless") (param $n i32) (loop $more (drop (struct.new $node (local.get $n))) (br $more))))"#;
    for tier in TIERS {
        let module = module(tier, text);
        let mut store = store(&module, 1 << 20);
        let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
        let trap = call(&mut store, &instance, "trap", 1);
        assert!(matches!(trap, Err(ErrorKind::Trap(Trap::IntegerDivideByZero))), "{trap:?}");
        store.gc();
        let func = instance.get_func(&mut store, "trap").expect("exported");
        let stopped = func.call_resumable(&mut store, &[Val::I32(1)]).expect("its parameter");
        assert!(matches!(stopped, Resumable::Stopped(_)));
        store.gc();
        store.set_gas(1_000);
        let stopped = call(&mut store, &instance, "endless", 1);
        assert!(matches!(stopped, Err(ErrorKind::OutOfGas { .. })), "{stopped:?}");
        store.gc();
        store.set_gas(1 << 20);
        assert!(call(&mut store, &instance, "trap", 1).is_err());
    }
}

#[test]
fn that_objects_have_gone_shows_in_no_fingerprint() {
    let without = follow(Tier::Fast, 1 << 30, &[("add", 1), ("add", 2), ("add", 3)]);
    let calls =
        [("garbage", 70_000), ("add", 1), ("garbage", 70_000), ("add", 2), ("garbage", 1), ("add", 3)];
    let with = follow(Tier::Exact, 1 << 30, &calls);
    assert_eq!(without[2].2, with[5].2);
    assert_ne!(without[1].2, with[5].2);
    // Without objects a fingerprint is what it always was.
    let hashes = |seen: &(String, u64, Option<Fingerprint>)| {
        seen.2.as_ref().expect("one of the first").module_instances["main"].len()
    };
    assert_eq!((hashes(&with[0]), hashes(&without[2])), (0, 1));
}

/// A fuzzer found that such a fingerprint panicked.
#[test]
fn a_fingerprint_passes_over_instances_that_could_not_be_made() {
    let texts = [
        "(memory 2)",
        "(global $mine i32 (i32.const 1)) (table 3 funcref) (memory 2)",
        "(type $a (array i64)) (global $mine anyref (array.new $a (i64.const 1) (i32.const 1000000)))",
        "(memory 1) (data (i32.const 65536) \"x\")",
        "(table $mine 1 funcref) (elem (table $mine) (i32.const 1) funcref (ref.null func))",
        "(func $trap (unreachable)) (start $trap)",
    ];
    let seen = TIERS.map(|tier| {
        let list = module(tier, LIST);
        let mut store = store(&list, 1 << 20);
        store.data_mut().1 = 65_536;
        let instance = Instance::new(&mut store, &list, &[]).expect("an instance");
        call(&mut store, &instance, "add", 5).expect("there is room");
        let global = instance.get_export(&mut store, "sum").expect("exported");
        let ty = TableType::new(RefType::FUNCREF, 3, None);
        let table = Extern::Table(Table::new(&mut store, ty, Val::FuncRef(None)).expect("a table"));
        texts.map(|text| {
            let imports = r#"(import "" "global" (global (mut i64))) (import "" "table" (table 3 funcref))"#;
            let failing = module_of(list.engine(), &format!("(module {imports} {text})"));
            assert!(Instance::new(&mut store, &failing, &[global, table]).is_err(), "{text}");
            store.fingerprint()
        })
    });
    assert_eq!(seen[0], seen[1], "exact, then fast");
}

#[test]
fn a_huge_array_is_refused_before_it_is_made() {
    let text = r#"(module (type $a (array (mut v128))) (func (export "new") (param $n i32)
        (drop (array.new_default $a (local.get $n)))))"#;
    for tier in TIERS {
        let module = module(tier, text);
        let mut store = store(&module, 1 << 20);
        let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
        let outcome = call(&mut store, &instance, "new", -1);
        assert!(matches!(outcome, Err(ErrorKind::OutOfMemory(MemoryKind::Heap))), "{outcome:?}");
        store.set_gas(1 << 20);
        let outcome = call(&mut store, &instance, "new", -1);
        assert!(matches!(outcome, Err(ErrorKind::OutOfGas { .. })), "{outcome:?}");
        assert!(call(&mut store, &instance, "new", 1000).is_ok());
    }
}

#[test]
fn nothing_goes_while_a_host_function_holds_references() {
    let text = r#"(module (type $node (struct (field i32)))
        (import "" "host" (func $host (param anyref)))
        (func (export "garbage") (param $n i32)
          (loop $more (drop (struct.new $node (local.get $n)))
            (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
        (func (export "run") (param i32) (call $host (struct.new $node (i32.const 77)))))"#;
    for tier in TIERS {
        let module = module(tier, text);
        let mut store = store(&module, 1 << 30);
        let ty = FuncType::new([ValType::ANYREF], []);
        let host =
            Func::new(&mut store, ty, |mut caller: Caller<'_, Budget>, params: &[Val], _: &mut [Val]| {
                let Some(Extern::Func(garbage)) = caller.get_export("garbage") else { panic!("exported") };
                // Many times what is made between two collections.
                garbage.call(&mut caller, &[Val::I32(100_000)], &mut [])?;
                let Val::AnyRef(Some(node)) = params[0] else { panic!("{params:?}") };
                assert_eq!(node.fields(&caller), Some(vec![Val::I32(77)]));
                Ok(())
            });
        let instance = Instance::new(&mut store, &module, &[Extern::Func(host)]).expect("an instance");
        call(&mut store, &instance, "run", 1).expect("the reference is good");
    }
}

#[test]
fn the_embedder_sees_what_references_are() {
    let module = module(Tier::Fast, LIST);
    let mut store = store(&module, 1 << 20);
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    for arg in [5, 6] {
        call(&mut store, &instance, "add", arg).expect("there is room");
    }
    let Some(Extern::Global(list)) = instance.get_export(&mut store, "list") else { panic!("exported") };
    let Val::AnyRef(Some(node)) = list.get(&store) else { panic!("a list") };
    let fields = node.fields(&store).expect("it is there");
    let (Val::I32(6), Val::AnyRef(Some(next))) = (fields[0], fields[1]) else { panic!("{fields:?}") };
    assert_eq!(next.fields(&store).expect("it is there"), [Val::I32(5), Val::AnyRef(None)]);
    assert_eq!(node.ty(&store).expect("a struct").fields().len(), 2);
    call(&mut store, &instance, "drop", 0).expect("it ends");
    call(&mut store, &instance, "garbage", 20_000).expect("there is room");
    assert_eq!(node.fields(&store), None, "its place is another's now");
    let small = AnyRef::new_i31(&store, -5);
    assert_eq!((small.i31(), small.ty(&store).is_none()), (Some(-5), true));
    assert_eq!(Trap::from_number(14), Some(Trap::CastFailure));
}
