//! What makes a node at the other end of a stream unusable.

use super::frame::FrameError;
use super::inputs::InputsError;
use std::fmt;
use std::io::ErrorKind;

/// Why an execution over a stream has no result: the node, or the way to it, is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The stream ended where the node had to send or to take a frame, or inside one.
    Closed,
    /// The node took longer than the caller's stream waits.
    TimedOut,
    /// The stream failed in another way.
    Stream(ErrorKind),
    /// The node announced a frame of so many octets, which is longer than its place allows.
    TooLong(u64),
    /// The node's answer to a request is none of its answers.
    Answer {
        /// The number of the request, see [`id`](super::id).
        request: u8,
        /// What is wrong with it.
        wrong: Wrong,
    },
    /// The inputs cannot be read, or do not fit together. The node has been told, if it still listened.
    Inputs(InputsError),
    /// The report has so many octets, more than a frame; the node has got one of an internal error instead.
    LongReport(u64),
    /// A thread ended while it used the stream, which is somewhere in a frame.
    Abandoned,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Its first octet is missing or none of [`answer`](super::answer), or something follows a refusal.
    Status,
    /// Its data is shorter than was asked for.
    Length,
    /// The request cannot be refused.
    Refusal,
    /// Its data has another form.
    Form,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Closed => f.write_str("the node has closed the stream"),
            Failure::TimedOut => f.write_str("the node did not answer in time"),
            Failure::Stream(kind) => write!(f, "the node's stream failed: {kind}"),
            Failure::TooLong(len) => write!(f, "the node's frame of {len} octets is too long"),
            Failure::Answer { request, wrong } => write!(f, "the node's answer to request {request} {wrong}"),
            Failure::Inputs(error) => error.fmt(f),
            Failure::LongReport(len) => write!(f, "the report of {len} octets is too long for a frame"),
            Failure::Abandoned => f.write_str("another thread ended while it asked the node"),
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Wrong::Status => "does not say what it is",
            Wrong::Length => "is shorter than was asked for",
            Wrong::Refusal => "refuses what cannot be refused",
            Wrong::Form => "has another form",
        })
    }
}

impl std::error::Error for Failure {}

impl From<FrameError> for Failure {
    fn from(error: FrameError) -> Self {
        let error = match error {
            FrameError::Io(error) => error,
            FrameError::TooLong(len) => return Failure::TooLong(len),
        };
        match error.kind() {
            ErrorKind::UnexpectedEof
            | ErrorKind::BrokenPipe
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::WriteZero => Failure::Closed,
            // Which of the two a socket's time-out is depends on the system.
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Failure::TimedOut,
            kind => Failure::Stream(kind),
        }
    }
}
