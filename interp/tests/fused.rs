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
    "(loop $again (local.set $n (i32.add (local.get $n) @)) (br_if $again (i32.lt_u (local.get $n) (i32.const 50))
        (i32.ne (local.tee $y (i32.add (local.get $y) (i32.const -1))) (i32.const 0)) (i32.and))) (local.get $n)",
];

fn text() -> String {
    let mut text = String::from(
        "(module (memory 1) (data (i32.const 0) \"\\01\\02\\83\\04\\05\\86\\07\\08\\ff\\0a\\0b\\0c\")\n",
    );
    for (m, maker) in MAKERS.iter().enumerate() {
        for (t, taker) in TAKERS.iter().enumerate() {
            let body = taker.replace('@', maker);
            text += &format!(
                "(func (export \"{m} {t}\") (param $x i32) (param $y i32) (result i32) (local $n i32)\n{body})\n"
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

fn run(store: &mut Store<()>, instance: Instance, export: &str, args: [i32; 2], gas: u64) -> Stop {
    let func = instance.get_func(&mut *store, export).expect("the export");
    store.set_gas(gas);
    let mut results = [Val::I32(0)];
    let outcome = func.call(&mut *store, &args.map(Val::I32), &mut results);
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

#[test]
fn every_pair_stops_as_on_the_exact_tier() {
    let bytes = wat::parse_str(text()).expect("a module");
    let mode = Mode::Deterministic;
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
        assert_eq!(exact, fast, "{export:?} {args:?} with gas {gas}: exact, then fast");
        exact.gas
    };
    for m in 0..MAKERS.len() {
        for t in 0..TAKERS.len() {
            let export = format!("{m} {t}");
            for args in [[4, 9], [0, 1], [-3, 2], [65_532, 40]] {
                let bill = both(&export, args, 20_000);
                // All limits for one pair of arguments, a few for the others; unoptimised, a few.
                let step = match (args[0], cfg!(debug_assertions)) {
                    (4, false) => 1,
                    (4, true) => 7,
                    (_, false) => 5,
                    (_, true) => 40,
                };
                for gas in (0..bill.min(120)).step_by(step) {
                    both(&export, args, gas);
                }
            }
        }
    }
}
