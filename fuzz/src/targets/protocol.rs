//! A node at the other end of a stream that sends anything.

use ruint::aliases::U256;
use selfsame_hostabi::calldata::Address;
use selfsame_hostabi::host::Host;
use selfsame_hostabi::protocol::{Inputs, MAX_FRAME, SocketHost, read_frame, write_frame};
use selfsame_hostabi::result::{InternalError, Report};
use selfsame_hostabi::storage::{SlotId, StorageView};
use selfsame_hostabi::vm::Done;
use std::io::{self, Cursor, Read, Write};

/// Blocks that an execution may have.
const BLOCKS: u32 = 2;

/// A stream whose other end has said everything in advance.
#[derive(Debug)]
struct Node<'a> {
    says: Cursor<&'a [u8]>,
    hears: Vec<u8>,
}

impl Read for Node<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.says.read(buf)
    }
}

impl Write for Node<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.hears.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Octets as inputs, and as all that a node says; after its first failure every request fails.
///
/// # Panics
/// If one does not.
pub fn protocol(data: &[u8]) {
    let _no_panic = Inputs::decode(data, BLOCKS).map(Inputs::into_run);
    if let Ok(frame) = read_frame(&mut Cursor::new(data), MAX_FRAME) {
        let mut written = Vec::new();
        write_frame(&mut written, &frame).expect("a vector takes all");
        assert_eq!(written, data[..written.len()]);
    }
    let node = |says| Node { says: Cursor::new(says), hears: Vec::new() };
    let Ok((host, inputs)) = SocketHost::accept(node(data), BLOCKS) else { return };
    let again = SocketHost::accept(node(data), BLOCKS).map(|(_, inputs)| format!("{inputs:?}"));
    assert_eq!(again, Ok(format!("{inputs:?}")));
    let (address, slot) = (Address([1; 20]), SlotId([2; 32]));
    let mut buf = [0; 40];
    let mut failed = false;
    let mut after = |ok: bool| {
        assert!(!(failed && ok), "an answer behind a failure");
        failed |= host.failure().is_some();
    };
    for _ in 0..3 {
        after(host.storage_read(StorageView::Default, &address, &slot, 7, &mut buf).is_ok());
        after(host.balance(&address).is_ok());
        after(host.eth_call(&address, &[1, 2]).is_ok());
        after(host.packaged_runner("a:b").is_ok());
        after(host.remaining_fuel_as_gen() != U256::ZERO);
        host.consume_fuel(U256::from(7));
        host.notify_nondet_disagreement(1);
    }
    let report = Report::internal(InternalError::new("none"));
    let done = Done { report, time_used: 7, personal: Some([("main".into(), vec![[1; 32]])].into()) };
    after(host.report(&done).is_ok());
}
