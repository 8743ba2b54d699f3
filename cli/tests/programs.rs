//! The programs of the repository, through the command: both tiers print the same object, and it is what a
//! second engine expects.

mod common;

use common::json;
use serde_json::Value;

/// Instructions above which a program takes too long for a debug build.
const LONG: u64 = 60_000;

/// Runs of `relaxed.wasm` in which a relaxed multiply-add rounds. The engine that `expected.json` was made
/// with fuses it, the deterministic profile does not. Spec: Core 3.0, 4.3.6 Relaxed Operations.
fn is_fused(case: &Value) -> bool {
    case["file"] == "wasm/relaxed.wasm" && case["args"][0].as_i64().is_some_and(|rounds| rounds > 1)
}

fn cases() -> Vec<Value> {
    let path = common::programs().join("expected.json");
    let text = std::fs::read_to_string(path).expect("the expectations are there");
    let Ok(Value::Array(cases)) = serde_json::from_str(&text) else { panic!("the expectations are a list") };
    let short = |case: &Value| case["about"].as_u64().is_none_or(|about| about < LONG);
    cases.into_iter().filter(short).collect()
}

fn arguments(case: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut args = vec!["run".into(), text(&case["file"]), "--json".into()];
    if case["outcome"] == "out_of_gas" {
        args.extend(["--gas".into(), "20000".into()]);
    }
    for (name, value) in case["env"].as_object().into_iter().flatten() {
        args.extend(["--env".into(), format!("{name}={}", text(value))]);
    }
    for dir in case["dirs"].as_array().into_iter().flatten() {
        args.extend(["--dir".into(), format!("{}::{}", text(&dir[0]), text(&dir[1]))]);
    }
    if let Some(file) = case["stdin"].as_str() {
        args.extend(["--stdin".into(), file.into()]);
    }
    let values = match case["invoke"].as_str() {
        Some(name) => {
            args.extend(["--invoke".into(), name.into()]);
            &case["args"]
        }
        None => &case["argv"],
    };
    args.push("--".into());
    args.extend(values.as_array().into_iter().flatten().map(text));
    args
}

fn run(case: &Value, tier: &str) -> Value {
    let mut args = arguments(case);
    args.splice(1..1, ["--tier".into(), tier.into()]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    json(&args).1
}

#[test]
fn both_tiers_print_what_a_second_engine_expects() {
    let cases = cases();
    assert!(cases.len() > 300, "only {} cases", cases.len());
    for case in &cases {
        let exact = run(case, "exact");
        assert_eq!(run(case, "fast"), exact, "the tiers differ: {case}");
        for key in ["outcome", "values", "exit_code", "stdout", "stderr"] {
            if case.get(key).is_some() && !is_fused(case) {
                assert_eq!(exact.get(key), case.get(key), "{key} of {case}");
            }
        }
        if let Some(code) = case.get("code") {
            assert_eq!(&exact["error"]["code"], code, "{case}");
        }
    }
}

#[test]
fn both_tiers_stop_alike_where_the_gas_ends() {
    for args in [
        ["wasm/sort.wasm", "20"],
        ["wasm/json.wasm", "0"],
        ["wasm/fib.wasm", "8"],
        ["wat/calls.wat", "3"],
        ["wat/gas_dynamic.wat", "1"],
    ] {
        for gas in ["0", "1", "17", "100", "333", "1001"] {
            let run = |tier| {
                json(&[
                    "run", args[0], "--invoke", "run", "--tier", tier, "--gas", gas, "--json", "--", args[1],
                ])
            };
            assert_eq!(run("fast"), run("exact"), "{args:?} with {gas}");
        }
    }
}
