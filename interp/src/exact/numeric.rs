//! Scalar numeric instructions: a body for each shape, the rows from the lists of [`crate::ops`].
//! Spec: Core 3.0, 4.6.3 Numeric Instructions.

use super::dispatch::Builder;
use super::machine::{Machine, Step};
use crate::ops::wide::{self, WideOp};
use crate::ops::{self, BinOp, CmpOp, Floats, Slot, UnOp};
use selfsame_validate::Opcode;

pub(super) const fn add<M: Floats>(builder: &mut Builder) {
    macro_rules! unops {
        ($($name:ident ($a:ty) -> $r:ty = $f:path;)*) => {
            $(builder.put(Opcode::$name, unop::<ops::$name>);)*
        };
    }
    macro_rules! binops {
        ($($name:ident ($a:ty, $b:ty) -> $r:ty = $f:path;)*) => {
            $(builder.put(Opcode::$name, binop::<ops::$name>);)*
        };
    }
    macro_rules! cmps {
        ($($name:ident ($a:ty) = $f:path;)*) => {
            $(builder.put(Opcode::$name, cmp::<ops::$name>);)*
        };
    }
    macro_rules! float_unops {
        ($($name:ident ($a:ty) -> $r:ty = $f:ident;)*) => {
            $(builder.put(Opcode::$name, unop::<ops::$name<M>>);)*
        };
    }
    macro_rules! float_binops {
        ($($name:ident ($a:ty, $b:ty) -> $r:ty = $f:ident;)*) => {
            $(builder.put(Opcode::$name, binop::<ops::$name<M>>);)*
        };
    }
    macro_rules! float_cmps {
        ($($name:ident ($a:ty) = $f:ident;)*) => {
            $(builder.put(Opcode::$name, cmp::<ops::$name<M>>);)*
        };
    }
    ops::int_unops!(unops);
    ops::int_binops!(binops);
    ops::int_divs!(binops);
    ops::int_cmps!(cmps);
    ops::float_unops!(float_unops);
    ops::float_conversions!(float_unops);
    ops::float_truncs!(float_unops);
    ops::float_binops!(float_binops);
    ops::float_cmps!(float_cmps);
    builder.put(Opcode::I64Add128, wide::<wide::I64Add128, 4>);
    builder.put(Opcode::I64Sub128, wide::<wide::I64Sub128, 4>);
    builder.put(Opcode::I64MulWideS, wide::<wide::I64MulWideS, 2>);
    builder.put(Opcode::I64MulWideU, wide::<wide::I64MulWideU, 2>);
}

fn unop<O: UnOp>(m: &mut Machine<'_>) -> Step {
    let a = O::A::from_slot(m.pop());
    m.push(O::eval(a)?.to_slot());
    Ok(())
}

fn binop<O: BinOp>(m: &mut Machine<'_>) -> Step {
    let b = O::B::from_slot(m.pop());
    let a = O::A::from_slot(m.pop());
    m.push(O::eval(a, b)?.to_slot());
    Ok(())
}

fn cmp<O: CmpOp>(m: &mut Machine<'_>) -> Step {
    let b = O::A::from_slot(m.pop());
    let a = O::A::from_slot(m.pop());
    m.push(O::eval(a, b).to_slot());
    Ok(())
}

fn wide<O: WideOp<N>, const N: usize>(m: &mut Machine<'_>) -> Step {
    let mut operands = [0; N];
    for operand in operands.iter_mut().rev() {
        *operand = m.pop();
    }
    for half in O::eval(operands) {
        m.push(half);
    }
    Ok(())
}
