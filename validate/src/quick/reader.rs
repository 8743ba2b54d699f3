//! Reads what stands in code that has not been checked: strictly, and without saying what is wrong.

/// A place in code, up to where a function ends.
pub(super) struct Reader<'a> {
    code: &'a [u8],
    /// Offset in the module's bytes.
    pub pc: usize,
}

impl<'a> Reader<'a> {
    /// Reads `code` from `pc` on.
    pub fn new(code: &'a [u8], pc: usize) -> Self {
        Reader { code, pc }
    }

    /// Whether nothing is left.
    pub fn at_end(&self) -> bool {
        self.pc == self.code.len()
    }

    #[inline(always)]
    pub fn byte(&mut self) -> Option<u8> {
        let byte = *self.code.get(self.pc)?;
        self.pc += 1;
        Some(byte)
    }

    /// Steps over so many bytes.
    #[inline(always)]
    pub fn skip(&mut self, bytes: usize) -> Option<()> {
        self.pc += bytes;
        (self.pc <= self.code.len()).then_some(())
    }

    /// An unsigned number of 32 bits, of five bytes at most. Spec: Core 3.0, 5.2.2 Integers.
    #[inline(always)]
    pub fn u32(&mut self) -> Option<u32> {
        let byte = self.byte()?;
        if byte < 0x80 { Some(u32::from(byte)) } else { self.rest_of_u32(byte) }
    }

    fn rest_of_u32(&mut self, first: u8) -> Option<u32> {
        let mut value = u32::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let byte = self.byte()?;
            if shift == 28 && byte > 0x0f {
                return None;
            }
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// Steps over a signed number of 32 bits.
    #[inline(always)]
    pub fn skip_i32(&mut self) -> Option<()> {
        // The fifth byte has four bits of the number; the others repeat its sign.
        if self.byte()? < 0x80 { Some(()) } else { self.skip_rest(4, 0x78) }
    }

    /// Steps over a signed number of 64 bits.
    #[inline(always)]
    pub fn skip_i64(&mut self) -> Option<()> {
        // The tenth byte has one bit of the number, its sign; the others repeat it.
        if self.byte()? < 0x80 { Some(()) } else { self.skip_rest(9, 0x7f) }
    }

    /// Steps over the bytes behind the first: `more` at most, and if so many, with all bits of `sign` alike in
    /// the last.
    fn skip_rest(&mut self, more: u32, sign: u8) -> Option<()> {
        for left in (0..more).rev() {
            let byte = self.byte()?;
            if byte < 0x80 {
                let alike = byte & sign == 0 || byte & sign == sign;
                return (left > 0 || alike).then_some(());
            }
        }
        None
    }
}
