//! What messages cost. Spec: fees.md 3 and 6.

use super::codes;
use super::params::FeeParams;
use ruint::aliases::U256;

/// Octets that each message counts beside what it carries.
pub const MESSAGE_BASE: u64 = 64;
/// Octets that each entry of `rotations` counts.
pub const ROTATION: u64 = 32;
/// Octets that each topic of an event counts.
pub const TOPIC: u64 = 32;

/// The numbers of a node in the fee formula. Equal on all nodes of a network, as all of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaConfig {
    /// Validators in each round, the first round first. More rounds than this are refused.
    pub validators_per_round: Vec<u32>,
    /// Price of a time unit for messages that an allocation node pays for.
    pub price_per_time_unit: U256,
    /// Least allocation of time units for the leader.
    pub min_leader_timeunits: U256,
    /// Least allocation of time units for each validator.
    pub min_validator_timeunits: U256,
    /// Least execution budget per round that is not zero, for messages that the emitter pays for itself.
    pub min_execution_budget: U256,
}

/// Five rounds, each of twice the validators and one more; a price of 1; no floors.
impl Default for FormulaConfig {
    fn default() -> Self {
        FormulaConfig {
            validators_per_round: vec![5, 11, 23, 47, 95],
            price_per_time_unit: U256::from(1),
            min_leader_timeunits: U256::ZERO,
            min_validator_timeunits: U256::ZERO,
            min_execution_budget: U256::ZERO,
        }
    }
}

/// Who pays for a child transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    /// An allocation node of the transaction.
    Allocation,
    /// The emitting contract, from its balance.
    Balance,
}

impl FormulaConfig {
    /// The node's floors, then its rounds.
    ///
    /// # Errors
    /// The code of the VM error.
    pub fn check(&self, params: &FeeParams, payer: Payer) -> Result<(), &'static str> {
        let budget = params.execution_budget_per_round;
        let below = params.leader_timeunits_allocation < self.min_leader_timeunits
            || params.validator_timeunits_allocation < self.min_validator_timeunits
            || (payer == Payer::Balance && !budget.is_zero() && budget < self.min_execution_budget);
        if below {
            return Err(codes::BELOW_MINIMUM);
        }
        if params.rotations.len() > self.validators_per_round.len() {
            return Err(codes::TOO_MANY_ROUNDS);
        }
        Ok(())
    }

    /// The fee of an internal message: for each round and each leader in it, the time units of leader and
    /// validators at the payer's price, and the execution budget. `None` if it does not fit 256 bits. Rounds
    /// beyond the configured ones count no validators; [`FormulaConfig::check`] refuses them.
    #[must_use]
    pub fn fee(&self, params: &FeeParams, payer: Payer) -> Option<U256> {
        let price = match payer {
            Payer::Allocation => self.price_per_time_unit,
            Payer::Balance => params.max_price_gen_per_time_unit,
        };
        let mut timeunits = U256::ZERO;
        let mut turns = U256::ZERO;
        for (round, rotations) in params.rotations.iter().enumerate() {
            let validators = U256::from(self.validators_per_round.get(round).copied().unwrap_or(0));
            let of_round = rotations.checked_add(U256::from(1))?;
            let of_turn = validators
                .checked_mul(params.validator_timeunits_allocation)?
                .checked_add(params.leader_timeunits_allocation)?;
            timeunits = timeunits.checked_add(of_round.checked_mul(of_turn)?)?;
            turns = turns.checked_add(of_round)?;
        }
        let execution = params.execution_budget_per_round.checked_mul(turns)?;
        price.checked_mul(timeunits)?.checked_add(execution)
    }
}

/// The octets of a message's receipt.
#[must_use]
pub fn message_octets(calldata: u64, code: u64, subtree: u64, rotations: u64) -> U256 {
    let rotations = U256::from(rotations) * U256::from(ROTATION);
    // Sums of a few 64-bit numbers: far below 2^256.
    U256::from(MESSAGE_BASE) + U256::from(calldata) + U256::from(code) + U256::from(subtree) + rotations
}

/// The octets of an event's receipt.
#[must_use]
pub fn event_octets(topics: u64, blob: u64) -> U256 {
    U256::from(TOPIC) * U256::from(topics) + U256::from(blob)
}

#[cfg(test)]
mod tests {
    use super::super::params::tests::{num, params};
    use super::*;

    fn config() -> FormulaConfig {
        FormulaConfig {
            validators_per_round: vec![5, 11],
            price_per_time_unit: num(10),
            min_leader_timeunits: num(1),
            min_validator_timeunits: num(2),
            min_execution_budget: num(3),
        }
    }

    #[test]
    fn a_fee_worked_out_by_hand() {
        // Round 0: 5 turns of 1 + 5*2 = 55. Round 1: 41 turns of 1 + 11*2 = 943. 46 turns of budget 3.
        assert_eq!(config().fee(&params(), Payer::Allocation), Some(num(10 * 998 + 3 * 46)));
        assert_eq!(config().fee(&params(), Payer::Balance), Some(num(5 * 998 + 3 * 46)));
        assert_eq!(config().fee(&FeeParams::default(), Payer::Allocation), Some(num(0)));
    }

    #[test]
    fn each_step_of_the_formula_may_overflow() {
        let max = U256::MAX;
        let over = |change: &dyn Fn(&mut FeeParams)| {
            let mut params = params();
            change(&mut params);
            assert_eq!(config().fee(&params, Payer::Balance), None);
        };
        over(&|params| params.rotations[1] = max);
        over(&|params| params.rotations[0] = max - num(1));
        over(&|params| params.validator_timeunits_allocation = max / num(10));
        over(&|params| params.leader_timeunits_allocation = max - num(1));
        over(&|params| params.execution_budget_per_round = max / num(45));
        over(&|params| params.max_price_gen_per_time_unit = max / num(997));
        // The last addition: consensus leaves less than 998, execution is 46 * 22.
        over(&|params| {
            params.max_price_gen_per_time_unit = max / num(998);
            params.execution_budget_per_round = num(22);
        });
    }

    #[test]
    fn floors_come_before_rounds_and_the_budget_floor_is_for_balances_only() {
        let check = |change: &dyn Fn(&mut FeeParams), payer| {
            let mut params = params();
            change(&mut params);
            config().check(&params, payer)
        };
        for payer in [Payer::Allocation, Payer::Balance] {
            assert_eq!(check(&|_| (), payer), Ok(()));
            let below = Err(codes::BELOW_MINIMUM);
            assert_eq!(check(&|params| params.leader_timeunits_allocation = num(0), payer), below);
            assert_eq!(check(&|params| params.validator_timeunits_allocation = num(1), payer), below);
            assert_eq!(check(&|params| params.rotations.push(num(0)), payer), Err(codes::TOO_MANY_ROUNDS));
            let both = |params: &mut FeeParams| {
                params.rotations.push(num(0));
                params.leader_timeunits_allocation = num(0);
            };
            assert_eq!(check(&both, payer), below);
            assert_eq!(check(&|params| params.execution_budget_per_round = num(0), payer), Ok(()));
        }
        let poor = |params: &mut FeeParams| params.execution_budget_per_round = num(2);
        assert_eq!(check(&poor, Payer::Allocation), Ok(()));
        assert_eq!(check(&poor, Payer::Balance), Err(codes::BELOW_MINIMUM));
    }

    #[test]
    fn receipts_count_what_they_carry() {
        assert_eq!(message_octets(0, 0, 0, 0), num(64));
        assert_eq!(message_octets(1, 20, 300, 4), num(64 + 321 + 128));
        assert_eq!(event_octets(4, 7), num(135));
        assert!(message_octets(u64::MAX, u64::MAX, u64::MAX, u64::MAX) > U256::from(u64::MAX));
    }
}
