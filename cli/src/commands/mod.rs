//! One verb a file.

pub mod calldata;
pub mod completions;
pub mod contract;
mod contract_verify;
pub mod gas_schedule;
pub mod inspect;
mod inspect_cost;
pub mod run;
pub mod serve;
pub mod simulate;
pub mod wast;
