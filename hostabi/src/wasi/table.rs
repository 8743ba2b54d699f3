//! The descriptors of a guest. Which number a new one gets is part of the agreed result.

use super::abi::{Errno, Outcome};
use crate::error::OutOf;
use crate::ram::RamBudget;
use std::sync::Arc;

/// Descriptors that can be open at once.
pub const MAX_OPEN: usize = 1024;

/// Octets of RAM that a number costs which was never used before.
pub const NEW_NUMBER: u64 = 96;

/// What a descriptor stands for.
#[derive(Debug)]
pub(crate) enum Descriptor {
    File(File),
    /// A directory, by its path without a first or last slash; empty for the root.
    Dir {
        path: Box<str>,
        preopen: bool,
    },
    Stdout,
    Stderr,
    /// The device through which programs that know WASI alone reach the contract system.
    Device(Device),
}

/// An open device: what has been asked, and what has been answered.
#[derive(Debug, Default)]
pub(crate) struct Device {
    /// Octets of the request so far; they are charged as RAM.
    pub request: Vec<u8>,
    /// The answer, read like a file.
    pub answer: Option<File>,
}

/// An open file.
#[derive(Debug)]
pub(crate) struct File {
    pub contents: Arc<[u8]>,
    /// At most the length.
    pub offset: usize,
    /// Octets of RAM that are given back at its close.
    pub charged: u32,
}

impl File {
    /// A file of the tree.
    pub(crate) fn mapped(contents: Arc<[u8]>) -> Self {
        File { contents, offset: 0, charged: 0 }
    }

    /// A file made by the host: its length is charged.
    pub(crate) fn made(contents: Arc<[u8]>, ram: &mut RamBudget) -> Result<Self, OutOf> {
        ram.charge(contents.len() as u64)?;
        // Nothing longer can be paid.
        let charged = u32::try_from(contents.len()).map_err(|_| OutOf::Memory)?;
        Ok(File { contents, offset: 0, charged })
    }

    /// What is left from an offset on.
    pub(crate) fn from(&self, offset: u64) -> &[u8] {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        self.contents.get(offset..).unwrap_or_default()
    }
}

impl Device {
    /// Adds to the request. What was left of an answer is gone.
    pub(crate) fn write(&mut self, octets: &[u8], ram: &mut RamBudget) -> Result<(), OutOf> {
        if let Some(answer) = self.answer.take() {
            ram.release(answer.charged);
        }
        ram.charge(octets.len() as u64)?;
        self.request.extend_from_slice(octets);
        Ok(())
    }

    /// Takes the request that has been written, if there is one.
    pub(crate) fn take_request(&mut self, ram: &mut RamBudget) -> Option<Vec<u8>> {
        if self.request.is_empty() {
            return None;
        }
        ram.release(self.request.len() as u32);
        Some(std::mem::take(&mut self.request))
    }

    fn release(&self, ram: &mut RamBudget) {
        // Charged octets are fewer than 2^32.
        ram.release(self.request.len() as u32);
        ram.release(self.answer.as_ref().map_or(0, |file| file.charged));
    }
}

/// The descriptors by number. There are never more numbers than [`MAX_OPEN`], for a new one is taken only
/// when all are in use.
#[derive(Debug)]
pub(crate) struct Table {
    slots: Vec<Option<Descriptor>>,
    /// Numbers to be used again, the next one last.
    free: Vec<u32>,
}

impl Table {
    /// Descriptors 0 to 3.
    pub(crate) fn new(stdin: File) -> Self {
        let root = Descriptor::Dir { path: Box::default(), preopen: true };
        let start = [Descriptor::File(stdin), Descriptor::Stdout, Descriptor::Stderr, root];
        Table { slots: start.into_iter().map(Some).collect(), free: Vec::new() }
    }

    pub(crate) fn get(&self, fd: u32) -> Outcome<&Descriptor> {
        self.slots.get(fd as usize).and_then(Option::as_ref).ok_or(Errno::Badf.into())
    }

    pub(crate) fn get_mut(&mut self, fd: u32) -> Outcome<&mut Descriptor> {
        self.slots.get_mut(fd as usize).and_then(Option::as_mut).ok_or(Errno::Badf.into())
    }

    /// A directory's path.
    pub(crate) fn dir(&self, fd: u32) -> Outcome<&str> {
        match self.get(fd)? {
            Descriptor::Dir { path, .. } => Ok(path),
            _ => Err(Errno::Badf.into()),
        }
    }

    /// Opens a descriptor: with the number freed last, else with a new one, which costs RAM.
    pub(crate) fn alloc(&mut self, descriptor: Descriptor, ram: &mut RamBudget) -> Result<u32, OutOf> {
        if self.slots.len() - self.free.len() >= MAX_OPEN {
            return Err(OutOf::Fds);
        }
        if let Some(fd) = self.free.pop() {
            self.slots[fd as usize] = Some(descriptor);
            return Ok(fd);
        }
        ram.charge(NEW_NUMBER)?;
        self.slots.push(Some(descriptor));
        Ok(self.slots.len() as u32 - 1)
    }

    /// Closes a descriptor.
    pub(crate) fn close(&mut self, fd: u32, ram: &mut RamBudget) -> Outcome {
        let slot = self.slots.get_mut(fd as usize).ok_or(Errno::Badf)?;
        let closed = slot.take().ok_or(Errno::Badf)?;
        match closed {
            Descriptor::File(file) => ram.release(file.charged),
            Descriptor::Device(device) => device.release(ram),
            Descriptor::Dir { .. } | Descriptor::Stdout | Descriptor::Stderr => {}
        }
        self.free.push(fd);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasi::abi::Fail;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The rules for numbers, word by word.
    struct Model {
        open: BTreeSet<u32>,
        next_id: u32,
        free: Vec<u32>,
        ram: u32,
    }

    impl Model {
        fn alloc(&mut self) -> Result<u32, OutOf> {
            if self.open.len() >= 1024 {
                return Err(OutOf::Fds);
            }
            let fd = match self.free.pop() {
                Some(fd) => fd,
                None => {
                    self.ram = self.ram.checked_sub(96).ok_or(OutOf::Memory)?;
                    self.next_id += 1;
                    self.next_id
                }
            };
            self.open.insert(fd);
            Ok(fd)
        }

        fn close(&mut self, fd: u32) -> bool {
            let was_open = self.open.remove(&fd);
            if was_open {
                self.free.push(fd);
            }
            was_open
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..Default::default() })]
        #[test]
        fn numbers_follow_the_rules(
            // Opens that many, closes one; the first number decides how far descriptors suffice.
            steps in prop::collection::vec((0_u32..60, 0_u32..1100), 1..150),
            ram in prop_oneof![Just(u32::MAX), 0_u32..200_000],
        ) {
            let mut budget = RamBudget::new(ram);
            let mut table = Table::new(File::mapped(Arc::default()));
            let mut model = Model { open: (0..4).collect(), next_id: 3, free: Vec::new(), ram };
            for (opens, close) in steps {
                for _ in 0..opens {
                    let descriptor = Descriptor::File(File::mapped(Arc::default()));
                    prop_assert_eq!(table.alloc(descriptor, &mut budget), model.alloc());
                    prop_assert_eq!(budget.left(), model.ram);
                }
                let closed = table.close(close, &mut budget);
                prop_assert!(matches!(closed, Ok(()) | Err(Fail::Errno(Errno::Badf))));
                prop_assert_eq!(closed.is_ok(), model.close(close));
            }
            prop_assert!((0..1100).all(|fd| table.get(fd).is_ok() == model.open.contains(&fd)));
        }
    }
}
