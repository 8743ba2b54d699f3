//! From bytes to the first instruction, beside wasmi.

use crate::clock::of_thread;
use crate::stats::Spread;
use crate::{code_cache, startup_memory};
use peak_alloc::PeakAlloc;
use selfsame_hostabi::wasi::add_to_linker;
use selfsame_hostabi::{Vfs, WasiCtx};
use selfsame_interp::{Engine, Linker, Module, Store};
use std::error::Error;
use std::path::Path;
use wasmi::CompilationMode;

const ROUNDS: usize = 7;

pub type Outcome = Result<(), Box<dyn Error>>;

/// A way to get ready, on bytes that it may keep.
type Way<'a> = (&'static str, &'a dyn Fn(Vec<u8>) -> Outcome);

/// Prints megabytes a second and microseconds, medians of interleaved rounds.
///
/// # Errors
/// If a module does not load.
pub fn run(programs: &Path, allocated: &PeakAlloc) -> Outcome {
    let python = programs.join("fetched/cpython/python.wasm");
    let mut modules = Vec::new();
    match std::fs::read(&python) {
        Ok(bytes) => modules.push((String::from("CPython"), bytes)),
        Err(_) => println!("CPython is not there: run programs/fetch_cpython.sh"),
    }
    for name in ["wasi_tree", "coremark_like", "json", "fib"] {
        modules.push((
            String::from(name),
            std::fs::read(programs.join("wasm").join(name).with_extension("wasm"))?,
        ));
    }
    modules.push((
        String::from("one straight function of 1 MB"),
        one_function("(local.set 0 (i32.add (local.get 0) (i32.const 1)))", 7)?,
    ));
    modules.push((
        String::from("one function of 1 MB of branches"),
        one_function("(br_if 0 (local.get 0))", 4)?,
    ));
    for (name, bytes) in &modules {
        module(name, bytes)?;
        startup_memory::print(bytes, allocated)?;
    }
    instantiation(&modules)?;
    code_cache::print(programs, allocated)
}

/// A module whose only function repeats an instruction sequence of so many octets up to a megabyte.
fn one_function(text: &str, octets: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let body = text.repeat((1 << 20) / octets);
    Ok(wat::parse_str(format!(r#"(module (func (export "_start") (local i32) (block {body})))"#))?)
}

pub fn wasmi_engine(mode: CompilationMode) -> wasmi::Engine {
    let mut config = wasmi::Config::default();
    config.consume_fuel(true).compilation_mode(mode);
    wasmi::Engine::new(&config)
}

fn module(name: &str, bytes: &[u8]) -> Outcome {
    let ours = Engine::default();
    let [checked, unchecked, eager] =
        [CompilationMode::LazyTranslation, CompilationMode::Lazy, CompilationMode::Eager].map(wasmi_engine);
    let ways: [Way<'_>; 6] = [
        ("lazy", &|bytes| Ok(Module::new(&ours, bytes).map(drop)?)),
        ("wasmi, LazyTranslation", &|bytes| Ok(wasmi::Module::new(&checked, &bytes).map(drop)?)),
        ("wasmi, Lazy", &|bytes| Ok(wasmi::Module::new(&unchecked, &bytes).map(drop)?)),
        ("eager", &|bytes| {
            Module::new(&ours, bytes)?.translate_all();
            Ok(())
        }),
        ("wasmi, Eager", &|bytes| Ok(wasmi::Module::new(&eager, &bytes).map(drop)?)),
        ("first instruction", &|bytes| first_instruction(&ours, bytes)),
    ];
    let mut times = [const { Vec::new() }; 6];
    for _ in 0..ROUNDS {
        for ((_, way), times) in ways.iter().zip(&mut times) {
            // Small modules several times, so that the clock's step does not matter.
            let repeats = (200_000 / bytes.len()).clamp(1, 200);
            let copies = vec![bytes.to_vec(); repeats];
            let (taken, outcome) = of_thread(|| copies.into_iter().try_for_each(way));
            outcome?;
            times.push(taken.as_secs_f64() / repeats as f64);
        }
    }
    println!("{name}, {} bytes", bytes.len());
    for ((way, _), times) in ways.iter().zip(&times) {
        let time = Spread::of(times.iter().copied()).ok_or("no round")?;
        let speed = bytes.len() as f64 / time.median / 1e6;
        let [least, most] = [time.min, time.max].map(|time| time * 1e6);
        println!("  {way:22} {:11.1} us ({least:.1} to {most:.1})  {speed:7.1} MB/s", time.median * 1e6);
    }
    let ratio = |a: usize, b: usize| Spread::of(times[a].iter().zip(&times[b]).map(|(a, b)| a / b));
    for (a, b, most) in [(0, 1, Some(1.0)), (0, 2, None), (3, 4, Some(1.1))] {
        let Spread { median, min, max } = ratio(a, b).ok_or("no round")?;
        let what = format!("{}: {median:.2} ({min:.2} to {max:.2}) of the time of {}", ways[a].0, ways[b].0);
        match most {
            Some(most) if median > most => println!("  FAIL  {what}, at most {most}"),
            Some(most) => println!("  pass  {what}, at most {most}"),
            None => println!("        {what}, which checks no function before it is called"),
        }
    }
    Ok(())
}

/// From bytes until the gas for some instructions has been used up.
fn first_instruction(engine: &Engine, bytes: Vec<u8>) -> Outcome {
    let module = Module::new(engine, bytes)?;
    let mut linker = Linker::new();
    add_to_linker(&mut linker, |ctx: &mut WasiCtx| ctx);
    let mut store = Store::new(engine, WasiCtx::builder().vfs(Vfs::new()).build()?);
    store.set_gas(5);
    let instance = linker.instantiate(&mut store, &module)?;
    if let Some(start) = instance.get_func(&mut store, "_start") {
        // Out of gas, or the end of a short program.
        drop(start.call(&mut store, &[], &mut []));
    } else if let Ok(run) = instance.get_typed_func::<i32, i32>(&mut store, "run") {
        drop(run.call(&mut store, 1));
    }
    Ok(())
}

/// An instance of a module that is there already, with what it imports.
fn instantiation(modules: &[(String, Vec<u8>)]) -> Outcome {
    println!("instantiation of a module that is there");
    for (name, bytes) in modules {
        let engine = Engine::default();
        let module = Module::new(&engine, bytes.clone())?;
        let mut linker = Linker::new();
        add_to_linker(&mut linker, |ctx: &mut WasiCtx| ctx);
        let mut times = Vec::new();
        for _ in 0..200 {
            let mut store = Store::new(&engine, WasiCtx::builder().vfs(Vfs::new()).build()?);
            store.set_gas(1_000_000);
            let (taken, instance) = of_thread(|| linker.instantiate(&mut store, &module));
            instance?;
            times.push(taken.as_secs_f64() * 1e6);
        }
        let Spread { median, min, max } = Spread::of(times).ok_or("no round")?;
        println!("  {name:36} {median:8.1} us ({min:.1} to {max:.1})");
    }
    Ok(())
}
