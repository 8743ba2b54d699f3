//! What came of a script.

use crate::options::Edition;
use std::collections::BTreeMap;
use std::fmt;

/// Counts of directives, and a line for each that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Directives that did what the script says.
    pub passed: usize,
    /// Directives that did not.
    pub failed: usize,
    /// Directives that need a feature that the engine does not have, by feature.
    pub skipped_by_feature: BTreeMap<String, usize>,
    /// For each failed directive: `file:line: what was expected, what came`.
    pub failures: Vec<String>,
    /// For each skipped directive: `file:line: feature`.
    pub skips: Vec<String>,
    /// The edition that the script was run as; none for a sum.
    pub edition: Option<Edition>,
}

impl Report {
    /// Directives that need a feature that the engine does not have.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped_by_feature.values().sum()
    }

    /// Adds the counts and failures of another report.
    pub fn add(&mut self, other: Report) {
        self.passed += other.passed;
        self.failed += other.failed;
        for (feature, count) in other.skipped_by_feature {
            *self.skipped_by_feature.entry(feature).or_default() += count;
        }
        self.failures.extend(other.failures);
        self.skips.extend(other.skips);
    }
}

/// `N passed, N failed, N skipped`, and behind it the skipped ones by feature.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped())?;
        let mut separator = " (";
        for (feature, count) in &self.skipped_by_feature {
            write!(f, "{separator}{feature} {count}")?;
            separator = ", ";
        }
        if self.skipped_by_feature.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}
