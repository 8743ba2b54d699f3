//! Prices, charges of RAM and counts: those that the pages in `docs/` name are those of the code, and those that are
//! taken.

use crate::harness::{World, outcome};
use selfsame_hostabi::calldata::{Address, Value, encode};
use selfsame_hostabi::runner::FILE_CHARGE;
use selfsame_hostabi::sdk::{MAX_TOPICS, SdkErrno};
use selfsame_hostabi::services::MAX_IMAGES;
use selfsame_hostabi::storage::{LOCKED_SLOT, MAX_LOCKED_SLOTS, MAX_UPGRADERS};
use selfsame_hostabi::vm::VmLimits;
use selfsame_hostabi::wasi::{MAX_OPEN, NEW_NUMBER};
use selfsame_hostabi::{TABLE_ELEMENT, gas};
use selfsame_interp::{Opcode, Schedule};
use std::collections::BTreeMap;
use std::fmt::Write;

fn page(name: &str) -> String {
    let path = format!("{}/../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The number in the second cell of each row that has one there, by the first cell.
fn numbers(page: &str) -> BTreeMap<String, u64> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let what = cells.next()?.replace('`', "");
        Some((what, cells.next()?.replace(',', "").parse().ok()?))
    };
    page.lines().filter_map(row).collect()
}

fn of<const N: usize>(rows: [(&str, u64); N]) -> BTreeMap<String, u64> {
    rows.map(|(what, number)| (what.to_owned(), number)).into()
}

#[test]
fn the_numbers_of_the_host_interface_are_those_of_the_code() {
    let limits = VmLimits::default();
    let wanted = of([
        ("success", 0),
        ("overflow", SdkErrno::Overflow as u64),
        ("inval", SdkErrno::Inval as u64),
        ("fault", SdkErrno::Fault as u64),
        ("ilseq", SdkErrno::Ilseq as u64),
        ("io", SdkErrno::Io as u64),
        ("forbidden", SdkErrno::Forbidden as u64),
        ("inbalance", SdkErrno::Inbalance as u64),
        ("a linear memory, at its start and growing", 1),
        ("a table, at its start and growing", TABLE_ELEMENT),
        ("a file that the host makes: standard input, what gl_call gives to read", 1),
        ("a descriptor number never used before (0 to 3 are free)", NEW_NUMBER),
        ("a request written to /vm/sdk, and its answer", 1),
        ("creating a sub-VM", limits.subvm.into()),
        ("a page of storage that its creator had written", limits.inherited_page.into()),
        ("a page of storage first written", limits.page.into()),
        ("a locked slot, where the run may write and the sender is no upgrader", LOCKED_SLOT),
        ("an emission", limits.emission.into()),
        ("a runner loaded, once in a sub-VM, or registered", limits.runner.into()),
        ("a file mapped", FILE_CHARGE),
        ("a variable of the environment", 0),
        ("open descriptors", MAX_OPEN as u64),
        ("sub-VMs inside one another", limits.depth.into()),
        ("non-deterministic blocks of a run", limits.nondet_blocks.into()),
        ("modules of a sub-VM", limits.instances.into()),
        ("upgraders", MAX_UPGRADERS.into()),
        ("locked slots", MAX_LOCKED_SLOTS.into()),
        ("topics of an event", MAX_TOPICS as u64),
        ("images of a prompt", MAX_IMAGES as u64),
        ("a call", gas::CALL),
        ("octets that a call moves, for one gas, rounded down", gas::OCTETS_PER_GAS),
        ("an octet of a path counts as", gas::PATH_WEIGHT),
        ("a buffer in a list counts as", gas::IOVEC),
        ("an entry that fd_readdir skips counts as", gas::SKIPPED_ENTRY),
        ("instantiating a module of a contract", gas::INSTANTIATION),
        ("octets of such a module, for one gas, rounded down", gas::MODULE_OCTETS_PER_GAS),
    ]);
    assert_eq!(numbers(&page("host-abi.md")), wanted);

    let text = page("host-abi.md");
    assert!(text.contains(&format!("Version {} (", gas::VERSION)));
    for (words, octets) in [
        ("for `WebRequest` 65,536 octets", limits.web_request),
        ("for `WebRender` 134,217,728", limits.web_render),
        ("at most 4,294,967,295 octets", limits.ram),
    ] {
        assert!(text.contains(words), "{words}");
        let number: String = words.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(number, octets.to_string());
    }
}

/// A contract that runs `body` `times` times, and is of the same length however often it does.
fn repeated(times: u32, body: &str) -> Vec<u8> {
    let request = encode(&Value::map([("Yield", Value::Null)]));
    let data = request.iter().fold(String::new(), |mut text, octet| {
        write!(text, "\\{octet:02x}").expect("a string");
        text
    });
    let text = format!(
        r#"(module
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "genlayer_sdk" "gl_call" (func $gl_call (param i32 i32 i32) (result i32)))
        (import "genlayer_sdk" "storage_read" (func $storage_read (param i32 i32 i32 i32) (result i32)))
        (import "genlayer_sdk" "storage_write" (func $storage_write (param i32 i32 i32 i32) (result i32)))
        (import "genlayer_sdk" "get_balance" (func $get_balance (param i32 i32) (result i32)))
        (import "genlayer_sdk" "get_self_balance" (func $get_self_balance (param i32) (result i32)))
        (memory (export "memory") 1)
        ;; 0: a buffer of what is read; 8: one of the request; 16: results; 512: a name; 1024: the request
        (data (i32.const 0) "\00\10\00\00\00\10\00\00\00\04\00\00\08\00\00\00")
        (data (i32.const 512) "vm/sdk") (data (i32.const 1024) "{data}")
        (func (export "_start") (local $left i32)
            (if (call $open (i32.const 3) (i32.const 0) (i32.const 512) (i32.const 6) (i32.const 0)
                (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 16)) (then unreachable))
            (local.set $left (i32.const {times}))
            (loop $more
                {body}
                (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Gas of one turn of the loop.
fn turn(body: &str) -> u64 {
    let [once, twice] = [1, 2].map(|times| {
        let done = World::offline().deploy(Address([0x11; 20]), repeated(times, body).into(), Vec::new());
        assert_eq!(outcome(&done), Ok(Value::Null), "{body}");
        done.time_used
    });
    twice - once
}

/// Gas of the host in calls of functions with i32 parameters, which have to succeed.
fn prices(calls: &[&str]) -> u64 {
    let cost = |opcode| u64::from(Schedule::v2().cost(opcode));
    let body = calls.iter().map(|call| format!("(if (call {call}) (then unreachable))")).collect::<String>();
    let parameters = calls.iter().map(|call| call.matches("i32.const").count() as u64).sum::<u64>();
    let around =
        parameters * cost(Opcode::I32Const) + calls.len() as u64 * (cost(Opcode::Call) + cost(Opcode::If));
    turn(&body) - turn("") - around
}

#[test]
fn imports_take_what_the_page_says() {
    let base = gas::CALL;
    for (call, octets) in [
        ("$storage_read (i32.const 64) (i32.const 0) (i32.const 2048) (i32.const 800)", 32 + 800),
        ("$storage_write (i32.const 64) (i32.const 0) (i32.const 2048) (i32.const 800)", 32 + 800),
        ("$get_balance (i32.const 64) (i32.const 128)", 52),
        ("$get_self_balance (i32.const 128)", 32),
        ("$gl_call (i32.const 1024) (i32.const 8) (i32.const 16)", 8),
    ] {
        assert_eq!(prices(&[call]), base + octets / 8, "{call}");
    }
}

#[test]
fn the_device_takes_what_the_page_says() {
    let documented = numbers(&page("sdk-device.md"));
    assert_eq!(documented["executing a request"], gas::CALL);
    let unit = "octets of it and, for StorageRead, of len, for one gas, rounded down";
    assert_eq!(documented[unit], gas::OCTETS_PER_GAS);

    let write = "$write (i32.const 4) (i32.const 8) (i32.const 1) (i32.const 16)";
    let read = "$read (i32.const 4) (i32.const 0) (i32.const 1) (i32.const 16)";
    assert_eq!(prices(&[write]), documented["fd_write: 8 octets and one buffer"]);
    assert_eq!(prices(&[write, read]), documented["in all"]);
    let parts =
        ["fd_write: 8 octets and one buffer", "the request: 8 octets", "fd_read: 14 octets and one buffer"];
    assert_eq!(parts.map(|part| documented[part]).iter().sum::<u64>(), documented["in all"]);
    let import = "$gl_call (i32.const 1024) (i32.const 8) (i32.const 16)";
    assert_eq!(prices(&[import]), documented["by gl_call"]);
}
