//! Arguments, environment, clocks, randomness.

use super::WasiCtx;
use super::abi::{Errno, Guest, Outcome, defined, enumerator};
use std::collections::BTreeMap;

/// Texts that the guest asks for as a list of addresses and a block of octets, each text with a NUL.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    /// All texts, each with its NUL.
    block: Vec<u8>,
    /// Where in the block each starts.
    starts: Vec<usize>,
}

impl Strings {
    /// Variables as the guest sees them.
    pub(crate) fn of_variables(variables: &BTreeMap<String, String>) -> Self {
        let mut strings = Strings::default();
        for (name, value) in variables {
            strings.push(&format!("{name}={value}"));
        }
        strings
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.starts.push(self.block.len());
        self.block.extend_from_slice(text.as_bytes());
        self.block.push(0);
    }

    /// Octets that [`Strings::get`] copies.
    pub(crate) fn octets(&self) -> u64 {
        self.block.len() as u64 + self.starts.len() as u64 * 4
    }

    /// How many there are, and the octets of all.
    pub(crate) fn sizes(&self, guest: &mut Guest<'_>, count_out: u32, size_out: u32) -> Outcome {
        let count = u32::try_from(self.starts.len()).map_err(|_| Errno::Overflow)?;
        let size = u32::try_from(self.block.len()).map_err(|_| Errno::Overflow)?;
        guest.write_u32(count_out, count)?;
        guest.write_u32(size_out, size)
    }

    /// The block, then the address of each text in it.
    pub(crate) fn get(&self, guest: &mut Guest<'_>, list: u32, block: u32) -> Outcome {
        u32::try_from(self.block.len()).map_err(|_| Errno::Overflow)?;
        u32::try_from(self.starts.len() as u64 * 4).map_err(|_| Errno::Overflow)?;
        guest.write(block, &self.block)?;
        guest.addresses(list, self.starts.iter().map(|start| block.wrapping_add(*start as u32)))
    }
}

pub(crate) fn clock_res_get(guest: &mut Guest<'_>, id: u32, out: u32) -> Outcome {
    enumerator(id, defined::CLOCKIDS)?;
    guest.write_u64(out, 1)
}

pub(crate) fn clock_time_get(wasi: &WasiCtx, guest: &mut Guest<'_>, id: u32, out: u32) -> Outcome {
    enumerator(id, defined::CLOCKIDS)?;
    guest.write_u64(out, wasi.nanos)
}

pub(crate) fn random_get(wasi: &mut WasiCtx, guest: &mut Guest<'_>, buf: u32, len: u32) -> Outcome {
    let buffer = guest.octets_mut(buf, u64::from(len))?;
    wasi.random.fill(buffer).map_err(|_| Errno::Io.into())
}
