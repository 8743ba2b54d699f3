//! The checked module: decoded, immutable, shareable.

use crate::catches::Catches;
use crate::config::ValidateConfig;
use crate::const_expr::ConstExpr;
use crate::error::ValidateError;
use crate::func::FuncBody;
use crate::locals::WideRun;
use crate::ref_types::RefType;
use crate::sections::{self, Passes};
use crate::side_table::{Label, SideTable};
use crate::sub_types::SubType;
use crate::types::{ExternType, FuncType, GlobalType, MemoryType, TableType, ValType};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

/// A piece of the module's bytes; offsets in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The kinds of entity that can be imported or exported, with an index into their index space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternIndex {
    /// `funcidx`
    Func(u32),
    /// `tableidx`
    Table(u32),
    /// `memidx`
    Memory(u32),
    /// `globalidx`
    Global(u32),
    /// `tagidx`
    Tag(u32),
}

/// What is asked of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportType {
    /// A function of the type with this `typeidx`.
    Func(u32),
    /// A function of the type with this `typeidx`, and of no subtype. Custom descriptors.
    FuncExact(u32),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
    /// A tag of the type with this `typeidx`.
    Tag(u32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ImportEntry {
    pub module: Span,
    pub name: Span,
    pub ty: ImportType,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ExportEntry {
    pub name: Span,
    pub index: ExternIndex,
}

/// An import. Spec: Core 3.0, 2.5.11 Imports.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// First name.
    pub module: &'a str,
    /// Second name.
    pub name: &'a str,
    /// What is asked for.
    pub ty: ImportType,
}

/// An export. Spec: Core 3.0, 2.5.10 Exports.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// The name, unique in its module.
    pub name: &'a str,
    /// What is exported.
    pub index: ExternIndex,
}

/// A table that the module defines.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its type.
    pub ty: TableType,
    /// Initial value of each element.
    pub init: ConstExpr,
}

/// A global that the module defines.
#[derive(Clone, Debug)]
pub struct Global {
    /// Its type.
    pub ty: GlobalType,
    /// Its initial value.
    pub init: ConstExpr,
}

/// What happens to a segment at instantiation. Spec: Core 3.0, 2.5.7 and 2.5.8.
#[derive(Clone, Debug)]
pub enum SegmentMode {
    /// Kept for `init` instructions.
    Passive,
    /// Copied to a table or memory, then dropped.
    Active {
        /// `tableidx` or `memidx`.
        index: u32,
        /// Where to.
        offset: ConstExpr,
    },
    /// Dropped; it only declares references (element segments).
    Declared,
}

/// The values of an element segment.
#[derive(Clone, Debug)]
pub enum ElementItems {
    /// References to functions.
    Funcs(Box<[u32]>),
    /// Constant expressions.
    Exprs(Box<[ConstExpr]>),
}

impl ElementItems {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            ElementItems::Funcs(items) => items.len(),
            ElementItems::Exprs(items) => items.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An element segment.
#[derive(Clone, Debug)]
pub struct Element {
    /// Type of the values.
    pub ty: RefType,
    /// What happens at instantiation.
    pub mode: SegmentMode,
    /// The values.
    pub items: ElementItems,
}

/// A data segment.
#[derive(Clone, Debug)]
pub struct Data {
    /// What happens at instantiation.
    pub mode: SegmentMode,
    pub(crate) bytes: Span,
}

impl Data {
    /// Where the segment's bytes stand in the module's bytes.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.bytes.range()
    }
}

/// A checked module. Spec: Core 3.0, 2.5 Modules.
///
/// Everything in it has been validated: indices are in range, code is well typed. It never changes,
/// and can be shared between threads.
#[derive(Debug, Default)]
pub struct Module {
    pub(crate) bytes: Vec<u8>,
    pub(crate) types: Vec<SubType>,
    /// For each recursive group, the number of types in it and in those before.
    pub(crate) type_groups: Vec<u32>,
    pub(crate) imports: Vec<ImportEntry>,
    pub(crate) exports: Vec<ExportEntry>,
    /// Indices into `exports`, by name.
    pub(crate) exports_by_name: Vec<u32>,
    pub(crate) imported_funcs: u32,
    pub(crate) funcs: Vec<u32>,
    pub(crate) tables: Vec<TableType>,
    pub(crate) defined_tables: Vec<Table>,
    pub(crate) memories: Vec<MemoryType>,
    pub(crate) imported_memories: u32,
    pub(crate) globals: Vec<GlobalType>,
    pub(crate) defined_globals: Vec<Global>,
    pub(crate) tags: Vec<u32>,
    pub(crate) imported_tags: u32,
    pub(crate) start: Option<u32>,
    pub(crate) elements: Vec<Element>,
    pub(crate) data: Vec<Data>,
    pub(crate) bodies: Vec<FuncBody>,
    pub(crate) side_table: SideTable,
    pub(crate) catches: Catches,
    pub(crate) locals: Vec<(u32, ValType)>,
    pub(crate) wide_locals: Vec<WideRun>,
    pub(crate) wide_sites: Vec<u32>,
    pub(crate) func_names: Vec<(u32, Span)>,
    pub(crate) name: Option<Span>,
}

impl Module {
    /// Decodes and validates a module. Takes the bytes over: they are what the exact tier runs.
    /// Spec: Core 3.0, 5.5 Modules and 3.5 Modules.
    ///
    /// # Errors
    /// A [`ValidateError`] if the bytes are no module, are malformed or invalid, use a feature that is
    /// switched off, or exceed a limit.
    pub fn new(bytes: impl Into<Vec<u8>>, config: &ValidateConfig) -> Result<Module, ValidateError> {
        sections::decode(bytes.into(), config, Passes::Both)
    }

    /// The same by the thorough pass alone, which most functions do not need: slower, and of the same outcome.
    /// It is there so that tests can compare the two.
    ///
    /// # Errors
    /// As [`Module::new`].
    pub fn new_thoroughly(
        bytes: impl Into<Vec<u8>>,
        config: &ValidateConfig,
    ) -> Result<Module, ValidateError> {
        sections::decode(bytes.into(), config, Passes::Thorough)
    }

    /// The module's bytes, as they came.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn text(&self, span: Span) -> &str {
        // The decoder has checked that names are UTF-8.
        self.bytes.get(span.range()).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The defined types, by `typeidx`.
    #[must_use]
    pub fn types(&self) -> &[SubType] {
        &self.types
    }

    /// The recursive groups of the types, in order; each type is in one. Spec: Core 3.0, 2.3.10 Recursive Types.
    pub fn type_groups(&self) -> impl ExactSizeIterator<Item = Range<u32>> {
        let end = |group: usize| group.checked_sub(1).map_or(0, |group| self.type_groups[group]);
        (0..self.type_groups.len()).map(move |group| end(group)..end(group + 1))
    }

    /// The imports, in order.
    pub fn imports(&self) -> impl ExactSizeIterator<Item = Import<'_>> {
        self.imports.iter().map(|import| Import {
            module: self.text(import.module),
            name: self.text(import.name),
            ty: import.ty,
        })
    }

    /// The exports, in order.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = Export<'_>> {
        self.exports.iter().map(|export| Export { name: self.text(export.name), index: export.index })
    }

    /// The export with this name. Takes time logarithmic in the number of exports.
    #[must_use]
    pub fn export(&self, name: &str) -> Option<ExternIndex> {
        let name_of = |i: u32| self.text(self.exports[i as usize].name);
        let found = self.exports_by_name.binary_search_by(|&i| name_of(i).cmp(name)).ok()?;
        Some(self.exports[self.exports_by_name[found] as usize].index)
    }

    /// The type of an entity of this module.
    #[must_use]
    pub fn extern_type(&self, index: ExternIndex) -> ExternType<'_> {
        match index {
            ExternIndex::Func(i) => ExternType::Func(self.func_type(i)),
            ExternIndex::Table(i) => ExternType::Table(self.tables[i as usize]),
            ExternIndex::Memory(i) => ExternType::Memory(self.memories[i as usize]),
            ExternIndex::Global(i) => ExternType::Global(self.globals[i as usize]),
            ExternIndex::Tag(i) => ExternType::Tag(self.tag_type(i)),
        }
    }

    /// The type asked of an import.
    #[must_use]
    pub fn import_type(&self, ty: ImportType) -> ExternType<'_> {
        match ty {
            ImportType::Func(i) | ImportType::FuncExact(i) => ExternType::Func(self.types[i as usize].func()),
            ImportType::Table(ty) => ExternType::Table(ty),
            ImportType::Memory(ty) => ExternType::Memory(ty),
            ImportType::Global(ty) => ExternType::Global(ty),
            ImportType::Tag(i) => ExternType::Tag(self.types[i as usize].func()),
        }
    }

    /// How many functions are imported; they come first in the index space.
    #[must_use]
    pub fn imported_funcs(&self) -> u32 {
        self.imported_funcs
    }

    /// `typeidx` of each function, imported ones first.
    #[must_use]
    pub fn funcs(&self) -> &[u32] {
        &self.funcs
    }

    /// The type of a function.
    #[must_use]
    pub fn func_type(&self, func: u32) -> &FuncType {
        self.types[self.funcs[func as usize] as usize].func()
    }

    /// The bodies of the functions that the module defines, in order.
    #[must_use]
    pub fn bodies(&self) -> &[FuncBody] {
        &self.bodies
    }

    /// The body of a function; `None` if it is imported.
    #[must_use]
    pub fn body(&self, func: u32) -> Option<&FuncBody> {
        self.bodies.get(func.checked_sub(self.imported_funcs)? as usize)
    }

    /// Branch sites of the module's functions; each function has a range of them.
    #[must_use]
    pub fn branches(&self, body: &FuncBody) -> &[u32] {
        &self.side_table.branches[body.branches.start as usize..body.branches.end as usize]
    }

    /// Labels of the module's functions; each function has a range of them.
    #[must_use]
    pub fn labels(&self, body: &FuncBody) -> &[Label] {
        &self.side_table.labels[body.labels.start as usize..body.labels.end as usize]
    }

    /// Offsets in the module's bytes of the `drop` and `select` instructions of a function whose operand
    /// takes two cells, in ascending order.
    #[must_use]
    pub fn wide_sites(&self, body: &FuncBody) -> &[u32] {
        &self.wide_sites[body.wide_sites.start as usize..body.wide_sites.end as usize]
    }

    /// The declared locals of a function as runs: how many of which type. Parameters are not among them.
    #[must_use]
    pub fn locals(&self, body: &FuncBody) -> &[(u32, ValType)] {
        &self.locals[body.locals.start as usize..body.locals.end as usize]
    }

    /// Types of the tables, imported ones first.
    #[must_use]
    pub fn tables(&self) -> &[TableType] {
        &self.tables
    }

    /// Tables that the module defines.
    #[must_use]
    pub fn defined_tables(&self) -> &[Table] {
        &self.defined_tables
    }

    /// Types of the memories, imported ones first.
    #[must_use]
    pub fn memories(&self) -> &[MemoryType] {
        &self.memories
    }

    /// How many memories are imported.
    #[must_use]
    pub fn imported_memories(&self) -> u32 {
        self.imported_memories
    }

    /// Types of the globals, imported ones first.
    #[must_use]
    pub fn globals(&self) -> &[GlobalType] {
        &self.globals
    }

    /// Globals that the module defines.
    #[must_use]
    pub fn defined_globals(&self) -> &[Global] {
        &self.defined_globals
    }

    /// `typeidx` of each tag, imported ones first.
    #[must_use]
    pub fn tags(&self) -> &[u32] {
        &self.tags
    }

    /// How many tags are imported.
    #[must_use]
    pub fn imported_tags(&self) -> u32 {
        self.imported_tags
    }

    /// The type of a tag: exceptions with it hold what the parameters are.
    #[must_use]
    pub fn tag_type(&self, tag: u32) -> &FuncType {
        self.types[self.tags[tag as usize] as usize].func()
    }

    /// The start function.
    #[must_use]
    pub fn start(&self) -> Option<u32> {
        self.start
    }

    /// Element segments.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// Data segments.
    #[must_use]
    pub fn data(&self) -> &[Data] {
        &self.data
    }

    /// A function's name from the name section. Spec: Core 3.0, Appendix A.6.1.
    #[must_use]
    pub fn func_name(&self, func: u32) -> Option<&str> {
        let at = self.func_names.binary_search_by_key(&func, |&(index, _)| index).ok()?;
        Some(self.text(self.func_names[at].1))
    }

    /// The module's name from the name section.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.map(|span| self.text(span))
    }
}
