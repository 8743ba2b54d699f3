//! Types of values, functions, tables, memories and globals. Spec: Core 3.0, 2.3 Types.

use crate::locals::WideRun;
use crate::ref_types::{RefType, TypeIndex};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// A value type. Spec: Core 3.0, 2.3.7 Value Types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValType {
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// 32-bit float.
    F32,
    /// 64-bit float.
    F64,
    /// 128-bit vector.
    V128,
    /// Reference.
    Ref(RefType),
}

impl ValType {
    /// `funcref`
    pub const FUNCREF: ValType = ValType::Ref(RefType::FUNCREF);
    /// `externref`
    pub const EXTERNREF: ValType = ValType::Ref(RefType::EXTERNREF);
    /// `exnref`
    pub const EXNREF: ValType = ValType::Ref(RefType::EXNREF);
    /// `anyref`
    pub const ANYREF: ValType = ValType::Ref(RefType::ANYREF);

    /// How many 64-bit cells of a frame a value of this type takes: 2 for `v128`, otherwise 1.
    #[must_use]
    pub const fn cells(self) -> u32 {
        match self {
            ValType::V128 => 2,
            _ => 1,
        }
    }

    /// The defined type that it names.
    #[must_use]
    pub const fn index(self) -> Option<TypeIndex> {
        match self {
            ValType::Ref(ty) => ty.heap.index(),
            _ => None,
        }
    }

    /// The same with the type that it names under another number.
    #[must_use]
    pub fn map_index(self, renumber: impl FnOnce(TypeIndex) -> TypeIndex) -> ValType {
        match self {
            ValType::Ref(ty) => ValType::Ref(ty.map_index(renumber)),
            other => other,
        }
    }
}

impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValType::I32 => f.write_str("i32"),
            ValType::I64 => f.write_str("i64"),
            ValType::F32 => f.write_str("f32"),
            ValType::F64 => f.write_str("f64"),
            ValType::V128 => f.write_str("v128"),
            ValType::Ref(ty) => ty.fmt(f),
        }
    }
}

/// A function type. Spec: Core 3.0, 2.3.9 Function Types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FuncType {
    types: Box<[ValType]>,
    params: u32,
    wide_params: Box<[WideRun]>,
}

impl FuncType {
    /// A function type from its parameters and results.
    pub fn new(
        params: impl IntoIterator<Item = ValType>,
        results: impl IntoIterator<Item = ValType>,
    ) -> Self {
        let mut types: Vec<ValType> = params.into_iter().collect();
        let params = u32::try_from(types.len()).unwrap_or(u32::MAX);
        let mut wide_params = Vec::new();
        for (index, ty) in (0..params).zip(&types) {
            WideRun::add(&mut wide_params, index, 1, *ty, 0);
        }
        types.extend(results);
        FuncType { types: types.into_boxed_slice(), params, wide_params: wide_params.into_boxed_slice() }
    }

    /// Types of the parameters, in order.
    #[must_use]
    pub fn params(&self) -> &[ValType] {
        &self.types[..self.params as usize]
    }

    /// Types of the results, in order.
    #[must_use]
    pub fn results(&self) -> &[ValType] {
        &self.types[self.params as usize..]
    }

    /// Whether it names defined types.
    #[must_use]
    pub fn names_types(&self) -> bool {
        self.types.iter().any(|ty| ty.index().is_some())
    }

    /// The same with the types that it names under other numbers.
    #[must_use]
    pub fn map_indices(&self, renumber: impl Fn(TypeIndex) -> TypeIndex) -> FuncType {
        let types = self.types.iter().map(|ty| ty.map_index(&renumber)).collect();
        FuncType { types, params: self.params, wide_params: self.wide_params.clone() }
    }

    /// The parameters that are vectors.
    pub(crate) fn wide_params(&self) -> &[WideRun] {
        &self.wide_params
    }

    /// Cells that the parameters take in a frame.
    #[must_use]
    pub fn param_cells(&self) -> u32 {
        self.params().iter().map(|ty| ty.cells()).sum()
    }

    /// Cells that the results take in a frame.
    #[must_use]
    pub fn result_cells(&self) -> u32 {
        self.results().iter().map(|ty| ty.cells()).sum()
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, types: &[ValType]| {
            f.write_str("(")?;
            for (i, ty) in types.iter().enumerate() {
                if i > 0 {
                    f.write_str(", ")?;
                }
                ty.fmt(f)?;
            }
            f.write_str(")")
        };
        list(f, self.params())?;
        f.write_str(" -> ")?;
        list(f, self.results())
    }
}

/// Bytes in a page, where a memory's type does not say otherwise. Spec: Core 3.0, 4.2.8 Memory Instances.
pub const PAGE_SIZE: u64 = 65_536;

/// What a memory's size is counted in. Spec: the proposal of custom page sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageSize {
    /// Single bytes.
    Byte,
    /// [`PAGE_SIZE`] bytes.
    Standard,
}

impl PageSize {
    /// Bytes in a page.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        match self {
            PageSize::Byte => 1,
            PageSize::Standard => PAGE_SIZE,
        }
    }
}

/// What the addresses of a memory are, or the indices of a table. Spec: Core 3.0, 2.3.11 Address Types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressType {
    /// Of 32 bits.
    I32,
    /// Of 64 bits.
    I64,
}

impl AddressType {
    /// The type of an operand that is such an address.
    #[must_use]
    pub const fn val_type(self) -> ValType {
        match self {
            AddressType::I32 => ValType::I32,
            AddressType::I64 => ValType::I64,
        }
    }

    /// The number in a 64-bit cell that holds such an address.
    #[must_use]
    #[inline(always)]
    pub const fn of_cell(self, cell: u64) -> u64 {
        match self {
            AddressType::I32 => cell & 0xffff_ffff,
            AddressType::I64 => cell,
        }
    }
}

/// The type of a memory; sizes in pages. Spec: Core 3.0, 2.3.14 Memory Types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemoryType {
    /// Type of the addresses.
    pub address: AddressType,
    /// What the sizes are counted in.
    pub page_size: PageSize,
    /// Pages at the start.
    pub min: u64,
    /// Pages at most, if declared.
    pub max: Option<u64>,
}

impl MemoryType {
    /// A memory with 32-bit addresses; sizes in pages of [`PAGE_SIZE`] bytes.
    #[must_use]
    pub const fn new(min: u64, max: Option<u64>) -> Self {
        MemoryType { address: AddressType::I32, page_size: PageSize::Standard, min, max }
    }

    /// Most bytes, if declared; 2^64 - 1 if they are more.
    #[must_use]
    pub fn max_bytes(&self) -> Option<u64> {
        self.max.map(|pages| pages.saturating_mul(self.page_size.bytes()))
    }
}

/// The type of a table; sizes in elements. Spec: Core 3.0, 2.3.15 Table Types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableType {
    /// Type of the indices.
    pub address: AddressType,
    /// Type of the elements.
    pub element: RefType,
    /// Elements at the start.
    pub min: u64,
    /// Elements at most, if declared.
    pub max: Option<u64>,
}

impl TableType {
    /// A table with 32-bit indices; sizes in elements.
    #[must_use]
    pub const fn new(element: RefType, min: u64, max: Option<u64>) -> Self {
        TableType { address: AddressType::I32, element, min, max }
    }
}

/// The type of a global. Spec: Core 3.0, 2.3.13 Global Types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlobalType {
    /// Type of the value.
    pub content: ValType,
    /// Whether it can be set.
    pub mutable: bool,
}

/// The type of an import or export. Spec: Core 3.0, 2.3.17 External Types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternType<'a> {
    /// A function.
    Func(&'a FuncType),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
    /// A tag: exceptions with it hold what the parameters are.
    Tag(&'a FuncType),
}

impl fmt::Display for ExternType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = |address| if address == AddressType::I64 { "64-bit " } else { "" };
        let limits = |f: &mut fmt::Formatter<'_>, min: u64, max: Option<u64>| match max {
            Some(max) => write!(f, "{min}..{max}"),
            None => write!(f, "{min}.."),
        };
        match self {
            ExternType::Func(ty) => write!(f, "func {ty}"),
            ExternType::Tag(ty) => write!(f, "tag {ty}"),
            ExternType::Table(ty) => {
                write!(f, "{}table of {}, elements ", prefix(ty.address), ty.element)?;
                limits(f, ty.min, ty.max)
            }
            ExternType::Memory(ty) => {
                let unit = if ty.page_size == PageSize::Byte { "pages of one byte" } else { "pages" };
                write!(f, "{}memory, {unit} ", prefix(ty.address))?;
                limits(f, ty.min, ty.max)
            }
            ExternType::Global(ty) => {
                write!(f, "{}global {}", if ty.mutable { "mutable " } else { "" }, ty.content)
            }
        }
    }
}
