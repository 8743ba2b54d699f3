//! The hashes of a fingerprint: of memories, of exceptions that are kept, and of objects (`heap::walk`). What is hashed of those is fixed in
//! `docs/fingerprints.md`.

use crate::exception::Kept;
use crate::heap::Walk;
use crate::instance::InstanceData;
use crate::store::StoreInner;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use selfsame_validate::ValType;

/// For each instance, by name, the hashes of the memories that its module defines, in index order; behind these, if
/// there are any, the hash of the kept exceptions whose tags its module defines, and that of the objects which can be
/// reached from it and not from instances before.
pub(crate) fn hashes(store: &StoreInner, hasher: &blake3::Hasher) -> BTreeMap<String, Vec<[u8; 32]>> {
    let mut by_name: Vec<(u32, &InstanceData)> = (0..).zip(&store.instances).collect();
    by_name.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    let mut walk = Walk::new(store);
    let instances = by_name.into_iter().map(|(number, instance)| {
        let imported = instance.module.validated().imported_memories() as usize;
        let own = instance.memories.iter().skip(imported);
        let memories = own.map(|memory| hash(hasher.clone(), store.memories[*memory as usize].bytes()));
        let mut hashes: Vec<[u8; 32]> = memories.collect();
        // Exceptions name objects by the numbers that the walk gives them.
        let heap = walk.of_instance(number, hasher);
        hashes.extend(exceptions(&walk, number, hasher));
        hashes.extend(heap);
        (instance.name.clone(), hashes)
    });
    instances.collect()
}

/// Memories of fewer bytes are hashed by one core: waking others takes longer.
#[cfg(feature = "parallel")]
const PARALLEL: usize = 1 << 20;

fn hash(mut hasher: blake3::Hasher, bytes: &[u8]) -> [u8; 32] {
    #[cfg(feature = "parallel")]
    if bytes.len() >= PARALLEL {
        hasher.update_rayon(bytes);
        return *hasher.finalize().as_bytes();
    }
    hasher.update(bytes);
    *hasher.finalize().as_bytes()
}

/// The hash of the kept exceptions whose tags an instance's module defines; `None` if there are none.
fn exceptions(walk: &Walk<'_>, instance: u32, hasher: &blake3::Hasher) -> Option<[u8; 32]> {
    let store = walk.store();
    let of_instance = |kept: &&Kept| store.tags[kept.tag as usize].instance == instance;
    let mut own = store.exceptions.iter().filter(of_instance).peekable();
    own.peek()?;
    let mut hasher = hasher.clone();
    for kept in own {
        hasher.update(&store.tags[kept.tag as usize].tag.to_le_bytes());
        let mut cells = kept.cells.iter().copied();
        for ty in store.tag_type(kept.tag).params() {
            let (low, high) = (cells.next(), if *ty == ValType::V128 { cells.next() } else { None });
            walk.hash_value(&mut hasher, *ty, low.unwrap_or(0), high.unwrap_or(0));
        }
    }
    Some(*hasher.finalize().as_bytes())
}
