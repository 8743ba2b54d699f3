//! What cheats vote, and the machine that flips a bit.

use super::round::{Seat, vote_of};
use super::scenario::Cheat;
use super::world::{Job, World};
use crate::report::Failure;
use ruint::aliases::U256;
use selfsame_hostabi::calldata::Address;
use selfsame_hostabi::host::{Host, HostError};
use selfsame_hostabi::result::{Position, Ran, StoreHashes, Vote, personal};
use selfsame_hostabi::storage::{HostStorage, SlotId, StorageView, code_location};
use selfsame_hostabi::store::Snapshot;
use selfsame_hostabi::vm::{Done, Role, Run};
use std::sync::Arc;

/// The vote of a cheat, and what it got if it ran anything.
pub fn vote(
    world: &World,
    job: &Job,
    cheat: Cheat,
    address: Address,
    leader: &Seat,
    results: &[Vec<u8>],
) -> Result<(Vote, Option<Done>), Failure> {
    let key = Some(personal::key(&job.hash, &address));
    let run = Run { role: Role::Sync(results.to_vec()), personal_key: key, ..job.run.clone() };
    let idle = |position| Vote { transaction: job.hash, validator: address, position };
    Ok(match (cheat, &leader.vote.position) {
        (Cheat::Guess, Position::Ran(ran)) => {
            let guess = Ran {
                disagreement: None,
                execution_hash: ran.execution_hash,
                frames: Vec::new(),
                public: StoreHashes::new(),
                personal: StoreHashes::new(),
            };
            (idle(Position::Ran(guess)), None)
        }
        (Cheat::Copy, Position::Ran(ran)) => (idle(Position::Ran(ran.clone())), None),
        (Cheat::Guess | Cheat::Copy, Position::TimeOut) => (idle(Position::TimeOut), None),
        (Cheat::Bitflip, _) => {
            let done = world.machine_apart().execute(flipped(job)?, run);
            (vote_of(job, address, &done), Some(done))
        }
        (Cheat::Collude, _) => {
            let done = world.machine(0).1.execute(Arc::clone(&job.state) as Arc<dyn Host>, run);
            (vote_of(job, address, &done), None)
        }
    })
}

/// A state in whose code one bit of the initial memory differs.
struct Flipped {
    state: Arc<Snapshot>,
    contract: Address,
    slot: SlotId,
    /// Of the octet whose lowest bit is flipped.
    offset: u32,
}

impl Host for Flipped {
    fn storage_read(
        &self,
        view: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), HostError> {
        self.state.storage_read(view, address, slot, index, buf)?;
        if *address == self.contract && *slot == self.slot {
            let octet = self.offset.checked_sub(index).and_then(|at| buf.get_mut(at as usize));
            octet.into_iter().for_each(|octet| *octet ^= 1);
        }
        Ok(())
    }

    fn balance(&self, address: &Address) -> Result<U256, HostError> {
        self.state.balance(address)
    }
}

/// The last octet with which the module's data segments fill its memory.
fn flipped(job: &Job) -> Result<Arc<dyn Host>, Failure> {
    let contract = job.run.message.contract_address;
    let storage = HostStorage { host: &*job.state, view: StorageView::Default, address: contract };
    let fault = |error: HostError| Failure::new(error.to_string());
    let found = match code_location(&storage).map_err(fault)? {
        Some(location) => {
            let code = location.read(&storage).map_err(fault)?;
            last_data(&code).and_then(|at| u32::try_from(at).ok()).map(|at| (location.slot, at + 4))
        }
        None => None,
    };
    let (slot, offset) = found.ok_or_else(|| {
        Failure::new("the cheat `bitflip` needs a call of a contract that is a module with data segments")
    })?;
    Ok(Arc::new(Flipped { state: Arc::clone(&job.state), contract, slot, offset }))
}

/// The position of the last octet of a module's data section.
fn last_data(code: &[u8]) -> Option<usize> {
    const DATA: u8 = 11;
    let mut at = 8;
    loop {
        let id = *code.get(at)?;
        let (len, size) = uleb(code.get(at + 1..)?)?;
        let end = (at + 1 + size).checked_add(len)?;
        if id == DATA {
            return (len > 1 && end <= code.len()).then(|| end - 1);
        }
        at = end;
    }
}

/// A number of up to 32 bits in LEB128, and its length.
fn uleb(octets: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (index, octet) in octets.iter().take(5).enumerate() {
        value |= usize::from(octet & 0x7f) << (7 * index);
        if octet & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::last_data;

    #[test]
    fn the_last_octet_of_the_data_section_is_found() {
        let code = b"\0asm\x01\0\0\0\x05\x03\x01\0\x01\x0b\x07\x01\0\x41\0\x0b\x01x\0\x01\0";
        assert_eq!(last_data(code), Some(21));
        assert_eq!(code[21], b'x');
        assert_eq!(last_data(b"\0asm\x01\0\0\0"), None);
        assert_eq!(last_data(b"\0asm\x01\0\0\0\x0b\xff\xff"), None);
        assert_eq!(last_data(b""), None);
    }
}
