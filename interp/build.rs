//! Decides how the fast tier goes from one handler to the next.
//!
//! `sibling_calls` is set where the compiler turns a call in tail position into a jump: on the targets
//! named here, in builds optimised for speed without debug assertions (for size, less is inlined, and what
//! is not may take the address of a handler's variable). Elsewhere each handler returns to a loop.

use std::env;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(sibling_calls)");
    println!("cargo::rerun-if-changed=build.rs");
    let var = |name: &str| env::var(name).unwrap_or_default();
    let optimised = matches!(var("OPT_LEVEL").as_str(), "2" | "3");
    let target = matches!(var("CARGO_CFG_TARGET_ARCH").as_str(), "x86_64" | "aarch64");
    let asserts = env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_some();
    let miri = env::var_os("CARGO_CFG_MIRI").is_some();
    if optimised && target && !asserts && !miri {
        println!("cargo::rustc-cfg=sibling_calls");
    }
}
