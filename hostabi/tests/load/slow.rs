//! Services and hosts that do not answer in time: a run that has been cancelled asks for nothing more.

use crate::harness::{Chain, World};
use crate::{alone, forever, program, run, world};
use ruint::aliases::U256;
use selfsame_hostabi::calldata::{Address, Value};
use selfsame_hostabi::host::{Host, HostError};
use selfsame_hostabi::runner::packaged_id;
use selfsame_hostabi::services::{Answer, LlmAnswer, NoServices, ScriptedServices};
use selfsame_hostabi::storage::{SlotId, StorageView};
use selfsame_hostabi::vm::{CancelHandle, Done, Run};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Requests that are waited for before the node gives up.
const PATIENCE: u32 = 3;

fn is_time_out(done: &Done) -> bool {
    matches!(&done.report.end, selfsame_hostabi::result::End::Internal(error) if error.is_time_out())
}

/// A contract whose block asks the web for ever.
fn asking(services: Arc<ScriptedServices>) -> World {
    let fields = [("method", "GET".into()), ("url", "u".into()), ("headers", Value::Map(BTreeMap::new()))];
    let request = Value::map([("WebRequest", Value::map(fields))]);
    let body = forever("(call $must (call $ask)) (call $must (call $close (i32.load (i32.const 0))))");
    let block = program(&request, "", &body);
    let id = packaged_id("block", &block).expect("a name").to_string();
    let fields = [
        ("data_leader", Value::Bytes(vec![])),
        ("data_validator", Value::Bytes(vec![])),
        ("runner", id.as_str().into()),
    ];
    let request = Value::map([("RunNondet", Value::map(fields))]);
    let program = program(&request, "", "(call $must (call $ask))");
    let mut world = world(&program, crate::SUB_VM + (64 << 20), services);
    world.chain.runners.insert(id, block);
    world
}

/// The interrupt is seen at the end of a slice of gas, which pays for thousands of requests: a slow service would be
/// waited for that often.
#[test]
fn a_service_is_not_asked_again_after_the_deadline() {
    let _alone = alone();
    let cancel = CancelHandle::new();
    let (theirs, mut asked) = (cancel.clone(), 0);
    let services = Arc::new(ScriptedServices::by(move |_, _| {
        asked += 1;
        if asked == PATIENCE {
            theirs.cancel();
        }
        Ok(LlmAnswer::new(Answer::Ok(Value::Null), 0))
    }));
    let world = asking(Arc::clone(&services));
    let done = world.fast.execute(world.host(), Run { cancel, ..run(&world, u64::MAX) });
    assert!(is_time_out(&done), "{:?}", done.report.end);
    assert_eq!(services.requests().len(), PATIENCE as usize);
}

#[test]
fn a_service_is_told_what_is_left_of_the_deadline() {
    let _alone = alone();
    let hour = Duration::from_secs(3600);
    for (cancel, most) in [(CancelHandle::new(), None), (CancelHandle::within(hour), Some(hour))] {
        let stop = cancel.clone();
        let services = Arc::new(ScriptedServices::by(move |_, _| {
            stop.cancel();
            Ok(LlmAnswer::new(Answer::Ok(Value::Null), 0))
        }));
        let world = asking(Arc::clone(&services));
        let _ = world.fast.execute(world.host(), Run { cancel, ..run(&world, u64::MAX) });
        let requests = services.requests();
        let left = requests[0].1.time_left;
        assert_eq!((requests.len(), left.is_some()), (1, most.is_some()));
        assert!(left <= most && left.is_none_or(|left| left > Duration::ZERO));
    }
}

/// No thread has to cancel.
#[test]
fn a_deadline_that_has_passed_stops_a_run_at_its_start() {
    let _alone = alone();
    let services = Arc::new(ScriptedServices::by(|_, _| Ok(LlmAnswer::new(Answer::Ok(Value::Null), 0))));
    let world = asking(Arc::clone(&services));
    let cancel = CancelHandle::within(Duration::ZERO);
    let done = world.fast.execute(world.host(), Run { cancel, ..run(&world, u64::MAX) });
    assert!(is_time_out(&done), "{:?}", done.report.end);
    assert_eq!(services.requests().len(), 0);
}

/// A host that takes its time for each octet of the state.
struct Slow {
    chain: Chain,
    asked: AtomicU32,
    cancel: CancelHandle,
}

impl Host for Slow {
    fn storage_read(
        &self,
        view: StorageView,
        address: &Address,
        slot: &SlotId,
        index: u32,
        buf: &mut [u8],
    ) -> Result<(), HostError> {
        self.chain.storage_read(view, address, slot, index, buf)
    }

    fn balance(&self, address: &Address) -> Result<U256, HostError> {
        if self.asked.fetch_add(1, Ordering::Relaxed) + 1 == PATIENCE {
            self.cancel.cancel();
        }
        self.chain.balance(address)
    }

    fn packaged_runner(&self, id: &str) -> Result<Option<Arc<[u8]>>, HostError> {
        self.chain.packaged_runner(id)
    }
}

#[test]
fn a_host_is_not_asked_again_after_the_deadline() {
    let _alone = alone();
    let body = forever("(call $must (call $balance (i32.const 4096) (i32.const 8192)))");
    let world = world(&program(&Value::Null, "", &body), 64 << 20, Arc::new(NoServices));
    let cancel = CancelHandle::new();
    let slow =
        Arc::new(Slow { chain: world.chain.clone(), asked: AtomicU32::new(0), cancel: cancel.clone() });
    let done = world.fast.execute(Arc::clone(&slow) as _, Run { cancel, ..run(&world, u64::MAX) });
    assert!(is_time_out(&done), "{:?}", done.report.end);
    assert_eq!(slow.asked.load(Ordering::Relaxed), PATIENCE);
}
