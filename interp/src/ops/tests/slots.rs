//! What the traits and lists promise.

use crate::ops::*;

#[test]
fn a_slot_gives_back_what_it_holds() {
    assert_eq!(u32::from_slot(0x8000_0001_u32.to_slot()), 0x8000_0001);
    assert_eq!(u64::from_slot(u64::MAX.to_slot()), u64::MAX);
    assert_eq!((true.to_slot(), false.to_slot()), (1, 0));
    assert!(bool::from_slot(2) && !bool::from_slot(0));
}

#[test]
fn a_slot_of_32_bits_is_zero_extended() {
    assert_eq!(u32::MAX.to_slot(), 0xffff_ffff);
}

#[test]
fn a_value_of_32_bits_ignores_the_upper_half_of_its_slot() {
    assert_eq!(u32::from_slot(0xdead_beef_0000_0007), 7);
    assert!(!bool::from_slot(1 << 32));
}

#[test]
fn the_type_of_a_row_evaluates_its_function() {
    assert_eq!(I32Add::eval(2, 3), Ok(5));
    assert_eq!(I32DivS::eval(1, 0), Err(Trap::IntegerDivideByZero));
    assert!(I64LtU::eval(1, 2));
    assert_eq!(I64Eqz::eval(0), Ok(true));
    assert_eq!(F64Neg::<Soft>::eval(0), Ok(1 << 63));
    assert_eq!(F32Sub::<Soft>::eval(0x4040_0000, 0x3f80_0000), Ok(0x4000_0000));
    assert!(F32Lt::<Hard>::eval(0x3f80_0000, 0x4000_0000));
    assert_eq!(I32TruncF32S::<Soft>::eval(0x7fc0_0000), Err(Trap::BadConversionToInteger));
}

#[test]
fn the_lists_hold_every_numeric_instruction_once() {
    macro_rules! names {
        ($($name:ident ($($operands:tt)*) $(-> $r:ty)? = $($f:ident)::+;)*) => { &[$(stringify!($name)),*][..] };
    }
    let lists: [&[&str]; 9] = [
        int_binops!(names),
        int_divs!(names),
        int_cmps!(names),
        int_unops!(names),
        float_binops!(names),
        float_cmps!(names),
        float_unops!(names),
        float_conversions!(names),
        float_truncs!(names),
    ];
    // Core 3.0, 5.4: the instructions 0x45 to 0xc4, and the eight of `trunc_sat`.
    let mut names = lists.concat();
    assert_eq!(names.len(), 0xc4 - 0x45 + 1 + 8);
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn a_list_hands_on_what_follows_the_comma() {
    macro_rules! first {
        ($with:literal $name:ident $($rest:tt)*) => {
            ($with, stringify!($name))
        };
    }
    assert_eq!(int_divs!(first, "with"), ("with", "I32DivS"));
}
