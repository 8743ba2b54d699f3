//! Descriptors, pages, logs, results and prompts without end.

use crate::harness::outcome;
use crate::{MIB, alone, forever, left, peak, program, rounds, run, times, world};
use selfsame_hostabi::calldata::{Value, decode};
use selfsame_hostabi::result::Outcome;
use selfsame_hostabi::runner::packaged_id;
use selfsame_hostabi::services::{
    Answer, LlmAnswer, NoServices, ScriptedRequest, ScriptedServices, ServiceFault, Services,
};
use selfsame_hostabi::vm::{Diagnostics, Run};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const RAM: u64 = 64 << 20;
const TIME: u64 = 10_000_000_000;

const OPEN: &str =
    "(call $must (call $open (i32.const 3) (i32.const 0) (i32.const 512) (i32.const 0) (i32.const 0)
    (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))";
const CLOSE: &str = "(call $must (call $close (i32.load (i32.const 0))))";

fn time_now() -> Value {
    "GetTimestamp".into()
}

/// With RAM for one descriptor and one small file only.
#[test]
fn a_million_descriptors_one_after_the_other_take_the_ram_of_one() {
    let _alone = alone();
    let count = rounds(1_000_000);
    let body = times(count, &[OPEN, CLOSE, "(call $must (call $ask))", CLOSE].concat());
    let program = program(&time_now(), "", &body);
    let spare = 96 + 9;
    let ram = RAM - left(&program, RAM) + spare;
    let world = world(&program, ram, Arc::new(NoServices));
    let (done, allocated) = peak(|| world.fast.execute(world.host(), run(&world, TIME)));
    assert_eq!(outcome(&done), Ok(Value::Null));
    assert!(allocated < 4 * MIB, "{allocated} octets");
}

#[test]
fn descriptors_that_stay_open_end_at_1024_whatever_they_are_of() {
    let _alone = alone();
    for body in [OPEN, "(call $must (call $ask))"] {
        let world = world(&program(&time_now(), "", &forever(body)), RAM, Arc::new(NoServices));
        let (done, allocated) = peak(|| world.run(&run(&world, TIME)));
        assert_eq!(outcome(&done), Err("out_of fds".into()));
        assert!(allocated < 4 * MIB, "{allocated} octets");
    }
}

/// Each page in another place, as far as the RAM goes; and what they take is less than what has been paid.
#[test]
fn pages_written_without_end_end_with_the_ram() {
    let _alone = alone();
    // Every second page, so that no two are one run.
    let scattered = "(call $must (call $storage_write (i32.const 4096) (i32.shl (local.get $n) (i32.const 6))
        (i32.const 4096) (i32.const 1))) (local.set $n (i32.add (local.get $n) (i32.const 1)))";
    // 64 KiB at a time.
    let dense = "(call $must (call $storage_write (i32.const 4096) (i32.shl (local.get $n) (i32.const 16))
        (i32.const 4096) (i32.const 65536))) (local.set $n (i32.add (local.get $n) (i32.const 1)))";
    let ram = 8 << 20;
    for body in [scattered, dense] {
        let world = world(&program(&Value::Null, "", &forever(body)), ram, Arc::new(NoServices));
        let (done, allocated) = peak(|| world.fast.execute(world.host(), run(&world, TIME)));
        assert_eq!(outcome(&done), Err("out_of memory".into()));
        assert_eq!(done.report.storage_changes.len(), 0);
        assert!(allocated < ram as usize + 4 * MIB, "{allocated} octets");
    }
}

#[test]
fn as_many_pages_as_the_ram_pays_for_are_kept() {
    let _alone = alone();
    let ram = 8 << 20;
    let body = |count: u64| {
        let count = u32::try_from(count).expect("32 bits");
        times(
            count,
            "(call $must (call $storage_write (i32.const 4096) (i32.shl (local.get $n) (i32.const 6))
            (i32.const 4096) (i32.const 1)))",
        )
    };
    // The number stands in the program with as many octets whatever it is, nearly: three of them.
    let most = left(&program(&Value::Null, "", &body(30_000)), ram) / 256;
    for (count, fits) in [(most, true), (most + 1, false)] {
        let program = program(&Value::Null, "", &body(count));
        assert_eq!(left(&program, ram) / 256, most);
        let world = world(&program, ram, Arc::new(NoServices));
        let (done, allocated) = peak(|| world.fast.execute(world.host(), run(&world, TIME)));
        assert_eq!(outcome(&done), if fits { Ok(Value::Null) } else { Err("out_of memory".into()) });
        assert_eq!(done.report.storage_changes.len() as u64, if fits { most } else { 0 });
        assert!(allocated < 2 * ram as usize, "{allocated} octets");
    }
}

#[test]
fn logs_without_end_go_by_and_are_kept_nowhere() {
    let _alone = alone();
    let count = rounds(1_000);
    let text = || Value::map([("Trace", Value::map([("Message", "\0".repeat(MIB).into())]))]);
    // By standard output, a mebibyte at a time, and by a request.
    let print = "(i32.store (i32.const 4) (i32.const 1048576))
        (call $must (call $print (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))";
    for body in [print, "(call $must (call $ask))"] {
        let world = world(&program(&text(), "", &times(count, body)), RAM, Arc::new(NoServices));
        let seen = Arc::new(AtomicU64::new(0));
        let sink = Arc::clone(&seen);
        let diagnostics = Diagnostics::new(move |octets| {
            sink.fetch_add(octets.len() as u64, Ordering::Relaxed);
        });
        let run = Run { diagnostics: Some(diagnostics), ..run(&world, TIME) };
        let (done, allocated) = peak(|| world.fast.execute(world.host(), run));
        assert_eq!(outcome(&done), Ok(Value::Null));
        let printed = seen.load(Ordering::Relaxed);
        // A request's text may have a line's end.
        assert!(
            printed >= u64::from(count) << 20 && printed < (u64::from(count) << 20) + 1_000_000,
            "{printed}"
        );
        assert!(allocated < 4 * MIB, "{allocated} octets");
    }
}

/// Octets of what is huge; hashing takes a while where the compiler has not optimised it.
const HUGE: usize = if cfg!(debug_assertions) { MIB } else { 16 * MIB };

/// The octets of a huge result, which come back whole, at a few copies at most.
#[test]
fn a_huge_result_comes_back_whole() {
    let _alone = alone();
    for end in ["Return", "UserError"] {
        let request = Value::map([(end, Value::Bytes(vec![0; HUGE]))]);
        let world = world(&program(&request, "", "(call $must (call $ask))"), 2 * RAM, Arc::new(NoServices));
        let (done, allocated) = peak(|| world.fast.execute(world.host(), run(&world, TIME)));
        let octets = match done.report.outcome() {
            Some(Outcome::Return(value) | Outcome::UserError(value)) => value.octets(),
            other => panic!("{other:?}"),
        };
        assert_eq!(decode(octets), Ok(Value::Bytes(vec![0; HUGE])));
        assert!(allocated < 6 * HUGE, "{end}: {allocated} octets");
    }
}

/// Each huge result of a block takes its caller's RAM, until there is too little for another block.
#[test]
fn huge_results_of_blocks_take_their_callers_ram() {
    let _alone = alone();
    let huge =
        program(&Value::map([("Return", Value::Bytes(vec![0; HUGE]))]), "", "(call $must (call $ask))");
    let id = packaged_id("huge", &huge).expect("a name").to_string();
    let fields = [
        ("data_leader", Value::Bytes(vec![])),
        ("data_validator", Value::Bytes(vec![])),
        ("runner", id.as_str().into()),
    ];
    let request = Value::map([("RunNondet", Value::map(fields))]);
    // A block needs what creating it takes and its memory, of which the result is nearly all: four results fit beside.
    let ram = crate::SUB_VM + 6 * HUGE as u64;
    let mut world =
        world(&program(&request, "", &times(8, "(call $must (call $ask))")), ram, Arc::new(NoServices));
    world.chain.runners.insert(id.clone(), Arc::clone(&huge));
    let (done, allocated) = peak(|| world.fast.execute(world.host(), run(&world, TIME)));
    assert_eq!(outcome(&done), Ok(Value::Null));
    let results = &done.report.nondet_results;
    let whole = results.iter().take_while(|result| result.len() > HUGE).count();
    assert!(whole == 4 || whole == 5, "{whole}");
    assert!(results[whole..].iter().all(|result| result.starts_with(b"\x02out_of memory")));
    // Of each result the caller's file and the published one, and a few copies of the last.
    assert!(allocated < (2 * whole + 6) * HUGE, "{allocated} octets");
}

/// A contract with this request in a block, whose service answers by `answer`.
fn in_block(request: &Value, body: &str, services: Arc<dyn Services>, ram: u64) -> crate::harness::World {
    let block = program(request, "", body);
    let id = packaged_id("block", &block).expect("a name").to_string();
    let fields = [
        ("data_leader", Value::Bytes(vec![])),
        ("data_validator", Value::Bytes(vec![])),
        ("runner", id.as_str().into()),
    ];
    let request = Value::map([("RunNondet", Value::map(fields))]);
    let mut world = world(&program(&request, "", "(call $must (call $ask))"), crate::SUB_VM + ram, services);
    world.chain.runners.insert(id, block);
    world
}

fn prompt(len: usize) -> Value {
    let fields = [
        ("prompt", "\0".repeat(len).into()),
        ("images", Value::Array(vec![])),
        ("response_format", "text".into()),
    ];
    Value::map([("ExecPrompt", Value::map(fields))])
}

#[test]
fn a_huge_prompt_reaches_the_model_once() {
    let _alone = alone();
    let len = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&len);
    let services = ScriptedServices::by(move |request, _| {
        let ScriptedRequest::Prompt(prompt) = request else { return Err(ServiceFault::new("a prompt")) };
        seen.fetch_add(prompt.prompt.len() as u64, Ordering::Relaxed);
        Ok(LlmAnswer::new(Answer::Ok("x".into()), 0))
    });
    let world = in_block(&prompt(HUGE), "(call $must (call $ask))", Arc::new(services), 2 * RAM);
    let (done, allocated) = peak(|| world.fast.execute(world.host(), run(&world, TIME)));
    assert_eq!(outcome(&done), Ok(Value::Null));
    assert_eq!(len.load(Ordering::Relaxed), HUGE as u64);
    // The request, the copy that the service keeps here, and no more than two beside them.
    assert!(allocated < 4 * HUGE, "{allocated} octets");
}

/// A model that says more than it may: the block ends, its caller goes on.
#[test]
fn a_huge_answer_takes_the_blocks_ram() {
    let _alone = alone();
    for (len, published) in [(HUGE, &b"\0\0"[..]), (3 * HUGE, b"\x02out_of memory")] {
        let services =
            ScriptedServices::by(move |_, _| Ok(LlmAnswer::new(Answer::Ok("\0".repeat(len).into()), 0)));
        let world = in_block(&prompt(1), "(call $must (call $ask))", Arc::new(services), 2 * HUGE as u64);
        let (done, allocated) = peak(|| world.fast.execute(world.host(), run(&world, TIME)));
        assert_eq!(outcome(&done), Ok(Value::Null));
        assert_eq!(done.report.nondet_results, [published]);
        assert!(allocated < 4 * len, "{allocated} octets");
    }
}
