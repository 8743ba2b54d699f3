//! Where exceptions are caught: the `try_table`s of a module's functions. Spec: Core 3.0, 4.6.8, `try_table`.
//!
//! A `try_table` leaves no trace at run time. What an instruction is inside of follows from its offset: a row of
//! offsets, one behind another over the whole module, says from which of them on which `try_table` is the innermost;
//! each knows the one around it. Those without a clause, and those that cannot be reached, are left out.

use crate::module::Module;
use crate::side_table::push_tightly;
use alloc::vec::Vec;

/// A catch clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Catch {
    /// Which tag it catches; [`ANY`] for all.
    tag: u32,
    /// Number of the label that it goes to, and [`WITH_REFERENCE`].
    label: u32,
}

/// Not a tag's index: there are no more than a million.
const ANY: u32 = u32::MAX;

/// The reference to the exception is handed to the label, behind its fields. A function has fewer labels than bytes.
const WITH_REFERENCE: u32 = 1 << 31;

impl Catch {
    pub(crate) fn new(tag: Option<u32>, label: u32, with_reference: bool) -> Self {
        Catch { tag: tag.unwrap_or(ANY), label: label | if with_reference { WITH_REFERENCE } else { 0 } }
    }

    /// The tag of the exceptions that it catches, by `tagidx`, whose fields go to the label; `None` for all
    /// exceptions, whose fields do not.
    #[must_use]
    pub fn tag(self) -> Option<u32> {
        (self.tag != ANY).then_some(self.tag)
    }

    /// Number of the label in the function ([`Module::labels`]).
    #[must_use]
    pub fn label(self) -> u32 {
        self.label & !WITH_REFERENCE
    }

    /// Whether the label gets a reference to the exception.
    #[must_use]
    pub fn with_reference(self) -> bool {
        self.label & WITH_REFERENCE != 0
    }
}

/// A `try_table`. Its clauses end where those of the next one start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TryTable {
    /// Its first clause.
    first: u32,
    outer: Innermost,
}

/// The number of a `try_table` in the module, plus one; 0 for none.
type Innermost = u32;

/// From here on up to the next of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    /// Offset in the module's bytes.
    pc: u32,
    innermost: Innermost,
}

/// The `try_table`s of a module's functions, in the order of the code.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Catches {
    clauses: Vec<Catch>,
    tables: Vec<TryTable>,
    regions: Vec<Region>,
}

impl Catches {
    /// Opens a `try_table` with these clauses, of which there is one at least; its first instruction is at `pc`.
    pub fn open(&mut self, clauses: impl Iterator<Item = Catch>, pc: u32) {
        let outer = self.regions.last().map_or(0, |region| region.innermost);
        push_tightly(&mut self.tables, TryTable { first: self.clauses.len() as u32, outer });
        for clause in clauses {
            push_tightly(&mut self.clauses, clause);
        }
        push_tightly(&mut self.regions, Region { pc, innermost: self.tables.len() as u32 });
    }

    /// Closes the innermost `try_table`; what is behind it starts at `pc`.
    pub fn close(&mut self, pc: u32) {
        let innermost = self.regions.last().map_or(0, |region| region.innermost);
        if let Some((table, _)) = self.table(innermost) {
            let outer = table.outer;
            push_tightly(&mut self.regions, Region { pc, innermost: outer });
        }
    }

    /// Gives back room that is not used.
    pub fn shrink_to_fit(&mut self) {
        self.clauses.shrink_to_fit();
        self.tables.shrink_to_fit();
        self.regions.shrink_to_fit();
    }

    /// How many regions start at or in front of an offset.
    fn regions_to(&self, pc: u32) -> usize {
        self.regions.partition_point(|region| region.pc <= pc)
    }

    /// A `try_table` and its clauses.
    fn table(&self, number: Innermost) -> Option<(&TryTable, &[Catch])> {
        let at = number.checked_sub(1)? as usize;
        let table = self.tables.get(at)?;
        let end = self.tables.get(at + 1).map_or(self.clauses.len(), |next| next.first as usize);
        Some((table, self.clauses.get(table.first as usize..end)?))
    }
}

impl Module {
    /// The catch clauses that an exception meets which the instruction at offset `pc` of the module's bytes throws, in
    /// this order: those of the innermost `try_table` first. Finding the first takes time logarithmic in the number
    /// of `try_table`s in the module.
    pub fn catches(&self, pc: u32) -> impl Iterator<Item = Catch> + '_ {
        let catches = &self.catches;
        let region = catches.regions_to(pc).checked_sub(1).and_then(|at| catches.regions.get(at));
        let mut next = region.map_or(0, |region| region.innermost);
        let tables = core::iter::from_fn(move || {
            let (table, clauses) = catches.table(next)?;
            next = table.outer;
            Some(clauses)
        });
        tables.flatten().copied()
    }

    /// Offset of the first instruction inside of the `try_table` at offset `pc`, which can be reached and has a clause.
    #[must_use]
    pub fn inside_try_table(&self, pc: u32) -> u32 {
        self.catches.regions.get(self.catches.regions_to(pc)).map_or(pc, |region| region.pc)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Module, Opcode};
    use alloc::vec::Vec;

    /// The clauses around each `throw` of a module: tag, and whether there is a reference.
    fn around_throws(text: &str) -> Vec<Vec<(Option<u32>, bool)>> {
        let module =
            Module::new(wat::parse_str(text).expect("the text"), &Default::default()).expect("valid");
        let mut all = Vec::new();
        for body in module.bodies() {
            let mut pc = body.code as usize;
            while pc < body.end as usize {
                let (opcode, next) = Opcode::decode(module.bytes(), pc);
                if opcode == Opcode::Throw {
                    let catches = module.catches(pc as u32);
                    all.push(catches.map(|catch| (catch.tag(), catch.with_reference())).collect());
                }
                let behind = opcode.skip_immediates(module.bytes(), next);
                let around = |pc: usize| module.catches(pc as u32).count();
                if opcode == Opcode::TryTable && around(behind) > around(pc) {
                    assert_eq!(module.inside_try_table(pc as u32), behind as u32);
                }
                pc = behind;
            }
        }
        all
    }

    #[test]
    fn clauses_come_from_the_inside_out() {
        let all = around_throws(
            "(module (tag $a) (tag $b (param i32))
                (func $f (throw $a))
                (func (block $l (result exnref)
                    (block $o
                        (try_table (catch $a $o) (catch_all_ref $l)
                            (block $i (result i32)
                                (try_table (catch $b $i) (if (i32.const 1) (then (throw $a))))
                                (try_table (if (i32.const 1) (then (throw $a))))
                                (i32.const 1))
                            (drop)
                            (if (i32.const 1) (then (throw $a))))
                        (if (i32.const 1) (then (throw $a))))
                    (unreachable))
                    (drop))
                (func (throw $a)))",
        );
        let (outer, inner) = ([(Some(0), false), (None, true)], (Some(1), false));
        let expected = [&[][..], &[inner, outer[0], outer[1]], &outer, &outer, &[], &[]].map(<[_]>::to_vec);
        assert_eq!(all, expected);
    }

    #[test]
    fn what_cannot_be_reached_catches_nothing() {
        let text = "(module (tag $a) (func (unreachable)
            (block $l (try_table (catch $a $l) (throw $a)))) (func (throw $a)))";
        assert_eq!(around_throws(text), [Vec::new(), Vec::new()]);
    }
}
