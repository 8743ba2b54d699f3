//! Inputs for the float instructions: random, but with a taste for what is hard.

use crate::ops::{Floats, Hard};

/// What an operand of an instruction is. One of 32 bits takes the low half of a `u64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A float of 32 bits.
    F32,
    /// A float of 64 bits.
    F64,
    /// An integer of 32 bits.
    I32,
    /// An integer of 64 bits.
    I64,
}

impl Operand {
    /// From the name of a float instruction and the width of its operands.
    pub(super) const fn of(name: &str, bits: u32) -> Self {
        // `F32ConvertI32S` and its kin are those with a C as fourth letter; `Ceil` and `Copysign` are shorter.
        let integer = name.as_bytes()[3] == b'C' && name.len() == "F32ConvertI32S".len();
        match (integer, bits) {
            (false, 32) => Self::F32,
            (false, _) => Self::F64,
            (true, 32) => Self::I32,
            (true, _) => Self::I64,
        }
    }
}

/// Magnitudes of `f32`s, with one or more of each kind.
pub const SPECIAL_F32: &[u32] = &[
    0,
    1, // the least subnormal number
    2,
    0x0040_0000, // a subnormal one
    0x007f_ffff, // the greatest
    0x0080_0000, // the least normal number
    0x0080_0001,
    0x3eff_ffff, // below 1/2
    0x3f00_0000, // 1/2
    0x3f00_0001,
    0x3f7f_ffff, // below 1
    0x3f80_0000, // 1
    0x3f80_0001,
    0x3fc0_0000, // 1.5
    0x4020_0000, // 2.5
    0x4040_0000, // 3
    0x4a7f_ffff, // 2^22 - 1/4
    0x4aff_ffff, // 2^23 - 1/2
    0x4b00_0000, // 2^23
    0x4b00_0001,
    0x4b7f_ffff, // 2^24 - 1
    0x4b80_0000,
    0x4eff_ffff, // below 2^31
    0x4f00_0000,
    0x4f00_0001,
    0x4f7f_ffff, // below 2^32
    0x4f80_0000,
    0x5eff_ffff, // below 2^63
    0x5f00_0000,
    0x5f00_0001,
    0x5f7f_ffff, // below 2^64
    0x5f80_0000,
    0x7f00_0000, // 2^127
    0x7f7f_ffff, // the greatest
    0x7f80_0000, // infinity
    0x7f80_0001, // a signalling NaN
    0x7fa0_0000,
    0x7fbf_ffff,
    0x7fc0_0000, // a quiet one
    0x7fc0_0001,
    0x7fff_ffff,
];

/// Magnitudes of `f64`s, with one or more of each kind.
pub const SPECIAL_F64: &[u64] = &[
    0,
    1, // the least subnormal number
    2,
    0x0008_0000_0000_0000, // a subnormal one
    0x000f_ffff_ffff_ffff, // the greatest
    0x0010_0000_0000_0000, // the least normal number
    0x0010_0000_0000_0001,
    0x3690_0000_0000_0000, // 2^-150: half of the least f32
    0x3690_0000_0000_0001,
    0x36a0_0000_0000_0000, // the least f32
    0x380f_ffff_e000_0000, // the greatest subnormal f32
    0x380f_ffff_f000_0000, // half a unit above
    0x3810_0000_0000_0000, // the least normal f32
    0x3fdf_ffff_ffff_ffff, // below 1/2
    0x3fe0_0000_0000_0000, // 1/2
    0x3fe0_0000_0000_0001,
    0x3fef_ffff_ffff_ffff, // below 1
    0x3ff0_0000_0000_0000, // 1
    0x3ff0_0000_0000_0001,
    0x3ff0_0000_1000_0000, // half a unit of f32 above 1
    0x3ff0_0000_3000_0000, // and one and a half
    0x3ff8_0000_0000_0000, // 1.5
    0x4004_0000_0000_0000, // 2.5
    0x4008_0000_0000_0000, // 3
    0x41df_ffff_ffbf_ffff, // around 2^31 - 1
    0x41df_ffff_ffc0_0000,
    0x41df_ffff_ffff_ffff, // below 2^31
    0x41e0_0000_0000_0000,
    0x41e0_0000_0010_0000, // 2^31 + 1/2
    0x41e0_0000_001f_ffff, // below 2^31 + 1
    0x41e0_0000_0020_0000,
    0x41ef_ffff_ffe0_0000, // 2^32 - 1
    0x41ef_ffff_ffff_ffff, // below 2^32
    0x41f0_0000_0000_0000,
    0x432f_ffff_ffff_ffff, // 2^52 - 1/2
    0x4330_0000_0000_0000, // 2^52
    0x4330_0000_0000_0001,
    0x433f_ffff_ffff_ffff, // 2^53 - 1
    0x4340_0000_0000_0000,
    0x43df_ffff_ffff_ffff, // below 2^63
    0x43e0_0000_0000_0000,
    0x43e0_0000_0000_0001,
    0x43ef_ffff_ffff_ffff, // below 2^64
    0x43f0_0000_0000_0000,
    0x47ef_ffff_e000_0000, // the greatest f32
    0x47ef_ffff_efff_ffff, // just below half a unit above it
    0x47ef_ffff_f000_0000, // half a unit above it: rounds to infinity
    0x47f0_0000_0000_0000,
    0x7fe0_0000_0000_0000, // 2^1023
    0x7fef_ffff_ffff_ffff, // the greatest
    0x7ff0_0000_0000_0000, // infinity
    0x7ff0_0000_0000_0001, // a signalling NaN
    0x7ff4_0000_0000_0000,
    0x7ff7_ffff_ffff_ffff,
    0x7ff8_0000_0000_0000, // a quiet one
    0x7ff8_0000_0000_0001,
    0x7fff_ffff_ffff_ffff,
];

/// The parameters of a format.
#[derive(Clone, Copy)]
struct Shape {
    fraction_bits: u32,
    exponent_bits: u32,
}

impl Shape {
    const F32: Self = Self { fraction_bits: 23, exponent_bits: 8 };
    const F64: Self = Self { fraction_bits: 52, exponent_bits: 11 };

    /// The exponent field of infinities.
    fn max_exponent(self) -> u64 {
        (1 << self.exponent_bits) - 1
    }

    fn bias(self) -> u64 {
        self.max_exponent() >> 1
    }

    fn sign(self) -> u64 {
        1 << (self.exponent_bits + self.fraction_bits)
    }

    /// The float of these fields, each cut to its width.
    fn float(self, negative: bool, exponent: u64, fraction: u64) -> u64 {
        let fraction = fraction & ((1 << self.fraction_bits) - 1);
        (u64::from(negative) * self.sign())
            | ((exponent & self.max_exponent()) << self.fraction_bits)
            | fraction
    }

    /// The product, by the host: to make inputs with a known root or quotient.
    fn product(self, a: u64, b: u64) -> u64 {
        match self.fraction_bits {
            23 => u64::from(Hard::f32_mul(a as u32, b as u32)), // it is in the low half
            _ => Hard::f64_mul(a, b),
        }
    }
}

/// A source of inputs; the same ones for the same seed.
pub struct Inputs(u64);

impl Inputs {
    /// A source of its own for each seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1))
    }

    /// Two operands.
    pub fn pair(&mut self, operand: Operand) -> (u64, u64) {
        match operand {
            Operand::F32 => self.floats(Shape::F32),
            Operand::F64 => self.floats(Shape::F64),
            Operand::I32 => (self.integer() & 0xffff_ffff, self.integer() & 0xffff_ffff),
            Operand::I64 => (self.integer(), self.integer()),
        }
    }

    /// 64 random bits: a counter, scrambled by multiplications and shifts.
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let x = (x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        x ^ (x >> 32)
    }

    /// A random number below a small bound.
    fn below(&mut self, bound: u64) -> u64 {
        ((self.bits() >> 32) * bound) >> 32
    }

    /// 64 bits in patterns that round in every way: few ones, few zeros, long runs.
    fn pattern(&mut self) -> u64 {
        let (random, shift) = (self.bits(), self.below(64));
        match self.below(8) {
            0 | 1 => random,
            2 => 1 << shift,
            3 => (1 << shift) | (1 << self.below(64)),
            4 => (u64::MAX << shift) ^ (1 << self.below(64)),
            5 => random << shift,
            6 => random >> shift,
            _ => (1_u64 << shift).wrapping_add(self.below(5)).wrapping_sub(2),
        }
    }

    /// An integer: a pattern, as it is or negated.
    fn integer(&mut self) -> u64 {
        let pattern = self.pattern();
        if self.below(2) == 0 { pattern } else { pattern.wrapping_neg() }
    }

    /// A float of any kind.
    fn float(&mut self, shape: Shape) -> u64 {
        let (bias, max) = (shape.bias(), shape.max_exponent());
        let near = |offset: u64, width: u64, at: u64| at.wrapping_add(offset).wrapping_sub(width / 2);
        let exponent = match self.below(8) {
            0..=2 => self.bits(),
            3 => near(self.below(150), 150, bias),
            4 => self.below(3),
            5 => max - self.below(3),
            6 => near(
                self.below(6),
                6,
                [bias + 31, bias + 63, bias + u64::from(shape.fraction_bits)][self.below(3) as usize],
            ),
            _ => near(self.below(6), 6, bias),
        };
        let random = self.bits();
        let float = shape.float(random & 1 == 0, exponent, self.pattern());
        match self.below(16) {
            0 => self.special(shape),
            1 => self.around(shape.product(float, float)), // nearly a square
            2 => {
                // a square of a number with few digits, so exactly
                let short = float & !((1 << (shape.fraction_bits / 2 + 1)) - 1);
                shape.product(short, short)
            }
            _ => float,
        }
    }

    /// One of the special values, or next to it, of either sign.
    fn special(&mut self, shape: Shape) -> u64 {
        let magnitude = match shape.fraction_bits {
            23 => u64::from(SPECIAL_F32[self.below(SPECIAL_F32.len() as u64) as usize]),
            _ => SPECIAL_F64[self.below(SPECIAL_F64.len() as u64) as usize],
        };
        let float = if self.below(4) == 0 { self.around(magnitude) & (shape.sign() - 1) } else { magnitude };
        float | (self.below(2) * shape.sign())
    }

    /// The bits of a near number.
    fn around(&mut self, float: u64) -> u64 {
        float.wrapping_add(self.below(5)).wrapping_sub(2)
    }

    /// Two floats, often such that their sum, product or quotient is near a border.
    fn floats(&mut self, shape: Shape) -> (u64, u64) {
        let a = self.float(shape);
        let bits = u64::from(shape.fraction_bits);
        let exponent = (a & !shape.sign()) >> shape.fraction_bits;
        let random = self.bits();
        let negative = random & 1 == 0;
        let b_exponent = match self.below(8) {
            // sums: alike in exponent, up to where the lesser one is lost
            0 => (exponent + self.below(2 * bits + 9)).wrapping_sub(bits + 4),
            // sums: nearly opposite or the same
            1 => {
                let b = self.around(a) ^ (u64::from(negative) * shape.sign());
                return (a, b & (shape.sign() | (shape.sign() - 1)));
            }
            // products about the least normal number, and about the greatest
            2 => (shape.bias() + 3).wrapping_sub(exponent).wrapping_sub(self.below(bits + 6)),
            3 => (shape.bias() + shape.max_exponent() + 2).wrapping_sub(exponent).wrapping_sub(self.below(4)),
            // quotients about the least normal number, and about the greatest
            4 => exponent.wrapping_add(shape.bias() + self.below(bits + 6)).wrapping_sub(3),
            5 => exponent.wrapping_sub(shape.bias() + 3).wrapping_add(self.below(6)),
            // quotients that come out even, or nearly
            6 => {
                let b = self.float(shape);
                let (a, b) = if negative {
                    (a, b)
                } else {
                    (a >> (bits / 2) << (bits / 2), b >> (bits / 2) << (bits / 2))
                };
                return (shape.product(a, b), b);
            }
            _ => return (a, self.float(shape)),
        };
        (a, shape.float(negative, b_exponent, self.pattern()))
    }
}
