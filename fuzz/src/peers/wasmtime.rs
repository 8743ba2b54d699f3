//! wasmtime: machine code by Cranelift, with canonical NaNs.

use super::{CALLS, Failure, Seen, argument};
use selfsame_interp::Trap as OurTrap;
use wasmtime::{
    Config, Engine, Error, Extern, Func, Instance, Module, OptLevel, Store, ThrownException, Trap, Val,
    ValType,
};

/// Octets of native stack for calls: less than a thread of the tests has.
const STACK: usize = 512 << 10;

/// A module on wasmtime; `None` if it does not take it.
///
/// # Panics
/// If it cannot be configured so on this machine.
pub fn wasmtime(data: &[u8], bytes: &[u8]) -> Option<Seen> {
    let mut config = Config::new();
    config.cranelift_nan_canonicalization(true).wasm_multi_memory(true).max_wasm_stack(STACK);
    // A module runs for a moment, and would be compiled for longer.
    config.cranelift_opt_level(OptLevel::None);
    config.wasm_memory64(true).wasm_custom_page_sizes(true).wasm_wide_arithmetic(true);
    config.wasm_function_references(true).wasm_gc(true).wasm_exceptions(true);
    let engine = Engine::new(&config).expect("a configuration for this machine");
    let module = Module::new(&engine, bytes).ok()?;
    let mut store = Store::new(&engine, ());
    let mut seen = Seen::new();
    let instance = match Instance::new(&mut store, &module, &[]) {
        Ok(instance) => instance,
        Err(error) => {
            seen.outcomes.push(Err(failure(&error)));
            return Some(seen);
        }
    };
    seen.outcomes.push(Ok(vec![]));
    let mut names: Vec<&str> = module.exports().map(|ty| ty.name()).collect();
    names.sort_unstable();
    let exports: Vec<Extern> =
        names.iter().filter_map(|name| instance.get_export(&mut store, name)).collect();
    let funcs = exports.iter().filter_map(|item| item.clone().into_func());
    let funcs: Vec<Func> = funcs.filter(|func| func.ty(&store).params().all(|ty| has_default(&ty))).collect();
    for (call, func) in funcs.iter().take(CALLS).enumerate() {
        let ty = func.ty(&store);
        let types = ty.params().enumerate();
        let args: Vec<Val> = types.map(|(at, ty)| value(&ty, argument(data, call, at))).collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        let outcome = func.call(&mut store, &args, &mut results);
        seen.outcomes.push(match outcome {
            Ok(()) => Ok(results.iter().map(|value| show(&mut store, value)).collect()),
            Err(error) => Err(failure(&error)),
        });
    }
    for item in exports {
        match item {
            Extern::Memory(memory) => seen.add_memory(memory.data(&store)),
            Extern::Global(global) => {
                let value = global.get(&mut store);
                seen.globals.push(show(&mut store, &value));
            }
            _ => {}
        }
    }
    Some(seen)
}

fn failure(error: &Error) -> Failure {
    let trap = match error.downcast_ref() {
        Some(Trap::UnreachableCodeReached) => OurTrap::Unreachable,
        Some(Trap::MemoryOutOfBounds) => OurTrap::MemoryOutOfBounds,
        Some(Trap::TableOutOfBounds) => OurTrap::TableOutOfBounds,
        Some(Trap::IndirectCallToNull) => OurTrap::IndirectCallToNull,
        Some(Trap::IntegerDivisionByZero) => OurTrap::IntegerDivideByZero,
        Some(Trap::IntegerOverflow) => OurTrap::IntegerOverflow,
        Some(Trap::BadConversionToInteger) => OurTrap::BadConversionToInteger,
        Some(Trap::BadSignature) => OurTrap::BadSignature,
        Some(Trap::NullReference) => OurTrap::NullReference,
        Some(Trap::ArrayOutOfBounds) => OurTrap::ArrayOutOfBounds,
        Some(Trap::CastFailure) => OurTrap::CastFailure,
        _ if error.is::<ThrownException>() => return Failure::Exception,
        _ => return Failure::Limit,
    };
    Failure::Trap(trap)
}

/// Only null is given of references.
fn has_default(ty: &ValType) -> bool {
    !matches!(ty, ValType::Ref(ty) if !ty.is_nullable())
}

fn value(ty: &ValType, bits: u64) -> Val {
    match ty {
        ValType::I32 => Val::I32(bits as i32),
        ValType::I64 => Val::I64(bits as i64),
        ValType::F32 => Val::F32(bits as u32),
        ValType::F64 => Val::F64(bits),
        ValType::V128 => Val::V128((u128::from(bits) << 64 | u128::from(bits)).into()),
        ValType::Ref(ty) => Val::null_ref(ty.heap_type()),
    }
}

fn show(store: &mut Store<()>, value: &Val) -> String {
    match value {
        Val::I32(value) => format!("i32 {value:#x}"),
        Val::I64(value) => format!("i64 {value:#x}"),
        Val::F32(bits) => format!("f32 {bits:#x}"),
        Val::F64(bits) => format!("f64 {bits:#x}"),
        Val::V128(value) => format!("v128 {:#x}", value.as_u128()),
        Val::FuncRef(func) => format!("func {}", func.is_some()),
        Val::ExternRef(item) => format!("extern {}", item.is_some()),
        Val::AnyRef(item) => {
            let small = item.map(|item| item.as_i31(&*store).ok().flatten().map(|small| small.get_i32()));
            format!("any {small:?}")
        }
        Val::ExnRef(item) => format!("exception {}", item.is_some()),
        other => format!("{other:?}"),
    }
}
