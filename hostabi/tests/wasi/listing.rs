//! `fd_readdir`.

use crate::harness::{Guest, MEMORY, errno, on_both_tiers, tree};
use selfsame_hostabi::Vfs;

const END: i64 = MEMORY as i64;

/// What a listing from `cookie` on says: next cookies, names, types.
fn records(octets: &[u8]) -> Vec<(u64, String, u8)> {
    let mut all = Vec::new();
    let mut rest = octets;
    while !rest.is_empty() {
        let word = |at: usize| u64::from_le_bytes(rest[at..at + 8].try_into().expect("eight octets"));
        let len = word(16) as u32 as usize;
        assert_eq!(word(8), 0, "the file number");
        assert_eq!(rest[21..24], [0, 0, 0], "the padding");
        let name = String::from_utf8(rest[24..24 + len].to_vec()).expect("names are UTF-8");
        all.push((word(0), name, rest[20]));
        rest = &rest[24 + len..];
    }
    all
}

#[track_caller]
fn list(guest: &mut Guest, fd: i64, len: u32, cookie: i64) -> Vec<u8> {
    guest.fill(0xee);
    assert_eq!(guest.call("fd_readdir", &[fd, 1024, len.into(), cookie, 8]), errno::SUCCESS);
    let used = guest.u32(8);
    assert!(used <= len);
    assert_eq!(guest.read(1024 + used, 1), [0xee], "beyond what was used");
    guest.read(1024, used)
}

#[test]
fn the_example_has_101_octets() {
    let mut vfs = Vfs::new();
    vfs.create_dir_all("a").expect("it fits");
    vfs.insert_file("b", *b"").expect("it fits");
    on_both_tiers(
        |ctx| ctx.vfs(vfs.clone()),
        |guest| {
            let all = list(guest, 3, 4096, 0);
            assert_eq!(all.len(), 101);
            let entry = |next, name: &str, filetype| (next, String::from(name), filetype);
            assert_eq!(
                records(&all),
                [entry(1, ".", 3), entry(2, "..", 3), entry(3, "a", 3), entry(4, "b", 4)]
            );
            // Any buffer gets a prefix, and one that is full says so.
            for len in 0..=110 {
                assert_eq!(list(guest, 3, len, 0), all[..all.len().min(len as usize)]);
            }
            for (cookie, start) in [(1, 25), (2, 51), (3, 76), (4, 101), (5, 101), (i64::MAX, 101), (-1, 101)]
            {
                assert_eq!(list(guest, 3, 4096, cookie), all[start..]);
                assert_eq!(
                    list(guest, 3, 10, cookie),
                    all[start..][..all.len().saturating_sub(start).min(10)]
                );
            }
        },
    );
}

#[test]
fn names_ascend_by_octets() {
    let mut vfs = Vfs::new();
    for name in ["z", "é", "Z", "a!", "a/b", "\u{10000}", "\u{ffff}", "10", "9"] {
        vfs.insert_file(&format!("d/{name}"), *b"").expect("it fits");
    }
    on_both_tiers(
        |ctx| ctx.vfs(vfs.clone()),
        |guest| {
            let fd = guest.open("d");
            let names: Vec<String> = records(&list(guest, fd, 4096, 2)).into_iter().map(|r| r.1).collect();
            assert_eq!(names, ["10", "9", "Z", "a", "a!", "z", "é", "\u{ffff}", "\u{10000}"]);
        },
    );
}

#[test]
fn the_root_holds_itself_and_so_does_every_directory() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let fd = guest.open("a/deep/er");
            let names: Vec<String> = records(&list(guest, fd, 4096, 0)).into_iter().map(|r| r.1).collect();
            assert_eq!(names, [".", "..", "x"]);
        },
    );
}

#[test]
fn only_directories_can_be_listed() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let file = guest.open("b");
            for fd in [0, 1, 2, file, 99, -1] {
                assert_eq!(guest.call("fd_readdir", &[fd, -1, -1, 0, -1]), errno::BADF);
            }
        },
    );
}

#[test]
fn only_what_is_written_must_be_there() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            let all = list(guest, 3, 4096, 0).len() as i64;
            assert_eq!(guest.call("fd_readdir", &[3, END - all, -1, 0, 8]), errno::SUCCESS);
            guest.fill(0xee);
            guest.faults("fd_readdir", &[3, END - all + 1, -1, 0, 8]);
            assert_eq!(guest.read(MEMORY - 64, 64), [0xee; 64]);
            assert_eq!(guest.call("fd_readdir", &[3, -1, 0, 0, 8]), errno::SUCCESS);
            assert_eq!(guest.u32(8), 0);
            assert_eq!(guest.call("fd_readdir", &[3, -1, 100, 99, 8]), errno::SUCCESS);
            assert_eq!(guest.u32(8), 0);
            guest.faults("fd_readdir", &[3, 100, 0, 0, 6]);
            guest.faults("fd_readdir", &[3, 100, 100, 0, END]);
            // The buffer needs no alignment.
            assert_eq!(guest.call("fd_readdir", &[3, 101, 100, 0, 8]), errno::SUCCESS);
        },
    );
}
