//! wasmi 2.

use super::{Program, step};
use std::error::Error;
use wasmi::{Config, Engine, Func, Linker, Module, Store, Val, ValType};

struct Wasmi {
    store: Store<()>,
    func: Func,
    fuel: bool,
    wide: bool,
}

pub fn load(bytes: &[u8], fuel: bool) -> Result<Box<dyn Program>, Box<dyn Error>> {
    let mut config = Config::default();
    config.consume_fuel(fuel);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, bytes)?;
    let mut store = Store::new(&engine, ());
    if fuel {
        store.set_fuel(u64::MAX)?;
    }
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "step", step)?;
    let instance = linker.instantiate_and_start(&mut store, &module)?;
    let func = instance.get_func(&store, "run").ok_or("no export `run`")?;
    let wide = func.ty(&store).results().first() == Some(&ValType::I64);
    Ok(Box::new(Wasmi { store, func, fuel, wide }))
}

impl Program for Wasmi {
    fn run(&mut self, n: i32) -> Result<u64, Box<dyn Error>> {
        if self.fuel {
            self.store.set_fuel(u64::MAX)?;
        }
        let mut results = [if self.wide { Val::I64(0) } else { Val::I32(0) }];
        self.func.call(&mut self.store, &[Val::I32(n)], &mut results)?;
        Ok(match results[0] {
            Val::I32(value) => u64::from(value as u32),
            Val::I64(value) => value as u64,
            _ => return Err("not an integer result".into()),
        })
    }
}
