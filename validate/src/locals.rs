//! Where the parameters and locals of a function stand in its frame.
//!
//! Locals stand in the order of their indices, one cell each but two for a `v128`. The cell of a local is
//! therefore its index plus the number of vectors before it, which is found here in logarithmic time, and
//! without a table of all locals: those could be many more than the bytes that declare them.

use crate::module::Module;
use crate::types::ValType;
use alloc::vec::Vec;

/// Neighbouring `v128`s in a list of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WideRun {
    /// Index of the first.
    first: u32,
    /// How many there are.
    count: u32,
    /// `v128`s before the first, in the whole list.
    before: u32,
}

impl WideRun {
    /// Adds `count` values of a type, from index `first` on, to the runs of a list.
    pub(crate) fn add(runs: &mut Vec<WideRun>, first: u32, count: u32, ty: ValType, vectors_before: u32) {
        if ty != ValType::V128 || count == 0 {
            return;
        }
        match runs.last_mut() {
            Some(last) if last.first + last.count == first => last.count += count,
            Some(last) => {
                let before = last.before + last.count;
                runs.push(WideRun { first, count, before });
            }
            None => runs.push(WideRun { first, count, before: vectors_before }),
        }
    }
}

/// Where a local is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalPlace {
    /// Its cell, counted from the start of the frame; a `v128`'s low one.
    pub cell: u32,
    /// Whether it is a `v128`, and takes the next cell too.
    pub wide: bool,
}

/// The layout of a function's parameters and locals.
#[derive(Clone, Copy, Debug)]
pub struct LocalLayout<'a> {
    params: u32,
    wide_params: u32,
    param_runs: &'a [WideRun],
    runs: &'a [WideRun],
}

impl LocalLayout<'_> {
    /// Where the local with this index is.
    #[must_use]
    #[inline]
    pub fn place(&self, index: u32) -> LocalPlace {
        if self.param_runs.is_empty() && self.runs.is_empty() {
            return LocalPlace { cell: index, wide: false };
        }
        self.search(index)
    }

    fn search(&self, index: u32) -> LocalPlace {
        let (runs, before) =
            if index < self.params { (self.param_runs, 0) } else { (self.runs, self.wide_params) };
        let behind = runs.partition_point(|run| run.first <= index);
        match runs[..behind].last() {
            Some(run) => {
                let inside = index - run.first;
                LocalPlace { cell: index + run.before + inside.min(run.count), wide: inside < run.count }
            }
            None => LocalPlace { cell: index + before, wide: false },
        }
    }
}

impl Module {
    /// The layout of the parameters and locals of a function that the module defines, by its number among
    /// those.
    #[must_use]
    pub fn local_layout(&self, defined: u32) -> LocalLayout<'_> {
        let body = &self.bodies[defined as usize];
        let ty = self.func_type(self.imported_funcs + defined);
        let params = ty.params().len() as u32;
        LocalLayout {
            params,
            wide_params: body.param_cells - params,
            param_runs: ty.wide_params(),
            runs: &self.wide_locals[body.wide_locals.start as usize..body.wide_locals.end as usize],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LocalPlace;
    use crate::Module;

    #[test]
    fn cells_are_counted_one_by_one() {
        for (params, locals) in [
            ("", ""),
            ("i32 i64", "f32 f32"),
            ("v128", ""),
            ("", "v128"),
            ("i32 v128 v128 i64", "f32 v128"),
            ("v128 i32 v128", "v128 v128 i32 v128 i64 v128"),
            ("i32", "i32 i32 v128 v128 v128 i32 i32 v128"),
        ] {
            let text = std::format!("(module (func (param {params}) (local {locals})))");
            let bytes = wat::parse_str(text).expect("a module");
            let module = Module::new(bytes, &Default::default()).expect("a valid module");
            let layout = module.local_layout(0);
            let mut cell = 0;
            for (index, ty) in params.split_whitespace().chain(locals.split_whitespace()).enumerate() {
                let wide = ty == "v128";
                assert_eq!(
                    layout.place(index as u32),
                    LocalPlace { cell, wide },
                    "{params} {locals} {index}"
                );
                cell += if wide { 2 } else { 1 };
            }
            assert_eq!(module.bodies()[0].local_cells, cell);
        }
    }
}
