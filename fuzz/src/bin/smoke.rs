//! Runs a target without cargo-fuzz:
//!
//! ```text
//! smoke TARGET COUNT [FIRST]       on COUNT inputs, from seed FIRST (0) on
//! smoke TARGET SECONDSs [FIRST]    for so much time of the processor; of the clock where there is no /proc
//! smoke TARGET FILE                on one input
//! ```
//!
//! Inputs of formats are made by changing those of the corpus, all others by the seed alone. Prints the seeds
//! that fail; writes their inputs to `artifacts/TARGET/`. Of engines it counts too on how many inputs a module ran and
//! was compared.

#![allow(clippy::disallowed_types, reason = "how long it runs is no result")]

use selfsame_fuzz::generate::bytes;
use selfsame_fuzz::mutate::mutate;
use selfsame_fuzz::{Numbers, TARGETS, Target, target_of};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some(target) = args.first().and_then(|name| target_of(name)) else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!("smoke TARGET (COUNT | SECONDSs | FILE) [FIRST]; targets: {}", names.join(" "));
        return ExitCode::from(2);
    };
    let much = args.get(1).map_or("2000", String::as_str);
    let first = args.get(2).and_then(|first| first.parse().ok()).unwrap_or(0);
    let seconds = much.strip_suffix('s').and_then(|seconds| seconds.parse().ok());
    match (much.parse(), seconds) {
        (Ok(count), _) => drive(target, first, |done| done < count),
        (_, Some(seconds)) => {
            let (start, time) = (Instant::now(), Duration::from_secs(seconds));
            // Asking costs more than some inputs do.
            drive(target, first, |done| done % 16 != 0 || busy(start) < time)
        }
        _ => match std::fs::read(much) {
            Ok(input) => {
                let _ = target.run(&input);
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("{much}: {error}");
                ExitCode::from(2)
            }
        },
    }
}

/// Time of the processor that this process has taken, or time since `start` where the system does not say.
fn busy(start: Instant) -> Duration {
    processor_time().unwrap_or_else(|| start.elapsed())
}

/// The fields `utime` and `stime` of `/proc/self/stat`, which are hundredths of a second on every Linux.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the program's name, which ends with the last parenthesis, they are numbers 11 and 12.
    let fields = stat.rsplit_once(')')?.1.split_whitespace();
    let ticks = fields.skip(11).take(2).map(|field| field.parse::<u64>().ok()).sum::<Option<u64>>()?;
    Some(Duration::from_millis(ticks * 10))
}

fn folder(what: &str, target: &Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(what).join(target.name)
}

fn drive(target: &Target, first: u64, more: impl Fn(u64) -> bool) -> ExitCode {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder("corpus", target))
        .map(|files| files.filter_map(|file| Some(file.ok()?.path())).collect())
        .unwrap_or_default();
    files.sort();
    let corpus: Vec<Vec<u8>> = files.iter().filter_map(|file| std::fs::read(file).ok()).collect();
    let start = Instant::now();
    let (mut done, mut of_use, mut failed) = (0, 0, Vec::new());
    while more(done) {
        let seed = first + done;
        let input = input(target, &corpus, seed);
        done += 1;
        if let Ok(used) = catch_unwind(|| target.run(&input)) {
            of_use += u64::from(used);
            continue;
        }
        failed.push(seed);
        let to = folder("artifacts", target);
        let kept =
            std::fs::create_dir_all(&to).and_then(|()| std::fs::write(to.join(seed.to_string()), &input));
        eprintln!("{}: seed {seed} failed: {kept:?}", target.name);
        if failed.len() == 20 {
            break;
        }
    }
    println!(
        "{}: {done} executions from seed {first}, {of_use} of use, {:.1} s, {} findings: {failed:?}",
        target.name,
        busy(start).as_secs_f64(),
        failed.len()
    );
    ExitCode::from(u8::from(!failed.is_empty()))
}

fn input(target: &Target, corpus: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut numbers = Numbers(seed);
    if target.format && !corpus.is_empty() && numbers.below(16) != 0 {
        mutate(corpus, &mut numbers)
    } else {
        bytes(seed)
    }
}
