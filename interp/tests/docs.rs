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

/// Texts and targets of the links of a page that stay within the repository.
fn links(page: &str) -> Vec<(&str, &str)> {
    let mut code = false;
    let mut found = Vec::new();
    for line in page.lines() {
        code ^= line.starts_with("```");
        let mut rest = if code { "" } else { line };
        while let Some((before, behind)) = rest.split_once("](") {
            let text = before.rsplit_once('[').map_or("", |(_, text)| text);
            let (target, behind) = behind.split_once(')').expect("a link has an end");
            if !target.contains("://") {
                found.push((text, target));
            }
            rest = behind;
        }
    }
    found
}

/// What a heading is called in a link: small letters, with hyphens for spaces.
fn anchor(heading: &str) -> String {
    let letters = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    letters.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// The README and the other pages at the front, and those of `docs/`.
fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).expect("docs/");
    let docs = docs.map(|entry| entry.expect("an entry of docs/").path());
    let front = ["README.md", "CHANGELOG.md", "RATIONALE.md", "SECURITY.md"];
    front.map(|name| root().join(name)).into_iter().chain(docs).collect()
}

#[test]
fn links_lead_to_files_and_headings_that_are_there() {
    let mut followed = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for (_, target) in links(&text) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if path.is_empty() { page.clone() } else { page.with_file_name(path) };
            assert!(file.exists(), "{}: {target}", page.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(&file).expect("a page");
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                let is_it = |line: &str| anchor(line.trim_start_matches('#').trim()) == heading;
                assert!(headings.any(is_it), "{}: {target}", page.display());
            }
            followed += 1;
        }
    }
    assert!(followed > 100, "only {followed} links were found");
}

/// The README's tables name tests by what is in them.
#[test]
fn what_a_link_of_the_readme_names_as_code_is_in_the_file() {
    let text = fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut named = 0;
    for (text, target) in links(&text) {
        let Some(code) = text.strip_prefix('`').and_then(|text| text.strip_suffix('`')) else { continue };
        let path = target.split('#').next().expect("a first piece");
        let file = fs::read_to_string(root().join(path)).expect("links lead to files");
        assert!(file.contains(code), "{path} does not have {code}");
        named += 1;
    }
    assert!(named > 40, "only {named} links name code");
}
