//! What a block must have left to reach the web, to the octet, and what an answer may then take.

use crate::harness::outcome;
use crate::ram::{Case, PAGE, SUB_VM, asking, case, data, wasm};
use selfsame_hostabi::calldata::{Value, encode};
use selfsame_hostabi::runner::packaged_id;
use selfsame_hostabi::services::{Answer, LlmAnswer, ScriptedRequest, ScriptedServices};
use selfsame_hostabi::vm::{Done, Node, NodeConfig, Role, Run, VmLimits};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What both programs of the block get.
const ENTRY: [u8; 3] = [1, 2, 3];
/// What the block returns, published: it has got its answer.
const TRUE: [u8; 2] = [0, 0x10];
const OUT: &[u8] = b"\x02out_of memory";

fn request() -> Value {
    let fields = [("method", "GET".into()), ("url", "u".into()), ("headers", Value::Map(BTreeMap::new()))];
    Value::map([("WebRequest", Value::map(fields))])
}

fn render() -> Value {
    let fields = [("mode", "text".into()), ("url", "u".into()), ("wait_after_loaded", "0s".into())];
    Value::map([("WebRender", Value::map(fields))])
}

/// A program that makes a request, which must not be refused, and returns true.
fn program(request: &Value) -> Vec<u8> {
    let (request, end) = (encode(request), encode(&Value::map([("Return", true.into())])));
    let items =
        format!("(data (i32.const 1024) \"{}\") (data (i32.const 4096) \"{}\")", data(&request), data(&end));
    let call = |at: u32, len| {
        format!("(call $must (call $gl_call (i32.const {at}) (i32.const {len}) (i32.const 0)))")
    };
    wasm(&items, &[call(1024, request.len()), call(4096, end.len())].concat())
}

/// A contract that runs one block, in which leader and validator run `program`.
struct Block {
    case: Case,
    program: Vec<u8>,
}

fn block(request: &Value) -> Block {
    let program = program(request);
    let id = packaged_id("asking", &program).expect("a name").to_string();
    let fields = [
        ("data_leader", ENTRY.to_vec().into()),
        ("data_validator", ENTRY.to_vec().into()),
        ("runner", id.as_str().into()),
    ];
    let mut case = case("", &asking(&Value::map([("RunNondet", Value::map(fields))]), 1, false));
    case.world.chain.runners.insert(id, program.clone().into());
    Block { case, program }
}

/// What a node's service was asked, with the greatest answer that it was allowed; and what came of the run.
type Seen = (Vec<(ScriptedRequest, u64)>, Done);

impl Block {
    /// What the caller has taken when it asks for the block, and the block when it asks for the web.
    fn taken(&self, role: &Role) -> u64 {
        let caller = &self.case.run.message;
        let message = match role {
            Role::Leader => caller.nondet_leader(ENTRY),
            Role::Validator(results) | Role::Sync(results) => {
                caller.nondet_validator(ENTRY, results[0].clone())
            }
        };
        let program = 4096 + self.program.len() as u64 + PAGE;
        self.case.base() + SUB_VM + message.encode().len() as u64 + program
    }

    /// Runs with so much left to the block when it asks; every answer is `answer`.
    fn with(&self, role: &Role, left: u64, answer: &Value) -> Seen {
        let answer = answer.clone();
        let services =
            Arc::new(ScriptedServices::by(move |_, _| Ok(LlmAnswer::new(Answer::Ok(answer.clone()), 0))));
        let ram = u32::try_from(self.taken(role) + left).expect("32 bits");
        let config = NodeConfig { limits: VmLimits { ram, ..VmLimits::default() }, ..NodeConfig::default() };
        let node = Node::new(&config, Arc::clone(&services) as _);
        let done = node.execute(self.case.world.host(), Run { role: role.clone(), ..self.case.run.clone() });
        let asked = services.requests().into_iter().map(|(request, limits)| (request, limits.max_octets));
        (asked.collect(), done)
    }
}

/// The contract goes on, whatever becomes of its block.
#[track_caller]
fn goes_on(done: &Done) {
    assert_eq!(outcome(done), Ok(Value::Null));
}

/// Both roles are asked with exactly `least` left, and may get three quarters of that; with an octet less they end.
#[track_caller]
fn needs(request: &Value, least: u64, cap: u64) {
    let block = block(request);
    let leader = |left| block.with(&Role::Leader, left, &Value::Null);
    // `more`: the quarters are rounded down.
    for (more, cap) in [(0, cap), (1, cap), (2, cap + 1), (3, cap + 2), (4, cap + 3)] {
        let (asked, done) = leader(least + more);
        goes_on(&done);
        assert_eq!(done.report.nondet_results, [TRUE], "{more} more");
        assert_eq!(asked.iter().map(|(_, cap)| *cap).collect::<Vec<_>>(), [cap], "{more} more");
    }
    let (asked, done) = leader(least - 1);
    goes_on(&done);
    assert_eq!(done.report.nondet_results, [OUT]);
    assert_eq!(asked, []);

    let role = Role::Validator(vec![TRUE.to_vec()]);
    let (asked, done) = block.with(&role, least, &Value::Null);
    goes_on(&done);
    assert_eq!((asked.len(), done.report.nondet_disagreement), (1, None));
    assert_eq!(asked[0].1, cap);
    let (asked, done) = block.with(&role, least - 1, &Value::Null);
    goes_on(&done);
    assert_eq!((asked.len(), done.report.nondet_disagreement), (0, Some(0)));
}

#[test]
fn a_request_needs_65536_octets() {
    needs(&request(), 65_536, 49_152);
}

#[test]
fn a_rendering_needs_134217728_octets() {
    needs(&render(), 134_217_728, 100_663_296);
}

#[test]
fn nothing_is_needed_where_it_is_forbidden() {
    // In deterministic mode the mode is checked first: the errno makes this guest trap.
    for request in [request(), render()] {
        let case = case("", &asking(&request, 1, false));
        assert_eq!(case.with(case.base()), Err("wasm_trap unreachable".into()));
    }
}

#[test]
fn an_answer_takes_its_length_and_a_descriptor() {
    let block = block(&request());
    // A service that keeps to no cap fills what there is: `{"ok": Bytes}`, of which seven octets are not the answer's own.
    let answer = |octets: u64| {
        let answer = Value::Bytes(vec![7; usize::try_from(octets).expect("it fits")]);
        let length = encode(&Value::map([("ok", answer.clone())])).len() as u64;
        (answer, length)
    };
    let left = 70_000;
    let (fits, length) = answer(left - 96 - 7);
    assert_eq!(length, left - 96);
    let (asked, done) = block.with(&Role::Leader, left, &fits);
    assert_eq!((asked.len(), &done.report.nondet_results[..]), (1, &[TRUE.to_vec()][..]));
    let (exceeds, _) = answer(left - 96 - 6);
    let (asked, done) = block.with(&Role::Leader, left, &exceeds);
    goes_on(&done);
    assert_eq!((asked.len(), &done.report.nondet_results[..]), (1, &[OUT.to_vec()][..]));
}
