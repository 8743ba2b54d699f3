//! Where a program's own output goes: into the report, or through as it comes.

use crate::progress::Progress;
use crate::report;
use selfsame_hostabi::{Output, WasiCtx};
use std::io::{self, IsTerminal, Write};
use std::process;

/// Octets of each stream that a report can hold.
const CAPTURED: usize = 1 << 30;

/// Exit status where nobody reads the output any more, as shells have it: 128 and the number of the signal.
const BROKEN_PIPE: i32 = 141;

/// A stream for the report.
pub fn captured() -> Output {
    Output::capture(CAPTURED)
}

/// Tells if a program wrote more than the report holds.
pub fn note_truncated(wasi: &WasiCtx) {
    for (name, output) in [("stdout", wasi.stdout()), ("stderr", wasi.stderr())] {
        if output.is_truncated() {
            report::print_error(&format!(
                "note: {name} in the report has the first {CAPTURED} octets only\n"
            ));
        }
    }
}

/// A stream that is written as it comes. Where it goes to the terminal, the spinner makes way for good.
pub fn live<W: Write + IsTerminal + 'static>(to: fn() -> W, progress: &Progress) -> Output {
    let progress = progress.clone();
    Output::callback(move |octets| {
        let mut to = to();
        if to.is_terminal() {
            progress.end();
        }
        // To the program every write succeeds, so it could go on for ever with nobody listening. What else
        // befalls the real stream is no part of the result.
        match to.write_all(octets).and_then(|()| to.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => process::exit(BROKEN_PIPE),
            _ => {}
        }
    })
}
