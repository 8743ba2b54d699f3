//! Results: what leaders propose, what nodes report and vote.

use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::result::{Outcome, Report, VmErrorCode, Vote, accept, frames, is_valid_code};

/// Octets as a leader's proposal, a result, a report, a vote, a startup message, a described failure, a code.
///
/// # Panics
/// If a proposal is not judged, or if something that was read is written otherwise.
pub fn results(data: &[u8]) {
    let accepted = accept(Some(data));
    let outcome = accepted.outcome();
    assert_eq!(outcome.buffer(), *accepted.buffer);
    assert_eq!(accepted.replaced, *accepted.buffer != *data);
    // What stands in for a proposal is as good as one.
    assert!(Outcome::parse(&accepted.buffer).is_ok());
    assert_eq!(accept(Some(data)), accepted);

    if let Ok(outcome) = Outcome::parse(data) {
        assert_eq!(outcome.nested_buffer(), data);
    }
    if let Ok(report) = Report::decode(data) {
        assert_eq!(report.encode(), data);
    }
    if let Ok(vote) = Vote::decode(data) {
        assert_eq!(vote.encode(), data);
        let _own_key = vote.key();
    }
    if let Ok(message) = StartupMessage::decode(data) {
        // There are several texts for the same point in time, of which one is written.
        assert_eq!(StartupMessage::decode(&message.encode()), Ok(message));
    }
    if let Ok((message, fingerprint)) = frames::read_described(data) {
        assert_eq!(frames::described(&message, &fingerprint), data);
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Some(code) = VmErrorCode::parse(text)
    {
        assert!(is_valid_code(text));
        assert_eq!(code.as_str(), text);
    }
}
