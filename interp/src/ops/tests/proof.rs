//! The short proof of the float instructions: millions of inputs, against hardware and the C reference.
//! `examples/prove_floats.rs` is the long one.

use alloc::vec::Vec;

use crate::ops::prove::{Inputs, Operand, SPECIAL_F32, SPECIAL_F64, reference, rows};

/// Inputs for all instructions together.
const TOTAL: u64 = 10_000_000;
/// The number of float instructions.
const INSTRUCTIONS: u64 = 66;
/// Inputs made at a time.
const BLOCK: usize = 1000;

/// Runs every instruction with this kind of operand on random pairs.
fn random_pairs(operand: Operand, seed: u64) {
    let mut pairs = Vec::with_capacity(BLOCK);
    for block in 0..TOTAL / INSTRUCTIONS / BLOCK as u64 + 1 {
        let mut inputs = Inputs::new(seed + block);
        pairs.clear();
        pairs.extend((0..BLOCK).map(|_| inputs.pair(operand)));
        check(operand, &pairs);
    }
}

/// Runs every instruction with this kind of operand.
fn check(operand: Operand, pairs: &[(u64, u64)]) {
    for row in rows().filter(|row| row.operand == operand) {
        if let Err(mismatch) = (row.check)(pairs) {
            panic!("{mismatch}");
        }
    }
}

#[test]
fn the_proof_covers_every_float_instruction() {
    assert_eq!(rows().count() as u64, INSTRUCTIONS);
    let binary: Vec<&str> = rows().filter(|row| row.binary).map(|row| row.name).collect();
    assert_eq!(binary.len(), 2 * (7 + 6)); // Core 3.0, 4.3.3: `fadd` to `fcopysign`, `feq` to `fge`
    assert!(binary.iter().all(|name| name.starts_with('F')));
}

#[test]
fn the_reference_is_berkeley_softfloat_where_it_builds() {
    let builds = cfg!(all(target_arch = "x86_64", target_os = "linux"));
    assert_eq!(reference(), if builds { "Berkeley" } else { "Hard" });
}

#[test]
fn f32_agrees_on_random_pairs() {
    random_pairs(Operand::F32, 1 << 40);
}

#[test]
fn f64_agrees_on_random_pairs() {
    random_pairs(Operand::F64, 2 << 40);
}

#[test]
fn i32_agrees_on_random_integers() {
    random_pairs(Operand::I32, 3 << 40);
}

#[test]
fn i64_agrees_on_random_integers() {
    random_pairs(Operand::I64, 4 << 40);
}

#[test]
fn all_pairs_of_special_values_agree() {
    let with_signs = |magnitudes: Vec<u64>, sign: u64| -> Vec<u64> {
        magnitudes.into_iter().flat_map(|magnitude| [magnitude, magnitude | sign]).collect()
    };
    let f32s = with_signs(SPECIAL_F32.iter().map(|&bits| bits.into()).collect(), 1 << 31);
    let f64s = with_signs(SPECIAL_F64.to_vec(), 1 << 63);
    for (operand, values) in [(Operand::F32, f32s), (Operand::F64, f64s)] {
        for &a in &values {
            let pairs: Vec<_> = values.iter().map(|&b| (a, b)).collect();
            check(operand, &pairs);
        }
    }
}

/// All distances and carries of a sum: powers of two and their neighbours, and all with few digits.
#[test]
fn sums_about_every_alignment_agree() {
    let near = |exponent: u64, fraction_bits: u32| {
        let power = exponent << fraction_bits;
        let ones = (1 << fraction_bits) - 1;
        [
            power,
            power + 1,
            power + 2,
            power + 3,
            power + (ones >> 1),
            power + (ones >> 1) + 1,
            power + ones - 1,
            power + ones,
        ]
    };
    for (operand, fraction_bits, exponent, sign) in
        [(Operand::F32, 23, 127, 1 << 31), (Operand::F64, 52, 1023, 1 << 63)]
    {
        for distance in 0..70 {
            let mut pairs = Vec::new();
            for a in near(exponent, fraction_bits) {
                for b in near(exponent - distance, fraction_bits) {
                    pairs.extend([(a, b), (a, b | sign), (b, a), (b, a | sign)]);
                }
            }
            check(operand, &pairs);
        }
    }
}

/// Where the short ways begin and end: fields about their limits, each with each.
#[test]
fn the_ends_of_the_short_ways_agree() {
    let narrow: &[u64] = &[
        0, 1, 2, 29, 30, 31, 32, 33, 34, 40, 41, 42, 63, 64, 65, 127, 128, 188, 189, 190, 191, 252, 253, 254,
        255,
    ];
    let wide: &[u64] = &[
        0, 1, 2, 60, 61, 62, 63, 64, 65, 511, 512, 513, 1023, 1024, 1532, 1533, 1534, 1535, 2044, 2045, 2046,
        2047,
    ];
    for (operand, fraction_bits, fields) in [(Operand::F32, 23, narrow), (Operand::F64, 52, wide)] {
        let greatest = (1_u64 << fraction_bits) - 1;
        let sign = (fields[fields.len() - 1] + 1) << fraction_bits;
        let fractions = [0, 1, greatest / 2, greatest / 2 + 1, greatest];
        let mut numbers = Vec::new();
        for &field in fields {
            for fraction in fractions {
                let number = (field << fraction_bits) | fraction;
                numbers.extend([number, number | sign]);
            }
        }
        let pairs: Vec<_> = numbers.iter().flat_map(|&a| numbers.iter().map(move |&b| (a, b))).collect();
        check(operand, &pairs);
    }
}

#[test]
fn every_power_of_two_agrees() {
    for (operand, fraction_bits, exponents) in [(Operand::F32, 23, 256), (Operand::F64, 52, 2048)] {
        let powers = (0..2 * exponents).map(|exponent| exponent << fraction_bits);
        let pairs: Vec<_> = powers
            .flat_map(|power: u64| [(power, power + 1), (power + 1, power), (power.wrapping_sub(1), power)])
            .collect();
        let mask = if operand == Operand::F32 { u64::from(u32::MAX) } else { u64::MAX };
        check(operand, &pairs.iter().map(|&(a, b)| (a & mask, b & mask)).collect::<Vec<_>>());
    }
}
