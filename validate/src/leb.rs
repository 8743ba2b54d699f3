//! LEB128 numbers of code that has been validated. Spec: Core 3.0, 5.2.2 Integers.
//!
//! Total on any input: past the end of the code the missing bytes read as zero.

/// An unsigned 32-bit number at `pc`, and where it ends.
#[must_use]
#[inline(always)]
pub fn u32(code: &[u8], pc: usize) -> (u32, usize) {
    match code.get(pc) {
        Some(&byte) if byte < 0x80 => (u32::from(byte), pc + 1),
        _ => {
            let (value, next) = unsigned(code, pc, 5);
            (value as u32, next)
        }
    }
}

/// An unsigned 64-bit number at `pc`, and where it ends.
#[must_use]
#[inline(always)]
pub fn u64(code: &[u8], pc: usize) -> (u64, usize) {
    match code.get(pc) {
        Some(&byte) if byte < 0x80 => (u64::from(byte), pc + 1),
        _ => unsigned(code, pc, 10),
    }
}

/// A signed 32-bit number at `pc`, and where it ends.
#[must_use]
#[inline(always)]
pub fn i32(code: &[u8], pc: usize) -> (i32, usize) {
    let (value, next) = signed(code, pc, 5);
    (value as i32, next)
}

/// A signed 33-bit number at `pc` (a block type), and where it ends.
#[must_use]
pub fn i33(code: &[u8], pc: usize) -> (i64, usize) {
    signed(code, pc, 5)
}

/// A signed 64-bit number at `pc`, and where it ends.
#[must_use]
#[inline(always)]
pub fn i64(code: &[u8], pc: usize) -> (i64, usize) {
    signed(code, pc, 10)
}

fn unsigned(code: &[u8], mut pc: usize, max_bytes: u32) -> (u64, usize) {
    let mut value = 0;
    for i in 0..max_bytes {
        let byte = code.get(pc).copied().unwrap_or(0);
        pc += 1;
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            break;
        }
    }
    (value, pc)
}

fn signed(code: &[u8], mut pc: usize, max_bytes: u32) -> (i64, usize) {
    let mut value = 0i64;
    for i in 0..max_bytes {
        let byte = code.get(pc).copied().unwrap_or(0);
        pc += 1;
        value |= i64::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            let used = 7 * (i + 1);
            if used < 64 {
                value = (value << (64 - used)) >> (64 - used);
            }
            break;
        }
    }
    (value, pc)
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_of_one_and_of_many_bytes() {
        assert_eq!(super::u32(&[0x7f], 0), (127, 1));
        assert_eq!(super::u32(&[0xe5, 0x8e, 0x26], 0), (624_485, 3));
        assert_eq!(super::i32(&[0x7f], 0), (-1, 1));
        assert_eq!(super::i32(&[0xc0, 0xbb, 0x78], 0), (-123_456, 3));
        assert_eq!(super::i32(&[0x80, 0x80, 0x80, 0x80, 0x78], 0), (i32::MIN, 5));
        let min = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f];
        assert_eq!(super::i64(&min, 0), (i64::MIN, 10));
        assert_eq!(super::i33(&[0x40], 0), (-64, 1));
    }

    #[test]
    fn past_the_end_is_zero() {
        assert_eq!(super::u32(&[], 3), (0, 4));
        assert_eq!(super::i64(&[0x80], 0), (0, 2));
    }
}
