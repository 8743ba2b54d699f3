//! Canonical NaNs behind conversions between floats, where wasm-smith leaves them as they come.
//!
//! The specification leaves open which NaN `promote` and `demote` make of one that is not canonical, and engines differ
//! there in sign and payload. Behind each of the four a function is called that replaces NaNs.

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, Function, FunctionSection, Instruction as I, TypeSection, ValType};
use wasmparser::{
    CodeSectionReader, FunctionBody, FunctionSectionReader, Operator as O, Parser, Payload, TypeSectionReader,
};

/// What the functions that replace NaNs take and return, in the order of their indices.
const HELPERS: [ValType; 4] = [ValType::F32, ValType::F64, ValType::V128, ValType::V128];

/// The module with canonical NaNs behind all conversions between floats. Where it has none it stays as it is: integers
/// may be encoded in more octets than they need.
///
/// # Panics
/// If this is not a module, or imports functions.
#[must_use]
pub fn canonical(bytes: Vec<u8>) -> Vec<u8> {
    if !converts(&bytes) {
        return bytes;
    }
    let mut module = wasm_encoder::Module::new();
    let mut change = Canonical { types: 0, functions: 0 };
    let done = change.parse_core_module(&mut module, Parser::new(0), &bytes);
    done.expect("what a generator made is a module");
    module.finish()
}

/// Whether a module converts between floats.
fn converts(bytes: &[u8]) -> bool {
    let payloads = Parser::new(0).parse_all(bytes).filter_map(Result::ok);
    let bodies = payloads.filter_map(|payload| match payload {
        Payload::CodeSectionEntry(body) => body.get_operators_reader().ok(),
        _ => None,
    });
    bodies
        .flat_map(|body| body.into_iter().filter_map(Result::ok))
        .any(|operator| helper(&operator).is_some())
}

/// The number of the helper behind an instruction.
fn helper(operator: &O<'_>) -> Option<u32> {
    match operator {
        O::F32DemoteF64 => Some(0),
        O::F64PromoteF32 => Some(1),
        O::F32x4DemoteF64x2Zero => Some(2),
        O::F64x2PromoteLowF32x4 => Some(3),
        _ => None,
    }
}

/// Adds the helpers behind all types and functions that there are, so that no index changes.
struct Canonical {
    types: u32,
    functions: u32,
}

impl Reencode for Canonical {
    type Error = std::convert::Infallible;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        wasm_encoder::reencode::utils::parse_type_section(self, types, section)?;
        self.types = types.len();
        for ty in HELPERS {
            types.ty().function([ty], [ty]);
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        wasm_encoder::reencode::utils::parse_function_section(self, functions, section)?;
        self.functions = functions.len();
        for ty in (self.types..).take(HELPERS.len()) {
            functions.function(ty);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        wasm_encoder::reencode::utils::parse_code_section(self, code, section)?;
        let (f32, f64) = (f32::from_bits(0x7fc0_0000), f64::from_bits(0x7ff8_0000_0000_0000));
        let lanes = |nan: u64| I::V128Const((u128::from(nan) << 64 | u128::from(nan)) as i128);
        let helpers = [
            (I::F32Const(f32.into()), I::F32Eq, I::Select),
            (I::F64Const(f64.into()), I::F64Eq, I::Select),
            (lanes(0x7fc0_0000_7fc0_0000), I::F32x4Eq, I::V128Bitselect),
            (lanes(0x7ff8_0000_0000_0000), I::F64x2Eq, I::V128Bitselect),
        ];
        for (nan, equal, select) in helpers {
            let value = I::LocalGet(0);
            let mut function = Function::new([]);
            for instruction in [&value, &nan, &value, &value, &equal, &select, &I::End] {
                function.instruction(instruction);
            }
            code.function(&function);
        }
        Ok(())
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            let helper = helper(&operator);
            function.instruction(&self.instruction(operator)?);
            if let Some(helper) = helper {
                function.instruction(&I::Call(self.functions + helper));
            }
        }
        code.function(&function);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_interp::{Engine, Func, Instance, Mode, Module, Store, Val};

    /// What a function returns with the host's floats: as it is, then with canonical NaNs.
    fn results(body: &str) -> [u64; 2] {
        let text = format!("(module (global i32 (i32.const 7)) (func (export \"f\") (result i64) {body}))");
        let module = wat::parse_str(text).expect("a module");
        [module.clone(), canonical(module)].map(|bytes| {
            let mut config = selfsame_interp::Config::new();
            config.mode(Mode::NonDeterministic);
            let engine = Engine::new(&config);
            let mut store = Store::new(&engine, ());
            store.set_gas(1000);
            let module = Module::new(&engine, bytes).expect("a module");
            let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
            let func: Func = instance.get_func(&mut store, "f").expect("a function");
            let mut results = [Val::I64(0)];
            func.call(&mut store, &[], &mut results).expect("a result");
            let [Val::I64(result)] = results else { panic!("{results:?}") };
            result as u64
        })
    }

    #[test]
    fn nans_behind_conversions_are_canonical() {
        let nan = 0x7ff8_0000_0000_0000;
        let promote = "(i64.reinterpret_f64 (f64.promote_f32 (f32.const -nan:0x400001)))";
        let [host, canonical] = results(promote);
        assert_ne!(host, nan, "the host's floats keep the sign");
        assert_eq!(canonical, nan);
        let demote =
            "(i64.extend_i32_u (i32.reinterpret_f32 (f32.demote_f64 (f64.const -nan:0x8000000000001))))";
        assert_eq!(results(demote)[1], 0x7fc0_0000);
        let vector = |take: &str, of: &str| format!("({take} ({of} (v128.const i64x2 -1 -1)))");
        let promote = vector("i64x2.extract_lane 1", "f64x2.promote_low_f32x4");
        assert_eq!(results(&promote)[1], nan);
        let demote = vector("i64x2.extract_lane 0", "f32x4.demote_f64x2_zero");
        assert_eq!(results(&demote)[1], 0x7fc0_0000_7fc0_0000);
        let number = "(i64.reinterpret_f64 (f64.promote_f32 (f32.const 1.5)))";
        assert_eq!(results(number), [1.5_f64.to_bits(); 2]);
    }

    #[test]
    fn a_module_without_conversions_stays_as_it_is() {
        // The size of the type section in two octets.
        let module = [0, b'a', b's', b'm', 1, 0, 0, 0, 1, 0x81, 0, 0].to_vec();
        assert_eq!(canonical(module.clone()), module);
    }
}
