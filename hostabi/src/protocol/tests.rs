use super::*;
use crate::host::{Host, HostError};
use crate::message::StartupMessage;
use crate::result::{Encoded, Execution, FeesConsumed, Outcome, Report};
use crate::storage::{SlotId, StorageView};
use proptest::prelude::*;
use ruint::aliases::U256;
use selfsame_calldata::{Address, Value, decode, encode};
use std::io::{self, Cursor, Read, Write};

/// A node that has answered everything in advance, and what it was sent.
#[derive(Debug, Default)]
struct Script {
    answers: Cursor<Vec<u8>>,
    sent: Vec<u8>,
}

impl Read for Script {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.answers.read(buf)
    }
}

impl Write for Script {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.sent.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn frame(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    write_frame(&mut out, octets).unwrap();
    out
}

fn message() -> Value {
    decode(&StartupMessage::main(U256::from(1), Address([1; 20]), Address([2; 20]), *b"\x06").encode())
        .unwrap()
}

fn inputs() -> Value {
    let flags = ["call_others", "register_runners", "send_messages", "spawn_nondet", "write_storage"];
    Value::map([
        ("allocations", Value::Array(vec![])),
        ("bucket_totals", Value::Array(vec![5.into()])),
        ("code", Value::Null),
        ("fees", Value::Null),
        ("leader_results", Value::Array(vec![Value::Bytes(vec![]), Value::Bytes(vec![0, 0])])),
        ("message", message()),
        ("permissions", Value::map(flags.map(|flag| (flag, Value::Bool(flag != "spawn_nondet"))))),
        ("sync", true.into()),
        ("time", 1000.into()),
        ("version", 1.into()),
        ("view", 0.into()),
    ])
}

/// A host whose node answers with these frames.
fn host(answers: &[&[u8]]) -> SocketHost<Script> {
    let octets =
        [frame(&encode(&inputs())), answers.iter().flat_map(|answer| frame(answer)).collect()].concat();
    SocketHost::accept(Script { answers: Cursor::new(octets), sent: Vec::new() }).unwrap().0
}

fn fault<T: std::fmt::Debug>(result: Result<T, HostError>) -> bool {
    matches!(result, Err(HostError::Fault(_)))
}

#[test]
fn inputs_are_read_strictly() {
    let read = Inputs::decode(&encode(&inputs())).unwrap();
    assert_eq!(read.leader_results, Some(vec![vec![], vec![0, 0]]));
    assert_eq!((read.code, read.time, read.sync, read.view), (None, 1000, true, StorageView::Default));
    assert!(read.permissions.write_storage && !read.permissions.spawn_nondet);
    assert_eq!(read.message.encode(), encode(&message()));
    let Value::Map(map) = inputs() else { panic!("a map") };
    for (key, value) in [
        ("view", 3.into()),
        ("time", (-1).into()),
        ("code", 0.into()),
        ("leader_results", Value::Array(vec![Value::Null])),
        ("message", Value::map([("value", 0.into())])),
        ("permissions", Value::map([("call_others", true.into())])),
        ("sync", Value::Null),
        ("unknown", Value::Null),
    ] {
        let mut changed = map.clone();
        changed.insert(key.into(), value);
        assert!(Inputs::decode(&encode(&Value::Map(changed))).is_err(), "{key}");
    }
    for key in map.keys() {
        let mut changed = map.clone();
        changed.remove(key);
        assert!(Inputs::decode(&encode(&Value::Map(changed))).is_err(), "{key}");
    }
    // Whatever else another version holds, it is named.
    let newer = Value::map([("version", 2.into())]);
    assert_eq!(Inputs::decode(&encode(&newer)).unwrap_err(), InputsError::Version(2));
}

#[test]
fn unreadable_inputs_are_reported() {
    let answers = Cursor::new([frame(&[0x80]), frame(&[0])].concat());
    let mut script = Script { answers, sent: Vec::new() };
    let error = SocketHost::accept(&mut script).unwrap_err();
    assert!(error.contains("not calldata"), "{error}");
    let request = read_frame(&mut Cursor::new(&script.sent), MAX_FRAME).unwrap();
    assert_eq!(request[0], id::CONSUME_RESULT);
    assert_eq!(Report::decode(&request[5..]).unwrap().kind_name(), "InternalError");
}

#[test]
fn a_long_frame_is_refused_before_it_is_read() {
    let mut octets = (MAX_FRAME as u32 + 1).to_le_bytes().to_vec();
    octets.push(0);
    assert!(matches!(read_frame(&mut Cursor::new(&octets), usize::MAX), Err(FrameError::TooLong(_))));
    assert!(matches!(read_frame(&mut Cursor::new(frame(&[0; 9])), 8), Err(FrameError::TooLong(9))));
    // What does not come is not allocated.
    let announced = (MAX_FRAME as u32).to_le_bytes();
    assert!(matches!(read_frame(&mut Cursor::new(announced), MAX_FRAME), Err(FrameError::Io(_))));
}

#[test]
fn wrong_answers_are_faults_and_nothing_is_asked_after_one() {
    let address = Address([1; 20]);
    let read = |host: &SocketHost<Script>| {
        host.storage_read(StorageView::Default, &address, &SlotId::ROOT, 0, &mut [0; 4])
    };
    for answer in [&[0, 1, 2, 3][..], &[0, 1, 2, 3, 4, 5], &[], &[1], &[2], &[3], &[1, 0]] {
        let host = host(&[answer, &[0, 1, 2, 3, 4]]);
        assert!(fault(read(&host)), "{answer:?}");
        let failure = host.failure().unwrap();
        assert_eq!(read(&host), Err(HostError::Fault(failure.clone())));
        assert_eq!(host.remaining_fuel_as_gen(), U256::ZERO);
        assert_eq!(host.report(&Report::internal(crate::result::InternalError::time_out())), Err(failure));
    }
    assert!(fault(host(&[]).balance(&address)));
    assert!(fault(host(&[&[0; 32]]).balance(&address)));
    for answer in [&[0][..], &[0, 1, 0, 0, 0], &[0, 0, 0, 0, 0, 1], &[4]] {
        assert!(fault(host(&[answer]).eth_call(&address, b"")), "{answer:?}");
    }
    for answer in [&[0][..], &[0, 2], &[0, 0, 0], &[0, 1], &[0, 1, 1, 0, 0, 0], &[1]] {
        assert!(fault(host(&[answer]).packaged_runner("x")), "{answer:?}");
    }
    // A refusal is an answer, not a failure.
    let host = host(&[&[1], &[2]]);
    assert_eq!(host.eth_call(&address, b""), Err(HostError::Reverted));
    assert_eq!(host.eth_call(&address, b""), Err(HostError::Forbidden));
    assert_eq!(host.failure(), None);
}

#[test]
fn a_long_read_is_asked_for_in_pieces() {
    let pieces = [vec![1; READ_PIECE + 1], vec![2; READ_PIECE + 1], vec![3; 8]];
    let pieces = pieces.map(|mut piece| {
        piece[0] = 0;
        piece
    });
    let host = host(&[&pieces[0], &pieces[1], &pieces[2]]);
    let mut buf = vec![9; 2 * READ_PIECE + 7];
    let index = u32::MAX - buf.len() as u32 + 1;
    host.storage_read(StorageView::LatestFinal, &Address([1; 20]), &SlotId::ROOT, index, &mut buf).unwrap();
    assert_eq!(buf, [vec![1; READ_PIECE], vec![2; READ_PIECE], vec![3; 7]].concat());
    assert!(fault(host.storage_read(StorageView::Default, &Address([1; 20]), &SlotId::ROOT, 0, &mut [0])));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]
    #[test]
    fn any_node_is_survived(octets in prop::collection::vec(any::<u8>(), 0..80)) {
        let octets = [frame(&encode(&inputs())), octets].concat();
        let script = Script { answers: Cursor::new(octets), sent: Vec::new() };
        let (host, _) = SocketHost::accept(script).unwrap();
        let address = Address([1; 20]);
        let _ = host.storage_read(StorageView::Default, &address, &SlotId::ROOT, 0, &mut [0; 3]);
        let _ = host.eth_call(&address, b"");
        let _ = host.packaged_runner("x");
        let _ = host.balance(&address);
        let _ = host.remaining_fuel_as_gen();
    }

    #[test]
    fn any_inputs_are_survived(octets in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = Inputs::decode(&octets);
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

/// The node of the other language: it sends the inputs, answers, and checks what it was asked.
#[test]
fn a_node_in_python_is_served() {
    use std::process::{Command, Stdio};
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/protocol/node.py");
    let child = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            eprintln!("skipped: no python3 here ({error})");
            return;
        }
    };
    let pipes = Pipes(child.stdout.take().unwrap(), child.stdin.take().unwrap());
    let (host, inputs) = SocketHost::accept(pipes).unwrap();
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
    assert_eq!(host.remaining_fuel_as_gen(), U256::from(99));
    host.notify_nondet_disagreement(4095);
    let outcome = Outcome::Return(Encoded::from_value(&5.into()).unwrap());
    let report = Report::of(Execution::before_start(outcome, FeesConsumed::default(), vec![]));
    assert_eq!(host.report(&report), Ok(()));
    assert_eq!(host.failure(), None);
    // It waits for the end of the stream.
    drop(host);
    assert!(child.wait().unwrap().success());
}
