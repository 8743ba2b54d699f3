//! What runs out: descriptors, RAM.

use crate::harness::{Guest, errno, module, on_both_tiers, tree};
use selfsame_hostabi::{OutOf, RamBudget, WasiCtx};
use selfsame_interp::{Error, ErrorKind, MemoryKind, Tier};

#[track_caller]
fn out_of(result: Result<i32, Error>) -> OutOf {
    let error = result.expect_err("it ends the guest");
    let out = *error.downcast_ref::<OutOf>().expect("a resource is used up");
    assert_eq!(selfsame_hostabi::code(&error), Some(out.code().into()));
    out
}

#[test]
fn descriptors_run_out_at_1024() {
    on_both_tiers(
        |ctx| ctx.vfs(tree()),
        |guest| {
            for fd in 4..1024 {
                assert_eq!(guest.open("b"), fd);
            }
            let [ptr, len] = guest.path("b");
            let open = [3, 0, ptr, len, 0, 0, 0, 0, -1];
            assert_eq!(out_of(guest.try_call("path_open", &open)), OutOf::Fds);
            // A path that leads nowhere is told all the same.
            assert_eq!(guest.open_at(3, "c"), Err(errno::NOENT));
            assert_eq!(guest.call("fd_close", &[500]), errno::SUCCESS);
            assert_eq!(guest.open("b"), 500);
            assert_eq!(out_of(guest.try_call("path_open", &open)).code(), "out_of fds");
        },
    );
}

#[test]
fn a_new_number_costs_96_octets_of_ram_once() {
    // One page of memory, the standard input, two descriptors and not quite a third.
    on_both_tiers(
        |ctx| ctx.vfs(tree()).stdin(*b"abc").ram(RamBudget::new(65536 + 3 + 96 + 96 + 95)),
        |guest| {
            assert_eq!(guest.store.data().ram().left(), 96 + 96 + 95);
            assert_eq!([guest.open("b"), guest.open("b")], [4, 5]);
            assert_eq!(guest.store.data().ram().left(), 95);
            let [ptr, len] = guest.path("b");
            let open = [3, 0, ptr, len, 0, 0, 0, 0, -1];
            assert_eq!(out_of(guest.try_call("path_open", &open)).code(), "out_of memory");
            assert_eq!(guest.call("fd_close", &[4]), errno::SUCCESS);
            assert_eq!(guest.store.data().ram().left(), 95);
            assert_eq!(guest.open("b"), 4);
            assert_eq!(guest.store.data().ram().left(), 95);
            // The standard input gives its length back, and its number is free.
            assert_eq!(guest.call("fd_close", &[0]), errno::SUCCESS);
            assert_eq!(guest.store.data().ram().left(), 98);
            assert_eq!(guest.open("b"), 0);
            assert_eq!(guest.open("b"), 6);
            assert_eq!(guest.store.data().ram().left(), 2);
        },
    );
}

#[test]
fn a_file_made_by_the_host_is_charged_until_it_is_closed() {
    on_both_tiers(
        |ctx| ctx.ram(RamBudget::new(65536 + 200)),
        |guest| {
            let ctx = guest.store.data_mut();
            assert_eq!(ctx.open_file(*b"0123456789"), Ok(4));
            assert_eq!(ctx.ram().left(), 200 - 96 - 10);
            assert_eq!(ctx.open_file([0; 95]), Err(OutOf::Memory));
            assert_eq!(ctx.ram().left(), 200 - 96 - 10);
            guest.write_iovecs(16, &[(100, 20)]);
            assert_eq!(guest.call("fd_read", &[4, 16, 1, 8]), errno::SUCCESS);
            assert_eq!(guest.read(100, 11), b"0123456789\0");
            assert_eq!(guest.call("fd_close", &[4]), errno::SUCCESS);
            assert_eq!(guest.store.data().ram().left(), 200 - 96);
        },
    );
}

#[test]
fn standard_input_must_fit_the_budget() {
    let build = |octets| WasiCtx::builder().stdin([0; 10]).ram(RamBudget::new(octets)).build();
    assert_eq!(build(9).map(|_| ()), Err(OutOf::Memory));
    assert_eq!(build(10).map(|ctx| ctx.ram().left()), Ok(0));
}

#[test]
fn memories_and_tables_draw_on_the_budget() {
    let text = r#"(module
        (memory (export "memory") 1 10)
        (table $t 2 funcref)
        (func (export "grow_memory") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "grow_table") (param i32) (result i32) (table.grow $t (ref.null func) (local.get 0))))"#;
    for tier in [Tier::Exact, Tier::Fast] {
        let ctx = |octets| WasiCtx::builder().ram(RamBudget::new(octets)).build().expect("no input");
        let mut guest = Guest::of(tier, ctx(3 * 65536 + 5 * 64), text).expect("it fits");
        let mut grow = |name: &str, by: i32| -> i32 {
            let func = guest.instance.get_typed_func::<i32, i32>(&mut guest.store, name).expect("it exists");
            func.call(&mut guest.store, by).expect("growing never fails")
        };
        assert_eq!(grow("grow_table", 4), -1 + 3);
        assert_eq!(grow("grow_memory", 2), -1);
        assert_eq!(grow("grow_memory", 1), 1);
        assert_eq!(grow("grow_memory", 10), -1);
        assert_eq!(grow("grow_table", i32::MAX), -1);
        assert_eq!(grow("grow_memory", 0), 2);
        assert_eq!(guest.store.data().ram().left(), 65536 - 64);

        let kind = |octets| match Guest::of(tier, ctx(octets), text).err().map(Error::into_kind) {
            Some(ErrorKind::OutOfMemory(kind)) => kind,
            other => panic!("{other:?}"),
        };
        assert_eq!(kind(65535), MemoryKind::Memory);
        assert_eq!(kind(65536 + 127), MemoryKind::Table);
        assert!(Guest::of(tier, ctx(65536 + 128), text).is_ok());
    }
    // The whole module of the harness fits into a page.
    let ctx = WasiCtx::builder().ram(RamBudget::new(65536)).build().expect("no input");
    assert!(Guest::of(Tier::Exact, ctx, &module("(memory (export \"memory\") 1)")).is_ok());
}
