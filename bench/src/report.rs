//! A run as JSON: every time of every round, so that others can calculate anew.

use crate::board::Board;
use crate::goals::Goal;
use crate::rounds::Plan;
use serde_json::{Value, json};

/// The whole run.
pub fn of(board: &Board<'_>, plan: &Plan, goals: &[Goal]) -> Value {
    let rows: Vec<Value> = board
        .rows
        .iter()
        .map(|row| {
            let times = board.contenders.iter().zip(&row.times).map(|(contender, times)| match times {
                Ok(times) => json!({ "engine": contender.name, "seconds": times }),
                Err(why) => json!({ "engine": contender.name, "cannot": why }),
            });
            json!({
                "workload": row.workload.name,
                "family": row.workload.family.name(),
                "n": plan.n.unwrap_or(row.workload.n),
                "floats": row.workload.floats,
                "result": format!("{:#018x}", row.result),
                "times": times.collect::<Vec<_>>(),
                "best_other": board.best_other(row).map(|(ratio, name)| json!({ "engine": name, "ratio": ratio })),
            })
        })
        .collect();
    json!({
        "machine": machine(),
        "rounds": plan.rounds,
        "sample_seconds": plan.sample.as_secs_f64(),
        "reference": board.reference().map(|index| board.contenders[index].name),
        "workloads": rows,
        "goals": goals,
    })
}

/// What the system says about the processor; nothing where it says nothing.
pub fn machine() -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    json!({
        "processor": model,
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "load": read("/proc/loadavg").split(' ').next().and_then(|load| load.parse::<f64>().ok()),
        "arch": std::env::consts::ARCH,
        "os": std::env::consts::OS,
    })
}
