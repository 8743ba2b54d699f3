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

/// Lists of operand types: all of up to two, and those of three and four that instructions have.
fn operand_lists() -> Vec<Vec<usize>> {
    let types = 0..TYPES.len();
    let mut lists = vec![vec![]];
    lists.extend(types.clone().map(|ty| vec![ty]));
    lists.extend(types.clone().flat_map(|a| types.clone().map(move |b| vec![a, b])));
    lists.extend(types.map(|ty| vec![ty, ty, 0]));
    lists.extend([vec![4, 4, 4], vec![1, 1, 1], vec![1, 0, 1], vec![1, 1, 1, 1]]);
    lists
}

/// A module that runs the instruction in a loop; its memories and tables have addresses of this type.
fn text(
    opcode: Opcode,
    immediates: &str,
    operands: &[usize],
    results: usize,
    address: &str,
    copies: usize,
) -> String {
    let locals: String = TYPES.iter().map(|(ty, _)| format!(" (local ${ty} {ty})")).collect();
    let sets: String = TYPES.iter().map(|(ty, value)| format!(" (local.set ${ty} ({value}))")).collect();
    let args: String = operands.iter().map(|ty| format!(" (local.get ${})", TYPES[*ty].0)).collect();
    let one = format!("({} {immediates}{args})", opcode.text());
    let one = one + &" drop".repeat(results);
    format!(
        "(module (memory {address} 1) (memory {address} 1) (table $t {address} 8 funcref) (global $g (mut i64) (i64.const 0))
            (func (export \"run\") (param $n i32) {locals} {sets}
                (loop $l {} (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))",
        one.repeat(copies)
    )
}

/// The modules for an instruction, whatever its operands are; none if it has others than these.
fn modules(engine: &Engine, opcode: Opcode, lists: &[Vec<usize>]) -> Vec<Vec<u8>> {
    let lanes = "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15";
    let mut found = Vec::new();
    for immediates in ["", "0", "1", "1 0", lanes] {
        for operands in lists {
            for results in [1, 0, 2] {
                let bytes = |address: &str, copies: usize| {
                    wat::parse_str(text(opcode, immediates, operands, results, address, copies))
                };
                let fits =
                    |address: &&str| bytes(address, 1).is_ok_and(|bytes| Module::new(engine, bytes).is_ok());
                // Where either does, nothing is about addresses.
                found.extend(
                    ["i32", "i64"].into_iter().find(fits).and_then(|address| bytes(address, COPIES).ok()),
                );
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
    let engine = Engine::default();
    let lists = operand_lists();
    let plain = Opcode::ALL.iter().filter(|opcode| is_plain(**opcode));
    let all: Vec<_> = plain.map(|opcode| (*opcode, modules(&engine, *opcode, &lists))).collect();
    let covered = all.iter().filter(|(_, modules)| !modules.is_empty()).count();
    assert!(covered > 420, "only {covered} instructions are covered");
    for mode in [Mode::Deterministic, Mode::NonDeterministic] {
        let all = all.clone();
        let thread = std::thread::Builder::new().stack_size(SMALL_STACK);
        thread.spawn(move || run(&all, mode)).expect("a thread").join().expect("the stack is large enough");
    }
}

fn run(all: &[(Opcode, Vec<Vec<u8>>)], mode: Mode) {
    let engine = Engine::new(Config::new().tier(Tier::Fast).mode(mode));
    for (opcode, modules) in all {
        for bytes in modules {
            let module = Module::new(&engine, bytes.clone()).expect("a module that was accepted");
            let mut store = Store::new(&engine, ());
            // A tail call of itself never ends otherwise.
            store.set_gas(50_000_000);
            let instance = Instance::new(&mut store, &module, &[]).expect("no imports");
            let run = instance.get_typed_func::<i32, ()>(&mut store, "run").expect("the export");
            // A trap is fine, though none is meant.
            let _ = run.call(&mut store, ROUNDS);
            assert!(store.gas_consumed() > 0, "{}", opcode.text());
        }
    }
}
