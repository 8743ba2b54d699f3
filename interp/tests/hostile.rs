//! Modules made to harm: each gets its typed error or runs; nothing panics, hangs or goes on without gas.

use selfsame_hostile::Expect;
use selfsame_interp::{Config, Engine, Error, ErrorKind, Instance, Module, Store, Tier};

/// Larger modules are for optimised builds.
const LARGEST: Option<usize> = if cfg!(debug_assertions) { Some(60_000) } else { None };
/// Gas for the start function and for `run`, each.
const GAS: u64 = 200_000;

fn accept_and_run(engine: &Engine, bytes: Vec<u8>) -> Result<(), Error> {
    let module = Module::new(engine, bytes)?;
    module.translate_all();
    let mut store = Store::new(engine, ());
    store.set_gas(GAS);
    // Missing imports, traps, refused memories and the end of the gas are all in order.
    if let Ok(instance) = Instance::new(&mut store, &module, &[])
        && let Some(run) = instance.get_func(&mut store, "run")
    {
        store.set_gas(GAS);
        let _ = run.call(&mut store, &[], &mut []);
    }
    assert!(store.gas_consumed() <= GAS);
    Ok(())
}

fn over_a_limit(error: &Error) -> bool {
    let ErrorKind::Validate(error) = error.kind() else { return false };
    matches!(error.kind, selfsame_validate::ErrorKind::Limit { .. })
}

#[test]
fn hostile_modules_are_refused_or_run_within_their_gas() {
    let engines = [Tier::Fast, Tier::Exact].map(|tier| Engine::new(Config::new().tier(tier)));
    let mut count = 0;
    let mut wrong = Vec::new();
    selfsame_hostile::each(|case| {
        if LARGEST.is_some_and(|largest| case.bytes.len() > largest) {
            return;
        }
        count += 1;
        for engine in &engines {
            let outcome = accept_and_run(engine, case.bytes.clone());
            let fits = match case.expect {
                Expect::Invalid => outcome.is_err(),
                // Valid, but it may be over a published limit.
                Expect::Runs => outcome.as_ref().map_or_else(over_a_limit, |()| true),
                Expect::Either => true,
            };
            if !fits {
                wrong.push(format!("{}: {:?}, expected {:?}", case.name, outcome, case.expect));
            }
            if let Err(error) = outcome {
                assert!(error.code().is_some(), "{}: {error}", case.name);
            }
        }
    });
    assert!(count >= 200, "only {count} modules were tried");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
