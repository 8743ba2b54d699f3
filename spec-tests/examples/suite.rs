//! Runs the official suite, or a part of it:
//! `cargo run -p selfsame-spec-tests --example suite -- [--tier fast|exact]
//! [--mode deterministic|nondeterministic] [--version NAME]... [--edition 1|2|latest|custom-descriptors|one-memory|auto] [--limit N] [--trace] [--skips] [FILTER]`
//!
//! Each folder runs in its edition of WebAssembly, unless `--edition` says otherwise. NAME is a folder of the suite (`wasm-v1`, `simd`) or `1`, `2`, `3`, `latest`; FILTER is a part of a
//! file's name. Only the first N failures of a file are printed (20). `--trace` names each file before
//! it runs; `--skips` prints where directives were skipped.

use selfsame_interp::{Mode, Tier};
use selfsame_spec_tests::{Edition, Options, Report, run_script, suite};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<usize, String> {
    let mut options = Options::default();
    let (mut versions, mut filter, mut limit) = (Vec::new(), None, 20);
    let (mut trace, mut skips, mut edition) = (false, false, None);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--tier" => {
                options.tier = match value()?.as_str() {
                    "exact" => Tier::Exact,
                    "fast" => Tier::Fast,
                    other => return Err(format!("no tier `{other}`")),
                }
            }
            "--mode" => {
                options.mode = match value()?.as_str() {
                    "deterministic" => Mode::Deterministic,
                    "nondeterministic" => Mode::NonDeterministic,
                    other => return Err(format!("no mode `{other}`")),
                }
            }
            "--edition" => {
                edition = Some(match value()?.as_str() {
                    "1" => Some(Edition::V1),
                    "2" => Some(Edition::V2),
                    "latest" => Some(Edition::Latest),
                    "custom-descriptors" => Some(Edition::CustomDescriptors),
                    "one-memory" => Some(Edition::OneMemory),
                    "auto" => None,
                    other => return Err(format!("no edition `{other}`")),
                });
            }
            "--version" => versions.push(value()?),
            "--limit" => limit = value()?.parse().map_err(|_| "--limit needs a number")?,
            "--trace" => trace = true,
            "--skips" => skips = true,
            _ => filter = Some(arg),
        }
    }
    let mut total = Report::default();
    for set in suite::sets() {
        let short = set.name.trim_start_matches("wasm-").trim_start_matches('v');
        if !versions.is_empty() && !versions.iter().any(|wanted| wanted == set.name || wanted == short) {
            continue;
        }
        options.edition = edition.unwrap_or(set.edition);
        let mut report = Report::default();
        for file in set.files() {
            if filter.as_ref().is_some_and(|filter| !file.name.contains(filter.as_str())) {
                continue;
            }
            if trace {
                eprintln!("{}", file.name);
            }
            let of_file = run_script(&file.name, file.text, &options);
            for failure in of_file.failures.iter().take(limit) {
                println!("{failure}");
            }
            if of_file.failures.len() > limit {
                println!("{}: {} more", file.name, of_file.failures.len() - limit);
            }
            for skip in of_file.skips.iter().filter(|_| skips) {
                println!("{skip}");
            }
            report.add(of_file);
        }
        if report != Report::default() {
            println!("{}: {report}", set.name);
        }
        total.add(report);
    }
    println!("{total}");
    Ok(total.failed)
}
