//! `fd_write`.

use crate::harness::{Guest, MEMORY, errno, on_both_tiers, tree};
use selfsame_hostabi::{Output, WasiCtx};
use selfsame_interp::Tier;
use std::sync::{Arc, Mutex};

#[test]
fn the_answer_is_the_sum_whatever_becomes_of_it() {
    for (stdout, kept) in [
        (Output::discard as fn() -> Output, &b""[..]),
        (|| Output::capture(100), b"hello world"),
        (|| Output::capture(7), b"hello w"),
        (|| Output::capture(0), b""),
    ] {
        on_both_tiers(
            |ctx| ctx.stdout(stdout()).stderr(Output::capture(9)),
            |guest| {
                guest.write(100, b"world, hello ");
                guest.write_iovecs(16, &[(107, 6), (0xffff_ffff, 0), (100, 5)]);
                assert_eq!(guest.call("fd_write", &[1, 16, 3, 8]), errno::SUCCESS);
                assert_eq!(guest.u32(8), 11);
                assert_eq!(guest.store.data().stdout().octets(), kept);
                assert_eq!(guest.store.data().stderr().octets(), b"");
                assert_eq!(guest.call("fd_write", &[2, 32, 1, 8]), errno::SUCCESS);
                assert_eq!(guest.u32(8), 5);
                assert_eq!(guest.store.data().stderr().octets(), b"world");
            },
        );
    }
}

#[test]
fn a_callback_gets_the_pieces_in_order() {
    for tier in [Tier::Exact, Tier::Fast] {
        let seen: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let sink = Arc::clone(&seen);
        let output = Output::callback(move |piece| sink.lock().expect("no panic").push(piece.to_vec()));
        let mut guest = Guest::new(tier, WasiCtx::builder().stdout(output).build().expect("it fits"));
        guest.write(100, b"abcd");
        guest.write_iovecs(16, &[(102, 2), (100, 1)]);
        assert_eq!(guest.call("fd_write", &[1, 16, 2, 8]), errno::SUCCESS);
        assert_eq!(*seen.lock().expect("no panic"), [b"cd".to_vec(), b"a".to_vec()]);
    }
}

#[test]
fn all_buffers_are_checked_before_anything_is_written() {
    on_both_tiers(
        |ctx| ctx.stdout(Output::capture(100)),
        |guest| {
            guest.write_iovecs(16, &[(100, 4), (MEMORY - 1, 2)]);
            guest.faults("fd_write", &[1, 16, 2, 8]);
            guest.faults("fd_write", &[1, 18, 2, 8]);
            guest.faults("fd_write", &[1, i64::from(MEMORY) - 8, 2, 8]);
            assert_eq!(guest.call("fd_write", &[1, 16, 1 << 29, 8]), errno::OVERFLOW);
            assert_eq!(guest.store.data().stdout().octets(), b"");
            // A bad place for the answer shows only behind that.
            guest.faults("fd_write", &[1, 16, 1, 9]);
            assert_eq!(guest.store.data().stdout().octets().len(), 4);
        },
    );
}

#[test]
fn a_sum_beyond_32_bits_overflows() {
    on_both_tiers(
        |ctx| ctx.stdout(Output::capture(100)),
        |guest| {
            // 0x8000 buffers of 0x10000 octets are 2^31 octets; the list is in the upper half of the memory.
            let grown = guest.instance.get_memory(&mut guest.store, "memory").expect("it is exported");
            grown.grow(&mut guest.store, 15).expect("there is room");
            let list: Vec<(u32, u32)> = vec![(0, 0x10_0000); 4096];
            guest.write_iovecs(0x8_0000, &list);
            assert_eq!(guest.call("fd_write", &[1, 0x8_0000, 4096, 8]), errno::OVERFLOW);
            assert_eq!(guest.store.data().stdout().octets(), b"");
            guest.write_iovecs(0x8_0000, &[(0, 0xf_ffff)]);
            assert_eq!(guest.call("fd_write", &[1, 0x8_0000, 4096, 8]), errno::SUCCESS);
            assert_eq!(guest.u32(8), u32::MAX);
            // A bad buffer counts before the sum does.
            guest.write_iovecs(0x8_0000, &[(0, 0x10_0000)]);
            guest.write_iovecs(0x8_0000 + 4095 * 8, &[(1, 0x10_0000)]);
            guest.faults("fd_write", &[1, 0x8_0000, 4096, 8]);
        },
    );
}

#[test]
fn nothing_else_can_be_written() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let file = guest.open("b");
            guest.write_iovecs(16, &[(0xffff_ffff, 1)]);
            for (fd, errno) in [
                (0, errno::ROFS),
                (3, errno::ROFS),
                (file, errno::ROFS),
                (99, errno::BADF),
                (-1, errno::BADF),
            ] {
                assert_eq!(guest.call("fd_write", &[fd, 16, 1, -1]), errno);
                guest.faults("fd_write", &[fd, 17, 1, 8]);
            }
        },
    );
}
