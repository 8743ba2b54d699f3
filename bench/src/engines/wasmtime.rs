//! wasmtime: Pulley, its interpreter of compiled code, and Cranelift's machine code.

use super::{Program, step};
use std::error::Error;
use wasmtime::{Config, Engine, Func, Linker, Module, Store, Val, ValType};

struct Wasmtime {
    store: Store<()>,
    func: Func,
    fuel: bool,
    wide: bool,
}

pub fn load(bytes: &[u8], pulley: bool, fuel: bool) -> Result<Box<dyn Program>, Box<dyn Error>> {
    let mut config = Config::new();
    config.consume_fuel(fuel);
    if pulley {
        config.target("pulley64")?;
    }
    let engine = Engine::new(&config)?;
    let module = Module::new(&engine, bytes)?;
    let mut store = Store::new(&engine, ());
    if fuel {
        store.set_fuel(u64::MAX)?;
    }
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "step", step)?;
    let instance = linker.instantiate(&mut store, &module)?;
    let func = instance.get_func(&mut store, "run").ok_or("no export `run`")?;
    let wide = matches!(func.ty(&store).result(0), Some(ValType::I64));
    Ok(Box::new(Wasmtime { store, func, fuel, wide }))
}

impl Program for Wasmtime {
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
