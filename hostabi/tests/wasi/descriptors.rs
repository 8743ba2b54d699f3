//! The table of descriptors, and what is told about them.

use crate::harness::{MEMORY, errno, on_both_tiers, tree};

const END: i64 = MEMORY as i64;

#[test]
fn four_descriptors_are_open_at_the_start() {
    on_both_tiers(
        |ctx| ctx.stdin(*b"hi"),
        |guest| {
            // File type of fdstat and rights; file type, link count and size of filestat.
            for (fd, stat, rights, filestat) in [
                (0, 4, 0x24_e0b7, Some((4, 1, 2))),
                (1, 0, 0x40, Some((2, 1, 0))),
                (2, 0, 0x40, Some((2, 1, 0))),
                (3, 3, 0x24_e002, Some((3, 1, 0))),
            ] {
                guest.fill(0xee);
                assert_eq!(guest.call("fd_fdstat_get", &[fd, 8]), errno::SUCCESS);
                assert_eq!(guest.read(8, 8), [stat, 0xee, 0, 0, 0xee, 0xee, 0xee, 0xee]);
                assert_eq!((guest.u64(16), guest.u64(24)), (rights, rights));
                assert_eq!(guest.read(32, 1), [0xee]);

                let (filetype, nlink, size) = filestat.expect("all have one");
                assert_eq!(guest.call("fd_filestat_get", &[fd, 128]), errno::SUCCESS);
                assert_eq!((guest.u64(128), guest.u64(136)), (0, 0));
                let mut kind = [0xee; 8];
                kind[0] = filetype;
                assert_eq!(guest.read(144, 8), kind);
                assert_eq!((guest.u64(152), guest.u64(160)), (nlink, size));
                assert_eq!(guest.read(168, 25), [[0; 24].as_slice(), &[0xee]].concat());
            }
            for name in ["fd_fdstat_get", "fd_filestat_get", "fd_prestat_get", "fd_tell"] {
                for fd in [4, 1023, 1024, -1] {
                    assert_eq!(guest.call(name, &[fd, 1]), errno::BADF);
                }
            }
        },
    );
}

#[test]
fn records_need_their_room_and_alignment() {
    on_both_tiers(
        |ctx| ctx,
        |guest| {
            for (name, size, align) in
                [("fd_fdstat_get", 24, 8), ("fd_filestat_get", 64, 8), ("fd_prestat_get", 8, 4)]
            {
                guest.faults(name, &[3, align / 2]);
                guest.faults(name, &[3, 1]);
                guest.faults(name, &[3, END - size + align]);
                guest.faults(name, &[3, -align]);
                assert_eq!(guest.call(name, &[3, END - size]), errno::SUCCESS);
            }
        },
    );
}

#[test]
fn only_the_root_of_the_start_is_preopened() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            guest.fill(0xee);
            assert_eq!(guest.call("fd_prestat_get", &[3, 4]), errno::SUCCESS);
            assert_eq!(guest.read(4, 8), [0, 0xee, 0xee, 0xee, 1, 0, 0, 0]);
            let root = guest.open(".");
            assert_eq!(root, 4);
            for fd in [0, 1, 2, 4, 5] {
                assert_eq!(guest.call("fd_prestat_get", &[fd, 4]), errno::BADF);
            }
            // Opened again under the same number, it is a directory like others.
            assert_eq!(guest.call("fd_close", &[3]), errno::SUCCESS);
            assert_eq!(guest.call("fd_prestat_get", &[3, 4]), errno::BADF);
            assert_eq!(guest.open_at(root, ""), Ok(3));
            assert_eq!(guest.call("fd_prestat_get", &[3, 4]), errno::BADF);
        },
    );
}

#[test]
fn the_name_of_a_directory_is_its_last_component() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let er = guest.open("a/deep/../deep/er/.");
            for (fd, name) in [(3, "/"), (er, "er")] {
                let len = name.len() as i64;
                guest.fill(0xee);
                assert_eq!(guest.call("fd_prestat_dir_name", &[fd, 7, len + 100]), errno::SUCCESS);
                assert_eq!(guest.read(7, 4), [name.as_bytes(), &[0xee; 4]].concat()[..4]);
                assert_eq!(guest.call("fd_prestat_dir_name", &[fd, -1, len - 1]), errno::OVERFLOW);
                assert_eq!(guest.call("fd_prestat_dir_name", &[fd, END - len, -1]), errno::SUCCESS);
                guest.faults("fd_prestat_dir_name", &[fd, END - len + 1, len]);
            }
            let file = guest.open("b");
            for fd in [0, 1, 2, file, 99] {
                assert_eq!(guest.call("fd_prestat_dir_name", &[fd, -1, 0]), errno::BADF);
            }
        },
    );
}

#[test]
fn the_number_freed_last_is_used_first() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            assert_eq!([guest.open("a"), guest.open("b"), guest.open("a/in")], [4, 5, 6]);
            for fd in [4, 0, 6] {
                assert_eq!(guest.call("fd_close", &[fd]), errno::SUCCESS);
                assert_eq!(guest.call("fd_close", &[fd]), errno::BADF);
            }
            assert_eq!([guest.open("b"), guest.open("b"), guest.open("b"), guest.open("b")], [6, 0, 4, 7]);
        },
    );
}

#[test]
fn every_descriptor_can_be_closed() {
    on_both_tiers(
        |ctx| ctx,
        |guest| {
            for fd in 0..4 {
                assert_eq!(guest.call("fd_close", &[fd]), errno::SUCCESS);
            }
            assert_eq!(guest.open_at(3, ""), Err(errno::BADF));
            guest.write_iovecs(16, &[(0, 1)]);
            assert_eq!(guest.call("fd_write", &[1, 16, 1, 8]), errno::BADF);
            assert_eq!(guest.call("fd_read", &[0, 16, 1, 8]), errno::BADF);
            for fd in [4, 1 << 20, -1] {
                assert_eq!(guest.call("fd_close", &[fd]), errno::BADF);
            }
        },
    );
}

#[test]
fn seeking_stays_inside_the_file() {
    const MIN: i64 = i64::MIN;
    const MAX: i64 = i64::MAX;
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let fd = guest.open("b");
            let (set, cur) = (0, 1);
            for (delta, whence, at) in [
                (0, cur, 0),
                (4, set, 4),
                (3, cur, 7),
                (-2, cur, 5),
                (6, cur, 10),
                (MAX, cur, 10),
                (MIN, cur, 0),
                (-1, cur, 0),
                (MAX, set, 10),
                (11, set, 10),
                (10, set, 10),
                (MIN, set, 0),
                (-1, set, 0),
                (9, set, 9),
                (MAX, cur, 10),
            ] {
                assert_eq!(guest.call("fd_seek", &[fd, delta, whence, 8]), errno::SUCCESS);
                assert_eq!(guest.u64(8), at, "{delta} from {whence}");
                assert_eq!(guest.call("fd_tell", &[fd, 16]), errno::SUCCESS);
                assert_eq!(guest.u64(16), at);
            }
            assert_eq!(guest.call("fd_seek", &[fd, 0, 2, -1]), errno::NOTSUP);
        },
    );
}

#[test]
fn what_cannot_seek_says_so() {
    on_both_tiers(
        |ctx| ctx.stdin(*b"abc"),
        |guest| {
            for (fd, errno) in [(1, errno::SPIPE), (2, errno::SPIPE), (3, errno::NOTSUP), (9, errno::BADF)] {
                for whence in 0..3 {
                    assert_eq!(guest.call("fd_seek", &[fd, 0, whence, -1]), errno);
                }
                assert_eq!(guest.call("fd_tell", &[fd, -1]), errno);
                for whence in [3, -1, 256] {
                    assert_eq!(guest.call("fd_seek", &[fd, 0, whence, -1]), errno::INVAL);
                }
            }
            assert_eq!(guest.call("fd_seek", &[0, 2, 0, 8]), errno::SUCCESS);
            guest.faults("fd_tell", &[0, 4]);
            guest.faults("fd_tell", &[0, END - 7]);
            guest.faults("fd_seek", &[0, 0, 1, 12]);
            assert_eq!(guest.call("fd_tell", &[0, 8]), errno::SUCCESS);
            assert_eq!(guest.u64(8), 2);
        },
    );
}
