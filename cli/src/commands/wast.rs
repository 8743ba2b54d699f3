//! `selfsame wast`: scripts of the official suite.

use crate::args::WastArgs;
use crate::load;
use crate::progress::Progress;
use crate::report::{self, Failure, INVALID};
use selfsame_spec_tests::{Edition, Options, Report, run_script};
use std::path::Path;
use std::process::ExitCode;

/// Exit status where a directive failed.
const FAILED: u8 = 1;

pub fn run(args: &WastArgs) -> ExitCode {
    let edition = args.edition.map(Edition::from);
    let options = Options { tier: args.tier.into(), mode: args.mode.into(), edition };
    let mut sum = Report::default();
    let mut unread = false;
    for path in &args.files {
        match run_file(path, &options) {
            Ok(report) => {
                let edition = match report.edition {
                    Some(edition) if edition != Edition::Latest => format!(", as {edition}"),
                    _ => String::new(),
                };
                report::print(&format!("{}: {report}{edition}\n", path.display()));
                for failure in &report.failures {
                    report::print_error(&format!("  {}\n", report::clean(failure)));
                }
                sum.add(report);
            }
            Err(failure) => {
                failure.print();
                unread = true;
            }
        }
    }
    if sum.skipped() > 0 {
        let features = sum.skipped_by_feature.iter().map(|(feature, count)| format!("{feature} {count}"));
        report::print(&format!("skipped by feature: {}\n", features.collect::<Vec<_>>().join(", ")));
    }
    report::print(&format!("{} passed, {} failed, {} skipped\n", sum.passed, sum.failed, sum.skipped()));
    match (unread, sum.failed) {
        (true, _) => ExitCode::from(INVALID),
        (false, 0) => ExitCode::SUCCESS,
        (false, _) => ExitCode::from(FAILED),
    }
}

fn run_file(path: &Path, options: &Options) -> Result<Report, Failure> {
    let bytes = load::read(path)?;
    let name = path.display().to_string();
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!(
            "{name}: this is no text; a script is a .wast file, and `selfsame run` runs modules"
        ))
    })?;
    let _progress = Progress::start(&report::clean(&name));
    Ok(run_script(&name, &text, options))
}
