//! The device `/vm/sdk`: the SDK for programs that know WASI alone. A request is written, an answer read;
//! `docs/sdk-device.md` has the protocol.

use super::errno::SdkErrno;
use super::imports::{may_read, may_write, write};
use super::perform::{Answer, Stop, perform};
use crate::gas;
use crate::storage::{SlotId, in_bounds};
use crate::vm::{End, Pending, Reply, VmData};
use ruint::aliases::U256;
use selfsame_calldata::typed::{Choice, Fields, Mismatch, Read};
use selfsame_calldata::{Address, Entries, Ref, Writer, check};
use selfsame_interp::{Caller, Error, Extern, Trap};

/// `fd_read`, where the descriptor may be the device with a request that has not been answered: that is carried
/// out first, at the price that the import has.
pub(crate) fn fd_read(
    mut caller: Caller<'_, VmData>,
    fd: u32,
    iovs: u32,
    n: u32,
    out: u32,
) -> Result<i32, Error> {
    let octets = caller.data().wasi.device_request(fd).map(octets);
    if let Some(octets) = octets {
        caller.charge(gas::call(octets))?;
        let gas = caller.gas_left();
        let memory = caller.get_export("memory").and_then(Extern::into_memory);
        let data = caller.data_mut();
        let request = data.wasi.take_device_request(fd).unwrap_or_default();
        let answered = match access(data, &request) {
            Some(answered) => answered,
            None => perform(data, gas, &request).map(|answer| match answer {
                Answer::Nothing => Done::Data(Data::Null),
                Answer::File(contents) => Done::Data(Data::Bytes(contents.to_vec())),
                Answer::Spawn(spawn) => Done::Spawn(spawn),
            }),
        };
        let octets = match answered {
            Ok(Done::Data(data)) => answer(0, &data),
            Ok(Done::Spawn(spawn)) => {
                let memory = memory.ok_or(Trap::Fault)?;
                return Err(Pending::suspend(*spawn, Reply::Device { memory, fd, iovs: (iovs, n), out }));
            }
            Err(Stop::Errno(errno)) => answer(errno as i32, &Data::Null),
            Err(Stop::Fault) => return Err(Trap::Fault.into()),
            Err(Stop::End(end)) => return Err(end.into_error()),
        };
        let wasi = &mut caller.data_mut().wasi;
        wasi.answer_device(fd, octets).map_err(|out| End::from(out).into_error())?;
    }
    crate::wasi::fd_read(caller, |data: &mut VmData| &mut data.wasi, fd, (iovs, n), out)
}

/// Octets that a request is priced by, as the imports are: those of the request, and those that it reads.
fn octets(request: &[u8]) -> u64 {
    // Whatever else may be wrong with the request.
    let read = || {
        let payload = Entries::read(check(request).ok()?).ok()?.get("StorageRead")?;
        let fields = Entries::read(payload).ok()?;
        u32::read(fields.get("len").filter(|_| fields.len() == 3)?).ok()
    };
    (request.len() as u64).saturating_add(read().unwrap_or(0).into())
}

/// What a request has come to.
enum Done {
    Data(Data),
    Spawn(Box<crate::vm::Spawn>),
}

/// What an answer holds.
pub(crate) enum Data {
    Null,
    Bytes(Vec<u8>),
    Int(U256),
}

/// The octets of an answer.
pub(crate) fn answer(errno: i32, data: &Data) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.map(2);
    writer.key("data");
    match data {
        Data::Null => writer.null(),
        Data::Bytes(octets) => writer.bytes(octets),
        Data::Int(value) => writer.u256_le(&value.to_le_bytes::<32>()),
    }
    writer.key("errno");
    // Numbers of the SDK are small and not negative.
    writer.int_u64(u64::from(errno.unsigned_abs()));
    writer.finish()
}

/// A request that the device has and `gl_call` has not: the other imports. `None` if it is none of these.
fn access(data: &mut VmData, request: &[u8]) -> Option<Result<Done, Stop>> {
    let request = Choice::read(check(request).ok()?).ok()?;
    let payload = request.payload().ok()?;
    let done = match request.name {
        "StorageRead" => storage_read(data, payload).map(Data::Bytes),
        "StorageWrite" => storage_write(data, payload).map(|()| Data::Null),
        "GetBalance" => get_balance(data, payload).map(Data::Int),
        "GetSelfBalance" => get_self_balance(data, payload).map(Data::Int),
        _ => return None,
    };
    Some(done.map(Done::Data))
}

impl From<Mismatch> for Stop {
    fn from(_: Mismatch) -> Self {
        SdkErrno::Inval.into()
    }
}

fn storage_read(data: &mut VmData, payload: Ref<'_>) -> Result<Vec<u8>, Stop> {
    let mut fields = Fields::of(payload)?;
    let index: u32 = fields.required("index")?;
    let len: u32 = fields.required("len")?;
    let slot = SlotId(fields.required("slot")?);
    fields.end()?;
    may_read(data)?;
    if !in_bounds(index, len.into()) {
        return Err(SdkErrno::Inval.into());
    }
    // The answer must fit in what RAM is left: asked before it is made.
    if u64::from(len) > u64::from(data.wasi.ram().left()) {
        return Err(End::code("out_of memory").into());
    }
    let mut octets = vec![0; len as usize];
    data.read_storage(&slot, index, &mut octets)?;
    Ok(octets)
}

fn storage_write(data: &mut VmData, payload: Ref<'_>) -> Result<(), Stop> {
    let mut fields = Fields::of(payload)?;
    let octets: &[u8] = fields.required("data")?;
    let index: u32 = fields.required("index")?;
    let slot = SlotId(fields.required("slot")?);
    fields.end()?;
    may_write(data)?;
    if !in_bounds(index, octets.len() as u64) {
        return Err(SdkErrno::Inval.into());
    }
    write(data, &slot, index, octets)
}

fn get_balance(data: &mut VmData, payload: Ref<'_>) -> Result<U256, Stop> {
    let mut fields = Fields::of(payload)?;
    let address: Address = fields.required("address")?;
    fields.end()?;
    Ok(data.parts()?.0.host.balance(&address)?)
}

fn get_self_balance(data: &mut VmData, payload: Ref<'_>) -> Result<U256, Stop> {
    <()>::read(payload)?;
    may_read(data)?;
    Ok(data.self_balance()?)
}
