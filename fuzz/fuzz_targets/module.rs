//! `cargo fuzz run module`: see [`selfsame_fuzz::targets::module`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    selfsame_fuzz::targets::module(data);
});

#[cfg(not(fuzzing))]
fn main() {
    eprintln!("run this by `cargo fuzz run module`, or run the binary `smoke` without cargo-fuzz");
    std::process::exit(2);
}
