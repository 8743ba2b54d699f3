//! Honest gas: how long each instruction takes for what it costs, so that nobody buys time below price.

mod snippets;

use self::snippets::{OBJECTS, REFERENCES, SNIPPETS, TYPES_AND_FUNCTIONS};
use crate::clock::least;
use crate::signatures::{SURROUNDINGS, Signature, TYPES, all};
use crate::stats::Spread;
use selfsame_interp::{Config, Engine, Features, Instance, Mode, Module, Opcode, Store};
use serde::Serialize;
use std::error::Error;
use std::path::Path;

/// Copies of an instruction in a loop's body.
const COPIES: usize = 64;
/// Turns of the loop.
const TURNS: u32 = 1_000;
/// How often a loop is measured; the least time counts.
const TIMES: u32 = 3;
/// How often all are measured, so that what else the machine does for a while does not decide; the least counts.
const ROUNDS: u32 = 3;
/// No instruction may be so many times cheaper in gas than the median.
const MOST: f64 = 4.0;

/// Values that operands begin with: usual ones, and those that hardware or soft floats may be slow with.
const VALUES: &[(&str, [&str; 5])] = &[
    (
        "usual",
        [
            "i32.const 1",
            "i64.const 0x123456789abcdef",
            "f32.const 1.5",
            "f64.const 1.25",
            "v128.const f32x4 1.5 0.75 3 2.25",
        ],
    ),
    (
        "tiny",
        [
            "i32.const 3",
            "i64.const -3",
            "f32.const 0x1p-140",
            "f64.const 0x1p-1060",
            "v128.const f64x2 0x1p-1060 0x1.8p-1050",
        ],
    ),
];

/// A measured instruction.
#[derive(Serialize)]
struct Price {
    instruction: String,
    nanoseconds_per_gas: f64,
    /// That, in times the median.
    times_median: f64,
}

/// Prints the worst prices in each mode, and writes all of them.
///
/// # Errors
/// If a loop does not run or the file cannot be written.
pub fn run(json: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let signatures = all(&Engine::default());
    println!("{} instructions by signature, {} snippets", signatures.len(), SNIPPETS.len());
    let covered = |opcode: &Opcode| {
        signatures.iter().any(|signature| signature.opcode == *opcode)
            || SNIPPETS.iter().any(|snippet| snippet.0 == *opcode)
    };
    let left: Vec<&str> =
        Opcode::ALL.iter().filter(|opcode| !covered(opcode)).map(|opcode| opcode.text()).collect();
    println!("not measured: {}", left.join(", "));
    let mut written = serde_json::Map::new();
    for (mode, name) in
        [(Mode::Deterministic, "deterministic"), (Mode::NonDeterministic, "non-deterministic")]
    {
        let prices = least_prices(&signatures, mode)?;
        let median =
            Spread::of(prices.iter().map(|price| price.nanoseconds_per_gas)).ok_or("nothing measured")?;
        let over = prices.iter().filter(|price| price.times_median > MOST).count();
        let mark = if over == 0 { "pass" } else { "FAIL" };
        println!("\n{mark}  {name}: {over} over {MOST} times the median of {:.3} ns a gas", median.median);
        for price in prices.iter().take(25.max(over)) {
            println!(
                "  {:44} {:8.3} ns a gas {:7.2} x",
                price.instruction, price.nanoseconds_per_gas, price.times_median
            );
        }
        written.insert(String::from(name), serde_json::to_value(prices)?);
    }
    if let Some(file) = json {
        std::fs::write(file, serde_json::to_string_pretty(&written)?)?;
    }
    Ok(())
}

/// Of all instructions, the worst first.
fn least_prices(signatures: &[Signature], mode: Mode) -> Result<Vec<Price>, Box<dyn Error>> {
    let mut least = prices(signatures, mode)?;
    for _ in 1..ROUNDS {
        for (least, again) in least.iter_mut().zip(prices(signatures, mode)?) {
            if again.nanoseconds_per_gas < least.nanoseconds_per_gas {
                *least = again;
            }
        }
    }
    let median =
        Spread::of(least.iter().map(|price| price.nanoseconds_per_gas)).map_or(f64::NAN, |all| all.median);
    for price in &mut least {
        price.times_median = price.nanoseconds_per_gas / median;
    }
    least.sort_by(|a, b| b.times_median.total_cmp(&a.times_median));
    Ok(least)
}

/// Of all instructions, in the order of the list.
fn prices(signatures: &[Signature], mode: Mode) -> Result<Vec<Price>, Box<dyn Error>> {
    let mut config = Config::new();
    config.mode(mode).features(Features { custom_descriptors: true, ..Features::ALL });
    let engine = Engine::new(&config);
    let mut prices = Vec::new();
    let mut add = |instruction: String, nanoseconds_per_gas| {
        prices.push(Price { instruction, nanoseconds_per_gas, times_median: f64::NAN });
    };
    for signature in signatures {
        let body = body(signature);
        let mut worst = (f64::NEG_INFINITY, "");
        for (name, values) in VALUES {
            let price = price(&engine, &body, values).map_err(|error| format!("{body}: {error}"))?;
            if price > worst.0 {
                worst = (price, name);
            }
        }
        add(format!("{} ({})", signature.opcode.text(), worst.1), worst.0);
    }
    for (opcode, kind, body) in SNIPPETS {
        let price = price(&engine, body, &VALUES[0].1).map_err(|error| format!("{body}: {error}"))?;
        add(format!("{} {kind}", opcode.text()), price);
    }
    Ok(prices)
}

/// The instruction with operands from locals and its result in one; where that is its first operand, each copy
/// waits for the one before it.
fn body(signature: &Signature) -> String {
    let mut body = String::new();
    for (index, ty) in signature.operands.iter().enumerate() {
        let second = if index > 0 { "b" } else { "" };
        body += &format!("local.get ${ty}{second} ");
    }
    body += &signature.text;
    match signature.result {
        Some(result) if signature.operands.first() == Some(&result) => {
            body + &format!(" local.set ${result}")
        }
        Some(result) => body + &format!(" local.set ${result}c"),
        None => body,
    }
}

/// Nanoseconds for each gas in a loop of copies.
fn price(engine: &Engine, body: &str, values: &[&str; 5]) -> Result<f64, Box<dyn Error>> {
    let mut locals = String::from("(local $turns i32)");
    let mut start = String::new();
    for (ty, value) in TYPES.iter().zip(values) {
        locals += &format!("(local ${ty} {ty}) (local ${ty}b {ty}) (local ${ty}c {ty})");
        start += &format!("(local.set ${ty} ({value})) (local.set ${ty}b ({value}))");
    }
    let copies = format!("{body}\n").repeat(COPIES);
    let module = format!(
        r#"(module {SURROUNDINGS} {TYPES_AND_FUNCTIONS}
        (func (export "run") {locals} {REFERENCES} {OBJECTS}
          (local.set $turns (i32.const {TURNS}))
          (loop $again {start} {copies}
            (br_if $again (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))))"#
    );
    let module = Module::new(engine, wat::parse_str(module)?)?;
    let mut store = Store::new(engine, ());
    store.set_gas(u64::MAX);
    let instance = Instance::new(&mut store, &module, &[])?;
    let run = instance.get_func(&mut store, "run").ok_or("no run")?;
    run.call(&mut store, &[], &mut [])?;
    store.set_gas(u64::MAX);
    run.call(&mut store, &[], &mut [])?;
    let gas = u64::MAX - store.gas_left();
    let seconds = least(TIMES, || {
        store.set_gas(u64::MAX);
        run.call(&mut store, &[], &mut [])
    })?;
    Ok(seconds * 1e9 / gas as f64)
}
