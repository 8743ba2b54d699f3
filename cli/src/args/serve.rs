//! The arguments of `serve`.

use super::TierArg;
use clap::Args;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Run executions for a node in another language or process, over a socket.
///
/// A connection is one execution: the node sends its inputs, answers what it is asked, and gets the report.
/// docs/host-protocol.md has the octets. The first line on standard output says where the executor listens;
/// then a line for each execution goes to standard error.
///
/// Whoever can connect can have code run: keep the socket, or the port, to the node.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status, with --once that of the execution:
  0  it returned
  1  a user error or a VM error
  2  wrong use of this command, or it cannot listen there
  3  an internal error: there is no result, by the fault of this executor, of
     the node or of the way between them
Without --once it serves until it is stopped.

Examples:
  selfsame serve --socket /run/selfsame.sock --config selfsame.toml
  selfsame serve --tcp 127.0.0.1:0 --once")]
pub struct ServeArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Serve one execution and end
    #[arg(long)]
    pub once: bool,
    /// What non-deterministic blocks may reach: a selfsame.toml [default: nothing]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Which interpreter runs the code; the result is the same
    #[arg(long, value_enum, default_value_t = TierArg::Fast, value_name = "TIER")]
    pub tier: TierArg,
    /// Executions at the same time; more wait
    #[arg(long, value_name = "N", default_value = "4", conflicts_with = "once")]
    pub jobs: NonZeroUsize,
    /// Seconds that the node may take to send a frame, or to take one, whole
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub timeout: u64,
    /// Seconds after which an execution ends as a time-out [default: none]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub deadline: Option<u64>,
}

/// Where to listen.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct PlaceArgs {
    /// Listen on a Unix socket at this path
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// Listen on an address of this machine; port 0 is any that is free
    #[arg(long, value_name = "HOST:PORT")]
    pub tcp: Option<String>,
}

/// Not 0, for which sockets have another meaning.
fn seconds(text: &str) -> Result<u64, String> {
    let most = u64::from(u32::MAX);
    text.parse().ok().filter(|n| (1..=most).contains(n)).ok_or(format!("write a number from 1 to {most}"))
}
