//! The tables on the terminal.

use crate::board::Board;
use crate::rounds::Row;
use crate::stats::Spread;
use crate::workloads::Family;
use std::collections::BTreeSet;

/// A column of ratios to the reference, or of the best other interpreter.
fn cell(spread: Option<Spread>) -> String {
    spread.map_or(String::from("-"), |spread| number(spread.median))
}

fn number(value: f64) -> String {
    if value >= 99.5 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// Names in two lines where they have several words, so that columns stay narrow.
fn header(names: &[&str]) {
    let words: Vec<Vec<&str>> =
        names.iter().map(|name| name.split(", ").flat_map(|part| part.split(' ')).collect()).collect();
    let depth = words.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..depth {
        print!("{:15}{:>10}", if line == 0 { "workload" } else { "" }, if line == 0 { "ms" } else { "" });
        for words in &words {
            print!("{:>10}", words.get(line).unwrap_or(&""));
        }
        println!("{}", if line == 0 { "  best other: median (min to max)" } else { "" });
    }
}

/// Prints a row for each workload and each family: milliseconds of the reference, and how many times longer the
/// others take.
pub fn print(board: &Board<'_>) {
    let Some(reference) = board.reference() else { return };
    let others: Vec<usize> = (0..board.contenders.len()).filter(|&index| index != reference).collect();
    let names: Vec<&str> = others.iter().map(|&index| board.contenders[index].name).collect();
    header(&names);
    for family in Family::ALL {
        let rows: Vec<&Row> = board.rows.iter().filter(|row| row.workload.family == family).collect();
        for row in &rows {
            let ms = row.time(reference).map_or(f64::NAN, |time| time.median * 1e3);
            print!("{:15}{ms:>10.3}", row.workload.name);
            for &other in &others {
                print!("{:>10}", cell(row.ratio(other, reference)));
            }
            println!("  {}", best(board, row));
        }
        if rows.len() > 1 {
            mean(board, &others, reference, Some(family));
        }
    }
    if board.rows.len() > 1 {
        mean(board, &others, reference, None);
    }
    cannot(board);
}

fn best(board: &Board<'_>, row: &Row) -> String {
    board.best_other(row).map_or(String::from("-"), |(spread, name)| {
        format!("{name} {} ({} to {})", number(spread.median), number(spread.min), number(spread.max))
    })
}

/// A row of geometric means.
fn mean(board: &Board<'_>, others: &[usize], reference: usize, family: Option<Family>) {
    print!("{:25}", format!("= {}", family.map_or("all", Family::name)));
    for &other in others {
        let mean =
            board.geomean(other, reference, |row| family.is_none_or(|family| row.workload.family == family));
        print!("{:>10}", mean.map_or(String::from("-"), number));
    }
    println!("  {}", board.geomean_of_best(family).map_or(String::from("-"), number));
}

/// Who cannot run what, and why.
fn cannot(board: &Board<'_>) {
    let mut lines = BTreeSet::new();
    for row in &board.rows {
        for (contender, times) in board.contenders.iter().zip(&row.times) {
            if let Err(why) = times {
                lines.insert(format!("{} does not run {}: {why}", contender.name, row.workload.name));
            }
        }
    }
    for line in lines {
        println!("{line}");
    }
}

/// Prints each contender's times for one workload.
pub fn details(board: &Board<'_>) {
    let Some(reference) = board.reference() else { return };
    for row in &board.rows {
        println!("{}, result {:#x}", row.workload.name, row.result);
        for (index, contender) in board.contenders.iter().enumerate() {
            let (Some(time), Some(ratio)) = (row.time(index), row.ratio(index, reference)) else { continue };
            let ms = |time: f64| time * 1e3;
            println!(
                "  {:20}{:>11.3} ms  ({:.3} to {:.3})  x{} ({} to {})",
                contender.name,
                ms(time.median),
                ms(time.min),
                ms(time.max),
                number(ratio.median),
                number(ratio.min),
                number(ratio.max),
            );
        }
    }
}
