//! The pages in `docs/` say what the code does: tables and lists that can be compared are.

use selfsame_interp::{
    Config, Engine, Instance, Limits, Module, Opcode, PAGE_SIZE, Schedule, StackLimits, Store, Tier,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).expect(name)
}

/// What stands between two marks of a page.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = page.split_once(start).expect("the page has the start");
    rest.split_once(end).expect("the page has the end").0
}

/// First and second cell of each row of the page's tables, without back-ticks and separators of thousands.
fn rows(page: &str) -> BTreeMap<String, String> {
    let cell = |text: &str| text.trim().replace('`', "");
    page.lines()
        .filter(|line| line.starts_with("| "))
        .filter_map(|line| {
            let mut cells = line.trim_matches('|').split('|');
            Some((cell(cells.next()?), cell(cells.next()?).replace(',', "")))
        })
        .collect()
}

const SCHEDULE: [&str; 2] = ["<!-- schedule -->\n", "<!-- end of the schedule -->"];

/// The prices as docs/gas.md has them.
fn schedule() -> String {
    let schedule = Schedule::v2();
    let units = schedule.units();
    let mut out = format!("Version {}.\n\n| what | price |\n|---|---|\n", schedule.version());
    for (what, price) in [
        ("`memory.copy` `memory.fill` `memory.init`", (1, units.bulk_bytes_per_gas, "bytes")),
        (
            "`table.copy` `table.fill` `table.init` `table.grow`",
            (1, units.table_elements_per_gas, "elements"),
        ),
        ("`memory.grow`", (units.grow_page, PAGE_SIZE, "bytes")),
        ("entering a function", (1, units.entry_cells_per_gas, "cells of declared locals and results")),
        (
            "`br` `br_if` `br_table` `br_on_null` `br_on_non_null` `br_on_cast` `br_on_cast_fail` `br_on_cast_desc_eq` `br_on_cast_desc_eq_fail`",
            (1, units.branch_cells_per_gas, "cells that they carry"),
        ),
        ("`throw` `throw_ref`", (1, units.branch_cells_per_gas, "cells that they carry")),
        ("`throw` `throw_ref`, frames", (units.unwound_frame, 1, "frames that they look at")),
        ("`throw` `throw_ref`, clauses", (units.catch_clause, 1, "catch clauses that they look at")),
        ("what makes a struct or an array", (1, units.heap_bytes_per_gas, "bytes that it counts")),
        (
            "`array.fill` `array.copy` `array.init_data` `array.init_elem`",
            (1, units.bulk_bytes_per_gas, "bytes of elements"),
        ),
    ] {
        let (gas, amount, unit) = price;
        let _ = writeln!(out, "| {what} | {gas} for {amount} {unit} |");
    }
    let mut by_cost: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for &opcode in Opcode::ALL {
        by_cost.entry(schedule.cost(opcode)).or_default().push(format!("`{}`", opcode.text()));
    }
    out += "\n| cost | instructions |\n|---|---|\n";
    for (cost, opcodes) in by_cost {
        let _ = writeln!(out, "| {cost} | {} |", opcodes.join(" "));
    }
    out
}

/// `BLESS=1` writes the table: a change of it is a change of consensus.
#[test]
fn the_schedule_in_the_docs_is_the_one_in_the_code() {
    let page = page("gas.md");
    let documented = between(&page, SCHEDULE[0], SCHEDULE[1]);
    let wanted = schedule();
    if std::env::var_os("BLESS").is_some() {
        let marked = |text: &str| format!("{}{text}{}", SCHEDULE[0], SCHEDULE[1]);
        let new = page.replace(&marked(documented), &marked(&wanted));
        fs::write(root().join("docs/gas.md"), new).expect("docs/gas.md can be written");
        return;
    }
    assert!(documented == wanted, "docs/gas.md has other prices; should be:\n{wanted}");
}

#[test]
fn the_worked_example_of_gas_is_right() {
    let page = page("gas.md");
    let text = between(&page, "```wat\n", "```");
    let total: u64 = rows(&page)["in all"].parse().expect("a number");
    for tier in [Tier::Exact, Tier::Fast] {
        let engine = Engine::new(Config::new().tier(tier));
        let module = Module::new(&engine, wat::parse_str(text).expect("the text")).expect("the module");
        let mut store = Store::new(&engine, ());
        store.set_gas(total);
        let instance = Instance::new(&mut store, &module, &[]).expect("the instance");
        let run = instance.get_typed_func::<(), i32>(&mut store, "run").expect("the export");
        assert_eq!(run.call(&mut store, ()).expect("the gas suffices"), 81);
        assert_eq!(store.gas_consumed(), total);
        store.set_gas(total - 1);
        run.call(&mut store, ()).expect_err("the gas does not suffice");
    }
}

#[test]
fn the_limits_in_the_docs_are_those_in_the_code() {
    let rows = rows(&page("limits.md"));
    let (limits, stack) = (Limits::default(), StackLimits::default());
    let mut wanted: Vec<(&str, u64)> = vec![
        ("bytes", limits.module_bytes),
        ("types", limits.types.into()),
        ("functions", limits.functions.into()),
        ("value slots in a function", limits.value_slots.into()),
        ("table elements", limits.table_elements),
        ("call_depth", stack.call_depth.into()),
        ("value_slots", stack.value_slots.into()),
        ("host_reentry", stack.host_reentry.into()),
    ];
    wanted.extend(Limits::FIXED);
    wanted.extend(Limits::DECLARED);
    for (what, value) in wanted {
        assert_eq!(rows.get(what), Some(&value.to_string()), "docs/limits.md: {what}");
    }
}
