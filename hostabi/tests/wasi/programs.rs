//! The compiled WASI programs, against what another implementation of the same rules says of them.

use base64::Engine as _;
use selfsame_hostabi::{CommandOutcome, Output, Vfs, WasiCtx, code, run_command, wasi};
use selfsame_interp::{Config, Engine, Linker, Module, Store, Tier};
use serde_json::Value;
use std::path::Path;

fn texts<'a>(run: &'a Value, key: &str) -> Vec<&'a str> {
    let list = run[key].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|text| text.as_str().expect("a text")).collect()
}

/// Runs a program: outcome in the words of the list, exit code, trap code, output, errors, gas.
fn run(
    folder: &Path,
    run: &Value,
    tier: Tier,
) -> (String, Option<i64>, Option<String>, Vec<u8>, Vec<u8>, u64) {
    let mut vfs = Vfs::new();
    for pair in run["dirs"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let side = |at: usize| pair[at].as_str().expect("a path");
        vfs.map_host_dir(&folder.join(side(0)), side(1)).expect("it is there");
    }
    let mut ctx = WasiCtx::builder()
        .args(texts(run, "argv"))
        .vfs(vfs)
        .stdout(Output::capture(1 << 20))
        .stderr(Output::capture(1 << 20));
    for (name, value) in run["env"].as_object().into_iter().flatten() {
        ctx = ctx.env(name, value.as_str().expect("a text"));
    }
    if let Some(input) = run["stdin"].as_str() {
        ctx = ctx.stdin(std::fs::read(folder.join(input)).expect("it is there"));
    }
    let mut config = Config::new();
    config.tier(tier);
    let engine = Engine::new(&config);
    let file = run["file"].as_str().expect("a path");
    let module = Module::new(&engine, std::fs::read(folder.join(file)).expect("it is there")).expect("valid");
    let mut store = Store::new(&engine, ctx.build().expect("it fits"));
    store.set_gas(1 << 40);
    store.limiter(|ctx: &mut WasiCtx| ctx.ram_mut());
    let mut linker = Linker::new();
    wasi::add_to_linker(&mut linker, |ctx: &mut WasiCtx| ctx);
    let instance = linker.instantiate(&mut store, &module).expect("it links");
    let (outcome, exit, trap) = match run_command(&mut store, instance) {
        CommandOutcome::Returned => ("return", None, None),
        CommandOutcome::Exited(code) => ("exit", Some(code.into()), None),
        CommandOutcome::Stopped(error) => ("trap", None, code(&error).map(String::from)),
    };
    let gas = store.gas_consumed();
    let ctx = store.into_data();
    (outcome.into(), exit, trap, ctx.stdout().octets().into(), ctx.stderr().octets().into(), gas)
}

/// CPython, if `programs/fetch_cpython.sh` has brought it.
#[test]
#[ignore = "needs programs/fetch_cpython.sh and an optimised build; .ci/run runs it"]
fn cpython_runs_the_same_on_both_tiers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs");
    for script in ["small", "demo"] {
        let program = serde_json::json!({
            "file": "fetched/cpython/python.wasm",
            "argv": ["python", "-B", "-S", format!("/app/{script}.py")],
            "dirs": [["fetched/cpython/root", "/"], ["python", "/app"]],
        });
        let [exact, fast] = [Tier::Exact, Tier::Fast].map(|tier| run(&folder, &program, tier));
        let expected = std::fs::read_to_string(folder.join(format!("python/{script}.expected")));
        assert_eq!(String::from_utf8_lossy(&exact.3), expected.expect("it is there"), "{script}");
        assert_eq!(exact, fast, "{script}");
    }
}

#[test]
fn programs_come_to_what_is_expected_on_both_tiers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs");
    let list = std::fs::read_to_string(folder.join("expected.json")).expect("it is there");
    let octets = |text: &Value| {
        let text = text.as_str().unwrap_or_default();
        base64::engine::general_purpose::STANDARD.decode(text).expect("it is base64")
    };
    let list: Value = serde_json::from_str(&list).expect("it is JSON");
    let mut count = 0;
    for expected in list.as_array().expect("a list") {
        if expected["argv"].is_null() {
            continue;
        }
        count += 1;
        let [exact, fast] = [Tier::Exact, Tier::Fast].map(|tier| run(&folder, expected, tier));
        let (outcome, exit, trap, out, err, _) = &exact;
        assert_eq!(*outcome, expected["outcome"].as_str().expect("a text"), "{expected}");
        assert_eq!(*exit, expected["exit_code"].as_i64(), "{expected}");
        assert_eq!(trap.as_deref(), expected["code"].as_str(), "{expected}");
        let text = String::from_utf8_lossy;
        assert_eq!(text(out), text(&octets(&expected["stdout"])), "{expected}");
        assert_eq!(text(err), text(&octets(&expected["stderr"])), "{expected}");
        assert_eq!(exact, fast, "{expected}");
    }
    assert!(count >= 14, "{count} programs were run");
}
