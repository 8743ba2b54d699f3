//! The lists as tables from names to functions, and what must hold of every row.

use std::vec::Vec;

use super::super::*;
use super::{float, int, lane, relaxed, samples, widen};
use crate::ops::{Floats, Hard, Slot, Soft};

/// A list as a table.
pub(super) type Rows<F> = Vec<(&'static str, F)>;
pub(super) type Unary = fn(V128) -> V128;
pub(super) type Binary = fn(V128, V128) -> V128;
pub(super) type Ternary = fn(V128, V128, V128) -> V128;
pub(super) type Shift = fn(V128, u32) -> V128;
pub(super) type Test = fn(V128) -> u32;
/// Scalars of either width pass as slots.
pub(super) type Splat = fn(u64) -> V128;
pub(super) type Extract = fn(V128, u8) -> u64;
pub(super) type Replace = fn(V128, u64, u8) -> V128;

macro_rules! rows {
    ($shape:ident as $f:ty; $($row:ident = $path:path;)*) => {
        std::vec![$((stringify!($row), <$row as $shape>::eval as $f)),*]
    };
}

macro_rules! float_rows {
    ($shape:ident as $f:ty; $($row:ident = $path:path;)*) => {
        std::vec![$((stringify!($row), <$row<M> as $shape>::eval as $f)),*]
    };
}

macro_rules! scalar_rows {
    ($($row:ident($scalar:ty) = $path:path;)*) => {
        std::vec![$((stringify!($row), (|s| $row::eval(<$scalar>::from_slot(s))) as Splat)),*]
    };
}

macro_rules! extract_rows {
    ($($row:ident -> $scalar:ty = $path:path;)*) => {
        std::vec![$((stringify!($row), (|a, lane| $row::eval(a, lane).to_slot()) as Extract)),*]
    };
}

macro_rules! replace_rows {
    ($($row:ident($scalar:ty) = $path:path;)*) => {
        std::vec![$((
            stringify!($row),
            (|a, s, lane| $row::eval(a, <$scalar>::from_slot(s), lane)) as Replace
        )),*]
    };
}

macro_rules! load_rows {
    ($($row:ident($memory:ty) = $path:path;)*) => {
        std::vec![$((stringify!($row), $row::eval as Splat)),*]
    };
}

pub(super) fn unops() -> Rows<Unary> {
    simd_unops!(rows, VUnOp as Unary;)
}

pub(super) fn binops() -> Rows<Binary> {
    simd_binops!(rows, VBinOp as Binary;)
}

pub(super) fn ternops() -> Rows<Ternary> {
    simd_ternops!(rows, VTernOp as Ternary;)
}

pub(super) fn shifts() -> Rows<Shift> {
    simd_shifts!(rows, VShift as Shift;)
}

pub(super) fn tests() -> Rows<Test> {
    simd_tests!(rows, VTest as Test;)
}

pub(super) fn splats() -> Rows<Splat> {
    simd_splats!(scalar_rows)
}

pub(super) fn extracts() -> Rows<Extract> {
    simd_extracts!(extract_rows)
}

pub(super) fn replaces() -> Rows<Replace> {
    simd_replaces!(replace_rows)
}

pub(super) fn load_exts() -> Rows<Splat> {
    simd_load_ext!(load_rows)
}

pub(super) fn float_unops<M: Floats>() -> Rows<Unary> {
    simd_float_unops!(float_rows, VUnOp as Unary;)
}

pub(super) fn float_binops<M: Floats>() -> Rows<Binary> {
    simd_float_binops!(float_rows, VBinOp as Binary;)
}

pub(super) fn float_ternops<M: Floats>() -> Rows<Ternary> {
    simd_float_ternops!(float_rows, VTernOp as Ternary;)
}

/// Demands that a list and the table of its models name the same rows, and that the rows, by the answers
/// they give, differ from each other unless `aliases` says that one means the same as another.
pub(super) fn complete_and_distinct<F: Copy, A: PartialEq>(
    rows: &Rows<F>,
    models: &[&'static str],
    aliases: &[&[&str]],
    answers: impl Fn(F) -> Vec<A>,
) {
    let mut named: Vec<_> = rows.iter().map(|row| row.0).collect();
    let mut modelled = models.to_vec();
    named.sort_unstable();
    modelled.sort_unstable();
    assert_eq!(named, modelled);

    let answers: Vec<_> = rows.iter().map(|row| (row.0, answers(row.1))).collect();
    for (i, (name, answer)) in answers.iter().enumerate() {
        for (other, other_answer) in &answers[..i] {
            let same = aliases.iter().any(|alias| alias.contains(name) && alias.contains(other));
            assert_eq!(answer == other_answer, same, "{name} and {other}");
        }
    }
}

/// The answers of an operation to all pairs of some vectors.
pub(super) fn answers2(vectors: &[V128], f: impl Fn(V128, V128) -> V128) -> Vec<V128> {
    vectors.iter().flat_map(|&a| vectors.iter().map(move |&b| (a, b))).map(|(a, b)| f(a, b)).collect()
}

#[test]
fn integer_rows_meet_their_models_and_differ() {
    let mut models = int::unary();
    models.extend(widen::unary());
    for model in &models {
        let f = super::row(&unops(), model.name);
        super::check(model, |a, _| f(a));
    }
    let names: Vec<_> = models.iter().map(|model| model.name).collect();
    complete_and_distinct(&unops(), &names, &[], |f| samples().into_iter().map(f).collect());

    let mut models = int::binary();
    models.extend(widen::binary());
    models.extend(relaxed::binary());
    models.extend(lane::binary());
    for model in &models {
        super::check(model, super::row(&binops(), model.name));
    }
    let names: Vec<_> = models.iter().map(|model| model.name).collect();
    complete_and_distinct(&binops(), &names, relaxed::ALIASES, |f| answers2(&samples(), f));
}

#[test]
fn float_rows_differ_in_soft_mode() {
    float_rows_differ::<Soft>();
}

#[test]
fn float_rows_differ_in_hard_mode() {
    float_rows_differ::<Hard>();
}

fn float_rows_differ<M: Floats>() {
    let vectors = float::samples();
    let names: Vec<_> = float::unary().iter().map(|model| model.name).collect();
    complete_and_distinct(&float_unops::<M>(), &names, relaxed::ALIASES, |f| {
        vectors.iter().map(|&a| f(a)).collect()
    });
    let names: Vec<_> = float::binary().iter().map(|model| model.name).collect();
    complete_and_distinct(&float_binops::<M>(), &names, relaxed::ALIASES, |f| answers2(&vectors, f));
    let names: Vec<_> = float::ternary().iter().map(|model| model.name).collect();
    complete_and_distinct(&float_ternops::<M>(), &names, &[], |f| {
        answers2(&vectors, |a, b| f(a, b, vectors[1]))
    });
}
