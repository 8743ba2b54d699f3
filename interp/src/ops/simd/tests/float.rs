use std::boxed::Box;
use std::vec;
use std::vec::Vec;

use super::lists::{float_binops, float_ternops, float_unops};
use super::{V128, join, row, split};
use crate::ops::{Floats, Hard, Soft};

/// What a lane of a result must be.
#[derive(Clone, Copy, Debug)]
enum Want {
    Bits(u64),
    /// A NaN: the canonical one in soft mode, any quiet one in hard mode.
    Nan,
}

type F = Box<dyn Fn(&[u64], &[u64], &[u64]) -> Vec<Want>>;

/// The model of a row: lanes of `from` bits to lanes of `to` bits, computed with the host's floats.
pub(super) struct Model {
    pub(super) name: &'static str,
    from: u32,
    to: u32,
    f: F,
}

/// A float of the host, as lanes carry it.
trait Host: Copy + 'static {
    const BITS: u32;
    fn from_lane(lane: u64) -> Self;
    fn want(self) -> Want;
}

macro_rules! host {
    ($float:ident, $bits:ident) => {
        impl Host for $float {
            const BITS: u32 = $bits::BITS;

            fn from_lane(lane: u64) -> Self {
                $float::from_bits(lane as $bits)
            }

            fn want(self) -> Want {
                if self.is_nan() { Want::Nan } else { Want::Bits(self.to_bits().into()) }
            }
        }
    };
}
host!(f32, u32);
host!(f64, u64);

fn unary_model<T: Host>(name: &'static str, f: fn(T) -> T) -> Model {
    let f: F = Box::new(move |a, _, _| a.iter().map(|&a| f(T::from_lane(a)).want()).collect());
    Model { name, from: T::BITS, to: T::BITS, f }
}

fn binary_model<T: Host>(name: &'static str, f: fn(T, T) -> T) -> Model {
    let f: F = Box::new(move |a, b, _| {
        a.iter().zip(b).map(|(&a, &b)| f(T::from_lane(a), T::from_lane(b)).want()).collect()
    });
    Model { name, from: T::BITS, to: T::BITS, f }
}

fn compare_model<T: Host>(name: &'static str, f: fn(T, T) -> bool) -> Model {
    let ones = u64::MAX >> (64 - T::BITS);
    let f: F = Box::new(move |a, b, _| {
        let lanes = a.iter().zip(b).map(|(&a, &b)| f(T::from_lane(a), T::from_lane(b)));
        lanes.map(|yes| Want::Bits(if yes { ones } else { 0 })).collect()
    });
    Model { name, from: T::BITS, to: T::BITS, f }
}

/// `pmin` and `pmax`: the bits of `b` when `f` holds, else those of `a`.
fn pick_model<T: Host>(name: &'static str, f: fn(T, T) -> bool) -> Model {
    let f: F = Box::new(move |a, b, _| {
        let pick = |(&a, &b)| if f(T::from_lane(a), T::from_lane(b)) { b } else { a };
        a.iter().zip(b).map(pick).map(Want::Bits).collect()
    });
    Model { name, from: T::BITS, to: T::BITS, f }
}

fn ternary_model<T: Host>(name: &'static str, f: fn(T, T, T) -> T) -> Model {
    let f: F = Box::new(move |a, b, c| {
        let lanes = a.iter().zip(b).zip(c).map(|((&a, &b), &c)| [a, b, c].map(T::from_lane));
        lanes.map(|[a, b, c]| f(a, b, c).want()).collect()
    });
    Model { name, from: T::BITS, to: T::BITS, f }
}

/// A conversion; the upper half of narrower results is zero, the upper half of narrower operands unread.
fn convert_model(name: &'static str, from: u32, to: u32, f: fn(u64) -> Want) -> Model {
    let f: F = Box::new(move |a, _, _| {
        let mut lanes: Vec<_> = a.iter().map(|&a| f(a)).collect();
        lanes.resize(128 / to as usize, Want::Bits(0));
        lanes
    });
    Model { name, from, to, f }
}

pub(super) fn unary() -> Vec<Model> {
    let mut models = vec![
        unary_model("F32x4Ceil", f32::ceil),
        unary_model("F32x4Floor", f32::floor),
        unary_model("F32x4Trunc", f32::trunc),
        unary_model("F32x4Nearest", f32::round_ties_even),
        unary_model("F32x4Sqrt", f32::sqrt),
        unary_model("F64x2Ceil", f64::ceil),
        unary_model("F64x2Floor", f64::floor),
        unary_model("F64x2Trunc", f64::trunc),
        unary_model("F64x2Nearest", f64::round_ties_even),
        unary_model("F64x2Sqrt", f64::sqrt),
        convert_model("F32x4ConvertI32x4S", 32, 32, |a| (a as i32 as f32).want()),
        convert_model("F32x4ConvertI32x4U", 32, 32, |a| (a as u32 as f32).want()),
        convert_model("F64x2ConvertLowI32x4S", 32, 64, |a| f64::from(a as i32).want()),
        convert_model("F64x2ConvertLowI32x4U", 32, 64, |a| f64::from(a as u32).want()),
        convert_model("F32x4DemoteF64x2Zero", 64, 32, |a| (f64::from_bits(a) as f32).want()),
        convert_model("F64x2PromoteLowF32x4", 32, 64, |a| f64::from(f32::from_lane(a)).want()),
    ];
    // `as` from a float rounds to zero, saturates, and makes 0 of a NaN.
    for name in ["I32x4TruncSatF32x4S", "I32x4RelaxedTruncF32x4S"] {
        models.push(convert_model(name, 32, 32, |a| Want::Bits((f32::from_lane(a) as i32 as u32).into())));
    }
    for name in ["I32x4TruncSatF32x4U", "I32x4RelaxedTruncF32x4U"] {
        models.push(convert_model(name, 32, 32, |a| Want::Bits((f32::from_lane(a) as u32).into())));
    }
    for name in ["I32x4TruncSatF64x2SZero", "I32x4RelaxedTruncF64x2SZero"] {
        models.push(convert_model(name, 64, 32, |a| Want::Bits((f64::from_bits(a) as i32 as u32).into())));
    }
    for name in ["I32x4TruncSatF64x2UZero", "I32x4RelaxedTruncF64x2UZero"] {
        models.push(convert_model(name, 64, 32, |a| Want::Bits((f64::from_bits(a) as u32).into())));
    }
    models
}

/// `min` for `order` `<` and `max` for `>`: a NaN wins, then the order, then the sign of zeros.
macro_rules! extreme {
    ($float:ident, $order:tt, $zero:expr) => {
        |a, b| match (a, b) {
            (a, b) if a.is_nan() || b.is_nan() => $float::NAN,
            (a, b) if a == b && a.is_sign_negative() != b.is_sign_negative() => $zero,
            (a, b) => if a $order b { a } else { b },
        }
    };
}

pub(super) fn binary() -> Vec<Model> {
    vec![
        compare_model::<f32>("F32x4Eq", |a, b| a == b),
        compare_model::<f32>("F32x4Ne", |a, b| a != b),
        compare_model::<f32>("F32x4Lt", |a, b| a < b),
        compare_model::<f32>("F32x4Gt", |a, b| a > b),
        compare_model::<f32>("F32x4Le", |a, b| a <= b),
        compare_model::<f32>("F32x4Ge", |a, b| a >= b),
        compare_model::<f64>("F64x2Eq", |a, b| a == b),
        compare_model::<f64>("F64x2Ne", |a, b| a != b),
        compare_model::<f64>("F64x2Lt", |a, b| a < b),
        compare_model::<f64>("F64x2Gt", |a, b| a > b),
        compare_model::<f64>("F64x2Le", |a, b| a <= b),
        compare_model::<f64>("F64x2Ge", |a, b| a >= b),
        binary_model::<f32>("F32x4Add", |a, b| a + b),
        binary_model::<f32>("F32x4Sub", |a, b| a - b),
        binary_model::<f32>("F32x4Mul", |a, b| a * b),
        binary_model::<f32>("F32x4Div", |a, b| a / b),
        binary_model::<f32>("F32x4Min", extreme!(f32, <, -0.0)),
        binary_model::<f32>("F32x4Max", extreme!(f32, >, 0.0)),
        binary_model::<f64>("F64x2Add", |a, b| a + b),
        binary_model::<f64>("F64x2Sub", |a, b| a - b),
        binary_model::<f64>("F64x2Mul", |a, b| a * b),
        binary_model::<f64>("F64x2Div", |a, b| a / b),
        binary_model::<f64>("F64x2Min", extreme!(f64, <, -0.0)),
        binary_model::<f64>("F64x2Max", extreme!(f64, >, 0.0)),
        pick_model::<f32>("F32x4PMin", |a, b| b < a),
        pick_model::<f32>("F32x4PMax", |a, b| a < b),
        pick_model::<f64>("F64x2PMin", |a, b| b < a),
        pick_model::<f64>("F64x2PMax", |a, b| a < b),
        binary_model::<f32>("F32x4RelaxedMin", extreme!(f32, <, -0.0)),
        binary_model::<f32>("F32x4RelaxedMax", extreme!(f32, >, 0.0)),
        binary_model::<f64>("F64x2RelaxedMin", extreme!(f64, <, -0.0)),
        binary_model::<f64>("F64x2RelaxedMax", extreme!(f64, >, 0.0)),
    ]
}

pub(super) fn ternary() -> Vec<Model> {
    vec![
        ternary_model::<f32>("F32x4RelaxedMadd", |a, b, c| a * b + c),
        ternary_model::<f32>("F32x4RelaxedNmadd", |a, b, c| c - a * b),
        ternary_model::<f64>("F64x2RelaxedMadd", |a, b, c| a * b + c),
        ternary_model::<f64>("F64x2RelaxedNmadd", |a, b, c| c - a * b),
    ]
}

/// Vectors of `f32` and of `f64` corners: zeros, infinities, quiet and signalling NaN with payloads,
/// subnormals, the largest numbers, ties of each rounding, and the ends of the integer ranges.
pub(super) fn samples() -> Vec<V128> {
    const SINGLES: [u32; 24] = [
        0x3f80_0000, // 1
        0xbf80_0000, // -1
        0x0000_0000,
        0x8000_0000,
        0x7f80_0000, // infinity
        0xff80_0000,
        0x7fc0_0000, // canonical NaN
        0xffc1_2345, // quiet NaN
        0x7f81_2345, // signalling NaN
        0xff80_0001,
        0x0000_0001, // least subnormal
        0x807f_ffff,
        0x7f7f_ffff, // greatest number
        0xff7f_ffff,
        0x3f00_0000, // 0.5
        0xbf00_0000,
        0x4020_0000, // 2.5
        0xc060_0000, // -3.5
        0x4f00_0000, // 2 to the 31
        0xcf00_0000,
        0x4f7f_ffff, // just below 2 to the 32
        0x4f80_0000,
        0x3f80_0002, // 1 + 2^-22
        0x3f80_0100, // 1 + 2^-15
    ];
    let doubles = SINGLES.map(|single| match f32::from_bits(single) {
        number if number.is_nan() => {
            u64::from(single & 0x8000_0000) << 32
                | 0x7ff0_0000_0000_0000
                | u64::from(single & 0x007f_ffff) << 29
        }
        number => f64::from(number).to_bits(),
    });
    let extremes = [f64::MAX, f64::MIN_POSITIVE / 4.0, 2_147_483_647.9, -2_147_483_648.9, 1e-40, 1.0 + 1e-15];
    let mut vectors: Vec<_> =
        SINGLES.chunks(4).map(|four| super::v([0, 1, 2, 3].map(|i| four[i].into()))).collect();
    for pair in doubles.chunks(2).map(|pair| [pair[0], pair[1]]) {
        vectors.push(V128::from_pair(pair));
    }
    vectors.extend(extremes.map(|x| V128::from_pair([x.to_bits(), (-x).to_bits()])));
    vectors
}

/// The sample turned by `lanes` of 32 bits, so that pairs of samples bring every two lanes together.
fn turned(v: V128, lanes: u32) -> V128 {
    V128::from_u128(v.to_u128().rotate_right(32 * lanes))
}

fn check(model: &Model, nan: fn(u64, u32) -> bool, operands: [V128; 3], got: V128) {
    let read = |v| {
        let lanes: Vec<u64> = split(v, model.from, false).iter().map(|&lane| lane as u64).collect();
        lanes[..lanes.len().min(128 / model.to as usize)].to_vec()
    };
    let [a, b, c] = operands.map(read);
    let got_lanes: Vec<u64> = split(got, model.to, false).iter().map(|&lane| lane as u64).collect();
    let want = (model.f)(&a, &b, &c);
    assert_eq!(want.len(), got_lanes.len());
    let right = want.iter().zip(&got_lanes).all(|(want, &got)| match *want {
        Want::Bits(bits) => got == bits,
        Want::Nan => nan(got, model.to),
    });
    assert!(right, "{} of {operands:x?}: {got_lanes:x?} instead of {want:x?}", model.name);
}

fn every_row_meets_its_model<M: Floats>(nan: fn(u64, u32) -> bool) {
    let zero = V128::ZERO;
    for model in unary() {
        let eval = row(&float_unops::<M>(), model.name);
        for a in samples() {
            for a in [0, 1, 2, 3].map(|lanes| turned(a, lanes)) {
                check(&model, nan, [a, zero, zero], eval(a));
            }
        }
    }
    for model in binary() {
        let eval = row(&float_binops::<M>(), model.name);
        for a in samples() {
            for b in samples() {
                for b in [0, 1, 2, 3].map(|lanes| turned(b, lanes)) {
                    check(&model, nan, [a, b, zero], eval(a, b));
                }
            }
        }
    }
    for model in ternary() {
        let eval = row(&float_ternops::<M>(), model.name);
        for a in samples() {
            for b in samples() {
                for c in samples().into_iter().step_by(3) {
                    check(&model, nan, [a, b, c], eval(a, b, c));
                }
            }
        }
    }
}

#[test]
fn soft_rows_meet_their_models_and_make_canonical_nans() {
    every_row_meets_its_model::<Soft>(|lane, bits| match bits {
        32 => lane == 0x7fc0_0000,
        _ => lane == 0x7ff8_0000_0000_0000,
    });
}

#[test]
fn hard_rows_meet_their_models_and_make_quiet_nans() {
    every_row_meets_its_model::<Hard>(|lane, bits| match bits {
        32 => lane & 0x7fc0_0000 == 0x7fc0_0000,
        _ => lane & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
    });
}

#[test]
fn moves_keep_signalling_nans() {
    use super::super::float::*;
    let [snan, minus_snan, one] = [0x7f81_2345_u32, 0xff81_2345, 0x3f80_0000];
    let a = V128::from_lanes([snan, minus_snan, one, snan]);
    let b = V128::from_lanes([one, one, snan, minus_snan]);
    assert_eq!(f32x4_abs(a).lanes::<u32, 4>(), [snan, snan, one, snan]);
    assert_eq!(f32x4_neg(a).lanes::<u32, 4>(), [minus_snan, snan, one | 1 << 31, minus_snan]);
    assert_eq!(f32x4_pmin::<Soft>(a, b), a);
    assert_eq!(f32x4_pmax::<Soft>(a, b), a);
}

#[test]
fn madd_rounds_twice() {
    let madd = row(&float_ternops::<Soft>(), "F32x4RelaxedMadd");
    let nmadd = row(&float_ternops::<Soft>(), "F32x4RelaxedNmadd");
    let [x, y, z] = [0x3f80_0002_u32, 0x3f80_0100, 0xbf80_0102].map(|lane| V128::from_lanes([lane; 4]));
    assert_eq!(madd(x, y, z), V128::ZERO); // fused: 2^-37
    let minus_x = V128::from_lanes([0xbf80_0002_u32; 4]);
    assert_eq!(nmadd(minus_x, y, z), V128::ZERO);
    let [max, two, minus_max] =
        [0x7f7f_ffff_u32, 0x4000_0000, 0xff7f_ffff].map(|lane| V128::from_lanes([lane; 4]));
    assert_eq!(madd(max, two, minus_max), V128::from_lanes([0x7f80_0000_u32; 4])); // fused: max
}

#[test]
fn conversions_between_widths_use_the_low_half() {
    use super::super::float::*;
    let doubles = V128::from_pair([(-1.9_f64).to_bits(), 3e9_f64.to_bits()]);
    assert_eq!(i32x4_trunc_sat_f64x2_s_zero::<Soft>(doubles), join(&[-1, 0x7fff_ffff, 0, 0], 32));
    assert_eq!(i32x4_trunc_sat_f64x2_u_zero::<Soft>(doubles), join(&[0, 3_000_000_000, 0, 0], 32));
    let ints = super::v([-1, 2, 77, 78]);
    assert_eq!(f64x2_convert_low_i32x4_s::<Soft>(ints).to_pair(), [(-1.0_f64).to_bits(), 2.0_f64.to_bits()]);
    assert_eq!(
        f64x2_convert_low_i32x4_u::<Soft>(ints).to_pair(),
        [4_294_967_295.0_f64.to_bits(), 2.0_f64.to_bits()]
    );
}
