//! A script: its directives one after the other, and which edition it is about.

use crate::names::Stop;
use crate::needs;
use crate::options::{Edition, Options};
use crate::report::Report;
use crate::runner::{Runner, Watch};
use crate::seen::Seen;
use std::panic::{AssertUnwindSafe, catch_unwind};
use wast::Wast;
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};

/// Runs a script: every directive counts as passed, failed or skipped. `name` stands in front of the lines
/// of the report.
///
/// A script that cannot be parsed counts as one failure. After a panic of the engine the rest of the script
/// counts as failed.
#[must_use]
pub fn run_script(name: &str, text: &str, options: &Options) -> Report {
    run(name, text, options, None)
}

/// Runs a script like [`run_script`], and shows what comes of each instantiation and call. Where the edition
/// has to be found out, those of each attempt are shown.
#[must_use]
pub fn run_script_seen(name: &str, text: &str, options: &Options, see: &mut dyn FnMut(Seen)) -> Report {
    run(name, text, options, Some(see))
}

fn run(name: &str, text: &str, options: &Options, mut watch: Watch<'_>) -> Report {
    if let Some(edition) = options.edition {
        return run_as(name, text, options, edition, &mut watch).0;
    }
    let (latest, contradicted) = run_as(name, text, options, Edition::Latest, &mut watch);
    let others: &[Edition] = if latest.skipped_by_feature.contains_key(needs::CUSTOM_DESCRIPTORS) {
        &[Edition::CustomDescriptors]
    } else if contradicted {
        &[Edition::V2, Edition::V1, Edition::OneMemory]
    } else {
        &[]
    };
    for edition in others {
        let (report, _) = run_as(name, text, options, *edition, &mut watch);
        if report.failed == 0 && report.skipped() == 0 {
            return report;
        }
    }
    latest
}

/// Runs a script as one of an edition. Tells whether it contradicts the edition: calls a module invalid or
/// malformed that is valid there, or would be if all were built.
fn run_as(
    name: &str,
    text: &str,
    options: &Options,
    edition: Edition,
    watch: &mut Watch<'_>,
) -> (Report, bool) {
    let mut report = Report { edition: Some(edition), ..Report::default() };
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer);
    let script = match buffer.as_ref() {
        Ok(buffer) => parser::parse::<Wast<'_>>(buffer),
        Err(error) => Err(wast::Error::new(error.span(), error.message())),
    };
    let script = match script {
        Ok(script) => script,
        Err(error) => {
            let line = error.span().linecol_in(text).0 + 1;
            report.failed += 1;
            report.failures.push(format!("{name}:{line}: the script cannot be parsed: {}", error.message()));
            return (report, false);
        }
    };
    let mut runner = match Runner::new(options, edition, watch) {
        Ok(runner) => runner,
        Err(error) => {
            report.failed += 1;
            report.failures.push(format!("{name}: `spectest` cannot be set up: {error}"));
            return (report, false);
        }
    };
    let mut directives = script.directives.into_iter();
    while let Some(directive) = directives.next() {
        let span = directive.span();
        let outcome = catch_unwind(AssertUnwindSafe(|| runner.directive(directive)));
        let (text_of_failure, panicked) = match outcome {
            Ok(Ok(())) => {
                report.passed += 1;
                continue;
            }
            Ok(Err(Stop::Skipped(feature))) => {
                *report.skipped_by_feature.entry(feature.into()).or_default() += 1;
                report.skips.push(format!("{name}:{}: {feature}", span.linecol_in(text).0 + 1));
                continue;
            }
            Ok(Err(Stop::Failed(text))) => (text, false),
            Err(panic) => (format!("the engine panicked: {}", panic_text(&*panic)), true),
        };
        let line = span.linecol_in(text).0 + 1;
        report.failed += 1;
        report.failures.push(format!("{name}:{line}: {text_of_failure}"));
        if panicked {
            let rest = directives.by_ref().count();
            report.failed += rest;
            report.failures.push(format!("{name}:{line}: {rest} directives behind the panic did not run"));
        }
    }
    (report, runner.contradicted())
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "(no text)",
    }
}
