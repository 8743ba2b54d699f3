//! Blocks that reach the world: what leaders publish, what validators make of it, and who is caught cheating.

use crate::harness::{TIME, World, address, call, module, outcome};
use selfsame_hostabi::calldata::Value;
use selfsame_hostabi::result::{Position, Ran, Recomputed, Vote, VoteFault, personal};
use selfsame_hostabi::services::{Answer, LlmAnswer, Response, ScriptedRequest, ScriptedServices};
use selfsame_hostabi::vm::{Done, Role, Run};
use std::collections::BTreeMap;
use std::sync::Arc;

const AT: selfsame_hostabi::calldata::Address = selfsame_hostabi::calldata::Address([0x11; 20]);

fn page(body: &str) -> Answer {
    Answer::Ok(Response { status: 200, headers: BTreeMap::new(), body: body.into() }.into_value())
}

/// A world whose web shows one page after the other.
fn world_of(pages: &[&str]) -> World {
    let pages: Vec<String> = pages.iter().map(|page| String::from(*page)).collect();
    let mut next = 0;
    World::new(Arc::new(ScriptedServices::by(move |_, _| {
        let shown = page(&pages[next % pages.len()]);
        next += 1;
        Ok(LlmAnswer::new(shown, 0))
    })))
}

fn oracle(world: &mut World) -> Run {
    world.deploy(AT, module("oracle"), vec!["http://prices.example/".into(), 10.into()]);
    Run::new(world.message(AT, call("update", vec![])), TIME)
}

fn validate(world: &World, run: &Run, results: Vec<Vec<u8>>) -> Done {
    world.fast.execute(world.host(), Run { role: Role::Validator(results), ..run.clone() })
}

#[test]
fn validators_agree_with_a_price_that_is_near() {
    // Leader, then validator: within a hundredth, then not.
    let mut world = world_of(&["price 100.00", "price 100.50", "price 250"]);
    let run = oracle(&mut world);
    let leader = world.fast.execute(world.host(), run.clone());
    assert_eq!(outcome(&leader), Ok(100_000_000.into()));
    let results = leader.report.nondet_results.clone();
    let near = validate(&world, &run, results.clone());
    assert_eq!(near.report.nondet_disagreement, None);
    let far = validate(&world, &run, results);
    assert_eq!(far.report.nondet_disagreement, Some(0));
    // A vote changes no result.
    assert_eq!(near.report.execution_hash(), leader.report.execution_hash());
    assert_eq!(far.report.execution_hash(), leader.report.execution_hash());
}

#[test]
fn a_result_that_is_none_is_replaced_the_same_way_everywhere() {
    let mut world = world_of(&["price 100"]);
    let run = oracle(&mut world);
    for (proposal, code) in [
        (vec![], "user: Str(\"the block failed\")"),
        (vec![vec![]], "user: Str(\"the block failed\")"),
        (vec![vec![3, 0]], "user: Str(\"the block failed\")"),
        (vec![vec![0, 0xff]], "user: Str(\"the block failed\")"),
        (vec![b"\x02exit_code 007".to_vec()], "user: Str(\"the block failed\")"),
        (vec![vec![0, 0x09]], "ok"),
    ] {
        let validator = validate(&world, &run, proposal.clone());
        let sync =
            world.exact.execute(world.host(), Run { role: Role::Sync(proposal.clone()), ..run.clone() });
        assert_eq!(validator.report.execution_hash(), sync.report.execution_hash(), "{proposal:?}");
        assert_eq!(validator.report.nondet_disagreement, Some(0), "{proposal:?}");
        match outcome(&validator) {
            Ok(price) => assert_eq!((price, code), (1.into(), "ok")),
            Err(error) => assert_eq!(error, code, "{proposal:?}"),
        }
    }
    let surplus = vec![vec![0, 0x09], vec![0, 0x09]];
    let extra = outcome(&validate(&world, &run, surplus)).expect_err("one too many");
    assert!(extra.starts_with("leader_fault nondet_output extra "), "{extra}");
}

#[test]
fn a_service_that_is_not_there_is_this_nodes_fault() {
    let mut world = World::offline();
    let run = oracle(&mut world);
    let done = world.fast.execute(world.host(), run);
    assert!(done.report.outcome().is_none());
}

#[test]
fn models_judge_in_three_ways() {
    let answers = Arc::new(ScriptedServices::by(|request, _| {
        let answer = match request {
            ScriptedRequest::Prompt(prompt) if prompt.prompt.starts_with("Answer with") => "yes".into(),
            ScriptedRequest::Prompt(_) => "Paris".into(),
            ScriptedRequest::Template(template) => match template {
                selfsame_hostabi::services::PromptTemplate::EqNonComparativeLeader { .. } => "short".into(),
                _ => true.into(),
            },
            _ => return Err(selfsame_hostabi::services::ServiceFault::new("no web here")),
        };
        Ok(LlmAnswer::new(Answer::Ok(answer), 5))
    }));
    let mut world = World::new(answers);
    world.deploy(AT, module("judge"), vec![]);
    let args = vec!["What is the capital of France?".into(), "the same city".into()];
    assert_eq!(world.call(AT, "ask", args), Ok("Paris".into()));
    assert_eq!(world.call(AT, "summarise", vec!["a long text".into()]), Ok("short".into()));
    assert_eq!(world.call(AT, "classify", vec!["hello".into()]), Ok(true.into()));
    assert_eq!(world.view(AT, "last", vec![]), Ok("short".into()));
}

/// A vote of a validator that has run the transaction.
fn vote(world: &World, run: &Run, validator: u8) -> Vote {
    let done = with_key(world, run, validator);
    Vote {
        transaction: TX,
        validator: address(validator),
        position: Position::Ran(Ran {
            disagreement: done.report.nondet_disagreement,
            execution_hash: *done.report.execution_hash().expect("a result"),
            frames: done.fingerprint().frames,
            public: done.fingerprint().module_instances,
            personal: done.personal.expect("a key was given"),
        }),
    }
}

const TX: [u8; 32] = [9; 32];

fn with_key(world: &World, run: &Run, validator: u8) -> Done {
    let key = personal::key(&TX, &address(validator));
    world.fast.execute(world.host(), Run { personal_key: Some(key), ..run.clone() })
}

/// What an honest node finds out about a vote.
fn judged(world: &World, run: &Run, vote: &Vote) -> Result<(), VoteFault> {
    let key = vote.key();
    let done = world.exact.execute(world.host(), Run { personal_key: Some(key), ..run.clone() });
    vote.verify(&Recomputed {
        execution_hash: *done.report.execution_hash().expect("a result"),
        public: done.fingerprint(),
        personal: done.personal.expect("a key was given"),
    })
}

fn ran(vote: &mut Vote) -> &mut Ran {
    match &mut vote.position {
        Position::Ran(ran) => ran,
        Position::TimeOut => panic!("it ran"),
    }
}

#[test]
fn who_does_not_run_is_caught() {
    let mut world = World::offline();
    world.deploy(AT, module("misbehave"), vec![]);
    let run = Run::new(world.message(AT, call("write_then_trap", vec![])), TIME);
    let honest = vote(&world, &run, 1);
    assert_eq!(judged(&world, &run, &honest), Ok(()));
    assert!(!ran(&mut honest.clone()).frames.is_empty());

    // Guesses the error: the code is right, the memory is made up.
    let mut guesser = vote(&world, &run, 2);
    ran(&mut guesser).public.values_mut().flatten().for_each(|hash| *hash = [0; 32]);
    assert!(matches!(judged(&world, &run, &guesser), Err(VoteFault::Memory(_))));

    // Copies all that was published, and has only its own key.
    let mut copier = honest.clone();
    copier.validator = address(3);
    assert!(matches!(judged(&world, &run, &copier), Err(VoteFault::NotHeld(_))));

    // Claims another place of failure.
    let mut elsewhere = vote(&world, &run, 4);
    ran(&mut elsewhere).frames.remove(0);
    assert_eq!(judged(&world, &run, &elsewhere), Err(VoteFault::Frames));

    // One bit of one memory was flipped before it was hashed.
    let mut flipped = vote(&world, &run, 5);
    let first = ran(&mut flipped).public.values_mut().flatten().next().expect("a memory");
    first[0] ^= 1;
    assert!(matches!(judged(&world, &run, &flipped), Err(VoteFault::Memory(_))));
}

#[test]
fn a_thousand_runs_on_two_threads_come_to_one_hash_each() {
    let mut world = World::offline();
    world.deploy(AT, module("token"), vec![1000.into()]);
    let runs: Vec<Run> = (1..=5_u8)
        .map(|to| {
            Run::new(world.message(AT, call("transfer", vec![address(to).into(), Value::from(to)])), TIME)
        })
        .collect();
    let hash = |number: usize| {
        let run = &runs[number % runs.len()];
        let node = if number.is_multiple_of(3) { &world.exact } else { &world.fast };
        let done = node.execute(world.host(), run.clone());
        (number % runs.len(), *done.report.execution_hash().expect("a result"))
    };
    // The order differs from thread to thread.
    let hashes: Vec<(usize, [u8; 32])> = std::thread::scope(|scope| {
        let hash = &hash;
        let up = scope.spawn(move || (0..500).map(hash).collect::<Vec<_>>());
        let down = scope.spawn(move || (0..500).rev().map(hash).collect::<Vec<_>>());
        [up, down].into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    let first: BTreeMap<usize, [u8; 32]> = hashes.iter().copied().collect();
    assert_eq!(first.len(), runs.len());
    assert!(hashes.iter().all(|(number, hash)| first[number] == *hash));
}

#[test]
fn a_model_that_fails_ends_the_block_or_the_run() {
    for (answer, used_up, wanted) in [
        (Answer::Error("busy".into()), false, "user: Str(\"the model failed\")"),
        (Answer::Fatal("broken".into()), false, "user: Str(\"broken\")"),
        (Answer::Ok("yes".into()), true, "timeout"),
    ] {
        let services = ScriptedServices::by(move |_, _| {
            Ok(LlmAnswer { budget_used_up: used_up, ..LlmAnswer::new(answer.clone(), 5) })
        });
        let mut world = World::new(Arc::new(services));
        world.deploy(AT, module("judge"), vec![]);
        let run = Run::new(world.message(AT, call("classify", vec!["text".into()])), TIME);
        let leader = world.fast.execute(world.host(), run.clone());
        assert_eq!(outcome(&leader), Err(wanted.into()));
        if used_up {
            // A fatal end of a block is no result of it.
            assert!(leader.report.nondet_results.is_empty());
        } else {
            assert_eq!(outcome(&world.run(&run)), Err(wanted.into()));
        }
    }
}
