//! The programs of `programs/` on both tiers: expected results, and equal stops at every gas limit.

use selfsame_interp::{
    Config, Engine, Error, Fingerprint, FrameInfo, Instance, Mode, Module, Store, Tier, Val,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A run that `expected.json` asks for.
struct Case {
    file: String,
    invoke: String,
    args: Vec<i32>,
    outcome: String,
    values: Vec<String>,
    code: Option<String>,
    about: u64,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs")
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join("expected.json")).expect("programs/expected.json");
    let all: serde_json::Value = serde_json::from_str(&text).expect("expected.json is JSON");
    let text = |value: &serde_json::Value| value.as_str().map(String::from);
    let list = all.as_array().expect("a list").iter();
    list.filter(|case| case.get("invoke").is_some())
        .map(|case| Case {
            file: text(&case["file"]).expect("a file"),
            invoke: text(&case["invoke"]).expect("an export"),
            args: case["args"].as_array().map_or(vec![], |args| {
                args.iter().map(|arg| arg.as_i64().expect("an integer") as i32).collect()
            }),
            outcome: text(&case["outcome"]).expect("an outcome"),
            values: case["values"].as_array().map_or(vec![], |values| {
                values.iter().map(|value| text(&value["bits"]).expect("bits")).collect()
            }),
            code: text(&case["code"]),
            about: case["about"].as_u64().unwrap_or(0),
        })
        .collect()
}

/// A module, bound to one engine for each tier.
struct Program {
    modules: [Module; 2],
}

const TIERS: [Tier; 2] = [Tier::Exact, Tier::Fast];

impl Program {
    fn load(file: &str, mode: Mode) -> Program {
        let bytes = std::fs::read(folder().join(file)).expect(file);
        let bytes = wat::parse_bytes(&bytes).expect(file).into_owned();
        let modules = TIERS.map(|tier| {
            let engine = Engine::new(Config::new().tier(tier).mode(mode));
            Module::new(&engine, bytes.clone()).expect(file)
        });
        Program { modules }
    }
}

/// What is compared between tiers.
#[derive(Debug, PartialEq)]
struct Stop {
    outcome: Result<Vec<Val>, String>,
    gas: u64,
    frames: Vec<FrameInfo>,
    operands: Option<Vec<Val>>,
    fingerprint: Fingerprint,
}

fn run(module: &Module, invoke: &str, args: &[i32], gas: u64) -> Stop {
    let mut store = Store::new(module.engine(), ());
    store.set_gas(gas);
    let outcome = call(&mut store, module, invoke, args);
    let outcome = outcome.map_err(|error| format!("{}: {error}", error.code().unwrap_or("no code")));
    let mut frames = store.frames().to_vec();
    for frame in &mut frames {
        frame.locals = frame.locals.iter().map(plain).collect();
    }
    let operands = store.operands().map(|operands| operands.iter().map(plain).collect());
    Stop { outcome, gas: store.gas_consumed(), frames, operands, fingerprint: store.fingerprint() }
}

fn call(store: &mut Store<()>, module: &Module, invoke: &str, args: &[i32]) -> Result<Vec<Val>, Error> {
    let instance = Instance::new(&mut *store, module, &[])?;
    let func = instance.get_func(&mut *store, invoke).expect("the export");
    let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
    let params: Vec<Val> = args.iter().map(|arg| Val::I32(*arg)).collect();
    func.call(store, &params, &mut results)?;
    Ok(results.iter().map(plain).collect())
}

/// References are numbers of their own store: compared is whether they are null.
fn plain(value: &Val) -> Val {
    match value {
        Val::FuncRef(func) => Val::I32(i32::from(func.is_some())),
        other => *other,
    }
}

fn bits(value: &Val) -> String {
    match *value {
        Val::I32(value) => format!("{value:#010x}"),
        Val::I64(value) => format!("{value:#018x}"),
        Val::F32(bits) => format!("{bits:#010x}"),
        Val::F64(bits) => format!("{bits:#018x}"),
        Val::V128(bits) => format!("{bits:#034x}"),
        _ => String::from("a reference"),
    }
}

/// Instructions that a run of these tests may take: they run in unoptimised builds too.
const LONGEST: u64 = if cfg!(debug_assertions) { 300_000 } else { 20_000_000 };

#[test]
fn results_are_those_of_a_second_engine() {
    let mut failures = Vec::new();
    let mut programs = BTreeMap::new();
    for case in cases() {
        if case.about > LONGEST {
            continue;
        }
        let program = programs
            .entry(case.file.clone())
            .or_insert_with(|| Program::load(&case.file, Mode::Deterministic));
        for (module, tier) in program.modules.iter().zip(TIERS) {
            let gas = if case.outcome == "out_of_gas" { 100_000 } else { u64::MAX / 2 };
            let stop = run(module, &case.invoke, &case.args, gas);
            let fits = match (&stop.outcome, case.outcome.as_str()) {
                (Ok(values), "return") => values.iter().map(bits).eq(case.values.iter().cloned()),
                (Err(error), "trap") => error.starts_with(case.code.as_deref().unwrap_or("?")),
                (Err(error), "out_of_gas") => error.starts_with("wasm_trap out_of_fuel"),
                _ => false,
            };
            if !fits {
                failures.push(format!(
                    "{} {:?} on {tier:?}: {:?}, expected {} {:?} {:?}",
                    case.file, case.args, stop.outcome, case.outcome, case.values, case.code
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}

/// Runs at each of these limits must be the same on both tiers.
fn compare(program: &Program, case: &Case, limits: impl Iterator<Item = u64>) {
    for gas in limits {
        let [exact, fast] = [0, 1].map(|tier| run(&program.modules[tier], &case.invoke, &case.args, gas));
        assert_eq!(exact, fast, "{} {:?} with gas {gas}: exact, then fast", case.file, case.args);
        assert!(exact.gas <= gas);
    }
}

/// Runs a case at every gas limit, or at many.
fn compare_at_limits(case: &Case) {
    let every = if cfg!(debug_assertions) { 400 } else { 3000 };
    let program = Program::load(&case.file, Mode::Deterministic);
    let limit = if case.outcome == "out_of_gas" { 5_000 } else { u64::MAX / 2 };
    let whole = run(&program.modules[0], &case.invoke, &case.args, limit);
    compare(&program, case, [limit].into_iter());
    let bill = whole.gas + 1;
    if bill <= every {
        compare(&program, case, 0..=bill);
    } else {
        // About so many samples, at uneven distances.
        let samples = (every / 8).min(2_000_000_000 / bill).max(4);
        compare(&program, case, (0..samples).map(|i| (i * bill / samples) + (i * 7919) % 13));
    }
}

#[test]
fn tiers_stop_alike_at_every_gas_limit() {
    let cases: Vec<Case> = cases().into_iter().filter(|case| case.about <= LONGEST / 4).collect();
    assert!(cases.len() >= 30, "only {} programs are compared", cases.len());
    // By far the longest of these tests: two share it.
    let next = Mutex::new(cases.iter());
    let take = || next.lock().expect("nobody panics in `next`").next();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = take() {
                    compare_at_limits(case);
                }
            });
        }
    });
}
