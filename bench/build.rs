//! Tells the benchmark which compiler has built it: counts of instructions depend on it.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(compiler).arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    println!("cargo:rustc-env=BUILT_BY={}", version.unwrap_or_default());
    println!("cargo:rustc-env=BUILT_FOR={}", std::env::var("TARGET").unwrap_or_default());
}
