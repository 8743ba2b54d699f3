//! Instructions that a few small pieces of work take, counted by valgrind, against the counts that are committed.
//!
//! A count does not depend on what else the machine does, so a change of a few percent is seen. It depends on the
//! compiler: counts are compared only if it is the same.

use crate::engines::ours;
use crate::workloads::WORKLOADS;
use selfsame_hostabi::calldata::{Value, check, decode, encode};
use selfsame_interp::{Engine, Mode, Module, Tier};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A count may be so much higher than the one that is committed.
const TOLERANCE: f64 = 0.03;

/// The committed counts.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/counts.json");

/// The part of the program whose instructions are counted: [`counted`], by its path.
const COUNTED: &str = concat!(module_path!(), "::counted*");

/// What has been counted, and with which compiler.
#[derive(Serialize, Deserialize)]
struct Counts {
    compiler: String,
    target: String,
    instructions: BTreeMap<String, u64>,
}

/// A piece of work, made ready.
type Work = Box<dyn FnMut() -> Outcome<()>>;

/// A name, and how the work is made ready.
type Item = (&'static str, fn() -> Outcome<Work>);

const ITEMS: &[Item] = &[
    ("start: decode, validate, set up", || start(false)),
    ("start: the same, and translate all", || start(true)),
    ("compute, in the manner of CoreMark", || {
        program("coremark_like", 1, Tier::Fast, Mode::NonDeterministic)
    }),
    ("calls", || program("fib", 22, Tier::Fast, Mode::NonDeterministic)),
    ("calls, exact tier", || program("fib", 12, Tier::Exact, Mode::NonDeterministic)),
    ("memory", || program("sieve", 20_000, Tier::Fast, Mode::NonDeterministic)),
    ("soft floats", || program("nbody", 200, Tier::Fast, Mode::Deterministic)),
    ("calls of the host", || program("host", 2_000, Tier::Fast, Mode::NonDeterministic)),
    ("calldata", calldata),
];

/// Counts everything, and compares it or, with `accept`, writes it.
///
/// # Errors
/// If valgrind does not run, or a count is too high.
pub fn run(accept: bool) -> Outcome<()> {
    if cfg!(debug_assertions) {
        return Err("counts are those of a release build: cargo run --release".into());
    }
    let mut instructions = BTreeMap::new();
    for (name, _) in ITEMS {
        instructions.insert(String::from(*name), count(name)?);
    }
    let now = Counts { compiler: env!("BUILT_BY").into(), target: env!("BUILT_FOR").into(), instructions };
    if accept {
        std::fs::write(FILE, serde_json::to_string_pretty(&now)? + "\n")?;
    }
    let before: Counts = serde_json::from_str(&std::fs::read_to_string(FILE)?)?;
    println!("{:40} {:>14} {:>14} {:>8}", "instructions", "committed", "now", "change");
    let mut higher = 0;
    for (name, &now) in &now.instructions {
        let Some(&before) = before.instructions.get(name) else {
            println!("{name:40} {:>14} {now:14}", "-");
            higher += 1;
            continue;
        };
        let change = now as f64 / before as f64 - 1.0;
        let mark = if change > TOLERANCE { "  FAIL" } else { "" };
        higher += u32::from(change > TOLERANCE);
        println!("{name:40} {before:14} {now:14} {:+7.2}%{mark}", change * 100.0);
    }
    if (&before.compiler, &before.target) != (&now.compiler, &now.target) {
        println!(
            "not compared: committed with {} for {}, this is {} for {}",
            before.compiler, before.target, now.compiler, now.target
        );
        return Ok(());
    }
    if higher > 0 {
        println!(
            "if that is meant: cargo run --release -p selfsame-bench --no-default-features -- counts --accept"
        );
        return Err(format!("{higher} counts are over {:.0}% higher", TOLERANCE * 100.0).into());
    }
    Ok(())
}

/// Instructions that valgrind counts in [`counted`], in a process of its own with an empty environment.
fn count(name: &str) -> Outcome<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(std::env::current_exe()?)
        .args(["counts", "--only", name])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    match collected {
        Some(count) if output.status.success() && count > 0 => Ok(count),
        _ => Err(format!("{name}: valgrind has counted nothing\n{text}").into()),
    }
}

/// Does one piece of work: what runs under valgrind.
///
/// # Errors
/// If there is none of that name, or it goes wrong.
pub fn only(name: &str) -> Outcome<()> {
    let (_, make) = ITEMS.iter().find(|item| item.0 == name).ok_or("no such work")?;
    let mut work = make()?;
    // Once before, so that what is done at first use is not counted.
    work()?;
    counted(&mut work)
}

#[inline(never)]
fn counted(work: &mut Work) -> Outcome<()> {
    black_box(work())
}

/// A program of the benchmark, on an instance that has run before.
fn program(name: &str, n: i32, tier: Tier, mode: Mode) -> Outcome<Work> {
    let workload = WORKLOADS.iter().find(|workload| workload.name == name).ok_or("no such program")?;
    let mut program = ours::load(&workload.bytes()?, tier, true, mode)?;
    Ok(Box::new(move || program.run(n).map(|checksum| _ = black_box(checksum))))
}

/// From bytes to a checked module, and with `translate` to code.
fn start(translate: bool) -> Outcome<Work> {
    let bytes = std::fs::read(Path::new(crate::PROGRAMS).join("wasm/wasi_tree.wasm"))?;
    let engine = Engine::default();
    Ok(Box::new(move || {
        let module = Module::new(&engine, bytes.clone())?;
        if translate {
            module.translate_all();
        }
        drop(black_box(module));
        Ok(())
    }))
}

/// Calldata of a few thousand values, written, checked and read.
fn calldata() -> Outcome<Work> {
    let item = |index: i64| {
        Value::map([
            ("name", format!("item {index}").as_str().into()),
            ("amount", (index * 1_000_003).into()),
            ("tags", Value::Array(vec![true.into(), Value::Null, "tag".into()])),
        ])
    };
    let value = Value::Array((0..500).map(item).collect());
    Ok(Box::new(move || {
        let bytes = encode(&value);
        check(&bytes)?;
        drop(black_box(decode(&bytes)?));
        Ok(())
    }))
}
