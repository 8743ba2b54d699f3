//! The process that kills, and compares.
#![allow(clippy::disallowed_types, reason = "how long it soaks is no result")]

use super::memory::{Growth, TOLERANCE, resident};
use super::transaction::{Seen, Which, commit, final_behind};
use crate::Numbers;
use selfsame_hostabi::storage::StorageView;
use selfsame_hostabi::store::NodeStore;
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What to soak.
#[derive(Clone, Debug)]
pub struct Settings {
    /// For how long.
    pub time: Duration,
    /// Decides everything but the moments of kills.
    pub seed: u64,
    /// Where the stores are made, and removed.
    pub folder: PathBuf,
    /// Transactions on one store; then a new one is made.
    pub epoch: u64,
}

/// What came of a soak.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Transactions that were compared.
    pub transactions: u64,
    /// Stores, one after the other.
    pub epochs: u64,
    /// Kills.
    pub kills: u64,
    /// Kills between a commit that was durable and its line.
    pub unacknowledged: u64,
    /// Kills in front of the last commit that the process might have made.
    pub torn: u64,
    /// Deterministic time of all transactions.
    pub gas: u64,
    /// Processes whose memory was judged, since they lived long enough.
    pub measured: u64,
    /// The most that the memory of one of them has grown since it was warm, in octets.
    pub grown: u64,
    /// And what it then was.
    pub resident: u64,
    /// By how much this process, which runs the same in memory, is larger at the end of an epoch than at the end of
    /// the first, in octets.
    pub quiet_grown: u64,
    /// What is wrong, if anything is: nothing is compared behind it.
    pub finding: Option<String>,
}

impl Report {
    /// One JSON object.
    #[must_use]
    pub fn json(&self) -> String {
        let numbers = [
            ("transactions", self.transactions),
            ("epochs", self.epochs),
            ("kills", self.kills),
            ("unacknowledged", self.unacknowledged),
            ("torn", self.torn),
            ("gas", self.gas),
            ("processes_measured", self.measured),
            ("grown_octets", self.grown),
            ("resident_octets", self.resident),
            ("quiet_grown_octets", self.quiet_grown),
            ("tolerance_octets", TOLERANCE),
        ];
        let mut text = String::from("{");
        for (name, number) in numbers {
            let _ = write!(text, "\"{name}\":{number},");
        }
        match &self.finding {
            None => text.push_str("\"finding\":null}"),
            Some(finding) => {
                let _ = write!(text, "\"finding\":\"{}\"}}", finding.escape_default());
            }
        }
        text
    }
}

/// Soaks; `progress` gets the report so far, now and then. The report says what was found.
pub fn watch(settings: &Settings, progress: &mut dyn FnMut(&Report)) -> Report {
    let mut soak = Soak {
        settings,
        end: Instant::now() + settings.time,
        shown: Instant::now(),
        numbers: Numbers(settings.seed),
        report: Report::default(),
        progress,
    };
    let found = soak.all();
    // Left behind for whoever looks into the finding.
    if found.is_ok() {
        let _ = std::fs::remove_dir_all(&settings.folder);
    }
    soak.report.finding = found.err();
    soak.report
}

struct Soak<'a> {
    settings: &'a Settings,
    end: Instant,
    shown: Instant,
    numbers: Numbers,
    report: Report,
    progress: &'a mut dyn FnMut(&Report),
}

/// A store on the disk, and the same in memory.
struct Epoch {
    folder: PathBuf,
    seed: u64,
    quiet: NodeStore,
    /// Of each transaction that was run in memory.
    seen: Vec<Seen>,
}

impl Epoch {
    /// What a run that nobody interrupts sees of a transaction; all in front of it are run, if they have not been.
    fn reference(&mut self, number: u64) -> Result<&Seen, String> {
        while (self.seen.len() as u64) < number {
            let next = self.seen.len() as u64 + 1;
            // The executable definition, now and then.
            let which = if next.is_multiple_of(16) { Which::Exact } else { Which::Fast };
            self.seen.push(commit(&self.quiet, self.seed, next, which)?);
        }
        Ok(&self.seen[number as usize - 1])
    }
}

impl Soak<'_> {
    fn over(&self) -> bool {
        Instant::now() >= self.end
    }

    fn all(&mut self) -> Result<(), String> {
        let mut first_quiet = 0;
        while !self.over() {
            let folder = self.settings.folder.join(self.report.epochs.to_string());
            let _ = std::fs::remove_dir_all(&folder);
            let quiet = NodeStore::in_memory().map_err(|error| error.to_string())?;
            let mut epoch = Epoch { folder, seed: self.numbers.any(), quiet, seen: Vec::new() };
            self.epoch(&mut epoch).map_err(|what| format!("{what} (store: {})", epoch.folder.display()))?;
            std::fs::remove_dir_all(&epoch.folder).map_err(|error| error.to_string())?;
            self.report.epochs += 1;
            drop(epoch);
            let quiet = resident();
            match self.report.epochs {
                1 => first_quiet = quiet,
                // The last one is cut short.
                _ if !self.over() => {
                    self.report.quiet_grown = self.report.quiet_grown.max(quiet.saturating_sub(first_quiet));
                }
                _ => {}
            }
        }
        let grown = self.report.grown.max(self.report.quiet_grown);
        if grown > TOLERANCE {
            return Err(format!("resident memory has grown by {grown} octets"));
        }
        Ok(())
    }

    /// One store, with many processes one after the other; one of them lives for half of it.
    fn epoch(&mut self, epoch: &mut Epoch) -> Result<(), String> {
        let size = self.settings.epoch;
        let mut latest = 0;
        let long = self.numbers.below(size / 2);
        while latest < size && !self.over() {
            let life = match self.numbers.below(8) {
                _ if latest <= long && latest + size / 50 > long => size / 2,
                // Killed while it opens the store.
                0 => 0,
                1..=5 => 1 + self.numbers.below(20),
                _ => 1 + self.numbers.below(size / 50),
            };
            let acknowledged = self.life(epoch, latest, life.min(size - latest))?;
            latest = self.check(epoch, acknowledged)?;
        }
        Ok(())
    }

    /// A process that is killed behind so many transactions, or a little later; the last one that is durable.
    fn life(&mut self, epoch: &mut Epoch, latest: u64, life: u64) -> Result<u64, String> {
        let mut command = Command::new(std::env::current_exe().map_err(|error| error.to_string())?);
        command
            .args(["worker", &epoch.seed.to_string(), &self.settings.epoch.to_string()])
            .arg(&epoch.folder);
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let (mut number, mut growth, mut killed) = (latest, Growth::default(), false);
        // Behind the last transaction of its life come others, until it is hit.
        let longest = 100 << (2 * self.numbers.below(5));
        let delay = Duration::from_micros(self.numbers.below(longest));
        loop {
            if !killed && (number >= latest + life || self.over()) {
                std::thread::sleep(delay);
                child.kill().map_err(|error| error.to_string())?;
                killed = true;
            }
            let Some(line) = lines.next() else { break };
            let line = line.map_err(|error| error.to_string())?;
            // A line is written to the pipe at once, so none is cut off.
            let (seen, memory) = line.rsplit_once(' ').ok_or_else(|| format!("no line: {line}"))?;
            let wanted = epoch.reference(number + 1)?;
            if seen != wanted.to_string() {
                return Err(format!(
                    "transaction {}: {seen}, and {wanted} without interruptions",
                    number + 1
                ));
            }
            number += 1;
            self.report.transactions += 1;
            self.report.gas += wanted.gas;
            growth.add(memory.parse().map_err(|_| format!("no number of octets: {line}"))?);
            self.show();
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        if !killed && number < self.settings.epoch {
            return Err(format!("a process ended behind transaction {number}: {status}"));
        }
        self.report.kills += u64::from(killed);
        if growth.measured() > 0 {
            self.report.measured += 1;
            if growth.grown() >= self.report.grown {
                (self.report.grown, self.report.resident) = (growth.grown(), growth.most);
            }
        }
        Ok(number)
    }

    /// The store has what was acknowledged, perhaps one more, and nothing else. The number of its latest.
    fn check(&mut self, epoch: &mut Epoch, acknowledged: u64) -> Result<u64, String> {
        let failed = |error: selfsame_hostabi::store::StoreError| format!("behind {acknowledged}: {error}");
        // A process that was killed at once may not have made one.
        let store = NodeStore::open(&epoch.folder).map_err(failed)?;
        let state = store.snapshot().map_err(failed)?;
        let latest = state.accepted();
        if latest != acknowledged && latest != acknowledged + 1 {
            return Err(format!("{acknowledged} were acknowledged, the store has {latest}"));
        }
        self.report.unacknowledged += latest - acknowledged;
        self.report.torn += u64::from(latest == acknowledged);
        if latest == 0 {
            return Ok(0);
        }
        let wanted = epoch.reference(latest)?.clone();
        let head = state.head(latest).map_err(failed)?;
        let (final_now, final_before) = (final_behind(latest), final_behind(latest - 1));
        if (head.state_hash, head.chain_hash) != (wanted.state_hash, wanted.chain_hash) {
            return Err(format!("block {latest} is another one than without interruptions"));
        }
        // The finality behind the latest transaction may not have come.
        if state.finalised() != final_now && state.finalised() != final_before {
            return Err(format!("{} of {latest} are final", state.finalised()));
        }
        if self.report.kills.is_multiple_of(16) {
            recomputed(&state, epoch)?;
        }
        Ok(latest)
    }

    fn show(&mut self) {
        if self.shown.elapsed() >= Duration::from_secs(10) {
            self.shown = Instant::now();
            (self.progress)(&self.report);
        }
    }
}

/// Every hash is made anew, from all pages, balances and records.
fn recomputed(state: &selfsame_hostabi::store::Snapshot, epoch: &Epoch) -> Result<(), String> {
    let failed = |error: selfsame_hostabi::store::StoreError| error.to_string();
    let (latest, finalised) = (state.accepted(), state.finalised());
    let wanted = &epoch.seen[latest as usize - 1];
    let found = state.recomputed_state_hash(StorageView::LatestNonFinal).map_err(failed)?;
    if found != wanted.state_hash || state.recomputed_chain_hash().map_err(failed)? != wanted.chain_hash {
        return Err(format!("the state behind {latest} is not the one that its hash is of"));
    }
    let found = state.recomputed_state_hash(StorageView::LatestFinal).map_err(failed)?;
    if finalised > 0 && found != epoch.seen[finalised as usize - 1].state_hash {
        return Err(format!("the final state behind {finalised} is not the one that its hash is of"));
    }
    Ok(())
}

/// Where stores of a soak are made if nobody says: a folder of the system's for what passes.
#[must_use]
pub fn default_folder() -> PathBuf {
    Path::new(&std::env::temp_dir()).join(format!("selfsame-soak-{}", std::process::id()))
}
