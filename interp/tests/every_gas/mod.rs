//! Functions of one parameter on both tiers, stopped at each gas.

use selfsame_interp::{ErrorKind, Fingerprint, FrameInfo, Instance, Module, Resumable, Store, Val};

#[derive(Debug, PartialEq)]
pub struct Stop {
    error: String,
    gas: u64,
    /// Without their locals.
    frames: Vec<(u32, u32, usize)>,
    fingerprint: Fingerprint,
}

fn places(frames: &[FrameInfo]) -> Vec<(u32, u32, usize)> {
    frames.iter().map(|frame| (frame.func, frame.offset, frame.locals.len())).collect()
}

/// A value without what names a store.
fn plain(value: &Val) -> String {
    match value {
        Val::AnyRef(value) => format!("any {:?}", value.map(|value| value.i31())),
        other => format!("{other:?}"),
    }
}

/// Results or error, gas, where it stopped on the way.
pub type Outcome = (Result<Vec<String>, String>, u64, Option<Stop>);

/// What a call comes to that gets so much gas, and then as much as it wants.
pub fn run(module: &Module, name: &str, arg: i32, gas: u64) -> Outcome {
    let mut store = Store::new(module.engine(), ());
    store.set_gas(1 << 40);
    let instance = Instance::new(&mut store, module, &[]).expect("an instance");
    store.set_gas(gas);
    let func = instance.get_func(&mut store, name).expect("exported");
    let mut stop = None;
    let mut state = func.call_resumable(&mut store, &[Val::I32(arg)]).expect("its parameter");
    loop {
        state = match state {
            Resumable::Done(values) => {
                return (Ok(values.iter().map(plain).collect()), store.gas_consumed(), stop);
            }
            Resumable::Stopped(stopped) => {
                let error = stopped.error.to_string();
                if !matches!(stopped.error.kind(), ErrorKind::OutOfGas { .. }) {
                    return (Err(error), store.gas_consumed(), stop);
                }
                let (frames, fingerprint) = (places(store.frames()), store.fingerprint());
                stop = Some(Stop { error, gas: store.gas_consumed(), frames, fingerprint });
                store.add_gas(1 << 30);
                stopped.resume(&mut store, &[]).expect("the execution is open")
            }
        };
    }
}

/// Both tiers come to the same with arguments of 0 to 5, wherever the gas ends, and in the end to what they come to in one
/// piece; how many of the calls trap.
pub fn the_same_everywhere(exact: &Module, fast: &Module, names: &[&str]) -> u64 {
    let mut traps = 0;
    for name in names {
        for arg in 0..6 {
            let whole = run(exact, name, arg, 1 << 30);
            traps += u64::from(whole.0.is_err());
            assert_eq!(whole, run(fast, name, arg, 1 << 30), "{name} {arg}; exact, then fast");
            for gas in 0..whole.1 {
                let [exact, fast] = [exact, fast].map(|module| run(module, name, arg, gas));
                assert_eq!(exact, fast, "{name} {arg}, gas {gas}; exact, then fast");
                assert_eq!((&exact.0, exact.1), (&whole.0, whole.1), "{name} {arg}, gas {gas}");
            }
        }
    }
    traps
}
