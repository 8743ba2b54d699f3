//! Decides how the fast tier goes from one handler to the next.
//!
//! `sibling_calls` is set where the compiler turns a call in tail position into a jump: on the target
//! named here, in builds optimised for speed without debug assertions (for size, less is inlined, and what
//! is not may take the address of a handler's variable). Elsewhere each handler returns to a loop: on aarch64 too,
//! where with Rust 1.85 a million `return_call_indirect` used up the native stack.

use std::env;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(sibling_calls)");
    println!("cargo::rerun-if-changed=build.rs");
    let var = |name: &str| env::var(name).unwrap_or_default();
    let optimised = matches!(var("OPT_LEVEL").as_str(), "2" | "3");
    let target = var("CARGO_CFG_TARGET_ARCH") == "x86_64";
    let asserts = env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_some();
    let miri = env::var_os("CARGO_CFG_MIRI").is_some();
    if optimised && target && !asserts && !miri {
        println!("cargo::rustc-cfg=sibling_calls");
    }
}
