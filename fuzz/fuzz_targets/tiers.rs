//! `cargo fuzz run tiers`: see [`selfsame_fuzz::targets::tiers`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    selfsame_fuzz::targets::tiers(data);
});

#[cfg(not(fuzzing))]
fn main() {
    eprintln!("run this by `cargo fuzz run tiers`, or run the binary `smoke` without cargo-fuzz");
    std::process::exit(2);
}
