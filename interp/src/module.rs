//! A module that is ready to be instantiated: checked, with room for the fast tier's code.

use crate::engine::Engine;
use crate::error::Error;
use crate::fast::{Code, CodeRef};
use crate::memory::Image;
use crate::once::OnceBox;
use crate::store::AsContextMut;
use crate::types::ModuleTypes;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use selfsame_validate::{ExternType, FuncBody};

/// A checked module, bound to an engine. Cheap to clone, shareable between threads; functions are
/// translated when they are first called, once for all stores.
#[derive(Clone)]
pub struct Module {
    inner: Arc<ModuleInner>,
}

struct ModuleInner {
    engine: Engine,
    validated: Arc<selfsame_validate::Module>,
    code: Box<[FuncCode]>,
    initial_memory: OnceBox<Option<Image>>,
}

/// A function that a module defines: what calling it takes, and its code once that is made.
#[repr(C)]
pub(crate) struct FuncCode {
    /// Where the fast tier enters: the code's landing, or one that leads to its translation.
    pub entry: CodeRef,
    /// Cells of its frame.
    pub frame_cells: u32,
    /// Value slots that a call takes.
    pub value_slots: u32,
    /// Cells of its parameters, which the caller has filled.
    pub param_cells: u32,
    /// Cells of its declared locals, which start as zero.
    pub zero_cells: u32,
    /// The code, owned.
    pub code: Code,
}

impl FuncCode {
    fn new(body: &FuncBody) -> Self {
        FuncCode {
            entry: CodeRef::untranslated(),
            frame_cells: body.frame_cells(),
            value_slots: body.value_slots,
            param_cells: body.param_cells,
            zero_cells: body.local_cells - body.param_cells,
            code: Code::new(),
        }
    }
}

impl Module {
    /// Decodes and validates a module. Takes the bytes over.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Validate`], if the module is refused.
    pub fn new(engine: &Engine, bytes: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let validated = selfsame_validate::Module::new(bytes, &engine.config().validate)?;
        Ok(Module::from_validated(engine, Arc::new(validated)))
    }

    /// Binds a validated module to an engine: it can be shared between engines of several modes. The
    /// caller answers for its having been validated by this engine's configuration.
    #[must_use]
    pub fn from_validated(engine: &Engine, validated: Arc<selfsame_validate::Module>) -> Self {
        let code = validated.bodies().iter().map(FuncCode::new).collect();
        Module {
            inner: Arc::new(ModuleInner {
                engine: engine.clone(),
                validated,
                code,
                initial_memory: OnceBox::new(),
            }),
        }
    }

    /// What validation found out about the module.
    #[must_use]
    pub fn validated(&self) -> &selfsame_validate::Module {
        &self.inner.validated
    }

    /// What validation found out, to be bound to another engine.
    #[must_use]
    pub fn shared(&self) -> &Arc<selfsame_validate::Module> {
        &self.inner.validated
    }

    /// The engine it is bound to.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// The imports, in order: module, name, type. Types that these name are named by `typeidx`: a store has numbers of
    /// its own for them ([`Module::types_in`]).
    pub fn imports(&self) -> impl ExactSizeIterator<Item = (&str, &str, ExternType<'_>)> {
        let module = self.validated();
        module.imports().map(|import| (import.module, import.name, module.import_type(import.ty)))
    }

    /// The exports, in order: name, type.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, ExternType<'_>)> {
        let module = self.validated();
        module.exports().map(|export| (export.name, module.extern_type(export.index)))
    }

    /// The module's types as a store has them.
    pub fn types_in(&self, mut store: impl AsContextMut) -> ModuleTypes {
        ModuleTypes::new(store.context_mut().inner, self.validated())
    }

    /// Translates every function now, instead of each when it is first called.
    pub fn translate_all(&self) {
        for func in 0..self.inner.code.len() as u32 {
            crate::fast::translate(self, func);
        }
    }

    /// What the active data segments make of a memory, once an instance has shown it: see `segments.rs`.
    pub(crate) fn initial_memory(&self) -> &OnceBox<Option<Image>> {
        &self.inner.initial_memory
    }

    pub(crate) fn code(&self) -> &[FuncCode] {
        &self.inner.code
    }
}

impl core::fmt::Debug for Module {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Module").field("name", &self.validated().name()).finish_non_exhaustive()
    }
}
