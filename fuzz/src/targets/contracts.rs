//! Whole contract runs: a leader, validators that judge, nodes that follow, on both tiers.

use super::world::{World, address, agree, call, module, world};
use crate::Numbers;
use crate::generate::seed;
use crate::values::value;
use selfsame_hostabi::calldata::Value;
use selfsame_hostabi::vm::{Role, Run};

/// Deterministic time of a run, in gas.
pub const TIME: u64 = 5_000_000;

/// Methods of the example contracts, and what they take: `i` an integer, `s` a text, `a` an address, `v` anything.
pub(crate) const METHODS: [(&str, &[(&str, &str)]); 7] = [
    ("echo", &[("echo", "vv"), ("message", ""), ("fail", "v")]),
    (
        "token",
        &[("transfer", "ai"), ("mint", "ai"), ("burn", "i"), ("balance_of", "a"), ("total_supply", "")],
    ),
    ("counter", &[("increment", ""), ("increment", "i"), ("get", ""), ("poke", "vi")]),
    (
        "composer",
        &[
            ("call", "av"),
            ("sandbox_add", "ii"),
            ("add", "i"),
            ("blocks", "i"),
            ("sum", ""),
            ("sandbox_depth", "i"),
        ],
    ),
    ("oracle", &[("update", ""), ("update_strict", ""), ("get", "")]),
    ("judge", &[("ask", "ss"), ("summarise", "s"), ("classify", "s"), ("last", "")]),
    (
        "misbehave",
        &[("trap", ""), ("loop", ""), ("fd_leak", ""), ("write_then_trap", ""), ("exit", "i"), ("post", "")],
    ),
];

/// A contract with random calls and random answers of its services: all roles and both tiers agree, whatever the
/// leader published, and whatever a cheating leader proposes.
///
/// # Panics
/// If they do not.
pub fn contracts(data: &[u8]) {
    let mut numbers = Numbers(seed(data));
    let mut world = world(numbers.any());
    let (name, methods) = numbers.one_of(&METHODS);
    let at = address(0x11);
    let args = match name {
        "token" => vec![numbers.below(1000).into()],
        "oracle" => vec!["http://prices.example/".into(), numbers.below(1000).into()],
        _ => vec![],
    };
    world.deploy(at, module(name), args);
    for _ in 0..4 {
        let (method, types) = numbers.one_of(methods);
        let args = types.chars().map(|ty| argument(ty, &mut numbers)).collect();
        let time = if numbers.below(3) == 0 { numbers.below(60_000) } else { TIME };
        let run = Run::new(world.message(at, call(method, args)), time);
        let done = agree(&world, &run);
        cheat(&world, &run, &done.report.nondet_results, &mut numbers);
        world.chain.commit(at, &done.report);
    }
}

/// An argument of a method.
pub(crate) fn argument(ty: char, numbers: &mut Numbers) -> Value {
    match ty {
        _ if numbers.below(8) == 0 => value(numbers, 2),
        'i' => numbers.below(40).into(),
        's' => numbers.one_of(&["", "hello", "What is the capital of France?"]).into(),
        'a' => address(numbers.one_of(&[0x11, 0x22, 7])).into(),
        _ => value(numbers, 3),
    }
}

/// A leader that proposes other results than it has made.
fn cheat(world: &World, run: &Run, results: &[Vec<u8>], numbers: &mut Numbers) {
    let mut results = results.to_vec();
    match numbers.below(5) {
        0 => results.push(vec![0, 0]),
        1 => drop(results.pop()),
        2 => results.iter_mut().for_each(|result| result.truncate(1)),
        3 => results.iter_mut().for_each(|result| *result = b"\x02wasm_trap unreachable".to_vec()),
        _ => {
            let changed =
                results.iter().map(|result| crate::mutate::mutate(std::slice::from_ref(result), numbers));
            results = changed.collect();
        }
    }
    let exact = world.exact.execute(world.host(), Run { role: Role::Sync(results.clone()), ..run.clone() });
    for role in [Role::Sync(results.clone()), Role::Validator(results)] {
        let fast = world.fast.execute(world.host(), Run { role: role.clone(), ..run.clone() });
        assert!(fast.report.outcome().is_some(), "{role:?}: {:?}", fast.report.end);
        assert_eq!(exact.report.execution_hash(), fast.report.execution_hash(), "{role:?}");
        assert_eq!(exact.time_used, fast.time_used, "{role:?}");
        assert_eq!(exact.fingerprint(), fast.fingerprint(), "{role:?}");
    }
}
