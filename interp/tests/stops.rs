//! Code in which labels and ends lie behind instructions that the fast tier makes no code of: the same place in its
//! code stands for several in the module. Wherever the gas ends, both tiers stop at the same instruction with the same
//! locals and operands, and come to the same when they go on.

use selfsame_interp::{Config, Engine, FrameInfo, Instance, Module, Resumable, Store, Tier, Val};

/// Bodies of a function with parameters `$x` and `$i`, locals `$n` and `$m`, and one result.
const BODIES: &[&str] = &[
    // Between a branch and a loop.
    "(block $out (br_if $out (local.get $i)) (drop (i32.const 1)) (nop)
       (loop $again (local.set $n (i32.add (local.get $n) (i32.const 1)))
         (br_if $again (i32.lt_u (local.get $n) (i32.const 3))))) (local.get $n)",
    // Between two loops, which differ in what is on the stack.
    "(loop $one (result i32) (i32.const 5) (drop (local.get $x)) (loop $two (result i32)
       (local.set $n (i32.add (local.get $n) (i32.const 1)))
       (br_if $two (i32.lt_u (local.get $n) (i32.const 2)))
       (br_if $one (i32.lt_u (local.get $n) (i32.const 4))) (local.get $n)) (i32.add))",
    // Ends of blocks behind one another, each a target.
    "(block $a (block $b (block $c (br_if $c (i32.eqz (local.get $i))) (br_if $b (i32.eq (local.get $i) (i32.const 1)))
       (br_if $a (i32.eq (local.get $i) (i32.const 2)))) (nop)) (drop (i32.const 3)) (nop)) (local.get $i)",
    // Ends of blocks whose operands differ.
    "(i32.const 1) (block $a (result i32) (i32.const 2) (block $b (result i32) (local.get $x) (br_if $b (local.get $i))
       (nop)) (br_if $a (i32.eqz (local.get $i))) (nop) (i32.add)) (nop) (i32.sub)",
    // Arms without code.
    "(if (local.get $i) (then (nop)) (else (drop (i32.const 1)))) (if (local.get $i) (then) (else (nop)))
     (if (result i32) (i32.eqz (local.get $i)) (then (local.get $x)) (else (i32.const 4)))",
    // A loop at the start and at once another, both gone back to.
    "(loop $a (loop $b (loop $c (local.set $n (i32.add (local.get $n) (i32.const 1)))
       (br_if $c (i32.lt_u (local.get $n) (i32.const 2))) (br_if $b (i32.lt_u (local.get $n) (i32.const 4)))
       (br_if $a (i32.lt_u (local.get $n) (i32.const 6)))))) (local.get $n)",
    // Code that is never reached around code that is.
    "(block $a (block $b (br $b) (drop (i32.const 1))) (nop) (br_if $a (local.get $i)) (return (local.get $x)) (nop))
     (drop (i32.const 2)) (loop (nop)) (i32.const 3)",
    // A call, and what is behind it without code.
    "(drop (call $id (local.get $x))) (nop) (loop $a (drop (i32.const 1)) (local.set $n (call $id (i32.add (local.get $n)
       (i32.const 1)))) (br_if $a (i32.lt_u (local.get $n) (local.get $i)))) (local.get $n)",
    // Locals copied about, and constants taken in by what comes later.
    "(local.set $n (local.get $x)) (local.set $m (local.get $n)) (block $a (br_if $a (local.get $i)) (local.set $m
       (i32.const 9)) (drop (local.get $m)) (loop $b (local.set $n (local.get $m)) (br_if $b (i32.gt_u (local.tee $m
       (i32.sub (local.get $m) (i32.const 4))) (i32.const 4))))) (i32.add (local.get $n) (local.get $m))",
    // A table whose labels meet.
    "(block $a (block $b (block $c (br_table $a $b $c $a (local.get $i))) (nop)) (drop (i32.const 1)) (nop))
     (local.set $n (i32.add (local.get $n) (i32.const 5))) (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
       (br_if $l (i32.lt_u (local.get $n) (i32.const 8)))) (local.get $n)",
];

#[derive(Debug, PartialEq)]
struct Stop {
    gas: u64,
    frames: Vec<FrameInfo>,
    operands: Option<Vec<Val>>,
}

/// What a call comes to that gets so much gas and then as much as it wants; and what it looked like in between.
fn run(module: &Module, name: &str, index: i32, gas: u64) -> (Vec<Val>, u64, Option<Stop>) {
    let mut store = Store::new(module.engine(), ());
    store.set_gas(gas);
    let instance = Instance::new(&mut store, module, &[]).expect("an instance");
    let func = instance.get_func(&mut store, name).expect("exported");
    let args = [Val::I32(7), Val::I32(index)];
    let mut stop = None;
    let mut state = func.call_resumable(&mut store, &args).expect("its parameters");
    loop {
        state = match state {
            Resumable::Done(values) => return (values, store.gas_consumed(), stop),
            Resumable::Stopped(stopped) => {
                assert!(stop.is_none(), "stopped twice: {}", stopped.error);
                let (frames, operands) = (store.frames().to_vec(), store.operands());
                stop = Some(Stop { gas: store.gas_consumed(), frames, operands });
                store.add_gas(1_000_000);
                stopped.resume(&mut store, &[]).expect("the execution is open")
            }
        };
    }
}

#[test]
fn stops_are_the_same_wherever_the_gas_ends() {
    let funcs: String = BODIES
        .iter()
        .enumerate()
        .map(|(number, body)| {
            format!(r#"(func (export "{number}") (param $x i32) (param $i i32) (result i32) (local $n i32) (local $m i32) {body})"#)
        })
        .collect();
    let id = "(func $id (param i32) (result i32) (local.get 0))";
    let bytes = wat::parse_str(format!("(module {id} {funcs})")).expect("a module");
    let [exact, fast] = [Tier::Exact, Tier::Fast]
        .map(|tier| Module::new(&Engine::new(Config::new().tier(tier)), &*bytes).expect("a valid module"));
    for (number, body) in BODIES.iter().enumerate() {
        for index in 0..=3 {
            let whole = run(&exact, &number.to_string(), index, 1_000_000);
            for gas in (0..=whole.1).chain([1_000_000]) {
                let [exact, fast] = [&exact, &fast].map(|tier| run(tier, &number.to_string(), index, gas));
                assert_eq!(exact, fast, "{body}, index {index}, gas {gas}; exact, then fast");
                assert_eq!((&exact.0, exact.1), (&whole.0, whole.1), "{body}, index {index}, gas {gas}");
            }
        }
    }
}
