//! Votes, and the fingerprints in them that only somebody who ran the code can make. The octets are fixed in
//! docs/fingerprints.md.

use super::error::ReadError;
use super::frames::{
    Frame, StoreHashes, read_frames, read_store_hashes, write_backtrace, write_store_hashes,
};
use selfsame_calldata::typed::{Fields, Mismatch, Read};
use selfsame_calldata::{Address, Ref, Writer, check};
use selfsame_interp::Fingerprint;
use std::fmt;

/// What BLAKE3 derives the keys for. The version is in it: another scheme gets another text.
pub const CONTEXT: &str = "selfsame vote v1";

/// The key of a validator for a transaction: BLAKE3's `derive_key` of [`CONTEXT`] and of 52 octets, the
/// transaction's hash and the validator's address.
#[must_use]
pub fn key(transaction: &[u8; 32], validator: &Address) -> [u8; 32] {
    let mut material = [0; 52];
    material[..32].copy_from_slice(transaction);
    material[32..].copy_from_slice(&validator.0);
    blake3::derive_key(CONTEXT, &material)
}

/// The hash of a memory's whole contents, in keyed mode. [`selfsame_interp::Store::keyed_fingerprint`] does the same
/// for all memories of a store.
#[must_use]
pub fn memory_hash(key: &[u8; 32], memory: &[u8]) -> [u8; 32] {
    *blake3::keyed_hash(key, memory).as_bytes()
}

/// The hashes of memories that are given by the names of their instances; an instance without any is named too.
pub fn memory_hashes<'a, M: IntoIterator<Item = &'a [u8]>>(
    key: &[u8; 32],
    instances: impl IntoIterator<Item = (&'a str, M)>,
) -> StoreHashes {
    let hash = |memories: M| memories.into_iter().map(|memory| memory_hash(key, memory)).collect();
    instances.into_iter().map(|(name, memories)| (name.into(), hash(memories))).collect()
}

/// What a validator says of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// The transaction's hash.
    pub transaction: [u8; 32],
    /// Who votes.
    pub validator: Address,
    /// What it says.
    pub position: Position,
}

/// What a validator says of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// It ran it.
    Ran(Ran),
    /// It got no result, by its own fault or its deadline.
    TimeOut,
}

/// What a validator that ran a transaction got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The lowest block whose proposed result it rejects; none: it agrees with all.
    pub disagreement: Option<u32>,
    /// The hash of what it got.
    pub execution_hash: [u8; 32],
    /// The frames at the end, innermost first; empty after a return.
    pub frames: Vec<Frame>,
    /// The memories at the end, hashed as for everybody.
    pub public: StoreHashes,
    /// The memories at the end, hashed with the voter's key.
    pub personal: StoreHashes,
}

/// What somebody who ran the transaction too got for a voter's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recomputed {
    /// The hash of what it got.
    pub execution_hash: [u8; 32],
    /// Frames and memories, hashed as for everybody.
    pub public: Fingerprint,
    /// Memories, hashed with the voter's key.
    pub personal: StoreHashes,
}

/// What is wrong with a vote; the first that is found, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VoteFault {
    /// It stopped elsewhere.
    Frames,
    /// A memory, or the list of memories, differs.
    Memory(MemoryId),
    /// The memory's public hash is right and the personal one is not: the voter does not hold the memory.
    NotHeld(MemoryId),
    /// The state is the same and what it says of the result is not.
    ExecutionHash,
}

/// A memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryId {
    /// The name of its instance.
    pub instance: String,
    /// Its index among those that the instance's module defines; one of the two sides may have no such memory.
    pub index: usize,
}

impl fmt::Display for VoteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VoteFault::Frames => f.write_str("stopped at another place"),
            VoteFault::Memory(id) => write!(f, "memory {} of {:?} differs", id.index, id.instance),
            VoteFault::NotHeld(id) => {
                write!(f, "copied the hash of memory {} of {:?} without holding it", id.index, id.instance)
            }
            VoteFault::ExecutionHash => f.write_str("got another result out of the same state"),
        }
    }
}

impl std::error::Error for VoteFault {}

/// The first memory in which two lists differ.
fn first_difference(one: &StoreHashes, other: &StoreHashes) -> Option<MemoryId> {
    let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
    for name in names {
        let id = |index| Some(MemoryId { instance: name.clone(), index });
        let (Some(one), Some(other)) = (one.get(name), other.get(name)) else { return id(0) };
        if let Some(index) = one.iter().zip(other).position(|(one, other)| one != other) {
            return id(index);
        }
        if one.len() != other.len() {
            return id(one.len().min(other.len()));
        }
    }
    None
}

impl Vote {
    /// The key that this vote's personal fingerprint is made with.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        key(&self.transaction, &self.validator)
    }

    /// Whether the voter did the work that `own`, made with [`Vote::key`], did. A time-out claims none. That it
    /// agrees or not is the voter's own judgement and not looked at.
    ///
    /// # Errors
    /// [`VoteFault`]: what shows that it did not, or not rightly.
    pub fn verify(&self, own: &Recomputed) -> Result<(), VoteFault> {
        let Position::Ran(ran) = &self.position else { return Ok(()) };
        if ran.frames != own.public.frames {
            return Err(VoteFault::Frames);
        }
        if let Some(id) = first_difference(&own.public.module_instances, &ran.public) {
            return Err(VoteFault::Memory(id));
        }
        if let Some(id) = first_difference(&own.personal, &ran.personal) {
            return Err(VoteFault::NotHeld(id));
        }
        if ran.execution_hash != own.execution_hash {
            return Err(VoteFault::ExecutionHash);
        }
        Ok(())
    }

    /// The encoding: `{"position", "ran", "transaction", "validator", "version"}`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.map(5);
        writer.key("position");
        writer.str(match &self.position {
            Position::Ran(Ran { disagreement: None, .. }) => "agree",
            Position::Ran(_) => "disagree",
            Position::TimeOut => "timeout",
        });
        writer.key("ran");
        match &self.position {
            Position::Ran(ran) => ran.write(&mut writer),
            Position::TimeOut => writer.null(),
        }
        writer.key("transaction");
        writer.bytes(&self.transaction);
        writer.key("validator");
        writer.address(&self.validator);
        writer.key("version");
        writer.int_u64(1);
        writer.finish()
    }

    /// Reads what [`Vote::encode`] writes, and nothing else.
    ///
    /// # Errors
    /// [`ReadError`] for everything else.
    pub fn decode(octets: &[u8]) -> Result<Self, ReadError> {
        let mut fields = Fields::of(check(octets)?)?;
        let position = fields.required("position")?;
        let ran = fields.required("ran")?;
        let transaction = fields.required("transaction")?;
        let validator = fields.required("validator")?;
        let version: u32 = fields.required("version")?;
        fields.end()?;
        if version != 1 {
            return Err(ReadError::Shape("version"));
        }
        let position = match (position, ran) {
            ("agree", Some(ran @ Ran { disagreement: None, .. })) => Position::Ran(ran),
            ("disagree", Some(ran @ Ran { disagreement: Some(_), .. })) => Position::Ran(ran),
            ("timeout", None) => Position::TimeOut,
            _ => return Err(ReadError::Shape("position")),
        };
        Ok(Vote { transaction, validator, position })
    }
}

impl Ran {
    fn write(&self, writer: &mut Writer) {
        writer.map(5);
        writer.key("call_no");
        match self.disagreement {
            Some(call_no) => writer.int_u64(call_no.into()),
            None => writer.null(),
        }
        writer.key("execution_hash");
        writer.bytes(&self.execution_hash);
        writer.key("frames");
        write_backtrace(writer, Some(&self.frames));
        writer.key("personal");
        write_store_hashes(writer, &self.personal);
        writer.key("public");
        write_store_hashes(writer, &self.public);
    }
}

impl<'a> Read<'a> for Ran {
    fn read(value: Ref<'a>) -> Result<Self, Mismatch> {
        let mut fields = Fields::of(value)?;
        let ran = Ran {
            disagreement: fields.required("call_no")?,
            execution_hash: fields.required("execution_hash")?,
            frames: read_frames(fields.required("frames")?)?,
            personal: read_store_hashes(fields.required("personal")?)?,
            public: read_store_hashes(fields.required("public")?)?,
        };
        fields.end()?;
        Ok(ran)
    }
}

#[cfg(test)]
mod tests;
