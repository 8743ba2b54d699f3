//! The suite's words for traps, and ours.

use selfsame_interp::Trap;

/// The traps that fit the text of an `assert_trap` or `assert_exhaustion`; none if the text is unknown.
///
/// The reference interpreter appends the index of the element to `uninitialized element`. The proposal of
/// reference types shortened several texts: `out of bounds` stands for both kinds of access there.
pub(crate) fn expected(text: &str) -> &'static [Trap] {
    match text.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ') {
        "unreachable" => &[Trap::Unreachable],
        "call stack exhausted" => &[Trap::StackOverflow],
        "integer divide by zero" => &[Trap::IntegerDivideByZero],
        "integer overflow" => &[Trap::IntegerOverflow],
        "invalid conversion to integer" => &[Trap::BadConversionToInteger],
        "out of bounds memory access" => &[Trap::MemoryOutOfBounds],
        "out of bounds table access" | "undefined element" | "undefined" => &[Trap::TableOutOfBounds],
        "out of bounds" => &[Trap::MemoryOutOfBounds, Trap::TableOutOfBounds],
        "uninitialized element" | "uninitialized" => &[Trap::IndirectCallToNull],
        "null reference"
        | "null function reference"
        | "null structure reference"
        | "null array reference"
        | "null i31 reference"
        | "null descriptor reference" => &[Trap::NullReference],
        "out of bounds array access" => &[Trap::ArrayOutOfBounds],
        "cast failure" | "descriptor cast failure" => &[Trap::CastFailure],
        "indirect call type mismatch" | "indirect call" => &[Trap::BadSignature],
        _ => &[],
    }
}
