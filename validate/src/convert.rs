//! Types of ours from the decoder's; `None` for those of features that are not implemented.

use crate::ref_types::{HeapType, RefType, Scope, TypeIndex};
use crate::sub_types::{CompositeType, SubType};
use crate::types::{FuncType, ValType};
use alloc::vec::Vec;
use wasmparser::{AbstractHeapType, CompositeInnerType, UnpackedIndex};

/// A value type, as it stands in a module.
pub(crate) fn val_type(ty: wasmparser::ValType) -> Option<ValType> {
    Some(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) => ValType::Ref(ref_type(ty)?),
    })
}

/// A reference type, as it stands in a module.
pub(crate) fn ref_type(ty: wasmparser::RefType) -> Option<RefType> {
    let heap = match ty.heap_type() {
        wasmparser::HeapType::Abstract { shared: false, ty: AbstractHeapType::Func } => HeapType::Func,
        wasmparser::HeapType::Abstract { shared: false, ty: AbstractHeapType::Extern } => HeapType::Extern,
        wasmparser::HeapType::Abstract { shared: false, ty: AbstractHeapType::Exn } => HeapType::Exn,
        wasmparser::HeapType::Abstract { shared: false, ty: AbstractHeapType::NoExn } => HeapType::NoExn,
        // All types that are defined are functions.
        wasmparser::HeapType::Concrete(index) => HeapType::ConcreteFunc(type_index(index)?),
        _ => return None,
    };
    Some(RefType { nullable: ty.is_nullable(), heap })
}

/// A type of the type section.
pub(crate) fn sub_type(ty: &wasmparser::SubType) -> Option<SubType> {
    let CompositeInnerType::Func(func) = &ty.composite_type.inner else { return None };
    let read = |types: &[wasmparser::ValType]| -> Option<Vec<ValType>> {
        types.iter().map(|ty| val_type(*ty)).collect()
    };
    let func = FuncType::new(read(func.params())?, read(func.results())?);
    let supertype = match ty.supertype_idx.map(|index| index.unpack()) {
        Some(index) => Some(type_index(index)?),
        None => None,
    };
    Some(SubType { composite: CompositeType::Func(func), supertype, is_final: ty.is_final })
}

/// The decoder numbers types by `typeidx`; its validator has numbers of its own.
fn type_index(index: UnpackedIndex) -> Option<TypeIndex> {
    Some(TypeIndex::new(Scope::Module, index.as_module_index()?))
}
