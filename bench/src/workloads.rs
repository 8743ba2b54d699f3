//! The programs that every engine runs.

use std::error::Error;
use std::path::Path;

/// What a workload stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    Compute,
    Calls,
    Memory,
    Floats,
    Simd,
    Contract,
}

impl Family {
    pub const ALL: [Family; 6] =
        [Family::Compute, Family::Calls, Family::Memory, Family::Floats, Family::Simd, Family::Contract];

    pub fn name(self) -> &'static str {
        match self {
            Family::Compute => "compute",
            Family::Calls => "calls",
            Family::Memory => "memory",
            Family::Floats => "floats",
            Family::Simd => "simd",
            Family::Contract => "contract",
        }
    }
}

/// A module that exports `run(i32)`, whose result is a checksum that all engines must agree on.
pub struct Workload {
    /// The name of its file.
    pub name: &'static str,
    pub family: Family,
    /// The parameter for a run of some ten milliseconds.
    pub n: i32,
    /// Whether it calculates with floats: deterministic mode then costs more.
    pub floats: bool,
}

const fn whole(name: &'static str, family: Family, n: i32) -> Workload {
    Workload { name, family, n, floats: false }
}

const fn float(name: &'static str, family: Family, n: i32) -> Workload {
    Workload { name, family, n, floats: true }
}

/// All of them. The first is the program in the manner of CoreMark.
pub const WORKLOADS: &[Workload] = &[
    whole("coremark_like", Family::Compute, 15),
    whole("sort", Family::Compute, 4_096),
    whole("sha256", Family::Compute, 60_000),
    whole("blake2s", Family::Compute, 65_536),
    whole("keccak", Family::Compute, 60_000),
    whole("bigint", Family::Compute, 32),
    whole("mix", Family::Compute, 40_000),
    whole("lz", Family::Compute, 200_000),
    float("json", Family::Compute, 200),
    whole("regex", Family::Compute, 120),
    whole("queens", Family::Compute, 9),
    whole("vm_switch", Family::Compute, 256),
    whole("forth", Family::Compute, 500),
    whole("fib", Family::Calls, 26),
    whole("tak", Family::Calls, 12),
    whole("vm_indirect", Family::Calls, 200),
    whole("virtual", Family::Calls, 500),
    whole("tail", Family::Calls, 200_000),
    whole("host", Family::Calls, 20_000),
    whole("sieve", Family::Memory, 300_000),
    whole("chase", Family::Memory, 100),
    whole("bytes", Family::Memory, 150),
    whole("bulk", Family::Memory, 20_000),
    whole("arena", Family::Memory, 5_000),
    float("nbody", Family::Floats, 10_000),
    float("mandelbrot", Family::Floats, 50),
    float("matmul", Family::Floats, 64),
    float("matmul32", Family::Floats, 10),
    float("fft", Family::Floats, 10),
    float("ray", Family::Floats, 60),
    float("simd", Family::Simd, 400),
    float("dot", Family::Simd, 800),
    whole("filter", Family::Simd, 100),
    whole("chacha", Family::Simd, 1_500),
    whole("scan", Family::Simd, 150),
    whole("token", Family::Contract, 2_000),
    whole("slots", Family::Contract, 1_000),
    whole("calldata", Family::Contract, 500),
    whole("merkle", Family::Contract, 1_000),
];

impl Workload {
    /// Its bytes, compiled or assembled.
    ///
    /// # Errors
    /// If it is in neither folder, or its text has no meaning.
    pub fn bytes(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = here.join("workloads").join(self.name).with_extension("wat");
        if text.exists() {
            return Ok(wat::parse_file(text)?);
        }
        let folders = [here.join("workloads/wasm"), here.join("../programs/wasm")];
        let file = folders
            .iter()
            .map(|folder| folder.join(self.name).with_extension("wasm"))
            .find(|file| file.exists());
        let file = file.ok_or_else(|| format!("{} is not there; see programs/build.sh", self.name))?;
        Ok(std::fs::read(file)?)
    }
}
