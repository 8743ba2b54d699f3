//! Soaks a node:
//!
//! ```text
//! soak [--minutes N] [--seed N] [--epoch N] [--folder DIR] [--json]
//! ```
//!
//! `docs/assurance.md` says what is done and compared. Progress goes to standard error. Exit status: 0 nothing was
//! found, 1 something was, 2 wrong use.

use selfsame_fuzz::soak::{Report, Settings, default_folder, watch, worker};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

const USE: &str = "soak [--minutes N] [--seed N] [--epoch N] [--folder DIR] [--json]";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [first, seed, last, folder] = &args[..]
        && first == "worker"
    {
        return killed(seed, last, folder);
    }
    let Some((settings, json)) = settings(&args) else {
        eprintln!("{USE}");
        return ExitCode::from(2);
    };
    let report = watch(&settings, &mut |report| eprintln!("{}", line(report)));
    eprintln!("{}", line(&report));
    if json {
        println!("{}", report.json());
    }
    match report.finding {
        None => ExitCode::SUCCESS,
        Some(finding) => {
            eprintln!("found: {finding}");
            ExitCode::FAILURE
        }
    }
}

/// The process that is killed; it is this executable, told by its arguments.
fn killed(seed: &str, last: &str, folder: &str) -> ExitCode {
    let (Ok(seed), Ok(last)) = (seed.parse(), last.parse()) else { return ExitCode::from(2) };
    match worker(Path::new(folder), seed, last) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn settings(args: &[String]) -> Option<(Settings, bool)> {
    let mut settings =
        Settings { time: Duration::from_secs(180), seed: 1, folder: default_folder(), epoch: 20_000 };
    let mut json = false;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--json" => json = true,
            "--minutes" => settings.time = Duration::from_secs(args.next()?.parse::<u32>().ok()? as u64 * 60),
            "--seed" => settings.seed = args.next()?.parse().ok()?,
            // Small ones have no process that lives long enough to be measured.
            "--epoch" => settings.epoch = args.next()?.parse().ok().filter(|epoch| *epoch >= 100)?,
            "--folder" => settings.folder = args.next()?.into(),
            _ => return None,
        }
    }
    Some((settings, json))
}

fn line(report: &Report) -> String {
    let Report { transactions, epochs, kills, unacknowledged, torn, measured, grown, .. } = report;
    format!(
        "{transactions} transactions on {} stores; {kills} kills: {torn} with nothing behind the last line, \
         {unacknowledged} with a commit; {measured} processes measured, grown by {} KiB at most",
        epochs + 1,
        grown >> 10
    )
}
