//! Structs and arrays: where they are, how large they count, when what nobody can reach goes. Spec: Core 3.0, 4.2.12 to
//! 4.2.14.
//!
//! - `any`: references for the embedder.
//! - `cell`: references of the heap as cells.
//! - `object`: one struct or array, and how its fields lie.
//! - `constant`: objects of constant expressions.
//! - `instruction`: what the instructions do, for both tiers; `price`: what they cost.
//! - `walk`: what a fingerprint covers of it.
//! - `collect`: which objects go, and when. Both depend on nothing but what the program has done.
//!
//! An object has a number as long as it is there. Numbers are used again, up to 65,536 times; that shows nowhere, for code
//! can only ask whether two references are the same, and the embedder's references know which object they meant.

mod any;
pub(crate) mod cell;
pub(crate) mod collect;
pub(crate) mod constant;
mod instruction;
mod object;
mod price;
mod walk;

pub use any::AnyRef;
pub(crate) use instruction::{HeapOp, METERED, PLAIN, Shape};
pub(crate) use object::{Layout, Object};
pub(crate) use walk::Walk;

use alloc::vec::Vec;
use cell::Place;

/// Bytes of objects that a store may have if no [`crate::ResourceLimiter`] says otherwise.
pub const HEAP_BYTES: u64 = 256 << 20;

/// A place for an object.
#[derive(Default)]
struct Room {
    /// How many objects have gone from here.
    generation: u16,
    object: Option<Object>,
}

/// The objects of a store.
#[derive(Default)]
pub(crate) struct Heap {
    /// By number; those without an object are in `free`, but for those in which there have been too many.
    rooms: Vec<Room>,
    /// Numbers that can be given out again, the one to be taken next last.
    free: Vec<u32>,
    /// What all objects count.
    bytes: u64,
    /// At how many bytes objects may go next, where the limiter refuses more.
    soonest: u64,
    /// At how many bytes they are to go.
    next: u64,
    /// Bytes that the limiter has allowed.
    granted: u64,
}

impl Heap {
    /// Whether an object that counts so many bytes can be made at once.
    pub fn fits(&self, bytes: u64) -> bool {
        self.bytes.saturating_add(bytes) <= self.next.min(self.granted)
    }

    /// Adds an object of the type with this number in the store, with all bits of its fields zero; the cell that refers
    /// to it. That it [fits](Heap::fits) has been seen.
    pub fn add(&mut self, ty: u32, len: u32, bytes: usize) -> u64 {
        let object = Object { ty, len, bytes: alloc::vec![0; bytes].into_boxed_slice() };
        self.bytes += object.counted();
        let number = self.free.pop().unwrap_or_else(|| {
            self.rooms.push(Room::default());
            self.rooms.len() as u32 - 1
        });
        let room = &mut self.rooms[number as usize];
        room.object = Some(object);
        cell::of_object(Place { number, generation: room.generation })
    }

    /// The object that a cell refers to, if it refers to one that is there.
    #[inline]
    pub fn get(&self, cell: u64) -> Option<&Object> {
        let place = cell::object(cell)?;
        let room = self.rooms.get(place.number as usize)?;
        room.object.as_ref().filter(|_| room.generation == place.generation)
    }

    /// The object that a cell refers to, if it refers to one that is there.
    #[inline]
    pub fn get_mut(&mut self, cell: u64) -> Option<&mut Object> {
        let place = cell::object(cell)?;
        let room = self.rooms.get_mut(place.number as usize)?;
        room.object.as_mut().filter(|_| room.generation == place.generation)
    }
}
