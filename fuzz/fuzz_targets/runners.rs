//! `cargo fuzz run runners`: see [`selfsame_fuzz::targets::runners`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| selfsame_fuzz::targets::runners(data));

#[cfg(not(fuzzing))]
fn main() {
    eprintln!("run this by `cargo fuzz run runners`, or run the binary `smoke` without cargo-fuzz");
    std::process::exit(2);
}
