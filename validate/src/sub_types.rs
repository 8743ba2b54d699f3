//! Defined types: what a type section holds. Spec: Core 3.0, 2.3.8 Composite Types and 2.3.10 Recursive Types.

use crate::ref_types::TypeIndex;
use crate::types::FuncType;

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
}

/// What values of a type are. More kinds (structs, arrays) come with their proposal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CompositeType {
    /// Functions.
    Func(FuncType),
}

impl SubType {
    /// The function type that it is.
    #[must_use]
    pub fn func(&self) -> &FuncType {
        let CompositeType::Func(ty) = &self.composite;
        ty
    }

    /// Whether it names other types, or itself.
    #[must_use]
    pub fn names_types(&self) -> bool {
        self.supertype.is_some() || self.func().names_types()
    }

    /// The same with the types that it names under other numbers.
    #[must_use]
    pub fn map_indices(&self, renumber: impl Fn(TypeIndex) -> TypeIndex) -> SubType {
        SubType {
            supertype: self.supertype.map(&renumber),
            composite: CompositeType::Func(self.func().map_indices(&renumber)),
            is_final: self.is_final,
        }
    }
}

/// A function type by itself: final, and a subtype of nothing.
impl From<FuncType> for SubType {
    fn from(ty: FuncType) -> Self {
        SubType { composite: CompositeType::Func(ty), supertype: None, is_final: true }
    }
}
