//! Instructions that the fast tier makes one of: each that yields a value, followed by each that takes it, must
//! stop as on the exact tier at every gas limit and at every trap.

use selfsame_interp::{Config, Engine, FrameInfo, Instance, Mode, Module, Store, Tier, Val};

/// What yields an `i32` from the parameters `$x` and `$y` and an address that is in bounds for a small `$x`.
const MAKERS: &[&str] = &[
    "(i32.add (local.get $x) (i32.const 8))",
    "(i32.add (local.get $x) (local.get $y))",
    "(i32.add (i32.const -4) (local.get $x))",
    "(i32.sub (local.get $x) (local.get $y))",
    "(i32.mul (local.get $x) (i32.const 3))",
    "(i32.and (local.get $x) (i32.const 60))",
    "(i32.and (local.get $x) (local.get $y))",
    "(i32.xor (local.get $y) (local.get $x))",
    "(i32.shl (local.get $x) (i32.const 2))",
    "(i32.shr_u (local.get $x) (i32.const 1))",
    "(i32.load (local.get $x))",
    "(i32.load8_u offset=3 (local.get $x))",
    "(i32.load8_s offset=1 (local.get $x))",
    "(i32.load16_u (local.get $y))",
    "(i32.load16_s (local.get $x))",
    "(i32.load offset=65533 (local.get $x))",
    "(i32.load (i32.const 16))",
    "(i32.wrap_i64 (i64.mul (i64.extend_i32_s (local.get $x)) (i64.const 77777777777)))",
    "(i32.lt_s (local.get $x) (local.get $y))",
    "(i32.const 12)",
    "(local.get $x)",
    "(local.tee $x (i32.add (local.get $x) (i32.const 1)))",
    "(local.tee $y (i32.add (local.get $x) (local.get $y)))",
    "(local.tee $x (i32.load (local.get $x)))",
    "(local.tee $y (i32.load8_u (local.get $x)))",
];

/// What takes it, at `@`, and leaves an `i32`.
const TAKERS: &[&str] = &[
    "(i32.load @)",
    "(i32.load8_s offset=2 @)",
    "(i32.load offset=4294967290 @)",
    "(i32.wrap_i64 (i64.load @))",
    "(i32.store @ (local.get $y)) (i32.load (i32.const 8))",
    "(i32.store8 offset=5 @ (i32.const -2)) (i32.load (i32.const 8))",
    "(i64.store @ (i64.const 0x1234567890)) (i32.load (i32.const 8))",
    "(i64.store @ (i64.const -1)) (i32.load (i32.const 8))",
    "(i32.store (local.get $y) @) (i32.load (local.get $y))",
    "(i32.store (i32.const 24) @) (i32.load (i32.const 24))",
    "(i32.add @ (i32.const 5))",
    "(i32.add (local.get $y) @)",
    "(i32.add (local.get $x) @)",
    "(i32.sub @ (local.get $x))",
    "(i32.sub (local.get $x) @)",
    "(i32.sub (i32.const 100) @)",
    "(i32.shl @ (local.get $y))",
    "(i32.shl (i32.const 1) @)",
    "(i32.shr_s @ (i32.const 3))",
    "(i32.rotl @ (i32.const 7))",
    "(i32.xor @ @)",
    "(i32.and (i32.const 0x7ffffff0) @)",
    "(i32.div_s (local.get $y) @)",
    "(i32.wrap_i64 (i64.and (i64.extend_i32_s @) (i64.const 0xffffffff)))",
    "(i32.wrap_i64 (i64.add (i64.load offset=8 (local.get $x)) (i64.extend_i32_u @)))",
    "(i32.reinterpret_f32 (f32.add (f32.convert_i32_s @) (f32.const 0.5)))",
    "(i32.trunc_sat_f64_s (f64.mul (f64.convert_i32_s @) (f64.const 1.5)))",
    "(f64.lt (f64.convert_i32_s @) (f64.const 10))",
    "(select (i32.const 7) (i32.const -9) @)",
    "(select (local.get $x) (i32.const 5) @)",
    "(select (i32.const 5) (local.get $y) @)",
    "(select @ (local.get $y) (i32.const 0))",
    "(local.set $x @) (i32.add (local.get $x) (local.get $y))",
    "(if (result i32) @ (then (i32.const 1)) (else (i32.const 2)))",
    "(if (result i32) (i32.eqz @) (then (local.get $x)) (else (local.get $y)))",
    "(if (result i32) (i32.lt_s @ (i32.const 9)) (then (local.get $x)) (else (local.get $y)))",
    "(if (result i32) (i32.gt_u @ (local.get $y)) (then (local.get $x)) (else (i32.const 3)))",
    "(if (result i32) (i32.ne (local.get $x) @) (then (local.get $x)) (else (i32.const 3)))",
    "(if (result i32) (i32.ge_s (local.get $y) @) (then (local.get $y)) (else (i32.const 3)))",
    "(if (result i32) (i32.eq (i32.and @ (i32.const 6)) (i32.const 4)) (then (i32.const 1)) (else (i32.const 2)))",
    "(local.get $y) (local.get $x) (local.set $y) (local.set $x) @ (drop) (i32.sub (local.get $x) (local.get $y))",
    "(block $out (loop $again (br_if $out (i32.gt_s @ (i32.const 40))) (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $again (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 3))) (i32.const 30))))) (local.get $n)",
    "(i32.load (i32.add (local.get $y) @))",
    "(i32.load8_u (i32.shl @ (i32.const 1)))",
    "(i32.store16 (i32.add @ (i32.const 4)) (local.get $y)) (i32.load (i32.const 8))",
    "(i32.add (i32.mul (local.get $y) @) (i32.const 3))",
    "(i32.xor (i32.sub @ (local.get $y)) (local.get $x))",
    "(i32.wrap_i64 (i64.xor (i64.shr_u (i64.extend_i32_s @) (i64.const 3)) (i64.const -2)))",
    "(select (i32.const 7) (local.get $x) (i32.lt_u (local.get $y) @))",
    "(select (local.get $x) (local.get $y) (i32.ge_s @ (i32.const 5)))",
    "(select (i32.const 1) (i32.const 2) (i32.eq @ (local.get $x)))",
    "(select (local.get $x) (i32.const 2) (i32.eqz @))",
    "(select @ (i32.const 2) (i32.gt_s (local.get $x) (local.get $y)))",
    "(i32.wrap_i64 (select (i64.const 0x123456789) (i64.const -1) (i64.lt_s (i64.extend_i32_s @) (i64.const 4))))",
    "(loop $again (local.set $n (i32.add (local.get $n) @)) (br_if $again (i32.lt_u (local.get $n) (i32.const 50))
        (i32.ne (local.tee $y (i32.add (local.get $y) (i32.const -1))) (i32.const 0)) (i32.and))) (local.get $n)",
];

/// As [`MAKERS`], floats of the type `f`.
const FLOAT_MAKERS: &[&str] = &[
    "(f.add (local.get $x) (local.get $y))",
    "(f.sub (local.get $y) (local.get $x))",
    "(f.mul (local.get $x) (f.const 1.5))",
    "(f.mul (f.const -0.3) (local.get $y))",
    "(f.mul (f.sub (local.get $x) (f.const 1)) (local.get $y))",
    "(f.sub (local.get $y) (f.mul (local.get $x) (local.get $x)))",
    "(f.div (f.const 1) (local.get $x))",
    "(f.min (f.const 2) (local.get $x))",
    "(f.neg (local.get $x))",
    "(f.load (i32.const 8))",
    "(f.const 0x1.8p3)",
    "(local.get $x)",
    "(local.tee $y (f.add (local.get $x) (local.get $y)))",
];

/// As [`TAKERS`], leaving a float.
const FLOAT_TAKERS: &[&str] = &[
    "(f.add @ (local.get $x))",
    "(f.add (local.get $y) @)",
    "(f.sub @ (local.get $y))",
    "(f.sub (local.get $y) @)",
    "(f.sub (f.const 0.1) @)",
    "(f.mul @ @)",
    "(f.mul (local.get $x) @)",
    "(f.mul @ (f.const 3))",
    "(f.div (f.const 3) @)",
    "(f.copysign @ (local.get $y))",
    "(f.sqrt @)",
    "(f.add (f.mul @ (local.get $x)) (f.mul (local.get $y) @))",
    "(f.sub (f.sub (local.get $x) @) (f.add @ (local.get $y)))",
    "(local.set $x @) (f.mul (local.get $x) (local.get $y))",
    "(f.store (i32.const 16) @) (f.load (i32.const 16))",
    "(f.convert_i32_s (f.lt @ (local.get $y)))",
    "(f.convert_i32_s (i32.eqz (f.ge (local.get $x) @)))",
    "(f.convert_i32_s (i32.eqz (i32.eqz (f.eq @ (f.const 2)))))",
    "(if (result f) (f.gt @ (local.get $y)) (then (local.get $x)) (else (f.const 3)))",
    "(if (result f) (f.le (local.get $y) @) (then (local.get $x)) (else (f.const 3)))",
    "(if (result f) (i32.eqz (f.ne @ (f.const 3.5))) (then (local.get $x)) (else (f.const 3)))",
    "(select (local.get $x) (local.get $y) (f.lt @ (local.get $x)))",
    "(block $out (br_if $out (f.ge (local.get $x) @)) (local.set $y (f.const 7))) (local.get $y)",
    "(block $out (br_if $out (i32.eqz (f.lt @ (f.const 4)))) (local.set $y (f.const 7))) (local.get $y)",
    "(loop $again (local.set $n (i32.add (local.get $n) (i32.const 1))) (local.set $x (f.mul @ (f.const 1.5)))
        (br_if $again (f.lt (local.get $x) (f.const 50)) (i32.lt_u (local.get $n) (i32.const 9)) (i32.and))) (local.get $x)",
];

/// As [`MAKERS`], vectors.
const VECTOR_MAKERS: &[&str] = &[
    "(f32x4.mul (local.get $x) (local.get $y))",
    "(f64x2.mul (local.get $y) (local.get $x))",
    "(f32x4.add (local.get $x) (local.get $y))",
    "(i8x16.add (local.get $x) (local.get $y))",
    "(v128.load (i32.const 8))",
    "(v128.load offset=1 (i32.shl (i32.load8_u (i32.const 0)) (i32.const 3)))",
    "(v128.load (i32.add (i32.load8_u (i32.const 0)) (i32.const 65520)))",
    "(local.get $x)",
    "(local.tee $y (f64x2.mul (local.get $x) (local.get $x)))",
];

/// As [`TAKERS`], leaving a vector.
const VECTOR_TAKERS: &[&str] = &[
    "(f32x4.add @ (local.get $x))",
    "(f32x4.sub (local.get $y) @)",
    "(f32x4.sub @ @)",
    "(f64x2.add (local.get $y) @)",
    "(f64x2.sub @ (local.get $x))",
    "(f64x2.add @ (f64x2.mul (local.get $y) @))",
    "(local.set $x @) (f32x4.add (local.get $x) (local.get $y))",
    "(v128.store (i32.and (i32.load8_u (i32.const 1)) (i32.const 60)) @) (v128.load (i32.const 0))",
    "(v128.store offset=9 (i32.const 16) @) (v128.load (i32.const 20))",
    "(v128.store offset=4294967295 (i32.const 1) @) (v128.load (i32.const 20))",
    "(select @ (local.get $y) (i32.lt_s (i32.load (i32.const 0)) (i32.const 7)))",
];

/// A function for each maker with each taker, on values of type `ty`.
fn text(makers: &[&str], takers: &[&str], ty: &str) -> String {
    let mut text = String::from(
        "(module (memory 1) (data (i32.const 0) \"\\01\\02\\83\\04\\05\\86\\07\\08\\ff\\0a\\0b\\0c\")\n",
    );
    for (m, maker) in makers.iter().enumerate() {
        for (t, taker) in takers.iter().enumerate() {
            let body = taker.replace('@', maker).replace("(f.", &format!("({ty}."));
            let body = body.replace("(result f)", &format!("(result {ty})"));
            text += &format!(
                "(func (export \"{m} {t}\") (param $x {ty}) (param $y {ty}) (result {ty}) (local $n i32)\n{body})\n"
            );
        }
    }
    text + ")"
}

/// A stop: outcome, gas, frames with their locals, the memory's first octets.
#[derive(Debug, PartialEq)]
struct Stop {
    outcome: Result<Vec<Val>, String>,
    gas: u64,
    frames: Vec<FrameInfo>,
    operands: Option<Vec<Val>>,
    fingerprint: selfsame_interp::Fingerprint,
}

fn run(store: &mut Store<()>, instance: Instance, export: &str, args: [Val; 2], gas: u64) -> Stop {
    let func = instance.get_func(&mut *store, export).expect("the export");
    store.set_gas(gas);
    let mut results = [args[0]];
    let outcome = func.call(&mut *store, &args, &mut results);
    let outcome =
        outcome.map(|()| results.to_vec()).map_err(|error| error.code().unwrap_or("no code").to_string());
    let operands = store.operands();
    Stop {
        outcome,
        gas: store.gas_consumed(),
        frames: store.frames().to_vec(),
        operands,
        fingerprint: store.fingerprint(),
    }
}

/// Runs each pair on both tiers with each pair of arguments: of the first at all gas limits, of the others at some. Two
/// threads share the makers.
fn compare(makers: &[&str], takers: &[&str], ty: &str, mode: Mode, arguments: &[[Val; 2]]) {
    std::thread::scope(|scope| {
        for half in makers.chunks(makers.len().div_ceil(2)) {
            scope.spawn(move || compare_pairs(half, takers, ty, mode, arguments));
        }
    });
}

fn compare_pairs(makers: &[&str], takers: &[&str], ty: &str, mode: Mode, arguments: &[[Val; 2]]) {
    let bytes = wat::parse_str(text(makers, takers, ty)).expect("a module");
    let mut stores = [Tier::Exact, Tier::Fast].map(|tier| {
        let engine = Engine::new(Config::new().tier(tier).mode(mode));
        let module = Module::new(&engine, bytes.as_slice()).expect("valid");
        let mut store = Store::new(&engine, ());
        store.set_gas(u64::MAX);
        let instance = Instance::new(&mut store, &module, &[]).expect("no start function");
        (store, instance)
    });
    let mut both = |export: &str, args, gas| {
        let [exact, fast] =
            stores.each_mut().map(|(store, instance)| run(store, *instance, export, args, gas));
        assert_eq!(exact, fast, "{export:?} {args:?} with gas {gas}, {ty} {mode:?}: exact, then fast");
        exact.gas
    };
    for m in 0..makers.len() {
        for t in 0..takers.len() {
            let export = format!("{m} {t}");
            for (number, args) in arguments.iter().enumerate() {
                let bill = both(&export, *args, 20_000);
                // Unoptimised, a few.
                let step = match (number, cfg!(debug_assertions)) {
                    (0, false) => 1,
                    (0, true) => 11,
                    (_, false) => 5,
                    (_, true) => 60,
                };
                for gas in (0..bill.min(120)).step_by(step) {
                    both(&export, *args, gas);
                }
            }
        }
    }
}

#[test]
fn every_pair_stops_as_on_the_exact_tier() {
    let arguments = [[4, 9], [0, 1], [-3, 2], [65_532, 40]].map(|args| args.map(Val::I32));
    compare(MAKERS, TAKERS, "i32", Mode::Deterministic, &arguments);
}

#[test]
fn every_pair_of_floats_stops_as_on_the_exact_tier() {
    let arguments = [[1.25, 3.5], [-0.0, 2.0], [f64::INFINITY, -1e308], [5e-324, f64::NAN]];
    for mode in [Mode::Deterministic, Mode::NonDeterministic] {
        let wide = arguments.map(|args| args.map(|x| Val::F64(x.to_bits())));
        compare(FLOAT_MAKERS, FLOAT_TAKERS, "f64", mode, &wide);
        let narrow = arguments.map(|args| args.map(|x| Val::F32((x as f32).to_bits())));
        compare(FLOAT_MAKERS, FLOAT_TAKERS, "f32", mode, &narrow);
    }
}

#[test]
fn every_pair_of_vectors_stops_as_on_the_exact_tier() {
    let lanes = |a: f32, b: f32| Val::V128(u128::from(a.to_bits()) << 64 | u128::from(b.to_bits()));
    let arguments = [[lanes(1.25, -3.5), lanes(2.0, 1e30)], [lanes(f32::MAX, 0.1), lanes(-0.0, 2e38)]];
    for mode in [Mode::Deterministic, Mode::NonDeterministic] {
        compare(VECTOR_MAKERS, VECTOR_TAKERS, "v128", mode, &arguments);
    }
}
