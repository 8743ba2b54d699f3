//! References of the hierarchies `any` and `extern` as cells. Null is zero, as everywhere. A host value is its number and
//! one, in either hierarchy; small integers and objects have upper bits that no such number has. So a conversion between
//! the hierarchies changes nothing, and equal references are equal cells.

/// The upper sixteen bits of a reference to an object.
const OBJECT: u64 = 0x5e1f;
/// The upper 32 bits of a small integer; it is in the lower 31.
const I31: u64 = 0x5e20_0000;

/// The place of an object, and which of the objects it is that have been there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub number: u32,
    pub generation: u16,
}

/// The cell that refers to the object at a place.
pub(crate) fn of_object(place: Place) -> u64 {
    OBJECT << 48 | u64::from(place.generation) << 32 | u64::from(place.number)
}

/// The place of the object that a cell refers to, if it does.
pub(crate) fn object(cell: u64) -> Option<Place> {
    (cell >> 48 == OBJECT).then_some(Place { number: cell as u32, generation: (cell >> 32) as u16 })
}

/// The cell of a small integer: the lower 31 bits of `value`.
pub(crate) fn of_i31(value: u32) -> u64 {
    I31 << 32 | u64::from(value & 0x7fff_ffff)
}

/// The 31 bits of a small integer, if the cell is one.
pub(crate) fn i31(cell: u64) -> Option<u32> {
    (cell >> 32 == I31).then_some(cell as u32)
}

/// The same with its sign.
pub(crate) fn signed_i31(cell: u64) -> Option<i32> {
    i31(cell).map(|bits| (bits << 1) as i32 >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_tell_what_they_are() {
        for number in [0, 1, 77, u32::MAX] {
            for generation in [0, 1, u16::MAX] {
                let place = Place { number, generation };
                assert_eq!(object(of_object(place)), Some(place));
                assert_eq!(i31(of_object(place)), None);
            }
            assert_eq!(i31(of_i31(number)), Some(number & 0x7fff_ffff));
            assert_eq!(object(of_i31(number)), None);
            // A host value.
            assert_eq!((object(u64::from(number) + 1), i31(u64::from(number) + 1)), (None, None));
        }
    }
}
