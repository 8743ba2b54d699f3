//! Arithmetic with numbers of 128 bits. The low half of the result goes to the cell named at 8, the high half to the
//! next; operands' cells at 10, 12, 14 and 16.

use crate::fast::regs::{handler, step};
use crate::ops::wide::WideOp;

handler! {
    /// Of two operands: two words.
    pub(in crate::fast) fn of_two[O: WideOp<2>](r) {
        let [low, high] = O::eval([*r.cell(10), *r.cell(12)]);
        let to = r.cell(8);
        *to = low;
        *to.add(1) = high;
        step(r, 2)
    }

    /// Of four: three words.
    pub(in crate::fast) fn of_four[O: WideOp<4>](r) {
        let [low, high] = O::eval([*r.cell(10), *r.cell(12), *r.cell(14), *r.cell(16)]);
        let to = r.cell(8);
        *to = low;
        *to.add(1) = high;
        step(r, 3)
    }
}
