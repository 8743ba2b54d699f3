//! Hostile load: contracts and services that ask for too much of everything. Limits hold to the unit, what the process
//! allocates stays within what the contract has paid for, and every execution ends with a code.
//!
//! Counted, not timed: by the counters of the virtual machine, and by the allocator. Mapped memories of guests are not
//! the allocator's; the RAM budget is what bounds them.

mod bombs;
mod depth;
mod floods;
#[path = "../vm/harness.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod harness;
mod slow;

use harness::{World, call};
use peak_alloc::PeakAlloc;
use selfsame_hostabi::calldata::{Address, Value, encode};
use selfsame_hostabi::services::Services;
use selfsame_hostabi::vm::{NodeConfig, Run, VmLimits};
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Where the program is.
pub(crate) const AT: Address = Address([0x11; 20]);
/// What creating a sub-VM takes of the RAM.
pub(crate) const SUB_VM: u64 = 134_217_728;
/// Octets of a mebibyte.
pub(crate) const MIB: usize = 1 << 20;

/// More rounds where the compiler has made them cheap.
pub(crate) const fn rounds(many: u32) -> u32 {
    if cfg!(debug_assertions) { many / 10 } else { many }
}

/// One test at a time, since all share the allocator.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What `work` gives, and the octets that it had allocated at its peak beyond those that were there.
pub(crate) fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    let done = work();
    (done, ALLOCATED.peak_usage().saturating_sub(before))
}

/// A program: `items` beside its memory, `body` in its entry point with a local `$n`. `$must` traps at anything but 0,
/// `$ask` makes the request, `$exit` ends with a number. 0: results; 512: the name `f`; 1024: the request.
pub(crate) fn program(request: &Value, items: &str, body: &str) -> Arc<[u8]> {
    let request = encode(request);
    // A memory is zero as it comes.
    let end = request.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
    let data = request[..end].iter().fold(String::new(), |mut text, octet| {
        write!(text, "\\{octet:02x}").expect("a string");
        text
    });
    let pages = (1024 + request.len()).div_ceil(1 << 16) + 1;
    let text = format!(
        r#"(module
        (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $print (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
        (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "genlayer_sdk" "gl_call" (func $gl_call (param i32 i32 i32) (result i32)))
        (import "genlayer_sdk" "get_balance" (func $balance (param i32 i32) (result i32)))
        (import "genlayer_sdk" "storage_read" (func $storage_read (param i32 i32 i32 i32) (result i32)))
        (import "genlayer_sdk" "storage_write" (func $storage_write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") {pages})
        (data (i32.const 512) "f") (data (i32.const 1024) "{data}")
        {items}
        (func $must (param i32) (if (local.get 0) (then unreachable)))
        (func $ask (result i32) (call $gl_call (i32.const 1024) (i32.const {}) (i32.const 0)))
        (func (export "_start") (local $n i32) {body}))"#,
        request.len()
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).into()
}

/// A body that does this for ever.
pub(crate) fn forever(body: &str) -> String {
    format!("(loop $more {body} (br $more))")
}

/// A body that does this so many times.
pub(crate) fn times(count: u32, body: &str) -> String {
    format!(
        "(loop $more {body} (br_if $more (i32.ne (i32.const {count})
            (local.tee $n (i32.add (local.get $n) (i32.const 1))))))"
    )
}

/// A world with this program at [`AT`], and sub-VMs that may take so much RAM beyond what creating one takes.
pub(crate) fn world(program: &[u8], ram: u64, services: Arc<dyn Services>) -> World {
    let ram = u32::try_from(SUB_VM + ram).expect("32 bits");
    let limits = VmLimits { ram, ..VmLimits::default() };
    let mut world = World::with(services, &NodeConfig { limits, ..NodeConfig::default() });
    world.chain.write_code(AT, program);
    world
}

/// A transaction that calls the program.
pub(crate) fn run(world: &World, time: u64) -> Run {
    Run::new(world.message(AT, call("x", vec![])), time)
}

/// What a program has left of the RAM of [`world`] when it starts.
pub(crate) fn left(program: &[u8], ram: u64) -> u64 {
    let pages = 65_536 * u64::from(pages(program));
    let stdin = World::offline().message(AT, call("x", vec![])).encode().len() as u64;
    ram - stdin - 4096 - program.len() as u64 - pages
}

/// Pages of a program's memory.
fn pages(program: &[u8]) -> u32 {
    let engine = selfsame_interp::Engine::default();
    let module = selfsame_interp::Module::new(&engine, program.to_vec()).expect("a program");
    u32::try_from(module.validated().memories()[0].min).expect("few pages")
}
