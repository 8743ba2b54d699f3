//! The five functions. Spec: sdk.md 1.

use super::device;
use super::errno::SdkErrno;
use super::perform::{Answer, Stop, perform};
use crate::gas;
use crate::storage::{SlotId, in_bounds};
use crate::vm::{End, Pending, Reply, VmData};
use crate::wasi::abi::{Fail, Guest, Outcome};
use selfsame_calldata::Address;
use selfsame_interp::{Caller, Error, Linker, Trap};

/// The name that contracts import the functions from.
pub const MODULE: &str = "genlayer_sdk";

/// Octets of a slot's name, and of a balance.
const WORD: u32 = 32;
/// Octets of an address.
const ADDRESS: u32 = 20;
/// What `gl_call` gives instead of a descriptor where a request has no file.
const NO_FILE: u32 = u32::MAX;

/// Defines the functions, and a `fd_read` that knows the device.
pub(crate) fn add_to_linker(linker: &mut Linker<VmData>) {
    linker.func_wrap(MODULE, "storage_read", storage_read);
    linker.func_wrap(MODULE, "storage_write", storage_write);
    linker.func_wrap(MODULE, "get_balance", get_balance);
    linker.func_wrap(MODULE, "get_self_balance", get_self_balance);
    linker.func_wrap(MODULE, "gl_call", gl_call);
    linker.func_wrap(crate::wasi::MODULE, "fd_read", device::fd_read);
}

/// The answer to the guest, or the error that ends it.
fn answer(result: Result<(), Stop>) -> Result<i32, Error> {
    match result {
        Ok(()) => Ok(0),
        Err(Stop::Errno(errno)) => Ok(errno as i32),
        Err(Stop::Fault) => Err(Trap::Fault.into()),
        Err(Stop::End(end)) => Err(end.into_error()),
    }
}

/// Octets of the guest. What is wrong with a pointer is a fault.
fn pointed<T>(outcome: Outcome<T>) -> Result<T, Stop> {
    outcome.map_err(|fail| match fail {
        Fail::OutOf(out) => Stop::End(out.into()),
        Fail::Errno(_) | Fail::Fault | Fail::Exit(_) => Stop::Fault,
    })
}

/// A call that copies `octets`: it pays, then `run` acts on the guest's memory.
fn call(
    mut caller: Caller<'_, VmData>,
    octets: u64,
    run: impl FnOnce(&mut VmData, &mut Guest<'_>) -> Result<(), Stop>,
) -> Result<i32, Error> {
    caller.charge(gas::call(octets))?;
    match caller.memory_and_data("memory") {
        Some((memory, data)) => answer(run(data, &mut Guest(memory))),
        None => Ok(SdkErrno::Fault as i32),
    }
}

fn slot(guest: &Guest<'_>, ptr: u32) -> Result<SlotId, Stop> {
    let mut slot = SlotId::ROOT;
    slot.0.copy_from_slice(pointed(guest.octets(ptr, WORD.into()))?);
    Ok(slot)
}

fn storage_read(
    caller: Caller<'_, VmData>,
    slot_ptr: u32,
    index: u32,
    buf: u32,
    len: u32,
) -> Result<i32, Error> {
    call(caller, u64::from(len) + u64::from(WORD), |data, guest| {
        may_read(data)?;
        if !in_bounds(index, len.into()) {
            return Err(SdkErrno::Inval.into());
        }
        pointed(guest.octets(buf, len.into()))?;
        let slot = slot(guest, slot_ptr)?;
        let buffer = pointed(guest.octets_mut(buf, len.into()))?;
        Ok(data.read_storage(&slot, index, buffer)?)
    })
}

fn storage_write(
    caller: Caller<'_, VmData>,
    slot_ptr: u32,
    index: u32,
    buf: u32,
    len: u32,
) -> Result<i32, Error> {
    call(caller, u64::from(len) + u64::from(WORD), |data, guest| {
        may_write(data)?;
        if !in_bounds(index, len.into()) {
            return Err(SdkErrno::Inval.into());
        }
        let octets = pointed(guest.octets(buf, len.into()))?;
        write(data, &slot(guest, slot_ptr)?, index, octets)
    })
}

/// Storage can be read in deterministic mode.
pub(super) fn may_read(data: &VmData) -> Result<(), Stop> {
    if data.vm.meta.deterministic { Ok(()) } else { Err(SdkErrno::Forbidden.into()) }
}

/// Storage can be written with the permission for it.
pub(super) fn may_write(data: &VmData) -> Result<(), Stop> {
    may_read(data)?;
    if data.vm.meta.permissions.write_storage { Ok(()) } else { Err(SdkErrno::Forbidden.into()) }
}

/// Writes what may be written, unless the slot is locked.
pub(super) fn write(data: &mut VmData, slot: &SlotId, index: u32, octets: &[u8]) -> Result<(), Stop> {
    if data.parts()?.0.locked.contains(slot) {
        return Err(SdkErrno::Forbidden.into());
    }
    Ok(data.write_storage(slot, index, octets)?)
}

fn get_balance(caller: Caller<'_, VmData>, address: u32, result: u32) -> Result<i32, Error> {
    call(caller, (ADDRESS + WORD).into(), |data, guest| {
        let mut of = Address::ZERO;
        of.0.copy_from_slice(pointed(guest.octets(address, ADDRESS.into()))?);
        let result = pointed(guest.octets_mut(result, WORD.into()))?;
        let balance = data.parts()?.0.host.balance(&of).map_err(End::from)?;
        result.copy_from_slice(&balance.to_le_bytes::<32>());
        Ok(())
    })
}

fn get_self_balance(caller: Caller<'_, VmData>, result: u32) -> Result<i32, Error> {
    call(caller, WORD.into(), |data, guest| {
        may_read(data)?;
        let result = pointed(guest.octets_mut(result, WORD.into()))?;
        result.copy_from_slice(&data.self_balance()?.to_le_bytes::<32>());
        Ok(())
    })
}

fn gl_call(mut caller: Caller<'_, VmData>, request: u32, len: u32, fd_out: u32) -> Result<i32, Error> {
    caller.charge(gas::call(len.into()))?;
    let gas = caller.gas_left();
    let Some(memory) = caller.get_export("memory").and_then(selfsame_interp::Extern::into_memory) else {
        return Ok(SdkErrno::Fault as i32);
    };
    let Some((octets, data)) = caller.memory_and_data("memory") else {
        return Ok(SdkErrno::Fault as i32);
    };
    let mut guest = Guest(octets);
    let answered = pointed(guest.record::<4>(fd_out, 4).map(|_| ()))
        .and_then(|()| pointed(guest.octets(request, len.into())))
        .and_then(|request| perform(data, gas, request));
    answer(match answered {
        Ok(Answer::Nothing) => pointed(guest.write_u32(fd_out, NO_FILE)),
        Ok(Answer::File(contents)) => {
            let fd = data.wasi.open_file(contents).map_err(|out| Stop::End(out.into()));
            fd.and_then(|fd| pointed(guest.write_u32(fd_out, fd)))
        }
        Ok(Answer::Spawn(spawn)) => {
            return Err(Pending::suspend(*spawn, Reply::Call { memory, fd_out }));
        }
        Err(stop) => Err(stop),
    })
}
