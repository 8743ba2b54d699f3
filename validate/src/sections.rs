//! The module's sections, one function each. Spec: Core 3.0, 5.5 Modules.

use crate::config::{Features, Limits, ValidateConfig};
use crate::const_expr::ConstExpr;
use crate::convert::Known;
use crate::declared::Declared;
use crate::error::{ErrorKind, NotWasm, ValidateError};
use crate::func::{self, Scratch};
use crate::module::{
    Data, Element, ElementItems, ExportEntry, ExternIndex, Global, ImportEntry, ImportType, Module,
    SegmentMode, Span, Table,
};
use crate::quick;
use crate::ref_types::RefType;
use crate::types::{AddressType, GlobalType, MemoryType, PageSize, TableType, ValType};
use alloc::vec::Vec;
use wasmparser::{
    ExternalKind, FuncToValidate, FuncValidatorAllocations, Imports, Payload, TypeRef, ValidPayload,
};

type Result<T> = core::result::Result<T, ValidateError>;

const UNSUPPORTED_TYPE: &str = "a type of a feature that is not supported";

/// How functions are validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passes {
    /// By the quick pass, and by the thorough one where that gives up.
    Both,
    /// By the thorough pass alone.
    Thorough,
}

/// Decodes and validates a whole module.
pub(crate) fn decode(bytes: Vec<u8>, config: &ValidateConfig, passes: Passes) -> Result<Module> {
    decode_and_count(bytes, config, passes).map(|(module, _)| module)
}

/// The module, and what is left for it of what is counted over all of it.
pub(crate) fn decode_and_count(
    bytes: Vec<u8>,
    config: &ValidateConfig,
    passes: Passes,
) -> Result<(Module, Scratch)> {
    check_preamble(&bytes, &config.limits)?;
    let plain = config.features.of_plain_types();
    let first = attempt(&bytes, config, plain, passes);
    let (mut module, scratch) = match first {
        // What is too much with fewer features is too much with more.
        Err(ValidateError { kind: ErrorKind::Invalid(_), .. }) if plain != config.features => {
            attempt(&bytes, config, config.features, passes)?
        }
        outcome => outcome?,
    };
    module.bytes = bytes;
    Ok((module, scratch))
}

/// The module with these features, but without its bytes.
fn attempt(
    bytes: &[u8],
    config: &ValidateConfig,
    features: Features,
    passes: Passes,
) -> Result<(Module, Scratch)> {
    let mut decoder = Decoder {
        bytes,
        limits: config.limits,
        module: Module::default(),
        scratch: Scratch::new(bytes.len()),
        allocations: FuncValidatorAllocations::default(),
        vectors_in_types: false,
        quick: (passes == Passes::Both).then_some(features),
        naming_types: features != features.of_plain_types(),
        compact_imports: features.compact_imports,
    };
    decoder.module(features.to_wasmparser())?;
    let Decoder { mut module, scratch, .. } = decoder;
    sort_exports(&mut module, bytes);
    module.bodies.shrink_to_fit();
    module.side_table.shrink_to_fit();
    module.catches.shrink_to_fit();
    module.locals.shrink_to_fit();
    module.wide_locals.shrink_to_fit();
    Ok((module, scratch))
}

fn check_preamble(bytes: &[u8], limits: &Limits) -> Result<()> {
    let not_wasm = |what| Err(ValidateError { offset: None, kind: ErrorKind::NotWasm(what) });
    if bytes.is_empty() {
        return not_wasm(NotWasm::Empty);
    }
    if bytes.len() as u64 > limits.module_bytes.min(u64::from(u32::MAX)) {
        return Err(ValidateError::limit(0, "bytes", limits.module_bytes, bytes.len() as u64));
    }
    match bytes {
        [0x00, b'a', b's', b'm', _, _, layer, _, ..] if *layer != 0 => not_wasm(NotWasm::Component),
        [0x00, b'a', b's', b'm', ..] => Ok(()),
        [first, ..] if first.is_ascii_graphic() || first.is_ascii_whitespace() => not_wasm(NotWasm::Text),
        _ => not_wasm(NotWasm::Unknown),
    }
}

/// Puts the exports in the order of their names, for look-ups.
fn sort_exports(module: &mut Module, bytes: &[u8]) {
    let mut order: Vec<u32> = (0..module.exports.len() as u32).collect();
    order.sort_unstable_by_key(|&i| bytes.get(module.exports[i as usize].name.range()).unwrap_or_default());
    module.exports_by_name = order;
}

fn check_limit(what: &'static str, limit: u32, found: u64, offset: u64) -> Result<()> {
    let limit = u64::from(limit);
    if found > limit { Err(ValidateError::limit(offset, what, limit, found)) } else { Ok(()) }
}

struct Decoder<'a> {
    bytes: &'a [u8],
    limits: Limits,
    module: Module,
    scratch: Scratch,
    allocations: FuncValidatorAllocations,
    vectors_in_types: bool,
    /// The features, for the quick pass; `None` if it is left out.
    quick: Option<Features>,
    /// Whether types can name types, as far as the features go.
    naming_types: bool,
    /// Whether imports can come in groups.
    compact_imports: bool,
}

impl<'a> Decoder<'a> {
    fn module(&mut self, features: wasmparser::WasmFeatures) -> Result<()> {
        let mut validator = wasmparser::Validator::new_with_features(features);
        let mut parser = wasmparser::Parser::new(0);
        parser.set_features(features);
        for payload in parser.parse_all(self.bytes) {
            let payload = payload?;
            // Limits of our own come before the validator, which would spend memory on what is refused.
            self.check_counts(&payload)?;
            if let ValidPayload::Func(func, body) = validator.payload(&payload)? {
                self.function(func, &body)?;
                continue;
            }
            self.section(payload)?;
        }
        Ok(())
    }

    /// The place of a piece of the module's bytes: the decoder hands out names and data as slices of them.
    fn span(&self, piece: &[u8]) -> Span {
        let start = (piece.as_ptr() as usize).wrapping_sub(self.bytes.as_ptr() as usize);
        Span { start: start as u32, end: (start + piece.len()) as u32 }
    }

    /// Limits of our own, and counts that cannot be right: the validator would reserve room for them.
    fn check_counts(&mut self, payload: &Payload<'_>) -> Result<()> {
        let Some((count, range)) = count_of(payload) else { return Ok(()) };
        if u64::from(count) > range.end - range.start {
            return Err(ValidateError::invalid(range.start, "a section has fewer bytes than items"));
        }
        let declared = match payload {
            Payload::TypeSection(_) => {
                check_limit("types", self.limits.types, count.into(), range.start)?;
                if self.naming_types { Declared::NamingType } else { Declared::Type }
            }
            Payload::FunctionSection(_) => {
                let found = u64::from(count) + u64::from(self.module.imported_funcs);
                check_limit("functions", self.limits.functions, found, range.start)?;
                Declared::Function
            }
            Payload::ImportSection(reader) if self.compact_imports => {
                return self.count_imports(reader.clone());
            }
            Payload::ImportSection(_) => Declared::Import,
            Payload::TableSection(_) => {
                let found = u64::from(count) + self.module.tables.len() as u64;
                return check_limit("tables", Limits::TABLES, found, range.start);
            }
            Payload::GlobalSection(_) => Declared::Global,
            Payload::TagSection(_) => Declared::Tag,
            Payload::ExportSection(_) => Declared::Export,
            Payload::ElementSection(_) => Declared::Element,
            Payload::DataSection(_) => Declared::Data,
            // There may be a hundred memories.
            _ => return Ok(()),
        };
        self.scratch.budget.count(declared, count.into(), range.start)
    }

    /// Counts imports. A group of them may name their module once for all; what is wrong with one is for the validator to
    /// say.
    fn count_imports(&mut self, reader: wasmparser::ImportSectionReader<'_>) -> Result<()> {
        let (offset, mut found) = (reader.range().start, 0);
        for group in reader {
            let (items, name) = match group {
                Ok(Imports::Single(..)) => (1, 0),
                Ok(Imports::Compact1 { module, items }) => (items.count(), module.len()),
                Ok(Imports::Compact2 { module, names, .. }) => (names.count(), module.len()),
                Err(_) => break,
            };
            found += u64::from(items);
            check_limit("imports", Limits::IMPORTS, found, offset)?;
            self.scratch.budget.count(Declared::Import, items.into(), offset)?;
            self.scratch.budget.count(Declared::SharedName, u64::from(items) * name as u64, offset)?;
        }
        Ok(())
    }

    fn section(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(reader) => self.types(reader),
            Payload::ImportSection(reader) => self.imports(reader),
            Payload::FunctionSection(reader) => {
                self.module.funcs.reserve_exact(self.capacity(reader.count()));
                self.module.bodies.reserve_exact(self.capacity(reader.count()));
                for ty in reader {
                    self.module.funcs.push(ty?);
                }
                Ok(())
            }
            Payload::TableSection(reader) => self.tables(reader),
            Payload::MemorySection(reader) => {
                for ty in reader {
                    self.module.memories.push(memory_type(ty?));
                }
                Ok(())
            }
            Payload::TagSection(reader) => {
                self.module.tags.reserve_exact(self.capacity(reader.count()));
                for tag in reader {
                    self.module.tags.push(tag?.func_type_idx);
                }
                Ok(())
            }
            Payload::GlobalSection(reader) => self.globals(reader),
            Payload::ExportSection(reader) => self.exports(reader),
            Payload::StartSection { func, .. } => {
                self.module.start = Some(func);
                Ok(())
            }
            Payload::ElementSection(reader) => self.elements(reader),
            Payload::DataSection(reader) => self.data(reader),
            Payload::CustomSection(reader) => {
                if let wasmparser::KnownCustom::Name(names) = reader.as_known() {
                    self.names(names);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn types(&mut self, reader: wasmparser::TypeSectionReader<'_>) -> Result<()> {
        let offset = reader.range().start;
        self.module.types.reserve_exact(self.capacity(reader.count()));
        self.module.type_groups.reserve_exact(self.capacity(reader.count()));
        for group in reader {
            let group = group?;
            let members: Vec<&wasmparser::SubType> = group.types().collect();
            let known = Known { types: &self.module.types, group: &members };
            let mut types = Vec::with_capacity(members.len());
            for ty in &members {
                let ty =
                    known.sub_type(ty).ok_or_else(|| ValidateError::invalid(offset, UNSUPPORTED_TYPE))?;
                let (params, results) =
                    ty.as_func().map_or((&[][..], &[][..]), |ty| (ty.params(), ty.results()));
                if self.naming_types {
                    let values = params.len() + results.len() + ty.fields().len();
                    self.scratch.budget.count(Declared::NamingValue, values as u64, offset)?;
                }
                let is_vector = |ty: ValType| ty == ValType::V128;
                self.vectors_in_types |= params.iter().chain(results).any(|ty| is_vector(*ty))
                    || ty.fields().iter().any(|field| is_vector(field.storage.unpacked()));
                types.push(ty);
            }
            self.module.types.append(&mut types);
            self.module.type_groups.push(self.module.types.len() as u32);
        }
        Ok(())
    }

    fn imports(&mut self, reader: wasmparser::ImportSectionReader<'_>) -> Result<()> {
        self.module.imports.reserve_exact(self.capacity(reader.count()));
        for import in reader.into_imports_with_offsets() {
            let (offset, import) = import?;
            let ty = match import.ty {
                TypeRef::Func(index) => {
                    self.module.imported_funcs += 1;
                    self.module.funcs.push(index);
                    ImportType::Func(index)
                }
                TypeRef::Table(ty) => {
                    let ty = self.table_type(offset, ty)?;
                    self.module.tables.push(ty);
                    ImportType::Table(ty)
                }
                TypeRef::Memory(ty) => {
                    let ty = memory_type(ty);
                    self.module.memories.push(ty);
                    self.module.imported_memories += 1;
                    ImportType::Memory(ty)
                }
                TypeRef::Global(ty) => {
                    let ty = self.global_type(offset, ty)?;
                    self.module.globals.push(ty);
                    ImportType::Global(ty)
                }
                TypeRef::Tag(ty) => {
                    self.module.tags.push(ty.func_type_idx);
                    self.module.imported_tags += 1;
                    ImportType::Tag(ty.func_type_idx)
                }
                TypeRef::FuncExact(index) => {
                    self.module.imported_funcs += 1;
                    self.module.funcs.push(index);
                    ImportType::FuncExact(index)
                }
            };
            let (module, name) = (self.span(import.module.as_bytes()), self.span(import.name.as_bytes()));
            self.module.imports.push(ImportEntry { module, name, ty });
        }
        check_limit("functions", self.limits.functions, self.module.imported_funcs.into(), 0)?;
        check_limit("tables", Limits::TABLES, self.module.tables.len() as u64, 0)
    }

    fn tables(&mut self, reader: wasmparser::TableSectionReader<'_>) -> Result<()> {
        for item in reader.into_iter_with_offsets() {
            let (offset, table) = item?;
            let ty = self.table_type(offset, table.ty)?;
            let elements = self.module.defined_tables.iter().map(|table| table.ty.min);
            let elements = elements.fold(ty.min, u64::saturating_add);
            if elements > self.limits.table_elements {
                let limit = self.limits.table_elements;
                return Err(ValidateError::limit(offset, "table elements", limit, elements));
            }
            let init = match &table.init {
                wasmparser::TableInit::RefNull => ConstExpr::default_of(ty.element),
                wasmparser::TableInit::Expr(expr) => ConstExpr::read(expr)?,
            };
            self.module.tables.push(ty);
            self.module.defined_tables.push(Table { ty, init });
        }
        Ok(())
    }

    /// The module's types.
    fn known(&self) -> Known<'_> {
        Known::all(&self.module.types)
    }

    fn table_type(&self, offset: u64, ty: wasmparser::TableType) -> Result<TableType> {
        let element = self.known().ref_type(ty.element_type);
        let element = element.ok_or_else(|| ValidateError::invalid(offset, UNSUPPORTED_TYPE))?;
        Ok(TableType { address: address_type(ty.table64), element, min: ty.initial, max: ty.maximum })
    }

    fn global_type(&mut self, offset: u64, ty: wasmparser::GlobalType) -> Result<GlobalType> {
        let content = self
            .known()
            .val_type(ty.content_type)
            .ok_or_else(|| ValidateError::invalid(offset, UNSUPPORTED_TYPE))?;
        self.vectors_in_types |= content == ValType::V128;
        Ok(GlobalType { content, mutable: ty.mutable })
    }

    fn globals(&mut self, reader: wasmparser::GlobalSectionReader<'_>) -> Result<()> {
        self.module.globals.reserve_exact(self.capacity(reader.count()));
        self.module.defined_globals.reserve_exact(self.capacity(reader.count()));
        for item in reader.into_iter_with_offsets() {
            let (offset, global) = item?;
            let ty = self.global_type(offset, global.ty)?;
            self.module.globals.push(ty);
            self.module.defined_globals.push(Global { ty, init: ConstExpr::read(&global.init_expr)? });
        }
        Ok(())
    }

    fn exports(&mut self, reader: wasmparser::ExportSectionReader<'_>) -> Result<()> {
        self.module.exports.reserve_exact(self.capacity(reader.count()));
        for item in reader.into_iter_with_offsets() {
            let (offset, export) = item?;
            let index = match export.kind {
                ExternalKind::Func => ExternIndex::Func(export.index),
                ExternalKind::Table => ExternIndex::Table(export.index),
                ExternalKind::Memory => ExternIndex::Memory(export.index),
                ExternalKind::Global => ExternIndex::Global(export.index),
                ExternalKind::Tag => ExternIndex::Tag(export.index),
                ExternalKind::FuncExact => return Err(ValidateError::invalid(offset, UNSUPPORTED_TYPE)),
            };
            let name = self.span(export.name.as_bytes());
            self.module.exports.push(ExportEntry { name, index });
        }
        Ok(())
    }

    fn elements(&mut self, reader: wasmparser::ElementSectionReader<'_>) -> Result<()> {
        self.module.elements.reserve_exact(self.capacity(reader.count()));
        for item in reader.into_iter_with_offsets() {
            let (offset, element) = item?;
            let mode = match &element.kind {
                wasmparser::ElementKind::Passive => SegmentMode::Passive,
                wasmparser::ElementKind::Declared => SegmentMode::Declared,
                wasmparser::ElementKind::Active { table_index, offset_expr } => SegmentMode::Active {
                    index: table_index.unwrap_or(0),
                    offset: ConstExpr::read(offset_expr)?,
                },
            };
            let (ty, items) = match element.items {
                wasmparser::ElementItems::Functions(funcs) => {
                    let mut items = Vec::with_capacity(self.capacity(funcs.count()));
                    for func in funcs {
                        items.push(func?);
                    }
                    (RefType::FUNCREF, ElementItems::Funcs(items.into_boxed_slice()))
                }
                wasmparser::ElementItems::Expressions(ty, exprs) => {
                    let ty = self
                        .known()
                        .ref_type(ty)
                        .ok_or_else(|| ValidateError::invalid(offset, UNSUPPORTED_TYPE))?;
                    let mut items = Vec::with_capacity(self.capacity(exprs.count()));
                    for expr in exprs {
                        items.push(ConstExpr::read(&expr?)?);
                    }
                    (ty, ElementItems::Exprs(items.into_boxed_slice()))
                }
            };
            self.module.elements.push(Element { ty, mode, items });
        }
        Ok(())
    }

    fn data(&mut self, reader: wasmparser::DataSectionReader<'_>) -> Result<()> {
        self.module.data.reserve_exact(self.capacity(reader.count()));
        for data in reader {
            let data = data?;
            let mode = match &data.kind {
                wasmparser::DataKind::Passive => SegmentMode::Passive,
                wasmparser::DataKind::Active { memory_index, offset_expr } => {
                    SegmentMode::Active { index: *memory_index, offset: ConstExpr::read(offset_expr)? }
                }
            };
            let bytes = self.span(data.data);
            self.module.data.push(Data { mode, bytes });
        }
        Ok(())
    }

    fn function(
        &mut self,
        func: FuncToValidate<wasmparser::ValidatorResources>,
        body: &wasmparser::FunctionBody<'_>,
    ) -> Result<()> {
        let range = body.range();
        let slots = self.limits.value_slots;
        if self.quick.is_some_and(|features| {
            quick::validate(self.bytes, &mut self.module, &mut self.scratch, range, features, slots).is_some()
        }) {
            return Ok(());
        }
        let mut validator = func.into_validator(core::mem::take(&mut self.allocations));
        func::validate(
            self.bytes,
            &mut self.module,
            &mut self.scratch,
            &mut validator,
            body,
            self.vectors_in_types,
            slots,
        )?;
        self.allocations = validator.into_allocations();
        Ok(())
    }

    /// Reads what it can of the name section; a malformed one names nothing. Spec: Core 3.0, A.6.1.
    fn names(&mut self, reader: wasmparser::NameSectionReader<'_>) {
        for subsection in reader {
            match subsection {
                Ok(wasmparser::Name::Module { name, .. }) => {
                    self.module.name = Some(self.span(name.as_bytes()))
                }
                // Their indices ascend, or the decoder refuses them.
                Ok(wasmparser::Name::Function(names)) => {
                    let names = names.map_while(core::result::Result::ok);
                    let named = names.map(|naming| (naming.index, self.span(naming.name.as_bytes())));
                    self.module.func_names = named.collect();
                }
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }

    /// Room to reserve for a vector of `count` items: each takes a byte of the input at least.
    fn capacity(&self, count: u32) -> usize {
        (count as usize).min(self.bytes.len())
    }
}

/// How many items a section says that it has, and where it is.
fn count_of(payload: &Payload<'_>) -> Option<(u32, core::ops::Range<u64>)> {
    Some(match payload {
        Payload::TypeSection(reader) => (reader.count(), reader.range()),
        Payload::ImportSection(reader) => (reader.count(), reader.range()),
        Payload::FunctionSection(reader) => (reader.count(), reader.range()),
        Payload::TableSection(reader) => (reader.count(), reader.range()),
        Payload::MemorySection(reader) => (reader.count(), reader.range()),
        Payload::GlobalSection(reader) => (reader.count(), reader.range()),
        Payload::TagSection(reader) => (reader.count(), reader.range()),
        Payload::ExportSection(reader) => (reader.count(), reader.range()),
        Payload::ElementSection(reader) => (reader.count(), reader.range()),
        Payload::DataSection(reader) => (reader.count(), reader.range()),
        _ => return None,
    })
}

fn address_type(is_64: bool) -> AddressType {
    if is_64 { AddressType::I64 } else { AddressType::I32 }
}

fn memory_type(ty: wasmparser::MemoryType) -> MemoryType {
    // The validator refuses all but two.
    let page_size = if ty.page_size_log2 == Some(0) { PageSize::Byte } else { PageSize::Standard };
    MemoryType { address: address_type(ty.memory64), page_size, min: ty.initial, max: ty.maximum }
}
