//! Scenario files: TOML that says what happens and who cheats. `docs/simulate.md` has every key.

use crate::load;
use crate::report::Failure;
use selfsame_hostabi::calldata::{Value, text};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// More nodes than this check each other's votes for minutes.
const MAX_NODES: usize = 64;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows.
    pub title: String,
    /// Honest validators besides the leader.
    #[serde(default = "five")]
    pub validators: usize,
    /// Deterministic time of each transaction.
    #[serde(default = "gas")]
    pub gas: u64,
    /// Web pages and a model, served on loopback.
    pub site: Option<Site>,
    /// What happens, in order.
    #[serde(rename = "transaction")]
    pub transactions: Vec<Transaction>,
}

fn five() -> usize {
    5
}

fn gas() -> u64 {
    100_000_000
}

/// The table `[site]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// By path.
    #[serde(default)]
    pub pages: BTreeMap<String, Page>,
    /// What the model answers.
    #[serde(default)]
    pub model: Vec<Answer>,
}

/// A page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its content type.
    #[serde(rename = "type", default = "html")]
    pub content_type: String,
    /// What it shows: the first visitor gets the first, and after the last comes the first again.
    pub bodies: Vec<String>,
}

fn html() -> String {
    "text/html; charset=utf-8".into()
}

/// An answer of the model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// A part of the prompt; the first entry that fits answers.
    pub prompt: String,
    /// The answers: each request to the model gets the next of its entry, after the last the first.
    pub replies: Vec<String>,
}

/// One transaction.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transaction {
    /// The contract's name in this scenario.
    pub contract: String,
    /// The code to deploy, relative to the scenario's folder.
    pub deploy: Option<String>,
    /// The method to call.
    pub call: Option<String>,
    /// Arguments in the text form of calldata, an array; `{site}` is the address of the site.
    #[serde(default = "no_arguments")]
    pub args: String,
    /// Validators that cheat, besides the honest ones.
    #[serde(default)]
    pub cheats: Vec<Cheat>,
    /// What the first leader does to the results of its blocks.
    #[serde(default)]
    pub leader: Leader,
    /// For a leader that lies: the value that it claims, in the text form of calldata.
    pub claim: Option<String>,
    /// How the transaction has to end, for example `Return 5`.
    pub expect: Option<String>,
}

fn no_arguments() -> String {
    "[]".into()
}

/// How a validator cheats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cheat {
    /// It runs nothing and claims the leader's result.
    Guess,
    /// It runs nothing and copies the leader's whole vote, fingerprints included.
    Copy,
    /// Its machine has one flipped bit in the memory of the contract.
    Bitflip,
    /// It runs nothing; somebody who did makes its fingerprint for it. No vote can show that.
    Collude,
}

impl Cheat {
    pub fn name(self) -> &'static str {
        match self {
            Cheat::Guess => "guess",
            Cheat::Copy => "copy",
            Cheat::Bitflip => "bitflip",
            Cheat::Collude => "collude",
        }
    }
}

/// What the first leader does to the results of its blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Leader {
    #[default]
    Honest,
    /// It claims another value for the first block.
    Wrong,
    /// It claims octets that are no result.
    Malformed,
    /// It publishes no results.
    Absent,
    /// It publishes a result of a block that was never asked for.
    Extra,
}

impl Leader {
    pub fn name(self) -> &'static str {
        match self {
            Leader::Honest => "honest",
            Leader::Wrong => "wrong result",
            Leader::Malformed => "malformed result",
            Leader::Absent => "absent result",
            Leader::Extra => "extra result",
        }
    }
}

impl Scenario {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let octets = load::read(path)?;
        let wrong = |what: &str| Failure::new(format!("{}: {what}", path.display()));
        let text = std::str::from_utf8(&octets).map_err(|_| wrong("a scenario is text"))?;
        let scenario: Scenario = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = 1 + text.as_bytes()[..start].iter().filter(|octet| **octet == b'\n').count();
            wrong(&format!("line {line}: {}", error.message().replace('\n', ": ")))
        })?;
        scenario.check().map_err(|what| wrong(&what))?;
        Ok(scenario)
    }

    fn check(&self) -> Result<(), String> {
        if self.transactions.is_empty() {
            return Err("there is no [[transaction]]".into());
        }
        if self.site.iter().flat_map(|site| site.pages.values()).any(|page| page.bodies.is_empty()) {
            return Err("a page needs at least one of `bodies`".into());
        }
        if self.site.iter().flat_map(|site| &site.model).any(|answer| answer.replies.is_empty()) {
            return Err("an answer of the model needs at least one of `replies`".into());
        }
        let mut deployed = BTreeSet::new();
        for (number, transaction) in (1..).zip(&self.transactions) {
            let wrong = |what: &str| Err(format!("transaction {number}: {what}"));
            if self.validators + transaction.cheats.len() >= MAX_NODES {
                return wrong("at most 63 validators and cheats");
            }
            match (&transaction.deploy, &transaction.call) {
                (Some(_), None) => drop(deployed.insert(&transaction.contract)),
                (None, Some(_)) if deployed.contains(&transaction.contract) => {}
                (None, Some(_)) => return wrong("the contract has not been deployed before it is called"),
                _ => return wrong("give either `deploy`, a file, or `call`, a method"),
            }
            match transaction.arguments("") {
                Ok(Value::Array(_)) => {}
                Ok(_) => return wrong("`args` is an array: write for example [1, \"a\"]"),
                Err(error) => return wrong(&format!("args: {error}")),
            }
            if let Some(Err(error)) = transaction.claim.as_deref().map(text::parse) {
                return wrong(&format!("claim: {error}"));
            }
            if transaction.claim.is_some() != (transaction.leader == Leader::Wrong) {
                return wrong("`claim` is the value of a leader = \"wrong\"");
            }
        }
        Ok(())
    }
}

impl Transaction {
    /// The arguments, where the site is at `site`.
    pub fn arguments(&self, site: &str) -> Result<Value, text::ParseError> {
        text::parse(&self.args.replace("{site}", site))
    }
}
