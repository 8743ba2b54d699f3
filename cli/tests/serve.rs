//! `serve`: a chain in another language runs its transactions on it, and rude nodes leave it as it was.
#![cfg(unix)]

mod common;

use common::{TempFile, json, selfsame};
use selfsame_hostabi::services::http::testing::{TestReply, TestServer};

use selfsame_hostabi::calldata::{Address, Value, decode, encode};
use selfsame_hostabi::message::StartupMessage;
use serde_json::Value as Json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

/// An executor, ended at the end of its test.
struct Executor {
    child: Child,
    /// Where it listens: the words behind `listening on`.
    place: Vec<String>,
    _stdout: BufReader<ChildStdout>,
}

impl Executor {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_selfsame"))
            .arg("serve")
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command can be started");
        let mut stdout = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it says where it listens");
        let place = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{args:?}: {line}"));
        let place = place.split_whitespace().map(String::from).collect();
        Executor { child, place, _stdout: stdout }
    }

    fn tcp(&self) -> TcpStream {
        TcpStream::connect(&self.place[1]).expect("it listens")
    }

    /// Its exit status, and what it said.
    fn end(mut self) -> (i32, String) {
        let status = self.child.wait().expect("it ends").code().expect("no signal ended it");
        (status, self.said())
    }

    /// Ends it; what it said.
    fn stop(mut self) -> String {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        self.said()
    }

    fn said(&mut self) -> String {
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().expect("standard error is piped");
        stderr.read_to_string(&mut said).expect("it is text");
        said
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A path for a socket that is not there, and will not be at the end.
struct Path(PathBuf);

impl Path {
    fn new(name: &str) -> Self {
        Path(std::env::temp_dir().join(format!("selfsame-{}-{name}.sock", std::process::id())))
    }

    fn text(&self) -> &str {
        self.0.to_str().expect("a temporary path is text")
    }
}

impl Drop for Path {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A script of the host protocol's tests; `None` where there is no Python.
fn python(script: &str, args: &[&str]) -> Option<Output> {
    let path = format!("{}/../hostabi/tests/protocol/{script}", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("python3").arg("-B").arg(path).args(args).stderr(Stdio::inherit()).output();
    output.inspect_err(|error| eprintln!("skipped: no python3 here ({error})")).ok()
}

fn frame(octets: &[u8]) -> Vec<u8> {
    let len = u32::try_from(octets.len()).expect("a short frame");
    [&len.to_le_bytes(), octets].concat()
}

/// The chain of `session.py` on an executor at this place; its lines by their names.
fn session(executor: &Executor, url: &str) -> Option<Vec<Json>> {
    let contracts = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts");
    let place: Vec<&str> = match &*executor.place[0] {
        "unix" => vec!["unix", &executor.place[1]],
        _ => {
            let (host, port) = executor.place[1].rsplit_once(':').expect("an address has a port");
            vec!["tcp", host, port]
        }
    };
    let output = python("session.py", &[&[contracts, url], &place[..]].concat())?;
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("JSON is text");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

#[test]
fn a_chain_in_python_gets_what_a_store_folder_gets() {
    let server = TestServer::start(|_| TestReply::page("text/html", "price 100.5")).expect("a server");
    let port = server.addr().port();
    let config = TempFile::new(
        "serve.toml",
        format!("[web]\nallow_private = true\nallowed_hosts = ['127.0.0.1']\nallowed_ports = [{port}]\n"),
    );
    let socket = Path::new("chain");
    let url = server.url("/");
    let executor =
        Executor::start(&["--socket", socket.text(), "--config", config.path(), "--tier", "exact"]);
    let Some(lines) = session(&executor, &url) else { return };
    let tcp = Executor::start(&["--tcp", "127.0.0.1:0", "--config", config.path(), "--jobs", "1"]);
    assert_eq!(session(&tcp, &url).as_ref(), Some(&lines));

    let folder = std::env::temp_dir().join(format!("selfsame-serve-{}", std::process::id()));
    let store = folder.to_str().expect("a temporary path is text");
    let embedded = |name: &str, args: &[&str]| {
        let sender = ["--sender", "0x2222222222222222222222222222222222222222"];
        let (_, expected) = json(&[&["contract"], args, &["--store", store, "--json"], &sender].concat());
        let line = lines.iter().find(|line| line["name"] == name).expect("its line");
        for hash in ["execution_hash", "small_hash"] {
            assert_eq!(line["report"][hash], expected[hash], "{name}: {expected:#}");
        }
        let consumed = &line["report"]["data_fees_consumed"];
        assert_eq!(line["time_used"], expected["gas"]["time"], "{name}");
        assert_eq!(consumed["storage"], expected["gas"]["storage"], "{name}");
    };
    let token = "0x1111111111111111111111111111111111111111";
    let oracle = "0x4444444444444444444444444444444444444444";
    let friend = "[addr#3333333333333333333333333333333333333333";
    let transfer = |amount: &str| format!("{friend}, {amount}]");
    embedded("deploy", &["deploy", "../contracts/token/token.wasm", "[1000]", "--address", token]);
    embedded("transfer", &["call", token, "transfer", &transfer("5")]);
    embedded("balance_of", &["view", token, "balance_of", &format!("{friend}]")]);
    embedded("too much", &["call", token, "transfer", &transfer("5000")]);
    embedded("out of gas", &["call", token, "transfer", &transfer("5"), "--gas", "1000"]);
    let args = format!("[\"{url}\", 10]");
    embedded("deploy oracle", &["deploy", "../contracts/oracle/oracle.wasm", &args, "--address", oracle]);
    let said = executor.stop();
    assert_eq!(said.lines().count(), lines.len(), "{said}");
    assert!(said.lines().nth(2).expect("a line").starts_with("return 5; gas: time "), "{said}");
    assert!(
        said.contains("user error \"balance too low\"; gas: ") && said.contains("; execution hash "),
        "{said}"
    );
    assert!(said.contains("vm error wasm_trap out_of_fuel; "), "{said}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn rude_nodes_leave_it_as_it_was() {
    let socket = Path::new("rude");
    let executor = Executor::start(&["--socket", socket.text(), "--jobs", "1"]);
    let connect = || UnixStream::connect(&socket.0).expect("it listens");
    drop(connect());
    let rude: [(&[u8], &str); 4] = [
        (&[1, 0], "closed the stream"),
        (&[9, 0, 0, 0, 1], "closed the stream"),
        (&[0xff; 8], "frame of 4294967295 octets is too long"),
        (&frame(&[0x80]), "not calldata"),
    ];
    for (octets, _) in rude {
        let mut stream = connect();
        stream.write_all(octets).expect("it reads");
        stream.shutdown(std::net::Shutdown::Write).expect("it listens");
        // It answers with a report or not at all, and ends the connection.
        let mut got = Vec::new();
        let _ = stream.read_to_end(&mut got);
        assert_eq!(!got.is_empty(), octets == frame(&[0x80]), "{octets:?}");
    }
    // It serves whoever comes next.
    let lines = session(&executor, "");
    assert!(lines.is_none_or(|lines| lines.len() == 5));
    let said = executor.stop();
    let mut said = said.lines();
    assert_eq!(said.next(), Some("no result: the node has closed the stream"));
    for (octets, part) in rude {
        let line = said.next().unwrap_or_default();
        assert!(line.starts_with("no result: ") && line.contains(part), "{octets:?}: {line}");
    }
}

/// The inputs of a transaction to a contract that is not there, which ends before its code is asked for.
fn inputs() -> Vec<u8> {
    let flags = ["call_others", "register_runners", "send_messages", "spawn_nondet", "write_storage"];
    let address = Address([0x11; 20]);
    let message = StartupMessage::main(1_u64.try_into().expect("it fits"), address, address, *b"\x06");
    let none = || Value::Array(vec![]);
    encode(&Value::map([
        ("allocations", none()),
        ("bucket_totals", none()),
        ("code", Value::Null),
        ("fees", Value::Null),
        ("leader_results", Value::Null),
        ("message", decode(&message.encode()).expect("a message")),
        ("permissions", Value::map(flags.map(|flag| (flag, true.into())))),
        ("personal_key", Value::Null),
        ("sync", false.into()),
        ("time", 1000.into()),
        ("version", 1.into()),
        ("view", 0.into()),
    ]))
}

#[test]
fn once_is_once_and_ends_as_the_execution_does() {
    let socket = Path::new("once");
    let executor = Executor::start(&["--socket", socket.text(), "--once"]);
    let mut stream = UnixStream::connect(&socket.0).expect("it listens");
    // Whatever is asked for the storage is zeros, so there is no contract.
    stream.write_all(&frame(&inputs())).expect("it reads");
    loop {
        let mut len = [0; 4];
        stream.read_exact(&mut len).expect("a request");
        let mut request = vec![0; u32::from_le_bytes(len) as usize];
        stream.read_exact(&mut request).expect("a request");
        let asked = match request[0] {
            0 => u32::from_le_bytes(request[58..62].try_into().expect("four octets")) as usize,
            6 => 0,
            other => panic!("request {other}"),
        };
        stream.write_all(&frame(&vec![0; 1 + asked])).expect("it reads");
        if request[0] == 6 {
            break;
        }
    }
    let (status, said) = executor.end();
    assert_eq!(status, 1, "{said}");
    assert!(said.starts_with("vm error invalid_contract ") && said.lines().count() == 1, "{said}");
    assert!(!socket.0.exists());
    // A node that is silent, and one that leaves.
    let executor = Executor::start(&["--tcp", "127.0.0.1:0", "--once", "--timeout", "1"]);
    let silent = executor.tcp();
    assert_eq!(executor.end(), (3, "no result: the node did not answer in time\n".into()));
    drop(silent);
    let executor = Executor::start(&["--tcp", "127.0.0.1:0", "--once", "--deadline", "60"]);
    drop(executor.tcp());
    assert_eq!(executor.end(), (3, "no result: the node has closed the stream\n".into()));
}

#[test]
fn a_node_that_answers_octet_by_octet_is_left() {
    let executor = Executor::start(&["--tcp", "127.0.0.1:0", "--once", "--timeout", "1"]);
    let mut node = executor.tcp();
    // Each octet comes long before a second is over, all of them would take five; a node that leaves early has gone.
    let inputs = frame(&inputs());
    for octet in &inputs[..100] {
        if node.write_all(&[*octet]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(node);
    assert_eq!(executor.end(), (3, "no result: the node did not answer in time\n".into()));
}

#[test]
fn a_socket_that_nobody_listens_on_is_replaced() {
    let socket = Path::new("dead");
    drop(UnixListener::bind(&socket.0).expect("a socket"));
    assert!(socket.0.exists());
    let executor = Executor::start(&["--socket", socket.text()]);
    refused(&["--socket", socket.text()], "somebody listens on this socket already");
    executor.stop();
}

/// Checks that a use is refused in one line that has this part.
fn refused(args: &[&str], part: &str) {
    let ended = selfsame(&[&["serve"], args].concat());
    assert_eq!((ended.status, &*ended.stdout, ended.stderr.lines().count()), (2, "", 1), "{}", ended.stderr);
    assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains(part), "{args:?}: {}", ended.stderr);
}

#[test]
fn misuse_is_one_clear_line() {
    let socket = Path::new("misuse");
    refused(&[], "--socket <PATH>");
    refused(&["--socket", socket.text(), "--tcp", "127.0.0.1:0"], "cannot be used with");
    refused(&["--tcp", "nowhere"], "--tcp nowhere: this cannot be listened on");
    refused(&["--socket", "README.md"], "there is a file at this path already");
    refused(&["--socket", "nowhere/x.sock"], "this cannot be listened on");
    refused(&["--socket", socket.text(), "--config", "README.md"], "README.md: ");
    refused(&["--socket", socket.text(), "--timeout", "0"], "write a number from 1");
    refused(&["--socket", socket.text(), "--jobs", "0"], "--jobs");
    refused(&["--socket", socket.text(), "--once", "--jobs", "2"], "cannot be used with");
    assert!(!socket.0.exists());
}
