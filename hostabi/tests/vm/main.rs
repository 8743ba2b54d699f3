//! Whole executions: example contracts on leader, validator and sync nodes.

mod device;
mod examples;
mod harness;
mod judging;
mod limits;
mod linking;
mod messages;
mod permissions;
mod prices;
mod python;
mod ram;
mod web_ram;
