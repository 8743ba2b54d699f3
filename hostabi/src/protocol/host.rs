//! A host at the other end of a stream.

use super::frame::{FrameError, MAX_FRAME, read_frame, write_frame};
use super::inputs::Inputs;
use super::{READ_PIECE, answer, id};
use crate::host::{Host, HostError};
use crate::result::{InternalError, Report};
use crate::storage::{SlotId, StorageView};
use ruint::aliases::U256;
use selfsame_calldata::Address;
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
    failure: Option<String>,
}

/// An answer without its data.
enum Refused {
    Reverted,
    Forbidden,
    Fault(String),
}

impl From<Refused> for HostError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Reverted => HostError::Reverted,
            Refused::Forbidden => HostError::Forbidden,
            Refused::Fault(what) => HostError::Fault(what),
        }
    }
}

impl<S: Read + Write> State<S> {
    /// Remembers a failure.
    fn fail(&mut self, what: impl Into<String>) -> String {
        self.failure.get_or_insert_with(|| what.into()).clone()
    }

    fn send(&mut self, request: &[u8]) -> Result<(), String> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        write_frame(&mut self.stream, request).map_err(|error| self.fail(error.to_string()))
    }

    /// Sends a request; the data of its answer, at most `max` octets.
    fn ask(&mut self, request: &[u8], max: usize) -> Result<Vec<u8>, Refused> {
        self.send(request).map_err(Refused::Fault)?;
        let read = read_frame(&mut self.stream, max.saturating_add(1));
        let mut frame = read.map_err(|error| Refused::Fault(self.fail(error.to_string())))?;
        match frame.as_slice() {
            [answer::OK, ..] => Ok(frame.split_off(1)),
            [answer::EVM_REVERTED] => Err(Refused::Reverted),
            [answer::FORBIDDEN] => Err(Refused::Forbidden),
            _ => Err(Refused::Fault(self.fail("the node's answer is none"))),
        }
    }

    /// Like [`State::ask`], where the data has `N` octets and a refusal is none of the answers.
    fn ask_exactly(&mut self, request: &[u8], len: usize) -> Result<Vec<u8>, String> {
        match self.ask(request, len) {
            Ok(data) if data.len() == len => Ok(data),
            Err(Refused::Fault(what)) => Err(what),
            Ok(_) => Err(self.fail("the node's answer has another length than was asked for")),
            Err(_) => Err(self.fail("the node refuses what it must answer")),
        }
    }

    fn ask_u256(&mut self, request: &[u8]) -> Result<U256, String> {
        let data = self.ask_exactly(request, 32)?;
        U256::try_from_le_slice(&data).ok_or_else(|| self.fail("the node's answer is no number"))
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

impl<S: Read + Write> SocketHost<S> {
    /// Takes an execution over a stream: its inputs, which the node sends first. Inputs that cannot be read are
    /// reported to the node.
    ///
    /// # Errors
    /// The inputs do not come or cannot be read.
    pub fn accept(mut stream: S) -> Result<(Self, Inputs), String> {
        let octets = read_frame(&mut stream, MAX_FRAME).map_err(|error: FrameError| error.to_string())?;
        let host = SocketHost(Mutex::new(State { stream, failure: None }));
        match Inputs::decode(&octets) {
            Ok(inputs) => Ok((host, inputs)),
            Err(error) => {
                let text = error.to_string();
                // The node learns of it if it still listens; the caller in any case.
                let _ = host.report(&Report::internal(InternalError::new(text.clone())));
                Err(text)
            }
        }
    }

    /// What failed first. If anything has, the run is an internal error, whatever came of it.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.state().failure.clone()
    }

    /// Reports how the run ended, and waits until the node has it. Nothing may be asked any more.
    ///
    /// # Errors
    /// The node does not take it.
    pub fn report(&self, report: &Report) -> Result<(), String> {
        let mut state = self.state();
        let Some(octets) = slice(&report.encode()) else { return Err(state.fail("the report is too long")) };
        state.ask_exactly(&[&[id::CONSUME_RESULT], &octets[..]].concat(), 0).map(|_| ())
    }

    fn state(&self) -> MutexGuard<'_, State<S>> {
        // A thread that panicked while it held the stream has left it in the middle of something.
        self.0.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            let mut state = poisoned.into_inner();
            state.fail("another thread failed while it asked the node");
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
            piece.copy_from_slice(&state.ask_exactly(&request, piece.len()).map_err(HostError::Fault)?);
            at += u64::from(len);
        }
        Ok(())
    }

    fn balance(&self, address: &Address) -> Result<U256, HostError> {
        let request = [&[id::GET_BALANCE], &address.0[..]].concat();
        self.state().ask_u256(&request).map_err(HostError::Fault)
    }

    fn eth_call(&self, address: &Address, calldata: &[u8]) -> Result<Vec<u8>, HostError> {
        let mut state = self.state();
        let calldata = slice(calldata).ok_or(HostError::Fault("an EVM call is too long".into()))?;
        let request = [&[id::ETH_CALL], &address.0[..], &calldata].concat();
        let data = state.ask(&request, MAX_FRAME)?;
        let octets = whole_slice(&data).map(<[u8]>::to_vec);
        octets.ok_or_else(|| HostError::Fault(state.fail("the node's answer is no slice")))
    }

    fn packaged_runner(&self, id: &str) -> Result<Option<Arc<[u8]>>, HostError> {
        let mut state = self.state();
        let name = slice(id.as_bytes()).ok_or(HostError::Fault("the id of a runner is too long".into()))?;
        let wrong = "the node's answer is no runner";
        match state.ask(&[&[id::PACKAGED_RUNNER], &name[..]].concat(), MAX_FRAME) {
            Ok(data) => match data.split_first() {
                Some((0, [])) => Ok(None),
                Some((1, rest)) => whole_slice(rest)
                    .map(|octets| Some(octets.into()))
                    .ok_or_else(|| HostError::Fault(state.fail(wrong))),
                _ => Err(HostError::Fault(state.fail(wrong))),
            },
            Err(Refused::Fault(what)) => Err(HostError::Fault(what)),
            Err(_) => Err(HostError::Fault(state.fail(wrong))),
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
