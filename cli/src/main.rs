//! The command `selfsame`. What it does is in `commands`, one verb a file.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod contract;
mod guest;
mod load;
mod output;
mod progress;
mod report;
mod serve;
mod simulate;
mod turns;
mod values;

use args::{Cli, Command};
use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use report::INVALID;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    match cli.command {
        Command::Run(args) => commands::run::run(&args),
        Command::Wast(args) => commands::wast::run(&args),
        Command::GasSchedule(args) => commands::gas_schedule::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Calldata(args) => commands::calldata::run(&args),
        Command::Contract(args) => commands::contract::run(&args),
        Command::Serve(args) => commands::serve::run(&args),
        Command::Simulate(args) => commands::simulate::run(&args),
        Command::Completions(args) => commands::completions::run(&args),
    }
}

/// Prints help as it is, and an error as one line.
fn explain(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(INVALID));
    }
    let text = error.to_string();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&str> =
        lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more")).collect();
    let hint = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(arg))
            if error.kind() == ErrorKind::UnknownArgument && !arg.starts_with('-') =>
        {
            ": what a function or a program is given goes behind `--`"
        }
        _ => "",
    };
    report::print_error(&format!("{}{hint}; see `selfsame --help`\n", lines.join("; ")));
    ExitCode::from(INVALID)
}
