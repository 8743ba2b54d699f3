//! Reference types, and the numbers by which they name types. Spec: Core 3.0, 2.3.5 Heap Types and 2.3.6 Reference
//! Types.

use core::fmt;

/// What the number of a defined type counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Types of a module: it is a `typeidx`.
    Module,
    /// Types of the recursive group that the naming type is in.
    Group,
    /// Types of a store: equal types have equal numbers.
    Store,
}

/// A defined type, by number. Spec: Core 3.0, 2.3.5, `typeuse`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeIndex {
    scope: Scope,
    /// Most significant byte first. A type is a byte or two of a module, and this is all over lists of types.
    number: [u8; 4],
}

impl TypeIndex {
    /// The type with this number among those of `scope`.
    #[must_use]
    pub const fn new(scope: Scope, number: u32) -> Self {
        TypeIndex { scope, number: number.to_be_bytes() }
    }

    /// What the number counts.
    #[must_use]
    pub const fn scope(self) -> Scope {
        self.scope
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        u32::from_be_bytes(self.number)
    }
}

impl fmt::Debug for TypeIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({})", self.scope, self.number())
    }
}

/// `3` in a module, `rec.3` in a group, `type.3` in a store.
impl fmt::Display for TypeIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.scope {
            Scope::Module => "",
            Scope::Group => "rec.",
            Scope::Store => "type.",
        })?;
        self.number().fmt(f)
    }
}

/// What a reference points at. More kinds (GC) come with their proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HeapType {
    /// Any function.
    Func,
    /// Any host value.
    Extern,
    /// An exception.
    Exn,
    /// No exception: only null is such a reference.
    NoExn,
    /// Functions of this type.
    ConcreteFunc(TypeIndex),
}

impl HeapType {
    /// The defined type that is named.
    #[must_use]
    pub const fn index(self) -> Option<TypeIndex> {
        match self {
            HeapType::ConcreteFunc(index) => Some(index),
            HeapType::Func | HeapType::Extern | HeapType::Exn | HeapType::NoExn => None,
        }
    }

    /// The largest type of the same hierarchy. Spec: Core 3.0, 3.3.3 Heap Types (matching).
    #[must_use]
    pub const fn top(self) -> HeapType {
        match self {
            HeapType::Extern => HeapType::Extern,
            HeapType::Exn | HeapType::NoExn => HeapType::Exn,
            HeapType::Func | HeapType::ConcreteFunc(_) => HeapType::Func,
        }
    }
}

/// A reference type. Spec: Core 3.0, 2.3.6 Reference Types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefType {
    /// Whether null is a value of the type.
    pub nullable: bool,
    /// What it points at.
    pub heap: HeapType,
}

impl RefType {
    /// `(ref null func)`
    pub const FUNCREF: RefType = RefType { nullable: true, heap: HeapType::Func };
    /// `(ref null extern)`
    pub const EXTERNREF: RefType = RefType { nullable: true, heap: HeapType::Extern };
    /// `(ref null exn)`
    pub const EXNREF: RefType = RefType { nullable: true, heap: HeapType::Exn };

    /// The same with the type that it names under another number.
    #[must_use]
    pub fn map_index(self, renumber: impl FnOnce(TypeIndex) -> TypeIndex) -> RefType {
        match self.heap {
            HeapType::ConcreteFunc(index) => {
                RefType { heap: HeapType::ConcreteFunc(renumber(index)), ..self }
            }
            HeapType::Func | HeapType::Extern | HeapType::Exn | HeapType::NoExn => self,
        }
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.nullable { "null " } else { "" };
        match (self.heap, self.nullable) {
            (HeapType::Func, true) => f.write_str("funcref"),
            (HeapType::Extern, true) => f.write_str("externref"),
            (HeapType::Exn, true) => f.write_str("exnref"),
            (HeapType::NoExn, true) => f.write_str("nullexnref"),
            (HeapType::Func, false) => f.write_str("(ref func)"),
            (HeapType::Extern, false) => f.write_str("(ref extern)"),
            (HeapType::Exn, false) => f.write_str("(ref exn)"),
            (HeapType::NoExn, false) => f.write_str("(ref noexn)"),
            (HeapType::ConcreteFunc(index), _) => write!(f, "(ref {null}{index})"),
        }
    }
}
