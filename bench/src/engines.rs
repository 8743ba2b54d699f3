//! The engines that are compared, behind one interface.

use selfsame_interp as selfsame;
use std::error::Error;

/// A program that is ready to run: `run(n)` of an instance.
pub trait Program {
    /// Runs it once; the result as bits.
    fn run(&mut self, n: i32) -> Result<u64, Box<dyn Error>>;
}

/// Makes a program of a module's bytes.
type Load = fn(&[u8]) -> Result<Box<dyn Program>, Box<dyn Error>>;

/// An engine with its settings.
pub struct Contender {
    /// How it is shown.
    pub name: &'static str,
    /// Loads a module.
    pub load: Load,
}

/// All of them. The first is the one that the others are compared with.
pub const CONTENDERS: &[Contender] = &[
    Contender { name: "selfsame", load: |bytes| ours(bytes, |_| {}) },
    Contender {
        name: "selfsame, no metering",
        load: |bytes| {
            ours(bytes, |config| {
                config.metering(false);
            })
        },
    },
    Contender {
        name: "selfsame, host floats",
        load: |bytes| {
            ours(bytes, |config| {
                config.mode(selfsame::Mode::NonDeterministic);
            })
        },
    },
    Contender {
        name: "selfsame exact",
        load: |bytes| {
            ours(bytes, |config| {
                config.tier(selfsame::Tier::Exact);
            })
        },
    },
    Contender { name: "wasmi 2", load: |bytes| wasmi(bytes, false) },
    Contender { name: "wasmi 2, fuel", load: |bytes| wasmi(bytes, true) },
];

struct Ours {
    store: selfsame::Store<()>,
    func: selfsame::Func,
}

fn ours(bytes: &[u8], change: fn(&mut selfsame::Config)) -> Result<Box<dyn Program>, Box<dyn Error>> {
    let mut config = selfsame::Config::new();
    change(&mut config);
    let engine = selfsame::Engine::new(&config);
    let module = selfsame::Module::new(&engine, bytes)?;
    let mut store = selfsame::Store::new(&engine, ());
    store.set_gas(u64::MAX);
    let instance = selfsame::Linker::new().instantiate(&mut store, &module)?;
    let func = instance.get_func(&mut store, "run").ok_or("no export `run`")?;
    Ok(Box::new(Ours { store, func }))
}

impl Program for Ours {
    fn run(&mut self, n: i32) -> Result<u64, Box<dyn Error>> {
        let mut results = [selfsame::Val::I32(0)];
        self.store.set_gas(u64::MAX);
        self.func.call(&mut self.store, &[selfsame::Val::I32(n)], &mut results)?;
        Ok(match results[0] {
            selfsame::Val::I32(value) => u64::from(value as u32),
            selfsame::Val::I64(value) => value as u64,
            _ => return Err("not an integer result".into()),
        })
    }
}

struct Wasmi {
    store: wasmi::Store<()>,
    func: wasmi::Func,
    fuel: bool,
    wide: bool,
}

fn wasmi(bytes: &[u8], fuel: bool) -> Result<Box<dyn Program>, Box<dyn Error>> {
    let mut config = wasmi::Config::default();
    config.consume_fuel(fuel);
    let engine = wasmi::Engine::new(&config);
    let module = wasmi::Module::new(&engine, bytes)?;
    let mut store = wasmi::Store::new(&engine, ());
    if fuel {
        store.set_fuel(u64::MAX)?;
    }
    let instance = wasmi::Linker::new(&engine).instantiate_and_start(&mut store, &module)?;
    let func = instance.get_func(&store, "run").ok_or("no export `run`")?;
    let wide = func.ty(&store).results().first() == Some(&wasmi::ValType::I64);
    Ok(Box::new(Wasmi { store, func, fuel, wide }))
}

impl Program for Wasmi {
    fn run(&mut self, n: i32) -> Result<u64, Box<dyn Error>> {
        if self.fuel {
            self.store.set_fuel(u64::MAX)?;
        }
        let mut results = [if self.wide { wasmi::Val::I64(0) } else { wasmi::Val::I32(0) }];
        self.func.call(&mut self.store, &[wasmi::Val::I32(n)], &mut results)?;
        Ok(match results[0] {
            wasmi::Val::I32(value) => u64::from(value as u32),
            wasmi::Val::I64(value) => value as u64,
            _ => return Err("not an integer result".into()),
        })
    }
}
