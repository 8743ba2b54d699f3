//! Selfsame, in each of its settings.

use super::{Program, Role, step};
use selfsame_interp::{Config, Engine, Func, Linker, Mode, Module, Store, Tier, Val};
use std::error::Error;

pub const fn role(tier: Tier, gas: bool, mode: Mode) -> Role {
    Role::Ours { tier, gas, mode }
}

/// A contender of ours: its name, tier, whether gas is charged, and mode.
macro_rules! contender {
    ($name:literal, $tier:ident, $gas:literal, $mode:ident) => {
        Contender {
            name: $name,
            role: ours::role(Tier::$tier, $gas, Mode::$mode),
            load: |bytes| ours::load(bytes, Tier::$tier, $gas, Mode::$mode),
        }
    };
}
pub(super) use contender;

struct Ours {
    store: Store<()>,
    func: Func,
}

pub fn load(bytes: &[u8], tier: Tier, gas: bool, mode: Mode) -> Result<Box<dyn Program>, Box<dyn Error>> {
    let mut config = Config::new();
    config.tier(tier).metering(gas).mode(mode);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, bytes)?;
    let mut store = Store::new(&engine, ());
    store.set_gas(u64::MAX);
    let mut linker = Linker::new();
    linker.func_wrap("host", "step", step);
    let instance = linker.instantiate(&mut store, &module)?;
    let func = instance.get_func(&mut store, "run").ok_or("no export `run`")?;
    Ok(Box::new(Ours { store, func }))
}

impl Program for Ours {
    fn run(&mut self, n: i32) -> Result<u64, Box<dyn Error>> {
        let mut results = [Val::I32(0)];
        self.store.set_gas(u64::MAX);
        self.func.call(&mut self.store, &[Val::I32(n)], &mut results)?;
        Ok(match results[0] {
            Val::I32(value) => u64::from(value as u32),
            Val::I64(value) => value as u64,
            _ => return Err("not an integer result".into()),
        })
    }
}
