//! What a module takes of the allocator's memory, beside wasmi.

use crate::startup::{Outcome, wasmi_engine};
use peak_alloc::PeakAlloc;
use selfsame_interp::{Engine, Module};
use std::any::Any;
use std::error::Error;
use wasmi::CompilationMode;

type Kept = Result<Box<dyn Any>, Box<dyn Error>>;

/// A way to get ready, on bytes that it may keep, that gives what is to be kept.
type Way = (&'static str, fn(Vec<u8>) -> Kept);

const WAYS: [Way; 5] = [
    ("lazy", |bytes| ours(bytes, false)),
    ("wasmi, LazyTranslation", |bytes| wasmi(&bytes, CompilationMode::LazyTranslation)),
    ("wasmi, Lazy", |bytes| wasmi(&bytes, CompilationMode::Lazy)),
    ("eager", |bytes| ours(bytes, true)),
    ("wasmi, Eager", |bytes| wasmi(&bytes, CompilationMode::Eager)),
];

fn ours(bytes: Vec<u8>, eager: bool) -> Kept {
    let module = Module::new(&Engine::default(), bytes)?;
    if eager {
        module.translate_all();
    }
    Ok(Box::new(module))
}

fn wasmi(bytes: &[u8], mode: CompilationMode) -> Kept {
    Ok(Box::new(wasmi::Module::new(&wasmi_engine(mode), bytes)?))
}

/// Prints what is kept while the module is there, and the most on the way: with the bytes that it came as, if they
/// are still there.
///
/// # Errors
/// If the module does not load.
pub fn print(bytes: &[u8], allocated: &PeakAlloc) -> Outcome {
    for (name, way) in WAYS {
        let before = allocated.current_usage();
        allocated.reset_peak_usage();
        let module = way(bytes.to_vec())?;
        let kib = |usage: usize| usage.saturating_sub(before) as f64 / 1024.0;
        let (kept, most) = (kib(allocated.current_usage()), kib(allocated.peak_usage()));
        drop(module);
        println!("  {name:22} {kept:11.1} KiB kept, {most:9.1} KiB at most");
    }
    Ok(())
}
