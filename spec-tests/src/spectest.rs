//! The host module `spectest` that the suite's modules import from.

use crate::options::Budget;
use selfsame_interp::{
    AddressType, AsContextMut, Error, Extern, Func, Global, GlobalType, Memory, MemoryType, RefType, Table,
    TableType, Val, ValType,
};
use std::collections::BTreeMap;

/// The exports of `spectest`. Its functions print nothing here.
pub(crate) fn exports(
    mut store: impl AsContextMut<Data = Budget>,
) -> Result<BTreeMap<String, Extern>, Error> {
    let mut exports = BTreeMap::new();
    let mut add = |name: &str, item| exports.insert(String::from(name), item);
    add("print", Extern::Func(Func::wrap(&mut store, || {})));
    add("print_i32", Extern::Func(Func::wrap(&mut store, |_: i32| {})));
    add("print_i64", Extern::Func(Func::wrap(&mut store, |_: i64| {})));
    add("print_f32", Extern::Func(Func::wrap(&mut store, |_: f32| {})));
    add("print_f64", Extern::Func(Func::wrap(&mut store, |_: f64| {})));
    add("print_i32_f32", Extern::Func(Func::wrap(&mut store, |_: i32, _: f32| {})));
    add("print_f64_f64", Extern::Func(Func::wrap(&mut store, |_: f64, _: f64| {})));
    let globals = [
        ("global_i32", ValType::I32, Val::from(666_i32)),
        ("global_i64", ValType::I64, Val::from(666_i64)),
        ("global_f32", ValType::F32, Val::from(666.6_f32)),
        ("global_f64", ValType::F64, Val::from(666.6_f64)),
    ];
    for (name, content, value) in globals {
        let global = Global::new(&mut store, GlobalType { content, mutable: false }, value)?;
        add(name, Extern::Global(global));
    }
    let table = TableType::new(RefType::FUNCREF, 10, Some(20));
    add("table", Extern::Table(Table::new(&mut store, table, Val::FuncRef(None))?));
    let table = TableType { address: AddressType::I64, ..table };
    add("table64", Extern::Table(Table::new(&mut store, table, Val::FuncRef(None))?));
    let memory = MemoryType::new(1, Some(2));
    add("memory", Extern::Memory(Memory::new(&mut store, memory)?));
    Ok(exports)
}

/// What `spectest` lacks for want of a feature, by name.
pub(crate) const LACKS: &[(&str, &str)] = &[("shared_memory", "threads")];
