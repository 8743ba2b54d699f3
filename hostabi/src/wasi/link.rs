//! The 46 functions by name. Each pays first, then acts.

use super::abi::{Errno, Fail, Guest, Outcome, answer, defined, enumerator, flags, rights};
use super::{WasiCtx, env, fd, path};
use crate::gas;
use selfsame_interp::{Caller, Error, Linker};

/// The name that guests import the functions from.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// A function that needs neither memory nor context: its arguments are decoded, then the answer is always
/// the same.
fn fixed<T>(mut caller: Caller<'_, T>, decoded: Outcome, fixed: Outcome) -> Result<i32, Error> {
    caller.charge(gas::call(0))?;
    answer(decoded.and(fixed))
}

/// A function that works on the guest's memory. `octets` says what the call copies, without any effect;
/// that is paid, then `run` acts.
fn call<T, G: Fn(&mut T) -> &mut WasiCtx>(
    mut caller: Caller<'_, T>,
    get: G,
    octets: impl FnOnce(&WasiCtx, &Guest<'_>) -> u64,
    run: impl FnOnce(&mut WasiCtx, &mut Guest<'_>) -> Outcome,
) -> Result<i32, Error> {
    let count = match caller.memory_and_data("memory") {
        Some((memory, data)) => octets(get(data), &Guest(memory)),
        None => 0,
    };
    caller.charge(gas::call(count))?;
    let Some((memory, data)) = caller.memory_and_data("memory") else {
        return answer(Err(Errno::Fault.into()));
    };
    answer(run(get(data), &mut Guest(memory)))
}

/// For calls that copy nothing but a number or a record: the base price covers it.
fn small(_: &WasiCtx, _: &Guest<'_>) -> u64 {
    0
}

/// Makes sure, before a list of buffers is gone through, that the gas covers at least that.
fn afford_list<T>(caller: &mut Caller<'_, T>, count: u32) -> Result<(), Error> {
    let price = gas::call(u64::from(count).saturating_mul(gas::IOVEC));
    if caller.gas_left() < price { caller.charge(price) } else { Ok(()) }
}

/// Defines all of WASI preview 1 in a linker. `get` finds the context in the store's data.
pub fn add_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    get: impl Fn(&mut T) -> &mut WasiCtx + Send + Sync + Copy + 'static,
) {
    process(linker, get);
    descriptors(linker, get);
    paths(linker, get);
    refused_descriptors(linker);
    refused_paths(linker);
    sockets(linker);
}

/// What [`read`] costs.
pub(crate) fn read_price(wasi: &WasiCtx, memory: &mut [u8], fd: u32, list: (u32, u32)) -> u64 {
    gas::call(fd::read_octets(wasi, &Guest(memory), fd, list, None))
}

/// Reads into the guest's memory: what `fd_read` answers, where it is not the guest that waits in it.
pub(crate) fn read(
    wasi: &mut WasiCtx,
    memory: &mut [u8],
    fd: u32,
    (iovs, n): (u32, u32),
    out: u32,
) -> Result<i32, Error> {
    answer(fd::read(wasi, &mut Guest(memory), fd, iovs, n, out))
}

/// `fd_read`, for what has to look at the descriptor first.
pub(crate) fn fd_read<T>(
    mut caller: Caller<'_, T>,
    get: impl Fn(&mut T) -> &mut WasiCtx,
    fd: u32,
    (iovs, n): (u32, u32),
    out: u32,
) -> Result<i32, Error> {
    afford_list(&mut caller, n)?;
    let octets = |wasi: &WasiCtx, guest: &Guest<'_>| fd::read_octets(wasi, guest, fd, (iovs, n), None);
    call(caller, get, octets, |wasi, guest| fd::read(wasi, guest, fd, iovs, n, out))
}

fn process<T: 'static>(
    linker: &mut Linker<T>,
    get: impl Fn(&mut T) -> &mut WasiCtx + Send + Sync + Copy + 'static,
) {
    linker.func_wrap(MODULE, "args_sizes_get", move |c: Caller<'_, T>, count: u32, size: u32| {
        call(c, get, small, |wasi, guest| wasi.args.sizes(guest, count, size))
    });
    linker.func_wrap(MODULE, "args_get", move |c: Caller<'_, T>, list: u32, block: u32| {
        call(c, get, |wasi, _| wasi.args.octets(), |wasi, guest| wasi.args.get(guest, list, block))
    });
    linker.func_wrap(MODULE, "environ_sizes_get", move |c: Caller<'_, T>, count: u32, size: u32| {
        call(c, get, small, |wasi, guest| wasi.env.sizes(guest, count, size))
    });
    linker.func_wrap(MODULE, "environ_get", move |c: Caller<'_, T>, list: u32, block: u32| {
        call(c, get, |wasi, _| wasi.env.octets(), |wasi, guest| wasi.env.get(guest, list, block))
    });
    linker.func_wrap(MODULE, "clock_res_get", move |c: Caller<'_, T>, id: u32, out: u32| {
        call(c, get, small, |_, guest| env::clock_res_get(guest, id, out))
    });
    linker.func_wrap(MODULE, "clock_time_get", move |c: Caller<'_, T>, id: u32, _: u64, out: u32| {
        call(c, get, small, |wasi, guest| env::clock_time_get(wasi, guest, id, out))
    });
    linker.func_wrap(MODULE, "random_get", move |c: Caller<'_, T>, buf: u32, len: u32| {
        let octets = |_: &WasiCtx, _: &Guest<'_>| u64::from(len);
        call(c, get, octets, |wasi, guest| env::random_get(wasi, guest, buf, len))
    });
    linker.func_wrap(MODULE, "proc_exit", |c: Caller<'_, T>, code: i32| {
        fixed(c, Ok(()), Err(Fail::Exit(code))).map(|_| ())
    });
    linker.func_wrap(MODULE, "proc_raise", |c: Caller<'_, T>, signal: u32| {
        fixed(c, enumerator(signal, defined::SIGNALS), Err(Errno::Notsup.into()))
    });
    linker.func_wrap(MODULE, "sched_yield", |c: Caller<'_, T>| fixed(c, Ok(()), Err(Errno::Notsup.into())));
    linker.func_wrap(MODULE, "poll_oneoff", |c: Caller<'_, T>, _: u32, _: u32, _: u32, _: u32| {
        fixed(c, Ok(()), Err(Errno::Notsup.into()))
    });
}

fn descriptors<T: 'static>(
    linker: &mut Linker<T>,
    get: impl Fn(&mut T) -> &mut WasiCtx + Send + Sync + Copy + 'static,
) {
    linker.func_wrap(MODULE, "fd_close", move |mut c: Caller<'_, T>, fd: u32| {
        c.charge(gas::call(0))?;
        answer(fd::close(get(c.data_mut()), fd))
    });
    linker.func_wrap(MODULE, "fd_read", move |c: Caller<'_, T>, fd: u32, iovs: u32, n: u32, out: u32| {
        fd_read(c, get, fd, (iovs, n), out)
    });
    linker.func_wrap(
        MODULE,
        "fd_pread",
        move |mut c: Caller<'_, T>, fd: u32, iovs: u32, n: u32, offset: u64, out: u32| {
            afford_list(&mut c, n)?;
            let octets =
                |wasi: &WasiCtx, guest: &Guest<'_>| fd::read_octets(wasi, guest, fd, (iovs, n), Some(offset));
            call(c, get, octets, |wasi, guest| fd::pread(wasi, guest, fd, (iovs, n), offset, out))
        },
    );
    linker.func_wrap(
        MODULE,
        "fd_write",
        move |mut c: Caller<'_, T>, fd: u32, iovs: u32, n: u32, out: u32| {
            afford_list(&mut c, n)?;
            let octets = |wasi: &WasiCtx, guest: &Guest<'_>| fd::write_octets(wasi, guest, fd, iovs, n);
            call(c, get, octets, |wasi, guest| fd::write(wasi, guest, fd, iovs, n, out))
        },
    );
    linker.func_wrap(
        MODULE,
        "fd_seek",
        move |c: Caller<'_, T>, fd: u32, delta: i64, whence: u32, out: u32| {
            call(c, get, small, |wasi, guest| fd::seek(wasi, guest, fd, delta, whence, out))
        },
    );
    linker.func_wrap(MODULE, "fd_tell", move |c: Caller<'_, T>, fd: u32, out: u32| {
        call(c, get, small, |wasi, guest| fd::tell(wasi, guest, fd, out))
    });
    linker.func_wrap(MODULE, "fd_fdstat_get", move |c: Caller<'_, T>, fd: u32, out: u32| {
        call(c, get, small, |wasi, guest| fd::fdstat_get(wasi, guest, fd, out))
    });
    linker.func_wrap(MODULE, "fd_filestat_get", move |c: Caller<'_, T>, fd: u32, out: u32| {
        call(c, get, small, |wasi, guest| fd::filestat_get(wasi, guest, fd, out))
    });
    linker.func_wrap(MODULE, "fd_prestat_get", move |c: Caller<'_, T>, fd: u32, out: u32| {
        call(c, get, small, |wasi, guest| fd::prestat_get(wasi, guest, fd, out))
    });
    linker.func_wrap(MODULE, "fd_prestat_dir_name", move |c: Caller<'_, T>, fd: u32, buf: u32, len: u32| {
        let octets = |wasi: &WasiCtx, _: &Guest<'_>| fd::dir_name_octets(wasi, fd);
        call(c, get, octets, |wasi, guest| fd::prestat_dir_name(wasi, guest, fd, buf, len))
    });
    linker.func_wrap(
        MODULE,
        "fd_readdir",
        move |c: Caller<'_, T>, fd: u32, buf: u32, len: u32, cookie: u64, out: u32| {
            let octets = |wasi: &WasiCtx, _: &Guest<'_>| fd::readdir_octets(wasi, fd, len, cookie);
            call(c, get, octets, |wasi, guest| fd::readdir(wasi, guest, fd, (buf, len), cookie, out))
        },
    );
    linker.func_wrap(MODULE, "fd_advise", |c: Caller<'_, T>, _: u32, _: u64, _: u64, advice: u32| {
        fixed(c, enumerator(advice, defined::ADVICES), Ok(()))
    });
    linker.func_wrap(MODULE, "fd_datasync", |c: Caller<'_, T>, _: u32| fixed(c, Ok(()), Ok(())));
    linker.func_wrap(MODULE, "fd_sync", |c: Caller<'_, T>, _: u32| fixed(c, Ok(()), Ok(())));
}

fn paths<T: 'static>(
    linker: &mut Linker<T>,
    get: impl Fn(&mut T) -> &mut WasiCtx + Send + Sync + Copy + 'static,
) {
    linker.func_wrap(
        MODULE,
        "path_open",
        move |c: Caller<'_, T>,
              fd: u32,
              dirflags: u32,
              path: u32,
              len: u32,
              oflags: u32,
              base: u64,
              inheriting: u64,
              fdflags: u32,
              out: u32| {
            let path = (path, len);
            let args = path::Open { fd, dirflags, path, oflags, rights: [base, inheriting], fdflags, out };
            let octets = |_: &WasiCtx, _: &Guest<'_>| gas::path(len);
            call(c, get, octets, |wasi, guest| path::open(wasi, guest, args))
        },
    );
    linker.func_wrap(
        MODULE,
        "path_filestat_get",
        move |c: Caller<'_, T>, fd: u32, lookup: u32, path: u32, len: u32, out: u32| {
            let octets = |_: &WasiCtx, _: &Guest<'_>| gas::path(len);
            call(c, get, octets, |wasi, guest| path::filestat_get(wasi, guest, fd, lookup, (path, len), out))
        },
    );
}

/// What would change a file or the table. Only flags are decoded.
fn refused_descriptors<T: 'static>(linker: &mut Linker<T>) {
    const ROFS: Outcome = Err(Fail::Errno(Errno::Rofs));
    const NOTSUP: Outcome = Err(Fail::Errno(Errno::Notsup));
    linker
        .func_wrap(MODULE, "fd_allocate", |c: Caller<'_, T>, _: u32, _: u64, _: u64| fixed(c, Ok(()), ROFS));
    linker.func_wrap(MODULE, "fd_fdstat_set_flags", |c: Caller<'_, T>, _: u32, fdflags: u32| {
        fixed(c, flags(fdflags, defined::FDFLAGS), ROFS)
    });
    linker.func_wrap(
        MODULE,
        "fd_fdstat_set_rights",
        |c: Caller<'_, T>, _: u32, base: u64, inheriting: u64| {
            fixed(c, rights(base).and(rights(inheriting)), ROFS)
        },
    );
    linker
        .func_wrap(MODULE, "fd_filestat_set_size", |c: Caller<'_, T>, _: u32, _: u64| fixed(c, Ok(()), ROFS));
    linker.func_wrap(
        MODULE,
        "fd_filestat_set_times",
        |c: Caller<'_, T>, _: u32, _: u64, _: u64, fstflags: u32| {
            fixed(c, flags(fstflags, defined::FSTFLAGS), ROFS)
        },
    );
    linker.func_wrap(MODULE, "fd_pwrite", |c: Caller<'_, T>, _: u32, _: u32, _: u32, _: u64, _: u32| {
        fixed(c, Ok(()), NOTSUP)
    });
    linker.func_wrap(MODULE, "fd_renumber", |c: Caller<'_, T>, _: u32, _: u32| fixed(c, Ok(()), NOTSUP));
}

/// What would change the tree, and `path_readlink`. They do not look at guest memory.
fn refused_paths<T: 'static>(linker: &mut Linker<T>) {
    const ROFS: Outcome = Err(Fail::Errno(Errno::Rofs));
    linker.func_wrap(
        MODULE,
        "path_readlink",
        |c: Caller<'_, T>, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32| {
            fixed(c, Ok(()), Err(Errno::Badf.into()))
        },
    );
    for name in ["path_create_directory", "path_remove_directory", "path_unlink_file"] {
        linker.func_wrap(MODULE, name, |c: Caller<'_, T>, _: u32, _: u32, _: u32| fixed(c, Ok(()), ROFS));
    }
    linker.func_wrap(
        MODULE,
        "path_filestat_set_times",
        |c: Caller<'_, T>, _: u32, lookup: u32, _: u32, _: u32, _: u64, _: u64, fstflags: u32| {
            fixed(c, flags(lookup, defined::LOOKUPFLAGS).and(flags(fstflags, defined::FSTFLAGS)), ROFS)
        },
    );
    linker.func_wrap(
        MODULE,
        "path_link",
        |c: Caller<'_, T>, _: u32, lookup: u32, _: u32, _: u32, _: u32, _: u32, _: u32| {
            fixed(c, flags(lookup, defined::LOOKUPFLAGS), ROFS)
        },
    );
    linker.func_wrap(
        MODULE,
        "path_rename",
        |c: Caller<'_, T>, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32| fixed(c, Ok(()), ROFS),
    );
    linker.func_wrap(MODULE, "path_symlink", |c: Caller<'_, T>, _: u32, _: u32, _: u32, _: u32, _: u32| {
        fixed(c, Ok(()), ROFS)
    });
}

/// There is no network.
fn sockets<T: 'static>(linker: &mut Linker<T>) {
    const ACCES: Outcome = Err(Fail::Errno(Errno::Acces));
    linker.func_wrap(MODULE, "sock_accept", |c: Caller<'_, T>, _: u32, fdflags: u32, _: u32| {
        fixed(c, flags(fdflags, defined::FDFLAGS), ACCES)
    });
    linker.func_wrap(
        MODULE,
        "sock_recv",
        |c: Caller<'_, T>, _: u32, _: u32, _: u32, riflags: u32, _: u32, _: u32| {
            fixed(c, flags(riflags, defined::RIFLAGS), ACCES)
        },
    );
    linker.func_wrap(
        MODULE,
        "sock_send",
        |c: Caller<'_, T>, _: u32, _: u32, _: u32, siflags: u32, _: u32| {
            fixed(c, flags(siflags, defined::SIFLAGS), ACCES)
        },
    );
    linker.func_wrap(MODULE, "sock_shutdown", |c: Caller<'_, T>, _: u32, how: u32| {
        fixed(c, flags(how, defined::SDFLAGS), ACCES)
    });
}
