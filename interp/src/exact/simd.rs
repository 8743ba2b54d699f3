//! Vector instructions: a body for each shape, the rows from the lists of [`crate::ops::simd`].
//! Spec: Core 3.0, 4.6.7 Vector Instructions.

use super::dispatch::Builder;
use super::machine::{Machine, Step};
use super::memory::{Number, Place, read_bytes, write_bytes};
use crate::ops::simd::{
    self, V128, VBinOp, VExtract, VLoadExt, VReplace, VShift, VSplat, VTernOp, VTest, VUnOp,
};
use crate::ops::{Floats, Slot};
use selfsame_validate::Opcode;

pub(super) const fn add<M: Floats>(builder: &mut Builder) {
    macro_rules! rows {
        ($body:ident; $($name:ident = $f:path;)*) => {
            $(builder.put(Opcode::$name, $body::<simd::$name>);)*
        };
    }
    macro_rules! scalar_rows {
        ($body:ident; $($name:ident($scalar:ty) = $f:path;)*) => {
            $(builder.put(Opcode::$name, $body::<simd::$name>);)*
        };
    }
    macro_rules! extract_rows {
        ($($name:ident -> $scalar:ty = $f:path;)*) => {
            $(builder.put(Opcode::$name, extract::<simd::$name>);)*
        };
    }
    macro_rules! float_rows {
        ($body:ident; $($name:ident = $f:path;)*) => {
            $(builder.put(Opcode::$name, $body::<simd::$name<M>>);)*
        };
    }
    simd::simd_unops!(rows, unop;);
    simd::simd_binops!(rows, binop;);
    simd::simd_ternops!(rows, ternop;);
    simd::simd_shifts!(rows, shift;);
    simd::simd_tests!(rows, test;);
    simd::simd_splats!(scalar_rows, splat;);
    simd::simd_replaces!(scalar_rows, replace;);
    simd::simd_load_ext!(scalar_rows, load_extended;);
    simd::simd_extracts!(extract_rows);
    simd::simd_float_unops!(float_rows, unop;);
    simd::simd_float_binops!(float_rows, binop;);
    simd::simd_float_ternops!(float_rows, ternop;);

    builder.put(Opcode::I8x16Shuffle, shuffle);
    builder.put(Opcode::V128Load, load);
    builder.put(Opcode::V128Store, store);
    builder.put(Opcode::V128Load8Lane, load_lane::<u8, simd::I8x16ReplaceLane>);
    builder.put(Opcode::V128Load16Lane, load_lane::<u16, simd::I16x8ReplaceLane>);
    builder.put(Opcode::V128Load32Lane, load_lane::<u32, simd::I32x4ReplaceLane>);
    builder.put(Opcode::V128Load64Lane, load_lane::<u64, simd::I64x2ReplaceLane>);
    builder.put(Opcode::V128Store8Lane, store_lane::<u8, simd::I8x16ExtractLaneU>);
    builder.put(Opcode::V128Store16Lane, store_lane::<u16, simd::I16x8ExtractLaneU>);
    builder.put(Opcode::V128Store32Lane, store_lane::<u32, simd::I32x4ExtractLane>);
    builder.put(Opcode::V128Store64Lane, store_lane::<u64, simd::I64x2ExtractLane>);
}

fn unop<O: VUnOp>(m: &mut Machine<'_>) -> Step {
    let a = m.pop_v128();
    m.push_v128(O::eval(a));
    Ok(())
}

fn binop<O: VBinOp>(m: &mut Machine<'_>) -> Step {
    let b = m.pop_v128();
    let a = m.pop_v128();
    m.push_v128(O::eval(a, b));
    Ok(())
}

fn ternop<O: VTernOp>(m: &mut Machine<'_>) -> Step {
    let c = m.pop_v128();
    let b = m.pop_v128();
    let a = m.pop_v128();
    m.push_v128(O::eval(a, b, c));
    Ok(())
}

fn shift<O: VShift>(m: &mut Machine<'_>) -> Step {
    let count = m.pop() as u32;
    let a = m.pop_v128();
    m.push_v128(O::eval(a, count));
    Ok(())
}

fn test<O: VTest>(m: &mut Machine<'_>) -> Step {
    let a = m.pop_v128();
    m.push(O::eval(a).to_slot());
    Ok(())
}

fn splat<O: VSplat>(m: &mut Machine<'_>) -> Step {
    let scalar = O::S::from_slot(m.pop());
    m.push_v128(O::eval(scalar));
    Ok(())
}

fn extract<O: VExtract>(m: &mut Machine<'_>) -> Step {
    let [lane] = m.read_bytes();
    let a = m.pop_v128();
    m.push(O::eval(a, lane).to_slot());
    Ok(())
}

fn replace<O: VReplace>(m: &mut Machine<'_>) -> Step {
    let [lane] = m.read_bytes();
    let scalar = O::S::from_slot(m.pop());
    let a = m.pop_v128();
    m.push_v128(O::eval(a, scalar, lane));
    Ok(())
}

/// `i8x16.shuffle`: the sixteen lane numbers stand in the code.
fn shuffle(m: &mut Machine<'_>) -> Step {
    let lanes = m.read_bytes();
    let b = m.pop_v128();
    let a = m.pop_v128();
    m.push_v128(simd::i8x16_shuffle(a, b, lanes));
    Ok(())
}

fn load(m: &mut Machine<'_>) -> Step {
    let place = Place::read(m);
    let address = place.address(m.pop());
    let bytes = read_bytes(m.store.memories[place.memory].bytes(), address)?;
    m.push_v128(V128::from_bytes(bytes));
    Ok(())
}

fn store(m: &mut Machine<'_>) -> Step {
    let place = Place::read(m);
    let value = m.pop_v128();
    let address = place.address(m.pop());
    write_bytes(m.store.memories[place.memory].bytes_mut(), address, value.to_bytes())?;
    Ok(())
}

/// Loads that widen, splat or fill up with zeros.
fn load_extended<O: VLoadExt>(m: &mut Machine<'_>) -> Step
where
    O::M: Number + Into<u64>,
{
    let place = Place::read(m);
    let address = place.address(m.pop());
    let number = O::M::read(m.store.memories[place.memory].bytes(), address)?;
    m.push_v128(O::eval(number.into()));
    Ok(())
}

/// Loads a number into one lane.
fn load_lane<T: Number + Into<O::S>, O: VReplace>(m: &mut Machine<'_>) -> Step {
    let place = Place::read(m);
    let [lane] = m.read_bytes();
    let vector = m.pop_v128();
    let address = place.address(m.pop());
    let number = T::read(m.store.memories[place.memory].bytes(), address)?;
    m.push_v128(O::eval(vector, number.into(), lane));
    Ok(())
}

/// Stores one lane.
fn store_lane<T: Number, O: VExtract>(m: &mut Machine<'_>) -> Step {
    let place = Place::read(m);
    let [lane] = m.read_bytes();
    let vector = m.pop_v128();
    let address = place.address(m.pop());
    let number = T::wrap(O::eval(vector, lane).to_slot());
    number.write(m.store.memories[place.memory].bytes_mut(), address)?;
    Ok(())
}
