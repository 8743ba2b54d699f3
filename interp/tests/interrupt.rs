//! Endless programs end: by their gas, or by an interrupt from another thread.

#![allow(clippy::disallowed_methods, reason = "another thread interrupts")]

use selfsame_interp::{Config, Engine, ErrorKind, Instance, Module, Resumable, Store, Tier};

const ENDLESS_START: &str = "(module (func $forever (loop $l (br $l))) (start $forever))";

fn module(tier: Tier, metering: bool, text: &str) -> Module {
    let engine = Engine::new(Config::new().tier(tier).metering(metering));
    Module::new(&engine, wat::parse_str(text).expect("the text")).expect("the module")
}

#[test]
fn an_endless_start_function_runs_out_of_gas() {
    for tier in [Tier::Fast, Tier::Exact] {
        let module = module(tier, true, ENDLESS_START);
        let mut store = Store::new(module.engine(), ());
        store.set_gas(100_000);
        let error = Instance::new(&mut store, &module, &[]).expect_err("it never ends");
        assert!(matches!(error.kind(), ErrorKind::OutOfGas { .. }), "{error}");
        assert_eq!(store.gas_consumed(), 100_000);
        assert_eq!(store.frames().len(), 1);
    }
}

#[test]
fn an_endless_start_function_is_interrupted_where_gas_is_off() {
    for tier in [Tier::Fast, Tier::Exact] {
        let module = module(tier, false, ENDLESS_START);
        let mut store = Store::new(module.engine(), ());
        let handle = store.interrupt_handle();
        let stopper = std::thread::spawn(move || handle.interrupt());
        let error = Instance::new(&mut store, &module, &[]).expect_err("it never ends");
        stopper.join().expect("the other thread");
        assert!(matches!(error.kind(), ErrorKind::Interrupted), "{error}");
    }
}

/// Gas that an interrupted execution may use up before it looks: a bound on the delay that no clock is
/// needed for.
#[test]
fn an_interrupt_is_seen_within_a_slice_of_gas() {
    for tier in [Tier::Fast, Tier::Exact] {
        let module = module(tier, true, ENDLESS_START);
        let mut store = Store::new(module.engine(), ());
        store.set_gas(u64::MAX);
        store.interrupt_handle().interrupt();
        let instance = Instance::without_start(&mut store, "main", &module, &[]).expect("the instance");
        let Some(Resumable::Stopped(stopped)) = instance.start(&mut store) else { panic!("it never ends") };
        assert!(matches!(stopped.error.kind(), ErrorKind::Interrupted));
        assert!(store.gas_consumed() <= 1_000_000, "{}", store.gas_consumed());
        // It goes on from there, and stops again.
        store.interrupt_handle().interrupt();
        let again = stopped.resume(&mut store, &[]).expect("it can go on");
        assert!(matches!(again, Resumable::Stopped(_)));
    }
}
