//! Stitch: no metering, no vectors, no tail calls, and no calls of the host in number.

use super::Program;
use makepad_stitch::{Engine, Func, Linker, Module, Store, Val};
use std::error::Error;

struct Stitch {
    store: Store,
    func: Func,
    result: Val,
}

pub fn load(bytes: &[u8]) -> Result<Box<dyn Program>, Box<dyn Error>> {
    let mut store = Store::new(Engine::new());
    let module = Module::new(store.engine(), bytes)?;
    if module.imports().next().is_some() {
        return Err("its native stack grows with each call of a host function, and overflows".into());
    }
    let instance = Linker::new().instantiate(&mut store, &module)?;
    let func = instance.exported_func("run").ok_or("no export `run`")?;
    let result = *func.type_(&store).results().first().ok_or("no result")?;
    Ok(Box::new(Stitch { store, func, result: Val::default(result) }))
}

impl Program for Stitch {
    fn run(&mut self, n: i32) -> Result<u64, Box<dyn Error>> {
        let mut results = [self.result];
        self.func.call(&mut self.store, &[Val::I32(n)], &mut results)?;
        Ok(match results[0] {
            Val::I32(value) => u64::from(value as u32),
            Val::I64(value) => value as u64,
            _ => return Err("not an integer result".into()),
        })
    }
}
