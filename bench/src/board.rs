//! All rows of a run, and the ratios that are read from them.

use crate::engines::{Contender, REFERENCE, Role};
use crate::rounds::Row;
use crate::stats::{Spread, geomean};
use crate::workloads::Family;
use selfsame_interp::{Mode, Tier};

/// The rows of all workloads, with the contenders that ran them; the first contender is the reference.
pub struct Board<'a> {
    pub contenders: Vec<&'a Contender>,
    pub rows: Vec<Row>,
}

impl Board<'_> {
    /// The index of a contender of ours.
    pub fn ours(&self, tier: Tier, gas: bool, mode: Mode) -> Option<usize> {
        self.with_role(Role::Ours { tier, gas, mode })
    }

    fn with_role(&self, role: Role) -> Option<usize> {
        self.contenders.iter().position(|contender| contender.role == role)
    }

    /// The index of the reference: exact gas, the host's floats.
    pub fn reference(&self) -> Option<usize> {
        self.with_role(REFERENCE)
    }

    /// The index of a peer.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.contenders.iter().position(|contender| contender.name == name)
    }

    /// How many times longer the fastest other interpreter of a row takes than the reference, and which it is.
    pub fn best_other(&self, row: &Row) -> Option<(Spread, &'static str)> {
        let reference = self.reference()?;
        let others = self.contenders.iter().enumerate().filter(|(_, other)| other.role == Role::Interpreter);
        others
            .filter_map(|(index, other)| Some((row.ratio(index, reference)?, other.name)))
            .min_by(|a, b| a.0.median.total_cmp(&b.0.median))
    }

    /// The geometric mean over rows of how many times longer `a` takes than `b`.
    pub fn geomean(&self, a: usize, b: usize, of: impl Fn(&Row) -> bool) -> Option<f64> {
        let rows = self.rows.iter().filter(|row| of(row));
        geomean(rows.filter_map(|row| Some(row.ratio(a, b)?.median)))
    }

    /// The geometric mean of [`Board::best_other`] over a family, or over all.
    pub fn geomean_of_best(&self, family: Option<Family>) -> Option<f64> {
        let rows = self.rows.iter().filter(|row| family.is_none_or(|family| row.workload.family == family));
        geomean(rows.filter_map(|row| Some(self.best_other(row)?.0.median)))
    }
}
