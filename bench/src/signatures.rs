//! What each instruction takes and gives, found by asking the validator: no list of signatures to keep up.

use selfsame_interp::{Engine, Module, Opcode};

/// Types of operands.
pub const TYPES: [&str; 5] = ["i32", "i64", "f32", "f64", "v128"];

/// Immediates that instructions want.
const IMMEDIATES: [&str; 4] = ["", "0", "i32x4 1 2 3 4", "0 9 2 11 4 13 6 15 8 1 10 3 12 5 14 7"];

/// An instruction with its operands, as it can stand anywhere in a function.
pub struct Signature {
    pub opcode: Opcode,
    /// With its immediates.
    pub text: String,
    pub operands: Vec<&'static str>,
    pub result: Option<&'static str>,
}

/// Those that control the flow or take any type: they have snippets of their own.
fn apart(opcode: Opcode) -> bool {
    use Opcode::*;
    let bulk = [MemoryFill, MemoryCopy, MemoryInit, TableInit, TableCopy, TableFill, DataDrop, ElemDrop];
    opcode <= Opcode::TableSet
        || [RefNull, RefIsNull, RefFunc, MemoryGrow, TableGrow, TableSize].contains(&opcode)
        || bulk.contains(&opcode)
}

/// The surroundings of a snippet: what it may name.
pub const SURROUNDINGS: &str = r#"(memory 2) (table $t 64 funcref) (elem declare func $callee) (data $d "0123456789abcdef")
    (elem $e func $callee) (global $g (mut i32) (i32.const 1)) (type $callee (func (param i32) (result i32)))
    (elem (table $t) (i32.const 1) func $callee)
    (func $callee (type $callee) (local.get 0))"#;

fn fits(engine: &Engine, text: &str, operands: &[&str], result: Option<&str>) -> bool {
    let gets: String = (0..operands.len()).map(|index| format!("(local.get {index}) ")).collect();
    let result = result.map_or(String::new(), |result| format!("(result {result})"));
    let module =
        format!("(module {SURROUNDINGS} (func (param {}) {result} {gets} {text}))", operands.join(" "));
    wat::parse_str(module).is_ok_and(|bytes| Module::new(engine, bytes).is_ok())
}

/// All sequences of at most three operand types.
fn candidates() -> Vec<Vec<&'static str>> {
    let mut all = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..3 {
        let until = all.len();
        for index in from..until {
            for ty in TYPES {
                let mut longer = all[index].clone();
                longer.push(ty);
                all.push(longer);
            }
        }
        from = until;
    }
    all
}

/// The signature of each instruction that is not [`apart`].
pub fn all(engine: &Engine) -> Vec<Signature> {
    let candidates = candidates();
    let find = |&opcode: &Opcode| {
        // An immediate that does not belong is refused by the text format, whatever the operands are.
        for immediate in IMMEDIATES {
            let text = format!("{} {immediate}", opcode.text());
            if wat::parse_str(format!("(module {SURROUNDINGS} (func {text}))")).is_err() {
                continue;
            }
            for operands in &candidates {
                for result in [Some("i32"), None, Some("v128"), Some("i64"), Some("f32"), Some("f64")] {
                    if fits(engine, &text, operands, result) {
                        return Some(Signature { opcode, text, operands: operands.clone(), result });
                    }
                }
            }
        }
        None
    };
    Opcode::ALL.iter().filter(|&&opcode| !apart(opcode)).filter_map(find).collect()
}
