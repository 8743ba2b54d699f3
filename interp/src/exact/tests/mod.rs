//! Behaviour of functions through the public interface. Every case runs on both tiers and in every slicing
//! of its gas: the answers, the bill and the place of each stop must be the same.

mod calls;
mod code;
mod exceptions;
mod memory64;
mod page_sizes;
mod references;
mod stops;
mod wide;

use crate::{Config, Engine, Error, FrameInfo, Instance, Linker, Module, Resumable, Store, Tier, Trap, Val};
use std::vec::Vec;

const TIERS: [Tier; 2] = [Tier::Exact, Tier::Fast];
const PLENTY: u64 = 10_000_000;

fn config(tier: Tier) -> Config {
    let mut config = Config::new();
    config.tier(tier);
    config
}

/// A store with an instance of the module in text form, and plenty of gas.
fn instance(config: &Config, text: &str) -> (Store<()>, Instance) {
    let (store, instance) = instance_with(config, text, &Linker::new());
    (store, instance)
}

fn instance_with(config: &Config, text: &str, linker: &Linker<()>) -> (Store<()>, Instance) {
    let engine = Engine::new(config);
    let module = Module::new(&engine, wat::parse_str(text).expect("the text is right")).expect("it is valid");
    let mut store = Store::new(&engine, ());
    store.set_gas(PLENTY);
    let instance = linker.instantiate(&mut store, &module).expect("it can be instantiated");
    store.set_gas(PLENTY);
    (store, instance)
}

/// How a call has ended.
#[derive(Debug, PartialEq)]
struct Ending {
    outcome: Result<Vec<Val>, Stop>,
    gas: u64,
    frames: Vec<FrameInfo>,
    operands: Option<Vec<Val>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stop {
    Trap(Trap),
    OutOfGas(u64),
    Other,
}

fn stop(error: &Error) -> Stop {
    match error.kind() {
        crate::ErrorKind::Trap(trap) => Stop::Trap(*trap),
        crate::ErrorKind::OutOfGas { required } => Stop::OutOfGas(*required),
        _ => Stop::Other,
    }
}

/// Calls the export `f` of an instance.
fn call(store: &mut Store<()>, instance: Instance, args: &[Val]) -> Ending {
    let func = instance.get_func(&mut *store, "f").expect("the module exports `f`");
    let mut results = func.ty(&*store).results().iter().map(|ty| Val::default_of(*ty)).collect::<Vec<_>>();
    let outcome = func.call(&mut *store, args, &mut results).map_err(|error| stop(&error));
    let mut frames = store.frames().to_vec();
    for frame in &mut frames {
        forget_store(&mut frame.locals);
    }
    let mut operands = store.operands();
    forget_store(operands.as_deref_mut().unwrap_or_default());
    Ending { outcome: outcome.map(|()| results), gas: store.gas_consumed(), frames, operands }
}

/// Handles name their store, and each run has its own.
fn forget_store(values: &mut [Val]) {
    for value in values {
        match value {
            Val::FuncRef(Some(func)) => func.store = 0,
            Val::ExnRef(Some(exception)) => exception.store = 0,
            _ => {}
        }
    }
}

/// Calls the export `f` of a new instance, on each tier; both must agree in everything.
fn ending(text: &str, args: &[Val]) -> Ending {
    let [exact, fast] = TIERS.map(|tier| {
        let (mut store, instance) = instance(&config(tier), text);
        call(&mut store, instance, args)
    });
    assert_eq!(exact, fast, "the tiers differ");
    exact
}

/// Calls the export `f`, which returns, with all gas, with every lesser amount, and in portions: results
/// and bill must always be the same, and stops in front of what is not covered.
fn check(text: &str, args: &[Val], results: &[Val], gas: u64) {
    let whole = ending(text, args);
    assert_eq!(whole.outcome.as_deref(), Ok(results));
    assert_eq!(whole.gas, gas, "the bill");
    assert!(whole.frames.is_empty());
    let mut reached = 0;
    for limit in 0..gas {
        let stopped = TIERS.map(|tier| {
            let (mut store, instance) = instance(&config(tier), text);
            store.set_gas(limit);
            call(&mut store, instance, args)
        });
        assert_eq!(stopped[0], stopped[1], "the tiers differ with gas {limit}");
        let Err(Stop::OutOfGas(required)) = stopped[0].outcome else { panic!("gas {limit} is too little") };
        assert!(stopped[0].gas <= limit && stopped[0].gas + required > limit);
        assert!(stopped[0].gas >= reached, "more gas gets further");
        reached = stopped[0].gas;
    }
    for portion in [1, 2, 3, 7] {
        for tier in TIERS {
            in_portions(&config(tier), text, args, results, gas, portion);
        }
    }
}

/// Runs with little gas at first, and adds some whenever it is out.
fn in_portions(config: &Config, text: &str, args: &[Val], results: &[Val], gas: u64, portion: u64) {
    let (mut store, instance) = instance(config, text);
    store.set_gas(0);
    let func = instance.get_func(&mut store, "f").expect("the module exports `f`");
    let mut state = func.call_resumable(&mut store, args).expect("the arguments fit");
    loop {
        match state {
            Resumable::Done(values) => {
                assert_eq!(values, results);
                break;
            }
            Resumable::Stopped(stopped) => {
                assert!(matches!(stop(&stopped.error), Stop::OutOfGas(_)));
                store.add_gas(portion);
                state = stopped.resume(&mut store, &[]).expect("it can go on");
            }
        }
    }
    assert_eq!(store.gas_consumed(), gas, "in portions of {portion}");
}

/// Calls the export `f`, which traps; returns the frames of the stop.
fn traps(text: &str, args: &[Val], trap: Trap, gas: u64) -> Vec<FrameInfo> {
    let ending = ending(text, args);
    assert_eq!(ending.outcome, Err(Stop::Trap(trap)));
    assert_eq!(ending.gas, gas, "the bill");
    assert_eq!(ending.operands, None);
    ending.frames
}
