//! Branches that carry operands out of nested blocks: `br_table`, `br_if` and `br`, with and without operands beneath
//! that are left behind, stopped by the end of gas at every place. Both tiers must come to what Rust comes to.

use selfsame_interp::{Config, Engine, Extern, FrameInfo, Instance, Module, Resumable, Store, Tier, Val};
use std::fmt::Write;

/// Blocks around each branch. The label behind them is that of the function.
const LEVELS: usize = 4;

/// How the branch to label number `$i` is made.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// `br_table` of so many labels and the default, which is the last label; its index is a local.
    Table(usize),
    /// The same, its index has just been made.
    Made(usize),
    /// A `br_if` for each label.
    If,
}

const FORMS: [Form; 6] =
    [Form::Table(0), Form::Table(3), Form::Table(LEVELS), Form::Made(LEVELS + 2), Form::Table(37), Form::If];

/// The block that is label number `label`, counted from the outside; [`LEVELS`] is the function. Labels in tables that
/// are longer than there are labels repeat.
fn block_of(label: usize) -> usize {
    (label * 3 + 1) % (LEVELS + 1)
}

/// Its depth, seen from the innermost block.
fn depth(block: usize) -> usize {
    if block == LEVELS { LEVELS } else { LEVELS - 1 - block }
}

/// The branches, with `arity` operands to carry and `beneath` more that are not carried.
fn branches(form: Form, arity: usize, beneath: usize) -> String {
    let mut text = "(i32.const 77) ".repeat(beneath);
    for operand in 0..arity {
        write!(text, "(i32.add (local.get $x) (i32.const {operand})) ").expect("a string");
    }
    match form {
        Form::Table(count) | Form::Made(count) => {
            let labels: Vec<String> = (0..=count).map(|label| depth(block_of(label)).to_string()).collect();
            let index = match form {
                Form::Made(_) => "(i32.xor (local.get $i) (i32.const 0))",
                _ => "(local.get $i)",
            };
            write!(text, "{index} (br_table {})", labels.join(" ")).expect("a string");
        }
        Form::If => {
            for label in 0..=LEVELS {
                let depth = depth(block_of(label));
                write!(text, "(br_if {depth} (i32.eq (local.get $i) (i32.const {label}))) ")
                    .expect("a string");
            }
            text += "(br 0)";
        }
    }
    text
}

/// What is behind the end of a block leaves its number in the global.
fn mark(block: usize) -> String {
    format!("(global.set $n (i32.add (i32.mul (global.get $n) (i32.const 10)) (i32.const {})))", block + 1)
}

fn module() -> Vec<u8> {
    let mut funcs = String::new();
    for (number, form) in FORMS.into_iter().enumerate() {
        for arity in 0..=3 {
            for beneath in 0..=2 {
                let results = format!("(result {})", "i32 ".repeat(arity));
                let mut code = branches(form, arity, beneath);
                for block in (0..LEVELS).rev() {
                    let under = "(i32.const 99)".repeat(block % 2);
                    let out = if block == 0 { String::new() } else { "(br 0)".into() };
                    code = format!("{under} (block {results} {code}) {} {out}", mark(block));
                }
                write!(
                    funcs,
                    r#"(func (export "{number}-{arity}-{beneath}") (param $x i32) (param $i i32) {results} {code})"#
                )
                .expect("a string");
            }
        }
    }
    wat::parse_str(format!(r#"(module (global $n (export "n") (mut i32) (i32.const 0)) {funcs})"#))
        .expect("a module")
}

/// What the global comes to where the branch goes to this block.
fn marks(block: usize) -> i32 {
    if block == LEVELS { 0 } else { (0..=block).rev().fold(0, |n, block| n * 10 + block as i32 + 1) }
}

#[derive(Debug, PartialEq)]
struct Seen {
    results: Result<Vec<Val>, Vec<FrameInfo>>,
    gas: u64,
    global: Val,
}

/// One call with so much gas.
fn call(module: &Module, name: &str, index: i32, gas: u64) -> Seen {
    let mut store = Store::new(module.engine(), ());
    store.set_gas(gas);
    let instance = Instance::new(&mut store, module, &[]).expect("an instance");
    let func = instance.get_func(&mut store, name).expect("exported");
    let args = [Val::I32(5), Val::I32(index)];
    let results = match func.call_resumable(&mut store, &args).expect("its parameters") {
        Resumable::Done(results) => Ok(results),
        Resumable::Stopped(_) => Err(store.frames().to_vec()),
    };
    let Some(Extern::Global(global)) = instance.get_export(&mut store, "n") else {
        panic!("the global is exported")
    };
    let global = global.get(&store);
    Seen { results, gas: store.gas_consumed(), global }
}

#[test]
fn operands_arrive_and_cost_alike() {
    let bytes = module();
    let [exact, fast] = [Tier::Exact, Tier::Fast]
        .map(|tier| Module::new(&Engine::new(Config::new().tier(tier)), &*bytes).expect("a valid module"));
    for (number, form) in FORMS.into_iter().enumerate() {
        let last = match form {
            Form::Table(count) | Form::Made(count) => count,
            Form::If => LEVELS + 1,
        };
        for arity in 0..=3_usize {
            for beneath in 0..=2 {
                let name = format!("{number}-{arity}-{beneath}");
                for index in (0..=last as i32 + 1).chain([-1]) {
                    let what = format!("{form:?} with {arity} operands over {beneath}, index {index}");
                    let label = usize::try_from(index).unwrap_or(last).min(last);
                    let block =
                        if matches!(form, Form::If) && label > LEVELS { LEVELS - 1 } else { block_of(label) };
                    let whole = call(&fast, &name, index, 10_000);
                    let wanted: Vec<Val> = (0..arity).map(|operand| Val::I32(5 + operand as i32)).collect();
                    assert_eq!(whole.results, Ok(wanted), "{what}");
                    assert_eq!(whole.global, Val::I32(marks(block)), "{what}");
                    for gas in (0..whole.gas).chain([10_000]) {
                        assert_eq!(
                            call(&exact, &name, index, gas),
                            call(&fast, &name, index, gas),
                            "{what}, gas {gas}; exact, then fast"
                        );
                    }
                }
            }
        }
    }
}
