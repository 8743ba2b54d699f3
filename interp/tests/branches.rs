//! Branches on every comparison of integers, in every form in which the fast tier may make one instruction of both; and
//! straight code that is longer than one charge may be. Both tiers must come to what Rust comes to, with equal gas.

use selfsame_interp::{Config, Engine, Instance, Module, Resumable, Store, Tier, Val};

/// The name of a comparison, and what it comes to.
type Comparison = (&'static str, fn(i64, i64) -> bool);

const COMPARISONS: [Comparison; 10] = [
    ("eq", |a, b| a == b),
    ("ne", |a, b| a != b),
    ("lt_s", |a, b| a < b),
    ("lt_u", |a, b| (a as u64) < b as u64),
    ("gt_s", |a, b| a > b),
    ("gt_u", |a, b| a as u64 > b as u64),
    ("le_s", |a, b| a <= b),
    ("le_u", |a, b| a as u64 <= b as u64),
    ("ge_s", |a, b| a >= b),
    ("ge_u", |a, b| a as u64 >= b as u64),
];

/// What a comparison can be taken in with, at `@`. Each comes to 1 where it holds and to 2 where it does not.
const FORMS: &[&str] = &[
    "(if (result i32) @ (then (i32.const 1)) (else (i32.const 2)))",
    "(if (result i32) (i32.eqz @) (then (i32.const 2)) (else (i32.const 1)))",
    "(local.set $n (i32.const 2)) (if @ (then (local.set $n (i32.const 1)))) (local.get $n)",
    "(local.set $n (i32.const 1)) (block $out (br_if $out @) (local.set $n (i32.const 2))) (local.get $n)",
    "(local.set $n (i32.const 2)) (block $out (br_if $out (i32.eqz @)) (local.set $n (i32.const 1))) (local.get $n)",
    "(block $out (result i32) (i32.const 1) (br_if $out @) (drop) (i32.const 2))",
    "(block $out (result i32) (i32.const 7) (i32.const 1) (br_if $out @) (drop) (drop) (i32.const 2))",
    "(block $out (result i32) (i32.const 7) (i32.const 2) (br_if $out (i32.eqz @)) (drop) (drop) (i32.const 1))",
    "(block $out (br_if $out @) (return (i32.const 2))) (i32.const 1)",
    "(loop $again (local.set $n (i32.add (local.get $n) (i32.const 1)))
       (br_if $again @ (i32.lt_u (local.get $n) (i32.const 5)) (i32.and))) (i32.sub (i32.const 2) (i32.eq (local.get $n) (i32.const 5)))",
    "(select (i32.const 1) (i32.const 2) @)",
    "(local.set $n (select (local.get $n) (i32.const 2) (i32.eqz (i32.eqz @)))) (select (i32.const 1) (i32.const 2) (i32.eqz (local.get $n)))",
    "(i32.sub (i32.const 2) @)",
    "(local.set $n @) (i32.sub (i32.const 2) (local.get $n))",
    "(block $out (block $two (block $one (br_table $two $one @)) (return (i32.const 1))) (return (i32.const 2))) (unreachable)",
    "(i32.sub (i32.const 3) (block $out (result i32) (i32.const 2) (br_if $out @) (drop) (i32.const 1)))",
    "(block $a (block $b (block $c (br_if $a (i32.eqz @)) (br_if $b (i32.const 0)) (br_if $c @) (return (i32.const 7)))
       (return (i32.const 1))) (return (i32.const 8))) (i32.const 2)",
];

/// A text, and what it comes to.
type First = (&'static str, fn(i64) -> i64);

/// First operands, for the type `t`. The first parameter is in memory too, at 8.
const FIRSTS: [First; 13] = [
    ("(local.get $x)", |x| x),
    ("(t.load (i32.const 8))", |x| x),
    ("(t.load8_s (i32.const 8))", |x| i64::from(x as i8)),
    ("(t.load8_u (i32.const 8))", |x| i64::from(x as u8)),
    ("(t.load16_s (i32.const 8))", |x| i64::from(x as i16)),
    ("(t.load16_u (i32.const 8))", |x| i64::from(x as u16)),
    ("(t.add (local.get $x) (t.const 5))", |x| x + 5),
    ("(t.sub (local.get $x) (local.get $three))", |x| x - 3),
    ("(t.and (local.get $x) (t.const 0x7c))", |x| x & 0x7c),
    ("(t.and (local.get $x) (local.get $three))", |x| x & 3),
    ("(t.xor (local.get $x) (local.get $three))", |x| x ^ 3),
    ("(local.tee $z (t.add (local.get $x) (t.const 3)))", |x| x + 3),
    ("(local.tee $z (t.add (local.get $x) (local.get $three)))", |x| x + 3),
];

/// First parameters, small enough that no sum wraps around.
const VALUES: [i64; 6] = [0, 1, -3, 127, 0x7fff_fff0, -0x7fff_fff0];

/// Second operands: the second parameter, which is each of these in turn, and a constant.
const SECONDS: [i64; 2] = [2, -0x7fff_ffff];
const CONSTANT: i64 = 4;

/// All forms of a comparison: functions `FIRST-SECOND-FORM`, numbered.
fn module(ty: &str, name: &str) -> Vec<u8> {
    let mut funcs = String::new();
    for (a, (first, _)) in FIRSTS.iter().enumerate() {
        for (b, second) in ["(local.get $y)", &format!("(t.const {CONSTANT})")].into_iter().enumerate() {
            for (c, form) in FORMS.iter().enumerate() {
                let comparison = format!("(t.{name} {first} {second})");
                let code = form.replace('@', &comparison);
                funcs += &format!(
                    r#"(func (export "{a}-{b}-{c}") (param $x t) (param $y t) (param $three t) (result i32)
                      (local $n i32) (local $z t) (t.store (i32.const 8) (local.get $x)) {code})"#
                );
            }
        }
    }
    let text = format!("(module (memory 1) {funcs})");
    wat::parse_str(text.replace("t.", &format!("{ty}.")).replace(" t)", &format!(" {ty})")))
        .expect("a module")
}

fn value(ty: &str, value: i64) -> Val {
    if ty == "i32" { Val::I32(value as i32) } else { Val::I64(value) }
}

fn check(ty: &str) {
    for (name, holds) in COMPARISONS {
        let bytes = module(ty, name);
        let gas = [Tier::Exact, Tier::Fast].map(|tier| {
            let engine = Engine::new(Config::new().tier(tier));
            let module = Module::new(&engine, &*bytes).expect("a valid module");
            let mut store = Store::new(&engine, ());
            store.set_gas(u64::MAX / 2);
            let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
            let mut gas = Vec::new();
            for (name, func) in instance.exports(&mut store) {
                let func = func.into_func().expect("only functions are exported");
                let mut numbers = name.split('-').map(|number| number.parse::<usize>().expect("a number"));
                let [a, b, c] = [(); 3].map(|()| numbers.next().expect("three numbers"));
                for x in VALUES {
                    for y in SECONDS {
                        let first = FIRSTS[a].1(x);
                        let second = if b == 0 { y } else { CONSTANT };
                        let wanted = 2 - i32::from(holds(first, second));
                        let args = [x, y, 3].map(|arg| value(ty, arg));
                        let mut results = [Val::I32(0)];
                        func.call(&mut store, &args, &mut results).expect("a result");
                        assert_eq!(results, [Val::I32(wanted)], "{tier:?} {name} {x} {y}: {}", FORMS[c]);
                        gas.push(store.gas_consumed());
                    }
                }
            }
            gas
        });
        assert_eq!(gas[0], gas[1], "{name}");
    }
}

#[test]
fn branches_on_comparisons_of_i32() {
    check("i32");
}

#[test]
fn branches_on_comparisons_of_i64() {
    check("i64");
}

/// A module with a function `run` of so many roots of vectors, which cost most for their length.
fn roots(count: usize) -> Vec<u8> {
    let leb = |mut number: usize| {
        let mut octets = Vec::new();
        while number > 0x7f {
            octets.push(number as u8 | 0x80);
            number >>= 7;
        }
        octets.push(number as u8);
        octets
    };
    // No locals; local.get 0; f32x4.sqrt; end.
    let body = [&[0, 0x20, 0][..], &[0xfd, 0xe3, 1].repeat(count), &[0x0b]].concat();
    let code = [leb(1), leb(body.len()), body].concat();
    let mut module =
        b"\0asm\x01\0\0\0\x01\x06\x01\x60\x01\x7b\x01\x7b\x03\x02\x01\0\x07\x07\x01\x03run\0\0\x0a".to_vec();
    module.extend(leb(code.len()));
    module.extend(code);
    module
}

#[test]
fn straight_code_of_any_length_is_charged_alike() {
    // The fast tier charges for less than 2^24 at once.
    const LONG: u64 = 1 << 24;
    let count = LONG / 32 + 1000;
    let bytes = roots(count as usize);
    let whole = 1 + 32 * count;
    let seen = [Tier::Exact, Tier::Fast].map(|tier| {
        let engine = Engine::new(Config::new().tier(tier));
        let module = Module::new(&engine, &*bytes).expect("a valid module");
        [whole, whole - 1, LONG + 33, LONG, LONG - 33, 1000].map(|gas| {
            let mut store = Store::new(&engine, ());
            store.set_gas(gas);
            let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
            let run = instance.get_func(&mut store, "run").expect("exported");
            let outcome = match run.call_resumable(&mut store, &[Val::V128(0)]).expect("its parameter") {
                Resumable::Done(results) => Ok(results),
                Resumable::Stopped(stopped) => Err(stopped.error.to_string()),
            };
            assert_eq!(outcome.is_ok(), gas == whole, "{tier:?}: {gas}");
            (outcome, store.gas_consumed(), store.frames().to_vec())
        })
    });
    assert_eq!(seen[0], seen[1]);
}
