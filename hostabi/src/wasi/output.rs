//! Where standard output and standard error go.

use std::fmt;

/// A sink of octets. What becomes of them is never visible to the guest.
pub struct Output(Sink);

type Callback = Box<dyn FnMut(&[u8]) + Send>;

enum Sink {
    Discard,
    Capture { octets: Vec<u8>, limit: usize, lost: bool },
    Callback(Callback),
}

impl Default for Output {
    fn default() -> Self {
        Output::discard()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Sink::Discard => "Output::discard",
            Sink::Capture { .. } => "Output::capture",
            Sink::Callback(_) => "Output::callback",
        })
    }
}

impl Output {
    /// Drops everything.
    #[must_use]
    pub fn discard() -> Self {
        Output(Sink::Discard)
    }

    /// Keeps the first `limit` octets in memory and drops the rest.
    #[must_use]
    pub fn capture(limit: usize) -> Self {
        Output(Sink::Capture { octets: Vec::new(), limit, lost: false })
    }

    /// Hands everything to a function, in order, in the pieces that the guest writes.
    #[must_use]
    pub fn callback(function: impl FnMut(&[u8]) + Send + 'static) -> Self {
        Output(Sink::Callback(Box::new(function)))
    }

    /// What was kept.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        match &self.0 {
            Sink::Capture { octets, .. } => octets,
            _ => &[],
        }
    }

    /// Whether the guest wrote more than was kept.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        matches!(self.0, Sink::Capture { lost: true, .. })
    }

    pub(crate) fn write(&mut self, piece: &[u8]) {
        match &mut self.0 {
            Sink::Discard => {}
            Sink::Capture { octets, limit, lost } => {
                let room = *limit - octets.len();
                let kept = piece.len().min(room);
                octets.extend_from_slice(&piece[..kept]);
                *lost |= kept < piece.len();
            }
            Sink::Callback(function) => function(piece),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_keeps_the_first_octets() {
        let mut output = Output::capture(3);
        output.write(b"ab");
        assert!(!output.is_truncated());
        output.write(b"cd");
        output.write(b"");
        assert_eq!((output.octets(), output.is_truncated()), (&b"abc"[..], true));
    }
}
