//! What a module may use and how large it may be: features and published limits.

/// The features of WebAssembly that a module may use; each can be switched.
///
/// The default has everything that the engine implements, but for custom descriptors. Spec: Core 3.0, Appendix A (change history)
/// names the proposals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Features {
    /// Import and export of mutable globals.
    pub mutable_globals: bool,
    /// `trunc_sat` instructions.
    pub saturating_float_to_int: bool,
    /// `extend8_s` and its kin.
    pub sign_extension: bool,
    /// Several results, blocks with parameters.
    pub multi_value: bool,
    /// `memory.copy`, `memory.fill`, segments that are passive, and the like.
    pub bulk_memory: bool,
    /// `externref`, `table.get` and its kin, several tables.
    pub reference_types: bool,
    /// 128-bit SIMD.
    pub simd: bool,
    /// Relaxed SIMD, with the results of the deterministic profile.
    pub relaxed_simd: bool,
    /// `return_call` and `return_call_indirect`.
    pub tail_call: bool,
    /// Integer arithmetic in constant expressions.
    pub extended_const: bool,
    /// More than one memory.
    pub multi_memory: bool,
    /// References to functions of a type, references that are never null, and calls through both.
    pub function_references: bool,
    /// Tags, `throw`, `throw_ref`, `try_table`, references to exceptions.
    pub exceptions: bool,
    /// Memories and tables with 64-bit addresses.
    pub memory64: bool,
    /// Memories whose pages are single bytes.
    pub custom_page_sizes: bool,
    /// `i64.add128`, `i64.sub128`, `i64.mul_wide_s` and `i64.mul_wide_u`.
    pub wide_arithmetic: bool,
    /// Structs, arrays and small integers by reference, casts, recursive types.
    pub gc: bool,
    /// Imports that share the name of their module, or their type too. A proposal; it changes how a module is written, and
    /// nothing of what it does.
    pub compact_imports: bool,
    /// Structs that describe others, and types without their subtypes. A proposal, not part of 3.0: it is off unless it is
    /// asked for.
    pub custom_descriptors: bool,
}

impl Features {
    /// WebAssembly 1.0 with mutable globals.
    pub const MVP: Features = Features {
        mutable_globals: true,
        saturating_float_to_int: false,
        sign_extension: false,
        multi_value: false,
        bulk_memory: false,
        reference_types: false,
        simd: false,
        relaxed_simd: false,
        tail_call: false,
        extended_const: false,
        multi_memory: false,
        function_references: false,
        exceptions: false,
        memory64: false,
        custom_page_sizes: false,
        wide_arithmetic: false,
        gc: false,
        compact_imports: false,
        custom_descriptors: false,
    };

    /// WebAssembly 2.0.
    pub const WASM2: Features = Features {
        saturating_float_to_int: true,
        sign_extension: true,
        multi_value: true,
        bulk_memory: true,
        reference_types: true,
        simd: true,
        ..Features::MVP
    };

    /// WebAssembly 3.0, but for what it leaves to the machine: relaxed SIMD has the results of the deterministic profile.
    pub const WASM3: Features = Features {
        relaxed_simd: true,
        tail_call: true,
        extended_const: true,
        multi_memory: true,
        function_references: true,
        exceptions: true,
        memory64: true,
        gc: true,
        ..Features::WASM2
    };

    /// Everything that the engine implements, but for custom descriptors: WebAssembly 3.0 and some proposals.
    pub const ALL: Features =
        Features { custom_page_sizes: true, wide_arithmetic: true, compact_imports: true, ..Features::WASM3 };

    /// The same without those for which the decoder has more work with types that do not need them. What is valid with
    /// fewer features is valid with more.
    pub(crate) fn of_plain_types(self) -> Features {
        let fewer = Features { function_references: false, exceptions: false, gc: false, ..self };
        Features { compact_imports: false, custom_descriptors: false, ..fewer }
    }

    pub(crate) fn to_wasmparser(self) -> wasmparser::WasmFeatures {
        use wasmparser::WasmFeatures as F;
        let mut features = F::FLOATS | F::GC_TYPES;
        let mut switch = |on: bool, bits: F| {
            if on {
                features |= bits;
            }
        };
        switch(self.mutable_globals, F::MUTABLE_GLOBAL);
        switch(self.saturating_float_to_int, F::SATURATING_FLOAT_TO_INT);
        switch(self.sign_extension, F::SIGN_EXTENSION);
        switch(self.multi_value, F::MULTI_VALUE);
        switch(self.bulk_memory, F::BULK_MEMORY | F::BULK_MEMORY_OPT);
        switch(self.reference_types, F::REFERENCE_TYPES | F::CALL_INDIRECT_OVERLONG);
        switch(self.simd, F::SIMD);
        switch(self.relaxed_simd, F::RELAXED_SIMD);
        switch(self.tail_call, F::TAIL_CALL);
        switch(self.extended_const, F::EXTENDED_CONST);
        switch(self.multi_memory, F::MULTI_MEMORY);
        switch(self.function_references, F::FUNCTION_REFERENCES);
        switch(self.exceptions, F::EXCEPTIONS);
        switch(self.memory64, F::MEMORY64);
        switch(self.custom_page_sizes, F::CUSTOM_PAGE_SIZES);
        switch(self.wide_arithmetic, F::WIDE_ARITHMETIC);
        switch(self.gc, F::GC);
        switch(self.compact_imports, F::COMPACT_IMPORTS);
        switch(self.custom_descriptors, F::CUSTOM_DESCRIPTORS);
        features
    }
}

impl Default for Features {
    fn default() -> Self {
        Features::ALL
    }
}

/// Limits of this implementation; a module over one of them gets [`crate::ErrorKind::Limit`].
///
/// Those marked *fixed* are the limits that every engine has agreed on (WebAssembly JavaScript
/// interface, Implementation Limits), but that tables are fewer here; they stand in [`Limits::FIXED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Bytes of a module.
    pub module_bytes: u64,
    /// Types of a module.
    pub types: u32,
    /// Functions of a module, imported ones included.
    pub functions: u32,
    /// Value slots of a function: declared locals plus greatest operand height. No more than 524,287, whatever this says.
    pub value_slots: u32,
    /// Elements that the tables of a module may have at its start, in all.
    pub table_elements: u64,
}

impl Limits {
    /// Values that the types of a module's control instructions (blocks, branches, calls) may name in all,
    /// for each byte of the module: checking them takes time in proportion. A `br_table` counts its label's
    /// once for each target.
    pub const VALUES_PER_BYTE: u64 = 16;
    /// Added to [`Limits::VALUES_PER_BYTE`], so that small modules are free.
    pub const VALUES_FREE: u64 = 1 << 24;

    /// The greatest number of values that instructions' types may name, in a module of so many bytes.
    #[must_use]
    pub fn values_named(module_bytes: u64) -> u64 {
        module_bytes.saturating_mul(Self::VALUES_PER_BYTE).saturating_add(Self::VALUES_FREE)
    }

    /// Imports of a module.
    pub(crate) const IMPORTS: u32 = 1_000_000;
    /// Tables of a module, imported ones included.
    pub(crate) const TABLES: u32 = 100;

    /// The fixed limits, by name: what is limited and the greatest value.
    pub const FIXED: &'static [(&'static str, u64)] = &[
        ("imports", Self::IMPORTS as u64),
        ("exports", 1_000_000),
        ("globals", 1_000_000),
        ("tags", 1_000_000),
        ("element segments", 100_000),
        ("data segments", 100_000),
        ("tables", Self::TABLES as u64),
        ("memories", 100),
        ("bytes of a name", 100_000),
        ("bytes of a function", 7_654_321),
        ("locals of a function", 50_000),
        ("parameters of a function", 1_000),
        ("results of a function", 1_000),
    ];
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            module_bytes: 1 << 30,
            types: 1_000_000,
            functions: 1_000_000,
            value_slots: 65_535,
            table_elements: 10_000_000,
        }
    }
}

/// Features and limits together: everything that decides whether a module is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ValidateConfig {
    /// What a module may use.
    pub features: Features,
    /// How large it may be.
    pub limits: Limits,
}
