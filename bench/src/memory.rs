//! Resident memory of instances: of a small module, of a thousand of them, of CPython.

use selfsame_hostabi::wasi::add_to_linker;
use selfsame_hostabi::{Vfs, WasiCtx};
use selfsame_interp::{Engine, Instance, Linker, Module, Store};
use std::error::Error;
use std::path::Path;

const SMALL: &str = r#"(module (memory (export "memory") 1)
    (func (export "run") (param i32) (result i32)
        (i32.store (i32.const 8) (local.get 0))
        (i32.add (i32.load (i32.const 8)) (i32.const 1))))"#;

/// Resident bytes of this process.
fn resident() -> Result<usize, Box<dyn Error>> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: usize = statm.split_whitespace().nth(1).ok_or("no resident size")?.parse()?;
    Ok(pages * 4096)
}

/// An instance that has run.
fn small_instance(engine: &Engine, module: &Module) -> Result<Store<()>, Box<dyn Error>> {
    let mut store = Store::new(engine, ());
    store.set_gas(1_000_000);
    let instance = Instance::new(&mut store, module, &[])?;
    let run = instance.get_typed_func::<i32, i32>(&mut store, "run")?;
    run.call(&mut store, 41)?;
    Ok(store)
}

/// Prints the figures.
pub fn run(programs: &Path) -> Result<(), Box<dyn Error>> {
    let engine = Engine::default();
    let module = Module::new(&engine, wat::parse_str(SMALL)?)?;
    let mut instances = Vec::new();
    // The first brings in the engine's own code.
    drop(small_instance(&engine, &module)?);
    let start = resident()?;
    for count in 1..=1000 {
        instances.push(small_instance(&engine, &module)?);
        if count == 1 || count == 1000 {
            let each = (resident()? - start) / count;
            println!(
                "{count} instances of a small module, one page touched in each: {} KiB each",
                each >> 10
            );
        }
    }
    drop(instances);
    let python = programs.join("fetched/cpython/python.wasm");
    let Ok(bytes) = std::fs::read(&python) else {
        println!("CPython is not there: run programs/fetch_cpython.sh");
        return Ok(());
    };
    let start = resident()?;
    let module = Module::new(&engine, bytes)?;
    println!("CPython, decoded and validated: {} MiB", (resident()? - start) >> 20);
    let mut linker = Linker::new();
    add_to_linker(&mut linker, |ctx: &mut WasiCtx| ctx);
    let root = programs.join("fetched/cpython/root");
    let mut vfs = Vfs::new();
    vfs.map_host_dir(&root, "/")?;
    let ctx = WasiCtx::builder().args(["python", "-B", "-S", "-c", "print(1)"]).vfs(vfs).build()?;
    println!("with its library in memory: {} MiB", (resident()? - start) >> 20);
    let mut store = Store::new(&engine, ctx);
    store.set_gas(u64::MAX);
    let instance = linker.instantiate(&mut store, &module)?;
    let outcome = selfsame_hostabi::run_command(&mut store, instance);
    println!("started: {} MiB ({outcome:?})", (resident()? - start) >> 20);
    let memory = instance.get_memory(&mut store, "memory").ok_or("no memory")?;
    println!("its linear memory: {} MiB", (memory.data(&store).len()) >> 20);
    Ok(())
}
