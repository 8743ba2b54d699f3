//! A chain of one process: a leader, validators and cheats that run the transactions of a scenario.

pub mod cheats;
pub mod print;
pub mod round;
pub mod scenario;
pub mod site;
pub mod world;
