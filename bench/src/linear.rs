//! How cost grows: with instructions, pages of memory, nested calls and functions, at five sizes each.

use crate::clock::{least, of_thread};
use crate::plot::{self, Series};
use crate::stats::Line;
use selfsame_interp::{Config, Engine, Instance, Module, StackLimits, Store, Val};
use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// How often each size is measured; the least time counts.
const TIMES: u32 = 31;

/// Prints the slope of each and how straight its line is.
///
/// # Errors
/// If a module does not run or the plot cannot be written.
pub fn run(svg: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let all = [
        series("instruction", &[200_000, 400_000, 800_000, 1_600_000, 3_200_000], instructions)?,
        series("page of memory touched", &[256, 512, 1024, 2048, 4096], pages)?,
        series("nested call", &[8_000, 16_000, 32_000, 64_000, 128_000], calls)?,
        series("function translated", &[500, 1_000, 2_000, 4_000, 8_000], functions)?,
    ];
    for series in &all {
        let line = series.line;
        println!(
            "{:24} {:9.2} ns each, {:9.1} us at once, R2 {:.5}   {}",
            series.name,
            line.slope * 1e9,
            line.intercept * 1e6,
            line.r2,
            points(&series.points)
        );
    }
    if let Some(folder) = svg {
        std::fs::create_dir_all(folder)?;
        plot::lines(&folder.join("linear.svg"), &all)?;
    }
    Ok(())
}

fn points(points: &[(f64, f64)]) -> String {
    let points = points.iter().map(|(size, time)| format!("{size}: {:.3} ms", time * 1e3));
    points.collect::<Vec<_>>().join(", ")
}

fn series(
    name: &'static str,
    sizes: &[u32],
    time: fn(u32) -> Result<f64, Box<dyn Error>>,
) -> Result<Series, Box<dyn Error>> {
    let mut points = Vec::new();
    for &size in sizes {
        points.push((f64::from(size), time(size)?));
    }
    Ok(Series { name, line: Line::through(&points), points })
}

fn store(engine: &Engine) -> Store<()> {
    let mut store = Store::new(engine, ());
    store.set_gas(u64::MAX);
    store
}

/// A loop of ten instructions a turn.
fn instructions(count: u32) -> Result<f64, Box<dyn Error>> {
    let engine = Engine::default();
    let module = Module::new(
        &engine,
        wat::parse_str(
            r#"(module (func (export "run") (param $n i32) (local $x i32)
            (loop $again
              (local.set $x (i32.xor (i32.add (local.get $x) (local.get $n)) (i32.const 77)))
              (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))"#,
        )?,
    )?;
    let mut store = store(&engine);
    let instance = Instance::new(&mut store, &module, &[])?;
    let run = instance.get_func(&mut store, "run").ok_or("no run")?;
    let turns = [Val::I32(count as i32 / 10)];
    run.call(&mut store, &turns, &mut [])?;
    Ok(least(TIMES, || run.call(&mut store, &turns, &mut []))?)
}

/// One word written into each page of 64 KiB, in a fresh instance.
fn pages(count: u32) -> Result<f64, Box<dyn Error>> {
    let engine = Engine::default();
    let module = Module::new(
        &engine,
        wat::parse_str(format!(
            r#"(module (memory {count}) (func (export "run") (param $n i32)
            (loop $again
              (local.set $n (i32.sub (local.get $n) (i32.const 1)))
              (i32.store (i32.shl (local.get $n) (i32.const 16)) (i32.const 1))
              (br_if $again (local.get $n)))))"#
        ))?,
    )?;
    let mut shortest = Duration::MAX;
    for _ in 0..TIMES {
        let mut store = store(&engine);
        let instance = Instance::new(&mut store, &module, &[])?;
        let run = instance.get_func(&mut store, "run").ok_or("no run")?;
        let (taken, outcome) = of_thread(|| run.call(&mut store, &[Val::I32(count as i32)], &mut []));
        outcome?;
        shortest = shortest.min(taken);
    }
    Ok(shortest.as_secs_f64())
}

/// A recursion so deep, down and up again, on a stack that has been as deep before.
fn calls(depth: u32) -> Result<f64, Box<dyn Error>> {
    let mut config = Config::new();
    config.stack(StackLimits { call_depth: 200_000, value_slots: 1_000_000, ..StackLimits::default() });
    let engine = Engine::new(&config);
    let module = Module::new(
        &engine,
        wat::parse_str(
            r#"(module (func $down (export "run") (param i32) (result i32)
            (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))
              (else (i32.add (call $down (i32.sub (local.get 0) (i32.const 1))) (i32.const 1))))))"#,
        )?,
    )?;
    let mut store = store(&engine);
    let instance = Instance::new(&mut store, &module, &[])?;
    let run = instance.get_func(&mut store, "run").ok_or("no run")?;
    let arguments = [Val::I32(depth as i32)];
    let mut results = [Val::I32(0)];
    run.call(&mut store, &arguments, &mut results)?;
    Ok(least(TIMES, || run.call(&mut store, &arguments, &mut results))?)
}

/// A module of so many functions of some forty instructions each, translated whole; decoding is not counted.
fn functions(count: u32) -> Result<f64, Box<dyn Error>> {
    let mut text = String::from("(module (memory 1)");
    for index in 0..count {
        write!(
            text,
            "(func (param i32 i32) (result i32) (local i32)
               (local.set 2 (i32.const {index}))
               (block $out (loop $again
                 (br_if $out (i32.ge_u (local.get 2) (local.get 1)))
                 (i32.store offset=8 (local.get 0) (i32.add (i32.load (local.get 0)) (local.get 2)))
                 (local.set 0 (i32.add (local.get 0) (i32.const 4)))
                 (local.set 2 (i32.mul (i32.add (local.get 2) (i32.const 3)) (i32.const 5)))
                 (br $again)))
               (i32.xor (i32.shl (local.get 2) (i32.const 3)) (i32.rotl (local.get 0) (local.get 1))))"
        )?;
    }
    text.push(')');
    let bytes = wat::parse_str(text)?;
    let mut shortest = Duration::MAX;
    for _ in 0..TIMES {
        let module = Module::new(&Engine::default(), bytes.clone())?;
        let (taken, ()) = of_thread(|| module.translate_all());
        shortest = shortest.min(taken);
    }
    Ok(shortest.as_secs_f64())
}
