//! One module on several threads at once: whoever comes first translates a function, and all run the same code.

use selfsame_interp::{Engine, Instance, Module, Store};
use std::fmt::Write as _;
use std::sync::Barrier;

const FUNCS: usize = 200;
const THREADS: usize = 4;

/// Functions that call the next one, so that each is translated when the one before it runs.
fn text() -> String {
    let mut text = String::from("(module ");
    for i in 0..FUNCS - 1 {
        let _ = write!(
            text,
            "(func $f{i} (param i32) (result i32) (i32.add (i32.const {i}) (call $f{} (local.get 0))))",
            i + 1
        );
    }
    let last = FUNCS - 1;
    let _ =
        write!(text, "(func $f{last} (param i32) (result i32) (local.get 0)) (export \"run\" (func $f0)))");
    text
}

#[test]
fn threads_that_translate_the_same_functions_at_once_come_to_the_same() {
    let engine = Engine::default();
    let bytes = wat::parse_str(text()).expect("the text");
    for _ in 0..20 {
        let module = Module::new(&engine, bytes.clone()).expect("the module");
        let start = Barrier::new(THREADS);
        let run = || {
            let mut store = Store::new(&engine, ());
            store.set_gas(1_000_000);
            let instance = Instance::new(&mut store, &module, &[]).expect("the instance");
            let run = instance.get_typed_func::<i32, i32>(&mut store, "run").expect("the export");
            start.wait();
            (run.call(&mut store, 7).expect("it returns"), store.gas_consumed())
        };
        let results: Vec<(i32, u64)> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(run)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let sum = (0..FUNCS as i32 - 1).sum::<i32>() + 7;
        assert!(results.iter().all(|(value, gas)| (*value, *gas) == (sum, results[0].1)), "{results:?}");
    }
}
