//! WASI preview 1: all 46 functions of `wasi_snapshot_preview1` over a read-only tree of files. What they
//! answer is the same on every machine. `docs/host-abi.md` has the rules.

pub(crate) mod abi;
mod env;
mod fd;
mod link;
mod output;
mod path;
mod random;
mod table;

pub use link::{MODULE, add_to_linker};
pub(crate) use link::{fd_read, read, read_price};
pub use output::Output;
pub use random::RandomMode;
pub use table::{MAX_OPEN, NEW_NUMBER};

use crate::error::OutOf;
use crate::ram::RamBudget;
use crate::vfs::Vfs;
use env::Strings;
use random::Random;
use std::collections::BTreeMap;
use std::sync::Arc;
use table::{Descriptor, File, Table};

/// The time where none is given: `2024-11-26T06:42:42.424242Z`, as seconds since 1970 and nanoseconds.
pub const DEFAULT_TIME: (u64, u32) = (1_732_603_362, 424_242_000);

/// What one guest sees through WASI.
#[derive(Debug)]
pub struct WasiCtx {
    args: Strings,
    env: Strings,
    table: Table,
    vfs: Vfs,
    stdout: Output,
    stderr: Output,
    nanos: u64,
    random: Random,
    ram: RamBudget,
    device: bool,
}

impl WasiCtx {
    /// A guest with nothing: no arguments, no variables, empty input, an empty tree, output dropped,
    /// [`DEFAULT_TIME`], deterministic randomness, the largest RAM budget.
    pub fn builder() -> WasiCtxBuilder {
        WasiCtxBuilder::default()
    }

    /// Standard output.
    #[must_use]
    pub fn stdout(&self) -> &Output {
        &self.stdout
    }

    /// Standard error.
    #[must_use]
    pub fn stderr(&self) -> &Output {
        &self.stderr
    }

    /// The tree of files.
    #[must_use]
    pub fn vfs(&self) -> &Vfs {
        &self.vfs
    }

    /// The tree of files, to be added to. What a file was stays what descriptors that are open read.
    pub fn vfs_mut(&mut self) -> &mut Vfs {
        &mut self.vfs
    }

    /// The RAM budget.
    #[must_use]
    pub fn ram(&self) -> &RamBudget {
        &self.ram
    }

    /// The RAM budget, to be charged; also what `Store::limiter` wants.
    pub fn ram_mut(&mut self) -> &mut RamBudget {
        &mut self.ram
    }

    /// Adds an argument, before the guest asks for them.
    pub fn push_arg(&mut self, arg: &str) {
        self.args.push(arg);
    }

    /// Sets all variables, in the order of their names, before the guest asks for them.
    pub fn set_env(&mut self, variables: &BTreeMap<String, String>) {
        self.env = Strings::of_variables(variables);
    }

    /// Writes a line to standard error for the host.
    pub(crate) fn trace(&mut self, text: &str) {
        self.stderr.write(text.as_bytes());
        self.stderr.write(b"\n");
    }

    /// Puts the device of the contract system at `/vm/sdk`.
    pub(crate) fn add_device(&mut self) {
        // Nothing else can be below `/vm`, so nothing is in the way.
        self.device = self.vfs.insert_file(&path::DEVICE.join("/"), []).is_ok();
    }

    /// The request that has been written to a device and not been answered.
    pub(crate) fn device_request(&self, fd: u32) -> Option<&[u8]> {
        match self.table.get(fd) {
            Ok(Descriptor::Device(device)) if !device.request.is_empty() => Some(&device.request),
            _ => None,
        }
    }

    /// Takes it.
    pub(crate) fn take_device_request(&mut self, fd: u32) -> Option<Vec<u8>> {
        match self.table.get_mut(fd) {
            Ok(Descriptor::Device(device)) => device.take_request(&mut self.ram),
            _ => None,
        }
    }

    /// Puts the answer to a request where the device is read. Its length is charged until it is closed or asked
    /// something else. Nothing happens if the descriptor is no device any more.
    pub(crate) fn answer_device(&mut self, fd: u32, answer: Vec<u8>) -> Result<(), OutOf> {
        if let Ok(Descriptor::Device(device)) = self.table.get_mut(fd) {
            device.answer = Some(File::made(answer.into(), &mut self.ram)?);
        }
        Ok(())
    }

    /// Opens a file that the host makes, readable from its start. Its length is charged until it is closed,
    /// and 96 octets if it gets a new number.
    ///
    /// # Errors
    /// [`OutOf`]; the guest must end.
    pub fn open_file(&mut self, contents: impl Into<Arc<[u8]>>) -> Result<u32, OutOf> {
        let file = File::made(contents.into(), &mut self.ram)?;
        self.table.alloc(Descriptor::File(file), &mut self.ram)
    }
}

/// Builds a [`WasiCtx`].
#[derive(Debug, Default)]
#[must_use]
pub struct WasiCtxBuilder {
    args: Vec<String>,
    env: BTreeMap<String, String>,
    stdin: Arc<[u8]>,
    stdout: Output,
    stderr: Output,
    vfs: Vfs,
    time: Option<(u64, u32)>,
    random: RandomMode,
    ram: RamBudget,
}

impl WasiCtxBuilder {
    /// Adds an argument. The first one is by custom the program's name.
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable; the last value of a name stays. The guest sees them ascending by name octets.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Sets what descriptor 0 reads, which is also what seeds deterministic randomness.
    pub fn stdin(mut self, octets: impl Into<Arc<[u8]>>) -> Self {
        self.stdin = octets.into();
        self
    }

    /// Sets where descriptor 1 writes to.
    pub fn stdout(mut self, output: Output) -> Self {
        self.stdout = output;
        self
    }

    /// Sets where descriptor 2 writes to.
    pub fn stderr(mut self, output: Output) -> Self {
        self.stderr = output;
        self
    }

    /// Sets the tree of files.
    pub fn vfs(mut self, vfs: Vfs) -> Self {
        self.vfs = vfs;
        self
    }

    /// Sets what all clocks show, as seconds since 1970 and nanoseconds.
    pub fn time(mut self, seconds: u64, nanoseconds: u32) -> Self {
        self.time = Some((seconds, nanoseconds));
        self
    }

    /// Sets where random octets come from.
    pub fn random(mut self, mode: RandomMode) -> Self {
        self.random = mode;
        self
    }

    /// Sets the RAM budget.
    pub fn ram(mut self, ram: RamBudget) -> Self {
        self.ram = ram;
        self
    }

    /// The guest's context. The length of the standard input is charged.
    ///
    /// # Errors
    /// [`OutOf::Memory`] if the RAM budget does not cover that.
    pub fn build(self) -> Result<WasiCtx, OutOf> {
        let mut ram = self.ram;
        let mut args = Strings::default();
        for arg in &self.args {
            args.push(arg);
        }
        let env = Strings::of_variables(&self.env);
        let (seconds, nanoseconds) = self.time.unwrap_or(DEFAULT_TIME);
        let random = Random::new(self.random, &self.stdin);
        Ok(WasiCtx {
            args,
            env,
            table: Table::new(File::made(self.stdin, &mut ram)?),
            vfs: self.vfs,
            stdout: self.stdout,
            stderr: self.stderr,
            nanos: seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds.into()),
            random,
            ram,
            device: false,
        })
    }
}
