//! Functions of a module by what their instructions cost.

use selfsame_interp::{Opcode, Schedule};
use selfsame_validate::{FuncBody, Module};
use serde::Serialize;

/// What is known of a function without running it.
#[derive(Debug, Serialize)]
pub struct FunctionCost {
    /// `funcidx`
    pub func: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Gas of entering it and of each of its instructions once, without what depends on amounts.
    pub cost: u64,
    /// Instructions, structural markers included.
    pub instructions: u64,
    /// Bytes of its body.
    pub bytes: u32,
    /// Value slots that a call takes.
    pub value_slots: u32,
}

/// The functions that the module defines, the most costly one first.
pub fn functions(module: &Module, schedule: &Schedule) -> Vec<FunctionCost> {
    let first = module.imported_funcs();
    let mut functions: Vec<FunctionCost> =
        (first..).zip(module.bodies()).map(|(func, body)| function(module, schedule, func, body)).collect();
    functions.sort_by_key(|f| (std::cmp::Reverse(f.cost), f.func));
    functions
}

fn function(module: &Module, schedule: &Schedule, func: u32, body: &FuncBody) -> FunctionCost {
    let declared = body.local_cells - body.param_cells;
    let results = module.func_type(func).result_cells();
    let mut cost = u64::from(schedule.entry(declared + results));
    let mut instructions = 0;
    let (mut pc, end) = (body.code as usize, body.end as usize);
    while pc < end {
        let (opcode, immediates) = Opcode::decode(module.bytes(), pc);
        pc = opcode.skip_immediates(module.bytes(), immediates);
        cost += u64::from(schedule.cost(opcode));
        instructions += 1;
    }
    FunctionCost {
        func,
        name: module.func_name(func).map(String::from),
        cost,
        instructions,
        bytes: body.end - body.start,
        value_slots: body.value_slots,
    }
}

#[cfg(test)]
mod tests {
    use super::functions;
    use selfsame_interp::Schedule;
    use selfsame_validate::Module;

    #[test]
    fn each_instruction_counts_once() {
        let text = "(module
            (func $cheap)
            (func $costly (param i32) (result i32) (local i64 i64 i64)
                (block (br_if 0 (local.get 0)))
                (i32.div_s (i32.const 1) (local.get 0))))";
        let text = wast::parser::ParseBuffer::new(text).expect("tokens");
        let bytes =
            wast::parser::parse::<wast::Wat<'_>>(&text).and_then(|mut wat| wat.encode()).expect("a module");
        let module = Module::new(bytes, &Default::default()).expect("a valid module");
        let [costly, cheap] = &functions(&module, &Schedule::v2())[..] else { panic!("two functions") };
        // Entry 4 / 4; local.get, br_if, i32.const, local.get, and i32.div_s for 2. Free: block and two ends.
        assert_eq!((costly.cost, costly.instructions), (1 + 4 + 2, 8));
        assert_eq!((costly.func, costly.name.as_deref()), (1, Some("costly")));
        assert_eq!((cheap.cost, cheap.instructions, cheap.func), (0, 1, 0));
    }
}
