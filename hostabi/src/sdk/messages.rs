//! Messages to other contracts, deployments, events. Spec: sdk.md 3.1, 3.4, 3.5, 3.10; fees.md 5 to 7.

use super::errno::SdkErrno;
use super::perform::{Answer, Stop, deterministic, need};
use super::request::{MAX_TOPICS, Message};
use crate::contract::{CallKey, check_call, check_deploy};
use crate::emission::Emission;
use crate::fees::{ExternalMessage, FeeParams, InternalFee, InternalMessage, Refusal, balance};
use crate::result::Encoded;
use crate::vm::{End, VmData};
use ruint::aliases::U256;
use selfsame_calldata::Address;

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Forbidden => SdkErrno::Forbidden.into(),
            Refusal::Inval => SdkErrno::Inval.into(),
            Refusal::Inbalance => SdkErrno::Inbalance.into(),
            Refusal::Vm(code) => Stop::End(End::code(code)),
        }
    }
}

/// The checks that all messages start with.
fn may_send(data: &VmData) -> Result<(), Stop> {
    deterministic(data)?;
    need(data.vm.meta.permissions.send_messages)
}

/// The contract's balance and the value that came with the transaction, before what emissions have taken.
fn balance(data: &mut VmData) -> Result<U256, Stop> {
    let (exec, vm, _) = data.parts()?;
    let balance = exec.host.balance(&vm.message.contract_address)?;
    Ok(balance.saturating_add(exec.value))
}

/// Charges the RAM that an emission keeps, for good. Before any fee: a charge that fails leaves no trace.
fn keep(data: &mut VmData, payload: u64) -> Result<(), Stop> {
    let (exec, vm, wasi) = data.parts()?;
    let octets = u64::from(exec.node.limits.emission).saturating_add(payload);
    wasi.ram_mut().charge(octets)?;
    vm.kept_ram = vm.kept_ram.saturating_add(octets);
    Ok(())
}

pub(super) fn eth_send(
    data: &mut VmData,
    recipient: Address,
    calldata: &[u8],
    value: U256,
) -> Result<Answer, Stop> {
    may_send(data)?;
    let balance = balance(data)?;
    data.parts()?.0.fees.check_value(value, balance)?;
    keep(data, calldata.len() as u64)?;
    let (exec, ..) = data.parts()?;
    let fee = exec
        .fees
        .charge_external(&ExternalMessage { recipient, calldata, value })
        .map_err(|code| Stop::End(End::code(code)))?;
    exec.emissions.push(Emission::EthSend { address: recipient, calldata: calldata.into(), value, fee });
    Ok(Answer::Nothing)
}

/// The fee's parameters, in the shape that they must have.
fn params(message: &Message<'_>) -> Result<Option<FeeParams>, Stop> {
    match message.fee_params {
        None => Ok(None),
        Some(params) => FeeParams::decode(params).map(Some).map_err(|_| SdkErrno::Inval.into()),
    }
}

/// Checks and charges a message, from its allocation or from the balance.
fn charge(
    data: &mut VmData,
    message: &Message<'_>,
    params: Option<FeeParams>,
    internal: &InternalMessage,
    payload: u64,
) -> Result<InternalFee, Stop> {
    let permitted = data.vm.meta.permissions.balance_pays_fees;
    let from_balance = balance::check_request(message.use_balance, permitted, params.as_ref())?;
    let balance = balance(data)?;
    match params.filter(|_| from_balance) {
        Some(params) => {
            let fee = data.parts()?.0.fees.meter_from_balance(&params, internal.value, balance)?;
            keep(data, payload)?;
            let fees = &mut data.parts()?.0.fees;
            fees.charge_from_balance(internal, params, fee).map_err(|code| Stop::End(End::code(code)))
        }
        None => {
            data.parts()?.0.fees.check_value(internal.value, balance)?;
            keep(data, payload)?;
            let fees = &mut data.parts()?.0.fees;
            fees.charge_internal(internal).map_err(|code| Stop::End(End::code(code)))
        }
    }
}

pub(super) fn post_message(
    data: &mut VmData,
    message: &Message<'_>,
    address: Address,
) -> Result<Answer, Stop> {
    let params = params(message)?;
    let call = check_call(message.calldata).map_err(|_| SdkErrno::Inval)?;
    may_send(data)?;
    let calldata_len = message.calldata.bytes().len() as u64;
    let internal = InternalMessage {
        recipient: address,
        call_key: CallKey::of_message(call.method).0,
        on: message.on,
        calldata_len,
        code_len: 0,
        value: message.value,
    };
    let fee = charge(data, message, params, &internal, calldata_len)?;
    data.parts()?.0.emissions.push(Emission::PostMessage {
        address,
        calldata: Encoded::from(message.calldata),
        call_key: internal.call_key,
        value: message.value,
        on: internal.on,
        fee,
    });
    Ok(Answer::Nothing)
}

pub(super) fn deploy_contract(
    data: &mut VmData,
    message: &Message<'_>,
    code: &[u8],
    salt_nonce: U256,
) -> Result<Answer, Stop> {
    let params = params(message)?;
    check_deploy(message.calldata).map_err(|_| SdkErrno::Inval)?;
    may_send(data)?;
    let (calldata_len, code_len) = (message.calldata.bytes().len() as u64, code.len() as u64);
    let internal = InternalMessage {
        recipient: Address::ZERO,
        call_key: [0; 32],
        on: message.on,
        calldata_len,
        code_len,
        value: message.value,
    };
    let fee = charge(data, message, params, &internal, calldata_len.saturating_add(code_len))?;
    data.parts()?.0.emissions.push(Emission::DeployContract {
        calldata: Encoded::from(message.calldata),
        code: code.into(),
        value: message.value,
        on: internal.on,
        salt_nonce,
        fee,
    });
    Ok(Answer::Nothing)
}

pub(super) fn emit_event(
    data: &mut VmData,
    topics: &[&[u8]],
    blob: selfsame_calldata::Ref<'_>,
) -> Result<Answer, Stop> {
    deterministic(data)?;
    need(data.vm.meta.permissions.write_storage)?;
    if topics.len() > MAX_TOPICS {
        return Err(SdkErrno::Inval.into());
    }
    let topics = topics.iter().map(|topic| <[u8; 32]>::try_from(*topic)).collect::<Result<Vec<_>, _>>();
    let topics = topics.map_err(|_| SdkErrno::Inval)?;
    let blob_len = blob.bytes().len() as u64;
    keep(data, blob_len.saturating_add(topics.len() as u64 * 32))?;
    let (exec, ..) = data.parts()?;
    let charged = exec.fees.charge_event(topics.len() as u64, blob_len);
    let storage_fee = charged.map_err(|code| Stop::End(End::code(code)))?;
    exec.emissions.push(Emission::EmitEvent { topics, blob: Encoded::from(blob), storage_fee });
    Ok(Answer::Nothing)
}
