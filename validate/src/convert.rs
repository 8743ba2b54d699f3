//! Types of ours from the decoder's; `None` for those of features that are not implemented.

use crate::ref_types::{HeapType, RefType, Scope, TypeIndex};
use crate::sub_types::{CompositeType, FieldType, StorageType, SubType};
use crate::types::{FuncType, ValType};
use alloc::vec::Vec;
use wasmparser::{AbstractHeapType, CompositeInnerType, PackedIndex, UnpackedIndex};

/// What a module's types are, by `typeidx`, as far as they are known: those of the group that is being read too.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// Types of the groups before.
    pub types: &'a [SubType],
    /// The group that is being read; empty behind the type section.
    pub group: &'a [&'a wasmparser::SubType],
}

impl<'a> Known<'a> {
    /// Where all types are there.
    pub fn all(types: &'a [SubType]) -> Self {
        Known { types, group: &[] }
    }

    fn heap_type(&self, index: TypeIndex) -> Option<HeapType> {
        let number = index.number() as usize;
        if let Some(ty) = self.types.get(number) {
            return Some(ty.composite.heap_type(index));
        }
        let ty = self.group.get(number.checked_sub(self.types.len())?)?;
        Some(match &ty.composite_type.inner {
            CompositeInnerType::Func(_) => HeapType::ConcreteFunc(index),
            CompositeInnerType::Struct(_) => HeapType::ConcreteStruct(index),
            CompositeInnerType::Array(_) => HeapType::ConcreteArray(index),
            CompositeInnerType::Cont(_) => return None,
        })
    }

    /// A value type, as it stands in the module.
    pub fn val_type(&self, ty: wasmparser::ValType) -> Option<ValType> {
        Some(match ty {
            wasmparser::ValType::I32 => ValType::I32,
            wasmparser::ValType::I64 => ValType::I64,
            wasmparser::ValType::F32 => ValType::F32,
            wasmparser::ValType::F64 => ValType::F64,
            wasmparser::ValType::V128 => ValType::V128,
            wasmparser::ValType::Ref(ty) => ValType::Ref(self.ref_type(ty)?),
        })
    }

    /// A reference type, as it stands in the module.
    pub fn ref_type(&self, ty: wasmparser::RefType) -> Option<RefType> {
        use AbstractHeapType as A;
        let heap = match ty.heap_type() {
            wasmparser::HeapType::Concrete(index) => self.heap_type(type_index(index)?)?,
            wasmparser::HeapType::Exact(index) => self.heap_type(type_index(index)?)?.exact(),
            wasmparser::HeapType::Abstract { shared: false, ty } => match ty {
                A::Func => HeapType::Func,
                A::Extern => HeapType::Extern,
                A::Exn => HeapType::Exn,
                A::NoExn => HeapType::NoExn,
                A::NoFunc => HeapType::NoFunc,
                A::NoExtern => HeapType::NoExtern,
                A::Any => HeapType::Any,
                A::Eq => HeapType::Eq,
                A::I31 => HeapType::I31,
                A::Struct => HeapType::Struct,
                A::Array => HeapType::Array,
                A::None => HeapType::None,
                _ => return None,
            },
            wasmparser::HeapType::Abstract { shared: true, .. } => return None,
        };
        Some(RefType { nullable: ty.is_nullable(), heap })
    }

    fn field(&self, ty: wasmparser::FieldType) -> Option<FieldType> {
        let storage = match ty.element_type {
            wasmparser::StorageType::I8 => StorageType::I8,
            wasmparser::StorageType::I16 => StorageType::I16,
            wasmparser::StorageType::Val(ty) => StorageType::Val(self.val_type(ty)?),
        };
        Some(FieldType { storage, mutable: ty.mutable })
    }

    /// A type of the type section.
    pub fn sub_type(&self, ty: &wasmparser::SubType) -> Option<SubType> {
        let read = |types: &[wasmparser::ValType]| -> Option<Vec<ValType>> {
            types.iter().map(|ty| self.val_type(*ty)).collect()
        };
        let composite = match &ty.composite_type.inner {
            CompositeInnerType::Func(func) => {
                CompositeType::Func(FuncType::new(read(func.params())?, read(func.results())?))
            }
            CompositeInnerType::Struct(ty) => CompositeType::Struct(
                ty.fields.iter().map(|field| self.field(*field)).collect::<Option<_>>()?,
            ),
            CompositeInnerType::Array(ty) => CompositeType::Array(self.field(ty.0)?),
            CompositeInnerType::Cont(_) => return None,
        };
        let index = |index: Option<PackedIndex>| match index {
            Some(index) => type_index(index.unpack()).map(Some),
            None => Some(None),
        };
        Some(SubType {
            composite,
            supertype: index(ty.supertype_idxs.first().copied())?,
            is_final: ty.is_final,
            descriptor: index(ty.composite_type.descriptor_idx)?,
            describes: index(ty.composite_type.describes_idx)?,
        })
    }
}

/// The decoder numbers types by `typeidx`; its validator has numbers of its own.
fn type_index(index: UnpackedIndex) -> Option<TypeIndex> {
    Some(TypeIndex::new(Scope::Module, index.as_module_index()?))
}
