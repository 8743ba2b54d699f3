//! Looking at an execution: frames and fingerprints.

use crate::fast;
use crate::fingerprint;
use crate::frame::{Frame, FrameKind};
use crate::func::to_values;
use crate::store::{Store, StoreInner};
use crate::value::Val;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use selfsame_validate::ValType;

/// A function that was running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// Name of its instance.
    pub module: String,
    /// `funcidx`: imported functions come first.
    pub func: u32,
    /// Its name, where the name section has it.
    pub name: Option<String>,
    /// Offset in the module's bytes of the instruction that it stands at; of the body's start, where the
    /// function could not be entered or its entering not be paid.
    pub offset: u32,
    /// Parameters and locals.
    pub locals: Vec<Val>,
}

/// What a stop leaves to be looked at.
#[derive(Default)]
pub(crate) struct TakenDown {
    frames: Vec<FrameInfo>,
    operands: Option<Operands>,
}

/// The operand stack of a frame as cells: their types are found when somebody asks.
struct Operands {
    instance: u32,
    /// `funcidx`
    func: u32,
    /// Of the next instruction in the module's bytes.
    offset: u32,
    cells: Vec<u64>,
}

/// A frame as the fingerprint has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FingerprintFrame {
    /// Name of its instance.
    pub module_name: String,
    /// `funcidx`: imported functions come first.
    pub func: u32,
}

/// What a stop looked like, to be compared with other machines: the call stack and the BLAKE3 hash of each
/// memory over its whole current length, and of exceptions that are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Innermost first; empty after a return.
    pub frames: Vec<FingerprintFrame>,
    /// For each instance, by name, the hashes of the memories that its module defines, in index order; and behind these,
    /// where code has references to exceptions whose tags its module defines, one hash of all of them.
    pub module_instances: BTreeMap<String, Vec<[u8; 32]>>,
}

impl<T> Store<T> {
    /// The frames of the last stop, innermost first; empty if the last call returned.
    pub fn frames(&self) -> &[FrameInfo] {
        &self.inner.stopped.frames
    }

    /// The operand stack of the innermost frame of the last stop, lowest first. `None` if the last call returned, or
    /// has stopped in the middle of an instruction. Finds the types by validating the module again up to there.
    pub fn operands(&self) -> Option<Vec<Val>> {
        let operands = self.inner.stopped.operands.as_ref()?;
        let module = self.inner.instances[operands.instance as usize].module.validated();
        let types = module.operand_types(operands.func, operands.offset)?;
        Some(to_values(&types, &operands.cells, self.inner.id))
    }

    /// The fingerprint of the last stop: its frames, and the memories as they are now. Takes time in
    /// proportion to the memories' length; uses every core where the feature `parallel` is on.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint_with(&blake3::Hasher::new())
    }

    /// Like [`Store::fingerprint`], with BLAKE3 in keyed mode: only who holds the memories can make the hashes for
    /// a key, and whoever holds them too can check them.
    pub fn keyed_fingerprint(&self, key: &[u8; 32]) -> Fingerprint {
        self.fingerprint_with(&blake3::Hasher::new_keyed(key))
    }

    fn fingerprint_with(&self, hasher: &blake3::Hasher) -> Fingerprint {
        let frames = self
            .inner
            .stopped
            .frames
            .iter()
            .map(|frame| FingerprintFrame { module_name: frame.module.clone(), func: frame.func })
            .collect();
        Fingerprint { frames, module_instances: fingerprint::hashes(&self.inner, hasher) }
    }
}

/// What the running execution leaves where it stops.
pub(crate) fn take_down(store: &StoreInner) -> TakenDown {
    TakenDown { frames: frames(store), operands: operands(store) }
}

/// The operands of the frame on top, if it stands between two instructions.
fn operands(store: &StoreInner) -> Option<Operands> {
    let frame = store.stack.frame();
    let between = frame.kind == FrameKind::Exact && frame.height != crate::exact::NO_HEIGHT;
    if !between || store.vm.refused.is_some() {
        return None;
    }
    let module = store.instances[frame.instance as usize].module.validated();
    let start = (frame.base + module.bodies()[frame.func as usize].local_cells) as usize;
    let cells = store.stack.cells.get(start..start + frame.height as usize).unwrap_or_default();
    let func = module.imported_funcs() + frame.func;
    Some(Operands { instance: frame.instance, func, offset: frame.pc, cells: cells.to_vec() })
}

/// The frames of the running execution, innermost first.
pub(crate) fn frames(store: &StoreInner) -> Vec<FrameInfo> {
    let mut frames = Vec::new();
    if let Some((instance, func)) = store.vm.refused {
        let start = store.instances[instance as usize].module.validated().bodies()[func as usize].start;
        frames.push(describe(store, instance, func, start, Vec::new()));
    }
    let stack = &store.stack;
    let running = stack.frames[..=stack.top].iter().rev().filter(|frame| frame.kind != FrameKind::Host);
    frames.extend(running.map(|frame| describe_frame(store, frame)));
    frames
}

/// The offset in the module's bytes of the instruction that a function stands at.
pub(crate) fn offset_of(store: &StoreInner, frame: &Frame) -> u32 {
    match frame.kind {
        FrameKind::Fast => {
            let module = &store.instances[frame.instance as usize].module;
            fast::call_offset(module, frame.func, frame.ip)
        }
        _ => frame.pc,
    }
}

fn describe_frame(store: &StoreInner, frame: &Frame) -> FrameInfo {
    let module = &store.instances[frame.instance as usize].module;
    let offset = offset_of(store, frame);
    let validated = module.validated();
    let body = &validated.bodies()[frame.func as usize];
    let func = validated.imported_funcs() + frame.func;
    let mut types: Vec<ValType> = validated.func_type(func).params().to_vec();
    for &(count, ty) in validated.locals(body) {
        types.extend(core::iter::repeat_n(ty, count as usize));
    }
    let cells = store.stack.cells.get(frame.base as usize..).unwrap_or_default();
    let locals = to_values(&types, cells, store.id);
    describe(store, frame.instance, frame.func, offset, locals)
}

fn describe(store: &StoreInner, instance: u32, func: u32, offset: u32, locals: Vec<Val>) -> FrameInfo {
    let instance = &store.instances[instance as usize];
    let module = instance.module.validated();
    let func = module.imported_funcs() + func;
    FrameInfo {
        module: instance.name.clone(),
        func,
        name: module.func_name(func).map(String::from),
        offset,
        locals,
    }
}
