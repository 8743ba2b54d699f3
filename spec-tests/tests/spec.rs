//! The official suite, on both tiers and in both modes. What must come of each folder stands in
//! `docs/spec-suite.md`, and the tests hold the two together: counts, skipped directives, deviations.

use selfsame_interp::{Mode, Tier};
use selfsame_spec_tests::{Edition, Options, Report, run_script, suite};
use std::collections::BTreeMap;

const DOCS: &str = include_str!("../../docs/spec-suite.md");

/// The rows of the table under a heading of the page: cells, without their back-ticks.
fn table(heading: &str) -> Vec<Vec<String>> {
    let (_, section) = DOCS.split_once(heading).expect("the page has the heading");
    let rows = section.lines().skip_while(|line| !line.starts_with("|---"));
    let rows = rows.skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.replace('`', "").trim().into()).collect())
        .collect()
}

/// What the page says of a folder: `N passed, N failed, N skipped (feature N, ...)`.
fn documented(set: &str) -> String {
    let rows = table("## Counts");
    let row = rows.iter().find(|row| row[0] == set).expect("the page has a row for every folder");
    let skipped =
        if row[4] == "0" { String::from("0 skipped") } else { row[4].replacen(" (", " skipped (", 1) };
    format!("{} passed, {} failed, {skipped}", row[2], row[3])
}

/// The files of which the page says that they fail, and how many directives of each.
fn deviations(set: &str) -> BTreeMap<String, usize> {
    let rows = table("## Deviations").into_iter().filter(|row| row[0].starts_with(&format!("{set}/")));
    rows.map(|row| (row[0].clone(), row[1].parse().expect("a number"))).collect()
}

fn run(set: &str, tier: Tier, mode: Mode) {
    let set = suite::set(set).expect("the suite has the folder");
    let mut sum = Report::default();
    let mut failed = BTreeMap::new();
    for file in set.files() {
        let report = run_script(&file.name, file.text, &Options { tier, mode, edition: set.edition });
        if report.failed > 0 {
            failed.insert(file.name, report.failed);
        }
        sum.add(report);
    }
    println!("{}: {sum}", set.name);
    let documented = documented(set.name);
    let failures = sum.failures.join("\n");
    assert!(sum.to_string() == documented, "expected {documented}, got {sum}\n{failures}");
    assert!(failed == deviations(set.name), "other files failed than docs/spec-suite.md says\n{failures}");
}

macro_rules! suite_tests {
    ($($name:ident: $tier:ident, $mode:ident;)*) => {
        $(mod $name {
            use super::*;

            fn check(set: &str) {
                run(set, Tier::$tier, Mode::$mode);
            }

            #[test]
            fn wasm_1() {
                check("wasm-v1");
            }

            #[test]
            fn wasm_2() {
                check("wasm-v2");
            }

            #[test]
            fn wasm_2_simd() {
                check("simd");
            }

            #[test]
            fn latest() {
                check("wasm-latest");
            }

            #[test]
            fn tail_call() {
                check("tail-call");
            }

            #[test]
            fn extended_const() {
                check("extended-const");
            }

            #[test]
            fn multi_memory() {
                check("multi-memory");
            }

            #[test]
            fn relaxed_simd() {
                check("relaxed-simd");
            }

            #[test]
            fn function_references() {
                check("function-references");
            }

            #[test]
            fn exceptions() {
                check("exceptions");
            }

            #[test]
            fn memory64() {
                check("memory64");
            }

            #[test]
            fn custom_page_sizes() {
                check("custom-page-sizes");
            }

            #[test]
            fn wide_arithmetic() {
                check("wide-arithmetic");
            }

            #[test]
            fn compact_import_section() {
                check("compact-import-section");
            }

            #[test]
            fn custom_descriptors() {
                check("custom-descriptors");
            }
        })*
    };
}
suite_tests! {
    fast_deterministic: Fast, Deterministic;
    fast_nondeterministic: Fast, NonDeterministic;
    exact_deterministic: Exact, Deterministic;
    exact_nondeterministic: Exact, NonDeterministic;
}

/// Folders that the list above leaves out: proposals that are not built, drafts of what 2.0 took over, and
/// 3.0, which differs from the latest in four files.
#[test]
fn everything_else() {
    let above = ["wasm-v1", "wasm-v2", "simd", "wasm-latest", "tail-call", "extended-const", "multi-memory"];
    let proposals = ["relaxed-simd", "function-references", "exceptions", "memory64", "custom-page-sizes"];
    let proposals =
        [&proposals[..], &["wide-arithmetic", "compact-import-section", "custom-descriptors"]].concat();
    let above = |name| above.contains(&name) || proposals.contains(&name);
    for set in suite::sets().filter(|set| !above(set.name)) {
        run(set.name, Tier::Fast, Mode::Deterministic);
    }
}

/// What `selfsame wast` does with a file on disk, whose edition nobody tells: all scripts of 1.0 that
/// contradict a later edition are recognized by their own assertions.
#[test]
fn editions_are_recognized() {
    let all = ["wasm-v1", "wasm-v2"].iter().flat_map(|name| suite::set(name).expect("a folder").files());
    let mut earlier = Vec::new();
    for file in all {
        let contradicts = ["\"multiple memories\"", "\"zero byte expected\"", "too long\""];
        if !contradicts.iter().any(|text| file.text.contains(text)) {
            continue;
        }
        let report = run_script(&file.name, file.text, &Options::default());
        assert_eq!((report.failed, report.skipped()), (0, 0), "{}", file.name);
        if report.edition != Some(Edition::Latest) {
            earlier.push(file.name);
        }
    }
    let contradicting = [
        "wasm-v1/binary-leb128.wast",
        "wasm-v1/imports.wast",
        "wasm-v1/memory.wast",
        "wasm-v2/binary-leb128.wast",
        "wasm-v2/binary.wast",
        "wasm-v2/imports.wast",
        "wasm-v2/memory.wast",
    ];
    assert_eq!(earlier, contradicting);
}
