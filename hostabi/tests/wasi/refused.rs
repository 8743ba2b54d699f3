//! Functions whose answer is always the same.

use crate::harness::{FUNCTIONS, errno, on_both_tiers};

/// Which arguments are flags or enums: index and first bad value.
type Decoded = &'static [(usize, i64)];

/// The functions with one answer.
const FIXED: [(&str, i32, Decoded); 25] = [
    ("proc_raise", errno::NOTSUP, &[(0, 31)]),
    ("sched_yield", errno::NOTSUP, &[]),
    ("poll_oneoff", errno::NOTSUP, &[]),
    ("fd_advise", errno::SUCCESS, &[(3, 6)]),
    ("fd_datasync", errno::SUCCESS, &[]),
    ("fd_sync", errno::SUCCESS, &[]),
    ("path_readlink", errno::BADF, &[]),
    ("path_create_directory", errno::ROFS, &[]),
    ("path_filestat_set_times", errno::ROFS, &[(1, 2), (6, 16)]),
    ("path_link", errno::ROFS, &[(1, 2)]),
    ("path_remove_directory", errno::ROFS, &[]),
    ("path_unlink_file", errno::ROFS, &[]),
    ("path_rename", errno::ROFS, &[]),
    ("path_symlink", errno::ROFS, &[]),
    ("fd_allocate", errno::ROFS, &[]),
    ("fd_fdstat_set_flags", errno::ROFS, &[(1, 32)]),
    ("fd_fdstat_set_rights", errno::ROFS, &[(1, 1 << 30), (2, 1 << 30)]),
    ("fd_filestat_set_size", errno::ROFS, &[]),
    ("fd_filestat_set_times", errno::ROFS, &[(3, 16)]),
    ("fd_pwrite", errno::NOTSUP, &[]),
    ("fd_renumber", errno::NOTSUP, &[]),
    ("sock_accept", errno::ACCES, &[(1, 32)]),
    ("sock_recv", errno::ACCES, &[(3, 4)]),
    ("sock_send", errno::ACCES, &[(3, 1)]),
    ("sock_shutdown", errno::ACCES, &[(1, 4)]),
];

fn arity(name: &str) -> usize {
    FUNCTIONS.iter().find(|function| function.0 == name).expect("it exists").1.len()
}

#[test]
fn the_answer_depends_on_no_descriptor_pointer_or_length() {
    on_both_tiers(
        |ctx| ctx,
        |guest| {
            guest.fill(0xff);
            for (name, answer, decoded) in FIXED {
                for bad in [0, 1, 3, 99, -1, 0x7fff_ffff] {
                    let mut args = vec![bad; arity(name)];
                    for (index, _) in decoded {
                        args[*index] = 0;
                    }
                    assert_eq!(guest.call(name, &args), answer, "{name}{args:?}");
                }
            }
        },
    );
}

#[test]
fn flags_and_enums_are_decoded_first() {
    on_both_tiers(
        |ctx| ctx,
        |guest| {
            for (name, answer, decoded) in FIXED {
                for (index, bad) in decoded {
                    let mut args = vec![0; arity(name)];
                    args[*index] = bad - 1;
                    if *bad != 1 {
                        assert_eq!(guest.call(name, &args), answer, "{name}{args:?}");
                    }
                    for bad in [*bad, -1, 1 << 31] {
                        args[*index] = bad;
                        assert_eq!(guest.call(name, &args), errno::INVAL, "{name}{args:?}");
                    }
                }
            }
        },
    );
}

#[test]
fn nothing_they_do_changes_a_descriptor() {
    on_both_tiers(
        |ctx| ctx.vfs(crate::harness::tree()),
        |guest| {
            let fd = guest.open("b");
            for (name, _, _) in FIXED {
                let mut args = vec![0; arity(name)];
                if let Some(first) = args.first_mut() {
                    *first = fd;
                }
                let _ = guest.try_call(name, &args);
            }
            guest.call("fd_renumber", &[fd, 3]);
            assert_eq!(guest.open("a"), fd + 1);
            assert_eq!(guest.call("fd_filestat_get", &[fd, 64]), errno::SUCCESS);
            assert_eq!(guest.u64(96), 10);
        },
    );
}
