//! Casts, where the decoder's own check is not enough. Custom descriptors, `ref.cast_desc_eq` and its like.
//!
//! - The decoder takes exact types as targets of casts where custom descriptors are off: they are refused here.
//! - Of casts that compare descriptors the last operand is a descriptor of the target. The decoder looks for its type
//!   under the number that all equal types of a module share, and takes that for a `typeidx`, which it is not where a
//!   module defines types twice. So that operand is checked here; the rest is what a `drop` and the cast without a
//!   descriptor do.

use crate::error::ValidateError;
use crate::sub_types::SubType;
use wasmparser::{
    FuncValidator, HeapType, Operator, RefType, UnpackedIndex, ValidatorResources, WasmModuleResources,
};

type Validator = FuncValidator<ValidatorResources>;

/// Validates an instruction at `offset`. `types` are the module's.
pub(crate) fn op(
    operator: &Operator<'_>,
    types: &[SubType],
    validator: &mut Validator,
    offset: usize,
) -> Result<(), ValidateError> {
    use Operator as O;
    let on = validator.features().custom_descriptors();
    let (target, cast) = match *operator {
        O::RefTestNonNull { hty }
        | O::RefTestNullable { hty }
        | O::RefCastNonNull { hty }
        | O::RefCastNullable { hty }
            if !on && matches!(hty, HeapType::Exact(_)) =>
        {
            return Err(exact(offset));
        }
        O::BrOnCast { from_ref_type, to_ref_type, .. }
        | O::BrOnCastFail { from_ref_type, to_ref_type, .. }
            if !on && (from_ref_type.is_exact_type_ref() || to_ref_type.is_exact_type_ref()) =>
        {
            return Err(exact(offset));
        }
        O::RefCastDescEqNonNull { hty } if on => (hty, O::RefCastNonNull { hty }),
        O::RefCastDescEqNullable { hty } if on => (hty, O::RefCastNullable { hty }),
        O::BrOnCastDescEq { relative_depth, from_ref_type, to_ref_type } if on => {
            (to_ref_type.heap_type(), O::BrOnCast { relative_depth, from_ref_type, to_ref_type })
        }
        O::BrOnCastDescEqFail { relative_depth, from_ref_type, to_ref_type } if on => {
            (to_ref_type.heap_type(), O::BrOnCastFail { relative_depth, from_ref_type, to_ref_type })
        }
        _ => return Ok(validator.op(offset, operator)?),
    };
    let Some(wanted) = descriptor_type(target, types, validator, offset) else {
        return Err(ValidateError::invalid(
            offset,
            "type mismatch: the target of the cast has no descriptors",
        ));
    };
    let below = validator.get_control_frame(0).map_or(0, |frame| frame.height);
    // An operand that is missing is found by the `drop`; one of code that cannot be reached is of any type.
    if let Some(Some(given)) = validator.get_operand_type(0) {
        let is_there = validator.operand_stack_height() as usize > below;
        if is_there && !validator.resources().is_subtype(given, wanted.into()) {
            let text = "type mismatch: the operand is no descriptor of the target";
            return Err(ValidateError::invalid(offset, text));
        }
    }
    validator.op(offset, &O::Drop)?;
    Ok(validator.op(offset, &cast)?)
}

fn exact(offset: usize) -> ValidateError {
    ValidateError::invalid(offset, "custom descriptors required for exact reference types")
}

/// What describes values of a type: `None` if there is no such type, or nothing describes it.
fn descriptor_type(
    target: HeapType,
    types: &[SubType],
    validator: &Validator,
    offset: usize,
) -> Option<RefType> {
    let (HeapType::Concrete(index) | HeapType::Exact(index)) = target else { return None };
    let descriptor = types.get(index.as_module_index()? as usize)?.descriptor?;
    let descriptor = UnpackedIndex::Module(descriptor.number());
    let mut heap = match target {
        HeapType::Exact(_) => HeapType::Exact(descriptor),
        _ => HeapType::Concrete(descriptor),
    };
    validator.resources().check_heap_type(&mut heap, offset).ok()?;
    RefType::new(true, heap)
}
