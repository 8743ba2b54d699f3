//! The closed list of traps. A trap's number and its code are part of the agreed result: append only.

use core::fmt;

/// Why execution stopped for good at an instruction. Spec: Core 3.0, 4.2.3 Results.
///
/// The codes are those of the contract system's rules (`wasm_trap <name>`) and never depend on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Trap {
    /// The `unreachable` instruction ran.
    Unreachable = 1,
    /// Call depth or value slots used up; the native stack plays no part.
    StackOverflow = 2,
    /// A memory access or a bulk memory operation outside its memory or segment.
    MemoryOutOfBounds = 3,
    /// A table access, a bulk table operation or a `call_indirect` index outside its table or segment.
    TableOutOfBounds = 4,
    /// `call_indirect` met a null element.
    IndirectCallToNull = 5,
    /// `call_indirect` met a function of another type.
    BadSignature = 6,
    /// The quotient or the truncated value does not fit its type.
    IntegerOverflow = 7,
    /// Integer division or remainder by zero.
    IntegerDivideByZero = 8,
    /// Truncation of a NaN to an integer.
    BadConversionToInteger = 9,
    /// A float instruction where the configuration bans them.
    NondetInstruction = 10,
    /// A host function was handed a bad guest pointer.
    Fault = 11,
    /// An instruction that wants a reference met null.
    NullReference = 12,
    /// An array access outside its array.
    ArrayOutOfBounds = 13,
    /// A reference was not what a cast asks for.
    CastFailure = 14,
}

impl Trap {
    /// Every trap, in the order of their numbers.
    pub const ALL: [Trap; 14] = [
        Trap::Unreachable,
        Trap::StackOverflow,
        Trap::MemoryOutOfBounds,
        Trap::TableOutOfBounds,
        Trap::IndirectCallToNull,
        Trap::BadSignature,
        Trap::IntegerOverflow,
        Trap::IntegerDivideByZero,
        Trap::BadConversionToInteger,
        Trap::NondetInstruction,
        Trap::Fault,
        Trap::NullReference,
        Trap::ArrayOutOfBounds,
        Trap::CastFailure,
    ];

    /// The trap with this number, if there is one.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|trap| *trap as u8 == number)
    }

    /// The stable code, for example `wasm_trap unreachable`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Trap::Unreachable => "wasm_trap unreachable",
            Trap::StackOverflow => "wasm_trap stack_overflow",
            Trap::MemoryOutOfBounds => "wasm_trap memory_out_of_bounds",
            Trap::TableOutOfBounds => "wasm_trap table_out_of_bounds",
            Trap::IndirectCallToNull => "wasm_trap indirect_call_to_null",
            Trap::BadSignature => "wasm_trap bad_signature",
            Trap::IntegerOverflow => "wasm_trap integer_overflow",
            Trap::IntegerDivideByZero => "wasm_trap integer_divide_by_zero",
            Trap::BadConversionToInteger => "wasm_trap bad_conversion_to_integer",
            Trap::NondetInstruction => "wasm_trap nondet_instruction",
            Trap::Fault => "wasm_trap fault",
            // The contract system's list of codes has no names for them.
            Trap::NullReference | Trap::ArrayOutOfBounds | Trap::CastFailure => "wasm_trap",
        }
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trap::Unreachable => "unreachable code was reached",
            Trap::StackOverflow => "the call depth or the value slots are used up",
            Trap::MemoryOutOfBounds => "out of bounds memory access",
            Trap::TableOutOfBounds => "out of bounds table access",
            Trap::IndirectCallToNull => "indirect call to a null element",
            Trap::BadSignature => "indirect call to a function of another type",
            Trap::IntegerOverflow => "integer overflow",
            Trap::IntegerDivideByZero => "integer divide by zero",
            Trap::BadConversionToInteger => "conversion of a NaN to an integer",
            Trap::NondetInstruction => "a float instruction where floats are banned",
            Trap::Fault => "a host function was handed a bad pointer",
            Trap::NullReference => "null reference",
            Trap::ArrayOutOfBounds => "out of bounds array access",
            Trap::CastFailure => "a cast failed",
        })
    }
}

impl core::error::Error for Trap {}
