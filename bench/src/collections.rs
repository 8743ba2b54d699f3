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
          (func (export "drop") (global.set $list (ref.null $node)) (global.set $rows (ref.null $row))
            (global.set $nodes (ref.null $nodes)))
          (func (export "waste") (param $bytes i32) (drop (array.new_default $bytes (local.get $bytes)))))"#
    )
}

/// Time and gas of some calls.
#[derive(Default)]
struct Taken {
    seconds: f64,
    longest: f64,
    gas: u64,
}

impl Taken {
    fn nanoseconds_per_gas(&self) -> f64 {
        self.seconds * 1e9 / self.gas as f64
    }

    /// Calls the exported function so often with this argument.
    fn by(
        store: &mut Store<()>,
        instance: &Instance,
        name: &str,
        params: &[Val],
        times: u64,
    ) -> Result<Taken, Box<dyn Error>> {
        let func = instance.get_func(&mut *store, name).ok_or("not exported")?;
        let mut all = Taken::default();
        store.set_gas(u64::MAX);
        for _ in 0..times {
            let (taken, result) = of_thread(|| func.call(&mut *store, params, &mut []));
            result?;
            all.seconds += taken.as_secs_f64();
            all.longest = all.longest.max(taken.as_secs_f64());
        }
        all.gas = store.gas_consumed();
        Ok(all)
    }
}

/// Prints for each shape and size what a unit of gas takes while all is kept, while garbage is made beside it, and when all
/// has been dropped; and the longest call that makes one object beside what is kept.
///
/// # Errors
/// If a program does not run.
pub fn run() -> Result<(), Box<dyn Error>> {
    println!(
        "{:40} {:>6} {:>10} {:>10} {:>10} {:>12}",
        "ns a gas", "MiB", "keeping", "beside", "dropped", "longest, ms"
    );
    for (name, bytes, one) in SHAPES {
        for mib in KEPT {
            let engine = Engine::default();
            let module = Module::new(&engine, wat::parse_str(module(one))?)?;
            let mut store = Store::new(&engine, ());
            let instance = Instance::new(&mut store, &module, &[])?;
            // The array of all nodes counts 24 MB.
            let count = (mib << 20).saturating_sub(24_000_064) / bytes;
            let mut taken =
                |name: &str, params: &[Val], times| Taken::by(&mut store, &instance, name, params, times);
            let keeping = taken("keep", &[Val::I32(count as i32)], 1)?;
            let beside = taken("waste", &[Val::I32(GARBAGE as i32)], CALLS)?;
            taken("drop", &[], 1)?;
            let dropped = taken("waste", &[Val::I32(GARBAGE as i32)], CALLS)?;
            println!(
                "{name:40} {mib:6} {:10.3} {:10.3} {:10.3} {:12.1}",
                keeping.nanoseconds_per_gas(),
                beside.nanoseconds_per_gas(),
                dropped.nanoseconds_per_gas(),
                beside.longest * 1e3,
            );
        }
    }
    Ok(())
}
