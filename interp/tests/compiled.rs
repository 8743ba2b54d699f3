//! Programs that compilers for Kotlin, MoonBit and C++ have made, with structs, arrays and exceptions: they print what they
//! must on both tiers, for the same gas. What they import of a system is here, as far as they use it.

use selfsame_interp::{Caller, Config, Engine, Error, Extern, Linker, Module, StackLimits, Store, Tier, Val};
use std::path::{Path, PathBuf};

/// What a program has printed.
type Printed = Vec<u8>;

fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/gc")
}

fn memory<'a>(caller: &'a mut Caller<'_, Printed>) -> (&'a mut [u8], &'a mut Printed) {
    caller.memory_and_data("memory").expect("the programs export their memory")
}

fn number(memory: &[u8], at: u32) -> u32 {
    let at = at as usize;
    u32::from_le_bytes(memory[at..at + 4].try_into().expect("four octets"))
}

/// `fd_write`, to whatever descriptor.
fn fd_write(mut caller: Caller<'_, Printed>, _: i32, pieces: u32, count: u32, written: u32) -> i32 {
    let (memory, printed) = memory(&mut caller);
    let before = printed.len();
    for piece in 0..count {
        let (at, len) = (number(memory, pieces + 8 * piece), number(memory, pieces + 8 * piece + 4));
        printed.extend_from_slice(&memory[at as usize..(at + len) as usize]);
    }
    let sum = (printed.len() - before) as u32;
    memory[written as usize..written as usize + 4].copy_from_slice(&sum.to_le_bytes());
    0
}

/// The same octets every time.
fn random_get(mut caller: Caller<'_, Printed>, at: u32, len: u32) -> i32 {
    let (memory, _) = memory(&mut caller);
    memory[at as usize..(at + len) as usize].fill(7);
    0
}

/// `spectest.print_char`: a unit of UTF-16.
fn print_char(mut caller: Caller<'_, Printed>, unit: i32) {
    caller.data_mut().extend_from_slice(&(unit as u16).to_le_bytes());
}

/// What the program printed, the gas that took, and how it ended.
fn run(tier: Tier, file: &Path) -> (Printed, u64, Option<String>) {
    // One throws through 2,000 frames.
    let stack = StackLimits { call_depth: 10_000, value_slots: 500_000, ..StackLimits::default() };
    let engine = Engine::new(Config::new().tier(tier).stack(stack));
    let bytes = std::fs::read(file).expect("a file");
    let module = Module::new(&engine, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut linker = Linker::new();
    let wasi = "wasi_snapshot_preview1";
    linker.func_wrap(wasi, "fd_write", fd_write);
    linker.func_wrap(wasi, "random_get", random_get);
    linker.func_wrap(wasi, "poll_oneoff", |_: i32, _: i32, _: i32, _: i32| 52);
    linker.func_wrap(wasi, "fd_close", |_: i32| 0);
    linker.func_wrap(wasi, "fd_fdstat_get", |_: i32, _: i32| 8);
    linker.func_wrap(wasi, "fd_seek", |_: i32, _: i64, _: i32, _: i32| 70);
    let exit = |status: i32| -> Result<(), Error> {
        Err(Error::host(std::io::Error::other(format!("exit {status}"))))
    };
    linker.func_wrap(wasi, "proc_exit", exit);
    linker.func_wrap("spectest", "print_char", print_char);
    let mut store = Store::new(&engine, Printed::new());
    store.set_gas(1 << 40);
    let instance = linker.instantiate(&mut store, &module).expect("all imports are there");
    let Some(Extern::Func(start)) = instance.get_export(&mut store, "_start") else {
        panic!("`_start` is exported")
    };
    let outcome = start.call(&mut store, &[], &mut [] as &mut [Val]).err().map(|error| error.to_string());
    let gas = store.gas_consumed();
    (store.into_data(), gas, outcome)
}

fn check(folder: &str) {
    let mut programs: Vec<PathBuf> = std::fs::read_dir(programs().join(folder))
        .expect("a folder")
        .map(|file| file.expect("a file").path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        .collect();
    programs.sort();
    assert!(!programs.is_empty());
    for program in programs {
        let [exact, fast] = [Tier::Exact, Tier::Fast].map(|tier| run(tier, &program));
        let mut expected = std::fs::read(program.with_extension("expected")).expect("what it prints");
        if folder == "moonbit" {
            let text = String::from_utf8(expected).expect("text");
            expected = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }
        let name = program.display();
        assert!(fast.2.as_deref().is_none_or(|end| end == "exit 0"), "{name}: {:?}", fast.2);
        assert_eq!(String::from_utf8_lossy(&fast.0), String::from_utf8_lossy(&expected), "{name}");
        assert_eq!((exact.1, &exact.2), (fast.1, &fast.2), "{name}: gas and end, exact, then fast");
        assert!(exact.0 == fast.0, "{name}: the tiers print differently");
    }
}

#[test]
fn kotlin() {
    check("kotlin");
}

#[test]
fn moonbit() {
    check("moonbit");
}

#[test]
fn exceptions_of_cpp() {
    check("cpp");
}
