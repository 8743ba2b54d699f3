use std::vec;
use std::vec::Vec;

use super::super::i8x16_shuffle;
use super::lists::{complete_and_distinct, extracts, load_exts, replaces, splats};
use super::{Model, V128, join, row, samples, split, v};

pub(super) fn binary() -> Vec<Model> {
    fn pick(a: &[i128], s: &[i128]) -> Vec<i128> {
        s.iter().map(|&s| if s < 16 { a[s as usize] } else { 0 }).collect()
    }
    ["I8x16Swizzle", "I8x16RelaxedSwizzle"]
        .map(|name| Model { name, from: 8, signed: false, to: 8, f: pick })
        .into()
}

const SCALARS: [u64; 4] = [0x8182_8384_8586_8788, 0x7172_7374_7576_7778, u64::MAX, 1];

/// Name, width of the scalar, width of a lane.
const SPLATS: [(&str, u32, u32); 6] = [
    ("I8x16Splat", 32, 8),
    ("I16x8Splat", 32, 16),
    ("I32x4Splat", 32, 32),
    ("I64x2Splat", 64, 64),
    ("F32x4Splat", 32, 32),
    ("F64x2Splat", 64, 64),
];

const SAME_BITS: &[&[&str]] = &[
    &["I32x4Splat", "F32x4Splat"],
    &["I64x2Splat", "F64x2Splat"],
    &["I32x4ExtractLane", "F32x4ExtractLane"],
    &["I64x2ExtractLane", "F64x2ExtractLane"],
    &["I32x4ReplaceLane", "F32x4ReplaceLane"],
    &["I64x2ReplaceLane", "F64x2ReplaceLane"],
];

#[test]
fn splats_repeat_the_low_bits() {
    for (name, _, bits) in SPLATS {
        for scalar in SCALARS {
            let lanes = vec![i128::from(scalar); 128 / bits as usize];
            assert_eq!(row(&splats(), name)(scalar), join(&lanes, bits), "{name} of {scalar:x}");
        }
    }
    complete_and_distinct(&splats(), &SPLATS.map(|splat| splat.0), SAME_BITS, |f| SCALARS.map(f).to_vec());
}

/// Name, width of a lane, whether it is signed, width of the scalar.
const EXTRACTS: [(&str, u32, bool, u32); 8] = [
    ("I8x16ExtractLaneS", 8, true, 32),
    ("I8x16ExtractLaneU", 8, false, 32),
    ("I16x8ExtractLaneS", 16, true, 32),
    ("I16x8ExtractLaneU", 16, false, 32),
    ("I32x4ExtractLane", 32, false, 32),
    ("I64x2ExtractLane", 64, false, 64),
    ("F32x4ExtractLane", 32, false, 32),
    ("F64x2ExtractLane", 64, false, 64),
];

#[test]
fn extracts_extend_to_the_scalar() {
    for (name, bits, signed, scalar) in EXTRACTS {
        let eval = row(&extracts(), name);
        for a in samples() {
            for (i, lane) in split(a, bits, signed).into_iter().enumerate() {
                assert_eq!(i128::from(eval(a, i as u8)), lane & ((1 << scalar) - 1), "{name} {i} of {a:x?}");
            }
        }
    }
    complete_and_distinct(&extracts(), &EXTRACTS.map(|extract| extract.0), SAME_BITS, |f| {
        samples().into_iter().map(|a| f(a, 1)).collect()
    });
}

#[test]
fn replaces_change_one_lane() {
    let widths = SPLATS.map(|(name, _, bits)| (name.replace("Splat", "ReplaceLane"), bits));
    for (name, bits) in &widths {
        let eval = row(&replaces(), name);
        for a in samples() {
            for scalar in SCALARS {
                for i in 0..128 / bits {
                    let mut lanes = split(a, *bits, false);
                    lanes[i as usize] = scalar.into();
                    assert_eq!(
                        eval(a, scalar, i as u8),
                        join(&lanes, *bits),
                        "{name} {i} of {a:x?}, {scalar:x}"
                    );
                }
            }
        }
    }
    let names: Vec<&'static str> = replaces().iter().map(|row| row.0).collect();
    assert_eq!(names, widths.each_ref().map(|(name, _)| name.as_str()));
    complete_and_distinct(&replaces(), &names, SAME_BITS, |f| {
        samples().into_iter().map(|a| f(a, 0x0102_0304_0506_0708, 1)).collect()
    });
}

#[test]
fn lane_bits_above_the_count_are_ignored() {
    let a = samples()[5];
    for (name, bits, ..) in EXTRACTS {
        let count = (128 / bits) as u8;
        assert_eq!(row(&extracts(), name)(a, 1 | count), row(&extracts(), name)(a, 1), "{name}");
    }
}

/// Name, bits read, bits of a lane read, bits of a lane made, whether it is signed, lanes made of it.
const LOADS: [(&str, u32, u32, u32, bool, usize); 12] = [
    ("V128Load8x8S", 64, 8, 16, true, 8),
    ("V128Load8x8U", 64, 8, 16, false, 8),
    ("V128Load16x4S", 64, 16, 32, true, 4),
    ("V128Load16x4U", 64, 16, 32, false, 4),
    ("V128Load32x2S", 64, 32, 64, true, 2),
    ("V128Load32x2U", 64, 32, 64, false, 2),
    ("V128Load8Splat", 8, 8, 8, false, 16),
    ("V128Load16Splat", 16, 16, 16, false, 8),
    ("V128Load32Splat", 32, 32, 32, false, 4),
    ("V128Load64Splat", 64, 64, 64, false, 2),
    ("V128Load32Zero", 32, 32, 32, false, 1),
    ("V128Load64Zero", 64, 64, 64, false, 1),
];

#[test]
fn loads_extend_splat_or_fill_with_zero() {
    for (name, read, from, to, signed, made) in LOADS {
        for scalar in SCALARS {
            let raw = scalar & (u64::MAX >> (64 - read));
            let lanes = split(V128::from_cells(raw, 0), from, signed);
            let mut want = vec![0; 128 / to as usize];
            for (i, want) in want.iter_mut().take(made).enumerate() {
                *want = lanes[if from == read { 0 } else { i }];
            }
            assert_eq!(row(&load_exts(), name)(raw), join(&want, to), "{name} of {raw:x}");
        }
    }
    complete_and_distinct(&load_exts(), &LOADS.map(|load| load.0), &[], |f| SCALARS.map(f).to_vec());
}

#[test]
fn load_rows_name_the_bytes_they_read() {
    use super::super::*;
    macro_rules! sizes {
        ($($row:ident($memory:ty) = $path:path;)*) => {
            [$((stringify!($row), size_of::<<$row as VLoadExt>::M>() as u32 * 8)),*]
        };
    }
    assert_eq!(simd_load_ext!(sizes), LOADS.map(|load| (load.0, load.1)));
}

#[test]
fn shuffle_picks_from_both_operands() {
    let a = v([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    let b = v([16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);
    let lanes = [31, 0, 30, 1, 15, 16, 15, 16, 7, 7, 7, 7, 23, 8, 24, 9];
    assert_eq!(i8x16_shuffle(a, b, lanes).to_bytes(), lanes);
    assert_eq!(i8x16_shuffle(a, b, lanes.map(|lane| lane | 0xe0)).to_bytes(), lanes);
}

#[test]
fn swizzle_gives_zero_from_16_on() {
    let a = v([100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115]);
    let s = v([15, 16, 0, 17, 31, 32, 127, 128, 255, 1, 240, 14, 13, 2, 200, 3]);
    let want = v([115, 0, 100, 0, 0, 0, 0, 0, 0, 101, 0, 114, 113, 102, 0, 103]);
    assert_eq!(super::super::lane::i8x16_swizzle(a, s), want);
}
