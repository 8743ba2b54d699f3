//! The arguments of `contract`.

use super::{TierArg, gas};
use clap::{Args, Subcommand, ValueEnum};
use ruint::aliases::U256;
use selfsame_hostabi::calldata::Address;
use selfsame_hostabi::message::DateTime;
use std::path::PathBuf;

/// Deploy, call and check contracts on a store: a folder with a node's whole state.
///
/// Arguments are written in the text form of calldata: null, true, 5, "text", b#00ff, addr#, [...] and
/// {"key": ...}. The value that comes back is printed the same way on standard output; gas, hashes and
/// backtraces go to standard error.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub struct ContractArgs {
    #[command(subcommand)]
    pub command: ContractCommand,
}

const HELP: &str = "\
Exit status:
  0  the contract returned; a verification found no difference
  1  a user error or a VM error; this node does not accept what the leader
     proposes; a difference was found
  2  wrong use of this command
  3  an internal error: this node has no result

The object that --json prints for deploy, call and view (keys without a value
are left out):
  outcome         \"return\", \"user_error\", \"vm_error\", \"internal_error\" or
                  \"invalid\"
  value, code, error
                  what was returned or raised; the code of a VM error; a text
  address         of the deployed contract
  gas             time, and storage and receipt as texts, for they have 256 bits
  transaction, execution_hash, small_hash
  backtrace       functions at the failure, innermost first
  memories        by instance, the hash of each memory at the end
  emissions       messages and events, in the text form of calldata
  results         what a leader publishes of its blocks, in hex
  rejected        why this node does not accept the leader's proposal
  block, state_hash
                  what was committed
  output          what the contract wrote for people

Examples:
  selfsame contract deploy token.wasm '[1000]' --store chain
  selfsame contract call 0xADDRESS transfer '[addr#ADDRESS, 5]' --store chain
  selfsame contract view 0xADDRESS total_supply --store chain --json
  selfsame contract verify --store chain";

#[derive(Debug, Subcommand)]
pub enum ContractCommand {
    Deploy(DeployArgs),
    Call(CallArgs),
    View(ViewArgs),
    Storage(StorageArgs),
    Verify(VerifyArgs),
}

/// Deploy a contract, and print its address.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  selfsame contract deploy token.wasm '[1000]' --store chain")]
pub struct DeployArgs {
    /// The code: a module or an archive of a runner
    #[arg(value_name = "CODE")]
    pub code: PathBuf,
    /// What the constructor gets: an array by position, or a map by name
    #[arg(value_name = "ARGS", default_value = "[]")]
    pub args: String,
    /// The address of the contract [default: derived from the code, the sender and the state]
    #[arg(long, value_name = "0xHEX", value_parser = address)]
    pub address: Option<Address>,
    #[command(flatten)]
    pub run: TransactionArgs,
}

/// Call a method of a contract; if it returns, its changes are committed.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  selfsame contract call 0xADDRESS update --store chain --config selfsame.toml"
)]
pub struct CallArgs {
    /// The contract
    #[arg(value_name = "ADDRESS", value_parser = address)]
    pub address: Address,
    /// The method
    #[arg(value_name = "METHOD")]
    pub method: String,
    /// Arguments: an array by position, or a map by name
    #[arg(value_name = "ARGS", default_value = "[]")]
    pub args: String,
    #[command(flatten)]
    pub run: TransactionArgs,
}

/// Call a method of a contract that only looks: it can write nothing and send nothing.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  selfsame contract view 0xADDRESS get --store chain")]
pub struct ViewArgs {
    /// The contract
    #[arg(value_name = "ADDRESS", value_parser = address)]
    pub address: Address,
    /// The method
    #[arg(value_name = "METHOD")]
    pub method: String,
    /// Arguments: an array by position, or a map by name
    #[arg(value_name = "ARGS", default_value = "[]")]
    pub args: String,
    #[command(flatten)]
    pub request: RequestArgs,
    #[command(flatten)]
    pub node: NodeArgs,
}

/// Print the pages of a contract's storage that are not zero.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  selfsame contract storage 0xADDRESS --store chain --max 100")]
pub struct StorageArgs {
    /// The contract
    #[arg(value_name = "ADDRESS", value_parser = address)]
    pub address: Address,
    /// The folder of the store
    #[arg(long, value_name = "DIR")]
    pub store: PathBuf,
    /// At most so many pages of 32 octets
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub max: usize,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Run transactions of the log again, from the first state on, or run a leader's proposal.
///
/// Each is run as sync, with the results of its blocks as they were published, and has to end with the same
/// execution hash, the same state and the same chain hash.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  selfsame contract verify --store chain
  selfsame contract verify --store chain --proposal proposal.bin")]
pub struct VerifyArgs {
    /// Run only the transaction of this block, on the state that the log gives it
    #[arg(value_name = "BLOCK", conflicts_with = "proposal")]
    pub block: Option<u64>,
    /// Run this proposal on the present state instead
    #[arg(long, value_name = "FILE")]
    pub proposal: Option<PathBuf>,
    #[command(flatten)]
    pub node: NodeArgs,
}

/// What a transaction needs beyond its call.
#[derive(Debug, Args)]
pub struct TransactionArgs {
    #[command(flatten)]
    pub request: RequestArgs,
    #[command(flatten)]
    pub node: NodeArgs,
    /// What comes with the transaction
    #[arg(long, value_name = "N", default_value = "0", value_parser = amount)]
    pub value: U256,
    /// What this node is
    #[arg(long, value_enum, default_value_t = RoleArg::Leader, value_name = "ROLE")]
    pub role: RoleArg,
    /// Where a leader writes the results of its blocks, and a validator or sync reads them
    #[arg(long, value_name = "FILE")]
    pub proposal: Option<PathBuf>,
    /// What non-deterministic blocks may reach: a selfsame.toml [default: nothing]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Commit nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What a request says beyond its call.
#[derive(Debug, Args)]
pub struct RequestArgs {
    /// Deterministic time that it can take
    #[arg(long, value_name = "N", value_parser = gas, default_value = "1_000_000_000")]
    pub gas: u64,
    /// Pages of storage that it can write, at a price of 1
    #[arg(long, value_name = "N", value_parser = gas, default_value = "1_000_000_000")]
    pub storage_gas: u64,
    /// Octets of messages, events and results of blocks, at a price of 1
    #[arg(long, value_name = "N", value_parser = gas, default_value = "1_000_000_000")]
    pub receipt_gas: u64,
    /// Who sends it
    #[arg(long, value_name = "0xHEX", value_parser = address, default_value = "0x1111111111111111111111111111111111111111")]
    pub sender: Address,
    /// Its time
    #[arg(long, value_name = "RFC3339", value_parser = datetime, default_value = "2024-11-26T06:42:42.424242Z")]
    pub datetime: DateTime,
}

/// Where and how it is run.
#[derive(Debug, Args)]
pub struct NodeArgs {
    /// The folder of the store
    #[arg(long, value_name = "DIR")]
    pub store: PathBuf,
    /// A runner that is installed with the node, by its id; can be repeated
    #[arg(long, value_name = "ID=FILE")]
    pub runner: Vec<String>,
    /// Which interpreter runs the code; the result is the same
    #[arg(long, value_enum, default_value_t = TierArg::Fast, value_name = "TIER")]
    pub tier: TierArg,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Runs everything, and publishes the results of the blocks
    Leader,
    /// Takes the published results, and judges each
    Validator,
    /// Takes the published results
    Sync,
}

fn address(text: &str) -> Result<Address, String> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("addr#")).unwrap_or_default();
    let octets: Option<Vec<u8>> = (digits.is_ascii() && digits.len() == 40)
        .then(|| (0..40).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok()).collect())
        .flatten();
    octets
        .filter(|_| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        .and_then(|octets| octets.try_into().ok())
        .map(Address)
        .ok_or_else(|| "write 0x and 40 hex digits".into())
}

fn amount(text: &str) -> Result<U256, String> {
    let digits = text.replace('_', "");
    U256::from_str_radix(&digits, 10).map_err(|_| "write a number from 0 to 2^256-1".into())
}

fn datetime(text: &str) -> Result<DateTime, String> {
    text.parse().map_err(|error| format!("{error}: write for example 2024-11-26T06:42:42Z"))
}
