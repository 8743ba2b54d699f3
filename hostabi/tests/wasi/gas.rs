//! What calls cost, and that they cost it before they act.

use crate::harness::{FUNCTIONS, GAS, Guest, MEMORY, errno, on_both_tiers, tree};
use selfsame_hostabi::{Output, WasiCtx};
use selfsame_interp::{ErrorKind, Resumable, Tier, Val};

#[test]
fn a_call_that_copies_nothing_large_costs_100() {
    on_both_tiers(
        |ctx| ctx,
        |guest| {
            for (name, params) in FUNCTIONS {
                if name != "fd_prestat_dir_name" {
                    assert_eq!(guest.price(name, &vec![0; params.len()]), 100, "{name}");
                }
            }
        },
    );
}

#[test]
fn octets_cost_an_eighth() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()).args(["0123456", "x"]).env("A", "1").stdin([0; 1000]),
        |guest| {
            // 8 + 2 octets and two addresses; 4 octets and one address.
            assert_eq!(guest.price("args_get", &[16, 64]), 102);
            assert_eq!(guest.price("environ_get", &[16, 64]), 101);
            assert_eq!(guest.price("random_get", &[0, 7]), 100);
            assert_eq!(guest.price("random_get", &[0, 800]), 200);
            // Paths count by the octet, whether they lead anywhere or not.
            let [ptr, len] = guest.path("nothing/here");
            assert_eq!(guest.price("path_open", &[3, 0, ptr, len, 0, 0, 0, 0, 8]), 112);
            assert_eq!(guest.price("path_filestat_get", &[99, 0, ptr, len, 8]), 112);
            // Buffers: the list, and what of the file fits into them.
            guest.write_iovecs(16, &[(100, 80), (200, 80)]);
            assert_eq!(guest.price("fd_pread", &[0, 16, 2, 0, 8]), 100 + 2 + 20);
            assert_eq!(guest.price("fd_pread", &[0, 16, 2, 992, 8]), 100 + 2 + 1);
            assert_eq!(guest.price("fd_pread", &[0, 16, 2, 5000, 8]), 102);
            assert_eq!(guest.price("fd_read", &[0, 16, 1, 8]), 100 + 1 + 10);
            assert_eq!(guest.price("fd_read", &[9, 16, 2, 8]), 102);
            assert_eq!(guest.price("fd_write", &[1, 16, 2, 8]), 100 + 2 + 20);
            assert_eq!(guest.price("fd_write", &[0, 16, 2, 8]), 102);
            assert_eq!(guest.price("fd_prestat_dir_name", &[3, 0, 1000]), 100);
            // Entries that are skipped count like eight octets each.
            assert_eq!(guest.price("fd_readdir", &[3, 100, 80, 0, 8]), 110);
            assert_eq!(guest.price("fd_readdir", &[3, 100, 24, 1, 8]), 104);
            assert_eq!(guest.price("fd_readdir", &[3, 100, 1000, -1, 8]), 104);
            assert_eq!(guest.price("fd_readdir", &[3, 100, 0, -1, 8]), 100);
        },
    );
}

#[test]
fn a_call_with_a_bad_pointer_costs_what_it_asked_for() {
    on_both_tiers(
        |ctx| ctx.stdin([0; 1000]),
        |guest| {
            assert_eq!(guest.price("random_get", &[-1, 800]), 200);
            guest.write_iovecs(16, &[(MEMORY, 80)]);
            assert_eq!(guest.price("fd_read", &[0, 16, 1, 8]), 111);
            assert_eq!(guest.price("fd_read", &[0, 17, 1, 8]), 101);
            assert_eq!(guest.price("fd_read", &[0, 16, 0x1fff_ffff, 8]), 100 + 0x1fff_ffff);
            assert_eq!(guest.price("fd_write", &[1, 16, -1, 8]), 100 + 0xffff_ffff);
        },
    );
}

/// Calls a function with every amount of gas below its price and lets it go on; it must come to the same as
/// at one go.
fn at_every_limit(name: &str, args: &[i64], prepare: impl Fn(&mut Guest)) {
    for tier in [Tier::Exact, Tier::Fast] {
        let guest = || {
            let ctx = WasiCtx::builder().vfs(tree()).stdin([7; 100]).args(["ab", "cd"]);
            let ctx = ctx.stdout(Output::capture(1000)).build().expect("it fits");
            let mut guest = Guest::new(tier, ctx);
            prepare(&mut guest);
            guest
        };
        let mut whole = guest();
        let before = whole.store.gas_consumed();
        let answer = whole.call(name, args);
        let bill = whole.store.gas_consumed() - before;
        let untouched = guest().store.fingerprint().module_instances;
        for limit in 0..bill {
            let mut guest = guest();
            guest.store.set_gas(limit);
            let Resumable::Stopped(stop) = guest.start(name, args) else { panic!("{limit} paid for {name}") };
            assert!(matches!(stop.error.kind(), ErrorKind::OutOfGas { .. }), "{name}: {}", stop.error);
            assert_eq!(guest.store.fingerprint().module_instances, untouched, "{name} at {limit}");
            assert_eq!(guest.store.data().stdout().octets(), b"");
            guest.store.add_gas(GAS);
            match stop.resume(&mut guest.store, &[]).expect("it can go on") {
                Resumable::Done(values) => assert_eq!(values, [Val::I32(answer)]),
                Resumable::Stopped(stop) => panic!("{name} at {limit}: {}", stop.error),
            }
            assert_eq!(guest.store.gas_consumed(), bill, "{name} at {limit}");
            assert_eq!(guest.store.fingerprint(), whole.store.fingerprint(), "{name} at {limit}");
            assert_eq!(guest.store.data().stdout().octets(), whole.store.data().stdout().octets());
            // The descriptors are the same too.
            assert_eq!(guest.open("b"), whole_next(&mut whole));
        }
    }
}

/// The next descriptor of the guest that was not stopped; given back, so that it can be asked again.
fn whole_next(guest: &mut Guest) -> i64 {
    let saved = guest.read(0, MEMORY);
    let fd = guest.open("b");
    // A number that was never used before stays used: closing puts it on the stack, from which the next
    // one is taken.
    assert_eq!(guest.call("fd_close", &[fd]), errno::SUCCESS);
    guest.write(0, &saved);
    fd
}

#[test]
fn a_call_that_cannot_pay_has_done_nothing() {
    at_every_limit("fd_read", &[0, 16, 2, 8], |guest| guest.write_iovecs(16, &[(100, 9), (200, 80)]));
    at_every_limit("fd_write", &[1, 16, 2, 8], |guest| guest.write_iovecs(16, &[(100, 9), (200, 80)]));
    at_every_limit("random_get", &[100, 77], |_| {});
    at_every_limit("fd_close", &[0], |_| {});
    at_every_limit("fd_seek", &[0, 5, 1, 8], |_| {});
    at_every_limit("args_get", &[100, 200], |_| {});
    at_every_limit("fd_readdir", &[3, 100, 300, 1, 8], |_| {});
    at_every_limit("path_open", &[3, 0, 0x100, 2, 0, 0, 0, 0, 8], |guest| {
        guest.path("./");
    });
}
