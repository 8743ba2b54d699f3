//! How long a program stands still while objects are taken away, and whether what it has paid covers that time.

use crate::clock::of_thread;
use selfsame_interp::{Engine, Instance, Module, Store, Val};
use std::error::Error;

/// What is kept, by the function that makes one more of it: it has an index, and a global of each shape to keep it in.
const SHAPES: &[(&str, u64, &str)] = &[
    ("chain of structs", 72, "(global.set $list (struct.new $node (global.get $list)))"),
    (
        "structs that refer to others at random",
        72,
        "(array.set $nodes (global.get $nodes) (local.get $i) (struct.new $node
          (array.get $nodes (global.get $nodes) (i32.rem_u (i32.mul (local.get $i) (i32.const 0x9e3779b1))
            (i32.add (local.get $i) (i32.const 1))))))",
    ),
    (
        "arrays of 8,000 references",
        64_064,
        "(global.set $rows (struct.new $row (array.new $nodes (global.get $list) (i32.const 8000)) (global.get $rows)))",
    ),
    (
        "arrays of 64,000 bytes",
        64_064,
        "(global.set $rows (struct.new $row (array.new_default $bytes (i32.const 64000)) (global.get $rows)))",
    ),
];

/// MiB that are kept: little, half of what a store may have, and as much as leaves room for garbage.
const KEPT: [u64; 3] = [16, 120, 165];

/// The garbage of each measured call: large, so that making it takes little time for what it counts.
const GARBAGE: u64 = 1 << 20;
/// Calls of that.
const CALLS: u64 = 400;

fn module(one: &str) -> String {
    format!(
        r#"(module
          (type $node (struct (field (ref null $node))))
          (type $nodes (array (mut (ref null $node)))) (type $bytes (array (mut i8)))
          (type $row (struct (field anyref) (field (ref null $row))))
          (global $list (mut (ref null $node)) (ref.null $node))
          (global $rows (mut (ref null $row)) (ref.null $row))
          (global $nodes (mut (ref null $nodes)) (ref.null $nodes))
          (func (export "keep") (param $n i32) (local $i i32)
            (global.set $nodes (array.new_default $nodes (i32.const 3000000)))
            (loop $again {one}
              (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))))
          (func (export "waste") (param $bytes i32) (drop (array.new_default $bytes (local.get $bytes)))))"#
    )
}

/// Prints for each shape and size the longest call that makes one object, and the time of all such calls by their gas.
///
/// # Errors
/// If a program does not run.
pub fn run() -> Result<(), Box<dyn Error>> {
    println!(
        "{:40} {:>6} {:>12} {:>14} {:>16}",
        "kept", "MiB", "longest, ms", "ns a gas, then", "ns a gas, keeping"
    );
    for (name, bytes, one) in SHAPES {
        for mib in KEPT {
            let engine = Engine::default();
            let module = Module::new(&engine, wat::parse_str(module(one))?)?;
            let mut store = Store::new(&engine, ());
            store.set_gas(u64::MAX);
            let instance = Instance::new(&mut store, &module, &[])?;
            let keep = instance.get_func(&mut store, "keep").ok_or("no keep")?;
            let waste = instance.get_func(&mut store, "waste").ok_or("no waste")?;
            // The array of all nodes counts 24 MB.
            let count = (mib << 20).saturating_sub(24_000_064) / bytes;
            let (keeping, result) = of_thread(|| keep.call(&mut store, &[Val::I32(count as i32)], &mut []));
            result?;
            let kept_for = u64::MAX - store.gas_left();
            let mut longest = 0.0_f64;
            let mut sum = 0.0;
            for _ in 0..CALLS {
                let (taken, result) =
                    of_thread(|| waste.call(&mut store, &[Val::I32(GARBAGE as i32)], &mut []));
                result?;
                longest = longest.max(taken.as_secs_f64());
                sum += taken.as_secs_f64();
            }
            let wasted_for = u64::MAX - store.gas_left() - kept_for;
            println!(
                "{name:40} {mib:6} {:12.1} {:14.3} {:16.3}",
                longest * 1e3,
                sum * 1e9 / wasted_for as f64,
                keeping.as_secs_f64() * 1e9 / kept_for as f64
            );
        }
    }
    Ok(())
}
