//! wasmtime.

use super::{CALLS, Failure, Seen, argument};
use selfsame_interp::Trap as Ours;
use std::sync::OnceLock;
use wasmtime::{Config, Engine, Error, Extern, Func, Instance, Module, Ref, Store, Trap, V128, Val, ValType};

/// One engine for all modules: it takes a while to set up.
fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut config = Config::new();
        config.max_wasm_stack(64 << 20);
        config.wasm_multi_memory(true).wasm_tail_call(true).wasm_extended_const(true);
        // Translation is what takes time here.
        config.cranelift_opt_level(wasmtime::OptLevel::None);
        Engine::new(&config).expect("the configuration fits together")
    })
}

/// A module on wasmtime; `None` if it does not take it.
pub fn wasmtime(data: &[u8], bytes: &[u8]) -> Option<Seen> {
    // Its stack is the native one.
    let run = || on_this_stack(data, bytes);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(96 << 20).spawn_scoped(scope, run).ok()?;
        thread.join().expect("wasmtime does not panic")
    })
}

fn on_this_stack(data: &[u8], bytes: &[u8]) -> Option<Seen> {
    let module = Module::new(engine(), bytes).ok()?;
    let mut store = Store::new(engine(), ());
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
    let funcs: Vec<Func> = exports.iter().filter_map(|item| item.clone().into_func()).collect();
    for (call, func) in funcs.iter().take(CALLS).enumerate() {
        let ty = func.ty(&store);
        let args: Vec<Val> =
            ty.params().enumerate().map(|(at, ty)| value(&ty, argument(data, call, at))).collect();
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
            Extern::Global(global) => seen.globals.push(show(&global.get(&mut store))),
            _ => {}
        }
    }
    Some(seen)
}

fn failure(error: &Error) -> Failure {
    let trap = match error.downcast_ref::<Trap>() {
        Some(Trap::UnreachableCodeReached) => Ours::Unreachable,
        Some(Trap::MemoryOutOfBounds) => Ours::MemoryOutOfBounds,
        Some(Trap::TableOutOfBounds) => Ours::TableOutOfBounds,
        Some(Trap::IndirectCallToNull) => Ours::IndirectCallToNull,
        Some(Trap::IntegerDivisionByZero) => Ours::IntegerDivideByZero,
        Some(Trap::IntegerOverflow) => Ours::IntegerOverflow,
        Some(Trap::BadConversionToInteger) => Ours::BadConversionToInteger,
        Some(Trap::BadSignature) => Ours::BadSignature,
        _ => return Failure::Limit,
    };
    Failure::Trap(trap)
}

fn value(ty: &ValType, bits: u64) -> Val {
    match ty {
        ValType::I32 => Val::I32(bits as i32),
        ValType::I64 => Val::I64(bits as i64),
        ValType::F32 => Val::F32(bits as u32),
        ValType::F64 => Val::F64(bits),
        ValType::V128 => Val::V128(V128::from(u128::from(bits) << 64 | u128::from(bits))),
        ValType::Ref(ty) => Val::from(Ref::null(ty.heap_type())),
    }
}

fn show(value: &Val) -> String {
    match value {
        Val::I32(value) => format!("i32 {value:#x}"),
        Val::I64(value) => format!("i64 {value:#x}"),
        Val::F32(bits) => format!("f32 {bits:#x}"),
        Val::F64(bits) => format!("f64 {bits:#x}"),
        Val::V128(bits) => format!("v128 {:#x}", bits.as_u128()),
        Val::FuncRef(func) => format!("func {}", func.is_some()),
        Val::ExternRef(item) => format!("extern {}", item.is_some()),
        other => format!("{other:?}"),
    }
}
