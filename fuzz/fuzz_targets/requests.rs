//! `cargo fuzz run requests`: see [`selfsame_fuzz::targets::requests`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| selfsame_fuzz::targets::requests(data));

#[cfg(not(fuzzing))]
fn main() {
    eprintln!("run this by `cargo fuzz run requests`, or run the binary `smoke` without cargo-fuzz");
    std::process::exit(2);
}
