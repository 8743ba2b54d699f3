//! The programs of `programs/`, at many gas limits.

use crate::digest::Digest;
use selfsame_hostabi::{CommandOutcome, Output, Vfs, WasiCtx, run_command, wasi};
use selfsame_interp::{
    Config, Engine, Error, ErrorKind, Fingerprint, FrameInfo, Instance, Linker, Module, Store, Tier, Val,
};
use serde_json::Value;
use std::io;
use std::path::Path;

/// What was seen of a program on a tier.
pub struct Line {
    /// Program, export, arguments, tier.
    pub name: String,
    /// All its runs.
    pub digest: Digest,
}

/// The state of a run where it stopped.
#[derive(Debug)]
struct Stop {
    _outcome: Result<Vec<Val>, String>,
    _gas: u64,
    _frames: Vec<FrameInfo>,
    _operands: Option<Vec<Val>>,
    _fingerprint: Fingerprint,
}

/// Runs the programs that `folder/expected.json` lists and that take no more than `longest` instructions, on both
/// tiers: each to its end, and to `stops` gas limits between its start and its end.
///
/// # Errors
/// If the list or a program cannot be read.
pub fn run(folder: &Path, longest: u64, stops: u64, each: &mut dyn FnMut(Line)) -> io::Result<()> {
    let list = std::fs::read_to_string(folder.join("expected.json"))?;
    let list: Value = serde_json::from_str(&list)?;
    for case in list.as_array().into_iter().flatten() {
        if case["about"].as_u64().unwrap_or(0) > longest {
            continue;
        }
        for tier in [Tier::Exact, Tier::Fast] {
            let digest = if case["argv"].is_null() {
                export(folder, case, tier, stops)?
            } else {
                command(folder, case, tier)?
            };
            let what = if case["argv"].is_null() { "invoke" } else { "argv" };
            let name = format!("{} {} {} {tier:?}", case["file"], case[what], case["args"]);
            each(Line { name, digest });
        }
    }
    Ok(())
}

fn module(folder: &Path, case: &Value, tier: Tier) -> io::Result<Module> {
    let octets = std::fs::read(folder.join(case["file"].as_str().unwrap_or_default()))?;
    let octets = wat::parse_bytes(&octets).map_err(io::Error::other)?.into_owned();
    Module::new(&Engine::new(Config::new().tier(tier)), octets)
        .map_err(|error| io::Error::other(error.to_string()))
}

fn export(folder: &Path, case: &Value, tier: Tier, stops: u64) -> io::Result<Digest> {
    let module = module(folder, case, tier)?;
    let name = case["invoke"].as_str().unwrap_or_default();
    let args = case["args"].as_array().into_iter().flatten();
    let args: Vec<Val> = args.filter_map(Value::as_i64).map(|arg| Val::I32(arg as i32)).collect();
    let mut digest = Digest::default();
    let mut at = |gas: u64| {
        let (stop, consumed) = stop(&module, name, &args, gas);
        digest.add(&stop);
        consumed
    };
    let limit = if case["outcome"] == "out_of_gas" { 100_000 } else { u64::MAX / 2 };
    let bill = at(limit);
    // At uneven distances, so that no loop is met at the same place always.
    let wanted = stops.min(bill + 1);
    for i in 0..wanted {
        at((u128::from(i) * u128::from(bill) / u128::from(wanted)) as u64 + (i * 7919) % 13);
    }
    Ok(digest)
}

fn stop(module: &Module, name: &str, args: &[Val], gas: u64) -> (Stop, u64) {
    let mut store = Store::new(module.engine(), ());
    store.set_gas(gas);
    let outcome = call(&mut store, module, name, args).map_err(|error| format!("{:?} {error}", error.code()));
    let consumed = store.gas_consumed();
    let mut frames = store.frames().to_vec();
    for frame in &mut frames {
        frame.locals.iter_mut().for_each(hide);
    }
    let mut operands = store.operands();
    operands.iter_mut().flatten().for_each(hide);
    let fingerprint = store.fingerprint();
    (
        Stop {
            _outcome: outcome,
            _gas: consumed,
            _frames: frames,
            _operands: operands,
            _fingerprint: fingerprint,
        },
        consumed,
    )
}

fn call(store: &mut Store<()>, module: &Module, name: &str, args: &[Val]) -> Result<Vec<Val>, Error> {
    let instance = Instance::new(&mut *store, module, &[])?;
    let func = instance.get_func(&mut *store, name);
    let func = func.ok_or_else(|| Error::from(ErrorKind::Link(format!("no function {name}"))))?;
    let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
    func.call(store, args, &mut results)?;
    results.iter_mut().for_each(hide);
    Ok(results)
}

/// References are numbers of their own store: what counts is whether they are null.
fn hide(value: &mut Val) {
    match value {
        Val::FuncRef(func) => *value = Val::I32(i32::from(func.is_some())),
        Val::ExternRef(item) => *value = Val::I32(i32::from(item.is_some())),
        Val::ExnRef(item) => *value = Val::I32(i32::from(item.is_some())),
        Val::AnyRef(item) => *value = Val::I32(i32::from(item.is_some())),
        _ => {}
    }
}

/// A WASI program: how it ended, what it wrote, what it cost, and its fingerprint.
fn command(folder: &Path, case: &Value, tier: Tier) -> io::Result<Digest> {
    let text = |value: &Value| String::from(value.as_str().unwrap_or_default());
    let mut vfs = Vfs::new();
    for pair in case["dirs"].as_array().into_iter().flatten() {
        vfs.map_host_dir(&folder.join(text(&pair[0])), &text(&pair[1])).map_err(io::Error::other)?;
    }
    let args = case["argv"].as_array().into_iter().flatten().map(text);
    let mut ctx = WasiCtx::builder().args(args).vfs(vfs);
    ctx = ctx.stdout(Output::capture(1 << 20)).stderr(Output::capture(1 << 20));
    for (name, value) in case["env"].as_object().into_iter().flatten() {
        ctx = ctx.env(name, text(value));
    }
    if let Some(input) = case["stdin"].as_str() {
        ctx = ctx.stdin(std::fs::read(folder.join(input))?);
    }
    let module = module(folder, case, tier)?;
    let mut store = Store::new(module.engine(), ctx.build().map_err(io::Error::other)?);
    store.set_gas(1 << 40);
    store.limiter(|ctx: &mut WasiCtx| ctx.ram_mut());
    let mut linker = Linker::new();
    wasi::add_to_linker(&mut linker, |ctx: &mut WasiCtx| ctx);
    let instance = linker.instantiate(&mut store, &module);
    let instance = instance.map_err(|error| io::Error::other(error.to_string()))?;
    let outcome = match run_command(&mut store, instance) {
        CommandOutcome::Returned => String::from("returned"),
        CommandOutcome::Exited(code) => format!("exited {code}"),
        CommandOutcome::Stopped(error) => format!("{:?} {error}", selfsame_hostabi::code(&error)),
    };
    let (gas, fingerprint) = (store.gas_consumed(), store.fingerprint());
    let ctx = store.into_data();
    let mut digest = Digest::default();
    digest.add(&(outcome, gas, fingerprint, ctx.stdout().octets(), ctx.stderr().octets()));
    Ok(digest)
}
