//! The device `/vm/sdk` and the imports answer every request alike: errno, octets, and how the guest ends.

use crate::harness::{TIME, World, outcome};
use crate::permissions::requests;
use selfsame_hostabi::calldata::{Address, Kind, Value, check, decode, encode};
use selfsame_hostabi::runner::packaged_id;
use selfsame_hostabi::services::{Answer, LlmAnswer, ScriptedServices};
use selfsame_hostabi::vm::{Diagnostics, Run};
use std::fmt::Write;
use std::sync::{Arc, Mutex};

const AT: Address = Address([0x11; 20]);

fn data(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "\\{octet:02x}").expect("a string");
        text
    })
}

/// Imports, and a loop that copies what a descriptor holds to standard output.
const COMMON: &str = r#"
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "genlayer_sdk" "gl_call" (func $gl_call (param i32 i32 i32) (result i32)))
    (import "genlayer_sdk" "storage_read" (func $storage_read (param i32 i32 i32 i32) (result i32)))
    (import "genlayer_sdk" "storage_write" (func $storage_write (param i32 i32 i32 i32) (result i32)))
    (import "genlayer_sdk" "get_balance" (func $get_balance (param i32 i32) (result i32)))
    (import "genlayer_sdk" "get_self_balance" (func $get_self_balance (param i32) (result i32)))
    (memory (export "memory") 2)
    ;; 0: a buffer's address and length; 8: a count; 16: a descriptor; 20: an errno
    (func $print (param $at i32) (param $len i32)
        (i32.store (i32.const 0) (local.get $at)) (i32.store (i32.const 4) (local.get $len))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func $copy (param $fd i32)
        (loop $more
            (i32.store (i32.const 0) (i32.const 65536)) (i32.store (i32.const 4) (i32.const 65536))
            (br_if 1 (call $read (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
            (if (i32.load (i32.const 8)) (then
                (call $print (i32.const 65536) (i32.load (i32.const 8)))
                (br $more)))))
"#;

/// A guest that makes a request through `gl_call`: prints the errno, then the file.
fn by_import(request: &[u8]) -> String {
    format!(
        r#"(module {COMMON} (data (i32.const 1024) "{}")
        (func (export "_start")
            (i32.store (i32.const 20) (call $gl_call (i32.const 1024) (i32.const {}) (i32.const 16)))
            (call $print (i32.const 20) (i32.const 4))
            (br_if 0 (i32.load (i32.const 20)))
            (br_if 0 (i32.eq (i32.load (i32.const 16)) (i32.const -1)))
            (call $copy (i32.load (i32.const 16)))))"#,
        data(request),
        request.len()
    )
}

/// A guest that makes the request through the device: prints the answer.
fn by_device(request: &[u8]) -> String {
    format!(
        r#"(module {COMMON} (data (i32.const 1024) "{}") (data (i32.const 512) "/vm/sdk")
        (func (export "_start")
            (br_if 0 (call $open (i32.const 3) (i32.const 0) (i32.const 512) (i32.const 7) (i32.const 0)
                (i64.const 66) (i64.const 66) (i32.const 0) (i32.const 16)))
            (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const {}))
            (drop (call $write (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 8)))
            (call $copy (i32.load (i32.const 16)))))"#,
        data(request),
        request.len()
    )
}

/// The other imports: `call` leaves the errno, the answer of `len` octets is at 2048.
fn by_other_import(memory: &[u8], call: &str, len: u32) -> String {
    format!(
        r#"(module {COMMON} (data (i32.const 1024) "{}")
        (func (export "_start")
            (i32.store (i32.const 20) {call})
            (call $print (i32.const 20) (i32.const 4))
            (br_if 0 (i32.load (i32.const 20)))
            (call $print (i32.const 2048) (i32.const {len}))))"#,
        data(memory)
    )
}

/// What a guest printed, and how it ended.
fn run(world: &World, wat: &str) -> (Vec<u8>, Result<Value, String>) {
    let printed = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&printed);
    let code = wat::parse_str(wat).expect("a module");
    let mut message = world.message(AT, encode(&Value::Map(Default::default())));
    message.is_init = true;
    let run = Run {
        code: Some(code.into()),
        diagnostics: Some(Diagnostics::new(move |octets| sink.lock().expect("no panic").extend(octets))),
        ..Run::new(message, TIME)
    };
    let done = world.fast.execute(world.host(), run);
    let printed = printed.lock().expect("no panic").clone();
    (printed, outcome(&done))
}

/// The answer of the device, as the imports give it: the errno, then the octets.
fn flat(answer: &[u8]) -> Vec<u8> {
    let Ok(Value::Map(map)) = decode(answer) else { return answer.to_vec() };
    let errno = map["errno"].clone();
    let mut octets =
        (0..8_u32).find(|number| Value::from(*number) == errno).expect("an errno").to_le_bytes().to_vec();
    match &map["data"] {
        Value::Bytes(data) => octets.extend(data),
        Value::Int(_) => {
            let Kind::Map(entries) = check(answer).expect("it was decoded").kind() else { return octets };
            let Some(Kind::Int(int)) = entries.get("data").map(|data| data.kind()) else { return octets };
            octets.extend(int.to_u256_le().expect("a balance"));
        }
        _ => {}
    }
    octets
}

fn world() -> World {
    let services = ScriptedServices::by(|_, _| Ok(LlmAnswer::new(Answer::Ok("x".into()), 0)));
    let mut world = World::new(Arc::new(services));
    world.chain.balances.insert(AT, ruint::aliases::U256::from(1_000_007));
    let quiet = wat::parse_str(QUIET).expect("a module");
    world.chain.runners.insert(quiet_id(), quiet.into());
    world
}

/// A runner that prints nothing, for requests that start one.
const QUIET: &str = r#"(module (func (export "_start")))"#;

fn quiet_id() -> String {
    packaged_id("quiet", &wat::parse_str(QUIET).expect("a module")).expect("a name").to_string()
}

/// The request with the quiet runner, if it starts one.
fn quieted(octets: &[u8]) -> Vec<u8> {
    let Ok(Value::Map(mut request)) = decode(octets) else { panic!("a request") };
    for name in ["RunNondet", "Sandbox"] {
        if let Some(Value::Map(fields)) = request.get_mut(name) {
            fields.insert("runner".into(), quiet_id().into());
        }
    }
    encode(&Value::Map(request))
}

#[test]
fn every_request_is_answered_alike() {
    let world = world();
    let mut compared = 0;
    for (name, request) in requests() {
        let Value::Map(probe) = &request else { panic!("a call of the probe") };
        let Value::Array(args) = &probe["args"] else { panic!("arguments") };
        let [Value::Bytes(octets)] = &args[..] else { continue };
        let octets = quieted(octets);
        let (by_import, by_device) = (run(&world, &by_import(&octets)), run(&world, &by_device(&octets)));
        assert_eq!((flat(&by_device.0), by_device.1), by_import, "{name}");
        compared += 1;
    }
    assert_eq!(compared, 18);
    for octets in [&b"\x07"[..], b"\x06", b"\x2c\x59\x69\x65\x6c\x64"] {
        let (by_import, by_device) = (run(&world, &by_import(octets)), run(&world, &by_device(octets)));
        assert_eq!((flat(&by_device.0), by_device.1), by_import, "{octets:?}");
    }
    let ends = [("Return", Value::from(5)), ("UserError", "no".into())];
    for (name, value) in ends {
        let octets = encode(&Value::map([(name, value)]));
        let (by_import, by_device) = (run(&world, &by_import(&octets)), run(&world, &by_device(&octets)));
        assert_eq!(by_device, by_import, "{name}");
        assert!(by_import.0.is_empty());
    }
}

#[test]
fn storage_and_balances_are_answered_alike() {
    let world = world();
    let slot = [7_u8; 32];
    let storage = |index: u32, extra: (&'static str, Value)| {
        Value::map([("slot", Value::Bytes(slot.to_vec())), ("index", index.into()), extra])
    };
    for index in [0_u32, 31, u32::MAX - 3, u32::MAX - 2] {
        let request = encode(&Value::map([("StorageRead", storage(index, ("len", 4.into())))]));
        let call = format!(
            "(call $storage_read (i32.const 1024) (i32.const {}) (i32.const 2048) (i32.const 4))",
            index as i32
        );
        let (device, import) =
            (run(&world, &by_device(&request)), run(&world, &by_other_import(&slot, &call, 4)));
        assert_eq!((flat(&device.0), device.1), import, "read {index}");

        let request =
            encode(&Value::map([("StorageWrite", storage(index, ("data", vec![1_u8, 2, 3, 4].into())))]));
        let call = format!(
            "(call $storage_write (i32.const 1024) (i32.const {}) (i32.const 1056) (i32.const 4))",
            index as i32
        );
        let memory = [&slot[..], &[1, 2, 3, 4]].concat();
        let (device, import) =
            (run(&world, &by_device(&request)), run(&world, &by_other_import(&memory, &call, 0)));
        assert_eq!((flat(&device.0), device.1), import, "write {index}");
    }
    let request = encode(&Value::map([("GetBalance", Value::map([("address", AT.into())]))]));
    let call = "(call $get_balance (i32.const 1024) (i32.const 2048))";
    let (device, import) =
        (run(&world, &by_device(&request)), run(&world, &by_other_import(&AT.0, call, 32)));
    assert_eq!((flat(&device.0), device.1), import);
    let request = encode(&Value::map([("GetSelfBalance", Value::Null)]));
    let call = "(call $get_self_balance (i32.const 2048))";
    let (device, import) = (run(&world, &by_device(&request)), run(&world, &by_other_import(&[], call, 32)));
    assert_eq!((flat(&device.0), device.1), import);
}
