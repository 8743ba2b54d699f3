//! The runner itself: that it can tell right from wrong.

use selfsame_interp::{Mode, Tier};
use selfsame_spec_tests::{Edition, Options, Report, run_script};

fn run(script: &str) -> Report {
    let options = Options { tier: Tier::Exact, ..Options::default() };
    run_script("test.wast", script, &options)
}

/// Passed, failed, skipped.
fn counts(script: &str) -> (usize, usize, usize) {
    let report = run(script);
    (report.passed, report.failed, report.skipped())
}

const F32: &str = "(module (func (export \"f\") (param f32) (result f32) local.get 0)
    (func (export \"v\") (param v128) (result v128) local.get 0))";

#[test]
fn wrong_results_fail() {
    let module =
        "(module (func (export \"f\") (result i32) i32.const 42) (global (export \"g\") i64 (i64.const 7)))";
    let fails = |directive: &str| {
        let report = run(&format!("{module}\n{directive}"));
        assert_eq!((report.passed, report.failed), (1, 1), "{directive}");
        report.failures[0].clone()
    };
    assert_eq!(
        fails("(assert_return (invoke \"f\") (i32.const 43))"),
        "test.wast:2: f(): expected i32:43, got i32:42"
    );
    fails("(assert_return (invoke \"f\") (i64.const 42))");
    fails("(assert_return (invoke \"f\"))");
    fails("(assert_return (invoke \"f\") (i32.const 42) (i32.const 42))");
    fails("(assert_return (invoke \"f\" (i32.const 1)) (i32.const 42))");
    fails("(assert_return (invoke \"g\") (i64.const 7))");
    fails("(assert_return (get \"g\") (i64.const 8))");
    fails("(assert_return (get \"f\") (i32.const 42))");
    fails("(assert_trap (invoke \"f\") \"unreachable\")");
    fails("(assert_exhaustion (invoke \"f\") \"call stack exhausted\")");
    fails("(assert_return (invoke $nobody \"f\") (i32.const 42))");
    fails("(register \"x\" $nobody)");
    fails("(invoke \"nothing\")");
}

#[test]
fn wrong_traps_fail() {
    let module = "(module
        (func (export \"unreachable\") unreachable)
        (func (export \"divide\") (drop (i32.div_s (i32.const 1) (i32.const 0))))
        (func $recurse (export \"recurse\") (call $recurse)))";
    let with = |directive: &str| counts(&format!("{module} {directive}"));
    assert_eq!(with("(assert_trap (invoke \"unreachable\") \"unreachable\")"), (2, 0, 0));
    assert_eq!(with("(assert_trap (invoke \"divide\") \"unreachable\")"), (1, 1, 0));
    assert_eq!(with("(assert_trap (invoke \"divide\") \"integer divide by zero\")"), (2, 0, 0));
    assert_eq!(with("(assert_trap (invoke \"divide\") \"integer overflow\")"), (1, 1, 0));
    assert_eq!(with("(assert_trap (invoke \"divide\") \"\")"), (1, 1, 0));
    assert_eq!(with("(assert_exhaustion (invoke \"recurse\") \"call stack exhausted\")"), (2, 0, 0));
    assert_eq!(with("(assert_trap (invoke \"recurse\") \"unreachable\")"), (1, 1, 0));
    assert_eq!(with("(assert_return (invoke \"unreachable\"))"), (1, 1, 0));
    assert_eq!(with("(invoke \"unreachable\")"), (1, 1, 0));
}

#[test]
fn nan_patterns_depend_on_the_mode() {
    let in_mode = |mode, wanted: &str, given: &str| {
        let script = format!("{F32} (assert_return (invoke \"f\" (f32.const {given})) (f32.const {wanted}))");
        run_script("test.wast", &script, &Options { mode, ..Options::default() }).failed == 0
    };
    for mode in [Mode::Deterministic, Mode::NonDeterministic] {
        assert!(in_mode(mode, "nan:canonical", "nan"));
        assert!(in_mode(mode, "nan:canonical", "-nan"));
        assert!(in_mode(mode, "nan:arithmetic", "nan"));
        assert!(!in_mode(mode, "nan:canonical", "nan:0x600000"));
        assert!(!in_mode(mode, "nan:canonical", "inf"));
        assert!(!in_mode(mode, "nan:arithmetic", "nan:0x200000"));
        assert!(!in_mode(mode, "nan:arithmetic", "inf"));
        assert!(in_mode(mode, "nan:0x200000", "nan:0x200000"));
        assert!(!in_mode(mode, "0.0", "-0.0"));
    }
    assert!(in_mode(Mode::NonDeterministic, "nan:arithmetic", "nan:0x600000"));
    assert!(!in_mode(Mode::Deterministic, "nan:arithmetic", "nan:0x600000"));
}

#[test]
fn vector_patterns_and_alternatives() {
    let with = |given: &str, wanted: &str| {
        let script = format!("{F32} (assert_return (invoke \"v\" (v128.const {given})) {wanted})");
        counts(&script) == (2, 0, 0)
    };
    assert!(with("i32x4 1 2 3 4", "(v128.const i32x4 1 2 3 4)"));
    assert!(!with("i32x4 1 2 3 4", "(v128.const i32x4 1 2 3 5)"));
    assert!(with(
        "i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "(v128.const i64x2 0x0706050403020100 0x0f0e0d0c0b0a0908)"
    ));
    assert!(with("f32x4 nan 1 2 3", "(v128.const f32x4 nan:canonical 1 2 3)"));
    assert!(!with("f32x4 1 nan 2 3", "(v128.const f32x4 nan:canonical 1 2 3)"));
    assert!(with("f64x2 1 -nan", "(v128.const f64x2 1 nan:arithmetic)"));
    assert!(with("i64x2 1 2", "(either (v128.const i64x2 1 1) (v128.const i64x2 1 2))"));
    assert!(!with("i64x2 1 3", "(either (v128.const i64x2 1 1) (v128.const i64x2 1 2))"));
}

#[test]
fn references() {
    let module = "(module
        (func $f (export \"f\")) (elem declare func $f)
        (func (export \"echo\") (param externref) (result externref) local.get 0)
        (func (export \"null\") (result funcref) ref.null func)
        (func (export \"func\") (result funcref) ref.func $f))";
    let with = |directive: &str| counts(&format!("{module} (assert_return {directive})")) == (2, 0, 0);
    assert!(with("(invoke \"echo\" (ref.extern 7)) (ref.extern 7)"));
    assert!(with("(invoke \"echo\" (ref.extern 7)) (ref.extern)"));
    assert!(!with("(invoke \"echo\" (ref.extern 7)) (ref.extern 8)"));
    assert!(!with("(invoke \"echo\" (ref.extern 7)) (ref.null extern)"));
    assert!(with("(invoke \"echo\" (ref.null extern)) (ref.null extern)"));
    assert!(with("(invoke \"echo\" (ref.null extern)) (ref.null)"));
    assert!(!with("(invoke \"echo\" (ref.null extern)) (ref.null func)"));
    assert!(with("(invoke \"null\") (ref.null func)"));
    assert!(!with("(invoke \"null\") (ref.func)"));
    assert!(with("(invoke \"func\") (ref.func)"));
    assert!(!with("(invoke \"func\") (ref.null func)"));
}

#[test]
fn definitions_instances_and_names() {
    let script = r#"
        (module definition $counter
            (global $n (mut i32) (i32.const 0))
            (func (export "next") (result i32)
                (global.set $n (i32.add (global.get $n) (i32.const 1)))
                (global.get $n)))
        (module instance $a $counter)
        (module instance $b $counter)
        (assert_return (invoke $a "next") (i32.const 1))
        (assert_return (invoke $a "next") (i32.const 2))
        (assert_return (invoke $b "next") (i32.const 1))
        (register "a" $a)
        (module (import "a" "next" (func $next (result i32))) (func (export "two") (result i32) (drop (call $next)) (call $next)))
        (assert_return (invoke "two") (i32.const 4))
        (assert_return (invoke $a "next") (i32.const 5))
        (module binary "\00asm" "\01\00\00\00")
        (module quote "(func (export \"f\"))")
        (invoke "f")
    "#;
    assert_eq!(counts(script), (13, 0, 0), "{:?}", run(script).failures);
}

#[test]
fn linking() {
    let with =
        |directive: &str| counts(&format!("(module (func (export \"f\"))) (register \"m\") {directive}"));
    let unknown = "(assert_unlinkable (module (import \"m\" \"g\" (func))) \"unknown import\")";
    let nobody = "(assert_unlinkable (module (import \"n\" \"f\" (func))) \"unknown import\")";
    let other =
        "(assert_unlinkable (module (import \"m\" \"f\" (func (param i32)))) \"incompatible import type\")";
    for directive in [unknown, nobody, other] {
        assert_eq!(with(directive), (3, 0, 0), "{directive}");
    }
    let fits = "(assert_unlinkable (module (import \"m\" \"f\" (func))) \"unknown import\")";
    let swapped = "(assert_unlinkable (module (import \"m\" \"g\" (func))) \"incompatible import type\")";
    let traps = "(assert_unlinkable (module (func unreachable) (start 0)) \"unknown import\")";
    for directive in [fits, swapped, traps, "(module (import \"m\" \"g\" (func)))"] {
        assert_eq!(with(directive), (2, 1, 0), "{directive}");
    }
}

#[test]
fn start_functions_trap() {
    assert_eq!(counts("(assert_trap (module (func unreachable) (start 0)) \"unreachable\")"), (1, 0, 0));
    assert_eq!(counts("(assert_trap (module (func) (start 0)) \"unreachable\")"), (0, 1, 0));
    assert_eq!(counts("(module (func unreachable) (start 0))"), (0, 1, 0));
}

#[test]
fn refusals_must_be_for_the_module() {
    assert_eq!(counts("(assert_invalid (module (func (result i32))) \"type mismatch\")"), (1, 0, 0));
    assert_eq!(counts("(assert_invalid (module (func)) \"type mismatch\")"), (0, 1, 0));
    assert_eq!(counts("(assert_malformed (module quote \"(funk)\") \"unexpected token\")"), (1, 0, 0));
    assert_eq!(counts("(assert_malformed (module quote \"(func)\") \"unexpected token\")"), (0, 1, 0));
    assert_eq!(counts("(assert_malformed (module binary \"\") \"unexpected end\")"), (1, 0, 0));
}

/// The features that stand in the way of a directive.
fn skipped(script: &str) -> Vec<String> {
    run(script).skipped_by_feature.into_keys().collect()
}

#[test]
fn features_that_are_missing() {
    for (feature, module) in [
        ("threads", "(memory 1 1 shared)"),
        (
            "threads",
            "(memory i64 1 1 shared) (func (result i64) (i32.atomic.load (i64.const 0)) (i64.extend_i32_u))",
        ),
    ] {
        assert_eq!(skipped(&format!("(module {module})")), [feature], "{module}");
        assert_eq!(counts(&format!("(module {module})")), (0, 0, 1), "{module}");
        // Invalid, but refused here for the feature's sake.
        let invalid = format!("(assert_invalid (module {module} (func (result i32))) \"type mismatch\")");
        assert_eq!(counts(&invalid), (0, 0, 1), "{invalid}");
        // Valid, where the script says it is not.
        let invalid = format!("(assert_invalid (module {module}) \"type mismatch\")");
        assert_eq!(run_as_latest(&invalid), (0, 0, 1), "{invalid}");
    }
}

#[test]
fn exceptions_that_come_out() {
    let script = r#"
        (module (tag) (func (export "throws") (throw 0)) (func (export "returns")) (func (export "traps") unreachable))
        (assert_exception (invoke "throws"))
        (assert_exception (invoke "returns"))
        (assert_exception (invoke "traps"))
        (assert_trap (invoke "throws") "unreachable")
    "#;
    assert_eq!(counts(script), (2, 3, 0), "{:?}", run(script).failures);
}

fn run_as_latest(script: &str) -> (usize, usize, usize) {
    let options = Options { edition: Some(Edition::Latest), ..Options::default() };
    let report = run_script("test.wast", script, &options);
    (report.passed, report.failed, report.skipped())
}

#[test]
fn whatever_refers_to_a_skipped_module_is_skipped() {
    let script = r#"
        (module $shares (memory 1 1 shared) (func (export "f")))
        (register "shares" $shares)
        (invoke $shares "f")
        (assert_return (invoke "f"))
        (module (import "shares" "f" (func)))
        (assert_unlinkable (module (import "shares" "g" (func))) "unknown import")
        (module $whole (func (export "f")))
        (assert_return (invoke "f"))
    "#;
    assert_eq!(counts(script), (2, 0, 6), "{:?}", run(script).failures);
}

#[test]
fn what_a_skipped_module_could_have_changed_is_out_of_use() {
    let script = r#"
        (module $m (memory (export "m") 1) (func (export "load") (result i32) (i32.load (i32.const 0))))
        (register "m" $m)
        (module $other (func (export "f") (result i32) (i32.const 1)))
        (module $reader (import "m" "m" (memory 1)) (func (export "load") (result i32) (i32.load (i32.const 0))))
        (assert_return (invoke $m "load") (i32.const 0))
        (module (import "m" "m" (memory 1)) (memory 1 1 shared) (data (i32.const 0) "\01"))
        (assert_return (invoke $m "load") (i32.const 1))
        (assert_return (invoke $reader "load") (i32.const 1))
        (assert_return (invoke $other "f") (i32.const 1))
    "#;
    assert_eq!(counts(script), (6, 0, 3), "{:?}", run(script).failures);
}

/// Custom descriptors are built, but not part of the latest edition: modules need them, and are rightly called invalid.
#[test]
fn an_edition_of_its_own() {
    let modules = [
        "(module (rec (type $s (descriptor $d) (struct)) (type $d (describes $s) (struct))))",
        "(module (type $f (func)) (func (export \"f\")) (func (param (ref null (exact $f)))))",
        "(module definition (type $f (func)) (import \"m\" \"f\" (func (exact (type $f)))))",
    ];
    for module in modules {
        assert_eq!(run_as_latest(module), (0, 0, 1), "{module}");
        let report = run(module);
        assert_eq!((report.passed, report.edition), (1, Some(Edition::CustomDescriptors)), "{module}");
        let invalid = format!("(assert_invalid {} \"unknown type\")", module.replace(" definition", ""));
        assert_eq!(run_as_latest(&invalid), (1, 0, 0), "{invalid}");
        let options = Options { edition: Some(Edition::CustomDescriptors), ..Options::default() };
        assert_eq!(run_script("test.wast", &invalid, &options).failed, 1, "{invalid}");
    }
}

#[test]
fn editions() {
    let multi_memory = "(assert_invalid (module (memory 1) (memory 1)) \"multiple memories\")";
    let report = run(multi_memory);
    assert_eq!((report.passed, report.edition), (1, Some(Edition::V2)));
    assert_eq!(run_as_latest(multi_memory), (0, 1, 0));
    let tables = "(assert_invalid (module (table 1 funcref) (table 1 funcref)) \"multiple tables\")";
    assert_eq!(run(tables).edition, Some(Edition::V1));
    let report = run(&format!("{multi_memory} (module (func (return_call 0)))"));
    assert_eq!((report.passed, report.edition), (2, Some(Edition::OneMemory)));
    // Nothing is explained away: where no edition agrees with all of a script, the latest counts.
    let report = run(&format!("{multi_memory} (module (memory 1) (memory 1))"));
    assert_eq!((report.passed, report.failed, report.edition), (1, 1, Some(Edition::Latest)));
    let report = run(&format!("{multi_memory} (assert_return (invoke \"f\"))"));
    assert_eq!((report.failed, report.edition), (2, Some(Edition::Latest)));
}

#[test]
fn scripts_that_are_none() {
    let report = run("\n(module");
    assert_eq!((report.passed, report.failed), (0, 1));
    assert!(report.failures[0].starts_with("test.wast:2: the script cannot be parsed: "), "{report:?}");
    assert_eq!(counts("(assert_return"), (0, 1, 0));
    assert_eq!(counts(""), (0, 1, 0));
}
