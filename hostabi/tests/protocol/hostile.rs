//! Nodes that hang up, announce too much or answer nonsense, at each frame of an execution: each time the failure
//! that fits, and never a panic.

use crate::harness::{Chain, OWNER, address, call, module};
use proptest::prelude::*;
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Value, decode, encode};
use selfsame_hostabi::host::Host;
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::protocol::{Failure, InputsError, MAX_FRAME, ServeOptions, Wrong, id, serve};
use selfsame_hostabi::result::{End, Report};
use selfsame_hostabi::services::{Answer, ExecPrompt, LlmAnswer, ScriptedRequest, ScriptedServices};
use selfsame_hostabi::storage::{SlotId, StorageView};
use selfsame_hostabi::vm::{CancelHandle, Done, Node, NodeConfig, Run};
use std::io::{self, Cursor, ErrorKind, Read, Write};
use std::sync::{Arc, Mutex};

/// A frame that the node sends, and the request that it answers; none for the inputs.
type Sent = (Option<u8>, Vec<u8>);

/// A node in memory that answers from a state, and takes down what it sends.
struct Honest {
    chain: Chain,
    request: Vec<u8>,
    answers: Cursor<Vec<u8>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

fn frame(octets: &[u8]) -> Vec<u8> {
    [&u32::try_from(octets.len()).unwrap().to_le_bytes(), octets].concat()
}

impl Honest {
    fn new(chain: Chain, inputs: Vec<u8>) -> Self {
        let answers = Cursor::new(frame(&inputs));
        Honest { chain, request: Vec::new(), answers, sent: Arc::new(Mutex::new(vec![(None, inputs)])) }
    }

    fn answer(&self, request: &[u8]) -> Option<Vec<u8>> {
        let data = &request[1..];
        let address = |at: usize| selfsame_hostabi::calldata::Address(data[at..at + 20].try_into().unwrap());
        let number = |at: usize| u32::from_le_bytes(data[at..at + 4].try_into().unwrap());
        match request[0] {
            id::STORAGE_READ => {
                let slot = SlotId(data[21..53].try_into().unwrap());
                let mut answer = vec![0; 1 + number(57) as usize];
                let view = StorageView::from_u8(data[0]).unwrap();
                self.chain.storage_read(view, &address(1), &slot, number(53), &mut answer[1..]).unwrap();
                Some(answer)
            }
            id::GET_BALANCE => {
                let balance = self.chain.balance(&address(0)).unwrap();
                Some([&[0][..], &balance.to_le_bytes::<32>()].concat())
            }
            id::REMAINING_FUEL_AS_GEN => Some([&[0][..], &[0xff; 32]].concat()),
            id::CONSUME_RESULT => Some(vec![0]),
            id::CONSUME_FUEL | id::NOTIFY_NONDET_DISAGREEMENT => None,
            other => panic!("request {other}"),
        }
    }
}

impl Read for Honest {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.answers.read(buf)
    }
}

impl Write for Honest {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.request.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let request = std::mem::take(&mut self.request);
        if let Some(answer) = self.answer(&request[4..]) {
            self.answers.get_mut().extend(frame(&answer));
            self.sent.lock().unwrap().push((Some(request[4]), answer));
        }
        Ok(())
    }
}

/// A node that sends what it sends, and takes what it gets until it takes no more.
struct Script {
    octets: Cursor<Vec<u8>>,
    got: Arc<Mutex<Vec<u8>>>,
    room: usize,
}

impl Read for Script {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.octets.read(buf)
    }
}

impl Write for Script {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if buf.len() > self.room {
            return Err(ErrorKind::BrokenPipe.into());
        }
        self.room -= buf.len();
        self.got.lock().unwrap().extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What comes of a node that sends these octets and takes so many, and what it got.
pub fn served_within(node: &Node, octets: Vec<u8>, room: usize) -> (Result<Done, Failure>, Vec<u8>) {
    let got = Arc::default();
    let script = Script { octets: Cursor::new(octets), got: Arc::clone(&got), room };
    let ended = serve(node, script, ServeOptions::default());
    let got = got.lock().unwrap().clone();
    (ended, got)
}

fn served(node: &Node, octets: Vec<u8>) -> Result<Done, Failure> {
    served_within(node, octets, usize::MAX).0
}

fn replayed(frames: &[Sent]) -> Vec<u8> {
    frames.iter().flat_map(|(_, octets)| frame(octets)).collect()
}

/// A transaction of `judge` on a validator that disagrees: it asks for storage, balances and the model's means, and
/// tells what the model has consumed and that it disagrees.
struct Session {
    node: Node,
    chain: Chain,
    inputs: Value,
    done: Done,
    frames: Vec<Sent>,
}

fn judge_node() -> Node {
    let services = ScriptedServices::by(|request, _| {
        let answer = match request {
            ScriptedRequest::Prompt(ExecPrompt { .. }) => "Paris".into(),
            _ => false.into(),
        };
        Ok(LlmAnswer::new(Answer::Ok(answer), 5))
    });
    Node::new(&NodeConfig::default(), Arc::new(services))
}

fn inputs(message: &StartupMessage, results: Option<Vec<Vec<u8>>>) -> Value {
    let flags = ["call_others", "register_runners", "send_messages", "spawn_nondet", "write_storage"];
    let results = results.map(|results| Value::Array(results.into_iter().map(Value::Bytes).collect()));
    Value::map([
        ("allocations", Value::Array(vec![])),
        ("bucket_totals", Value::Array(vec![])),
        ("code", Value::Null),
        ("fees", Value::Null),
        ("leader_results", results.unwrap_or(Value::Null)),
        ("message", decode(&message.encode()).unwrap()),
        ("permissions", Value::map(flags.map(|flag| (flag, true.into())))),
        ("personal_key", Value::Bytes(vec![9; 32])),
        ("sync", false.into()),
        ("time", 100_000_000.into()),
        ("version", 1.into()),
        ("view", 0.into()),
    ])
}

fn session() -> Session {
    let (node, at) = (judge_node(), address(0x11));
    let mut chain = Chain::default();
    let mut message =
        StartupMessage::main(U256::from(1), at, OWNER, encode(&Value::map([("args", Value::Array(vec![]))])));
    message.is_init = true;
    let deploy = Run { code: Some(module("judge")), ..Run::new(message.clone(), 100_000_000) };
    chain.commit(at, &node.execute(Arc::new(chain.clone()), deploy).report);
    let args = vec!["What is the capital of France?".into(), "the same city".into()];
    message = StartupMessage { is_init: false, entry_data: call("ask", args).into(), ..message };
    let inputs = inputs(&message, Some(vec![b"\0\x2cLyon ".to_vec()]));
    let honest = Honest::new(chain.clone(), encode(&inputs));
    let sent = Arc::clone(&honest.sent);
    let done = serve(&node, honest, ServeOptions::default()).unwrap();
    let frames = sent.lock().unwrap().clone();
    Session { node, chain, inputs, done, frames }
}

#[test]
fn the_session_that_is_broken_below_is_one() {
    let Session { node, done, frames, .. } = session();
    assert_eq!(done.report.kind_name(), "Return");
    assert_eq!(done.report.nondet_disagreement, Some(0));
    assert!(done.personal.is_some() && done.time_used > 0);
    let answered: Vec<_> = frames.iter().filter_map(|(request, _)| *request).collect();
    assert!(answered.len() > 5 && answered.last() == Some(&id::CONSUME_RESULT), "{answered:?}");
    assert!(answered.contains(&id::STORAGE_READ));
    // The same answers, the same report.
    assert_eq!(served(&node, replayed(&frames)), Ok(done));
}

#[test]
fn a_node_that_hangs_up_is_a_closed_stream() {
    let Session { node, frames, .. } = session();
    for at in 0..frames.len() {
        let (before, octets) = (replayed(&frames[..at]), frame(&frames[at].1));
        let mut cuts = vec![0, 1, 3, 4, 5, octets.len() / 2, octets.len() - 1];
        cuts.retain(|cut| *cut < octets.len());
        for cut in cuts {
            let octets = [&before[..], &octets[..cut]].concat();
            assert_eq!(served(&node, octets), Err(Failure::Closed), "frame {at}, octet {cut}");
        }
    }
}

#[test]
fn a_node_that_takes_no_more_is_a_closed_stream() {
    let Session { node, frames, .. } = session();
    let (ended, got) = served_within(&node, replayed(&frames), usize::MAX);
    assert!(ended.is_ok());
    let mut ends = Vec::new();
    let mut rest = &got[..];
    while let Some((len, _)) = rest.split_first_chunk::<4>() {
        ends.push(got.len() - rest.len());
        rest = &rest[4 + u32::from_le_bytes(*len) as usize..];
    }
    // Among them the requests without an answer, whose failure shows later.
    let kinds: Vec<u8> = ends.iter().map(|at| got[at + 4]).collect();
    assert!(
        kinds.contains(&id::NOTIFY_NONDET_DISAGREEMENT) && kinds.contains(&id::CONSUME_FUEL),
        "{kinds:?}"
    );
    for at in ends {
        for room in [at, at + 4] {
            let (ended, got) = served_within(&node, replayed(&frames), room);
            assert_eq!((ended, got.len()), (Err(Failure::Closed), room));
        }
    }
}

#[test]
fn a_length_that_is_too_long_is_refused_at_each_frame() {
    let Session { node, frames, .. } = session();
    for at in 0..frames.len() {
        let before = replayed(&frames[..at]);
        let mut lens = vec![MAX_FRAME as u32 + 1, u32::MAX];
        if matches!(frames[at].0, Some(id::STORAGE_READ | id::GET_BALANCE | id::CONSUME_RESULT)) {
            // These have no room for more than was asked for.
            lens.push(frames[at].1.len() as u32 + 1);
        }
        for len in lens {
            let octets = [&before[..], &len.to_le_bytes(), &frames[at].1].concat();
            assert_eq!(served(&node, octets), Err(Failure::TooLong(len.into())), "frame {at}");
        }
    }
}

#[test]
fn an_answer_that_is_none_is_refused_at_each_frame() {
    let Session { node, frames, .. } = session();
    for at in 1..frames.len() {
        let (request, good) = (frames[at].0.unwrap(), &frames[at].1);
        let mut bad = vec![
            (vec![], Wrong::Status),
            (vec![3], Wrong::Status),
            ([&[255], &good[1..]].concat(), Wrong::Status),
            (vec![1], Wrong::Refusal),
            (vec![2], Wrong::Refusal),
        ];
        if good.len() > 1 {
            bad.push((good[..good.len() - 1].to_vec(), Wrong::Length));
            bad.push((vec![0], Wrong::Length));
            bad.push((vec![2, 0], Wrong::Status));
        }
        for (answer, wrong) in bad {
            let octets =
                [&replayed(&frames[..at])[..], &frame(&answer), &replayed(&frames[at + 1..])].concat();
            let expected = Failure::Answer { request, wrong };
            assert_eq!(served(&node, octets), Err(expected), "frame {at}: {answer:?}");
        }
    }
}

/// The report in what a node got, which is all that it got.
fn only_report(got: &[u8]) -> Report {
    assert_eq!(
        (u32::from_le_bytes(got[..4].try_into().unwrap()) as usize, got[4]),
        (got.len() - 4, id::CONSUME_RESULT)
    );
    let len = u32::from_le_bytes(got[5..9].try_into().unwrap()) as usize;
    Report::decode(&got[9..9 + len]).unwrap()
}

#[test]
fn inputs_that_are_none_are_reported_to_the_node() {
    let Session { node, inputs, .. } = session();
    let Value::Map(map) = inputs else { panic!("a map") };
    let with = |key: &str, value| {
        let mut changed = map.clone();
        changed.insert(key.into(), value);
        encode(&Value::Map(changed))
    };
    let good = encode(&Value::Map(map.clone()));
    let mut bad = vec![
        vec![],
        vec![0],
        b"\x80".to_vec(),
        good[..good.len() - 1].to_vec(),
        [&good[..], &[0]].concat(),
        with("version", 2.into()),
        with("fees", Value::Map([].into())),
        with("time", (-1).into()),
        with("message", Value::Null),
    ];
    // Containers deeper than calldata may be.
    bad.push(vec![0x0d; 1 << 16]);
    for octets in bad {
        let (ended, got) = served_within(&node, [frame(&octets), frame(&[0])].concat(), usize::MAX);
        let Err(Failure::Inputs(error)) = ended else { panic!("{ended:?}") };
        let End::Internal(told) = only_report(&got).end else { panic!("a result of nothing") };
        assert_eq!(told.reason, error.to_string());
        // Whether the node still listens makes no difference.
        assert_eq!(served_within(&node, frame(&octets), 0).0, Err(Failure::Inputs(error)));
    }
    let newer = served(&node, frame(&with("version", 2.into())));
    assert_eq!(newer, Err(Failure::Inputs(InputsError::Version(2))));
}

#[test]
fn a_run_that_is_cancelled_is_reported_as_a_time_out() {
    let Session { node, chain, inputs, .. } = session();
    let cancel = CancelHandle::new();
    cancel.cancel();
    let honest = Honest::new(chain, encode(&inputs));
    let done = serve(&node, honest, ServeOptions { cancel, diagnostics: None }).unwrap();
    assert!(matches!(&done.report.end, End::Internal(error) if error.is_time_out()), "{:?}", done.report.end);
}

thread_local! {
    static SESSION: Session = session();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..Default::default() })]
    #[test]
    fn a_node_whose_octets_change_is_survived(
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
        in_frame in any::<prop::sample::Index>(),
    ) {
        SESSION.with(|Session { node, frames, .. }| {
            let mut frames = frames.clone();
            let changed = in_frame.index(frames.len());
            let octets = &mut frames[changed].1;
            let at = at.index(octets.len());
            octets[at] ^= flip;
            // Another state is another result, and what is no answer is a failure: neither is a panic.
            let _ = served(node, replayed(&frames));
        });
    }

    #[test]
    fn a_node_of_noise_is_survived(octets in prop::collection::vec(any::<u8>(), 0..64)) {
        SESSION.with(|Session { node, .. }| assert!(served(node, octets).is_err()));
    }
}
