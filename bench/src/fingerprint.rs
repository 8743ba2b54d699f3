//! The fingerprint of a large memory beside BLAKE3's own parallel hashing of the same octets.

use crate::clock::of_wall;
use crate::stats::Spread;
use selfsame_interp::{Engine, Instance, Module, Store};
use std::error::Error;

const ROUNDS: usize = 5;

/// Fills a memory with octets that differ, 64 KiB by 64 KiB.
fn module(pages: u32) -> String {
    format!(
        r#"(module (memory (export "memory") {pages}) (func (export "run") (local $at i32) (local $x i64)
        (loop $again
          (i64.store (local.get $at) (local.tee $x (i64.add (i64.mul (local.get $x)
            (i64.const 6364136223846793005)) (i64.const 1442695040888963407))))
          (br_if $again (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64)))
            (i32.const {}))))))"#,
        pages.saturating_mul(65_536)
    )
}

/// Prints GiB/s of both and their ratio, by the time on the wall: both use every core.
///
/// # Errors
/// If the memory cannot be had, or the two hashes differ.
pub fn run(mib: u32) -> Result<(), Box<dyn Error>> {
    let engine = Engine::default();
    let module = Module::new(&engine, wat::parse_str(module(mib * 16))?)?;
    let mut store = Store::new(&engine, ());
    store.set_gas(u64::MAX);
    let instance = Instance::new(&mut store, &module, &[])?;
    instance.get_func(&mut store, "run").ok_or("no run")?.call(&mut store, &[], &mut [])?;
    let memory = instance.get_memory(&mut store, "memory").ok_or("no memory")?;
    let octets = memory.data(&store).len() as f64;
    let mut ours = Vec::new();
    let mut alone = Vec::new();
    for _ in 0..ROUNDS {
        let (taken, fingerprint) = of_wall(|| store.fingerprint());
        ours.push(taken.as_secs_f64());
        let data = memory.data(&store);
        let (taken, hash) = of_wall(|| *blake3::Hasher::new().update_rayon(data).finalize().as_bytes());
        alone.push(taken.as_secs_f64());
        let same = fingerprint.module_instances.values().flatten().any(|memory| *memory == hash);
        if !same {
            return Err("the fingerprint is not BLAKE3 of the memory".into());
        }
    }
    let speed = |times: &[f64]| Spread::of(times.iter().map(|time| octets / time / f64::from(1 << 30)));
    let ratio = Spread::of(alone.iter().zip(&ours).map(|(alone, ours)| alone / ours));
    for (name, spread) in [("fingerprint", speed(&ours)), ("BLAKE3 alone", speed(&alone))] {
        let spread = spread.ok_or("no round")?;
        println!("{name:14} {:.2} GiB/s ({:.2} to {:.2})", spread.median, spread.min, spread.max);
    }
    let ratio = ratio.ok_or("no round")?;
    let mark = if ratio.median >= 0.9 { "pass" } else { "FAIL" };
    println!(
        "{mark}  at least 0.90 of it: {:.2} ({:.2} to {:.2}), {} cores",
        ratio.median,
        ratio.min,
        ratio.max,
        std::thread::available_parallelism()?
    );
    Ok(())
}
