//! `simulate`: the scenarios of this repository end as they say, and a cheat that is not caught is a failure.

mod common;

use common::{TempFile, json, selfsame};
use serde_json::Value;
use std::sync::OnceLock;

fn scenario(name: &str) -> String {
    format!("../scenarios/{name}.toml")
}

/// Runs a scenario in which everybody who should be named is named, and gives its rounds.
fn succeeds(name: &str) -> Vec<Value> {
    let (status, value) = json(&["simulate", &scenario(name), "--json"]);
    assert_eq!((status, &value["ok"]), (0, &Value::Bool(true)), "{value:#}");
    let transactions = value["transactions"].as_array().expect("an array");
    transactions
        .iter()
        .flat_map(|transaction| transaction["rounds"].as_array().expect("rounds").clone())
        .collect()
}

/// The nodes with this part in all rounds.
fn nodes<'a>(rounds: &'a [Value], part: &str) -> Vec<&'a Value> {
    let nodes = rounds.iter().flat_map(|round| round["nodes"].as_array().expect("nodes"));
    nodes.filter(|node| node["part"] == part).collect()
}

/// The rounds of the oracle, which two tests look at.
fn oracle() -> &'static [Value] {
    static ROUNDS: OnceLock<Vec<Value>> = OnceLock::new();
    ROUNDS.get_or_init(|| succeeds("oracle"))
}

#[test]
fn the_oracle_agrees_and_names_each_cheat() {
    let rounds = oracle();
    for part in ["guess", "copy", "bitflip"] {
        let cheats = nodes(rounds, part);
        assert!(!cheats.is_empty(), "{part}");
        assert!(cheats.iter().all(|cheat| cheat["fault"].is_string()), "{cheats:?}");
    }
    // Three pages were seen: the validators judged for themselves.
    let validators = nodes(rounds, "validator");
    assert!(validators.iter().all(|node| node["fault"].is_null() && node["named_by"] == 0));
    assert_eq!(nodes(rounds, "wrong result").len(), 1);
    let rejected: Vec<_> = rounds.iter().filter(|round| round["rejected"].is_string()).collect();
    assert_eq!(rejected.len(), 1, "{rejected:?}");
}

#[test]
fn fingerprints_are_equal_and_personal_ones_are_not() {
    let rounds = oracle();
    for round in rounds {
        let nodes = round["nodes"].as_array().expect("nodes");
        let honest: Vec<_> = nodes.iter().filter(|node| node["part"] == "validator").collect();
        let ran = |tier| honest.iter().any(|node| node["tier"] == tier);
        assert!(ran("fast") && ran("exact"));
        for pair in honest.windows(2) {
            assert_eq!(pair[0]["execution_hash"], pair[1]["execution_hash"]);
            assert_eq!(pair[0]["memories"], pair[1]["memories"]);
            assert_eq!(pair[0]["gas"], pair[1]["gas"]);
            assert_ne!(pair[0]["personal"], pair[1]["personal"]);
        }
    }
}

#[test]
fn errors_are_voted_on_with_fingerprints() {
    let rounds = succeeds("errors");
    let trapped: Vec<_> =
        rounds.iter().filter(|round| !round["backtrace"].as_array().expect("frames").is_empty()).collect();
    assert_eq!(trapped.len(), 3);
    for guess in nodes(&rounds, "guess") {
        assert_eq!(guess["fault"], "stopped at another place");
    }
}

#[test]
fn each_lie_of_a_leader_is_rejected() {
    let rounds = succeeds("leaders");
    let rejected: Vec<&str> = rounds.iter().filter_map(|round| round["rejected"].as_str()).collect();
    assert_eq!(rejected.len(), 4);
    assert_eq!(rejected[0], "4 of 4 validators reject block 0");
    assert_eq!(rejected[1], "what it published for block 0 is no result");
    assert_eq!(rejected[2], "4 of 4 validators reject block 0");
    assert!(rejected[3].starts_with("leader_fault nondet_output extra "), "{rejected:?}");
}

#[test]
fn a_model_judges_what_a_model_said() {
    let rounds = succeeds("judge");
    let rejected: Vec<_> = rounds.iter().filter_map(|round| round["rejected"].as_str()).collect();
    assert_eq!(rejected, ["5 of 5 validators reject block 0", "5 of 5 validators reject block 0"]);
}

#[test]
fn a_service_that_fails_is_no_result() {
    let judge = format!("{}/../contracts/judge/judge.wasm", env!("CARGO_MANIFEST_DIR"));
    let text = format!(
        "title = 't'\nvalidators = 1\n[[transaction]]\ncontract = 'j'\ndeploy = '{judge}'\n\
         [[transaction]]\ncontract = 'j'\ncall = 'classify'\nargs = '[\"x\"]'\n"
    );
    let file = TempFile::new("noservice.toml", text);
    let ended = selfsame(&["simulate", file.path()]);
    assert_eq!((ended.status, ended.stderr.lines().count()), (2, 1), "{}", ended.stderr);
    assert!(ended.stderr.starts_with("error: the leader has no result: "), "{}", ended.stderr);
}

#[test]
fn a_cheat_that_is_not_caught_is_a_failure() {
    let (status, value) = json(&["simulate", &scenario("collusion"), "--json"]);
    assert_eq!((status, &value["ok"]), (1, &Value::Bool(false)));
    let failures = value["transactions"][1]["failures"].as_array().expect("failures");
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert_eq!(failures[0], "node 5 was not caught: 0 of 4 named it");
    let text = selfsame(&["simulate", &scenario("collusion")]);
    assert_eq!(text.status, 1);
    assert!(text.stdout.contains("FAILED: node 5 was not caught"), "{}", text.stdout);
}

#[test]
fn an_unexpected_result_is_a_failure() {
    let echo = format!("{}/../contracts/echo/echo.wasm", env!("CARGO_MANIFEST_DIR"));
    let text = format!(
        "title = 't'\nvalidators = 1\n[[transaction]]\ncontract = 'e'\ndeploy = '{echo}'\nexpect = 'Return 5'\n"
    );
    let file = TempFile::new("unexpected.toml", text);
    let ended = selfsame(&["simulate", file.path()]);
    assert_eq!(ended.status, 1);
    assert!(ended.stdout.contains("expected `Return 5`, got `Return null`"), "{}", ended.stdout);
}

#[test]
fn a_scenario_with_a_mistake_is_refused_in_one_line() {
    let transaction = "title = 't'\n[[transaction]]\ncontract = 'c'\n";
    let rows = [
        ("title = 't'\nwhat = 1\n", "line 2: "),
        ("title = 't'\ntransaction = []\n", "there is no [[transaction]]"),
        (transaction, "transaction 1: give either `deploy`"),
        (&format!("{transaction}call = 'x'\n"), "has not been deployed"),
        (&format!("{transaction}deploy = 'x'\nargs = '[1'\n"), "args: "),
        (&format!("{transaction}deploy = 'x'\nargs = '1'\n"), "`args` is an array"),
        (&format!("{transaction}deploy = 'x'\nleader = 'wrong'\n"), "`claim`"),
        (&format!("{transaction}deploy = 'x'\ncheats = ['sleep']\n"), "sleep"),
        (&format!("{transaction}deploy = 'none.wasm'\n"), "none.wasm: there is no such file"),
    ];
    for (number, (text, part)) in rows.into_iter().enumerate() {
        let file = TempFile::new(&format!("wrong{number}.toml"), text);
        let ended = selfsame(&["simulate", file.path()]);
        assert_eq!((ended.status, ended.stderr.lines().count()), (2, 1), "{text}: {}", ended.stderr);
        assert!(ended.stderr.contains(part), "{text}: {}", ended.stderr);
        let (status, value) = json(&["simulate", file.path(), "--json"]);
        assert_eq!((status, &value["ok"]), (2, &Value::Bool(false)));
        assert!(value["error"].as_str().expect("an error").contains(part), "{value}");
    }
    assert_eq!(selfsame(&["simulate", "none.toml"]).status, 2);
}
