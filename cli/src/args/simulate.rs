//! The arguments of `simulate`.

use clap::Args;
use std::path::PathBuf;

/// Run a scenario: a leader, validators and cheats, in one process.
///
/// Every honest node judges the leader's results, votes with a fingerprint that only its own run can make, and
/// checks the fingerprint of every other vote by running the transaction with the voter's key. What cannot be
/// proved by a vote is shown too: read docs/simulate.md before writing a scenario.
#[derive(Debug, Args)]
#[command(after_long_help = SIMULATE_HELP)]
pub struct SimulateArgs {
    /// A scenario, a TOML file
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

const SIMULATE_HELP: &str = "\
Exit status:
  0  in each transaction the honest majority agreed, each cheat was named by all
     honest nodes and nobody else was, and the result was the expected one
  1  something of that is not so
  2  no such scenario, or one that cannot be run

Example:
  selfsame simulate scenarios/oracle.toml";
