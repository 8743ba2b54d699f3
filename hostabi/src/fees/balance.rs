//! Messages that the emitting contract pays for itself: what is checked, in which order. Spec: fees.md 7.

use super::formula::{FormulaConfig, Payer};
use super::params::FeeParams;
use ruint::aliases::U256;

/// Why a message is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `error_forbidden`: the contract may not use its balance.
    Forbidden,
    /// `error_inval`: the request is not valid.
    Inval,
    /// `error_inbalance`: the balance does not cover it.
    Inbalance,
    /// The code of the VM error that ends the sub-VM.
    Vm(&'static str),
}

/// Rows 1 to 7. `Ok(true)`: the balance pays; `Ok(false)`: an allocation node does.
///
/// # Errors
/// [`Refusal::Forbidden`] or [`Refusal::Inval`], of the first row that applies.
pub fn check_request(
    use_balance: bool,
    permitted: bool,
    params: Option<&FeeParams>,
) -> Result<bool, Refusal> {
    if use_balance && !permitted {
        return Err(Refusal::Forbidden);
    }
    let params = match (use_balance, params) {
        (true, None) | (false, Some(_)) => return Err(Refusal::Inval),
        (false, None) => return Ok(false),
        (true, Some(params)) => params,
    };
    let price_limit = U256::from(1) << 96;
    let count_limit = U256::from(1) << 32;
    let prices = [
        params.max_price_gen_per_time_unit,
        params.storage_fee_max_gas_price,
        params.receipt_fee_max_gas_price,
    ];
    let invalid = params.rotations.is_empty()
        || prices.iter().any(|price| price.is_zero() || *price >= price_limit)
        || params.execution_budget_per_round >= price_limit
        || params.leader_timeunits_allocation >= count_limit
        || params.validator_timeunits_allocation >= count_limit
        || params.rotations.iter().any(|rotations| *rotations >= count_limit);
    if invalid { Err(Refusal::Inval) } else { Ok(true) }
}

/// Rows 8 and 9: the fee of a message that the balance pays for. `consumed` is what earlier messages of the
/// execution have taken from the balance.
///
/// # Errors
/// [`Refusal::Vm`] for floors and rounds, then [`Refusal::Inbalance`].
pub fn meter(
    config: &FormulaConfig,
    params: &FeeParams,
    value: U256,
    consumed: U256,
    balance: U256,
) -> Result<U256, Refusal> {
    config.check(params, Payer::Balance).map_err(Refusal::Vm)?;
    let fee = config.fee(params, Payer::Balance).ok_or(Refusal::Inbalance)?;
    let sum = value.checked_add(fee).and_then(|sum| sum.checked_add(consumed)).ok_or(Refusal::Inbalance)?;
    if sum > balance { Err(Refusal::Inbalance) } else { Ok(fee) }
}

/// Whether the balance covers a value beside what has been consumed. A value of zero is always covered.
/// Spec: sdk.md 3.1.
///
/// # Errors
/// [`Refusal::Inbalance`].
pub fn check_value(value: U256, consumed: U256, balance: U256) -> Result<(), Refusal> {
    let covered = value.is_zero() || value.checked_add(consumed).is_some_and(|sum| sum <= balance);
    if covered { Ok(()) } else { Err(Refusal::Inbalance) }
}

#[cfg(test)]
mod tests {
    use super::super::codes;
    use super::super::params::tests::{num, params};
    use super::*;

    fn check(change: impl FnOnce(&mut FeeParams)) -> Result<bool, Refusal> {
        let mut params = params();
        change(&mut params);
        check_request(true, true, Some(&params))
    }

    #[test]
    fn rows_1_to_3_look_at_what_was_asked_for() {
        // In order: the permission first, even with nothing else right.
        assert_eq!(check_request(true, false, None), Err(Refusal::Forbidden));
        assert_eq!(check_request(true, false, Some(&FeeParams::default())), Err(Refusal::Forbidden));
        assert_eq!(check_request(true, true, None), Err(Refusal::Inval));
        for permitted in [false, true] {
            assert_eq!(check_request(false, permitted, Some(&params())), Err(Refusal::Inval));
            assert_eq!(check_request(false, permitted, None), Ok(false));
        }
        assert_eq!(check_request(true, true, Some(&params())), Ok(true));
    }

    #[test]
    fn rows_4_and_5_want_rotations_and_prices() {
        assert_eq!(check(|params| params.rotations.clear()), Err(Refusal::Inval));
        assert_eq!(check(|params| params.max_price_gen_per_time_unit = num(0)), Err(Refusal::Inval));
        assert_eq!(check(|params| params.storage_fee_max_gas_price = num(0)), Err(Refusal::Inval));
        assert_eq!(check(|params| params.receipt_fee_max_gas_price = num(0)), Err(Refusal::Inval));
        assert_eq!(check(|params| params.execution_budget_per_round = num(0)), Ok(true));
    }

    #[test]
    fn row_6_limits_prices_and_the_budget_to_96_bits() {
        let limit = U256::from(1) << 96;
        for (number, expected) in [(limit - num(1), Ok(true)), (limit, Err(Refusal::Inval))] {
            assert_eq!(check(|params| params.max_price_gen_per_time_unit = number), expected);
            assert_eq!(check(|params| params.storage_fee_max_gas_price = number), expected);
            assert_eq!(check(|params| params.receipt_fee_max_gas_price = number), expected);
            assert_eq!(check(|params| params.execution_budget_per_round = number), expected);
        }
    }

    #[test]
    fn row_7_limits_time_units_and_rotations_to_32_bits() {
        let limit = U256::from(1) << 32;
        for (number, expected) in [(limit - num(1), Ok(true)), (limit, Err(Refusal::Inval))] {
            assert_eq!(check(|params| params.leader_timeunits_allocation = number), expected);
            assert_eq!(check(|params| params.validator_timeunits_allocation = number), expected);
            assert_eq!(check(|params| params.rotations[0] = number), expected);
            assert_eq!(check(|params| params.rotations[1] = number), expected);
        }
    }

    #[test]
    fn row_8_comes_before_row_9() {
        let mut config = FormulaConfig { min_leader_timeunits: num(2), ..FormulaConfig::default() };
        let poor = |config: &FormulaConfig| meter(config, &params(), num(1), num(0), num(0));
        assert_eq!(poor(&config), Err(Refusal::Vm(codes::BELOW_MINIMUM)));
        config = FormulaConfig { validators_per_round: vec![5], ..FormulaConfig::default() };
        assert_eq!(poor(&config), Err(Refusal::Vm(codes::TOO_MANY_ROUNDS)));
        assert_eq!(poor(&FormulaConfig::default()), Err(Refusal::Inbalance));
    }

    #[test]
    fn row_9_is_exact_and_does_not_wrap() {
        let config = FormulaConfig { validators_per_round: vec![5, 11], ..FormulaConfig::default() };
        let fee = num(5 * 998 + 3 * 46);
        let meter = |value, consumed, balance| meter(&config, &params(), value, consumed, balance);
        assert_eq!(meter(num(10), num(20), num(30) + fee), Ok(fee));
        assert_eq!(meter(num(10), num(20), num(29) + fee), Err(Refusal::Inbalance));
        assert_eq!(meter(U256::MAX - fee, num(0), U256::MAX), Ok(fee));
        assert_eq!(meter(U256::MAX, num(0), U256::MAX), Err(Refusal::Inbalance));
        assert_eq!(meter(U256::MAX - fee, num(1), U256::MAX), Err(Refusal::Inbalance));
    }

    #[test]
    fn the_greatest_valid_parameters_cost_a_number() {
        let count = (U256::from(1) << 32) - num(1);
        let price = (U256::from(1) << 96) - num(1);
        let greatest = FeeParams {
            leader_timeunits_allocation: count,
            validator_timeunits_allocation: count,
            execution_budget_per_round: price,
            rotations: vec![count; 5],
            max_price_gen_per_time_unit: price,
            storage_fee_max_gas_price: price,
            receipt_fee_max_gas_price: price,
        };
        assert_eq!(check_request(true, true, Some(&greatest)), Ok(true));
        assert!(meter(&FormulaConfig::default(), &greatest, num(0), num(0), U256::MAX).is_ok());
    }

    #[test]
    fn a_value_is_covered_or_not_to_the_last_unit() {
        assert_eq!(check_value(num(0), num(9), num(0)), Ok(()));
        assert_eq!(check_value(num(1), num(9), num(10)), Ok(()));
        assert_eq!(check_value(num(2), num(9), num(10)), Err(Refusal::Inbalance));
        assert_eq!(check_value(U256::MAX, num(1), U256::MAX), Err(Refusal::Inbalance));
    }
}
