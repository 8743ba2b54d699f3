//! The lists as tables, and what must hold of every row.

use super::super::*;
use super::std::collections::BTreeSet;
use super::std::vec::Vec;
use super::{V128, float, int, samples, widen};
use crate::ops::Hard;

pub(super) type Rows<F> = Vec<(&'static str, F)>;
pub(super) type Unary = fn(V128) -> V128;
pub(super) type Binary = fn(V128, V128) -> V128;
pub(super) type Ternary = fn(V128, V128, V128) -> V128;

/// Makes a function that gives a list as a table from names to functions.
macro_rules! table {
    ($table:ident, $list:ident, $shape:ident as $fn:ty) => {
        pub(super) fn $table() -> Rows<$fn> {
            macro_rules! rows {
                ($$($$row:ident $$(-> $$result:ty)? $$(($$scalar:ty))? = $$path:path;)*) => {
                    std::vec![$$((stringify!($$row), <$$row as $shape>::eval as $fn)),*]
                };
            }
            $list!(rows)
        }
    };
}
