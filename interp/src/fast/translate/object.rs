//! Fields of structs, elements of arrays, small integers: what has handlers of its own. Spec: Core 3.0, 4.6.4 Aggregate
//! Instructions.

use super::emit::{Form, fields, fields32};
use super::numeric::pick_unop;
use super::{Opcode, Translator};
use crate::fast::handlers::memory::{Load, Load8, Load8To32, Load16, Load16To32, Load32, Load64, Narrow};
use crate::fast::handlers::numeric::{Acc, Cell};
use crate::fast::handlers::object::{self, I31GetS, I31GetU, RefI31};
use crate::fast::regs::Handler;
use crate::heap::HeapOp;

/// A handler by where its one scalar operand is, which has a cell at this offset.
macro_rules! of_scalar {
    ($name:ident, $offset:literal) => {
        fn $name(operand: Form) -> Handler {
            match operand {
                Form::Acc => object::$name::<Acc>,
                _ => object::$name::<Cell<$offset>>,
            }
        }
    };
}

of_scalar!(struct_get_vector, 10);
of_scalar!(struct_set_vector, 10);
of_scalar!(array_get_vector, 12);
of_scalar!(array_set_vector, 12);
of_scalar!(array_len, 10);

fn struct_get<L: Load>(reference: Form) -> Handler {
    match reference {
        Form::Acc => object::struct_get::<L, Acc>,
        _ => object::struct_get::<L, Cell<10>>,
    }
}

fn struct_set<M: Narrow>(reference: Form, value: Form) -> Handler {
    match (reference, value) {
        (Form::Acc, _) => object::struct_set::<M, Acc, Cell<8>>,
        (_, Form::Acc) => object::struct_set::<M, Cell<10>, Acc>,
        _ => object::struct_set::<M, Cell<10>, Cell<8>>,
    }
}

fn array_get<L: Load>(index: Form) -> Handler {
    match index {
        Form::Acc => object::array_get::<L, Acc>,
        _ => object::array_get::<L, Cell<12>>,
    }
}

fn array_set<M: Narrow>(index: Form, value: Form) -> Handler {
    match (index, value) {
        (Form::Acc, _) => object::array_set::<M, Acc, Cell<8>>,
        (_, Form::Acc) => object::array_set::<M, Cell<12>, Acc>,
        _ => object::array_set::<M, Cell<12>, Cell<8>>,
    }
}

/// Bytes of a vector.
const VECTOR: u32 = 16;

/// The handler for what is stored in so many bytes, read with its sign or without.
macro_rules! get {
    ($pick:ident($form:expr), $bytes:expr, $signed:expr) => {
        match ($bytes, $signed) {
            (1, false) => $pick::<Load8>($form),
            (1, true) => $pick::<Load8To32>($form),
            (2, false) => $pick::<Load16>($form),
            (2, true) => $pick::<Load16To32>($form),
            (4, _) => $pick::<Load32>($form),
            _ => $pick::<Load64>($form),
        }
    };
}

/// The handler for what is stored in so many bytes.
macro_rules! set {
    ($pick:ident($($form:expr),*), $bytes:expr) => {
        match $bytes {
            1 => $pick::<u8>($($form),*),
            2 => $pick::<u16>($($form),*),
            4 => $pick::<u32>($($form),*),
            _ => $pick::<u64>($($form),*),
        }
    };
}

impl Translator<'_> {
    /// An instruction with a handler of its own; `false` if it has none.
    pub(super) fn object(&mut self, op: HeapOp) -> bool {
        use Opcode as O;
        match op.opcode {
            O::ArrayLen => self.of_one(array_len),
            O::RefI31 => self.of_one(pick_unop::<RefI31>),
            O::I31GetS => self.of_one(pick_unop::<I31GetS>),
            O::I31GetU => self.of_one(pick_unop::<I31GetU>),
            O::StructGet | O::StructGetS | O::StructGetU | O::StructSet => self.field(op),
            O::ArrayGet | O::ArrayGetS | O::ArrayGetU | O::ArraySet => self.element(op),
            _ => return false,
        }
        true
    }

    /// Bytes of a field of a struct, or of any element of an array.
    fn bytes_of(&self, op: HeapOp) -> u32 {
        self.module.types()[op.first as usize].fields()[op.second as usize].storage.bytes()
    }

    /// An instruction that makes one cell of one.
    fn of_one(&mut self, pick: fn(Form) -> Handler) {
        let operand = self.pop();
        let operand = self.readable(operand);
        let (handler, word) = (pick(self.form(operand)), self.out.len());
        self.emit_result(false, handler, |cell| fields(cell, operand, 0, 0), &[]);
        self.site(word);
    }

    /// `struct.get` and `struct.set`.
    fn field(&mut self, op: HeapOp) {
        let bytes = self.bytes_of(op);
        // A scalar is named by its place, a vector by its index.
        let at = if bytes == VECTOR { op.second } else { op.second * 8 };
        let value = (op.opcode == Opcode::StructSet).then(|| self.pop());
        let reference = self.pop();
        let reference = self.readable(reference);
        let word;
        if let Some(value) = value {
            let value = self.readable(value);
            let (reference_in, value_in) = (self.form(reference), self.form(value));
            let handler = match bytes {
                VECTOR => struct_set_vector(reference_in),
                _ => set!(struct_set(reference_in, value_in), bytes),
            };
            word = self.emit(handler, &[fields32(value, reference, at)]);
        } else {
            word = self.out.len();
            let handler = match bytes {
                VECTOR => struct_get_vector(self.form(reference)),
                _ => get!(struct_get(self.form(reference)), bytes, op.opcode == Opcode::StructGetS),
            };
            self.emit_result(bytes == VECTOR, handler, |cell| fields32(cell, reference, at), &[]);
        }
        self.site(word);
    }

    /// `array.get` and `array.set`.
    fn element(&mut self, op: HeapOp) {
        let bytes = self.bytes_of(op);
        let value = (op.opcode == Opcode::ArraySet).then(|| self.pop());
        let (index, array) = (self.pop(), self.pop());
        let array = self.readable(array);
        let index = self.readable(index);
        let word;
        if let Some(value) = value {
            let value = self.readable(value);
            let (index_in, value_in) = (self.form(index), self.form(value));
            let handler = match bytes {
                VECTOR => array_set_vector(index_in),
                _ => set!(array_set(index_in, value_in), bytes),
            };
            word = self.emit(handler, &[fields(value, array, index, 0)]);
        } else {
            word = self.out.len();
            let handler = match bytes {
                VECTOR => array_get_vector(self.form(index)),
                _ => get!(array_get(self.form(index)), bytes, op.opcode == Opcode::ArrayGetS),
            };
            self.emit_result(bytes == VECTOR, handler, |cell| fields(cell, array, index, 0), &[]);
        }
        self.site(word);
    }
}
