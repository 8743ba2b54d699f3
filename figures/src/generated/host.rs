//! What generated modules import.

use super::plan::{Numbers, Plan};
use super::run::describe;
use selfsame_interp::{
    AsContextMut, Caller, Error, ErrorKind, Extern, ExternRef, ExternType, Func, Global, HeapType, Memory,
    Module, ResourceLimiter, Store, Suspend, Table, Tag, Trap, Val, ValType,
};

/// The embedder's data: what host functions have seen.
pub struct Host {
    /// Calls of host functions: number, arguments, gas left, frames.
    pub log: Vec<String>,
    /// Types of the results that the host function which suspended the execution owes.
    pub owed: Vec<ValType>,
    plan: Plan,
    calls: u64,
    budget: Budget,
}

/// Memories and tables of all instances may grow up to this.
struct Budget {
    bytes: u64,
    elements: u64,
}

impl ResourceLimiter for Budget {
    fn memory_growing(&mut self, current: u64, desired: u64, _: Option<u64>) -> bool {
        take(&mut self.bytes, desired - current)
    }
    fn table_growing(&mut self, current: u64, desired: u64, _: Option<u64>) -> bool {
        take(&mut self.elements, desired - current)
    }
    fn exceptions_growing(&mut self, _: u64, desired: u64) -> bool {
        desired <= 2_000
    }
    fn heap_growing(&mut self, _: u64, desired: u64) -> bool {
        // So little that objects go, and that there may be no room.
        desired <= 2 << 20
    }
}

fn take(budget: &mut u64, amount: u64) -> bool {
    let rest = budget.checked_sub(amount);
    *budget = rest.unwrap_or(*budget);
    rest.is_some()
}

/// A store with a budget for its memories and tables.
pub fn store(plan: &Plan, module: &Module) -> Store<Host> {
    let budget = Budget { bytes: 6 << 20, elements: 20_000 };
    let host = Host { log: Vec::new(), owed: Vec::new(), plan: plan.clone(), calls: 0, budget };
    let mut store = Store::new(module.engine(), host);
    store.limiter(|host| &mut host.budget);
    store
}

/// Something for each import; `None` if the budget does not allow it.
pub fn imports(store: &mut Store<Host>, module: &Module, numbers: &mut Numbers) -> Option<Vec<Extern>> {
    let types = module.types_in(&mut *store);
    let mut imports = Vec::new();
    for (_, _, ty) in module.imports() {
        imports.push(match ty {
            ExternType::Func(ty) => {
                let ty = types.func(ty);
                let (number, results) = (imports.len(), ty.results().to_vec());
                let call = move |caller: Caller<'_, Host>, params: &[Val], out: &mut [Val]| {
                    host_call(caller, number, params, &results, out)
                };
                Extern::Func(Func::new(&mut *store, ty, call))
            }
            ExternType::Tag(ty) => Extern::Tag(Tag::new(&mut *store, types.func(ty)).ok()?),
            ExternType::Memory(ty) => Extern::Memory(Memory::new(&mut *store, ty).ok()?),
            ExternType::Table(ty) => {
                let ty = types.table(ty);
                let init = Val::default_of(ValType::Ref(ty.element));
                Extern::Table(Table::new(&mut *store, ty, init).ok()?)
            }
            ExternType::Global(ty) => {
                let ty = types.global(ty);
                let funcs = store.objects().funcs;
                let value = value(&mut *store, ty.content, numbers, &funcs);
                Extern::Global(Global::new(&mut *store, ty, value).ok()?)
            }
        });
    }
    Some(imports)
}

/// A value of a type, special ones among them. References to functions of a type, and such that are never null, are
/// among `funcs`, or null if there is none that fits.
pub fn value(mut store: impl AsContextMut, ty: ValType, numbers: &mut Numbers, funcs: &[Func]) -> Val {
    let special = [
        0,
        1,
        2,
        31,
        0x7f,
        0xff,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        u64::MAX,
        1 << 63,
        0x7f80_0000,
        0x7fa0_0000,
        0xffc0_0001,
        0x3f80_0000,
        0x4f00_0000,
        0x7ff0 << 48,
        0x7ff4 << 48,
        0xfff8 << 48 | 1,
        0x3ff0 << 48,
        0x43e0 << 48,
    ];
    let mut bits = || if numbers.below(3) == 0 { numbers.any() } else { numbers.one_of(&special) };
    match ty {
        ValType::I32 => Val::I32(bits() as i32),
        ValType::I64 => Val::I64(bits() as i64),
        ValType::F32 => Val::F32(bits() as u32),
        ValType::F64 => Val::F64(bits()),
        ValType::V128 => Val::V128(u128::from(bits()) << 64 | u128::from(bits())),
        ValType::Ref(ty) if ty.heap == HeapType::Extern && (!ty.nullable || bits() % 2 == 0) => {
            Val::ExternRef(Some(ExternRef::new(store, bits())))
        }
        ValType::FUNCREF => Val::default_of(ty),
        ValType::Ref(_) => {
            let store = store.context_mut();
            let fitting = funcs.iter().map(|func| Val::FuncRef(Some(*func)));
            let fitting: Vec<Val> = fitting.filter(|func| func.matches_ty(&store, ty)).collect();
            let null = [Val::default_of(ty)];
            numbers.one_of(if fitting.is_empty() { &null } else { &fitting })
        }
    }
}

/// Functions that the calling instance exports, where a value of these types may be one of them.
fn funcs(caller: &mut Caller<'_, Host>, types: &[ValType]) -> Vec<Func> {
    let wanted =
        |ty: &ValType| matches!(ty, ValType::Ref(_)) && *ty != ValType::FUNCREF && *ty != ValType::EXTERNREF;
    let instance = caller.instance().filter(|_| types.iter().any(wanted));
    let exports = instance.map_or_else(Vec::new, |instance| instance.exports(&mut *caller));
    exports.into_iter().filter_map(|(_, item)| item.into_func()).collect()
}

fn host_call(
    mut caller: Caller<'_, Host>,
    number: usize,
    params: &[Val],
    types: &[ValType],
    out: &mut [Val],
) -> Result<(), Error> {
    let host = caller.data();
    let mut numbers = Numbers(host.plan.seed ^ host.calls.wrapping_mul(0x1234_5678_9abc_def1));
    // If it is not covered, the same call comes again.
    caller.charge(numbers.below(20))?;
    let frames: Vec<_> = caller.frames().iter().map(|frame| (frame.func, frame.offset)).collect();
    let params: Vec<Plain> = params.iter().map(plain).collect();
    let entry = format!("{number} {params:?} gas {} frames {frames:x?}", caller.gas_left());
    caller.data_mut().log.push(entry);
    caller.data_mut().calls += 1;
    let funcs = funcs(&mut caller, types);
    for (out, ty) in out.iter_mut().zip(types) {
        *out = value(&mut caller, *ty, &mut numbers, &funcs);
    }
    let has_default = |ty: &ValType| !matches!(ty, ValType::Ref(ty) if !ty.nullable);
    match numbers.below(24) {
        0 => Err(numbers.one_of(&Trap::ALL).into()),
        1 => Err(Error::host(std::fmt::Error)),
        2 if types.iter().all(has_default) => {
            caller.data_mut().owed = types.to_vec();
            Err(Suspend::error(()))
        }
        3..8 if caller.data().plan.reenter => {
            let outcome = reenter(&mut caller, &mut numbers);
            if outcome.is_err() {
                // A suspension from within is this function's own now, and so are the results that are owed.
                caller.data_mut().owed = types.to_vec();
            }
            outcome
        }
        8..12 => {
            scribble(&mut caller, &mut numbers);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Calls an exported function of the calling instance.
fn reenter(caller: &mut Caller<'_, Host>, numbers: &mut Numbers) -> Result<(), Error> {
    let Some(instance) = caller.instance() else { return Ok(()) };
    let exports = instance.exports(&mut *caller);
    let funcs: Vec<Func> = exports.into_iter().filter_map(|(_, item)| item.into_func()).collect();
    if funcs.is_empty() {
        return Ok(());
    }
    let func = numbers.one_of(&funcs);
    let ty = func.ty(&*caller);
    let params: Vec<Val> = ty.params().iter().map(|ty| value(&mut *caller, *ty, numbers, &funcs)).collect();
    let mut results = vec![Val::I32(0); ty.results().len()];
    let outcome = func.call(&mut *caller, &params, &mut results);
    let results: Vec<Plain> = results.iter().map(plain).collect();
    let ended = match &outcome {
        // The tag of an exception names the store.
        Err(error) if matches!(error.kind(), ErrorKind::Exception(_)) => describe(error),
        _ => format!("{outcome:?}"),
    };
    let line = format!("reentered: {ended} {results:?} gas {}", caller.gas_left());
    caller.data_mut().log.push(line);
    // Some hosts swallow what happens inside.
    if numbers.below(2) == 0 { Ok(()) } else { outcome }
}

/// Changes a memory of the calling instance.
fn scribble(caller: &mut Caller<'_, Host>, numbers: &mut Numbers) {
    let Some(instance) = caller.instance() else { return };
    let Some(memory) = instance.memories(&*caller).first().copied() else { return };
    if numbers.below(2) == 0 {
        let _refused = memory.grow(&mut *caller, 1);
    }
    let bytes = memory.data_mut(caller);
    if !bytes.is_empty() {
        let at = numbers.below(bytes.len() as u64) as usize;
        bytes[at] = bytes[at].wrapping_add(1);
    }
}

/// A value without what names a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    V128(u128),
    /// Whether there is one.
    Func(bool),
    /// Whether there is one.
    Extern(bool),
    /// Whether there is one.
    Exception(bool),
    /// Whether there is one, and the number that it is if it is a small integer.
    Any(bool, Option<i32>),
    /// One that is not compared.
    Hidden,
}

/// A value without what names a store.
pub fn plain(value: &Val) -> Plain {
    match value {
        Val::I32(value) => Plain::I32(*value),
        Val::I64(value) => Plain::I64(*value),
        Val::F32(bits) => Plain::F32(*bits),
        Val::F64(bits) => Plain::F64(*bits),
        Val::V128(bits) => Plain::V128(*bits),
        Val::FuncRef(func) => Plain::Func(func.is_some()),
        Val::ExternRef(value) => Plain::Extern(value.is_some()),
        Val::ExnRef(value) => Plain::Exception(value.is_some()),
        Val::AnyRef(value) => Plain::Any(value.is_some(), value.and_then(|value| value.i31())),
    }
}
