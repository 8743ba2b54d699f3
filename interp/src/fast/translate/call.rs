//! Calls. Spec: Core 3.0, 4.6.10 Function Calls.

use super::Translator;
use super::emit::{Form, fields32};
use super::operands::Place;
use crate::fast::code::pair;
use crate::fast::handlers::numeric::{Acc, Cell};
use crate::fast::handlers::table::{Index, Index32, Index64};
use crate::fast::handlers::{call, variable};
use crate::fast::regs::Handler;
use selfsame_validate::{AddressType, FuncType, ValType};

/// A word of an index and two 16-bit operands, at offsets 8, 12 and 14.
fn index_and_cells(index: u32, first: u16, second: u16) -> u64 {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&index.to_ne_bytes());
    bytes[4..6].copy_from_slice(&first.to_ne_bytes());
    bytes[6..].copy_from_slice(&second.to_ne_bytes());
    u64::from_ne_bytes(bytes)
}

fn indirect_handler<I: Index>(index: Form) -> Handler {
    if index == Form::Acc { call::call_indirect::<Acc, I> } else { call::call_indirect::<Cell<14>, I> }
}

fn tail_handler<I: Index>(index: Form) -> Handler {
    if index == Form::Acc {
        call::return_call_indirect::<Acc, I>
    } else {
        call::return_call_indirect::<Cell<14>, I>
    }
}

impl Translator<'_> {
    /// `call` and `return_call`.
    pub(super) fn call(&mut self, tail: bool) {
        let func = self.index();
        let module = self.module;
        let ty = module.func_type(func);
        self.all_home();
        let base = self.cell_at(self.height - ty.param_cells());
        let defined = func.checked_sub(module.imported_funcs());
        let number = defined.unwrap_or(func);
        self.end_chains();
        if tail {
            let handler: Handler =
                if defined.is_some() { call::return_call } else { call::return_call_imported };
            let word = self.emit(handler, &[index_and_cells(number, base, ty.param_cells() as u16)]);
            self.last_site(word);
            self.live = false;
            return;
        }
        let handler: Handler = if defined.is_some() { call::call } else { call::call_imported };
        let landing = pair(0, self.body.local_cells + self.height - ty.param_cells());
        let word = self.emit(handler, &[index_and_cells(number, base, 0), landing]);
        self.last_site(word);
        self.land(word + 2, ty);
    }

    /// `call_indirect` and `return_call_indirect`.
    pub(super) fn call_indirect(&mut self, tail: bool) {
        let (type_index, table) = (self.index(), self.index());
        let module = self.module;
        let ty = module.types()[type_index as usize].func();
        let index = self.pop();
        self.all_home();
        let index = self.readable(index);
        let base = self.cell_at(self.height - ty.param_cells());
        let form = self.form(index);
        self.end_chains();
        let target = index_and_cells(type_index, base, index);
        if tail {
            let handler = match self.module.tables()[table as usize].address {
                AddressType::I32 => tail_handler::<Index32>(form),
                AddressType::I64 => tail_handler::<Index64>(form),
            };
            let word = self.emit(handler, &[target, pair(table, ty.param_cells())]);
            self.last_site(word);
            self.live = false;
            return;
        }
        let handler = match self.module.tables()[table as usize].address {
            AddressType::I32 => indirect_handler::<Index32>(form),
            AddressType::I64 => indirect_handler::<Index64>(form),
        };
        let landing = pair(0, self.body.local_cells + self.height - ty.param_cells());
        let word = self.emit(handler, &[target, pair(table, 0), landing]);
        self.last_site(word);
        self.land(word + 3, ty);
    }

    /// `call_ref` and `return_call_ref`.
    pub(super) fn call_ref(&mut self, tail: bool) {
        let type_index = self.index();
        let module = self.module;
        let ty = module.types()[type_index as usize].func();
        let reference = self.pop();
        self.all_home();
        let reference = self.readable(reference);
        let base = self.cell_at(self.height - ty.param_cells());
        let is_acc = self.form(reference) == Form::Acc;
        self.end_chains();
        let target = index_and_cells(ty.param_cells(), base, reference);
        if tail {
            let handler: Handler =
                if is_acc { call::return_call_ref::<Acc> } else { call::return_call_ref::<Cell<14>> };
            let word = self.emit(handler, &[target]);
            self.last_site(word);
            self.live = false;
            return;
        }
        let handler: Handler = if is_acc { call::call_ref::<Acc> } else { call::call_ref::<Cell<14>> };
        let landing = pair(0, self.body.local_cells + self.height - ty.param_cells());
        let word = self.emit(handler, &[target, landing]);
        self.last_site(word);
        self.land(word + 2, ty);
    }

    /// Behind a call, of which note has just been taken: its results are on the stack, and a chain starts.
    fn land(&mut self, landing: usize, ty: &FuncType) {
        self.truncate(self.operands.len() as u32 - ty.params().len() as u32);
        for ty in ty.results() {
            self.push_home(*ty == ValType::V128);
        }
        self.acc = None;
        self.continue_chain(landing as u32 * 2, self.pc as u32);
    }

    /// `table.get`, `table.set`, `table.size`.
    pub(super) fn table_access(&mut self, opcode: selfsame_validate::Opcode) {
        use crate::fast::handlers::table;
        use selfsame_validate::Opcode;
        let index = self.index();
        let is_64 = self.module.tables()[index as usize].address == AddressType::I64;
        match opcode {
            Opcode::TableSize => {
                self.emit_result(false, table::table_size, |cell| fields32(cell, 0, index), &[]);
            }
            Opcode::TableGet => {
                let element = self.pop();
                let element = self.readable(element);
                let word = self.out.len();
                let handler: Handler =
                    if is_64 { table::table_get::<Index64> } else { table::table_get::<Index32> };
                self.emit_result(false, handler, |cell| fields32(cell, element, index), &[]);
                self.site(word);
            }
            _ => {
                let (value, element) = (self.pop(), self.pop());
                let (element, value) = (self.readable(element), self.readable(value));
                let handler: Handler =
                    if is_64 { table::table_set::<Index64> } else { table::table_set::<Index32> };
                let word = self.emit(handler, &[fields32(value, element, index)]);
                self.site(word);
            }
        }
    }

    pub(super) fn ref_func(&mut self) {
        let index = self.index();
        let handler = crate::fast::handlers::table::ref_func;
        self.emit_result(false, handler, |cell| fields32(cell, 0, index), &[]);
    }

    /// `ref.as_non_null`: the operand stays what it is.
    pub(super) fn ref_as_non_null(&mut self) {
        let operand = self.pop();
        let cell = self.readable(operand);
        let is_acc = self.form(cell) == Form::Acc;
        let handler: Handler =
            if is_acc { variable::non_null::<Acc> } else { variable::non_null::<Cell<10>> };
        let word = self.emit(handler, &[fields32(0, cell, 0)]);
        self.site(word);
        // A constant has been put into the operand's own cell.
        let place = if cell == operand.cell { Place::Home } else { operand.place };
        self.push(place, false);
    }

    pub(super) fn segment_drop(&mut self, opcode: selfsame_validate::Opcode) {
        let segment = self.index();
        self.emit(crate::fast::handlers::table::segment_drop, &[pair(segment, opcode as u32)]);
    }
}
