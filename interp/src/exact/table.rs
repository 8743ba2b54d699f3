//! Tables. Spec: Core 3.0, 4.6.5 Table Instructions.

use super::dispatch::Builder;
use super::machine::{Machine, Step};
use super::memory::bulk;
use crate::call::{Exit, Grow};
use alloc::boxed::Box;
use selfsame_validate::Opcode;

pub(super) const fn add(builder: &mut Builder) {
    builder.put(Opcode::TableGet, table_get);
    builder.put(Opcode::TableSet, table_set);
    builder.put(Opcode::TableSize, table_size);
    builder.put_metered(Opcode::TableGrow, table_grow);
    builder.put_metered(Opcode::TableFill, table_fill);
    builder.put_metered(Opcode::TableCopy, table_copy);
    builder.put_metered(Opcode::TableInit, table_init);
    builder.put(Opcode::ElemDrop, elem_drop);
}

/// The table that the immediate names, by number in the store.
fn table(m: &mut Machine<'_>) -> usize {
    let index = m.read_u32();
    m.instance().tables[index as usize] as usize
}

fn table_get(m: &mut Machine<'_>) -> Step {
    let table = table(m);
    let index = m.pop();
    let table = &m.store.tables[table];
    let element = table.get(table.ty().address.of_cell(index))?;
    m.push(element);
    Ok(())
}

fn table_set(m: &mut Machine<'_>) -> Step {
    let table = table(m);
    let element = m.pop();
    let index = m.pop();
    let table = &mut m.store.tables[table];
    table.set(table.ty().address.of_cell(index), element)?;
    Ok(())
}

fn table_size(m: &mut Machine<'_>) -> Step {
    let table = table(m);
    m.push(m.store.tables[table].len());
    Ok(())
}

/// `table.grow` is carried out, and charged, outside: the embedder has a say.
fn table_grow(m: &mut Machine<'_>) -> Step {
    let table = table(m) as u32;
    let request = Grow::of_table(m.store, table, m.peek(0), m.peek(1));
    m.stop_in_front(Exit::Grow(request))
}

fn table_fill(m: &mut Machine<'_>) -> Step {
    let table = m.read_u32();
    bulk(m, Opcode::TableFill, table, 0)
}

fn table_copy(m: &mut Machine<'_>) -> Step {
    let (target, source) = (m.read_u32(), m.read_u32());
    bulk(m, Opcode::TableCopy, target, source)
}

fn table_init(m: &mut Machine<'_>) -> Step {
    let (segment, table) = (m.read_u32(), m.read_u32());
    bulk(m, Opcode::TableInit, segment, table)
}

fn elem_drop(m: &mut Machine<'_>) -> Step {
    let segment = m.read_u32();
    m.store.instances[m.instance as usize].elements[segment as usize] = Box::default();
    Ok(())
}
