//! `selfsame run`: one program, from its file to its exit status.

use crate::args::RunArgs;
use crate::guest::Guest;
use crate::load;
use crate::output;
use crate::progress::Progress;
use crate::report::{self, Failure, Outcome, Report, clean};
use crate::values;
use selfsame_hostabi::{Exit, WasiCtx, wasi};
use selfsame_interp::{
    Config, Engine, Error, ErrorKind, ExternType, FuncType, Instance, Linker, Module, Resumable, Store, Val,
};
use std::process::{self, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};

/// The function that a command starts with.
const START: &str = "_start";
/// Names that an error lists.
const NAMES_SHOWN: usize = 20;
/// Exit status where Ctrl-C is pressed twice.
const INTERRUPTED: i32 = 130;

pub fn run(args: &RunArgs) -> ExitCode {
    let report = execute(args).unwrap_or_else(Report::invalid);
    if args.json {
        report::print_json(&report);
    } else {
        report.print(args.gas);
    }
    report.status()
}

fn execute(args: &RunArgs) -> Result<Report, Failure> {
    let progress = Progress::start(&clean(&args.file.display().to_string()));
    let mut guest = Guest::new(args)?;
    let mut config = Config::new();
    config.mode(args.mode.into()).tier(args.tier.into()).metering(args.gas.is_some());
    let engine = Engine::new(&config);
    let module = load::module(&engine, &args.file)?;
    check_imports(&module)?;
    let name = args.invoke.as_deref().unwrap_or(START);
    let given = std::mem::take(&mut guest.args);
    let (params, argv) = match &args.invoke {
        Some(name) => (parameters(function(&module, name)?, name, &given)?, Vec::new()),
        None => (check_command(&module)?, given),
    };

    let uses_wasi = module.imports().any(|(module, ..)| module == wasi::MODULE);
    if !uses_wasi {
        note_unused(args);
    }
    let mut store = Store::new(&engine, guest.into_wasi(argv, args.json, &progress)?);
    store.set_gas(args.gas.unwrap_or(u64::MAX));
    stop_on_ctrl_c(&store);
    let end = run_module(&mut store, &module, name, &params);
    progress.end();

    let report = match end {
        Ok(values) => Report::returned(&values),
        Err(error) => stopped(&error)?,
    };
    let report = report.with_state(store.gas_consumed(), store.frames(), store.fingerprint());
    if !args.json || !uses_wasi {
        return Ok(report);
    }
    let wasi = store.data();
    output::note_truncated(wasi);
    Ok(report.with_output(wasi.stdout().octets(), wasi.stderr().octets()))
}

fn linker() -> Linker<WasiCtx> {
    let mut linker = Linker::new();
    wasi::add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi);
    linker
}

/// Instantiates the module, runs its start function, then the function that was asked for.
fn run_module(
    store: &mut Store<WasiCtx>,
    module: &Module,
    name: &str,
    params: &[Val],
) -> Result<Vec<Val>, Error> {
    let linker = linker();
    let instance = linker.instantiate_without_start(&mut *store, "main", module)?;
    if let Some(end) = instance.start(&mut *store) {
        values_of(end)?;
    }
    call(store, &instance, name, params)
}

fn call(
    store: &mut Store<WasiCtx>,
    instance: &Instance,
    name: &str,
    params: &[Val],
) -> Result<Vec<Val>, Error> {
    let Some(func) = instance.get_func(&mut *store, name) else { return Ok(Vec::new()) };
    values_of(func.call_resumable(store, params)?)
}

fn values_of(end: Resumable) -> Result<Vec<Val>, Error> {
    match end {
        Resumable::Done(values) => Ok(values),
        Resumable::Stopped(stopped) => Err(stopped.error),
    }
}

/// What an error of the run comes to; a failure, if it is none of the program's doing.
fn stopped(error: &Error) -> Result<Report, Failure> {
    if let Some(exit) = error.downcast_ref::<Exit>() {
        return Ok(Report::exited(exit.0));
    }
    let code = selfsame_hostabi::code(error).map(String::from);
    match (error.kind(), code) {
        (ErrorKind::Link(_), _) | (_, None) => Err(Failure::new(error.to_string()).with_code(error.code())),
        (ErrorKind::OutOfGas { .. }, code) => Ok(Report::stopped(Outcome::OutOfGas, code, error.to_string())),
        (_, code) => Ok(Report::stopped(Outcome::Trap, code, error.to_string())),
    }
}

/// Checks that all imports are ones that this command can give.
fn check_imports(module: &Module) -> Result<(), Failure> {
    let linker = linker();
    let missing: Vec<String> = module
        .imports()
        .filter(|(module, name, _)| !linker.contains(module, name))
        .map(|(module, name, _)| format!("`{module}` `{name}`"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let failure = Failure::new(format!(
        "the module imports {}, but there is nothing here except {}: build it for WASI preview 1",
        list(&missing),
        wasi::MODULE
    ));
    Err(failure.with_code(Some("invalid_contract wasm linking")))
}

fn function<'a>(module: &'a Module, wanted: &str) -> Result<&'a FuncType, Failure> {
    let mut exports = module.exports().filter(|(name, _)| *name == wanted);
    match exports.next() {
        Some((_, ExternType::Func(ty))) => Ok(ty),
        Some((_, other)) => {
            Err(Failure::new(format!("`{wanted}` is no function but a {other}; {}", offer(module))))
        }
        None => Err(Failure::new(format!("no function `{wanted}` is exported; {}", offer(module)))),
    }
}

/// The exported functions, for an error.
fn offer(module: &Module) -> String {
    let functions = module.exports().filter(|(_, ty)| matches!(ty, ExternType::Func(_)));
    let names: Vec<String> = functions.map(|(name, _)| name.into()).collect();
    if names.is_empty() {
        "the module exports no function".into()
    } else {
        format!("exported functions: {}", list(&names))
    }
}

fn list(names: &[String]) -> String {
    let more = if names.len() > NAMES_SHOWN { ", ..." } else { "" };
    names[..names.len().min(NAMES_SHOWN)].join(", ") + more
}

fn parameters(ty: &FuncType, name: &str, args: &[String]) -> Result<Vec<Val>, Failure> {
    let types = ty.params();
    if types.len() != args.len() {
        let (need, got) = (types.len(), args.len());
        let s = if need == 1 { "" } else { "s" };
        return Err(Failure::new(format!(
            "`{name}` has type {ty}: it takes {need} parameter{s}, but {got} came behind `--`"
        )));
    }
    let parse = |(index, (text, ty)): (usize, (&String, &_))| {
        values::parse(text, *ty)
            .map_err(|problem| Failure::new(format!("parameter {} of `{name}`: {problem}", index + 1)))
    };
    args.iter().zip(types).enumerate().map(parse).collect()
}

/// Checks that the module can be run as a command. It takes no parameters.
fn check_command(module: &Module) -> Result<Vec<Val>, Failure> {
    let start = module.exports().find(|(name, _)| *name == START);
    match start {
        Some((_, ExternType::Func(ty))) if ty.params().is_empty() && ty.results().is_empty() => {
            Ok(Vec::new())
        }
        Some(_) => Err(Failure::new(format!(
            "`{START}` is no function without parameters and results, so the module is no WASI command: \
             name a function with --invoke; {}",
            offer(module)
        ))),
        None => Err(Failure::new(format!(
            "the module exports no `{START}`, so it is no WASI command: name a function with --invoke; {}",
            offer(module)
        ))),
    }
}

/// Tells what was given for a program that cannot see it.
fn note_unused(args: &RunArgs) {
    let given = [
        ("--stdin", args.stdin.is_some()),
        ("--dir", !args.dir.is_empty()),
        ("--env", !args.env.is_empty()),
        ("--datetime", args.datetime.is_some()),
    ];
    for (option, _) in given.iter().filter(|(_, given)| *given) {
        report::print_error(&format!("note: {option} has no effect: the module imports nothing of WASI\n"));
    }
}

/// The first Ctrl-C stops the program, the second this command.
fn stop_on_ctrl_c(store: &Store<WasiCtx>) {
    let handle = store.interrupt_handle();
    let pressed = AtomicBool::new(false);
    let handler = move || {
        if pressed.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED);
        }
        handle.interrupt();
    };
    // Without a handler Ctrl-C ends the command, which will do too.
    let _ = ctrlc::set_handler(handler);
}
