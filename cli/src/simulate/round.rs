//! A round: the leader publishes, validators judge and vote, and every honest node checks every vote.

use super::cheats;
use super::scenario::{Cheat, Leader, Transaction};
use super::world::{Job, World, address};
use crate::report::Failure;
use selfsame_hostabi::calldata::{Address, encode, text};
use selfsame_hostabi::host::Host;
use selfsame_hostabi::result::{
    End, Position, Ran, Recomputed, StoreHashes, Vote, VoteFault, accept, personal,
};
use selfsame_hostabi::vm::{Done, Node, Role, Run};
use selfsame_interp::Tier;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a node is in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Leader(Leader),
    Validator,
    Cheat(Cheat),
}

/// A node in a round.
pub struct Seat {
    pub name: String,
    pub part: Part,
    /// Which interpreter it ran the code with, if it ran it.
    pub tier: Option<Tier>,
    pub vote: Vote,
    pub done: Option<Done>,
    /// What each honest node that found a fault says of the vote.
    pub faults: Vec<VoteFault>,
}

impl Seat {
    /// Whether it does all that it is asked to.
    pub fn is_honest(&self) -> bool {
        matches!(self.part, Part::Validator | Part::Leader(Leader::Honest))
    }

    fn agrees(&self) -> bool {
        matches!(&self.vote.position, Position::Ran(Ran { disagreement: None, .. }))
    }
}

/// A round that is over.
pub struct Round {
    pub seats: Vec<Seat>,
    /// Honest nodes: each has checked the vote of each other node.
    pub judges: usize,
    /// Votes against which no honest node has anything, and that agree.
    pub agreeing: usize,
    /// Why the validators reject what the leader has published.
    pub rejected: Option<String>,
}

impl Round {
    /// The report of an honest node.
    pub fn result(&self) -> Option<&Done> {
        self.seats.iter().filter(|seat| seat.is_honest()).find_map(|seat| seat.done.as_ref())
    }

    /// Whether more than half of all nodes agree.
    pub fn is_accepted(&self) -> bool {
        self.rejected.is_none() && 2 * self.agreeing > self.seats.len()
    }

    /// What went otherwise than it should.
    pub fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        let honest: Vec<&Seat> = self.seats.iter().filter(|seat| seat.is_honest()).collect();
        let hash = |seat: &Seat| seat.done.as_ref().and_then(|done| done.report.execution_hash().copied());
        for seat in &honest {
            if let Some(End::Internal(error)) = seat.done.as_ref().map(|done| &done.report.end) {
                failures.push(format!("{} has no result: {}", seat.name, error.reason));
            }
        }
        let hashes: BTreeSet<[u8; 32]> = honest.iter().filter_map(|seat| hash(seat)).collect();
        if hashes.len() > 1 {
            failures.push("honest nodes got different execution hashes".into());
        }
        for seat in &self.seats {
            let named = seat.faults.len();
            match seat.part {
                Part::Cheat(_) if named < self.judges => {
                    failures
                        .push(format!("{} was not caught: {named} of {} named it", seat.name, self.judges));
                }
                Part::Leader(Leader::Honest) if self.rejected.is_some() => {
                    failures.push(format!("{} was honest and was rejected", seat.name));
                }
                Part::Leader(lie) if lie != Leader::Honest && self.rejected.is_none() => {
                    failures.push(format!("{} lied and was not rejected", seat.name));
                }
                Part::Leader(_) | Part::Validator if named > 0 => {
                    failures.push(format!("{} did its work and was named by {named}", seat.name));
                }
                _ => {}
            }
        }
        if self.rejected.is_none() && !self.is_accepted() {
            failures.push(format!("only {} of {} nodes agree", self.agreeing, self.seats.len()));
        }
        failures
    }
}

/// The vote of a node that has run the transaction.
pub fn vote_of(job: &Job, validator: Address, done: &Done) -> Vote {
    let position = match done.report.execution_hash() {
        None => Position::TimeOut,
        Some(hash) => Position::Ran(Ran {
            disagreement: done.report.nondet_disagreement,
            execution_hash: *hash,
            frames: done.fingerprint().frames,
            public: done.report.wasm_store_hashes.clone(),
            personal: done.personal.clone().unwrap_or_default(),
        }),
    };
    Vote { transaction: job.hash, validator, position }
}

fn execute(job: &Job, machine: &Node, role: Role, voter: &Address) -> Done {
    let personal_key = Some(personal::key(&job.hash, voter));
    machine.execute(Arc::clone(&job.state) as Arc<dyn Host>, Run { role, personal_key, ..job.run.clone() })
}

/// Holds a round that node number `leader` leads.
pub fn hold(
    world: &World,
    job: &Job,
    wanted: &Transaction,
    validators: usize,
    leader: usize,
    lie: Leader,
) -> Result<Round, Failure> {
    let (first, results) = lead(world, job, wanted, leader, lie)?;
    let mut seats = vec![first];
    for number in (0..=validators).filter(|number| *number != leader) {
        let (tier, machine) = world.machine(number);
        let voter = node_address(number);
        let done = execute(job, machine, Role::Validator(results.clone()), &voter);
        seats.push(seat(job, format!("node {number}"), Part::Validator, voter, Some(tier), done));
    }
    for (number, cheat) in (1 + validators..).zip(&wanted.cheats) {
        let voter = node_address(number);
        let (vote, done) = cheats::vote(world, job, *cheat, voter, &seats[0], &results)?;
        let tier = done.is_some().then_some(Tier::Fast);
        let name = format!("node {number}");
        seats.push(Seat { name, part: Part::Cheat(*cheat), tier, vote, done, faults: Vec::new() });
    }
    let judges: Vec<usize> = (0..seats.len()).filter(|index| seats[*index].is_honest()).collect();
    for judge in &judges {
        check(world, job, &results, &mut seats, *judge);
    }
    let standing = |seat: &&Seat| seat.faults.is_empty() && seat.agrees();
    let agreeing = seats.iter().filter(standing).count();
    let rejected = rejection(&seats, &results);
    Ok(Round { judges: judges.len(), agreeing, rejected, seats })
}

/// The address of a node.
fn node_address(number: usize) -> Address {
    address(&format!("node {number}"))
}

fn seat(job: &Job, name: String, part: Part, voter: Address, tier: Option<Tier>, done: Done) -> Seat {
    let vote = vote_of(job, voter, &done);
    Seat { name, part, tier, vote, done: Some(done), faults: Vec::new() }
}

/// The leader's seat, and what it publishes.
fn lead(
    world: &World,
    job: &Job,
    wanted: &Transaction,
    number: usize,
    lie: Leader,
) -> Result<(Seat, Vec<Vec<u8>>), Failure> {
    let (tier, machine) = world.machine(number);
    let voter = node_address(number);
    let done = execute(job, machine, Role::Leader, &voter);
    if let End::Internal(error) = &done.report.end {
        return Err(Failure::new(format!("the leader has no result: {}", error.reason)));
    }
    let mut results = done.report.nondet_results.clone();
    let lied = match (lie, results.first_mut()) {
        (Leader::Honest, _) => false,
        (Leader::Extra, _) => {
            results.push(vec![0, 0]);
            true
        }
        (Leader::Wrong, Some(first)) => {
            // Parsed when the scenario was read.
            let value = wanted.claim.as_deref().and_then(|claim| text::parse(claim).ok());
            *first = [vec![0], value.map(|value| encode(&value)).unwrap_or_default()].concat();
            true
        }
        (Leader::Malformed, Some(first)) => {
            *first = vec![0xff, 0xff];
            true
        }
        (Leader::Absent, Some(_)) => {
            results.clear();
            true
        }
        (_, None) => {
            return Err(Failure::new("a leader can lie about blocks only, and the transaction has none"));
        }
    };
    // A liar's vote fits its lie.
    let done = if lied { execute(job, machine, Role::Sync(results.clone()), &voter) } else { done };
    Ok((seat(job, format!("node {number}"), Part::Leader(lie), voter, Some(tier), done), results))
}

/// One honest node checks all other votes: it runs the transaction again, with each voter's key.
fn check(world: &World, job: &Job, results: &[Vec<u8>], seats: &mut [Seat], judge: usize) {
    let (_, machine) = world.machine(judge);
    for (index, seat) in seats.iter_mut().enumerate() {
        if index == judge {
            continue;
        }
        let own = execute(job, machine, Role::Sync(results.to_vec()), &seat.vote.validator);
        let Some(hash) = own.report.execution_hash().copied() else { continue };
        let personal: StoreHashes = own.personal.clone().unwrap_or_default();
        let own = Recomputed { execution_hash: hash, public: own.fingerprint(), personal };
        if let Err(fault) = seat.vote.verify(&own) {
            seat.faults.push(fault);
        }
    }
}

/// Why the honest validators reject what the leader has published, if they do.
fn rejection(seats: &[Seat], results: &[Vec<u8>]) -> Option<String> {
    let replaced = results.iter().position(|result| accept(Some(result)).replaced);
    if let Some(block) = replaced {
        return Some(format!("what it published for block {block} is no result"));
    }
    let honest: Vec<&Done> = seats
        .iter()
        .filter(|seat| seat.part == Part::Validator)
        .filter_map(|seat| seat.done.as_ref())
        .collect();
    let blamed = honest.first().and_then(|done| done.report.code());
    if let Some(code) = blamed.filter(|code| code.starts_with("leader_fault")) {
        return Some(code.to_owned());
    }
    let disagreeing: Vec<u32> = honest.iter().filter_map(|done| done.report.nondet_disagreement).collect();
    let block = disagreeing.first().filter(|_| 2 * disagreeing.len() > honest.len())?;
    Some(format!("{} of {} validators reject block {block}", disagreeing.len(), honest.len()))
}
