//! Arguments, environment, clocks, randomness, the end.

use crate::harness::{Guest, MEMORY, errno, on_both_tiers};
use selfsame_hostabi::{Exit, WasiCtx};
use selfsame_interp::Tier;

const END: i64 = MEMORY as i64;

#[test]
fn arguments_are_a_list_of_addresses_and_a_block() {
    on_both_tiers(
        |ctx| ctx.args(["prog", "", "zwölf"]),
        |guest| {
            assert_eq!(guest.call("args_sizes_get", &[4, 12]), errno::SUCCESS);
            assert_eq!((guest.u32(4), guest.u32(12)), (3, 5 + 1 + 7));
            guest.fill(0xee);
            assert_eq!(guest.call("args_get", &[16, 101]), errno::SUCCESS);
            assert_eq!((guest.u32(16), guest.u32(20), guest.u32(24)), (101, 106, 107));
            assert_eq!(guest.read(28, 4), [0xee; 4]);
            assert_eq!(guest.read(100, 15), b"\xeeprog\0\0zw\xc3\xb6lf\0\xee");
        },
    );
}

#[test]
fn without_arguments_nothing_is_written_and_no_pointer_looked_at() {
    on_both_tiers(
        |ctx| ctx,
        |guest| {
            assert_eq!(guest.call("args_get", &[-1, -1]), errno::SUCCESS);
            assert_eq!(guest.call("environ_get", &[3, END]), errno::SUCCESS);
            guest.fill(0xee);
            assert_eq!(guest.call("environ_sizes_get", &[0, 4]), errno::SUCCESS);
            assert_eq!((guest.u32(0), guest.u32(4)), (0, 0));
        },
    );
}

#[test]
fn variables_ascend_by_name_and_the_last_value_stays() {
    on_both_tiers(
        |ctx| ctx.env("B", "2").env("A", "1=1").env("a", "").env("B", "3").env("AB", "x"),
        |guest| {
            assert_eq!(guest.call("environ_sizes_get", &[0, 4]), errno::SUCCESS);
            assert_eq!((guest.u32(0), guest.u32(4)), (4, 6 + 5 + 4 + 3));
            assert_eq!(guest.call("environ_get", &[16, 100]), errno::SUCCESS);
            assert_eq!(guest.read(100, 18), b"A=1=1\0AB=x\0B=3\0a=\0");
            assert_eq!([16, 20, 24, 28].map(|at| guest.u32(at)), [100, 106, 111, 115]);
        },
    );
}

#[test]
fn lists_need_their_room_and_alignment() {
    on_both_tiers(
        |ctx| ctx.arg("prog").env("A", "1"),
        |guest| {
            for name in ["args_get", "environ_get"] {
                let octets = if name == "args_get" { 5 } else { 4 };
                guest.faults(name, &[2, 100]);
                guest.faults(name, &[END, 100]);
                guest.faults(name, &[END - 2, 100]);
                guest.faults(name, &[-4, 100]);
                guest.faults(name, &[16, END - octets + 1]);
                guest.faults(name, &[16, -1]);
                assert_eq!(guest.call(name, &[END - 4, END - 4 - octets]), errno::SUCCESS);
            }
            for name in ["args_sizes_get", "environ_sizes_get"] {
                guest.faults(name, &[1, 8]);
                guest.faults(name, &[8, 2]);
                guest.faults(name, &[END - 3, 8]);
                guest.faults(name, &[8, END]);
            }
        },
    );
}

#[test]
fn the_block_is_written_before_the_addresses_and_each_is_checked_whole() {
    on_both_tiers(
        |ctx| ctx.args(["ab", "cd"]),
        |guest| {
            guest.fill(0xee);
            guest.faults("args_get", &[END - 4, 100]);
            assert_eq!(guest.read(100, 6), b"ab\0cd\0");
            assert_eq!(guest.read(MEMORY - 4, 4), [0xee; 4]);
            guest.fill(0xee);
            guest.faults("args_get", &[16, END - 5]);
            assert_eq!(guest.read(MEMORY - 5, 5), [0xee; 5]);
            // Where they overlap, the addresses stay.
            assert_eq!(guest.call("args_get", &[100, 100]), errno::SUCCESS);
            assert_eq!((guest.u32(100), guest.u32(104)), (100, 103));
        },
    );
}

#[test]
fn clocks_stand_still_at_the_time_of_the_transaction() {
    on_both_tiers(
        |ctx| ctx,
        |guest| {
            for id in 0..4 {
                for precision in [0, -1] {
                    assert_eq!(guest.call("clock_time_get", &[id, precision, 8]), errno::SUCCESS);
                    assert_eq!(guest.u64(8), 1_732_603_362_424_242_000);
                }
                assert_eq!(guest.call("clock_res_get", &[id, 16]), errno::SUCCESS);
                assert_eq!(guest.u64(16), 1);
            }
            for id in [4, -1, 256] {
                assert_eq!(guest.call("clock_time_get", &[id, 0, -1]), errno::INVAL);
                assert_eq!(guest.call("clock_res_get", &[id, -1]), errno::INVAL);
            }
            guest.faults("clock_time_get", &[0, 0, 12]);
            guest.faults("clock_res_get", &[0, END]);
            guest.faults("clock_res_get", &[0, 1]);
        },
    );
}

#[test]
fn a_time_beyond_64_bits_of_nanoseconds_saturates() {
    for (time, shown) in [
        ((0, 0), 0),
        ((1, 5), 1_000_000_005),
        ((18_446_744_073, 709_551_615), u64::MAX),
        ((18_446_744_073, 709_551_616), u64::MAX),
        ((u64::MAX, 0), u64::MAX),
    ] {
        on_both_tiers(
            |ctx| ctx.time(time.0, time.1),
            |guest| {
                assert_eq!(guest.call("clock_time_get", &[0, 0, 8]), errno::SUCCESS);
                assert_eq!(guest.u64(8), shown);
            },
        );
    }
}

#[test]
fn randomness_is_one_stream_seeded_by_standard_input() {
    let hex = |guest: &mut Guest, len: u32| {
        assert_eq!(guest.call("random_get", &[64, i64::from(len)]), errno::SUCCESS);
        guest.read(64, len).iter().map(|octet| format!("{octet:02x}")).collect::<String>()
    };
    on_both_tiers(
        |ctx| ctx.stdin(startup_message()),
        |guest| {
            // Neither nothing nor a bad buffer takes anything from the stream.
            assert_eq!(guest.call("random_get", &[-1, 0]), errno::SUCCESS);
            guest.faults("random_get", &[END - 7, 8]);
            guest.faults("random_get", &[-1, 1]);
            guest.faults("random_get", &[0, -1]);
            assert_eq!(hex(guest, 16), "2db9d2c297e58a3ec8a341c2387570d8");
        },
    );
    on_both_tiers(
        |ctx| ctx.stdin(startup_message()),
        |guest| {
            assert_eq!(hex(guest, 8) + &hex(guest, 8), "2db9d2c297e58a3ec8a341c2387570d8");
        },
    );
}

/// The example of a startup message that the rules print.
fn startup_message() -> Vec<u8> {
    let text = format!(
        "6608636861696e5f69640910636f6e74726163745f6164647265737318{ones}086461746574696d65dc01323032342d31\
         312d32365430363a34323a34322e3432343234325a0a656e7472795f64617461330e001c666f6f0a656e7472795f6b696e\
         640110656e7472795f73746167655f64617461000769735f696e6974080e6f726967696e5f6164647265737318{twos}0e\
         73656e6465725f6164647265737318{twos}0e7369676e65725f6164647265737318{twos}05737461636b050576616c75\
         6501",
        ones = "11".repeat(20),
        twos = "22".repeat(20),
    );
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("it is hexadecimal");
    (0..text.len()).step_by(2).map(digit).collect()
}

#[test]
fn the_startup_message_has_266_octets() {
    assert_eq!(startup_message().len(), 266);
}

#[test]
fn an_exit_carries_its_code() {
    on_both_tiers(
        |ctx| ctx,
        |guest| {
            for code in [0, 1, 7, 126, 256, -1, i32::MIN, i32::MAX] {
                let error = guest.try_call("proc_exit", &[code.into()]).expect_err("it ends");
                assert_eq!(error.downcast_ref::<Exit>(), Some(&Exit(code)));
                assert_eq!(selfsame_hostabi::code(&error), Some(format!("exit_code {code}").into()));
            }
        },
    );
}

#[test]
fn a_guest_without_a_memory_is_told_fault_where_memory_is_needed() {
    for tier in [Tier::Exact, Tier::Fast] {
        for memory in ["", "(memory 1)", "(memory (export \"mem\") 1)", "(func (export \"memory\"))"] {
            let ctx = WasiCtx::builder().build().expect("the budget suffices");
            let mut guest = Guest::of(tier, ctx, &crate::harness::module(memory)).expect("it is well-formed");
            assert_eq!(guest.call("clock_time_get", &[9, 0, 8]), errno::FAULT);
            assert_eq!(guest.call("random_get", &[0, 0]), errno::FAULT);
            assert_eq!(guest.call("fd_read", &[99, 0, 0, 0]), errno::FAULT);
            assert_eq!(guest.call("fd_close", &[99]), errno::BADF);
            assert_eq!(guest.call("sched_yield", &[]), errno::NOTSUP);
            assert_eq!(guest.call("path_unlink_file", &[0, 0, 0]), errno::ROFS);
        }
    }
}
