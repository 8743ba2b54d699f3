//! wasmi.

use super::{CALLS, Failure, Seen, argument};
use selfsame_interp::Trap;
use std::panic::catch_unwind;
use wasmi::{
    Config, Engine, Error, Extern, F32, F64, Func, Linker, Module, Nullable, Store, TrapCode, Val, ValType,
};

/// A module on wasmi; `None` if it does not take it. Its translator (2.0.0) panics at some valid modules, which says
/// nothing of ours.
pub fn wasmi(data: &[u8], bytes: &[u8]) -> Option<Seen> {
    catch_unwind(|| run(data, bytes)).ok().flatten()
}

fn run(data: &[u8], bytes: &[u8]) -> Option<Seen> {
    let mut config = Config::default();
    config.set_max_recursion_depth(100_000).set_max_stack_height(100 << 20);
    config.wasm_memory64(true).wasm_custom_page_sizes(true).wasm_wide_arithmetic(true);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, bytes).ok()?;
    let mut store = Store::new(&engine, ());
    let mut seen = Seen::new();
    let instance = match Linker::new(&engine).instantiate_and_start(&mut store, &module) {
        Ok(instance) => instance,
        Err(error) => {
            seen.outcomes.push(Err(failure(&error)));
            return Some(seen);
        }
    };
    seen.outcomes.push(Ok(vec![]));
    let mut names: Vec<&str> = module.exports().map(|ty| ty.name()).collect();
    names.sort_unstable();
    let exports: Vec<Extern> = names.iter().filter_map(|name| instance.get_export(&store, name)).collect();
    let funcs: Vec<Func> = exports.iter().filter_map(|item| item.into_func()).collect();
    for (call, func) in funcs.iter().take(CALLS).enumerate() {
        let ty = func.ty(&store);
        let types = ty.params().iter().enumerate();
        let args: Vec<Val> = types.map(|(at, ty)| value(*ty, argument(data, call, at))).collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        let outcome = func.call(&mut store, &args, &mut results);
        seen.outcomes.push(match outcome {
            Ok(()) => Ok(results.iter().map(show).collect()),
            Err(error) => Err(failure(&error)),
        });
    }
    for item in exports {
        match item {
            Extern::Memory(memory) => seen.add_memory(memory.data(&store)),
            Extern::Global(global) => seen.globals.push(show(&global.get(&store))),
            _ => {}
        }
    }
    Some(seen)
}

fn failure(error: &Error) -> Failure {
    let trap = match error.as_trap_code() {
        Some(TrapCode::UnreachableCodeReached) => Trap::Unreachable,
        Some(TrapCode::MemoryOutOfBounds) => Trap::MemoryOutOfBounds,
        Some(TrapCode::TableOutOfBounds) => Trap::TableOutOfBounds,
        Some(TrapCode::IndirectCallToNull) => Trap::IndirectCallToNull,
        Some(TrapCode::IntegerDivisionByZero) => Trap::IntegerDivideByZero,
        Some(TrapCode::IntegerOverflow) => Trap::IntegerOverflow,
        Some(TrapCode::BadConversionToInteger) => Trap::BadConversionToInteger,
        Some(TrapCode::BadSignature) => Trap::BadSignature,
        _ => return Failure::Limit,
    };
    Failure::Trap(trap)
}

fn value(ty: ValType, bits: u64) -> Val {
    match ty {
        ValType::I32 => Val::I32(bits as i32),
        ValType::I64 => Val::I64(bits as i64),
        ValType::F32 => Val::F32(F32::from_bits(bits as u32)),
        ValType::F64 => Val::F64(F64::from_bits(bits)),
        ValType::V128 => Val::V128((u128::from(bits) << 64 | u128::from(bits)).into()),
        ValType::FuncRef => Val::FuncRef(Nullable::Null),
        ValType::ExternRef => Val::ExternRef(Nullable::Null),
    }
}

fn show(value: &Val) -> String {
    match value {
        Val::I32(value) => format!("i32 {value:#x}"),
        Val::I64(value) => format!("i64 {value:#x}"),
        Val::F32(value) => format!("f32 {:#x}", value.to_bits()),
        Val::F64(value) => format!("f64 {:#x}", value.to_bits()),
        Val::V128(value) => format!("v128 {:#x}", value.as_u128()),
        Val::FuncRef(func) => format!("func {}", !func.is_null()),
        Val::ExternRef(item) => format!("extern {}", !item.is_null()),
    }
}
