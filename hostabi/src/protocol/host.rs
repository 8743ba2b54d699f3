//! A host at the other end of a stream.

use super::failure::{Failure, Wrong};
use super::frame::{MAX_FRAME, read_frame, write_frame};
use super::inputs::{Inputs, InputsError};
use super::{READ_PIECE, answer, id};
use crate::host::{Host, HostError};
use crate::result::frames::write_store_hashes;
use crate::storage::{SlotId, StorageView};
use crate::vm::Done;
use ruint::aliases::U256;
use selfsame_calldata::{Address, Writer};
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A node at the other end of a stream. Requests go one after the other, from whichever thread. After the first
/// failure nothing is sent any more, and every request fails as the first did: the run must become an internal error,
/// also where the request that failed has no answer ([`SocketHost::failure`]).
#[derive(Debug)]
pub struct SocketHost<S>(Mutex<State<S>>);

#[derive(Debug)]
struct State<S> {
    stream: S,
    failure: Option<Failure>,
}

/// An answer without data.
enum Refused {
    Reverted,
    Forbidden,
    Failed(Failure),
}

impl From<Refused> for HostError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Reverted => HostError::Reverted,
            Refused::Forbidden => HostError::Forbidden,
            Refused::Failed(failure) => failure.into(),
        }
    }
}

impl From<Failure> for HostError {
    fn from(failure: Failure) -> Self {
        HostError::Fault(failure.to_string())
    }
}

impl<S: Read + Write> State<S> {
    /// Remembers a failure; the first one.
    fn fail(&mut self, failure: impl Into<Failure>) -> Failure {
        self.failure.get_or_insert_with(|| failure.into()).clone()
    }

    fn wrong(&mut self, request: &[u8], wrong: Wrong) -> Failure {
        self.fail(Failure::Answer { request: request.first().copied().unwrap_or_default(), wrong })
    }

    fn send(&mut self, request: &[u8]) -> Result<(), Failure> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        write_frame(&mut self.stream, request).map_err(|error| self.fail(error))
    }

    /// Sends a request; the data of its answer, at most `max` octets.
    fn ask(&mut self, request: &[u8], max: usize) -> Result<Vec<u8>, Refused> {
        self.send(request).map_err(Refused::Failed)?;
        let read = read_frame(&mut self.stream, max.saturating_add(1));
        let mut frame = read.map_err(|error| Refused::Failed(self.fail(error)))?;
        match frame.as_slice() {
            [answer::OK, ..] => Ok(frame.split_off(1)),
            [answer::EVM_REVERTED] => Err(Refused::Reverted),
            [answer::FORBIDDEN] => Err(Refused::Forbidden),
            _ => Err(Refused::Failed(self.wrong(request, Wrong::Status))),
        }
    }

    /// Like [`State::ask`], where a refusal is none of the answers.
    fn ask_for_data(&mut self, request: &[u8], max: usize) -> Result<Vec<u8>, Failure> {
        self.ask(request, max).map_err(|refused| match refused {
            Refused::Failed(failure) => failure,
            Refused::Reverted | Refused::Forbidden => self.wrong(request, Wrong::Refusal),
        })
    }

    /// Like [`State::ask_for_data`], where the data has exactly `len` octets.
    fn ask_exactly(&mut self, request: &[u8], len: usize) -> Result<Vec<u8>, Failure> {
        let data = self.ask_for_data(request, len)?;
        if data.len() == len { Ok(data) } else { Err(self.wrong(request, Wrong::Length)) }
    }

    fn ask_u256(&mut self, request: &[u8]) -> Result<U256, Failure> {
        let data = self.ask_exactly(request, 32)?;
        U256::try_from_le_slice(&data).ok_or_else(|| self.wrong(request, Wrong::Form))
    }
}

/// A slice inside a request or an answer: its length, 32 bits little-endian, and its octets.
fn slice(octets: &[u8]) -> Option<Vec<u8>> {
    let len = u32::try_from(octets.len()).ok()?;
    Some([&len.to_le_bytes(), octets].concat())
}

/// The octets of a slice that is all of `data`.
fn whole_slice(data: &[u8]) -> Option<&[u8]> {
    let (len, octets) = data.split_first_chunk::<4>()?;
    (u32::from_le_bytes(*len) as usize == octets.len()).then_some(octets)
}

/// The request that reports an execution: at most `max` octets, or how many it would have had.
fn report_request(done: &Done, max: usize) -> Result<Vec<u8>, u64> {
    let report = done.report.encode();
    let mut personal = Writer::new();
    match &done.personal {
        Some(hashes) => write_store_hashes(&mut personal, hashes),
        None => personal.null(),
    }
    let personal = personal.finish();
    let len = 1 + 4 + report.len() as u64 + 8 + 4 + personal.len() as u64;
    let lens = (u32::try_from(report.len()), u32::try_from(personal.len()));
    let (Ok(report_len), Ok(personal_len), true) = (lens.0, lens.1, len <= max as u64) else {
        return Err(len);
    };
    let mut request = vec![id::CONSUME_RESULT];
    request.extend_from_slice(&report_len.to_le_bytes());
    request.extend_from_slice(&report);
    request.extend_from_slice(&done.time_used.to_le_bytes());
    request.extend_from_slice(&personal_len.to_le_bytes());
    request.extend_from_slice(&personal);
    Ok(request)
}

impl<S: Read + Write> SocketHost<S> {
    /// Takes an execution over a stream: its inputs, which the node sends first. Inputs that cannot be read are
    /// reported to the node. An execution has at most `nondet_blocks` non-deterministic blocks.
    ///
    /// # Errors
    /// The inputs do not come or cannot be read.
    pub fn accept(mut stream: S, nondet_blocks: u32) -> Result<(Self, Inputs), Failure> {
        let octets = read_frame(&mut stream, MAX_FRAME)?;
        let host = SocketHost(Mutex::new(State { stream, failure: None }));
        match Inputs::decode(&octets, nondet_blocks) {
            Ok(inputs) => Ok((host, inputs)),
            Err(error) => Err(host.refuse(error)),
        }
    }

    /// Tells the node that its inputs are none, if it still listens.
    pub(super) fn refuse(&self, error: InputsError) -> Failure {
        // Whether it does or not, it is the inputs that are the failure.
        let _ = self.report(&Done::internal(error.to_string()));
        Failure::Inputs(error)
    }

    /// What failed first. If anything has, the run is an internal error, whatever came of it.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        self.state().failure.clone()
    }

    /// Reports how the run ended, and waits until the node has it. Nothing may be asked any more.
    ///
    /// # Errors
    /// The node has failed, now or before, and has got nothing; or [`Failure::LongReport`].
    pub fn report(&self, done: &Done) -> Result<(), Failure> {
        self.report_within(done, MAX_FRAME)
    }

    pub(super) fn report_within(&self, done: &Done, max: usize) -> Result<(), Failure> {
        let mut state = self.state();
        match report_request(done, max) {
            Ok(request) => state.ask_exactly(&request, 0).map(|_| ()),
            Err(len) => {
                let long = Failure::LongReport(len);
                let instead = Done::internal(long.to_string());
                // Has a place in every frame.
                let request = report_request(&instead, MAX_FRAME).map_err(Failure::LongReport)?;
                state.ask_exactly(&request, 0)?;
                Err(long)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State<S>> {
        // A thread that panicked while it held the stream has left it in the middle of something.
        self.0.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            let mut state = poisoned.into_inner();
            state.fail(Failure::Abandoned);
            state
        })
    }
}

impl<S: Read + Write + Send> Host for SocketHost<S> {
    fn storage_read(
        &self,
        view: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), HostError> {
        let mut state = self.state();
        let mut at = u64::from(index);
        for piece in buf.chunks_mut(READ_PIECE) {
            let outside = || HostError::Fault("a read of storage past the end of its slot".into());
            let index = u32::try_from(at).map_err(|_| outside())?;
            let len = u32::try_from(piece.len()).map_err(|_| outside())?;
            let mut request = vec![id::STORAGE_READ, view as u8];
            request.extend_from_slice(&address.0);
            request.extend_from_slice(&slot.0);
            request.extend_from_slice(&index.to_le_bytes());
            request.extend_from_slice(&len.to_le_bytes());
            piece.copy_from_slice(&state.ask_exactly(&request, piece.len())?);
            at += u64::from(len);
        }
        Ok(())
    }

    fn balance(&self, address: &Address) -> Result<U256, HostError> {
        let request = [&[id::GET_BALANCE], &address.0[..]].concat();
        Ok(self.state().ask_u256(&request)?)
    }

    fn eth_call(&self, address: &Address, calldata: &[u8]) -> Result<Vec<u8>, HostError> {
        let mut state = self.state();
        let calldata = slice(calldata).ok_or(HostError::Fault("an EVM call is too long".into()))?;
        let request = [&[id::ETH_CALL], &address.0[..], &calldata].concat();
        let data = state.ask(&request, MAX_FRAME)?;
        let octets = whole_slice(&data).map(<[u8]>::to_vec);
        octets.ok_or_else(|| state.wrong(&request, Wrong::Form).into())
    }

    fn packaged_runner(&self, id: &str) -> Result<Option<Arc<[u8]>>, HostError> {
        let mut state = self.state();
        let name = slice(id.as_bytes()).ok_or(HostError::Fault("the id of a runner is too long".into()))?;
        let request = [&[id::PACKAGED_RUNNER], &name[..]].concat();
        let data = state.ask_for_data(&request, MAX_FRAME)?;
        match (data.split_first(), data.get(1..).and_then(whole_slice)) {
            (Some((0, [])), _) => Ok(None),
            (Some((1, _)), Some(octets)) => Ok(Some(octets.into())),
            _ => Err(state.wrong(&request, Wrong::Form).into()),
        }
    }

    fn consume_fuel(&self, amount: U256) {
        let request = [&[id::CONSUME_FUEL], &amount.to_le_bytes::<32>()[..]].concat();
        // Not answered: a failure shows at the next request and in `failure`.
        let _ = self.state().send(&request);
    }

    fn remaining_fuel_as_gen(&self) -> U256 {
        // Of a failure, the run ends by the next request at the latest, or by `failure`.
        self.state().ask_u256(&[id::REMAINING_FUEL_AS_GEN]).unwrap_or(U256::ZERO)
    }

    fn notify_nondet_disagreement(&self, call_no: u32) {
        let request = [&[id::NOTIFY_NONDET_DISAGREEMENT], &call_no.to_le_bytes()[..]].concat();
        // Not answered, as above.
        let _ = self.state().send(&request);
    }
}
