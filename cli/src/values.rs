//! Values of WebAssembly as text: parameters in, results out. The syntax is that of the text format.
//! Spec: Core 3.0, 6.3 Values.

use selfsame_interp::{HeapType, Val, ValType};
use wast::core::V128Const;
use wast::parser::{self, Parse, ParseBuffer};
use wast::token::{F32, F64};

/// Reads a value of a type; the error says what is wrong with the text, and what would be right.
pub fn parse(text: &str, ty: ValType) -> Result<Val, String> {
    let value = match ty {
        ValType::I32 => token(text).map(Val::I32),
        ValType::I64 => token(text).map(Val::I64),
        ValType::F32 => token(text).map(|F32 { bits }| Val::F32(bits)),
        ValType::F64 => token(text).map(|F64 { bits }| Val::F64(bits)),
        ValType::V128 => token(text).map(|v: V128Const| Val::V128(u128::from_le_bytes(v.to_le_bytes()))),
        ValType::Ref(_) => null(text, ty),
    };
    value.map_err(|problem| format!("`{}` is not {ty}: {problem}; {}", text.escape_debug(), example(ty)))
}

/// One piece of the text format, with nothing behind it.
fn token<T: for<'a> Parse<'a>>(text: &str) -> Result<T, String> {
    let buffer = ParseBuffer::new(text).map_err(|error| error.message())?;
    parser::parse::<T>(&buffer).map_err(|error| error.message())
}

fn null(text: &str, ty: ValType) -> Result<Val, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let null = Val::default_of(ty);
    match (words.as_slice(), null) {
        _ if matches!(ty, ValType::Ref(ty) if !ty.nullable) => {
            Err("the type has no null, and other references cannot be written".into())
        }
        (["ref.null"], _)
        | (["ref.null", "func"], Val::FuncRef(_))
        | (["ref.null", "extern"], Val::ExternRef(_))
        | (["ref.null", "exn"], Val::ExnRef(_))
        | (["ref.null", "any"], Val::AnyRef(_)) => Ok(null),
        _ => Err("of references only null can be written".into()),
    }
}

fn example(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 | ValType::I64 => "write for example 42, -7, 0xff or 1_000",
        ValType::F32 | ValType::F64 => "write for example 1.5, -2e-3, 0x1.8p3, inf or nan:0x400001",
        ValType::V128 => "write for example 'i32x4 1 2 3 4' or 'f64x2 0.5 inf', quoted as one argument",
        ValType::Ref(_) => "write ref.null",
    }
}

/// A value as [`parse`] reads it. A reference that is not null has no such form: `ref.func`, `ref.extern`,
/// `ref.exn`, `ref.i31` with its number, `ref.any`.
pub fn display(value: Val) -> String {
    match value {
        Val::I32(value) => value.to_string(),
        Val::I64(value) => value.to_string(),
        Val::F32(bits) => float(f32::from_bits(bits).into(), u64::from(bits) & 0x7f_ffff, 1 << 22, || {
            format!("{:?}", f32::from_bits(bits))
        }),
        Val::F64(bits) => float(f64::from_bits(bits), bits & ((1 << 52) - 1), 1 << 51, || {
            format!("{:?}", f64::from_bits(bits))
        }),
        Val::V128(bits) => {
            let lanes = bits.to_le_bytes();
            let lane = |i: usize| lanes[4 * i..4 * i + 4].iter().rev().map(|b| format!("{b:02x}")).collect();
            let lanes: Vec<String> = (0..4).map(lane).collect();
            format!("i32x4 0x{}", lanes.join(" 0x"))
        }
        Val::FuncRef(None) => "ref.null func".into(),
        Val::FuncRef(Some(_)) => "ref.func".into(),
        Val::ExternRef(None) => "ref.null extern".into(),
        Val::ExternRef(Some(_)) => "ref.extern".into(),
        Val::ExnRef(None) => "ref.null exn".into(),
        Val::ExnRef(Some(_)) => "ref.exn".into(),
        Val::AnyRef(None) => "ref.null any".into(),
        Val::AnyRef(Some(value)) => match value.i31() {
            Some(value) => format!("ref.i31 {value}"),
            None => "ref.any".into(),
        },
    }
}

/// `payload` are the bits of the significand, `canonical` those of the canonical NaN.
fn float(value: f64, payload: u64, canonical: u64, finite: impl Fn() -> String) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        format!("{sign}inf")
    } else if !value.is_nan() {
        finite()
    } else if payload == canonical {
        format!("{sign}nan")
    } else {
        format!("{sign}nan:{payload:#x}")
    }
}

/// The bits of a value in as many hexadecimal digits as its type has; lane 0 of a vector is last. Null is
/// zero; other references have none, because what they would be is no part of a result.
pub fn bits(value: Val) -> Option<String> {
    match value {
        Val::I32(value) => Some(format!("{value:#010x}")),
        Val::I64(value) => Some(format!("{value:#018x}")),
        Val::F32(bits) => Some(format!("{bits:#010x}")),
        Val::F64(bits) => Some(format!("{bits:#018x}")),
        Val::V128(bits) => Some(format!("{bits:#034x}")),
        Val::FuncRef(None) | Val::ExternRef(None) | Val::ExnRef(None) | Val::AnyRef(None) => {
            Some(format!("{:#018x}", 0))
        }
        Val::FuncRef(Some(_)) | Val::ExternRef(Some(_)) | Val::ExnRef(Some(_)) | Val::AnyRef(Some(_)) => None,
    }
}

/// The name of a value's type. A reference is named by what it points at, null or not.
pub fn type_name(value: Val) -> &'static str {
    match value.ty() {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
        ValType::F32 => "f32",
        ValType::F64 => "f64",
        ValType::V128 => "v128",
        ValType::Ref(ty) if ty.heap == HeapType::Func => "funcref",
        ValType::Ref(ty) if ty.heap == HeapType::Exn => "exnref",
        ValType::Ref(ty) if ty.heap == HeapType::Any => "anyref",
        ValType::Ref(_) => "externref",
    }
}

#[cfg(test)]
mod tests {
    use super::{bits, display, parse};
    use selfsame_interp::{Val, ValType};

    #[test]
    fn numbers_are_those_of_the_text_format() {
        for (text, ty, value) in [
            ("42", ValType::I32, Val::I32(42)),
            ("-7", ValType::I32, Val::I32(-7)),
            ("+1_000", ValType::I32, Val::I32(1000)),
            ("0xffff_ffff", ValType::I32, Val::I32(-1)),
            ("4294967295", ValType::I32, Val::I32(-1)),
            ("-0x8000000000000000", ValType::I64, Val::I64(i64::MIN)),
            ("1.5", ValType::F32, Val::F32(1.5f32.to_bits())),
            ("-0x1.8p3", ValType::F64, Val::F64((-12.0f64).to_bits())),
            ("5", ValType::F64, Val::F64(5.0f64.to_bits())),
            ("nan", ValType::F32, Val::F32(0x7fc0_0000)),
            ("-nan:0x1", ValType::F64, Val::F64(0xfff0_0000_0000_0001)),
            ("-inf", ValType::F32, Val::F32(0xff80_0000)),
            ("i32x4 1 2 3 -1", ValType::V128, Val::V128(0xffff_ffff_0000_0003_0000_0002_0000_0001)),
            ("ref.null", ValType::FUNCREF, Val::FuncRef(None)),
            ("ref.null extern", ValType::EXTERNREF, Val::ExternRef(None)),
            ("ref.null exn", ValType::EXNREF, Val::ExnRef(None)),
        ] {
            assert_eq!(parse(text, ty), Ok(value), "{text}");
            assert_eq!(parse(&display(value), ty), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_value_is_refused_with_an_example() {
        for (text, ty) in [
            ("", ValType::I32),
            ("4294967296", ValType::I32),
            ("1.5", ValType::I64),
            ("1 2", ValType::I32),
            ("1)", ValType::I32),
            ("x", ValType::F32),
            ("nan:0x0", ValType::F32),
            ("1", ValType::V128),
            ("i32x4 1 2 3", ValType::V128),
            ("ref.null extern", ValType::FUNCREF),
            ("1", ValType::EXTERNREF),
        ] {
            let error = parse(text, ty).expect_err(text);
            assert!(error.contains("; write "), "{error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn floats_are_shown_in_a_form_that_reads_back() {
        for value in [0.0, -0.0, 1e300, 1e-300, 0.1, f64::MAX, f64::MIN_POSITIVE, 5e-324] {
            let value = Val::F64(f64::to_bits(value));
            assert_eq!(parse(&display(value), ValType::F64), Ok(value));
        }
        assert_eq!(display(Val::F32(0xffc0_0000)), "-nan");
        assert_eq!(display(Val::F32(0x7f80_0001)), "nan:0x1");
    }

    #[test]
    fn bits_have_the_width_of_the_type() {
        assert_eq!(bits(Val::I32(42)).as_deref(), Some("0x0000002a"));
        assert_eq!(bits(Val::I64(-1)).as_deref(), Some("0xffffffffffffffff"));
        assert_eq!(bits(Val::V128(1)).as_deref(), Some("0x00000000000000000000000000000001"));
        assert_eq!(bits(Val::FuncRef(None)).as_deref(), Some("0x0000000000000000"));
    }
}
