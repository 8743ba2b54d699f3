//! The chain of one process that the tests of the virtual machine use, with services that answer anything.

#![allow(dead_code, reason = "the harness is that of the tests")]

#[path = "../../../hostabi/tests/vm/harness.rs"]
mod harness;

pub use harness::{World, address, call, module};

use crate::Numbers;
use crate::values::value;
use selfsame_hostabi::services::{
    Answer, CallLimits, ExecPrompt, LlmAnswer, PromptTemplate, Response, ServiceFault, Services, WebRender,
    WebRequest,
};
use selfsame_hostabi::vm::{Done, Role, Run};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Answers at random. Leader and validators get different ones.
struct Anything;

static NUMBERS: Mutex<Numbers> = Mutex::new(Numbers(0));

fn with_numbers<T>(run: impl FnOnce(&mut Numbers) -> T) -> T {
    run(&mut NUMBERS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn answer(numbers: &mut Numbers) -> Answer {
    let texts = ["price 100.25", "price 101", "yes", "no", "", "price 1e400", "Paris"];
    let plain = match numbers.below(5) {
        0 => numbers.one_of(&texts).into(),
        1 => (numbers.below(2) == 0).into(),
        2 | 3 => {
            let body = numbers.one_of(&texts).into();
            Response { status: numbers.one_of(&[200, 404, 0, 65535]), headers: BTreeMap::new(), body }
                .into_value()
        }
        _ => value(numbers, 3),
    };
    match numbers.below(8) {
        0 => Answer::Error(plain),
        1 => Answer::Fatal(plain),
        _ => Answer::Ok(plain),
    }
}

fn model(numbers: &mut Numbers) -> LlmAnswer {
    let consumed = u128::from(numbers.below(1000));
    let mut answer = LlmAnswer::new(answer(numbers), consumed);
    answer.budget_used_up = numbers.below(16) == 0;
    answer
}

impl Services for Anything {
    fn web_render(&self, _: &WebRender, _: &CallLimits) -> Result<Answer, ServiceFault> {
        Ok(with_numbers(answer))
    }

    fn web_request(&self, _: &WebRequest, _: &CallLimits) -> Result<Answer, ServiceFault> {
        Ok(with_numbers(answer))
    }

    fn exec_prompt(&self, _: &ExecPrompt, _: &CallLimits) -> Result<LlmAnswer, ServiceFault> {
        Ok(with_numbers(model))
    }

    fn exec_prompt_template(
        &self,
        template: &PromptTemplate,
        _: &CallLimits,
    ) -> Result<LlmAnswer, ServiceFault> {
        let mut answer = with_numbers(model);
        // Answers of another type would be this node's fault.
        if let Answer::Ok(value) = &mut answer.answer {
            let text = matches!(template, PromptTemplate::EqNonComparativeLeader { .. });
            *value = with_numbers(|numbers| {
                if text {
                    numbers.one_of(&["short", "", "a\0b"]).into()
                } else {
                    (numbers.below(2) == 0).into()
                }
            });
        }
        Ok(answer)
    }
}

/// Runs a request as leader, then as validator and sync with the leader's results, on both tiers. All agree, but for
/// a leader whose budget for language models was used up: its results end there, and theirs do not.
///
/// # Panics
/// If they do not agree.
pub fn agree(world: &World, run: &Run) -> Done {
    let leader = world.fast.execute(world.host(), run.clone());
    assert!(leader.report.outcome().is_some(), "{:?}", leader.report.end);
    let results = leader.report.nondet_results.clone();
    let followers = [
        (&world.exact, Role::Sync(results.clone())),
        (&world.fast, Role::Sync(results.clone())),
        (&world.exact, Role::Validator(results.clone())),
        (&world.fast, Role::Validator(results)),
    ];
    let mut first = (leader.report.code() != Some("timeout")).then(|| leader.clone());
    for (node, role) in followers {
        let done = node.execute(world.host(), Run { role: role.clone(), ..run.clone() });
        let other = first.get_or_insert_with(|| done.clone());
        assert_eq!(done.report.execution_hash(), other.report.execution_hash(), "{role:?}");
        assert_eq!(done.time_used, other.time_used, "{role:?}");
        assert_eq!(done.fingerprint(), other.fingerprint(), "{role:?}");
    }
    leader
}

/// A world of its own, on nodes that are made once: what they keep ready changes no result.
pub fn world(seed: u64) -> World {
    static WORLD: OnceLock<World> = OnceLock::new();
    let first = WORLD.get_or_init(|| World::new(Arc::new(Anything)));
    with_numbers(|numbers| *numbers = Numbers(seed));
    World { chain: first.chain.clone(), fast: first.fast.clone(), exact: first.exact.clone() }
}
