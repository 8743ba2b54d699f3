//! `fd_read`, `fd_pread`.

use crate::harness::{MEMORY, errno, on_both_tiers, tree};

const END: i64 = MEMORY as i64;

#[test]
fn buffers_are_filled_in_order() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let fd = guest.open("b");
            guest.fill(0xee);
            guest.write_iovecs(16, &[(101, 3), (0xffff_ffff, 0), (200, 2), (300, 100)]);
            assert_eq!(guest.call("fd_read", &[fd, 16, 3, 8]), errno::SUCCESS);
            assert_eq!(guest.u32(8), 5);
            assert_eq!(guest.read(100, 5), *b"\xee012\xee");
            assert_eq!(guest.read(200, 3), *b"34\xee");
            assert_eq!(guest.call("fd_read", &[fd, 16, 4, 8]), errno::SUCCESS);
            assert_eq!(guest.u32(8), 5);
            assert_eq!(guest.read(100, 5), *b"\xee567\xee");
            assert_eq!(guest.read(200, 3), *b"89\xee");
            // The file had ended when the last buffer's turn came.
            assert_eq!(guest.read(300, 1), [0xee]);
            assert_eq!(guest.call("fd_read", &[fd, 16, 4, 8]), errno::SUCCESS);
            assert_eq!(guest.u32(8), 0);
            // Standard input can be read twice.
            assert_eq!(guest.call("fd_seek", &[fd, 0, 0, 8]), errno::SUCCESS);
            assert_eq!(guest.call("fd_read", &[fd, 40, 1, 8]), errno::SUCCESS);
            assert_eq!((guest.u32(8), guest.read(300, 11)), (10, b"0123456789\xee".to_vec()));
        },
    );
}

#[test]
fn reading_at_an_offset_leaves_the_descriptors_alone() {
    on_both_tiers(
        |ctx| ctx.stdin(*b"0123456789"),
        |guest| {
            guest.write_iovecs(16, &[(100, 4), (104, 4)]);
            assert_eq!(guest.call("fd_seek", &[0, 1, 0, 8]), errno::SUCCESS);
            for (offset, total) in [(0, 8), (2, 8), (3, 7), (9, 1), (10, 0), (11, 0), (i64::MAX, 0), (-1, 0)]
            {
                guest.fill(0xee);
                guest.write_iovecs(16, &[(100, 4), (104, 4)]);
                assert_eq!(guest.call("fd_pread", &[0, 16, 2, offset, 8]), errno::SUCCESS);
                assert_eq!(guest.u32(8), total);
                let mut wanted = [0xee; 8];
                for index in 0..total {
                    wanted[index as usize] = b'0' + offset as u8 + index as u8;
                }
                assert_eq!(guest.read(100, 8), wanted);
                assert_eq!(guest.call("fd_tell", &[0, 8]), errno::SUCCESS);
                assert_eq!(guest.u64(8), 1);
            }
        },
    );
}

#[test]
fn what_is_no_file_cannot_be_read() {
    on_both_tiers(
        |ctx| ctx,
        |guest| {
            for (fd, errno) in [(1, errno::ACCES), (2, errno::ACCES), (3, errno::ISDIR), (9, errno::BADF)] {
                assert_eq!(guest.call("fd_read", &[fd, 0, 1, -1]), errno);
                assert_eq!(guest.call("fd_pread", &[fd, 0, 1, 0, -1]), errno);
                // The list is an argument, so it is decoded first.
                guest.faults("fd_read", &[fd, 2, 1, 8]);
                guest.faults("fd_pread", &[fd, END, 1, 0, 8]);
                assert_eq!(guest.call("fd_read", &[fd, 0, 1 << 29, 8]), errno::OVERFLOW);
                assert_eq!(guest.call("fd_pread", &[fd, 0, -1, 0, 8]), errno::OVERFLOW);
            }
        },
    );
}

#[test]
fn an_empty_list_is_not_looked_at() {
    on_both_tiers(
        |ctx| ctx.stdin(*b"abc"),
        |guest| {
            guest.fill(0xee);
            assert_eq!(guest.call("fd_read", &[0, -1, 0, 8]), errno::SUCCESS);
            assert_eq!(guest.u32(8), 0);
            guest.faults("fd_read", &[0, -1, 0, 6]);
        },
    );
}

#[test]
fn a_buffer_is_checked_when_its_turn_comes() {
    on_both_tiers(
        |ctx| ctx.stdin(*b"abcdef"),
        |guest| {
            guest.write_iovecs(16, &[(100, 2), (MEMORY - 1, 2)]);
            guest.faults("fd_read", &[0, 16, 2, 8]);
            assert_eq!(guest.read(100, 2), *b"ab");
            // Nothing was counted as read.
            assert_eq!(guest.call("fd_tell", &[0, 8]), errno::SUCCESS);
            assert_eq!(guest.u64(8), 0);
            for bad in [(MEMORY, 1), (0, MEMORY + 1), (0xffff_ffff, 0xffff_ffff), (1, 0xffff_ffff)] {
                guest.write_iovecs(16, &[bad]);
                guest.faults("fd_read", &[0, 16, 1, 8]);
                guest.faults("fd_pread", &[0, 16, 1, 0, 8]);
                // At the end of the file no buffer's turn comes.
                assert_eq!(guest.call("fd_pread", &[0, 16, 1, 6, 8]), errno::SUCCESS);
            }
            guest.write_iovecs(16, &[(100, 6), (MEMORY, 1)]);
            assert_eq!(guest.call("fd_read", &[0, 16, 2, 8]), errno::SUCCESS);
            assert_eq!(guest.u32(8), 6);
        },
    );
}

#[test]
fn the_list_is_read_before_anything_is_written() {
    on_both_tiers(
        |ctx| ctx.stdin([7; 64]),
        |guest| {
            // The first buffer covers the list.
            guest.write_iovecs(16, &[(16, 16), (100, 4)]);
            assert_eq!(guest.call("fd_read", &[0, 16, 2, 8]), errno::SUCCESS);
            assert_eq!((guest.u32(8), guest.read(100, 5)), (20, vec![7, 7, 7, 7, 0]));
        },
    );
}

#[test]
fn the_answer_is_written_last() {
    on_both_tiers(
        |ctx| ctx.stdin(*b"abc"),
        |guest| {
            guest.write_iovecs(16, &[(8, 3)]);
            assert_eq!(guest.call("fd_read", &[0, 16, 1, 8]), errno::SUCCESS);
            assert_eq!(guest.u32(8), 3);
            assert_eq!(guest.call("fd_seek", &[0, 0, 0, 32]), errno::SUCCESS);
            for out in [1, 2, END - 2, END, -4] {
                guest.faults("fd_pread", &[0, 16, 1, 0, out]);
                assert_eq!(guest.read(8, 3), *b"abc");
            }
        },
    );
}
