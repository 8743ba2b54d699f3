//! Ours.

use super::{CALLS, Failure, Seen, argument};
use selfsame_interp::{
    Config, Engine, Error, ErrorKind, Extern, Func, Instance, Limits, Module, StackLimits, Store, Tier, Trap,
    Val, ValType,
};

/// A module on our engine, in deterministic mode; `None` if the module is over a limit.
///
/// # Panics
/// If the engine refuses the module for another reason.
pub fn ours(data: &[u8], bytes: &[u8], tier: Tier) -> Option<Seen> {
    let mut config = Config::new();
    let stack = StackLimits { call_depth: 100_000, value_slots: 10_000_000, host_reentry: 1 };
    config.tier(tier).stack(stack).limits(Limits::default());
    let engine = Engine::new(&config);
    let module = match Module::new(&engine, bytes) {
        Ok(module) => module,
        Err(error) => {
            let limit = matches!(error.kind(), ErrorKind::Validate(error)
                if matches!(error.kind, selfsame_validate::ErrorKind::Limit { .. }));
            assert!(limit, "a valid module was refused: {error}");
            return None;
        }
    };
    let mut store = Store::new(&engine, ());
    store.set_gas(u64::MAX / 2);
    let mut seen = Seen::new();
    let instance = match Instance::new(&mut store, &module, &[]) {
        Ok(instance) => instance,
        Err(error) => {
            seen.outcomes.push(Err(failure(&error)));
            return Some(seen);
        }
    };
    seen.outcomes.push(Ok(vec![]));
    let mut exports = instance.exports(&mut store);
    exports.sort_by(|(one, _), (other, _)| one.cmp(other));
    let funcs = exports.iter().filter_map(|(_, item)| item.into_func());
    let funcs: Vec<Func> = funcs.filter(|func| func.ty(&store).params().iter().all(has_default)).collect();
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
    for (_, item) in exports {
        match item {
            Extern::Memory(memory) => seen.add_memory(memory.data(&store)),
            Extern::Global(global) => seen.globals.push(show(&global.get(&store))),
            _ => {}
        }
    }
    Some(seen)
}

fn failure(error: &Error) -> Failure {
    match error.trap() {
        None if matches!(error.kind(), ErrorKind::Exception(_)) => Failure::Exception,
        Some(Trap::StackOverflow) | None => Failure::Limit,
        Some(trap) => Failure::Trap(trap),
    }
}

/// Only null is given of references.
fn has_default(ty: &ValType) -> bool {
    !matches!(ty, ValType::Ref(ty) if !ty.nullable)
}

fn value(ty: ValType, bits: u64) -> Val {
    match ty {
        ValType::I32 => Val::I32(bits as i32),
        ValType::I64 => Val::I64(bits as i64),
        ValType::F32 => Val::F32(bits as u32),
        ValType::F64 => Val::F64(bits),
        ValType::V128 => Val::V128(u128::from(bits) << 64 | u128::from(bits)),
        ValType::Ref(_) => Val::default_of(ty),
    }
}

fn show(value: &Val) -> String {
    match value {
        Val::I32(value) => format!("i32 {value:#x}"),
        Val::I64(value) => format!("i64 {value:#x}"),
        Val::F32(bits) => format!("f32 {bits:#x}"),
        Val::F64(bits) => format!("f64 {bits:#x}"),
        Val::V128(bits) => format!("v128 {bits:#x}"),
        Val::FuncRef(func) => format!("func {}", func.is_some()),
        Val::ExternRef(item) => format!("extern {}", item.is_some()),
        Val::ExnRef(item) => format!("exception {}", item.is_some()),
        Val::AnyRef(item) => format!("any {:?}", item.map(|item| item.i31())),
    }
}
