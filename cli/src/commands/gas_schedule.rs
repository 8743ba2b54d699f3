//! `selfsame gas-schedule`: the prices.

use crate::args::GasScheduleArgs;
use crate::report;
use selfsame_interp::{Opcode, PAGE_SIZE, Schedule};
use serde::Serialize;
use std::fmt::Write;
use std::process::ExitCode;

#[derive(Serialize)]
struct Prices {
    version: u32,
    units: Units,
    instructions: Vec<Instruction>,
}

#[derive(Serialize)]
struct Units {
    bulk_bytes_per_gas: u64,
    table_elements_per_gas: u64,
    grow_page: u64,
    entry_cells_per_gas: u64,
    branch_cells_per_gas: u64,
}

#[derive(Serialize)]
struct Instruction {
    name: &'static str,
    code: String,
    cost: u32,
}

pub fn run(args: &GasScheduleArgs) -> ExitCode {
    let prices = prices(&Schedule::default());
    if args.json {
        report::print_json(&prices);
    } else {
        report::print(&table(&prices));
    }
    ExitCode::SUCCESS
}

fn prices(schedule: &Schedule) -> Prices {
    let units = schedule.units();
    let instructions = Opcode::ALL
        .iter()
        .map(|&opcode| Instruction { name: opcode.text(), code: code(opcode), cost: schedule.cost(opcode) })
        .collect();
    Prices {
        version: schedule.version(),
        units: Units {
            bulk_bytes_per_gas: units.bulk_bytes_per_gas,
            table_elements_per_gas: units.table_elements_per_gas,
            grow_page: units.grow_page,
            entry_cells_per_gas: units.entry_cells_per_gas,
            branch_cells_per_gas: units.branch_cells_per_gas,
        },
        instructions,
    }
}

/// As the specification writes it: `0x6a`, or the prefix and the number behind it, `0xfd 12`.
fn code(opcode: Opcode) -> String {
    let code = opcode.code();
    match code >> 16 {
        0 => format!("{code:#04x}"),
        prefix => format!("{prefix:#04x} {}", code & 0xffff),
    }
}

fn table(prices: &Prices) -> String {
    let mut out = format!("Gas schedule, version {}\n\n", prices.version);
    let units = &prices.units;
    for (what, gas, amount, unit) in [
        ("memory.copy, memory.fill, memory.init", 1, units.bulk_bytes_per_gas, "bytes"),
        ("table.copy, table.fill, table.init, table.grow", 1, units.table_elements_per_gas, "elements"),
        ("memory.grow", units.grow_page, PAGE_SIZE, "bytes"),
        ("entering a function", 1, units.entry_cells_per_gas, "cells of declared locals and results"),
        ("br, br_if, br_table", 1, units.branch_cells_per_gas, "cells that they carry"),
    ] {
        let _ = writeln!(out, "  {what:<48}{gas:>4}  for {amount} {unit}");
    }
    out += "\nThese come on top of what the instruction costs; what is left over of an amount is free. A cell has\n64 bits.\n\n";
    let _ = writeln!(out, "  {:<32}{:<12}{:>4}", "instruction", "code", "cost");
    for Instruction { name, code, cost } in &prices.instructions {
        let _ = writeln!(out, "  {name:<32}{code:<12}{cost:>4}");
    }
    out
}
