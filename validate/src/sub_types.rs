//! Defined types: what a type section holds. Spec: Core 3.0, 2.3.8 Composite Types and 2.3.10 Recursive Types.

use crate::ref_types::{HeapType, TypeIndex};
use crate::types::{FuncType, ValType};
use alloc::boxed::Box;
use core::fmt;

/// A type that a module defines, with the place it has among the others. Types that stand in one recursive group are
/// equal to those of another group, place by place, if the groups are the same but for the numbers of their types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubType {
    /// What values of the type are.
    pub composite: CompositeType,
    /// The type that this one is declared to be a subtype of.
    pub supertype: Option<TypeIndex>,
    /// Whether no other type can be declared to be a subtype of this one.
    pub is_final: bool,
    /// The type of the descriptors that its values have, of the same group; none if they have none. Custom descriptors.
    pub descriptor: Option<TypeIndex>,
    /// The type whose values its own values describe, of the same group.
    pub describes: Option<TypeIndex>,
}

/// What values of a type are. Spec: Core 3.0, 2.3.8 Composite Types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CompositeType {
    /// Functions.
    Func(FuncType),
    /// Structs, with a field for each of these.
    Struct(Box<[FieldType]>),
    /// Arrays, each element of which is such a field.
    Array(FieldType),
}

/// What a field holds, and whether it can be set. Spec: Core 3.0, 2.3.8, `fieldtype`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldType {
    /// What it holds.
    pub storage: StorageType,
    /// Whether it can be set.
    pub mutable: bool,
}

/// What a field holds. Spec: Core 3.0, 2.3.8, `storagetype`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StorageType {
    /// Eight bits, which are read as `i32`.
    I8,
    /// Sixteen bits, which are read as `i32`.
    I16,
    /// A value.
    Val(ValType),
}

impl StorageType {
    /// The type of what is read from it and written to it.
    #[must_use]
    pub const fn unpacked(self) -> ValType {
        match self {
            StorageType::I8 | StorageType::I16 => ValType::I32,
            StorageType::Val(ty) => ty,
        }
    }

    /// Bytes that an element of an array takes.
    #[must_use]
    pub const fn bytes(self) -> u32 {
        match self {
            StorageType::I8 => 1,
            StorageType::I16 => 2,
            StorageType::Val(ValType::I32 | ValType::F32) => 4,
            StorageType::Val(ValType::V128) => 16,
            StorageType::Val(ValType::I64 | ValType::F64 | ValType::Ref(_)) => 8,
        }
    }
}

impl FieldType {
    /// The same with the type that it names under another number.
    #[must_use]
    pub fn map_index(self, renumber: impl FnOnce(TypeIndex) -> TypeIndex) -> FieldType {
        match self.storage {
            StorageType::Val(ty) => FieldType { storage: StorageType::Val(ty.map_index(renumber)), ..self },
            StorageType::I8 | StorageType::I16 => self,
        }
    }
}

impl CompositeType {
    /// The heap type of its values, under the number of the type.
    #[must_use]
    pub const fn heap_type(&self, index: TypeIndex) -> HeapType {
        match self {
            CompositeType::Func(_) => HeapType::ConcreteFunc(index),
            CompositeType::Struct(_) => HeapType::ConcreteStruct(index),
            CompositeType::Array(_) => HeapType::ConcreteArray(index),
        }
    }

    /// The abstract type that its values are of.
    #[must_use]
    pub const fn abstract_type(&self) -> HeapType {
        match self {
            CompositeType::Func(_) => HeapType::Func,
            CompositeType::Struct(_) => HeapType::Struct,
            CompositeType::Array(_) => HeapType::Array,
        }
    }
}

impl SubType {
    /// The function type that it is; `None` if it is something else.
    #[must_use]
    pub const fn as_func(&self) -> Option<&FuncType> {
        match &self.composite {
            CompositeType::Func(ty) => Some(ty),
            _ => None,
        }
    }

    /// The function type that it is.
    ///
    /// # Panics
    /// If it is something else. What a validated module has for the type of a function, a tag, a call or a block is one.
    #[must_use]
    pub fn func(&self) -> &FuncType {
        match &self.composite {
            CompositeType::Func(ty) => ty,
            other => panic!("no function type: {other:?}"),
        }
    }

    /// The fields of a struct; an array has one, a function none.
    #[must_use]
    pub fn fields(&self) -> &[FieldType] {
        match &self.composite {
            CompositeType::Func(_) => &[],
            CompositeType::Struct(fields) => fields,
            CompositeType::Array(element) => core::slice::from_ref(element),
        }
    }

    /// Whether it names other types, or itself.
    #[must_use]
    pub fn names_types(&self) -> bool {
        let named = |field: &FieldType| field.storage.unpacked().index().is_some();
        [self.supertype, self.descriptor, self.describes].iter().any(Option::is_some)
            || self.as_func().is_some_and(FuncType::names_types)
            || self.fields().iter().any(named)
    }

    /// The same with the types that it names under other numbers.
    #[must_use]
    pub fn map_indices(&self, renumber: impl Fn(TypeIndex) -> TypeIndex) -> SubType {
        let composite = match &self.composite {
            CompositeType::Func(ty) => CompositeType::Func(ty.map_indices(&renumber)),
            CompositeType::Struct(fields) => {
                CompositeType::Struct(fields.iter().map(|field| field.map_index(&renumber)).collect())
            }
            CompositeType::Array(element) => CompositeType::Array(element.map_index(&renumber)),
        };
        SubType {
            composite,
            supertype: self.supertype.map(&renumber),
            is_final: self.is_final,
            descriptor: self.descriptor.map(&renumber),
            describes: self.describes.map(&renumber),
        }
    }
}

/// A function type by itself: final, and a subtype of nothing.
impl From<FuncType> for SubType {
    fn from(ty: FuncType) -> Self {
        let composite = CompositeType::Func(ty);
        SubType { composite, supertype: None, is_final: true, descriptor: None, describes: None }
    }
}

impl fmt::Display for StorageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StorageType::I8 => f.write_str("i8"),
            StorageType::I16 => f.write_str("i16"),
            StorageType::Val(ty) => ty.fmt(f),
        }
    }
}
