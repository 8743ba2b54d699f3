//! Contracts on a store folder: transactions, the machine that runs them, and what comes of them.

pub mod machine;
pub mod record;
pub mod result;
