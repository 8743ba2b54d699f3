//! The node in Python: what it is sent is what an embedded node gets.

use crate::harness::{Chain, OWNER, address, call, module};
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value, decode, encode};
use selfsame_hostabi::fees::{Fees, FeesConfig};
use selfsame_hostabi::host::{Host, HostError};
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::protocol::{Failure, ServeOptions, SocketHost, serve};
use selfsame_hostabi::result::{Encoded, Execution, FeesConsumed, Outcome, Report};
use selfsame_hostabi::services::{Answer, LlmAnswer, Response, ScriptedServices};
use selfsame_hostabi::storage::{SlotId, StorageView};
use selfsame_hostabi::vm::{Done, Node, NodeConfig, Permissions, Role, Run};
use serde_json::{Value as Json, json};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The page that the oracle reads.
const URL: &str = "http://prices.example/";

/// Starts a script of this folder; `None` where there is no Python.
fn script(name: &str, args: &[&str], stdin: Stdio) -> Option<Child> {
    let path = format!("{}/tests/protocol/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new("python3");
    match command.arg("-B").arg(path).args(args).stdin(stdin).stdout(Stdio::piped()).spawn() {
        Ok(child) => Some(child),
        Err(error) => {
            eprintln!("skipped: no python3 here ({error})");
            None
        }
    }
}

/// The pipes of a child process.
struct Pipes(std::process::ChildStdout, std::process::ChildStdin);

impl Read for Pipes {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl Write for Pipes {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.1.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.flush()
    }
}

#[test]
fn every_request_is_answered() {
    let Some(mut child) = script("every_request.py", &[], Stdio::piped()) else { return };
    let pipes = Pipes(child.stdout.take().unwrap(), child.stdin.take().unwrap());
    let (host, inputs) = SocketHost::accept(pipes, 4096).unwrap();
    assert_eq!(inputs.message.contract_address, Address([0x11; 20]));
    assert_eq!(inputs.message.value, U256::from(7));
    assert_eq!(&inputs.message.entry_data[..], b"\x0e\x00\x1cfoo");
    assert_eq!(inputs.code.as_deref(), Some(&b"\0asm"[..]));
    assert_eq!(inputs.bucket_totals, [U256::from(1) << 200, U256::ZERO]);
    assert!(inputs.leader_results.is_none() && !inputs.sync && inputs.permissions.spawn_nondet);

    let contract = inputs.message.contract_address;
    let mut buf = [0; 5];
    host.storage_read(StorageView::LatestNonFinal, &contract, &SlotId([0x33; 32]), 258, &mut buf).unwrap();
    assert_eq!(&buf, b"\x02\x03\x04\x05\x06");
    assert_eq!(host.balance(&contract), Ok(U256::from(1) << 128));
    assert_eq!(host.eth_call(&contract, b"ask"), Ok(b"ksa".to_vec()));
    assert_eq!(host.eth_call(&contract, b"revert"), Err(HostError::Reverted));
    assert_eq!(host.eth_call(&contract, b"forbid"), Err(HostError::Forbidden));
    assert_eq!(host.packaged_runner("py:1").unwrap().as_deref(), Some(&b"archive"[..]));
    assert_eq!(host.packaged_runner("none:1"), Ok(None));
    host.consume_fuel(U256::from(3) << 64);
    assert_eq!(host.remaining_fuel_as_gen(), U256::MAX);
    host.notify_nondet_disagreement(4095);
    let outcome = Outcome::Return(Encoded::from_value(&5.into()).unwrap());
    let report = Report::of(Execution::before_start(outcome, FeesConsumed::default(), vec![]));
    let personal = Some([("main".to_owned(), vec![[9; 32]])].into());
    assert_eq!(host.report(&Done { report, time_used: 77, personal }), Ok(()));
    assert_eq!(host.failure(), None);
    // It waits for the end of the stream.
    drop(host);
    assert!(child.wait().unwrap().success());
}

/// A node whose web shows one page.
fn node() -> Node {
    let page = || Response { status: 200, headers: [].into(), body: "price 100.5".into() }.into_value();
    let services = ScriptedServices::by(move |_, _| Ok(LlmAnswer::new(Answer::Ok(page()), 0)));
    Node::new(&NodeConfig::default(), Arc::new(services))
}

/// A value as `session.py` prints it.
fn readable(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(number) => number.to_string().into(),
        Value::Str(text) => text.as_str().into(),
        Value::Bytes(octets) => hex(octets).into(),
        Value::Address(address) => hex(&address.0).into(),
        Value::Array(items) => items.iter().map(readable).collect(),
        Value::Map(map) => map.iter().map(|(key, item)| (key.clone(), readable(item))).collect(),
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// What the node in Python should be sent.
fn line(name: &str, done: &Done) -> Json {
    let report = done.report.encode();
    let memories = |hashes: &Vec<[u8; 32]>| json!({ "memories": hashes.iter().map(|hash| hex(hash)).collect::<Vec<_>>() });
    let personal = done.personal.as_ref().map(|instances| {
        instances
            .iter()
            .map(|(name, hashes)| (name.clone(), memories(hashes)))
            .collect::<serde_json::Map<_, _>>()
    });
    json!({
        "name": name,
        "kind": done.report.kind_name(),
        "report": readable(&decode(&report[1..]).unwrap()),
        "time_used": done.time_used,
        "personal": personal,
    })
}

/// The executions of `session.py`, embedded.
struct Embedded {
    node: Node,
    chain: Chain,
    lines: Vec<Json>,
}

impl Embedded {
    fn run(&mut self, name: &str, to: Address, entry: Vec<u8>, change: impl FnOnce(&mut Run)) -> Done {
        let message = StartupMessage::main(U256::from(1), to, OWNER, entry);
        let totals = vec![U256::from(1_000_000_000), U256::from(1_000_000_000), U256::MAX];
        let fees = Fees::new(&FeesConfig::default(), totals, Vec::new()).unwrap();
        let mut run = Run { fees, ..Run::new(message, 1_000_000_000) };
        change(&mut run);
        run.message.is_init = run.code.is_some();
        let done = self.node.execute(Arc::new(self.chain.clone()), run);
        self.lines.push(line(name, &done));
        done
    }

    fn token(&mut self) {
        let (token, friend) = (address(0x11), Value::Address(address(0x33)));
        let entry = encode(&Value::map([("args", Value::Array(vec![1000.into()]))]));
        let done = self.run("deploy", token, entry, |run| run.code = Some(module("token")));
        self.chain.commit(token, &done.report);
        let transfer = |amount: u32| call("transfer", vec![friend.clone(), amount.into()]);
        let done = self.run("transfer", token, transfer(5), |_| {});
        self.chain.commit(token, &done.report);
        let balance = call("balance_of", vec![friend.clone()]);
        self.run("balance_of", token, balance, |run| run.permissions = Permissions::VIEW);
        self.run("too much", token, transfer(5000), |_| {});
        self.run("out of gas", token, transfer(5), |run| run.time = 1000);
    }

    fn oracle(&mut self) {
        let oracle = address(0x44);
        let entry = encode(&Value::map([("args", Value::Array(vec![URL.into(), 10.into()]))]));
        let done = self.run("deploy oracle", oracle, entry, |run| run.code = Some(module("oracle")));
        self.chain.commit(oracle, &done.report);
        let update = encode(&Value::map([("", "update".into())]));
        let results = self.run("leader", oracle, update.clone(), |_| {}).report.nondet_results;
        self.run("validator", oracle, update.clone(), |run| {
            run.role = Role::Validator(results.clone());
            run.personal_key = Some([9; 32]);
        });
        self.run("sync", oracle, update.clone(), |run| run.role = Role::Sync(results.clone()));
        self.run("lied to", oracle, update, |run| run.role = Role::Validator(vec![vec![0, 9]]));
    }
}

#[test]
fn a_chain_in_python_gets_what_an_embedded_node_gets() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let contracts = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts");
    let args = [contracts, URL, "tcp", "127.0.0.1", &port];
    let Some(child) = script("session.py", &args, Stdio::null()) else { return };
    let (over, node) = (AtomicBool::new(false), node());
    let output = std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut served = Vec::new();
            loop {
                let (stream, _) = listener.accept().unwrap();
                if over.load(Ordering::SeqCst) {
                    return served;
                }
                stream.set_nodelay(true).unwrap();
                served.push(serve(&node, stream, ServeOptions::default()));
            }
        });
        let output = child.wait_with_output().unwrap();
        over.store(true, Ordering::SeqCst);
        TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (output, server.join().unwrap())
    });
    let (output, served) = output;
    assert!(output.status.success());
    let lines: Vec<Json> = output
        .stdout
        .split_inclusive(|octet| *octet == b'\n')
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let mut embedded = Embedded { node: self::node(), chain: Chain::default(), lines: Vec::new() };
    embedded.token();
    embedded.oracle();
    assert_eq!(lines.len(), embedded.lines.len());
    for ((line, expected), served) in lines.iter().zip(&embedded.lines).zip(&served) {
        assert_eq!(line, expected);
        assert_eq!(&self::line(line["name"].as_str().unwrap(), served.as_ref().unwrap()), expected);
    }
    // Both could be wrong together.
    let of = |name: &str| lines.iter().find(|line| line["name"] == name).unwrap();
    assert_eq!(of("balance_of")["report"]["data"], "5");
    assert_eq!(of("leader")["report"]["data"], "100500000");
    assert_eq!(of("lied to")["report"]["nondet_disagreement"], "0");
    assert!(of("validator")["personal"].is_object());
}

#[test]
fn a_silent_node_is_left_when_the_stream_waits_no_longer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let _silent = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    assert_eq!(serve(&node(), stream, ServeOptions::default()), Err(Failure::TimedOut));
}
