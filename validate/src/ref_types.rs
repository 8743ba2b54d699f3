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

/// What a reference points at. Spec: Core 3.0, 2.3.5 Heap Types.
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
    /// No function.
    NoFunc,
    /// No host value.
    NoExtern,
    /// Anything of the heap, small integers, and host values that were made such.
    Any,
    /// What can be compared: structs, arrays, small integers.
    Eq,
    /// Integers of 31 bits.
    I31,
    /// Any struct.
    Struct,
    /// Any array.
    Array,
    /// Nothing of the heap.
    None,
    /// Structs of this type.
    ConcreteStruct(TypeIndex),
    /// Arrays of this type.
    ConcreteArray(TypeIndex),
    /// Functions of this type and of no subtype. Custom descriptors.
    ExactFunc(TypeIndex),
    /// Structs of this type and of no subtype.
    ExactStruct(TypeIndex),
    /// Arrays of this type and of no subtype.
    ExactArray(TypeIndex),
}

impl HeapType {
    /// The defined type that is named.
    #[must_use]
    pub const fn index(self) -> Option<TypeIndex> {
        match self {
            HeapType::ConcreteFunc(index)
            | HeapType::ConcreteStruct(index)
            | HeapType::ConcreteArray(index)
            | HeapType::ExactFunc(index)
            | HeapType::ExactStruct(index)
            | HeapType::ExactArray(index) => Some(index),
            _ => None,
        }
    }

    /// The same defined type without its subtypes; an abstract type stays what it is.
    #[must_use]
    pub const fn exact(self) -> HeapType {
        match self {
            HeapType::ConcreteFunc(index) => HeapType::ExactFunc(index),
            HeapType::ConcreteStruct(index) => HeapType::ExactStruct(index),
            HeapType::ConcreteArray(index) => HeapType::ExactArray(index),
            other => other,
        }
    }

    /// Whether it is a defined type without its subtypes.
    #[must_use]
    pub const fn is_exact(self) -> bool {
        matches!(self, HeapType::ExactFunc(_) | HeapType::ExactStruct(_) | HeapType::ExactArray(_))
    }

    /// The largest type of the same hierarchy. Spec: Core 3.0, 3.3.3 Heap Types (matching).
    #[must_use]
    pub const fn top(self) -> HeapType {
        match self {
            HeapType::Extern | HeapType::NoExtern => HeapType::Extern,
            HeapType::Exn | HeapType::NoExn => HeapType::Exn,
            HeapType::Func | HeapType::ConcreteFunc(_) | HeapType::ExactFunc(_) | HeapType::NoFunc => {
                HeapType::Func
            }
            _ => HeapType::Any,
        }
    }

    /// The smallest type of the same hierarchy.
    #[must_use]
    pub const fn bottom(self) -> HeapType {
        match self.top() {
            HeapType::Extern => HeapType::NoExtern,
            HeapType::Exn => HeapType::NoExn,
            HeapType::Func => HeapType::NoFunc,
            _ => HeapType::None,
        }
    }

    /// Whether an abstract type matches another abstract type. Spec: Core 3.0, 3.3.3 Heap Types (matching).
    #[must_use]
    pub fn abstractly_matches(self, wanted: HeapType) -> bool {
        let below_eq = matches!(self, HeapType::Eq | HeapType::I31 | HeapType::Struct | HeapType::Array);
        self == wanted
            || wanted == self.top()
            || (self == self.bottom() && self.top() == wanted.top())
            || (below_eq && wanted == HeapType::Eq)
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
    /// `(ref null any)`
    pub const ANYREF: RefType = RefType { nullable: true, heap: HeapType::Any };

    /// The same with the type that it names under another number.
    #[must_use]
    pub fn map_index(self, renumber: impl FnOnce(TypeIndex) -> TypeIndex) -> RefType {
        let heap = match self.heap {
            HeapType::ConcreteFunc(index) => HeapType::ConcreteFunc(renumber(index)),
            HeapType::ConcreteStruct(index) => HeapType::ConcreteStruct(renumber(index)),
            HeapType::ConcreteArray(index) => HeapType::ConcreteArray(renumber(index)),
            HeapType::ExactFunc(index) => HeapType::ExactFunc(renumber(index)),
            HeapType::ExactStruct(index) => HeapType::ExactStruct(renumber(index)),
            HeapType::ExactArray(index) => HeapType::ExactArray(renumber(index)),
            other => other,
        };
        RefType { heap, ..self }
    }
}

impl HeapType {
    /// The abstract types with their codes in the binary format, names, and abbreviations of their nullable references.
    /// Spec: Core 3.0, 5.3.3 and 6.4.3 Heap Types.
    const ABSTRACT: [(HeapType, i32, &'static str, &'static str); 12] = [
        (HeapType::NoExn, -12, "noexn", "nullexnref"),
        (HeapType::NoFunc, -13, "nofunc", "nullfuncref"),
        (HeapType::NoExtern, -14, "noextern", "nullexternref"),
        (HeapType::None, -15, "none", "nullref"),
        (HeapType::Func, -16, "func", "funcref"),
        (HeapType::Extern, -17, "extern", "externref"),
        (HeapType::Any, -18, "any", "anyref"),
        (HeapType::Eq, -19, "eq", "eqref"),
        (HeapType::I31, -20, "i31", "i31ref"),
        (HeapType::Struct, -21, "struct", "structref"),
        (HeapType::Array, -22, "array", "arrayref"),
        (HeapType::Exn, -23, "exn", "exnref"),
    ];

    /// The abstract type with this code, a byte as a signed number of seven bits; `None` if there is none.
    #[must_use]
    pub fn of_code(code: i32) -> Option<HeapType> {
        let found = Self::ABSTRACT.iter().find(|(_, own, ..)| *own == code)?;
        Some(found.0)
    }

    /// The code of an abstract type; `None` of a defined one.
    #[must_use]
    pub fn code(self) -> Option<i32> {
        let found = Self::ABSTRACT.iter().find(|(heap, ..)| *heap == self)?;
        Some(found.1)
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.nullable { "null " } else { "" };
        match HeapType::ABSTRACT.iter().find(|(heap, ..)| *heap == self.heap) {
            Some((_, _, _, abbreviation)) if self.nullable => f.write_str(abbreviation),
            Some((_, _, name, _)) => write!(f, "(ref {name})"),
            // What has no name has a number.
            None => self.heap.index().map_or(Ok(()), |index| {
                if self.heap.is_exact() {
                    write!(f, "(ref {null}(exact {index}))")
                } else {
                    write!(f, "(ref {null}{index})")
                }
            }),
        }
    }
}
