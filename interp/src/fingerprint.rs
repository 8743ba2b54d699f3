//! The hashes of a fingerprint: of memories, and of exceptions that are kept. What is hashed of those is fixed in
//! `docs/fingerprints.md`.

use crate::exception::Kept;
use crate::func::HOST;
use crate::store::StoreInner;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use selfsame_validate::{HeapType, RefType, ValType};

/// For each instance, by name, the hashes of the memories that its module defines, in index order; behind these, if
/// there are any, the hash of the kept exceptions whose tags its module defines.
pub(crate) fn hashes(store: &StoreInner, hasher: &blake3::Hasher) -> BTreeMap<String, Vec<[u8; 32]>> {
    let instances = (0..).zip(&store.instances).map(|(number, instance)| {
        let imported = instance.module.validated().imported_memories() as usize;
        let own = instance.memories.iter().skip(imported);
        let memories = own.map(|memory| hash(hasher.clone(), store.memories[*memory as usize].bytes()));
        (instance.name.clone(), memories.chain(exceptions(store, number, hasher)).collect())
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
fn exceptions(store: &StoreInner, instance: u32, hasher: &blake3::Hasher) -> Option<[u8; 32]> {
    let of_instance = |kept: &&Kept| store.tags[kept.tag as usize].instance == instance;
    let mut own = store.exceptions.iter().filter(of_instance).peekable();
    own.peek()?;
    let mut hasher = hasher.clone();
    for kept in own {
        hasher.update(&store.tags[kept.tag as usize].tag.to_le_bytes());
        let mut cells = kept.cells.iter().copied();
        for ty in store.tag_type(kept.tag).params() {
            let (low, high) = (cells.next(), if *ty == ValType::V128 { cells.next() } else { None });
            field(store, &mut hasher, *ty, low.unwrap_or(0), high.unwrap_or(0));
        }
    }
    Some(*hasher.finalize().as_bytes())
}

fn field(store: &StoreInner, hasher: &mut blake3::Hasher, ty: ValType, low: u64, high: u64) {
    match ty {
        ValType::I32 | ValType::F32 => _ = hasher.update(&(low as u32).to_le_bytes()),
        ValType::I64 | ValType::F64 => _ = hasher.update(&low.to_le_bytes()),
        ValType::V128 => _ = hasher.update(&low.to_le_bytes()).update(&high.to_le_bytes()),
        ValType::Ref(ty) => reference(store, hasher, ty, low),
    }
}

/// What comes first of a reference.
const NULL: u8 = 0;
const GUEST: u8 = 1;
const OF_HOST: u8 = 2;

fn reference(store: &StoreInner, hasher: &mut blake3::Hasher, ty: RefType, cell: u64) {
    let Some(number) = cell.checked_sub(1) else {
        hasher.update(&[NULL]);
        return;
    };
    match ty.heap.top() {
        HeapType::Func => {
            let func = &store.funcs[number as usize];
            if func.instance == HOST {
                hasher.update(&[OF_HOST]).update(&func.func.to_le_bytes());
                return;
            }
            let instance = &store.instances[func.instance as usize];
            let index = instance.module.validated().imported_funcs() + func.func;
            let length = instance.name.len() as u32;
            hasher.update(&[GUEST]).update(&length.to_le_bytes());
            hasher.update(instance.name.as_bytes()).update(&index.to_le_bytes());
        }
        HeapType::Exn => {
            hasher.update(&[GUEST]).update(&store.exceptions.place(cell).to_le_bytes());
        }
        _ => {
            hasher.update(&[OF_HOST]).update(&number.to_le_bytes());
        }
    }
}
