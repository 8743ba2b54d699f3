//! The short ways of soft floats against the whole instructions.

use crate::ops::prove::{Inputs, Operand, SPECIAL_F32, SPECIAL_F64};
use crate::ops::short::{
    Short, VShortBin, VShortTern, short_binops, short_vector_binops, short_vector_ternops,
};
use crate::ops::simd::{self, V128};
use crate::ops::{self, Slot, Soft};

/// Random vectors.
const VECTORS: u64 = 100_000;

/// The vector with these bits of lanes, `width` bits each.
fn vector(width: u32, mut lane: impl FnMut(usize) -> u64) -> V128 {
    let mut lane = |i: usize| u128::from(lane(i) & (u64::MAX >> (64 - width)));
    let lanes = (0..128 / width as usize).map(|i| lane(i) << (i * width as usize));
    V128::from_u128(lanes.sum())
}

/// Triples of vectors, random, near one, or of special values; the same on each run.
fn vectors(width: u32) -> impl Iterator<Item = [V128; 3]> {
    let operand = if width == 32 { Operand::F32 } else { Operand::F64 };
    let mut inputs = Inputs::new(5 << 40);
    let random = (0..VECTORS).map(move |_| {
        let pairs: [[(u64, u64); 4]; 2] = [[(); 4], [(); 4]].map(|row| row.map(|()| inputs.pair(operand)));
        [vector(width, |i| pairs[0][i].0), vector(width, |i| pairs[0][i].1), vector(width, |i| pairs[1][i].0)]
    });
    // Of exponents near that of 1: these go the short way.
    let mut inputs_near_one = Inputs::new(6 << 40);
    let bias = if width == 32 { 127 << 23 } else { 1023 << 52 };
    let fraction_bits = if width == 32 { 23 } else { 52 };
    let near_one = (0..VECTORS / 10).map(move |_| {
        [(); 3].map(|()| {
            vector(width, |_| {
                let (bits, _) = inputs_near_one.pair(operand);
                let (sign, fraction) = (bits >> (width - 1), bits & ((1 << fraction_bits) - 1));
                let exponent = bits >> fraction_bits & 7;
                (sign << (width - 1)) | (bias - (exponent << fraction_bits)) | fraction
            })
        })
    });
    let special = move |place: usize| -> u64 {
        let sign = ((place / 64 % 2) as u64) << (width - 1);
        let magnitude = if width == 32 {
            SPECIAL_F32[place % 64 % SPECIAL_F32.len()].into()
        } else {
            SPECIAL_F64[place % 64 % SPECIAL_F64.len()]
        };
        sign | magnitude
    };
    let special = (0..128 * 128).map(move |pair| {
        // Lane by lane another pair, so that every pair meets ordinary and special neighbours.
        let (a, b) =
            (move |i: usize| special((pair + i * 37) % 128), move |i: usize| special(pair / 128 + i));
        [vector(width, a), vector(width, b), vector(width, |i| special(pair / 128 + pair % 128 + i))]
    });
    random.chain(near_one).chain(special)
}

#[test]
fn vectors_of_two_operands_agree() {
    macro_rules! check {
        ($($name:ident = $short:path, $long:path;)*) => { $({
            let width = if stringify!($name).starts_with("F32") { 32 } else { 64 };
            let mut found = 0;
            for [a, b, _] in vectors(width) {
                let whole = <simd::$name<Soft> as simd::VBinOp>::eval(a, b);
                let long = <simd::$name<Soft> as VShortBin>::long(a, b);
                assert_eq!(long, whole, "{} {a:x?} {b:x?}, the long way", stringify!($name));
                if let Some(short) = <simd::$name<Soft> as VShortBin>::short(a, b) {
                    found += 1;
                    assert_eq!(short, whole, "{} {a:x?} {b:x?}", stringify!($name));
                }
            }
            assert!(found > 1_000, "{}: {found} the short way", stringify!($name));
        })* };
    }
    short_vector_binops!(check);
}

#[test]
fn vectors_of_three_operands_agree() {
    macro_rules! check {
        ($($name:ident = $short:path, $long:path;)*) => { $({
            let width = if stringify!($name).starts_with("F32") { 32 } else { 64 };
            let mut found = 0;
            for [a, b, c] in vectors(width) {
                let whole = <simd::$name<Soft> as simd::VTernOp>::eval(a, b, c);
                let long = <simd::$name<Soft> as VShortTern>::long(a, b, c);
                assert_eq!(long, whole, "{} {a:x?} {b:x?} {c:x?}, the long way", stringify!($name));
                if let Some(short) = <simd::$name<Soft> as VShortTern>::short(a, b, c) {
                    found += 1;
                    assert_eq!(short, whole, "{} {a:x?} {b:x?} {c:x?}", stringify!($name));
                }
            }
            assert!(found > 1_000, "{}: {found} the short way", stringify!($name));
        })* };
    }
    short_vector_ternops!(check);
}

#[test]
fn the_long_way_finds_everything() {
    macro_rules! check {
        ($($name:ident = $short:path, $long:path;)*) => { $({
            let width = if stringify!($name).starts_with("F32") { 32 } else { 64 };
            for [a, b, _] in vectors(width) {
                let (a, b) = (Slot::from_slot(a.to_cells().0), Slot::from_slot(b.to_cells().0));
                let long = <ops::$name<Soft> as Short>::long(a, b);
                let whole = <ops::$name<Soft> as ops::BinOp>::eval(a, b);
                assert_eq!(Ok(long), whole, "{} {a:x?} {b:x?}", stringify!($name));
            }
        })* };
    }
    short_binops!(check);
}

/// That the short way's result is right is part of the proof: `eval` begins with it.
#[test]
fn ordinary_numbers_go_the_short_way() {
    macro_rules! check {
        ($($name:ident = $short:path, $long:path;)*) => { $({
            let narrow = stringify!($name).starts_with("F32");
            let bits = |x: f64| if narrow { u64::from((x as f32).to_bits()) } else { x.to_bits() };
            for (a, b) in [(1.5, 0.75), (-3.0, 1e10), (1e-3, -7.0), (2.0, 4.0), (0.1, -0.3)] {
                let short = <ops::$name<Soft> as Short>::short(Slot::from_slot(bits(a)), Slot::from_slot(bits(b)));
                let whole = <ops::$name<Soft> as ops::BinOp>::eval(Slot::from_slot(bits(a)), Slot::from_slot(bits(b)));
                assert_eq!(short, whole.ok(), "{} {a} {b}", stringify!($name));
            }
        })* };
    }
    short_binops!(check);
}
