//! The C99 integer types that `softfloat-sys` names, as Rust types.
//!
//! The crate of this name on crates.io asks the C compiler of the *host* for their widths, through CMake. Our
//! one use of it is `softfloat-sys`, which builds on x86-64 Linux alone, where the two C libraries in use fix
//! the widths: so this crate, written from scratch with nothing of the other, just says what they are. On any
//! other target it does not compile, rather than guess and pass wrong arguments.

#![no_std]
#![forbid(unsafe_code)]
#![allow(non_camel_case_types)] // the names of C

#[cfg(not(all(target_arch = "x86_64", target_os = "linux", target_pointer_width = "64")))]
compile_error!("the widths of C's fast integer types are known here for x86-64 Linux only");

/// At least 8 bits, signed: 8 bits in glibc and musl.
pub type int_fast8_t = i8;
/// At least 8 bits, unsigned: 8 bits in glibc and musl.
pub type uint_fast8_t = u8;

/// At least 32 bits, signed: 32 bits in musl.
#[cfg(target_env = "musl")]
pub type int_fast32_t = i32;
/// At least 32 bits, unsigned: 32 bits in musl.
#[cfg(target_env = "musl")]
pub type uint_fast32_t = u32;
/// At least 32 bits, signed: `long`, so 64 bits, in glibc on a 64-bit machine.
#[cfg(not(target_env = "musl"))]
pub type int_fast32_t = i64;
/// At least 32 bits, unsigned: `unsigned long`, so 64 bits, in glibc on a 64-bit machine.
#[cfg(not(target_env = "musl"))]
pub type uint_fast32_t = u64;

/// At least 64 bits, signed: 64 bits.
pub type int_fast64_t = i64;
/// At least 64 bits, unsigned: 64 bits.
pub type uint_fast64_t = u64;
