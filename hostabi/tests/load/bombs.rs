//! Loops that never end, and memory without end.

use crate::harness::outcome;
use crate::{MIB, SUB_VM, alone, forever, left, peak, program, run, times, world};
use selfsame_hostabi::calldata::Value;
use selfsame_hostabi::services::NoServices;
use std::sync::Arc;

const RAM: u64 = 64 << 20;

/// Each kind of work that can be had: it ends where the gas does, at the same point on every role and tier.
#[test]
fn whatever_is_done_for_ever_ends_with_the_gas() {
    let _alone = alone();
    let bodies = [
        "",
        "(call $must (i32.const 0))",
        "(memory.fill (i32.const 4096) (i32.const 1) (i32.const 60000))",
        "(memory.copy (i32.const 4096) (i32.const 8192) (i32.const 60000))",
        "(drop (memory.grow (i32.const 0)))",
        "(call $must (call $random (i32.const 4096) (i32.const 60000)))",
        "(call $must (call $print (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 8)))",
        "(call $must (call $storage_read (i32.const 0) (i32.const 0) (i32.const 4096) (i32.const 60000)))",
        "(call $must (call $storage_write (i32.const 0) (i32.const 0) (i32.const 4096) (i32.const 32)))",
        // What is no request, and paths that lead nowhere.
        "(drop (call $gl_call (i32.const 0) (i32.const 60000) (i32.const 0)))",
        "(drop (call $open (i32.const 3) (i32.const 0) (i32.const 4096) (i32.const 6000) (i32.const 0)
            (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))",
    ];
    let time = 300_000;
    for body in bodies {
        let world = world(&program(&Value::Null, "", &forever(body)), RAM, Arc::new(NoServices));
        let (done, allocated) = peak(|| world.run(&run(&world, time)));
        assert_eq!(outcome(&done), Err("wasm_trap out_of_fuel".into()), "{body}");
        // What is left does not pay for the call that could not be made: 60,000 octets at most, of a path 8 times as dear.
        assert!(done.time_used <= time && done.time_used > time - 10_000, "{body}: {}", done.time_used);
        assert!(allocated < 4 * MIB, "{body}: {allocated} octets");
    }
}

#[test]
fn a_call_of_itself_for_ever_ends_with_the_stack_and_a_tail_call_with_the_gas() {
    let _alone = alone();
    for (call, code) in [("call", "wasm_trap stack_overflow"), ("return_call", "wasm_trap out_of_fuel")] {
        let items = format!("(func $again ({call} $again))");
        let world = world(&program(&Value::Null, &items, "(call $again)"), RAM, Arc::new(NoServices));
        let (done, allocated) = peak(|| world.run(&run(&world, 300_000)));
        assert_eq!(outcome(&done), Err(code.into()));
        assert!(allocated < 4 * MIB, "{call}: {allocated} octets");
    }
}

/// A hundred memories that grow in turn get what the budget holds, to the page; then all is given back.
#[test]
fn memories_that_grow_without_end_get_the_budget_and_no_more() {
    let _alone = alone();
    let items: String = (0..99).map(|_| "(memory 0)").collect();
    let grow = |memory: u32| {
        format!(
            "(if (i32.ne (memory.grow {memory} (i32.const 1)) (i32.const -1))
            (then (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $more)))"
        )
    };
    // Each memory until it is refused, then the next; all are asked again, in case one gets what another did not.
    let all: String = (0..100).map(|memory| format!("(loop $more {})", grow(memory))).collect();
    let program = program(&Value::Null, &items, &format!("{all} {all} (call $exit (local.get $n))"));
    let world = world(&program, RAM, Arc::new(NoServices));
    let pages = left(&program, RAM) / 65_536;
    // Three times: nothing of an execution stays.
    for _ in 0..3 {
        let (done, allocated) = peak(|| world.run(&run(&world, 10_000_000)));
        assert_eq!(outcome(&done), Err(format!("exit_code {pages}")));
        assert!(allocated < 8 * MIB, "{allocated} octets");
    }
}

#[test]
fn tables_that_grow_without_end_get_the_budget_and_the_allocator_less_than_that() {
    let _alone = alone();
    let grow = "(if (i32.ne (table.grow $t (ref.null func) (i32.const 100)) (i32.const -1))
        (then (local.set $n (i32.add (local.get $n) (i32.const 100))) (br $more)))";
    let body = format!("(loop $more {grow}) (call $exit (local.get $n))");
    let program = program(&Value::Null, "(table $t 0 funcref)", &body);
    let world = world(&program, RAM, Arc::new(NoServices));
    let elements = left(&program, RAM) / 6400 * 100;
    let (done, allocated) = peak(|| world.run(&run(&world, 10_000_000)));
    assert_eq!(outcome(&done), Err(format!("exit_code {elements}")));
    assert!(allocated < RAM as usize / 2, "{allocated} octets");
}

/// Sandboxes, one after the other, that each take what they can: what one leaves is the next one's.
#[test]
fn sub_vms_one_after_the_other_get_the_same_budget_each() {
    let _alone = alone();
    let count = crate::rounds(300);
    let bomb = program(
        &Value::Null,
        "",
        "(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))",
    );
    let id = selfsame_hostabi::runner::packaged_id("bomb", &bomb).expect("a name").to_string();
    let sandbox = Value::map([(
        "Sandbox",
        Value::map([
            ("data", Value::Bytes(vec![])),
            ("runner", id.as_str().into()),
            ("allow_write_storage", false.into()),
            ("allow_send_messages", false.into()),
            ("allow_register_runners", false.into()),
        ]),
    )]);
    let body = times(count, "(call $must (call $ask)) (call $must (call $close (i32.load (i32.const 0))))");
    let mut world = world(&program(&sandbox, "", &body), RAM + SUB_VM, Arc::new(NoServices));
    world.chain.runners.insert(id, bomb);
    let (done, allocated) = peak(|| world.fast.execute(world.host(), run(&world, 10_000_000_000)));
    assert_eq!(outcome(&done), Ok(Value::Null));
    assert!(allocated < 8 * MIB, "{allocated} octets");
}
