//! Types of the operands at a place in a function, for inspection: found by validating it again up to there.

use crate::config::Features;
use crate::convert::Known;
use crate::func::FuncBody;
use crate::module::Module;
use crate::sub_types::SubType;
use crate::types::ValType;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use wasmparser::types::{CoreTypeId, TypesRef};
use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, HeapType, UnpackedIndex, ValidPayload,
    ValidatorResources,
};

impl Module {
    /// Types of the operand stack in front of the instruction at offset `pc` of the module's bytes, in the
    /// function with number `func` (imported ones counted), lowest first. At the body's start there are
    /// none. `None` if no reachable instruction of the function starts at `pc`.
    ///
    /// Takes time in proportion to what stands before `pc` in the module. Spec: Core 3.0, Appendix A.3.
    #[must_use]
    pub fn operand_types(&self, func: u32, pc: u32) -> Option<Vec<ValType>> {
        let body = self.body(func)?;
        if pc == body.start {
            return Some(Vec::new());
        }
        // The module has been validated with these features or fewer. Where custom descriptors are not needed, the types
        // are without them.
        let all = Features { custom_descriptors: true, ..Features::ALL };
        self.operand_types_with(Features::ALL, body, pc).or_else(|| self.operand_types_with(all, body, pc))
    }

    fn operand_types_with(&self, features: Features, body: &FuncBody, pc: u32) -> Option<Vec<ValType>> {
        let features = features.to_wasmparser();
        let mut validator = wasmparser::Validator::new_with_features(features);
        let mut parser = wasmparser::Parser::new(0);
        parser.set_features(features);
        for payload in parser.parse_all(&self.bytes) {
            if let ValidPayload::Func(to_validate, found) = validator.payload(&payload.ok()?).ok()?
                && found.range().start == u64::from(body.start)
            {
                let numbers = TypeNumbers::of(validator.types(0)?, &self.types);
                return types_at(to_validate, &found, pc.into(), &numbers);
            }
        }
        None
    }
}

/// The `typeidx` of the validator's types: of several that are equal the first.
struct TypeNumbers<'a> {
    numbers: BTreeMap<CoreTypeId, u32>,
    known: Known<'a>,
}

impl<'a> TypeNumbers<'a> {
    fn of(types: TypesRef<'_>, known: &'a [SubType]) -> Self {
        let numbers = (0..types.core_type_count_in_module()).rev();
        let numbers = numbers.map(|number| (types.core_type_at_in_module(number), number)).collect();
        TypeNumbers { numbers, known: Known::all(known) }
    }

    /// The type of an operand.
    fn val_type(&self, ty: wasmparser::ValType) -> Option<ValType> {
        let wasmparser::ValType::Ref(reference) = ty else { return self.known.val_type(ty) };
        let number = |id| Some(UnpackedIndex::Module(*self.numbers.get(&id)?));
        let heap = match reference.heap_type() {
            HeapType::Concrete(UnpackedIndex::Id(id)) => HeapType::Concrete(number(id)?),
            HeapType::Exact(UnpackedIndex::Id(id)) => HeapType::Exact(number(id)?),
            _ => return self.known.val_type(ty),
        };
        self.known.val_type(wasmparser::RefType::new(reference.is_nullable(), heap)?.into())
    }
}

/// Validates a function up to the instruction at `pc` and reads the operand stack there.
fn types_at(
    to_validate: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
    pc: u64,
    numbers: &TypeNumbers<'_>,
) -> Option<Vec<ValType>> {
    let mut validator = to_validate.into_validator(FuncValidatorAllocations::default());
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader).ok()?;
    let mut operators = body.get_operators_reader().ok()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset().ok()?;
        if offset >= pc {
            if offset > pc {
                return None;
            }
            let depths = (0..validator.operand_stack_height() as usize).rev();
            // An operand has no type only where the code cannot be reached.
            return depths.map(|depth| numbers.val_type(validator.get_operand_type(depth)??)).collect();
        }
        validator.op(offset, &operator).ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::{HeapType, Module, RefType, Scope, TypeIndex, ValType};
    use alloc::vec;
    use alloc::vec::Vec;

    fn module(text: &str) -> Module {
        let bytes = wat::parse_str(text).expect("a module");
        Module::new(bytes, &Default::default()).expect("a valid module")
    }

    #[test]
    fn operands_come_lowest_first() {
        let module = module(
            r#"(module
                (import "m" "f" (func))
                (func)
                (func (param f32) (result i32)
                    i64.const 5
                    local.get 0
                    v128.const i64x2 1 2
                    ref.null extern
                    unreachable
                    drop))"#,
        );
        let body = module.body(2).expect("a body").clone();
        assert_eq!(module.operand_types(2, body.start), Some(Vec::new()));
        assert_eq!(module.operand_types(2, body.code), Some(Vec::new()));
        assert_eq!(module.operand_types(2, body.code + 2), Some(vec![ValType::I64]));
        assert_eq!(module.operand_types(2, body.code + 4), Some(vec![ValType::I64, ValType::F32]));
        let all = vec![ValType::I64, ValType::F32, ValType::V128, ValType::EXTERNREF];
        // The vector takes 18 bytes, the null reference 2.
        assert_eq!(module.operand_types(2, body.code + 24), Some(all));
    }

    #[test]
    fn types_are_named_by_their_first_index() {
        let module = module(
            r#"(module
                (type $f (func)) (type $g (func (param i32))) (type $same (func (param i32)))
                (elem declare func $h)
                (func $h (param i32) (local.get 0) (ref.func $h) (ref.null $same) (unreachable)))"#,
        );
        let body = module.body(0).expect("a body").clone();
        let g = |nullable| {
            let heap = HeapType::ConcreteFunc(TypeIndex::new(Scope::Module, 1));
            ValType::Ref(RefType { nullable, heap })
        };
        assert_eq!(module.operand_types(0, body.code + 6), Some(vec![ValType::I32, g(false), g(true)]));
    }

    #[test]
    fn no_instruction_no_answer() {
        let module = module("(module (func i32.const 100 drop))");
        let body = module.body(0).expect("a body").clone();
        assert_eq!(module.operand_types(0, body.code + 1), None);
        assert_eq!(module.operand_types(0, body.end), None);
        assert_eq!(module.operand_types(1, body.code), None);
    }
}
