//! What the instructions of the heap cost beyond their static cost, and whether they trap: known before anything happens.

use super::instruction::HeapOp;
use super::object::Object;
use crate::gas::Schedule;
use crate::store::StoreInner;
use crate::trap::Trap;
use selfsame_validate::Opcode;

/// What an instruction takes that makes or moves much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    /// Gas beyond the static cost.
    pub units: u64,
    /// What the object that it makes counts; 0 if it makes none.
    pub bytes: u64,
}

impl Price {
    fn of_object(schedule: &Schedule, bytes: u64) -> Price {
        let counted = Object::counted_with(bytes);
        Price { units: schedule.heap_bytes(counted), bytes: counted }
    }

    fn of_moving(schedule: &Schedule, bytes: u64) -> Price {
        Price { units: schedule.bulk_bytes(bytes), bytes: 0 }
    }
}

impl HeapOp {
    /// The price of an instruction that makes an object, or moves elements of arrays. Its operands start at cell `at` of
    /// the stack.
    ///
    /// # Errors
    /// The trap that it ends with.
    pub fn price(&self, store: &StoreInner, instance: u32, at: usize) -> Result<Price, Trap> {
        use Opcode as O;
        let schedule = &store.engine.config().schedule;
        let data = &store.instances[instance as usize];
        let layout = store.types.layout(data.types[self.first as usize]);
        let operand = |index: usize| store.stack.cells[at + index];
        let new = |len: u32| Price::of_object(schedule, layout.array_bytes(len));
        let moving = |len: u32| Price::of_moving(schedule, layout.array_bytes(len));
        Ok(match self.opcode {
            O::StructNew | O::StructNewDefault => Price::of_object(schedule, layout.struct_bytes()),
            O::StructNewDesc | O::StructNewDefaultDesc => {
                if operand(self.descriptor_at(layout)) == 0 {
                    return Err(Trap::NullReference);
                }
                Price::of_object(schedule, layout.struct_bytes())
            }
            O::ArrayNewFixed => new(self.second),
            O::ArrayNewDefault => new(operand(0) as u32),
            // The value may take two cells.
            O::ArrayNew => new(operand(self.value_cells(layout)) as u32),
            O::ArrayNewData => {
                let len = operand(1) as u32;
                let source = data.data_segment(self.second).len() as u64;
                within(operand(0) as u32, layout.array_bytes(len), source, Trap::MemoryOutOfBounds)?;
                new(len)
            }
            O::ArrayNewElem => {
                let len = operand(1) as u32;
                let source = data.elements[self.second as usize].len() as u64;
                within(operand(0) as u32, len.into(), source, Trap::TableOutOfBounds)?;
                new(len)
            }
            O::ArrayFill => {
                let array = store.heap.get(operand(0)).ok_or(Trap::NullReference)?;
                let len = operand(2 + self.value_cells(layout)) as u32;
                within(operand(1) as u32, len.into(), array.len.into(), Trap::ArrayOutOfBounds)?;
                moving(len)
            }
            O::ArrayCopy => {
                let to = store.heap.get(operand(0)).ok_or(Trap::NullReference)?;
                let from = store.heap.get(operand(2)).ok_or(Trap::NullReference)?;
                let len = operand(4) as u32;
                within(operand(1) as u32, len.into(), to.len.into(), Trap::ArrayOutOfBounds)?;
                within(operand(3) as u32, len.into(), from.len.into(), Trap::ArrayOutOfBounds)?;
                moving(len)
            }
            // `array.init_data` and `array.init_elem`.
            _ => {
                let to = store.heap.get(operand(0)).ok_or(Trap::NullReference)?;
                let len = operand(3) as u32;
                within(operand(1) as u32, len.into(), to.len.into(), Trap::ArrayOutOfBounds)?;
                let from = operand(2) as u32;
                if self.opcode == O::ArrayInitData {
                    let source = data.data_segment(self.second).len() as u64;
                    within(from, layout.array_bytes(len), source, Trap::MemoryOutOfBounds)?;
                } else {
                    let source = data.elements[self.second as usize].len() as u64;
                    within(from, len.into(), source, Trap::TableOutOfBounds)?;
                }
                moving(len)
            }
        })
    }
}

/// Whether so many from `from` on are within `of`.
fn within(from: u32, len: u64, of: u64, trap: Trap) -> Result<(), Trap> {
    if u64::from(from) + len <= of { Ok(()) } else { Err(trap) }
}
