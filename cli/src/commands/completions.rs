//! `selfsame completions`: scripts for shells.

use crate::args::{Cli, CompletionsArgs};
use crate::report;
use clap::CommandFactory;
use std::process::ExitCode;

pub fn run(args: &CompletionsArgs) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "selfsame", &mut script);
    report::print(&String::from_utf8_lossy(&script));
    ExitCode::SUCCESS
}
