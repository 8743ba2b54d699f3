//! Vector instructions: the choice of handlers. Spec: Core 3.0, 4.6.4 Vector Instructions.

use super::emit::{Last, Made, Product, fields, fields32};
use super::memory::{Target, place};
use super::operands::Operand;
use super::{Opcode, Translator, recent, soft};
use crate::config::Mode;
use crate::fast::handlers::control::unreachable;
use crate::fast::handlers::memory::{Access, First, Other, Which, Wide};
use crate::fast::handlers::numeric::Cell;
use crate::fast::handlers::simd::{self, Lane, WideLane};
use crate::fast::handlers::variable;
use crate::fast::regs::Handler;
use crate::ops::simd::{
    self as ops, VBinOp, VLoadExt, simd_binops, simd_extracts, simd_float_binops, simd_float_ternops,
    simd_float_unops, simd_load_ext, simd_replaces, simd_shifts, simd_splats, simd_ternops, simd_tests,
    simd_unops,
};
use crate::ops::{DefaultSoft, Hard};

/// The handler of an instruction, if it is in the list.
macro_rules! select_from {
    ($handler:path, $opcode:expr; $($name:ident $(($ty:ty))? $(-> $r:ty)? = $f:path;)*) => {
        match $opcode {
            $(Opcode::$name => {
                use $handler as handler;
                Some(handler::<ops::$name> as Handler)
            })*
            _ => None,
        }
    };
}

/// As `select_from`, for lists of float instructions with the floats of a mode.
macro_rules! select_float_from {
    ($mode:ty, $handler:path, $opcode:expr; $($name:ident = $f:path;)*) => {
        match $opcode {
            $(Opcode::$name => {
                use $handler as handler;
                Some(handler::<ops::$name<$mode>> as Handler)
            })*
            _ => None,
        }
    };
}

fn unop(opcode: Opcode) -> Option<Handler> {
    simd_unops!(select_from, simd::unop, opcode;)
}

fn binop(opcode: Opcode) -> Option<Handler> {
    simd_binops!(select_from, simd::binop, opcode;)
}

/// Of `i8x16.swizzle` and its relaxed form, which is the same.
fn swizzle(opcode: Opcode) -> Option<Handler> {
    match opcode {
        Opcode::I8x16Swizzle | Opcode::I8x16RelaxedSwizzle => recent::swizzle(),
        _ => None,
    }
}

fn ternop(opcode: Opcode) -> Option<Handler> {
    simd_ternops!(select_from, simd::ternop, opcode;)
}

fn shift(opcode: Opcode) -> Option<Handler> {
    simd_shifts!(select_from, simd::shift, opcode;)
}

fn test(opcode: Opcode) -> Option<Handler> {
    simd_tests!(select_from, simd::test, opcode;)
}

fn splat(opcode: Opcode) -> Option<Handler> {
    simd_splats!(select_from, simd::splat, opcode;)
}

fn extract(opcode: Opcode) -> Option<Handler> {
    simd_extracts!(select_from, simd::extract, opcode;)
}

fn replace(opcode: Opcode) -> Option<Handler> {
    simd_replaces!(select_from, simd::replace, opcode;)
}

fn float_unop(opcode: Opcode, soft: bool) -> Option<Handler> {
    if soft {
        simd_float_unops!(select_float_from, DefaultSoft, simd::soft_unop, opcode;)
    } else {
        simd_float_unops!(select_float_from, Hard, simd::unop, opcode;)
    }
}

fn float_binop(opcode: Opcode, soft: bool) -> Option<Handler> {
    if soft {
        soft::vector_binop(opcode)
            .or_else(|| simd_float_binops!(select_float_from, DefaultSoft, simd::soft_binop, opcode;))
    } else {
        simd_float_binops!(select_float_from, Hard, simd::binop, opcode;)
    }
}

fn float_ternop(opcode: Opcode, soft: bool) -> Option<Handler> {
    if soft {
        soft::vector_ternop(opcode)
            .or_else(|| simd_float_ternops!(select_float_from, DefaultSoft, simd::soft_ternop, opcode;))
    } else {
        simd_float_ternops!(select_float_from, Hard, simd::ternop, opcode;)
    }
}

fn pick_load_ext<O: VLoadExt<M: Access + Into<u64>>>(target: Target) -> Handler {
    match target {
        Target::First => simd::load_ext::<O, First>,
        Target::Other => simd::load_ext::<O, Other>,
        Target::Wide => simd::load_ext::<O, Wide>,
    }
}

fn load_ext(opcode: Opcode, target: Target) -> Option<Handler> {
    macro_rules! rows {
        ($($name:ident ($ty:ty) = $f:path;)*) => {
            match opcode {
                $(Opcode::$name => Some(pick_load_ext::<ops::$name>(target)),)*
                _ => None,
            }
        };
    }
    simd_load_ext!(rows)
}

/// The handler of a `load_lane` or `store_lane`.
fn pick_lane<W: Which>(opcode: Opcode) -> Handler {
    use Opcode as O;
    match opcode {
        O::V128Load8Lane => simd::load_lane::<ops::I8x16ReplaceLane, u8, W>,
        O::V128Load16Lane => simd::load_lane::<ops::I16x8ReplaceLane, u16, W>,
        O::V128Load32Lane => simd::load_lane::<ops::I32x4ReplaceLane, u32, W>,
        O::V128Load64Lane => simd::load_lane::<ops::I64x2ReplaceLane, u64, W>,
        O::V128Store8Lane => simd::store_lane::<ops::I8x16ExtractLaneU, u8, W>,
        O::V128Store16Lane => simd::store_lane::<ops::I16x8ExtractLaneU, u16, W>,
        O::V128Store32Lane => simd::store_lane::<ops::I32x4ExtractLane, u32, W>,
        _ => simd::store_lane::<ops::I64x2ExtractLane, u64, W>,
    }
}

/// The handler of a sum or difference that takes in the product which is one of its operands.
fn sum_of_product(opcode: Opcode, product: Opcode, first: bool) -> Option<Handler> {
    fn pick<O: VBinOp, P: VBinOp>(first: bool) -> Handler {
        if first { simd::binop_of_first::<O, P> } else { simd::binop_of_second::<O, P> }
    }
    Some(match (opcode, product) {
        (Opcode::F32x4Add, Opcode::F32x4Mul) => pick::<ops::F32x4Add<Hard>, ops::F32x4Mul<Hard>>(first),
        (Opcode::F32x4Sub, Opcode::F32x4Mul) => pick::<ops::F32x4Sub<Hard>, ops::F32x4Mul<Hard>>(first),
        (Opcode::F64x2Add, Opcode::F64x2Mul) => pick::<ops::F64x2Add<Hard>, ops::F64x2Mul<Hard>>(first),
        (Opcode::F64x2Sub, Opcode::F64x2Mul) => pick::<ops::F64x2Sub<Hard>, ops::F64x2Mul<Hard>>(first),
        _ => return None,
    })
}

/// As [`sum_of_product`], with soft floats: relaxed instructions round twice there and yield canonical NaNs, so that
/// they are the same. Their operands are the factors and the other.
fn soft_sum_of_product(opcode: Opcode, product: Opcode, first: bool) -> Option<Handler> {
    let whole = match (opcode, product, first) {
        (Opcode::F32x4Add, Opcode::F32x4Mul, _) => Opcode::F32x4RelaxedMadd,
        (Opcode::F32x4Sub, Opcode::F32x4Mul, false) => Opcode::F32x4RelaxedNmadd,
        (Opcode::F64x2Add, Opcode::F64x2Mul, _) => Opcode::F64x2RelaxedMadd,
        (Opcode::F64x2Sub, Opcode::F64x2Mul, false) => Opcode::F64x2RelaxedNmadd,
        _ => return None,
    };
    float_ternop(whole, true)
}

impl Translator<'_> {
    pub(super) fn vector(&mut self, opcode: Opcode) {
        use Opcode as O;
        match opcode {
            O::V128Const => {
                let (low, high) = (self.eight_bytes(0), self.eight_bytes(8));
                self.pc += 16;
                self.emit_result(true, variable::const_v128, |cell| fields(cell, 0, 0, 0), &[low, high]);
            }
            O::I8x16Shuffle => {
                // The handler reads the lanes as bytes in memory order.
                let lanes = [self.eight_bytes(0).to_le(), self.eight_bytes(8).to_le()];
                self.pc += 16;
                let (b, a) = self.two_vectors();
                self.emit_result(
                    true,
                    recent::shuffle().unwrap_or(simd::shuffle),
                    |cell| fields(cell, a, b, 0),
                    &lanes,
                );
            }
            O::V128Store => {
                let arg = self.mem_arg();
                let (value, address) = (self.pop(), self.pop());
                let target = self.target_of(arg);
                let (offset, more) = place(arg, target);
                if target == Target::First && self.fused_vector_store(address, value, offset) {
                    return;
                }
                let (value, address) = (self.readable(value), self.readable(address));
                let handler: Handler = match target {
                    Target::First => simd::store::<Cell<10>, First>,
                    Target::Other => simd::store::<Cell<10>, Other>,
                    Target::Wide => simd::store::<Cell<10>, Wide>,
                };
                let word = self.emit(handler, &[fields32(value, address, offset)]);
                if target != Target::First {
                    self.out.extend_from_slice(&more);
                }
                self.site(word);
            }
            _ if opcode.takes_mem_arg() && opcode.takes_lane() => self.lane_access(opcode),
            _ if opcode.takes_mem_arg() => self.vector_load(opcode),
            _ => self.vector_op(opcode),
        }
    }

    /// Eight bytes of an immediate, as a cell holds them.
    fn eight_bytes(&self, offset: usize) -> u64 {
        let at = self.pc + offset;
        self.code.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
    }

    /// Pops two vectors: cells of the second and the first.
    fn two_vectors(&mut self) -> (u16, u16) {
        let (b, a) = (self.pop(), self.pop());
        (self.readable(b), self.readable(a))
    }

    fn vector_load(&mut self, opcode: Opcode) {
        let arg = self.mem_arg();
        let target = self.target_of(arg);
        let (offset, more) = place(arg, target);
        let plain: Handler = match target {
            Target::First => simd::load::<Cell<10>, First>,
            Target::Other => simd::load::<Cell<10>, Other>,
            Target::Wide => simd::load::<Cell<10>, Wide>,
        };
        let handler = load_ext(opcode, target).unwrap_or(plain);
        let address = self.pop();
        if opcode == Opcode::V128Load && target == Target::First && self.fused_vector_load(address, offset) {
            return;
        }
        let address = self.readable(address);
        let more = if target == Target::First { &[] } else { &more[..] };
        let word = self.out.len();
        self.emit_result(true, handler, |cell| fields32(cell, address, offset), more);
        self.site(word);
    }

    /// `load_lane` and `store_lane`.
    fn lane_access(&mut self, opcode: Opcode) {
        use Opcode as O;
        let arg = self.mem_arg();
        let lane = u16::from(self.code.get(self.pc).copied().unwrap_or(0));
        self.pc += 1;
        let (vector, address) = (self.pop(), self.pop());
        let (vector, address) = (self.readable(vector), self.readable(address));
        // All but those of memories with 64-bit addresses have their offset in the second word.
        let more = [fields32(vector, lane, arg.memory), arg.offset];
        let (handler, offset, more) = match self.target_of(arg) {
            Target::Wide => (pick_lane::<WideLane>(opcode), 0, &more[..]),
            _ => (pick_lane::<Lane>(opcode), arg.offset as u32, &more[..1]),
        };
        let word = self.out.len();
        if matches!(opcode, O::V128Load8Lane | O::V128Load16Lane | O::V128Load32Lane | O::V128Load64Lane) {
            self.emit_result(true, handler, |cell| fields32(cell, address, offset), more);
        } else {
            self.emit(handler, &[fields32(0, address, offset)]);
            self.out.extend_from_slice(more);
        }
        self.site(word);
    }

    fn vector_op(&mut self, opcode: Opcode) {
        let soft = self.mode != Mode::NonDeterministic;
        if let Some(handler) = swizzle(opcode).or_else(|| binop(opcode)).or_else(|| float_binop(opcode, soft))
        {
            let (b, a) = (self.pop(), self.pop());
            if self.sum_of_product(opcode, a, b) {
                return;
            }
            let (b, a) = (self.readable(b), self.readable(a));
            let product = Product { opcode, a, b, acc: self.acc };
            self.emit_result(true, handler, |cell| fields(cell, a, b, 0), &[]);
            if matches!(opcode, Opcode::F32x4Mul | Opcode::F64x2Mul) {
                self.last = self.last.map(|last| Last { made: Made::Product(product), ..last });
            }
        } else if let Some(handler) =
            unop(opcode).or_else(|| float_unop(opcode, soft)).or_else(|| splat(opcode))
        {
            let a = self.pop();
            let a = self.readable(a);
            self.emit_result(true, handler, |cell| fields(cell, a, 0, 0), &[]);
        } else if let Some(handler) = ternop(opcode).or_else(|| float_ternop(opcode, soft)) {
            let c = self.pop();
            let c = self.readable(c);
            let (b, a) = self.two_vectors();
            self.emit_result(true, handler, |cell| fields(cell, a, b, c), &[]);
        } else if let Some(handler) = shift(opcode) {
            let (b, a) = self.two_vectors();
            self.emit_result(true, handler, |cell| fields(cell, a, b, 0), &[]);
        } else if let Some(handler) = test(opcode) {
            let a = self.pop();
            let a = self.readable(a);
            self.emit_result(false, handler, |cell| fields(cell, a, 0, 0), &[]);
        } else {
            self.lane_op(opcode);
        }
    }

    /// The sum or difference of two float vectors, of which one is a product that it takes in. `false`: there is none
    /// such.
    fn sum_of_product(&mut self, opcode: Opcode, a: Operand, b: Operand) -> bool {
        let first = self.made_last(a);
        let Some(last) = first.or_else(|| self.made_last(b)) else { return false };
        let Made::Product(product) = last.made else { return false };
        let soft = self.soft();
        let pick = if soft { soft_sum_of_product } else { sum_of_product };
        let Some(handler) = pick(opcode, product.opcode, first.is_some()) else { return false };
        let other = self.readable(if first.is_some() { b } else { a });
        self.take_back(last, product.acc);
        let factors = [fields(product.a, product.b, 0, 0)];
        if soft {
            self.emit_result(true, handler, |cell| fields(cell, product.a, product.b, other), &[]);
        } else {
            self.emit_result(true, handler, |cell| fields(cell, other, other, 0), &factors);
        }
        true
    }

    /// `extract_lane` and `replace_lane`.
    fn lane_op(&mut self, opcode: Opcode) {
        let lane = u16::from(self.code.get(self.pc).copied().unwrap_or(0));
        self.pc += 1;
        if let Some(handler) = extract(opcode) {
            let a = self.pop();
            let a = self.readable(a);
            self.emit_result(false, handler, |cell| fields(cell, a, lane, 0), &[]);
            return;
        }
        let handler = replace(opcode).unwrap_or(unreachable);
        let (scalar, vector) = (self.pop(), self.pop());
        let (scalar, vector) = (self.readable(scalar), self.readable(vector));
        self.emit_result(true, handler, |cell| fields(cell, vector, scalar, lane), &[]);
    }
}
