//! What the proof of the float instructions is made of: all of them, and inputs that might break them.
//!
//! The tests and `examples/prove_floats.rs` run blocks of inputs through each [`Row`], which compares
//! [`Soft`] with the floats of the host and, on x86-64 Linux, with Berkeley SoftFloat.

use core::fmt;

use super::*;

mod inputs;

pub use inputs::{Inputs, Operand, SPECIAL_F32, SPECIAL_F64};

#[cfg(feature = "prove")]
pub use super::{floats::Floats, hard::Hard, soft::Soft};

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
type Reference = berkeley::Berkeley;
#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
type Reference = Hard;

/// What [`Row::check`] compares with: the name of the reference.
#[must_use]
pub fn reference() -> &'static str {
    core::any::type_name::<Reference>().rsplit("::").next().unwrap_or_default()
}

/// Two operands, each in the low bits. The second is left alone by instructions of one operand.
pub type Pair = (u64, u64);

/// Runs an instruction on inputs; the first mismatch is an error.
pub type Check = fn(&[Pair]) -> Result<(), Mismatch>;

/// A float instruction.
#[derive(Clone, Copy)]
pub struct Row {
    /// Its name, as in the lists.
    pub name: &'static str,
    /// Whether it has two operands.
    pub binary: bool,
    /// What its operands are.
    pub operand: Operand,
    /// Compares all that can carry it out.
    pub check: Check,
}

/// An input on which not all agree.
#[derive(Debug)]
pub struct Mismatch {
    name: &'static str,
    operands: Pair,
    soft: Result<u64, Trap>,
    hard: Result<u64, Trap>,
    reference: Result<u64, Trap>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, operands: (a, b), soft, hard, reference } = self;
        write!(f, "{name} {a:#x} {b:#x}: soft {soft:x?}, hardware {hard:x?}, reference {reference:x?}")
    }
}

/// The result of the host's floats, a quiet NaN made canonical unless the instruction only moves bits.
#[inline(always)]
fn canonical(name: &str, result: Result<u64, Trap>) -> Result<u64, Trap> {
    let nan = match name.as_bytes() {
        [_, _, _, b'A', b'b', b's'] | [_, _, _, b'N', b'e', b'g'] | [_, _, _, b'C', b'o', b'p', ..] => {
            return result;
        }
        [b'F', b'3', ..] => u64::from(floats::F32_CANONICAL_NAN),
        [b'F', b'6', ..] => floats::F64_CANONICAL_NAN,
        _ => return result,
    };
    // A quiet NaN has all the bits of the canonical one.
    result.map(|bits| if bits & nan == nan { nan } else { bits })
}

/// Runs an instruction over a block of inputs with all three kinds of floats.
#[inline(always)]
fn compare<S, H, R>(
    name: &'static str,
    pairs: &[Pair],
    soft: S,
    hard: H,
    reference: R,
) -> Result<(), Mismatch>
where
    S: Fn(u64, u64) -> Result<u64, Trap>,
    H: Fn(u64, u64) -> Result<u64, Trap>,
    R: Fn(u64, u64) -> Result<u64, Trap>,
{
    for &(a, b) in pairs {
        let found = soft(a, b);
        if found != canonical(name, hard(a, b)) || found != canonical(name, reference(a, b)) {
            let (hard, reference) = (hard(a, b), reference(a, b));
            return Err(Mismatch { name, operands: (a, b), soft: found, hard, reference });
        }
    }
    Ok(())
}

/// Carries out an instruction of one operand on slots.
#[inline(always)]
fn unop<O: UnOp>(a: u64, _: u64) -> Result<u64, Trap> {
    O::eval(O::A::from_slot(a)).map(Slot::to_slot)
}

/// Carries out an instruction of two operands on slots.
#[inline(always)]
fn binop<O: BinOp>(a: u64, b: u64) -> Result<u64, Trap> {
    O::eval(O::A::from_slot(a), O::B::from_slot(b)).map(Slot::to_slot)
}

/// Carries out a comparison on slots.
#[inline(always)]
fn cmpop<O: CmpOp>(a: u64, b: u64) -> Result<u64, Trap> {
    Ok(O::eval(O::A::from_slot(a), O::A::from_slot(b)).to_slot())
}

/// The row of one instruction, from the name, the function above that carries it out, and its operand.
macro_rules! row {
    ($name:ident, $run:ident, $binary:literal, $a:ty) => {
        Row {
            name: stringify!($name),
            binary: $binary,
            operand: Operand::of(stringify!($name), <$a>::BITS),
            check: |pairs| {
                let name = stringify!($name);
                compare(name, pairs, $run::<$name<Soft>>, $run::<$name<Hard>>, $run::<$name<Reference>>)
            },
        }
    };
}

/// The rows of a list of instructions of two operands.
macro_rules! binop_rows {
    ($($name:ident ($a:ty, $b:ty) -> $r:ty = $f:ident;)*) => { &[$(row!($name, binop, true, $a)),*] };
}

/// The rows of a list of comparisons.
macro_rules! cmpop_rows {
    ($($name:ident ($a:ty) = $f:ident;)*) => { &[$(row!($name, cmpop, true, $a)),*] };
}

/// The rows of a list of instructions of one operand.
macro_rules! unop_rows {
    ($($name:ident ($a:ty) -> $r:ty = $f:ident;)*) => { &[$(row!($name, unop, false, $a)),*] };
}

static BINOPS: &[Row] = float_binops!(binop_rows);
static CMPOPS: &[Row] = float_cmps!(cmpop_rows);
static UNOPS: &[Row] = float_unops!(unop_rows);
static CONVERSIONS: &[Row] = float_conversions!(unop_rows);
static TRUNCS: &[Row] = float_truncs!(unop_rows);

/// Every float instruction.
pub fn rows() -> impl Iterator<Item = Row> {
    [BINOPS, CMPOPS, UNOPS, CONVERSIONS, TRUNCS].into_iter().flatten().copied()
}
