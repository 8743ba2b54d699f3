//! RAM, charge by charge: the least budget with which a run succeeds is the sum of the charges, to the octet.

use crate::harness::{TIME, World, call, outcome};
use selfsame_hostabi::calldata::{Address, Value, encode};
use selfsame_hostabi::runner::{build, packaged_id};
use selfsame_hostabi::services::NoServices;
use selfsame_hostabi::storage::root;
use selfsame_hostabi::vm::{Node, NodeConfig, Run, VmLimits};
use std::fmt::Write;
use std::sync::Arc;

const AT: Address = Address([0x11; 20]);
pub const PAGE: u64 = 65_536;
/// What creating a sub-VM takes.
pub const SUB_VM: u64 = 134_217_728;

/// Octets, as the text format writes them.
pub fn data(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "\\{octet:02x}").expect("a string");
        text
    })
}

/// A module with one page of memory, `items` beside it, and this body. 0: results; 512: names; 1024: requests.
pub fn wasm(items: &str, body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
        (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
        (import "genlayer_sdk" "gl_call" (func $gl_call (param i32 i32 i32) (result i32)))
        (import "genlayer_sdk" "storage_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        {items}
        (func $must (param i32) (if (local.get 0) (then unreachable)))
        (func (export "_start") {body}))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A module that makes a request, as often as `times`; closes what it gets if `close`.
pub fn asking(request: &Value, times: usize, close: bool) -> Vec<u8> {
    let octets = encode(request);
    let mut once =
        format!("(call $must (call $gl_call (i32.const 1024) (i32.const {}) (i32.const 0)))", octets.len());
    if close {
        once.push_str("(call $must (call $close (i32.load (i32.const 0))))");
    }
    wasm(&format!("(data (i32.const 1024) \"{}\")", data(&octets)), &once.repeat(times))
}

fn writing(pages: &[u32]) -> String {
    pages.iter().fold(String::new(), |mut body, page| {
        let index = page * 32;
        write!(
            body,
            "(call $must (call $write (i32.const 0) (i32.const {index}) (i32.const 64) (i32.const 1)))"
        )
        .expect("a string");
        body
    })
}

/// A runner of this module, with actions in front.
fn archive(actions: &str, wasm: &[u8]) -> Vec<u8> {
    let json = format!(r#"{{"Seq":[{actions}{{"StartWasm":"m"}}]}}"#);
    build::zip([("runner.json", json.as_bytes()), ("m", wasm), ("lib/a", b"some octets")]).expect("it fits")
}

pub struct Case {
    pub world: World,
    pub run: Run,
    size: u64,
}

pub fn case(actions: &str, wasm: &[u8]) -> Case {
    let mut world = World::offline();
    let code = archive(actions, wasm);
    let size = code.len() as u64;
    world.chain.write_code(AT, &code);
    let run = Run::new(world.message(AT, call("x", vec![])), TIME);
    Case { world, run, size }
}

impl Case {
    /// What a sub-VM with one page of memory takes: itself, standard input, runner, memory.
    pub fn base(&self) -> u64 {
        let stdin = self.run.message.encode().len() as u64;
        SUB_VM + stdin + 4096 + self.size + PAGE
    }

    pub fn with(&self, ram: u64) -> Result<Value, String> {
        let limits = VmLimits { ram: u32::try_from(ram).expect("32 bits"), ..VmLimits::default() };
        let node = Node::new(&NodeConfig { limits, ..NodeConfig::default() }, Arc::new(NoServices));
        outcome(&node.execute(self.world.host(), self.run.clone()))
    }

    /// The run succeeds with `beyond` octets more than the base, and with one less ends with `code`.
    #[track_caller]
    fn takes(&self, beyond: u64, code: &str) {
        let least = self.base() + beyond;
        assert_eq!(self.with(least), Ok(Value::Null));
        assert_eq!(self.with(least - 1), Err(code.into()));
    }
}

const MEMORY: &str = "out_of memory";

#[test]
fn starting_takes_the_sub_vm_its_input_its_runner_and_its_memory() {
    case("", &wasm("", "")).takes(0, "out_of memory wasm_memory");
    case("", &wasm("(table 10 funcref)", "")).takes(640, "out_of memory wasm_table");
}

#[test]
fn growing_takes_the_size_and_is_refused_without_it() {
    let grown = wasm("", "(call $must (i32.eq (memory.grow (i32.const 2)) (i32.const -1)))");
    case("", &grown).takes(2 * PAGE, "wasm_trap unreachable");
    let table = "(table $t 0 funcref)";
    let grown =
        wasm(table, "(call $must (i32.eq (table.grow $t (ref.null func) (i32.const 3)) (i32.const -1)))");
    case("", &grown).takes(3 * 64, "wasm_trap unreachable");
}

#[test]
fn actions_take_what_they_map_and_set() {
    let idle = wasm("", "");
    // The module's memory comes last, so it is what does not fit.
    let last = "out_of memory wasm_memory";
    case(r#"{"MapFile":{"file":"lib/a","to":"/b/c"}},"#, &idle).takes(256 + 4, last);
    case(r#"{"MapFile":{"file":"lib/","to":"d"}},"#, &idle).takes(256 + 3, last);
    case(r#"{"AddEnv":{"name":"A","val":"12345"}},"#, &idle).takes(5, last);
    let twice = r#"{"AddEnv":{"name":"A","val":"12345"}},{"AddEnv":{"name":"A","val":"${A}6"}},"#;
    case(twice, &idle).takes(5 + 6, last);
    case(r#"{"SetArgs":["one","two"]},"#, &idle).takes(0, last);
}

#[test]
fn dependencies_take_their_size_once() {
    let library = build::zip([("runner.json", b"{\"Seq\":[]}".as_slice())]).expect("it fits");
    let id = packaged_id("lib", &library).expect("a name").to_string();
    let once = format!(r#"{{"Depends":"{id}"}},"#);
    for actions in [once.clone(), once.repeat(2)] {
        let mut case = case(&actions, &wasm("", ""));
        case.world.chain.runners.insert(id.clone(), library.clone().into());
        case.takes(4096 + library.len() as u64, "out_of memory wasm_memory");
    }
}

#[test]
fn descriptors_take_96_once_and_host_files_their_length_until_they_are_closed() {
    let open = r#"(call $must (call $open (i32.const 3) (i32.const 0) (i32.const 512) (i32.const 1) (i32.const 0)
        (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))"#;
    let close = "(call $must (call $close (i32.load (i32.const 0))))";
    let named = r#"(data (i32.const 512) "f")"#;
    let mapped = r#"{"MapFile":{"file":"lib/a","to":"/f"}},"#;
    let mapping = 256 + 2;
    case(mapped, &wasm(named, open)).takes(mapping + 96, MEMORY);
    case(mapped, &wasm(named, &open.repeat(3))).takes(mapping + 3 * 96, MEMORY);
    // A number that is free again costs nothing, and a mapped file never its contents.
    case(mapped, &wasm(named, &[open, close, open].concat())).takes(mapping + 96, MEMORY);

    let time = Value::map([("Trace", "RuntimeMicroSec".into())]);
    case("", &asking(&time, 1, false)).takes(1 + 96, MEMORY);
    case("", &asking(&time, 3, false)).takes(3 * (1 + 96), MEMORY);
    case("", &asking(&time, 3, true)).takes(1 + 96, MEMORY);
}

#[test]
fn pages_take_256_when_they_are_first_written() {
    case("", &wasm("", &writing(&[0]))).takes(256, MEMORY);
    case("", &wasm("", &writing(&[0, 5, 0, 5]))).takes(2 * 256, MEMORY);
}

#[test]
fn emissions_take_256_and_their_payload_for_good() {
    let event = |topics: usize| {
        let topics = vec![Value::Bytes(vec![1; 32]); topics];
        Value::map([(
            "EmitEvent",
            Value::map([("topics", Value::Array(topics)), ("blob", Value::map([("k", 1.into())]))]),
        )])
    };
    // The encoded blob has four octets.
    case("", &asking(&event(0), 1, false)).takes(256 + 4, MEMORY);
    case("", &asking(&event(2), 3, false)).takes(3 * (256 + 4 + 64), MEMORY);
}

#[test]
fn registered_runners_take_their_size_and_their_id_a_file() {
    let runner = build::zip([("runner.json", b"{\"Seq\":[]}".as_slice())]).expect("it fits");
    let size = runner.len() as u64;
    let request = Value::map([("RegisterRunner", Value::map([("code", Value::Bytes(runner))]))]);
    // `custom:` and 52 symbols, with a header of two octets.
    let id = 2 + 7 + 52;
    case("", &asking(&request, 1, false)).takes(4096 + size + id + 96, MEMORY);
    case("", &asking(&request, 2, true)).takes(4096 + size + id + 96, MEMORY);
}

#[test]
fn locked_slots_take_32_each_for_good() {
    let mut locked = case("", &wasm("", ""));
    let mut page = vec![0; 32];
    page[0] = 5;
    locked.world.chain.write(AT, root::locked_slots(), page);
    locked.takes(5 * 32, "out_of memory wasm_memory");
}

#[test]
fn evm_answers_must_fit_and_are_files() {
    let request =
        Value::map([("EthCall", Value::map([("address", AT.into()), ("calldata", Value::Bytes(vec![]))]))]);
    let mut evm = case("", &asking(&request, 1, false));
    evm.world.chain.evm = Some(vec![7; 1000]);
    evm.takes(1000 + 96, MEMORY);
}

#[test]
fn inherited_pages_take_128_each() {
    let idle = wasm("", "");
    let id = packaged_id("idle", &idle).expect("a name").to_string();
    let request = Value::map([(
        "Sandbox",
        Value::map([
            ("data", Value::Bytes(vec![])),
            ("runner", id.as_str().into()),
            ("allow_write_storage", false.into()),
            ("allow_send_messages", false.into()),
            ("allow_register_runners", false.into()),
        ]),
    )]);
    // Whether the sandbox could start is the first octet of its result; the caller traps unless it is 0.
    let octets = encode(&request);
    let check = r#"(i32.store (i32.const 8) (i32.const 16)) (i32.store (i32.const 12) (i32.const 1))
        (call $must (call $read (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 24)))
        (call $must (i32.load8_u (i32.const 16)))"#;
    let body = |pages: &[u32]| {
        let ask = format!(
            "(call $must (call $gl_call (i32.const 1024) (i32.const {}) (i32.const 0)))",
            octets.len()
        );
        [writing(pages), ask, check.into()].concat()
    };
    let items = format!("(data (i32.const 1024) \"{}\")", data(&octets));
    for pages in [&[][..], &[0], &[0, 9, 17]] {
        let mut case = case("", &wasm(&items, &body(pages)));
        case.world.chain.runners.insert(id.clone(), idle.clone().into());
        let child = case.run.message.sandbox([]).encode().len() as u64;
        let sandbox = SUB_VM + child + 4096 + idle.len() as u64 + PAGE;
        case.takes(sandbox + pages.len() as u64 * (256 + 128), "wasm_trap unreachable");
    }
}

#[test]
fn a_sandbox_takes_its_callers_pages_again_and_leaves_its_own_to_it() {
    let library = wasm("", &writing(&[0, 1, 2]));
    let id = packaged_id("lib", &library).expect("a name").to_string();
    let request = |write: bool| {
        Value::map([(
            "Sandbox",
            Value::map([
                ("data", Value::Bytes(vec![])),
                ("runner", id.as_str().into()),
                ("allow_write_storage", write.into()),
                ("allow_send_messages", false.into()),
                ("allow_register_runners", false.into()),
            ]),
        )])
    };
    let sandbox = |world: &mut World| world.chain.runners.insert(id.clone(), library.clone().into());
    let peak = |case: &Case| {
        let mut message = case.run.message.sandbox([]);
        message.is_init = false;
        SUB_VM + message.encode().len() as u64 + 4096 + library.len() as u64 + PAGE
    };
    // The result of a sandbox that could not start is read by its caller, which goes on.
    let answer = |case: &Case, ram: u64| {
        let limits = VmLimits { ram: u32::try_from(ram).expect("32 bits"), ..VmLimits::default() };
        let node = Node::new(&NodeConfig { limits, ..NodeConfig::default() }, Arc::new(NoServices));
        let done = node.execute(case.world.host(), case.run.clone());
        (
            outcome(&done),
            done.report.storage_changes.iter().map(|delta| delta.octets.len() / 32).sum::<usize>(),
        )
    };
    let mut case = case("", &asking(&request(true), 1, false));
    sandbox(&mut case.world);
    let least = case.base() + peak(&case) + 3 * 256;
    assert_eq!(answer(&case, least), (Ok(Value::Null), 3));
    // The third page does not fit; two that did are the caller's now.
    assert_eq!(answer(&case, least - 1), (Ok(Value::Null), 2));
}
