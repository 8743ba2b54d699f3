//! Prints figures, a line each:
//!
//! ```text
//! selfsame-figures programs FOLDER LONGEST STOPS    the programs of up to LONGEST instructions, at STOPS gas limits
//! selfsame-figures contracts FOLDER                 the example contracts
//! selfsame-figures suite FILE                       the scripts of a file of `cargo run --example pack`
//! selfsame-figures modules FILE FIRST COUNT         modules of a file of the fuzzers' binary `generate`
//! ```
#![forbid(unsafe_code)]

use selfsame_figures::{Digest, contracts, generated, programs, suite};
use selfsame_interp::Tier;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;
use std::process::ExitCode;

/// Modules for each line: small enough to find the one that differs.
const MODULES: u64 = 500;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args.as_slice() {
        ["programs", folder, longest, stops] => match (longest.parse(), stops.parse()) {
            (Ok(longest), Ok(stops)) => of_programs(Path::new(folder), longest, stops),
            _ => Err(io::Error::other("LONGEST and STOPS are numbers")),
        },
        ["contracts", folder] => of_contracts(Path::new(folder)),
        ["suite", file] => of_suite(Path::new(file)),
        ["modules", file, first, count] => match (first.parse(), count.parse()) {
            (Ok(first), Ok(count)) => of_modules(Path::new(file), first, count),
            _ => Err(io::Error::other("FIRST and COUNT are numbers")),
        },
        _ => Err(io::Error::other(
            "selfsame-figures programs|contracts|suite|modules ...: see the head of main.rs",
        )),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn of_programs(folder: &Path, longest: u64, stops: u64) -> io::Result<()> {
    programs::run(folder, longest, stops, &mut |line| println!("{}: {}", line.name, line.digest))
}

fn of_contracts(folder: &Path) -> io::Result<()> {
    contracts::run(folder, &mut |line| {
        let hash =
            line.execution.map(|hash| hash.iter().map(|octet| format!("{octet:02x}")).collect::<String>());
        println!("{}: execution {} {}", line.name, hash.unwrap_or_else(|| "none".into()), line.digest);
    })
}

fn of_suite(file: &Path) -> io::Result<()> {
    let mut input = BufReader::new(File::open(file)?);
    while let Some(script) = suite::unpack(&mut input)? {
        for tier in [Tier::Exact, Tier::Fast] {
            let (report, digest) = suite::run(&script, tier);
            println!("{} {tier:?}: {report}; {digest}", script.name);
        }
    }
    Ok(())
}

fn of_modules(file: &Path, first: u64, count: u64) -> io::Result<()> {
    let mut input = BufReader::new(File::open(file)?);
    let (mut digest, mut number, mut taken) = (Digest::default(), 0, 0);
    let end = first.saturating_add(count);
    while number < end {
        let Some(case) = generated::unpack(&mut input)? else { break };
        number += 1;
        if number <= first {
            continue;
        }
        taken += u64::from(generated::add(&mut digest, &case));
        if number % MODULES == 0 || number == end {
            println!("modules up to {number}: {taken} run; {}", std::mem::take(&mut digest));
            taken = 0;
        }
    }
    if taken > 0 {
        println!("modules up to {number}: {taken} run; {digest}");
    }
    Ok(())
}
