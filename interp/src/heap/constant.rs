//! Objects of constant expressions. Spec: Core 3.0, 3.4.10 Constant Expressions.

use super::object::Object;
use crate::store::StoreInner;
use alloc::vec::Vec;
use selfsame_validate::ConstOp;

/// Whether the instruction makes an object.
pub(crate) fn makes_object(op: ConstOp) -> bool {
    matches!(op, ConstOp::New(_) | ConstOp::NewDefault(_) | ConstOp::NewFixed(..))
}

/// What the object counts that the instruction makes; `None` if it makes none.
pub(crate) fn counted(store: &StoreInner, instance: u32, op: ConstOp, stack: &[[u64; 2]]) -> Option<u64> {
    let (ConstOp::New(ty) | ConstOp::NewDefault(ty) | ConstOp::NewFixed(ty, _)) = op else { return None };
    let layout = store.types.layout(store.instances[instance as usize].types[ty as usize]);
    let bytes = match op {
        ConstOp::NewFixed(_, len) => layout.array_bytes(len),
        _ if layout.is_array() => layout.array_bytes(stack.last().map_or(0, |len| len[0] as u32)),
        _ => layout.struct_bytes(),
    };
    Some(Object::counted_with(bytes))
}

/// Makes the object, for which there is room; its operands are taken off the stack. The cell that refers to it.
pub(crate) fn make(store: &mut StoreInner, instance: u32, op: ConstOp, stack: &mut Vec<[u64; 2]>) -> u64 {
    let (ConstOp::New(ty) | ConstOp::NewDefault(ty) | ConstOp::NewFixed(ty, _)) = op else { return 0 };
    let StoreInner { heap, types, instances, .. } = store;
    let ty = instances[instance as usize].types[ty as usize];
    let layout = types.layout(ty);
    let mut pop = |count: usize| stack.split_off(stack.len().saturating_sub(count));
    let (len, bytes, values) = if layout.is_array() {
        let len = match op {
            ConstOp::NewFixed(_, len) => len,
            _ => pop(1).first().map_or(0, |len| len[0] as u32),
        };
        let values = match op {
            ConstOp::NewFixed(..) => pop(len as usize),
            // One value for all.
            ConstOp::New(_) => alloc::vec![pop(1).first().copied().unwrap_or_default(); len as usize],
            _ => Vec::new(),
        };
        (len, layout.array_bytes(len), values)
    } else {
        let len = layout.slots().len();
        let values = if matches!(op, ConstOp::New(_)) { pop(len) } else { Vec::new() };
        (len as u32, layout.struct_bytes(), values)
    };
    let reference = heap.add(ty, len, bytes as usize);
    if let Some(object) = heap.get_mut(reference) {
        for (index, value) in (0..).zip(values) {
            layout.slot(index).write(&mut object.bytes, value);
        }
    }
    reference
}
