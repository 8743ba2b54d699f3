//! Each instruction, many times over, on a small native stack: a handler that does not end in a sibling
//! call would run out of it. For builds with sibling calls: the others return to a loop by construction.
#![cfg(not(debug_assertions))]

use selfsame_interp::{Config, Engine, Instance, Mode, Module, Opcode, Store, Tier};

const SMALL_STACK: usize = 128 << 10;
/// Times that each instruction runs: a handler that leaves a return address behind would use up this many
/// times eight bytes.
const ROUNDS: i32 = 4_000;
const COPIES: usize = 16;

const TYPES: [(&str, &str); 5] = [
    ("i32", "i32.const 7"),
    ("i64", "i64.const 7"),
    ("f32", "f32.const 7.5"),
    ("f64", "f64.const 7.5"),
    ("v128", "v128.const i32x4 7 7 7 7"),
];

/// Lists of up to three operand types.
fn operand_lists() -> Vec<Vec<usize>> {
    let mut lists = vec![vec![]];
    let mut last = lists.clone();
    for _ in 0..3 {
        last =
            last.iter().flat_map(|list: &Vec<usize>| (0..5).map(|ty| [&list[..], &[ty]].concat())).collect();
        lists.extend(last.clone());
    }
    lists
}

/// A module that runs the instruction in a loop.
fn text(opcode: Opcode, immediates: &str, operands: &[usize], result: bool, copies: usize) -> String {
    let locals: String = TYPES.iter().map(|(ty, _)| format!(" (local ${ty} {ty})")).collect();
    let sets: String = TYPES.iter().map(|(ty, value)| format!(" (local.set ${ty} ({value}))")).collect();
    let args: String = operands.iter().map(|ty| format!(" (local.get ${})", TYPES[*ty].0)).collect();
    let one = format!("({} {immediates}{args})", opcode.text());
    let one = if result { format!("(drop {one})") } else { one };
    format!(
        "(module (memory 1) (memory 1) (table $t 8 funcref) (global $g (mut i64) (i64.const 0))
            (func (export \"run\") (param $n i32) {locals} {sets}
                (loop $l {} (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))",
        one.repeat(copies)
    )
}

/// The module for an instruction, whatever its operands are; `None` if it is none of value types alone.
fn module(engine: &Engine, opcode: Opcode, lists: &[Vec<usize>]) -> Vec<Module> {
    let lanes = "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15";
    let mut found = Vec::new();
    for immediates in ["", "0", "1", "1 0", lanes] {
        for operands in lists {
            for result in [true, false] {
                let module = |copies| {
                    let bytes = wat::parse_str(text(opcode, immediates, operands, result, copies)).ok()?;
                    Module::new(engine, bytes).ok()
                };
                if module(1).is_some() {
                    found.extend(module(COPIES));
                }
            }
        }
        if !found.is_empty() && !opcode.takes_mem_arg() {
            break;
        }
    }
    found
}

/// Those that do not come back to the next instruction.
fn is_plain(opcode: Opcode) -> bool {
    use Opcode as O;
    !matches!(
        opcode,
        O::Unreachable
            | O::Return
            | O::Br
            | O::BrIf
            | O::BrTable
            | O::If
            | O::Else
            | O::End
            | O::Block
            | O::Loop
    )
}

#[test]
fn every_instruction_leaves_the_native_stack_where_it_was() {
    for mode in [Mode::Deterministic, Mode::NonDeterministic] {
        let thread = std::thread::Builder::new().stack_size(SMALL_STACK + (4 << 20));
        // Modules are made on a large stack, and run on a small one.
        let modules = thread.spawn(move || {
            let engine = Engine::new(Config::new().tier(Tier::Fast).mode(mode));
            let lists = operand_lists();
            let plain = Opcode::ALL.iter().filter(|opcode| is_plain(**opcode));
            plain.map(|opcode| (*opcode, module(&engine, *opcode, &lists))).collect::<Vec<_>>()
        });
        let modules = modules.expect("a thread").join().expect("modules");
        let covered = modules.iter().filter(|(_, modules)| !modules.is_empty()).count();
        assert!(covered > 400, "only {covered} instructions are covered");
        let thread = std::thread::Builder::new().stack_size(SMALL_STACK);
        let run = thread.spawn(move || {
            for (opcode, modules) in &modules {
                for module in modules {
                    let mut store = Store::new(module.engine(), ());
                    store.set_gas(u64::MAX);
                    let instance = Instance::new(&mut store, module, &[]).expect("no imports");
                    let run = instance.get_typed_func::<i32, ()>(&mut store, "run").expect("the export");
                    // A trap is fine, though none is meant.
                    let _ = run.call(&mut store, ROUNDS);
                    assert!(store.gas_consumed() > 0, "{}", opcode.text());
                }
            }
        });
        run.expect("a thread").join().expect("no instruction used up the stack");
    }
}
