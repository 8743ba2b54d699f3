//! Instructions by name, and what reads one of validated code. Spec: Core 3.0, 5.4 Instructions.

mod list;

macro_rules! define_opcode {
    ($($name:ident = $code:literal $text:literal;)*) => {
        /// An instruction, without its immediates. The order is that of the binary format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Opcode {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Opcode {
            /// Every instruction, in the order of the binary format.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$name,)*];
            /// How many instructions there are.
            pub const COUNT: usize = Self::ALL.len();
            const CODES: &'static [u32] = &[$($code,)*];
            const TEXTS: &'static [&'static str] = &[$($text,)*];
        }
    };
}

list::for_each_opcode!(define_opcode);

/// Prefix of the instructions of the heap.
const PREFIX_GC: u8 = 0xfb;
/// Prefix of saturating truncations, bulk operations and wide arithmetic.
pub(crate) const PREFIX_MISC: u8 = 0xfc;
/// Prefix of SIMD instructions.
const PREFIX_SIMD: u8 = 0xfd;

/// Instructions of one prefix, by sub-opcode; holes are `Unreachable` and never met in validated code.
const fn table<const N: usize>(prefix: u32) -> [Opcode; N] {
    let mut table = [Opcode::Unreachable; N];
    let mut i = 0;
    while i < Opcode::COUNT {
        let code = Opcode::CODES[i];
        if code >> 16 == prefix {
            table[(code & 0xffff) as usize] = Opcode::ALL[i];
        }
        i += 1;
    }
    table
}

static PLAIN: [Opcode; 256] = table(0);
static GC: [Opcode; 64] = table(PREFIX_GC as u32);
static MISC: [Opcode; 32] = table(PREFIX_MISC as u32);
static SIMD: [Opcode; 512] = table(PREFIX_SIMD as u32);

impl Opcode {
    /// The instruction's name in the text format.
    #[must_use]
    pub fn text(self) -> &'static str {
        Self::TEXTS[self as usize]
    }

    /// Prefix byte (0 for none) in bits 16 and up, opcode or sub-opcode below.
    #[must_use]
    pub const fn code(self) -> u32 {
        Self::CODES[self as usize]
    }

    /// Whether a float type stands in the instruction's name: these are what a `Config` can ban.
    #[must_use]
    pub fn names_a_float(self) -> bool {
        let text = self.text();
        text.contains("f32") || text.contains("f64")
    }

    /// The instruction behind the prefix of saturating truncations and bulk operations, by its sub-opcode.
    pub(crate) fn misc(sub: u8) -> Option<Opcode> {
        MISC.get(usize::from(sub)).copied().filter(|opcode| opcode.code() >> 16 != 0)
    }

    /// Reads the instruction at `pc` of validated code; returns it and where its immediates start.
    /// Past the end, or at an unknown opcode (neither is in validated code), the answer is `Unreachable`.
    #[must_use]
    #[inline(always)]
    pub fn decode(code: &[u8], pc: usize) -> (Opcode, usize) {
        let Some(&byte) = code.get(pc) else { return (Opcode::Unreachable, pc) };
        if byte < PREFIX_GC {
            return (PLAIN[usize::from(byte)], pc + 1);
        }
        let (sub, next) = crate::leb::u32(code, pc + 1);
        let table: &[Opcode] = match byte {
            PREFIX_GC => &GC,
            PREFIX_MISC => &MISC,
            _ => &SIMD,
        };
        (table.get(sub as usize).copied().unwrap_or(Opcode::Unreachable), next)
    }
}

#[cfg(test)]
mod tests {
    use super::Opcode;
    use alloc::vec;

    #[test]
    fn every_instruction_decodes_to_itself() {
        for &opcode in Opcode::ALL {
            let code = opcode.code();
            let bytes = match code >> 16 {
                0 => vec![code as u8],
                prefix => vec![prefix as u8, (code & 0x7f) as u8 | 0x80, ((code & 0xffff) >> 7) as u8],
            };
            assert_eq!(Opcode::decode(&bytes, 0), (opcode, bytes.len()), "{}", opcode.text());
        }
    }

    #[test]
    fn codes_are_in_ascending_order_and_unique() {
        assert!(Opcode::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
    }
}
