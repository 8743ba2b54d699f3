//! Reading the configuration of fees. Absent keys have their defaults, unknown ones are refused.

use super::buckets::{ClassConfig, Classes, Cost};
use super::formula::FormulaConfig;
use ruint::aliases::U256;
use selfsame_calldata::typed::{Fields, Mismatch, Read};
use selfsame_calldata::{Kind, Ref};

/// What the operators of a network have agreed on. The same on all nodes: it decides results.
///
/// As calldata: `{"classes": {CLASS: {"buckets": [u32], "price": COST, "start": COST}}, "formula": {...}}` with a COST
/// of a U256 or an Array of them, and the keys of `formula` named as the fields of [`FormulaConfig`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeesConfig {
    /// Which class draws from which bucket, and its prices.
    pub classes: Classes,
    /// The numbers in the fee formula.
    pub formula: FormulaConfig,
}

impl<'a> Read<'a> for FeesConfig {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut fields = Fields::of(value)?;
        let classes = fields.optional("classes")?.unwrap_or_default();
        let formula = fields.optional("formula")?.unwrap_or_default();
        fields.end()?;
        Ok(FeesConfig { classes, formula })
    }
}

impl<'a> Read<'a> for Classes {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut fields = Fields::of(value)?;
        let mut classes = Classes::default();
        class(&mut fields, "event", &mut classes.event)?;
        class(&mut fields, "message_fee", &mut classes.message_fee)?;
        class(&mut fields, "message_receipt", &mut classes.message_receipt)?;
        class(&mut fields, "nondet_output", &mut classes.nondet_output)?;
        class(&mut fields, "storage", &mut classes.storage)?;
        fields.end()?;
        Ok(classes)
    }
}

/// Replaces what is given of a class and keeps the rest.
fn class(fields: &mut Fields<'_>, name: &'static str, class: &mut ClassConfig) -> Result<(), Mismatch> {
    let Some(value) = fields.optional::<Ref<'_>>(name)? else { return Ok(()) };
    let mut fields = Fields::of(value)?;
    if let Some(buckets) = fields.optional::<Vec<u32>>("buckets")? {
        let number = |bucket| usize::try_from(bucket).map_err(|_| Mismatch::new("a bucket's number"));
        class.buckets = buckets.into_iter().map(number).collect::<Result<_, _>>()?;
    }
    if let Some(price) = fields.optional("price")? {
        class.price = price;
    }
    if let Some(start) = fields.optional("start")? {
        class.start = start;
    }
    fields.end()
}

impl<'a> Read<'a> for Cost {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        match value.kind() {
            Kind::Array(_) => Vec::read(value).map(Cost::PerBucket),
            _ => U256::read(value).map(Cost::Scalar),
        }
    }
}

impl<'a> Read<'a> for FormulaConfig {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut fields = Fields::of(value)?;
        let default = FormulaConfig::default();
        let min_execution_budget = fields.optional("min_execution_budget")?;
        let min_leader_timeunits = fields.optional("min_leader_timeunits")?;
        let min_validator_timeunits = fields.optional("min_validator_timeunits")?;
        let price_per_time_unit = fields.optional("price_per_time_unit")?;
        let validators_per_round = fields.optional("validators_per_round")?;
        fields.end()?;
        Ok(FormulaConfig {
            validators_per_round: validators_per_round.unwrap_or(default.validators_per_round),
            price_per_time_unit: price_per_time_unit.unwrap_or(default.price_per_time_unit),
            min_leader_timeunits: min_leader_timeunits.unwrap_or(default.min_leader_timeunits),
            min_validator_timeunits: min_validator_timeunits.unwrap_or(default.min_validator_timeunits),
            min_execution_budget: min_execution_budget.unwrap_or(default.min_execution_budget),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::params::tests::num;
    use super::*;
    use selfsame_calldata::{Value, check, encode};

    fn read(value: &Value) -> Result<FeesConfig, Mismatch> {
        FeesConfig::read(check(&encode(value)).unwrap())
    }

    fn of(key: &str, value: Value) -> Value {
        Value::map([(key, value)])
    }

    #[test]
    fn what_is_absent_has_its_default() {
        assert_eq!(read(&Value::Map([].into())), Ok(FeesConfig::default()));
        let mut config = FeesConfig::default();
        config.classes.storage.price = Cost::Scalar(num(7));
        config.formula.price_per_time_unit = num(9);
        let value = Value::map([
            ("classes", of("storage", of("price", 7.into()))),
            ("formula", of("price_per_time_unit", 9.into())),
        ]);
        assert_eq!(read(&value), Ok(config));
    }

    #[test]
    fn every_key_is_read() {
        let list = |numbers: [u64; 2]| Value::Array(numbers.map(Value::from).to_vec());
        let class = |first: u64| {
            Value::map([
                ("buckets", list([first, 0])),
                ("price", list([first + 1, 2])),
                ("start", (first + 2).into()),
            ])
        };
        let names = ["storage", "message_receipt", "nondet_output", "message_fee", "event"];
        let formula = Value::map([
            ("min_execution_budget", 1.into()),
            ("min_leader_timeunits", 2.into()),
            ("min_validator_timeunits", 3.into()),
            ("price_per_time_unit", 4.into()),
            ("validators_per_round", list([5, 6])),
        ]);
        let classes = Value::map(names.into_iter().zip(1..).map(|(name, first)| (name, class(first))));
        let read = read(&Value::map([("classes", classes), ("formula", formula)])).unwrap();
        for (class, first) in super::super::Class::ALL.into_iter().zip(1_u32..) {
            let expected = ClassConfig {
                buckets: vec![first as usize, 0],
                start: Cost::Scalar(U256::from(first + 2)),
                price: Cost::PerBucket(vec![U256::from(first + 1), num(2)]),
            };
            assert_eq!(read.classes.of(class), &expected);
        }
        let expected = FormulaConfig {
            validators_per_round: vec![5, 6],
            price_per_time_unit: num(4),
            min_leader_timeunits: num(2),
            min_validator_timeunits: num(3),
            min_execution_budget: num(1),
        };
        assert_eq!(read.formula, expected);
    }

    #[test]
    fn what_is_unknown_or_of_another_type_is_refused() {
        assert!(read(&of("prices", 1.into())).is_err());
        assert!(read(&of("classes", of("time", Value::Map([].into())))).is_err());
        assert!(read(&of("classes", of("storage", of("cost", 1.into())))).is_err());
        assert!(read(&of("classes", of("storage", of("price", (-1).into())))).is_err());
        assert!(read(&of("classes", of("storage", of("buckets", 1.into())))).is_err());
        assert!(read(&of("formula", of("price", 1.into()))).is_err());
        assert!(read(&of("formula", of("price_per_time_unit", Value::Null))).is_err());
    }
}
