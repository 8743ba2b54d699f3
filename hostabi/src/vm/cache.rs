//! What can be used again, by its contents: checked modules, parsed archives. Whether a thing is here is never
//! observable.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Things by hash. When there is no more room, those that were not used for longest go.
pub(crate) struct Cache<V> {
    entries: Mutex<Entries<V>>,
    room: usize,
}

struct Entries<V> {
    by_hash: BTreeMap<[u8; 32], Entry<V>>,
    octets: usize,
    uses: u64,
}

struct Entry<V> {
    value: V,
    size: usize,
    used: u64,
}

impl<V: Clone> Cache<V> {
    /// A cache for things of `room` octets in all.
    pub(crate) fn new(room: usize) -> Self {
        Cache { entries: Mutex::new(Entries { by_hash: BTreeMap::new(), octets: 0, uses: 0 }), room }
    }

    /// The thing with this hash; made now if it is not here. Two threads may make it at once, and get equal ones.
    pub(crate) fn get<E>(
        &self,
        hash: [u8; 32],
        size: usize,
        make: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E> {
        if let Some(value) = self.find(&hash) {
            return Ok(value);
        }
        let value = make()?;
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(hash, value.clone(), size, self.room);
        Ok(value)
    }

    fn find(&self, hash: &[u8; 32]) -> Option<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.uses += 1;
        let now = entries.uses;
        let entry = entries.by_hash.get_mut(hash)?;
        entry.used = now;
        Some(entry.value.clone())
    }
}

impl<V> Entries<V> {
    fn insert(&mut self, hash: [u8; 32], value: V, size: usize, room: usize) {
        let used = self.uses;
        if self.by_hash.insert(hash, Entry { value, size, used }).is_none() {
            self.octets = self.octets.saturating_add(size);
        }
        while self.octets > room && self.by_hash.len() > 1 {
            let oldest = self.by_hash.iter().min_by_key(|(_, entry)| entry.used).map(|(hash, _)| *hash);
            let Some(entry) = oldest.and_then(|hash| self.by_hash.remove(&hash)) else { return };
            self.octets -= entry.size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes() {
        let cache = Cache::new(20);
        let made = std::cell::Cell::new(0);
        let get = |key: u8| {
            cache.get([key; 32], 10, || {
                made.set(made.get() + 1);
                Ok::<_, ()>(key)
            })
        };
        assert_eq!([get(1), get(2), get(1)], [Ok(1), Ok(2), Ok(1)]);
        assert_eq!(made.get(), 2);
        assert_eq!([get(3), get(1)], [Ok(3), Ok(1)]);
        assert_eq!(made.get(), 3);
        assert_eq!(get(2), Ok(2));
        assert_eq!(made.get(), 4);
        assert_eq!(cache.get([9; 32], 1, || Err(())), Err(()));
    }
}
