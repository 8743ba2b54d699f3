//! Identifiers of runners: the text that contracts write, and the one form that is compared and hashed.

use super::RunnerError;
use super::RunnerError::Malformed;
use crate::storage::SlotId;
use selfsame_calldata::{Address, gvm32};
use sha2::Sha256;
use sha3::{Digest, Keccak256, Sha3_256};
use std::fmt;

/// Which committed state the code of a chain runner is read from. Spec: runners.md 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// The accepted state, `a`. What an identifier without a view means.
    Accepted,
    /// The finalised state, `f`.
    Final,
    /// The code that this execution deploys, `i`. No text names it.
    Internal,
}

impl View {
    /// Its letter in a canonical identifier.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            View::Accepted => 'a',
            View::Final => 'f',
            View::Internal => 'i',
        }
    }
}

/// A contract whose code is a runner; where in its storage the code stands may still be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainRef {
    /// The contract.
    pub address: Address,
    /// Which state is read. Never [`View::Internal`] if it comes from a text.
    pub view: View,
    /// The slot of the code; `None` for the contract's own code slot, which
    /// [`code_slot`](crate::storage::code_slot) finds.
    pub slot: Option<SlotId>,
}

impl ChainRef {
    /// The canonical identifier, once the slot is known. A slot that the text named is the caller's to pass
    /// on: `chain.slot.unwrap_or(resolved)`.
    #[must_use]
    pub fn with_slot(&self, slot: SlotId) -> CanonicalId {
        CanonicalId::Chain { address: self.address, view: self.view, slot }
    }
}

/// What a text names, before `contract` and code slots are resolved. Spec: runners.md 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunnerId {
    /// `contract`: the topmost runner of the sub-VM.
    Contract,
    /// `chain:`: the code of a contract.
    Chain(ChainRef),
    /// `custom:`: registered at run time; SHA3-256 of its octets.
    Custom([u8; 32]),
    /// Installed next to the executor.
    Packaged {
        /// Letters, digits, `_`, `-`.
        name: String,
        /// SHA-256 of its octets.
        hash: [u8; 32],
    },
}

impl RunnerId {
    /// Reads an identifier. Hashes are read leniently (any case, `-` ignored); nothing else is.
    ///
    /// # Errors
    /// [`RunnerError::Malformed`]: it has no form of runners.md 1, a mixed-case address fails its checksum, or
    /// the hash is one of the development aids `test` and `latest`.
    pub fn parse(text: &str) -> Result<RunnerId, RunnerError> {
        if text == "contract" {
            return Ok(RunnerId::Contract);
        }
        let (name, rest) = text.split_once(':').ok_or(Malformed("an identifier has a `:`"))?;
        match name {
            "contract" => Err(Malformed("`contract` has no hash")),
            "chain" => chain(rest).map(RunnerId::Chain),
            "custom" => Ok(RunnerId::Custom(hash(rest)?)),
            _ => {
                check_name(name)?;
                let hash = hash(rest)?;
                if is_development_hash(&hash) {
                    return Err(Malformed("a hash that names no octets is a development aid"));
                }
                Ok(RunnerId::Packaged { name: name.to_owned(), hash })
            }
        }
    }

    /// The canonical identifier, where it does not depend on anything else: not for `contract`, and for a
    /// chain runner only if the text named the slot.
    #[must_use]
    pub fn canonical(&self) -> Option<CanonicalId> {
        match self {
            RunnerId::Contract => None,
            RunnerId::Chain(chain) => chain.slot.map(|slot| chain.with_slot(slot)),
            RunnerId::Custom(hash) => Some(CanonicalId::Custom(*hash)),
            RunnerId::Packaged { name, hash } => {
                Some(CanonicalId::Packaged { name: name.clone(), hash: *hash })
            }
        }
    }

    /// The canonical identifier. `topmost` is what `contract` means in the sub-VM; `code_slot` reads the root
    /// slot of a contract in the view asked for, and is called only if the text named no slot.
    ///
    /// # Errors
    /// Those of `code_slot`.
    pub fn resolve<E>(
        &self,
        topmost: &CanonicalId,
        code_slot: impl FnOnce(&ChainRef) -> Result<SlotId, E>,
    ) -> Result<CanonicalId, E> {
        match (self.canonical(), self) {
            (Some(id), _) => Ok(id),
            (None, RunnerId::Chain(chain)) => Ok(chain.with_slot(code_slot(chain)?)),
            (None, _) => Ok(topmost.clone()),
        }
    }
}

/// An identifier in the one form that is compared, hashed and written. [`fmt::Display`] writes it.
///
/// The order of `custom:` identifiers is that of the octets of their texts (the alphabet of hashes ascends).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CanonicalId {
    /// `chain:<address with checksum>:<view>:<slot>`.
    Chain {
        /// The contract.
        address: Address,
        /// Which state is read.
        view: View,
        /// The slot of the code.
        slot: SlotId,
    },
    /// `custom:<hash>`.
    Custom([u8; 32]),
    /// `<name>:<hash>`.
    Packaged {
        /// Letters, digits, `_`, `-`.
        name: String,
        /// SHA-256 of its octets.
        hash: [u8; 32],
    },
}

impl CanonicalId {
    /// The code that this execution deploys.
    #[must_use]
    pub fn deployed(address: Address, slot: SlotId) -> CanonicalId {
        CanonicalId::Chain { address, view: View::Internal, slot }
    }

    /// Whether it was registered at run time.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        matches!(self, CanonicalId::Custom(_))
    }

    /// What a charged load in deterministic mode appends to the hash stream of its sub-VM: SHA3-256 of the
    /// canonical text. Spec: runners.md 7, vm.md 12.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha3_256::digest(self.to_string().as_bytes()).into()
    }
}

impl fmt::Display for CanonicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CanonicalId::Chain { address, view, slot } => {
                write!(f, "chain:{}:{}:{}", checksummed(address), view.letter(), gvm32::encode(&slot.0))
            }
            CanonicalId::Custom(hash) => write!(f, "custom:{}", gvm32::encode(hash)),
            CanonicalId::Packaged { name, hash } => write!(f, "{name}:{}", gvm32::encode(hash)),
        }
    }
}

/// The identifier of octets registered at run time.
#[must_use]
pub fn custom_id(octets: &[u8]) -> CanonicalId {
    CanonicalId::Custom(Sha3_256::digest(octets).into())
}

/// The identifier of an installed archive.
///
/// # Errors
/// [`RunnerError::Malformed`]: the name is no name of a packaged runner.
pub fn packaged_id(name: &str, octets: &[u8]) -> Result<CanonicalId, RunnerError> {
    check_name(name)?;
    if matches!(name, "contract" | "chain" | "custom") {
        return Err(Malformed("this name has a meaning of its own"));
    }
    Ok(CanonicalId::Packaged { name: name.to_owned(), hash: Sha256::digest(octets).into() })
}

/// An address in text: `0x` and 40 hexadecimal digits, of which a letter is upper-case where the digit at
/// its place in the Keccak-256 hash of the lower-case digits is 8 or more.
#[must_use]
pub fn checksummed(address: &Address) -> String {
    let mut digits = [0; 40];
    for (pair, octet) in digits.chunks_exact_mut(2).zip(address.0) {
        pair[0] = b"0123456789abcdef"[usize::from(octet >> 4)];
        pair[1] = b"0123456789abcdef"[usize::from(octet & 15)];
    }
    let hash = Keccak256::digest(digits);
    for (place, digit) in digits.iter_mut().enumerate() {
        let nibble = if place % 2 == 0 { hash[place / 2] >> 4 } else { hash[place / 2] & 15 };
        if nibble >= 8 {
            digit.make_ascii_uppercase();
        }
    }
    "0x".chars().chain(digits.into_iter().map(char::from)).collect()
}

/// `0x` HEX{40} and, each only after the other, a view and a slot.
fn chain(rest: &str) -> Result<ChainRef, RunnerError> {
    let mut parts = rest.split(':');
    let address = address(parts.next().unwrap_or_default())?;
    let view = match parts.next() {
        None | Some("a") => View::Accepted,
        Some("f") => View::Final,
        Some(_) => return Err(Malformed("a view is `a` or `f`")),
    };
    let slot = parts.next().map(hash).transpose()?.map(SlotId);
    match parts.next() {
        None => Ok(ChainRef { address, view, slot }),
        Some(_) => Err(Malformed("nothing follows the slot")),
    }
}

/// All letters lower-case, all upper-case, or each as the checksum wants it.
fn address(text: &str) -> Result<Address, RunnerError> {
    let reason = Malformed("an address is `0x` and 40 hexadecimal digits");
    let digits = text.strip_prefix("0x").ok_or(reason)?.as_bytes();
    if digits.len() != 40 {
        return Err(reason);
    }
    let mut octets = [0; 20];
    for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
        *octet = hex_digit(pair[0]).ok_or(reason)? << 4 | hex_digit(pair[1]).ok_or(reason)?;
    }
    let address = Address(octets);
    let one_case = !digits.iter().any(u8::is_ascii_lowercase) || !digits.iter().any(u8::is_ascii_uppercase);
    if one_case || checksummed(&address) == text {
        Ok(address)
    } else {
        Err(Malformed("the address fails its checksum"))
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

fn hash(text: &str) -> Result<[u8; 32], RunnerError> {
    gvm32::decode_32(text).map_err(|_| Malformed("a hash is 52 symbols for 32 octets"))
}

fn check_name(name: &str) -> Result<(), RunnerError> {
    if !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"_-".contains(&octet)) {
        Ok(())
    } else {
        Err(Malformed("a name is letters, digits, `_` and `-`"))
    }
}

/// The words `test` and `latest` as symbols of a hash, the rest zero. No octets are known that hash to them;
/// elsewhere they stand for whatever is installed.
fn is_development_hash(hash: &[u8; 32]) -> bool {
    let text = gvm32::encode(hash);
    ["test", "1atest"]
        .iter()
        .any(|word| text.strip_prefix(word).is_some_and(|rest| rest.bytes().all(|symbol| symbol == b'0')))
}

#[cfg(test)]
mod tests;
