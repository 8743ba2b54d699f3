//! Reservoirs of 256 bits, and the classes that draw from them. Spec: fees.md 3.

use super::codes;
use ruint::aliases::U256;
use std::fmt;

/// What a charge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Pages that are first written.
    Storage = 0,
    /// Octets of messages.
    MessageReceipt = 1,
    /// Octets of the results of non-deterministic blocks.
    NondetOutput = 2,
    /// Money for the transactions that messages start.
    MessageFee = 3,
    /// Octets of events.
    Event = 4,
}

impl Class {
    /// All classes, in the order in which start costs are subtracted.
    pub const ALL: [Class; 5] =
        [Class::Storage, Class::MessageReceipt, Class::NondetOutput, Class::MessageFee, Class::Event];

    /// The name in reports and hashes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Class::Storage => "storage",
            Class::MessageReceipt => "message_receipt",
            Class::NondetOutput => "nondet_output",
            Class::MessageFee => "message_fee",
            Class::Event => "event",
        }
    }

    /// The code of the VM error when a bucket of the class is too small.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Class::Storage => codes::STORAGE,
            Class::MessageReceipt => codes::RECEIPT_MESSAGE,
            Class::NondetOutput => codes::RECEIPT_NONDET_OUTPUT,
            Class::MessageFee => codes::MESSAGE_FEE_TOTAL,
            Class::Event => codes::RECEIPT_EVENT,
        }
    }
}

/// An amount for the buckets of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cost {
    /// The same amount from each bucket of the class.
    Scalar(U256),
    /// Element by element, in the order in which the class names its buckets.
    PerBucket(Vec<U256>),
}

impl Cost {
    /// Nothing from any bucket.
    pub const ZERO: Cost = Cost::Scalar(U256::ZERO);
    /// One from each bucket.
    pub const ONE: Cost = Cost::Scalar(U256::from_limbs([1, 0, 0, 0]));

    fn at(&self, index: usize) -> U256 {
        match self {
            Cost::Scalar(amount) => *amount,
            // The length has been checked when the buckets were made.
            Cost::PerBucket(amounts) => amounts.get(index).copied().unwrap_or(U256::MAX),
        }
    }

    fn fits(&self, buckets: usize) -> bool {
        match self {
            Cost::Scalar(_) => true,
            Cost::PerBucket(amounts) => amounts.len() == buckets,
        }
    }
}

/// Where a class draws from, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassConfig {
    /// Numbers of buckets. One may be named twice: then its costs add up. None: the class is free.
    pub buckets: Vec<usize>,
    /// Subtracted once, before anything else runs.
    pub start: Cost,
    /// Price of one unit: a page, an octet of a receipt, or one of the currency.
    pub price: Cost,
}

impl ClassConfig {
    /// Units at a price of 1 from one bucket, with no start cost.
    #[must_use]
    pub fn of_bucket(bucket: usize) -> Self {
        ClassConfig { buckets: vec![bucket], start: Cost::ZERO, price: Cost::ONE }
    }

    /// Free of charge.
    #[must_use]
    pub fn free() -> Self {
        ClassConfig { buckets: Vec::new(), start: Cost::ZERO, price: Cost::ZERO }
    }
}

/// The configuration of all five classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// [`Class::Storage`].
    pub storage: ClassConfig,
    /// [`Class::MessageReceipt`].
    pub message_receipt: ClassConfig,
    /// [`Class::NondetOutput`].
    pub nondet_output: ClassConfig,
    /// [`Class::MessageFee`].
    pub message_fee: ClassConfig,
    /// [`Class::Event`].
    pub event: ClassConfig,
}

impl Classes {
    /// How many buckets the default mapping needs.
    pub const DEFAULT_BUCKETS: usize = 3;

    /// No class costs anything, and no bucket is needed.
    #[must_use]
    pub fn free() -> Self {
        Classes {
            storage: ClassConfig::free(),
            message_receipt: ClassConfig::free(),
            nondet_output: ClassConfig::free(),
            message_fee: ClassConfig::free(),
            event: ClassConfig::free(),
        }
    }

    /// That of a class.
    #[must_use]
    pub fn of(&self, class: Class) -> &ClassConfig {
        match class {
            Class::Storage => &self.storage,
            Class::MessageReceipt => &self.message_receipt,
            Class::NondetOutput => &self.nondet_output,
            Class::MessageFee => &self.message_fee,
            Class::Event => &self.event,
        }
    }
}

/// Storage from bucket 0, receipts from bucket 1, message fees from bucket 2; a price of 1 for each unit.
impl Default for Classes {
    fn default() -> Self {
        Classes {
            storage: ClassConfig::of_bucket(0),
            message_receipt: ClassConfig::of_bucket(1),
            nondet_output: ClassConfig::of_bucket(1),
            message_fee: ClassConfig::of_bucket(2),
            event: ClassConfig::of_bucket(1),
        }
    }
}

/// What the node has configured does not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// A class names a bucket that is not there.
    NoSuchBucket(Class),
    /// A cost by bucket has another length than the class has buckets.
    CostLength(Class),
    /// There are [`MAX_ROTATIONS`](super::params::MAX_ROTATIONS) rounds or more.
    Rounds,
    /// An allocation node, or one of its descendants, has no rotations.
    NoRotations,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::NoSuchBucket(class) => {
                write!(f, "{} names a bucket that is not there", class.name())
            }
            ConfigError::CostLength(class) => {
                write!(f, "{} has another number of costs than of buckets", class.name())
            }
            ConfigError::Rounds => f.write_str("there are too many rounds"),
            ConfigError::NoRotations => f.write_str("an allocation node has no rotations"),
        }
    }
}

impl std::error::Error for ConfigError {}

/// The buckets of one execution.
#[derive(Clone, Debug)]
pub struct Buckets {
    classes: Classes,
    remaining: Vec<U256>,
    consumed: [U256; Class::ALL.len()],
    /// What `remaining` will be if the charge under way succeeds. Kept for its allocation.
    draft: Vec<U256>,
}

impl Buckets {
    /// Full buckets.
    ///
    /// # Errors
    /// The classes do not fit the buckets or their costs.
    pub fn new(classes: Classes, totals: Vec<U256>) -> Result<Self, ConfigError> {
        for class in Class::ALL {
            let config = classes.of(class);
            if config.buckets.iter().any(|bucket| *bucket >= totals.len()) {
                return Err(ConfigError::NoSuchBucket(class));
            }
            if !config.start.fits(config.buckets.len()) || !config.price.fits(config.buckets.len()) {
                return Err(ConfigError::CostLength(class));
            }
        }
        Ok(Buckets { classes, draft: Vec::new(), remaining: totals, consumed: Default::default() })
    }

    /// No buckets, and no class that needs one.
    #[must_use]
    pub fn free() -> Self {
        Buckets {
            classes: Classes::free(),
            draft: Vec::new(),
            remaining: Vec::new(),
            consumed: Default::default(),
        }
    }

    /// Subtracts the start costs, class by class in the order of [`Class::ALL`].
    ///
    /// # Errors
    /// A bucket of the class is too small. What the classes in front of it took stays consumed.
    pub fn start(&mut self) -> Result<(), Class> {
        Class::ALL.into_iter().try_for_each(|class| self.take([(class, Amount::Start)]).map(|_| ()))
    }

    /// Subtracts the price of so many units of each class, all or nothing. Gives what was taken for each class,
    /// summed over its buckets.
    ///
    /// # Errors
    /// The first class, in the order given, that its buckets do not cover after the classes in front of it. Nothing
    /// has been subtracted.
    pub fn charge<const N: usize>(&mut self, parts: [(Class, U256); N]) -> Result<[U256; N], Class> {
        self.take(parts.map(|(class, units)| (class, Amount::Units(units))))
    }

    fn take<const N: usize>(&mut self, parts: [(Class, Amount); N]) -> Result<[U256; N], Class> {
        let Buckets { classes, remaining, consumed, draft } = self;
        draft.clone_from(remaining);
        let mut totals = *consumed;
        let mut taken = [U256::ZERO; N];
        for ((class, amount), taken) in parts.into_iter().zip(&mut taken) {
            let sum = subtract(classes.of(class), amount, draft).ok_or(class)?;
            let total = &mut totals[class as usize];
            *total = total.checked_add(sum).ok_or(class)?;
            *taken = sum;
        }
        std::mem::swap(remaining, draft);
        *consumed = totals;
        Ok(taken)
    }

    /// What a class has consumed, start costs included.
    #[must_use]
    pub fn consumed(&self, class: Class) -> U256 {
        self.consumed[class as usize]
    }

    /// What is left, by number of bucket.
    #[must_use]
    pub fn remaining(&self) -> &[U256] {
        &self.remaining
    }
}

#[derive(Clone, Copy)]
enum Amount {
    Start,
    Units(U256),
}

/// Subtracts one class's costs from `buckets`, which are left in disorder if it fails. A sum over buckets that does
/// not fit 256 bits fails too, since a report could not hold it.
fn subtract(config: &ClassConfig, amount: Amount, buckets: &mut [U256]) -> Option<U256> {
    let mut sum = U256::ZERO;
    for (index, bucket) in config.buckets.iter().enumerate() {
        let cost = match amount {
            Amount::Start => config.start.at(index),
            Amount::Units(units) => config.price.at(index).checked_mul(units)?,
        };
        let bucket = buckets.get_mut(*bucket)?;
        *bucket = bucket.checked_sub(cost)?;
        sum = sum.checked_add(cost)?;
    }
    Some(sum)
}

#[cfg(test)]
#[path = "buckets_tests.rs"]
mod tests;
