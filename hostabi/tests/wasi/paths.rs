//! `path_open`, `path_filestat_get` and how paths are resolved.

use crate::harness::{Guest, MEMORY, errno, on_both_tiers, tree};

const END: i64 = MEMORY as i64;

/// `path_filestat_get` seen from a directory: the errno, or file type and size.
#[track_caller]
fn stat_at(guest: &mut Guest, fd: i64, path: &str) -> Result<(u8, u64), i32> {
    guest.fill(0xee);
    let [ptr, len] = guest.path(path);
    match guest.call("path_filestat_get", &[fd, 1, ptr, len, 512]) {
        0 => {
            assert_eq!((guest.u64(512), guest.u64(520), guest.u64(536)), (0, 0, 0), "device, number, links");
            assert_eq!(guest.read(529, 7), [0xee; 7], "padding");
            assert_eq!(guest.read(552, 25), [[0; 24].as_slice(), &[0xee]].concat(), "times");
            Ok((guest.read(528, 1)[0], guest.u64(544)))
        }
        errno => {
            assert_eq!(guest.read(512, 64), [0xee; 64]);
            Err(errno)
        }
    }
}

const DIR: Result<(u8, u64), i32> = Ok((3, 0));

fn file(size: u64) -> Result<(u8, u64), i32> {
    Ok((4, size))
}

#[test]
fn resolution_is_lexical() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let deep = guest.open("a/deep");
            for (fd, path, wanted) in [
                (3, "", DIR),
                (3, "/", DIR),
                (3, "..", DIR),
                (3, "../../..", DIR),
                (3, "b", file(10)),
                (3, "/b", file(10)),
                (3, "//./b//", file(10)),
                (3, "a/in", file(5)),
                (3, "nofile/../b", file(10)),
                (3, "b/../a", DIR),
                (3, "b/x/../../a/in", file(5)),
                (3, "a/deep/er/x", file(0)),
                (3, "c", Err(errno::NOENT)),
                (3, "a/c", Err(errno::NOENT)),
                (3, "c/d/e", Err(errno::NOENT)),
                (3, "b/x", Err(errno::BADF)),
                (3, "b/x/y", Err(errno::BADF)),
                (3, "b/..x", Err(errno::BADF)),
                (3, "a/in/x/..", file(5)),
                (3, "B", Err(errno::NOENT)),
                (3, "b\0", Err(errno::NOENT)),
                (deep, "", DIR),
                (deep, "er/x", file(0)),
                // A slash in front does not lead back to the root.
                (deep, "/er/x", file(0)),
                (deep, "/b", Err(errno::NOENT)),
                (deep, "../in", file(5)),
                (deep, "../../b", file(10)),
                (deep, "../../../../../b", file(10)),
                (deep, "../..", DIR),
            ] {
                assert_eq!(stat_at(guest, fd, path), wanted, "{path} from {fd}");
                let opened = guest.open_at(fd, path);
                assert_eq!(opened.map(|_| ()), wanted.map(|_| ()), "{path} from {fd}");
                if let Ok(fd) = opened {
                    assert_eq!(guest.call("fd_filestat_get", &[fd, 512]), errno::SUCCESS);
                    assert_eq!(Ok((guest.read(528, 1)[0], guest.u64(544))), wanted);
                    assert_eq!(guest.call("fd_close", &[fd]), errno::SUCCESS);
                }
            }
        },
    );
}

#[test]
fn paths_start_at_directories_only() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let file = guest.open("b");
            for fd in [0, 1, 2, file, 99, -1] {
                assert_eq!(stat_at(guest, fd, "b"), Err(errno::BADF));
                assert_eq!(guest.open_at(fd, ""), Err(errno::BADF));
            }
        },
    );
}

#[test]
fn arguments_are_decoded_before_the_descriptor_is_looked_up() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            guest.write(0x100, b"b\xff");
            for fd in [3, 99] {
                guest.faults("path_open", &[fd, 0, END - 1, 2, 0, 0, 0, 0, 8]);
                guest.faults("path_filestat_get", &[fd, 0, END, 1, 8]);
                guest.faults("path_filestat_get", &[fd, 0, -1, -1, 8]);
                assert_eq!(guest.call("path_open", &[fd, 0, 0x100, 2, 0, 0, 0, 0, 8]), errno::ILSEQ);
                assert_eq!(guest.call("path_filestat_get", &[fd, 0, 0x100, 2, 8]), errno::ILSEQ);
                // Flags: lookup, open, two times rights, descriptor.
                for bad in [
                    [2, 0, 0, 0, 0],
                    [-1, 0, 0, 0, 0],
                    [0, 16, 0, 0, 0],
                    [0, 1 << 16, 0, 0, 0],
                    [0, 0, 1 << 30, 0, 0],
                    [0, 0, 0, -1, 0],
                    [0, 0, 0, 0, 32],
                ] {
                    let [lookup, open, base, inheriting, fdflags] = bad;
                    let args = [fd, lookup, 0x100, 1, open, base, inheriting, fdflags, 8];
                    assert_eq!(guest.call("path_open", &args), errno::INVAL);
                }
                assert_eq!(guest.call("path_filestat_get", &[fd, 2, 0x100, 1, 8]), errno::INVAL);
                // Of several bad arguments the first one counts.
                assert_eq!(guest.call("path_open", &[fd, 2, END, 1, 0, 0, 0, 0, 8]), errno::INVAL);
                guest.faults("path_open", &[fd, 0, END, 1, 16, 0, 0, 0, 8]);
                assert_eq!(guest.call("path_open", &[fd, 0, 0x100, 2, 16, 0, 0, 0, 8]), errno::ILSEQ);
            }
        },
    );
}

#[test]
fn flags_and_rights_act_on_nothing() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            for path in ["b", "a"] {
                let [ptr, len] = guest.path(path);
                let args = [3, 1, ptr, len, 15, 0x3fff_ffff, 0x3fff_ffff, 31, 8];
                assert_eq!(guest.call("path_open", &args), errno::SUCCESS);
                let fd = i64::from(guest.u32(8));
                assert_eq!(guest.call("fd_filestat_get", &[fd, 512]), errno::SUCCESS);
                assert_eq!(guest.u64(544), if path == "b" { 10 } else { 0 });
            }
            let [ptr, len] = guest.path("new");
            assert_eq!(guest.call("path_open", &[3, 1, ptr, len, 1, 0x3fff_ffff, 0, 0, 8]), errno::NOENT);
        },
    );
}

#[test]
fn a_failed_open_leaves_no_descriptor() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let left = guest.store.data().ram().left();
            for path in ["c", "b/x"] {
                assert!(guest.open_at(3, path).is_err());
            }
            guest.write(0x100, &[0xff]);
            assert_eq!(guest.call("path_open", &[3, 0, 0x100, 1, 0, 0, 0, 0, 8]), errno::ILSEQ);
            assert_eq!(guest.store.data().ram().left(), left);
            assert_eq!(guest.open("b"), 4);
            assert_eq!(guest.store.data().ram().left(), left - 96);
        },
    );
}

#[test]
fn the_place_for_the_answer_is_looked_at_last() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let [ptr, len] = guest.path("c");
            assert_eq!(guest.call("path_open", &[3, 0, ptr, len, 0, 0, 0, 0, -1]), errno::NOENT);
            assert_eq!(guest.call("path_filestat_get", &[3, 0, ptr, len, -1]), errno::NOENT);
            let [ptr, len] = guest.path("b");
            guest.faults("path_open", &[3, 0, ptr, len, 0, 0, 0, 0, 10]);
            guest.faults("path_open", &[3, 0, ptr, len, 0, 0, 0, 0, END]);
            guest.faults("path_filestat_get", &[3, 0, ptr, len, 4]);
            guest.faults("path_filestat_get", &[3, 0, ptr, len, END - 56]);
        },
    );
}

#[test]
fn two_descriptors_of_a_file_have_offsets_of_their_own() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let (one, two) = (guest.open("b"), guest.open("b"));
            assert_eq!(guest.call("fd_seek", &[one, 5, 0, 8]), errno::SUCCESS);
            assert_eq!(guest.call("fd_tell", &[two, 8]), errno::SUCCESS);
            assert_eq!(guest.u64(8), 0);
        },
    );
}
