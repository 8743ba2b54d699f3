//! What a cache of translated code could save: measured, so that it need not be guessed. There is none.

use crate::clock::{least, of_thread};
use crate::startup::Outcome;
use peak_alloc::PeakAlloc;
use selfsame_hostabi::wasi::add_to_linker;
use selfsame_hostabi::{Vfs, WasiCtx, run_command};
use selfsame_interp::{Engine, Linker, Module, Store};
use std::error::Error;
use std::path::Path;
use std::time::Duration;

const TIMES: u32 = 5;

/// Prints how long CPython's translation takes, how long it would take to read as many bytes and check them, and
/// what of it a start needs.
///
/// # Errors
/// If CPython does not start.
pub fn print(programs: &Path, allocated: &PeakAlloc) -> Outcome {
    let Ok(bytes) = std::fs::read(programs.join("fetched/cpython/python.wasm")) else { return Ok(()) };
    println!("a cache of CPython's code");
    let (mut translation, mut volume) = (f64::MAX, 0);
    for _ in 0..TIMES {
        let module = Module::new(&Engine::default(), bytes.clone())?;
        let before = allocated.current_usage();
        translation = translation.min(of_thread(|| module.translate_all()).0.as_secs_f64());
        volume = allocated.current_usage() - before;
    }
    let file = std::env::temp_dir().join(format!("selfsame-bench-code-{}", std::process::id()));
    std::fs::write(&file, vec![0x5a; volume])?;
    let load = least(TIMES, || std::fs::read(&file).map(|code| blake3::hash(&code)));
    std::fs::remove_file(&file)?;
    let load = load?;
    println!(
        "  translation of all: {:.1} ms, {:.1} MiB",
        translation * 1e3,
        volume as f64 / f64::from(1 << 20)
    );
    println!("  as many bytes from a file that is in memory, and BLAKE3 of them: {:.1} ms", load * 1e3);
    let root = programs.join("fetched/cpython/root");
    let (mut set_up, mut first, mut again) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..TIMES {
        let engine = Engine::default();
        let (taken, module) = of_thread(|| Module::new(&engine, bytes.clone()));
        let module = module?;
        set_up = set_up.min(taken);
        first = first.min(start(&engine, &module, &root)?);
        again = again.min(start(&engine, &module, &root)?);
    }
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "  set-up {:.1} ms, `print(1)` {:.1} ms, again on the same module, whose code is there {:.1} ms",
        ms(set_up),
        ms(first),
        ms(again)
    );
    Ok(())
}

/// Time from an instance to the end of a short script.
fn start(engine: &Engine, module: &Module, root: &Path) -> Result<Duration, Box<dyn Error>> {
    let mut linker = Linker::new();
    add_to_linker(&mut linker, |ctx: &mut WasiCtx| ctx);
    let mut vfs = Vfs::new();
    vfs.map_host_dir(root, "/")?;
    let ctx = WasiCtx::builder().args(["python", "-B", "-S", "-c", "print(1)"]).vfs(vfs).build()?;
    let mut store = Store::new(engine, ctx);
    store.set_gas(u64::MAX);
    let (taken, outcome) = of_thread(|| {
        let instance = linker.instantiate(&mut store, module)?;
        Ok::<_, selfsame_interp::Error>(run_command(&mut store, instance))
    });
    outcome?;
    Ok(taken)
}
