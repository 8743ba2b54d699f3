//! The command line: what can be typed, and the help that explains it.

mod contract;
mod serve;
mod simulate;

pub use contract::{
    CallArgs, ContractArgs, ContractCommand, DeployArgs, NodeArgs, RequestArgs, RoleArg, StorageArgs,
    TransactionArgs, VerifyArgs, ViewArgs,
};
pub use serve::{PlaceArgs, ServeArgs};
pub use simulate::SimulateArgs;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// Runs WebAssembly programs so that every machine gets the same result, to the last bit: the same values,
/// the same gas, the same place of a failure, the same fingerprint of the state.
#[derive(Debug, Parser)]
#[command(name = "selfsame", version, after_long_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  selfsame run add.wat --invoke add -- 2 0x28      call an exported function
  selfsame run hello.wasm -- hello world           a WASI command; its name first
  selfsame run hello.wasm --gas 1_000_000 --json   with a limit, for a machine
  selfsame inspect hello.wasm                      what it needs, what is costly
  selfsame contract deploy token.wasm '[1000]' --store chain
  selfsame simulate scenarios/oracle.toml          leader, validators and cheats

Each command has a --help of its own.";

#[derive(Debug, Subcommand)]
pub enum Command {
    Run(RunArgs),
    Wast(WastArgs),
    GasSchedule(GasScheduleArgs),
    Inspect(InspectArgs),
    Calldata(CalldataArgs),
    Contract(ContractArgs),
    Serve(ServeArgs),
    Simulate(SimulateArgs),
    Completions(CompletionsArgs),
}

/// Run a WASI command, or one exported function of a module.
///
/// Without --invoke, FILE is a WASI command: its `_start` runs with ARGS as its whole argv, its own name
/// first. Without ARGS the argv is the name of FILE without its ending.
///
/// With --invoke NAME, the exported function NAME is called with ARGS as its parameters, in the syntax of
/// the text format: 42, -7, 0xff, 1_000, 1.5, -0x1.8p3, inf, nan:0x400001; vectors as one quoted argument,
/// 'i32x4 1 2 3 4'; references as ref.null. Values are printed the same way, one a line, on standard
/// output.
///
/// Gas and diagnostics go to standard error. WASI preview 1 is there for every module that imports it; what
/// a program reads is all given here: its standard input is empty without --stdin, its files are those of
/// --dir as they are at the start and read-only, its variables those of --env, and its clock stands still.
#[derive(Debug, Args)]
#[command(after_long_help = RUN_HELP)]
pub struct RunArgs {
    /// A module, in the binary or the text format
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Call this exported function instead of `_start`
    #[arg(long, value_name = "NAME")]
    pub invoke: Option<String>,
    /// How floats behave; non-deterministic mode also takes randomness and time from the system
    #[arg(long, value_enum, default_value_t = ModeArg::Deterministic, value_name = "MODE")]
    pub mode: ModeArg,
    /// Which interpreter runs the code; the result is the same
    #[arg(long, value_enum, default_value_t = TierArg::Fast, value_name = "TIER")]
    pub tier: TierArg,
    /// Stop when this much gas does not suffice; without it there is no limit
    #[arg(long, value_name = "N", value_parser = gas)]
    pub gas: Option<u64>,
    /// What the program reads from standard input
    #[arg(long, value_name = "FILE")]
    pub stdin: Option<PathBuf>,
    /// Show the program a directory of this machine at a path of its own; can be repeated
    #[arg(long, value_name = "HOST::GUEST")]
    pub dir: Vec<String>,
    /// Set a variable of the program's environment; can be repeated
    #[arg(long, value_name = "K=V")]
    pub env: Vec<String>,
    /// The time that the program's clock shows [default: 2024-11-26T06:42:42.424242Z in deterministic
    /// mode, now in the other]
    #[arg(long, value_name = "RFC3339")]
    pub datetime: Option<String>,
    /// Print one JSON object on standard output, with what the program wrote inside it
    #[arg(long)]
    pub json: bool,
    /// Parameters of the function, or the program's argv
    #[arg(last = true, value_name = "ARGS")]
    pub args: Vec<OsString>,
}

const RUN_HELP: &str = "\
Exit status:
  0     the function returned
  N     the program's own code, where it called proc_exit (modulo 256)
  134   a trap, or another error of the program
  135   out of gas
  130   interrupted by Ctrl-C
  2     wrong use of this command, or a module that is not valid: no result

The object that --json prints (keys without a value are left out):
  outcome      \"return\", \"exit\", \"trap\", \"out_of_gas\" or \"invalid\"
  values       results: type, and bits as 0x and all digits of the type's width
               (lane 0 of a vector last); the bits of null are 0, a reference
               that is not null has none
  exit_code    what proc_exit was given
  error        code (the same on every machine) and message (for people)
  gas          {\"time\": gas consumed}
  frames       where it stopped, innermost first: module, func (index), name,
               offset (in the bytes of the module)
  fingerprint  frames, and the BLAKE3 hash of each memory of each instance;
               for all outcomes but invalid
  stdout, stderr
               what the program wrote, in base64, if it imports WASI

Examples:
  selfsame run fib.wasm --invoke fib -- 20
  selfsame run fib.wasm --invoke fib --gas 5_000 -- 20
  selfsame run wc.wasm --dir ./books::/ --env LANG=C -- wc /moby-dick.txt
  selfsame run guest.wasm --stdin request.bin --json";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    /// Integer-only soft floats: the same bits on every machine
    Deterministic,
    /// The floats of this machine
    Nondeterministic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TierArg {
    /// Internal code, made once per function
    Fast,
    /// The original bytes in place, one instruction a step
    Exact,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EditionArg {
    /// WebAssembly 1.0
    #[value(name = "1.0")]
    V1,
    /// WebAssembly 2.0
    #[value(name = "2.0")]
    V2,
    /// Everything that is on by default
    Latest,
    /// The same with custom descriptors
    CustomDescriptors,
    /// The same without several memories
    OneMemory,
}

impl From<EditionArg> for selfsame_spec_tests::Edition {
    fn from(edition: EditionArg) -> Self {
        match edition {
            EditionArg::V1 => Self::V1,
            EditionArg::V2 => Self::V2,
            EditionArg::Latest => Self::Latest,
            EditionArg::CustomDescriptors => Self::CustomDescriptors,
            EditionArg::OneMemory => Self::OneMemory,
        }
    }
}

impl From<ModeArg> for selfsame_interp::Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Deterministic => Self::Deterministic,
            ModeArg::Nondeterministic => Self::NonDeterministic,
        }
    }
}

impl From<TierArg> for selfsame_interp::Tier {
    fn from(tier: TierArg) -> Self {
        match tier {
            TierArg::Fast => Self::Fast,
            TierArg::Exact => Self::Exact,
        }
    }
}

/// Run test scripts of the official suite (.wast).
///
/// Prints one line a file, and last the sum. A directive that needs a feature which is not built yet is
/// counted as skipped. The exit status is 0 if nothing failed, 1 if something did, 2 if a file cannot be
/// read.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  selfsame wast --tier exact i32.wast f32.wast")]
pub struct WastArgs {
    /// Which interpreter runs the code
    #[arg(long, value_enum, default_value_t = TierArg::Fast, value_name = "TIER")]
    pub tier: TierArg,
    /// How floats behave
    #[arg(long, value_enum, default_value_t = ModeArg::Deterministic, value_name = "MODE")]
    pub mode: ModeArg,
    /// Which edition of WebAssembly the scripts are about: those of an earlier one assert that what came
    /// later is invalid [default: the latest, unless a script's own assertions fit an earlier one only]
    #[arg(long, value_enum, value_name = "EDITION")]
    pub edition: Option<EditionArg>,
    /// The scripts
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Print what each instruction costs.
///
/// And the prices of work whose amount is known only when it is done.
///
/// An instruction is charged before it runs. The version names the prices: equal versions, equal bills.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  selfsame gas-schedule | grep i64")]
pub struct GasScheduleArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Show what a module imports, exports and needs, and its functions by cost.
///
/// The cost of a function is what running each of its instructions once comes to, by the gas schedule,
/// with the entry of the function; work that is priced by its amount and what branches carry come on top.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  selfsame inspect hello.wasm\n  selfsame inspect hello.wasm --top 5 --json"
)]
pub struct InspectArgs {
    /// A module, in the binary or the text format
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How many functions to show; 0 for all
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Encode and decode calldata, the format of calls, results and all that contracts exchange.
#[derive(Debug, Args)]
#[command(after_long_help = "Each command has a --help of its own. The format: docs/calldata.md.")]
pub struct CalldataArgs {
    #[command(subcommand)]
    pub command: CalldataCommand,
}

#[derive(Debug, Subcommand)]
pub enum CalldataCommand {
    Encode(EncodeArgs),
    Decode(DecodeArgs),
}

/// Print the encoding of a value, in hex.
///
/// The value is written as null, true, false, an integer, "text" with the escapes of JSON, b#00ff for
/// octets, addr# and 40 hex digits for an address, [...] and {"key": ...}. White space between its parts and
/// the order of keys do not matter.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Exit status: 0, or 2 where the text is no value.

Examples:
  selfsame calldata encode '{\"\": \"transfer\", \"args\": [b#00ff, -1]}'
  selfsame calldata encode --raw < value.txt > value.bin")]
pub struct EncodeArgs {
    /// The value; read from standard input without it
    #[arg(value_name = "TEXT", allow_negative_numbers = true)]
    pub text: Option<String>,
    /// Write the octets as they are
    #[arg(long)]
    pub raw: bool,
    /// Print base64 instead of hex
    #[arg(long, conflicts_with = "raw")]
    pub base64: bool,
}

/// Print the value that octets are the encoding of.
///
/// Octets that are not the one encoding of a value are refused, with the reason and the place.
#[derive(Debug, Args)]
#[command(after_long_help = "\
The object that --json prints:
  null, true, false, texts, arrays   as they are
  integers   as numbers up to 2^53-1 either way, others as {\"$int\": \"decimals\"}
             (beyond 13,600 bits 0x and hex digits)
  octets     {\"$bytes\": \"hex\"}
  addresses  {\"$address\": \"0x and 40 hex digits\"}
  maps       as objects; a key that starts with $ gets another $ in front

Exit status: 0, or 2 where the octets are no calldata.

Examples:
  selfsame calldata decode 0e001c666f6f
  selfsame calldata decode --raw --json < value.bin")]
pub struct DecodeArgs {
    /// The octets in hex, with or without 0x; read from standard input without it
    #[arg(value_name = "HEX")]
    pub octets: Option<String>,
    /// Read the octets as they are from standard input
    #[arg(long, conflicts_with = "octets")]
    pub raw: bool,
    /// Read base64 instead of hex
    #[arg(long, conflicts_with = "raw")]
    pub base64: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Print a completion script for a shell on standard output.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  selfsame completions bash > ~/.local/share/bash-completion/completions/selfsame
  selfsame completions fish > ~/.config/fish/completions/selfsame.fish")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// A number that may have underscores in it.
fn gas(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    digits.parse().map_err(|_| format!("write a number from 0 to {}", u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_defined() {
        Cli::command().debug_assert();
    }
}
