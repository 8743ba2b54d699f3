//! `contract`: from a deployment to a verified log, in every role, on folders of the test's own.

mod common;

use common::{Ended, TempFile, json, selfsame};
use selfsame_hostabi::services::http::testing::{TestReply, TestServer};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Somebody with an address.
const FRIEND: &str = "addr#2222222222222222222222222222222222222222";

/// A folder for stores, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("selfsame-store-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary folder");
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a temporary path is text").into()
    }

    /// A second node with the state of the first.
    fn copy(&self, from: &str, to: &str) -> String {
        let to = self.path(to);
        fs::create_dir_all(&to).expect("a folder");
        let file = |folder: &str| Path::new(folder).join("store.redb");
        fs::copy(file(&self.path(from)), file(&to)).expect("a copy of a store");
        to
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn wasm(name: &str) -> String {
    format!("../contracts/{name}/{name}.wasm")
}

fn contract(args: &[&str]) -> Ended {
    selfsame(&[&["contract"], args].concat())
}

fn contract_json(args: &[&str]) -> (i32, Value) {
    json(&[&["contract"], args, &["--json"]].concat())
}

/// Deploys an example and gives its address.
fn deploy(name: &str, args: &str, store: &str) -> String {
    let ended = contract(&["deploy", &wasm(name), args, "--store", store]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    ended.stdout.trim().into()
}

#[test]
fn a_token_is_deployed_called_and_looked_at() {
    let folder = Folder::new("token");
    let store = folder.path("chain");
    let token = deploy("token", "[1000]", &store);
    let balance = |of: &str| {
        let ended = contract(&["view", &token, "balance_of", &format!("[{of}]"), "--store", &store]);
        assert_eq!(ended.status, 0, "{}", ended.stderr);
        ended.stdout
    };
    let transfer = |amount: u32| {
        contract_json(&["call", &token, "transfer", &format!("[{FRIEND}, {amount}]"), "--store", &store])
    };
    let (status, sent) = transfer(5);
    assert_eq!((status, &sent["outcome"], &sent["block"]), (0, &"return".into(), &2.into()), "{sent:#}");
    assert_eq!(sent["gas"]["storage"], "2");
    assert_eq!(balance(FRIEND), "5\n");
    // An error changes nothing and is no block.
    let (status, refused) = transfer(5000);
    assert_eq!((status, &refused["outcome"]), (1, &"user_error".into()));
    assert_eq!(refused["value"], "\"balance too low\"");
    assert!(refused["block"].is_null() && !refused["backtrace"].as_array().expect("frames").is_empty());
    assert_eq!(balance(FRIEND), "5\n");
    let (status, log) = contract_json(&["verify", "--store", &store]);
    assert_eq!((status, log["checked"].as_array().map(Vec::len)), (0, Some(2)), "{log:#}");
    assert_eq!(contract(&["verify", "2", "--store", &store, "--tier", "exact"]).status, 0);
    let (status, pages) = contract_json(&["storage", &token, "--store", &store, "--max", "3"]);
    assert_eq!((status, pages["pages"].as_array().map(Vec::len)), (0, Some(3)));
    assert_eq!(pages["truncated"], true);
}

#[test]
fn a_dry_run_and_a_view_change_nothing() {
    let folder = Folder::new("dry");
    let store = folder.path("chain");
    let counter = deploy("counter", "[]", &store);
    let (status, dry) = contract_json(&["call", &counter, "increment", "--store", &store, "--dry-run"]);
    assert_eq!((status, &dry["outcome"], &dry["block"]), (0, &"return".into(), &Value::Null));
    assert_ne!(contract(&["view", &counter, "increment", "--store", &store]).status, 0);
    assert_eq!(contract(&["view", &counter, "get", "--store", &store]).stdout, "0\n");
    assert_eq!(contract(&["call", &counter, "increment", "--store", &store]).stdout, "1\n");
    assert_eq!(contract(&["view", &counter, "get", "--store", &store]).stdout, "1\n");
}

#[test]
fn gas_runs_out_in_each_dimension_with_its_code() {
    let folder = Folder::new("gas");
    let store = folder.path("chain");
    let token = deploy("token", "[1000]", &store);
    let transfer = format!("[{FRIEND}, 5]");
    for (option, code) in [
        ("--gas", "wasm_trap out_of_fuel"),
        ("--storage-gas", "out_of storage"),
        ("--receipt-gas", "out_of receipt event"),
    ] {
        let (status, ended) =
            contract_json(&["call", &token, "transfer", &transfer, "--store", &store, option, "1"]);
        assert_eq!((status, &ended["code"]), (1, &code.into()), "{ended:#}");
    }
}

#[test]
fn value_is_in_the_balance() {
    let folder = Folder::new("value");
    let store = folder.path("chain");
    let echo = deploy("echo", "[]", &store);
    assert_eq!(contract(&["call", &echo, "echo", "[1]", "--store", &store, "--value", "7_000"]).status, 0);
    let (_, storage) = contract_json(&["storage", &echo, "--store", &store]);
    assert_eq!(storage["balance"], "7000");
    assert_eq!(contract(&["verify", "--store", &store]).status, 0);
}

#[test]
fn leader_validator_and_sync_agree_or_one_of_them_says_no() {
    let folder = Folder::new("roles");
    let price = Arc::new(AtomicU32::new(100));
    let shown = Arc::clone(&price);
    let server = TestServer::start(move |_| {
        TestReply::page("text/html", format!("price {}.5", shown.load(Ordering::SeqCst)))
    })
    .expect("a server");
    let port = server.addr().port();
    let config = TempFile::new(
        "roles.toml",
        format!("[web]\nallow_private = true\nallowed_hosts = ['127.0.0.1']\nallowed_ports = [{port}]\n"),
    );
    let leader = folder.path("leader");
    let oracle = deploy("oracle", &format!("[\"{}\", 10]", server.url("/")), &leader);
    let [validator, sync, skeptic] = ["validator", "sync", "skeptic"].map(|name| folder.copy("leader", name));
    let proposal = folder.path("proposal");
    let run = |store: &str, role: &str, services: bool| {
        let mut args =
            vec!["call", &*oracle, "update", "--store", store, "--role", role, "--proposal", &proposal];
        if services {
            args.extend(["--config", config.path()]);
        }
        contract_json(&args)
    };
    let (status, led) = run(&leader, "leader", true);
    assert_eq!((status, &led["value"], &led["block"]), (0, &"100500000".into(), &2.into()), "{led:#}");
    assert_eq!(contract(&["verify", "--store", &validator, "--proposal", &proposal]).status, 0);
    // A validator judges by its own look at the page; sync looks at nothing.
    for (store, role) in [(&validator, "validator"), (&sync, "sync")] {
        let (status, ended) = run(store, role, role == "validator");
        assert_eq!(status, 0, "{ended:#}");
        for key in ["execution_hash", "transaction", "state_hash", "block", "memories", "gas"] {
            assert_eq!(ended[key], led[key], "{role} {key}");
        }
    }
    price.store(200, Ordering::SeqCst);
    let (status, ended) = run(&skeptic, "validator", true);
    assert_eq!((status, &ended["rejected"]), (1, &"this node rejects the result of block 0".into()));
    assert!(ended["block"].is_null());
    // Where the web cannot be reached, it is this node that has no result.
    let (status, ended) = run(&skeptic, "validator", false);
    assert_eq!((status, &ended["outcome"]), (3, &"internal_error".into()));
    // The proposal is for the state before it.
    let (status, ended) = run(&validator, "validator", true);
    assert_eq!((status, &ended["outcome"]), (2, &"invalid".into()));
    assert_eq!(contract(&["verify", "--store", &leader]).status, 0);
}

#[test]
fn a_proposal_that_claims_another_hash_is_not_accepted() {
    let folder = Folder::new("claims");
    let store = folder.path("chain");
    let echo = deploy("echo", "[]", &store);
    let proposal = folder.path("proposal");
    let (_, led) = contract_json(&[
        "call",
        &echo,
        "echo",
        "[1]",
        "--store",
        &store,
        "--proposal",
        &proposal,
        "--dry-run",
    ]);
    let hash = led["execution_hash"].as_str().expect("a hash");
    let hash: Vec<u8> =
        (0..32).map(|at| u8::from_str_radix(&hash[2 * at..2 * at + 2], 16).expect("hex digits")).collect();
    let mut octets = fs::read(&proposal).expect("a proposal");
    let at = octets.windows(32).position(|window| window == hash).expect("the hash is in the proposal");
    octets[at] ^= 1;
    fs::write(&proposal, octets).expect("a proposal");
    let ended = contract(&["verify", "--store", &store, "--proposal", &proposal]);
    assert_eq!(ended.status, 1, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("proposal: DIFFERENT: the execution hash was "), "{}", ended.stdout);
    let (status, ended) = contract_json(&[
        "call",
        &echo,
        "echo",
        "[1]",
        "--store",
        &store,
        "--proposal",
        &proposal,
        "--role",
        "sync",
    ]);
    assert_eq!((status, &ended["block"]), (1, &Value::Null), "{ended:#}");
    assert!(ended["rejected"].as_str().expect("a reason").starts_with("the leader has execution hash "));
}

/// Checks that a use is refused in one line that has this part.
fn refused(args: &[&str], part: &str) {
    let ended = contract(args);
    assert_eq!((ended.status, ended.stderr.lines().count()), (2, 1), "{args:?}: {}", ended.stderr);
    assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains(part), "{args:?}: {}", ended.stderr);
}

#[test]
fn misuse_is_one_clear_line() {
    let folder = Folder::new("misuse");
    let store = folder.path("chain");
    let nobody = "0x2222222222222222222222222222222222222222";
    refused(&["verify", "--store", &store], "there is no store in this folder");
    let echo = deploy("echo", "[]", &store);
    refused(&["deploy", "none.wasm", "--store", &store], "no such file");
    refused(&["deploy", &wasm("echo"), "--store", &store, "--address", &echo], "has a contract already");
    refused(&["call", nobody, "x", "--store", &store], "no contract has been deployed at 0x2222");
    refused(&["call", "0x22", "x", "--store", &store], "40 hex digits");
    refused(&["call", &echo, "x", "[1", "--store", &store], "the text ends inside a value");
    refused(&["call", &echo, "x", "5", "--store", &store], "neither an array nor a map");
    refused(&["call", &echo, "x", "--store", &store, "--datetime", "now"], "2024-11-26");
    refused(&["call", &echo, "x", "--store", &store, "--role", "sync"], "needs --proposal");
    refused(
        &["call", &echo, "x", "--store", &store, "--role", "sync", "--proposal", "README.md"],
        "no proposal",
    );
    refused(&["call", &echo, "x", "--store", &store, "--config", "README.md"], "README.md: ");
    refused(&["call", &echo, "x", "--store", &store, "--runner", "x"], "ID=FILE");
    refused(&["verify", "9", "--store", &store], "there is no block 9");
}
