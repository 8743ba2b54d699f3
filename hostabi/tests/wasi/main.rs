//! WASI preview 1 as a guest sees it, on both tiers.

mod harness;

mod command;
mod descriptors;
mod gas;
mod listing;
mod paths;
mod process;
mod programs;
mod random_calls;
mod reading;
mod refused;
mod resources;
mod writing;
