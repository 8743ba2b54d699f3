//! tinywasm, with the vector instructions of x86 and without canonical NaNs, which is its fastest.

use super::{Program, step};
use std::error::Error;
use tinywasm::types::WasmValue;
use tinywasm::{FuncContext, Function, HostFunction, Imports, ModuleInstance, Store};

struct TinyWasm {
    store: Store,
    func: Function,
}

pub fn load(bytes: &[u8]) -> Result<Box<dyn Program>, Box<dyn Error>> {
    let module = tinywasm::parse_bytes(bytes)?;
    let mut store = Store::default();
    let host = HostFunction::from(&mut store, |_: FuncContext<'_>, x: i32| Ok(step(x)));
    let mut imports = Imports::new();
    imports.define("host", "step", host);
    let instance = ModuleInstance::instantiate(&mut store, &module, Some(imports))?;
    let func = instance.func_untyped(&store, "run")?;
    Ok(Box::new(TinyWasm { store, func }))
}

impl Program for TinyWasm {
    fn run(&mut self, n: i32) -> Result<u64, Box<dyn Error>> {
        match self.func.call(&mut self.store, &[WasmValue::I32(n)])?.first() {
            Some(WasmValue::I32(value)) => Ok(u64::from(*value as u32)),
            Some(WasmValue::I64(value)) => Ok(*value as u64),
            _ => Err("not an integer result".into()),
        }
    }
}
