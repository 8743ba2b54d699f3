//! Objects of constant expressions. Spec: Core 3.0, 3.4.10 Constant Expressions.

use super::instruction::fill;
use super::object::Object;
use crate::store::StoreInner;
use crate::trap::Trap;
use alloc::vec::Vec;
use selfsame_validate::ConstOp;

/// Whether the instruction makes an object.
pub(crate) fn makes_object(op: ConstOp) -> bool {
    type_of(op).is_some()
}

/// The `typeidx` of the object that the instruction makes.
fn type_of(op: ConstOp) -> Option<u32> {
    match op {
        ConstOp::New(ty)
        | ConstOp::NewDefault(ty)
        | ConstOp::NewDesc(ty)
        | ConstOp::NewDefaultDesc(ty)
        | ConstOp::NewFixed(ty, _) => Some(ty),
        _ => None,
    }
}

/// Whether its last operand is a descriptor.
fn takes_descriptor(op: ConstOp) -> bool {
    matches!(op, ConstOp::NewDesc(_) | ConstOp::NewDefaultDesc(_))
}

/// What the object counts that the instruction makes; `None` if it makes none.
///
/// # Errors
/// The trap that it ends with.
pub(crate) fn counted(
    store: &StoreInner,
    instance: u32,
    op: ConstOp,
    stack: &[[u64; 2]],
) -> Result<Option<u64>, Trap> {
    let Some(ty) = type_of(op) else { return Ok(None) };
    if takes_descriptor(op) && stack.last().is_none_or(|descriptor| descriptor[0] == 0) {
        return Err(Trap::NullReference);
    }
    let layout = store.types.layout(store.instances[instance as usize].types[ty as usize]);
    let bytes = match op {
        ConstOp::NewFixed(_, len) => layout.array_bytes(len),
        _ if layout.is_array() => layout.array_bytes(stack.last().map_or(0, |len| len[0] as u32)),
        _ => layout.struct_bytes(),
    };
    Ok(Some(Object::counted_with(bytes)))
}

/// Makes the object, for which there is room; its operands are taken off the stack. The cell that refers to it.
pub(crate) fn make(store: &mut StoreInner, instance: u32, op: ConstOp, stack: &mut Vec<[u64; 2]>) -> u64 {
    let Some(ty) = type_of(op) else { return 0 };
    let StoreInner { heap, types, instances, .. } = store;
    let ty = instances[instance as usize].types[ty as usize];
    let layout = types.layout(ty);
    let descriptor = if takes_descriptor(op) { stack.pop() } else { None };
    let mut pop = |count: usize| stack.split_off(stack.len().saturating_sub(count));
    let (len, bytes) = match op {
        ConstOp::NewFixed(_, len) => (len, layout.array_bytes(len)),
        _ if layout.is_array() => {
            let len = pop(1).first().map_or(0, |len| len[0] as u32);
            (len, layout.array_bytes(len))
        }
        _ => (layout.slots().len() as u32, layout.struct_bytes()),
    };
    let one_for_all = layout.is_array() && matches!(op, ConstOp::New(_));
    let values = match op {
        ConstOp::New(_) if one_for_all => pop(1),
        ConstOp::New(_) | ConstOp::NewDesc(_) | ConstOp::NewFixed(..) => pop(len as usize),
        _ => Vec::new(),
    };
    let reference = heap.add(ty, len, bytes as usize);
    if let (true, Some(value)) = (one_for_all, values.first()) {
        fill(heap.get_mut(reference), layout, 0, len, value);
    } else if let Some(object) = heap.get_mut(reference) {
        for (index, value) in (0..).zip(values) {
            layout.slot(index).write(&mut object.bytes, value);
        }
        if let Some([descriptor, _]) = descriptor {
            layout.set_descriptor(&mut object.bytes, descriptor);
        }
    }
    reference
}
