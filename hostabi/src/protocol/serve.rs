//! An execution for a node at the other end of a stream, from its inputs to its report.

use super::failure::Failure;
use super::host::SocketHost;
use crate::host::Host;
use crate::vm::{CancelHandle, Diagnostics, Done, Node, Run};
use std::io::{Read, Write};
use std::sync::Arc;

/// What the executor adds to an execution. No result depends on it.
#[derive(Clone, Default)]
pub struct ServeOptions {
    /// Stops the run from outside, for example at a deadline: the node gets the report of a time-out.
    pub cancel: CancelHandle,
    /// Gets what contracts write to standard output and standard error.
    pub diagnostics: Option<Diagnostics>,
}

/// Runs one execution for the node at the other end of `stream`: reads its inputs, asks it for what the run needs, and
/// sends it the report. What the node has been sent is returned too.
///
/// `stream` decides how long a read or a write may take; without a limit of its own a silent node is waited for for
/// ever. Memory grows with what arrives: an octet of the inputs takes a few octets at most, one of an answer two.
///
/// # Errors
/// [`Failure`]: this executor has no result. Only after [`Failure::Inputs`] and [`Failure::LongReport`] has the node
/// been told. A run that this executor itself could not finish is no failure: it is reported as an internal error.
pub fn serve<S: Read + Write + Send + 'static>(
    node: &Node,
    stream: S,
    options: ServeOptions,
) -> Result<Done, Failure> {
    let (host, inputs) = SocketHost::accept(stream, node.limits().nondet_blocks)?;
    let run = inputs.into_run().map_err(|error| host.refuse(error))?;
    let host = Arc::new(host);
    let ServeOptions { cancel, diagnostics } = options;
    let shown = Arc::clone(&host) as Arc<dyn Host>;
    let done = node.execute(shown, Run { cancel, diagnostics, ..run });
    // Sends nothing if the node has failed: then what came of the run is no result.
    host.report(&done)?;
    Ok(done)
}
