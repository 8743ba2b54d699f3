//! `cargo fuzz run wasmtime`: see [`selfsame_fuzz::targets::wasmtime`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    selfsame_fuzz::targets::wasmtime(data);
});

#[cfg(not(fuzzing))]
fn main() {
    eprintln!("run this by `cargo fuzz run wasmtime`, or run the binary `smoke` without cargo-fuzz");
    std::process::exit(2);
}
