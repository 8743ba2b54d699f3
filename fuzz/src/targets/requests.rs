//! Requests of contracts: the octets of `gl_call`.

use super::world::{address, agree, call, module, world};
use crate::generate::seed;
use selfsame_hostabi::calldata::Value;
use selfsame_hostabi::sdk::Request;

/// Octets as a request: read, then made by a contract, in the main sub-VM and in a block. All roles and both tiers
/// agree on what comes of it.
///
/// # Panics
/// If not.
pub fn requests(data: &[u8]) {
    let decoded = Request::decode(data).map(|request| format!("{request:?}"));
    assert_eq!(decoded, Request::decode(data).map(|request| format!("{request:?}")));
    let mut world = world(seed(data));
    let at = address(0x11);
    let send = |octets: &[u8]| call("send", vec![Value::Bytes(octets.to_vec())]);
    world.chain.write_code(at, &module("probe"));
    let run = selfsame_hostabi::vm::Run::new(world.message(at, send(data)), super::contracts::TIME);
    agree(&world, &run);
    // The same in a block, which may reach the services; whoever judges it agrees.
    let inner = Value::map([("", "send".into()), ("args", Value::Array(vec![Value::Bytes(data.to_vec())]))]);
    let judge = Value::map([("", "agree".into()), ("args", Value::Array(vec![true.into()]))]);
    let block = call("in_block", vec![inner, judge]);
    agree(&world, &selfsame_hostabi::vm::Run::new(world.message(at, block), super::contracts::TIME));
}
