use super::*;
use crate::host::{Host, HostError};
use crate::message::StartupMessage;
use crate::result::Report;
use crate::storage::{SlotId, StorageView};
use crate::vm::Done;
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
        ("personal_key", Value::Null),
        ("sync", true.into()),
        ("time", 1000.into()),
        ("version", 1.into()),
        ("view", 0.into()),
    ])
}

/// Blocks that an execution may have.
const BLOCKS: u32 = 2;

/// A host whose node answers with these frames.
fn host(answers: &[&[u8]]) -> SocketHost<Script> {
    let octets =
        [frame(&encode(&inputs())), answers.iter().flat_map(|answer| frame(answer)).collect()].concat();
    SocketHost::accept(Script { answers: Cursor::new(octets), sent: Vec::new() }, BLOCKS).unwrap().0
}

fn fault<T: std::fmt::Debug>(result: Result<T, HostError>) -> bool {
    matches!(result, Err(HostError::Fault(_)))
}

#[test]
fn inputs_are_read_strictly() {
    let read = Inputs::decode(&encode(&inputs()), BLOCKS).unwrap();
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
        ("personal_key", Value::Bytes(vec![0; 31])),
        // Storage is written, and what comes from another view is none of its states.
        ("view", 1.into()),
        ("leader_results", Value::Null),
        ("sync", Value::Null),
        ("unknown", Value::Null),
    ] {
        let mut changed = map.clone();
        changed.insert(key.into(), value);
        assert!(Inputs::decode(&encode(&Value::Map(changed)), BLOCKS).is_err(), "{key}");
    }
    for key in map.keys() {
        let mut changed = map.clone();
        changed.remove(key);
        assert!(Inputs::decode(&encode(&Value::Map(changed)), BLOCKS).is_err(), "{key}");
    }
    // Whatever else another version holds, it is named.
    let newer = Value::map([("version", 2.into())]);
    assert_eq!(Inputs::decode(&encode(&newer), BLOCKS).unwrap_err(), InputsError::Version(2));
}

/// The report that was sent, and what follows it in its frame.
fn reported(sent: &[u8]) -> (Report, Vec<u8>) {
    let request = read_frame(&mut Cursor::new(sent), MAX_FRAME).unwrap();
    assert_eq!(request[0], id::CONSUME_RESULT);
    let len = u32::from_le_bytes(request[1..5].try_into().unwrap()) as usize;
    (Report::decode(&request[5..5 + len]).unwrap(), request[5 + len..].to_vec())
}

#[test]
fn what_fees_and_results_take_in_memory_is_bounded() {
    let Value::Map(map) = inputs() else { panic!("a map") };
    let with = |key: &str, value| {
        let mut changed = map.clone();
        changed.insert(key.into(), value);
        Inputs::decode(&encode(&Value::Map(changed)), BLOCKS)
    };
    // With the header of the array, of four octets, it is as long as it may be.
    let totals = |count| Value::Array(vec![0.into(); count]);
    assert_eq!(with("bucket_totals", totals(MAX_FEES - 4)).unwrap().bucket_totals.len(), MAX_FEES - 4);
    assert!(with("bucket_totals", totals(MAX_FEES)).is_err());
    // One more than there can be blocks shows that there are too many.
    let results = |count| Value::Array(vec![Value::Bytes(vec![7]); count]);
    for (count, kept) in [(0, 0), (2, 2), (3, 3), (4, 3), (1000, 3)] {
        let read = with("leader_results", results(count)).unwrap().leader_results;
        assert_eq!(read, Some(vec![vec![7]; kept]), "{count}");
    }
    // What is not kept is read.
    let Value::Array(mut wrong) = results(9) else { panic!("an array") };
    wrong.push(Value::Null);
    assert!(with("leader_results", Value::Array(wrong)).is_err());
}

#[test]
fn inputs_become_the_run_that_they_ask_for() {
    let Value::Map(mut map) = inputs() else { panic!("a map") };
    let mut run = |key: &str, value| {
        map.insert(key.into(), value);
        Inputs::decode(&encode(&Value::Map(map.clone())), BLOCKS).unwrap().into_run()
    };
    let results = vec![vec![], vec![0, 0]];
    assert_eq!(run("personal_key", Value::Null).unwrap().role, crate::vm::Role::Sync(results.clone()));
    let validator = run("sync", false.into()).unwrap();
    assert_eq!(validator.role, crate::vm::Role::Validator(results));
    assert_eq!((validator.time, validator.personal_key), (1000, None));
    assert!(!validator.permissions.spawn_nondet && validator.permissions.write_storage);
    // What nobody draws from is left.
    assert_eq!(validator.fees.buckets().remaining(), [U256::from(5)]);
    let leader = run("leader_results", Value::Null).unwrap();
    assert_eq!(leader.role, crate::vm::Role::Leader);
    let key = [3; 32];
    assert_eq!(run("personal_key", Value::Bytes(key.to_vec())).unwrap().personal_key, Some(key));
    // The default classes draw from three buckets.
    assert!(matches!(run("fees", Value::Map([].into())), Err(InputsError::Fees(_))));
    let totals = Value::Array(vec![1.into(), 2.into(), 3.into()]);
    assert_eq!(run("bucket_totals", totals).unwrap().fees.buckets().remaining().len(), 3);
}

#[test]
fn a_report_that_no_frame_holds_is_an_internal_error() {
    let done = Done::internal("x".repeat(200));
    let report_within = |max| {
        let octets = [frame(&encode(&inputs())), frame(&[0])].concat();
        let mut script = Script { answers: Cursor::new(octets), sent: Vec::new() };
        let ended = SocketHost::accept(&mut script, BLOCKS).unwrap().0.report_within(&done, max);
        (ended, reported(&script.sent).0)
    };
    let len = done.report.encode().len() + 18;
    assert_eq!(report_within(len), (Ok(()), done.report.clone()));
    let len = len as u64;
    let (ended, report) = report_within(len as usize - 1);
    assert_eq!(ended, Err(Failure::LongReport(len)));
    let end =
        crate::result::End::Internal(crate::result::InternalError::new(Failure::LongReport(len).to_string()));
    assert_eq!(report.end, end);
}

#[test]
fn unreadable_inputs_are_reported() {
    let answers = Cursor::new([frame(&[0x80]), frame(&[0])].concat());
    let mut script = Script { answers, sent: Vec::new() };
    let error = SocketHost::accept(&mut script, BLOCKS).unwrap_err();
    assert!(matches!(error, Failure::Inputs(InputsError::Calldata(_))), "{error}");
    let (report, rest) = reported(&script.sent);
    assert_eq!((report.kind_name(), &rest[..]), ("InternalError", &b"\0\0\0\0\0\0\0\0\x01\0\0\0\0"[..]));
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
        assert_eq!(read(&host), Err(HostError::Fault(failure.to_string())));
        assert_eq!(host.remaining_fuel_as_gen(), U256::ZERO);
        assert_eq!(host.report(&Done::internal("")), Err(failure));
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
        let (host, _) = SocketHost::accept(script, BLOCKS).unwrap();
        let address = Address([1; 20]);
        let _ = host.storage_read(StorageView::Default, &address, &SlotId::ROOT, 0, &mut [0; 3]);
        let _ = host.eth_call(&address, b"");
        let _ = host.packaged_runner("x");
        let _ = host.balance(&address);
        let _ = host.remaining_fuel_as_gen();
    }

    #[test]
    fn any_inputs_are_survived(octets in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = Inputs::decode(&octets, BLOCKS);
    }
}
