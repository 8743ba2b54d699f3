//! Arguments and expected results of the scripts.

use crate::options::Budget;
use selfsame_interp::{AnyRef, CompositeType, ExternRef, Mode, Store, Val};
use std::fmt::Write;
use wast::core::{AbstractHeapType, HeapType, NanPattern, V128Const, V128Pattern, WastArgCore, WastRetCore};
use wast::token::{F32, F64};
use wast::{WastArg, WastRet};

/// An argument as a value, or the name of the feature that it needs.
pub(crate) fn argument(store: &mut Store<Budget>, arg: &WastArg<'_>) -> Result<Val, &'static str> {
    let WastArg::Core(arg) = arg else { return Err("component-model") };
    Ok(match arg {
        WastArgCore::I32(value) => Val::I32(*value),
        WastArgCore::I64(value) => Val::I64(*value),
        WastArgCore::F32(value) => Val::F32(value.bits),
        WastArgCore::F64(value) => Val::F64(value.bits),
        WastArgCore::V128(value) => Val::V128(vector(value)),
        WastArgCore::RefNull(heap) => match abstract_heap(heap) {
            Some(AbstractHeapType::Func | AbstractHeapType::NoFunc) => Val::FuncRef(None),
            Some(AbstractHeapType::Extern | AbstractHeapType::NoExtern) => Val::ExternRef(None),
            Some(AbstractHeapType::Exn | AbstractHeapType::NoExn) => Val::ExnRef(None),
            // Of a defined type: those that the scripts give are function types.
            None => Val::FuncRef(None),
            _ => Val::AnyRef(None),
        },
        WastArgCore::RefExtern(number) => Val::ExternRef(Some(ExternRef::new(store, *number))),
        WastArgCore::RefHost(number) => Val::AnyRef(Some(ExternRef::new(store, *number).to_any())),
    })
}

fn abstract_heap(heap: &HeapType<'_>) -> Option<AbstractHeapType> {
    match heap {
        HeapType::Abstract { shared: false, ty } => Some(*ty),
        _ => None,
    }
}

fn vector(value: &V128Const) -> u128 {
    u128::from_le_bytes(value.to_le_bytes())
}

/// Whether the values are those that the script expects.
pub(crate) fn all_match(store: &Store<Budget>, mode: Mode, values: &[Val], wanted: &[WastRet<'_>]) -> bool {
    values.len() == wanted.len()
        && values.iter().zip(wanted).all(|(value, wanted)| match wanted {
            WastRet::Core(wanted) => matches(store, mode, *value, wanted),
            _ => false,
        })
}

fn matches(store: &Store<Budget>, mode: Mode, value: Val, wanted: &WastRetCore<'_>) -> bool {
    match (value, wanted) {
        (_, WastRetCore::Either(cases)) => cases.iter().any(|case| matches(store, mode, value, case)),
        (Val::I32(value), WastRetCore::I32(wanted)) => value == *wanted,
        (Val::I64(value), WastRetCore::I64(wanted)) => value == *wanted,
        (Val::F32(bits), WastRetCore::F32(wanted)) => f32_matches(mode, bits, wanted),
        (Val::F64(bits), WastRetCore::F64(wanted)) => f64_matches(mode, bits, wanted),
        (Val::V128(bits), WastRetCore::V128(wanted)) => v128_matches(mode, bits, wanted),
        (Val::FuncRef(value), WastRetCore::RefNull(heap)) => {
            let of_type = matches!(heap, Some(HeapType::Concrete(_)));
            value.is_none() && (of_type || heap_is(heap, &[AbstractHeapType::Func, AbstractHeapType::NoFunc]))
        }
        (Val::ExternRef(value), WastRetCore::RefNull(heap)) => {
            value.is_none() && heap_is(heap, &[AbstractHeapType::Extern, AbstractHeapType::NoExtern])
        }
        (Val::ExnRef(value), WastRetCore::RefNull(heap)) => {
            value.is_none() && heap_is(heap, &[AbstractHeapType::Exn, AbstractHeapType::NoExn])
        }
        (Val::AnyRef(value), WastRetCore::RefNull(heap)) => {
            let others = [
                AbstractHeapType::Func,
                AbstractHeapType::NoFunc,
                AbstractHeapType::Extern,
                AbstractHeapType::NoExtern,
                AbstractHeapType::Exn,
                AbstractHeapType::NoExn,
            ];
            value.is_none() && (heap.is_none() || !heap_is(heap, &others))
        }
        (Val::AnyRef(Some(_)), WastRetCore::RefAny) => true,
        (Val::AnyRef(Some(value)), WastRetCore::RefI31) => value.i31().is_some(),
        (Val::AnyRef(Some(value)), WastRetCore::RefEq) => value.host().is_none(),
        (Val::AnyRef(Some(value)), WastRetCore::RefStruct) => {
            is_a(value, store, |ty| matches!(ty, CompositeType::Struct(_)))
        }
        (Val::AnyRef(Some(value)), WastRetCore::RefArray) => {
            is_a(value, store, |ty| matches!(ty, CompositeType::Array(_)))
        }
        (Val::AnyRef(Some(value)), WastRetCore::RefHost(number)) => {
            value.host().is_some_and(|host| host_number(store, host) == Some(*number))
        }
        (Val::FuncRef(value), WastRetCore::RefFunc(None)) => value.is_some(),
        (Val::ExternRef(Some(_)), WastRetCore::RefExtern(None)) => true,
        (Val::ExternRef(Some(value)), WastRetCore::RefExtern(Some(number))) => {
            host_number(store, value) == Some(*number)
        }
        _ => false,
    }
}

fn is_a(value: AnyRef, store: &Store<Budget>, is: fn(&CompositeType) -> bool) -> bool {
    value.ty(store).is_some_and(|ty| is(&ty.composite))
}

fn host_number(store: &Store<Budget>, value: ExternRef) -> Option<u32> {
    value.data(store)?.downcast_ref().copied()
}

fn heap_is(heap: &Option<HeapType<'_>>, allowed: &[AbstractHeapType]) -> bool {
    match heap {
        None => true,
        Some(heap) => abstract_heap(heap).is_some_and(|heap| allowed.contains(&heap)),
    }
}

/// Only the topmost bit of the payload set; positive.
const CANONICAL_F32: u32 = 0x7fc0_0000;
const CANONICAL_F64: u64 = 0x7ff8_0000_0000_0000;

/// In deterministic mode an operation that makes a NaN makes the canonical one, whatever the script would
/// allow beyond it. Its sign is left open: `neg` and its like set it. Spec: Core 3.0, Appendix A.5.
fn f32_matches(mode: Mode, bits: u32, wanted: &NanPattern<F32>) -> bool {
    match wanted {
        NanPattern::Value(wanted) => bits == wanted.bits,
        NanPattern::ArithmeticNan if mode != Mode::Deterministic => bits & CANONICAL_F32 == CANONICAL_F32,
        NanPattern::CanonicalNan | NanPattern::ArithmeticNan => bits & !(1 << 31) == CANONICAL_F32,
    }
}

fn f64_matches(mode: Mode, bits: u64, wanted: &NanPattern<F64>) -> bool {
    match wanted {
        NanPattern::Value(wanted) => bits == wanted.bits,
        NanPattern::ArithmeticNan if mode != Mode::Deterministic => bits & CANONICAL_F64 == CANONICAL_F64,
        NanPattern::CanonicalNan | NanPattern::ArithmeticNan => bits & !(1 << 63) == CANONICAL_F64,
    }
}

fn v128_matches(mode: Mode, bits: u128, wanted: &V128Pattern) -> bool {
    match wanted {
        V128Pattern::I8x16(lanes) => bits == vector(&V128Const::I8x16(*lanes)),
        V128Pattern::I16x8(lanes) => bits == vector(&V128Const::I16x8(*lanes)),
        V128Pattern::I32x4(lanes) => bits == vector(&V128Const::I32x4(*lanes)),
        V128Pattern::I64x2(lanes) => bits == vector(&V128Const::I64x2(*lanes)),
        V128Pattern::F32x4(lanes) => {
            lanes.iter().enumerate().all(|(i, lane)| f32_matches(mode, (bits >> (32 * i)) as u32, lane))
        }
        V128Pattern::F64x2(lanes) => {
            lanes.iter().enumerate().all(|(i, lane)| f64_matches(mode, (bits >> (64 * i)) as u64, lane))
        }
    }
}

/// Values for a failure line: floats and vectors as bits.
pub(crate) fn show(values: &[Val]) -> String {
    let mut out = String::new();
    for value in values {
        if !out.is_empty() {
            out.push(' ');
        }
        let written = match value {
            Val::I32(value) => write!(out, "i32:{value}"),
            Val::I64(value) => write!(out, "i64:{value}"),
            Val::F32(bits) => write!(out, "f32:{bits:#010x}={}", f32::from_bits(*bits)),
            Val::F64(bits) => write!(out, "f64:{bits:#018x}={}", f64::from_bits(*bits)),
            Val::V128(bits) => write!(out, "v128:{bits:#034x}"),
            Val::FuncRef(value) => write!(out, "funcref:{}", if value.is_some() { "some" } else { "null" }),
            Val::ExternRef(value) => {
                write!(out, "externref:{}", if value.is_some() { "some" } else { "null" })
            }
            Val::ExnRef(value) => write!(out, "exnref:{}", if value.is_some() { "some" } else { "null" }),
            Val::AnyRef(value) => write!(out, "anyref:{}", if value.is_some() { "some" } else { "null" }),
        };
        written.expect("a string takes all");
    }
    if out.is_empty() { String::from("nothing") } else { out }
}

/// Expected results for a failure line.
pub(crate) fn show_wanted(wanted: &[WastRet<'_>]) -> String {
    let all: Vec<String> = wanted
        .iter()
        .map(|wanted| match wanted {
            WastRet::Core(wanted) => show_pattern(wanted),
            other => format!("{other:?}"),
        })
        .collect();
    if all.is_empty() { String::from("nothing") } else { all.join(" ") }
}

fn show_pattern(wanted: &WastRetCore<'_>) -> String {
    match wanted {
        WastRetCore::I32(value) => format!("i32:{value}"),
        WastRetCore::I64(value) => format!("i64:{value}"),
        WastRetCore::F32(NanPattern::Value(value)) => show(&[Val::F32(value.bits)]),
        WastRetCore::F64(NanPattern::Value(value)) => show(&[Val::F64(value.bits)]),
        WastRetCore::F32(NanPattern::CanonicalNan) => String::from("f32:nan:canonical"),
        WastRetCore::F64(NanPattern::CanonicalNan) => String::from("f64:nan:canonical"),
        WastRetCore::F32(NanPattern::ArithmeticNan) => String::from("f32:nan:arithmetic"),
        WastRetCore::F64(NanPattern::ArithmeticNan) => String::from("f64:nan:arithmetic"),
        WastRetCore::V128(V128Pattern::I8x16(lanes)) => show(&[Val::V128(vector(&V128Const::I8x16(*lanes)))]),
        WastRetCore::V128(V128Pattern::I16x8(lanes)) => show(&[Val::V128(vector(&V128Const::I16x8(*lanes)))]),
        WastRetCore::V128(V128Pattern::I32x4(lanes)) => show(&[Val::V128(vector(&V128Const::I32x4(*lanes)))]),
        WastRetCore::V128(V128Pattern::I64x2(lanes)) => show(&[Val::V128(vector(&V128Const::I64x2(*lanes)))]),
        WastRetCore::V128(V128Pattern::F32x4(lanes)) => {
            let lanes: Vec<_> =
                lanes.iter().map(|lane| lane_text(lane, |v| format!("{:#010x}", v.bits))).collect();
            format!("v128:f32x4({})", lanes.join(" "))
        }
        WastRetCore::V128(V128Pattern::F64x2(lanes)) => {
            let lanes: Vec<_> =
                lanes.iter().map(|lane| lane_text(lane, |v| format!("{:#018x}", v.bits))).collect();
            format!("v128:f64x2({})", lanes.join(" "))
        }
        WastRetCore::Either(cases) => {
            let cases: Vec<_> = cases.iter().map(show_pattern).collect();
            format!("either({})", cases.join(" | "))
        }
        other => format!("{other:?}"),
    }
}

fn lane_text<T>(lane: &NanPattern<T>, value: impl Fn(&T) -> String) -> String {
    match lane {
        NanPattern::CanonicalNan => String::from("nan:canonical"),
        NanPattern::ArithmeticNan => String::from("nan:arithmetic"),
        NanPattern::Value(lane) => value(lane),
    }
}
