//! What the decoder does not check of casts. Custom descriptors, `ref.cast_desc_eq` and its like.
//!
//! It takes exact types as targets of casts where custom descriptors are off: they are refused here.
//!
//! Of casts that compare descriptors the last operand is a descriptor. The decoder looks for the type of the descriptor under the number that all equal types of a module share, and takes
//! that for a `typeidx`. It is another where a module defines equal groups twice; so the operand is looked at here too,
//! and what passes is of the right type. Modules with such groups may be refused that are valid.

use crate::error::ValidateError;
use crate::sub_types::SubType;
use wasmparser::{
    FuncValidator, HeapType, Operator, RefType, UnpackedIndex, ValidatorResources, WasmModuleResources,
};

/// Checks an instruction at `offset`, in front of it. `types` are the module's.
pub(crate) fn check(
    operator: &Operator<'_>,
    types: &[SubType],
    validator: &FuncValidator<ValidatorResources>,
    offset: usize,
) -> Result<(), ValidateError> {
    let target = match operator {
        Operator::RefTestNonNull { hty }
        | Operator::RefTestNullable { hty }
        | Operator::RefCastNonNull { hty }
        | Operator::RefCastNullable { hty } => {
            return may_be_exact(matches!(hty, HeapType::Exact(_)), validator, offset);
        }
        Operator::BrOnCast { from_ref_type, to_ref_type, .. }
        | Operator::BrOnCastFail { from_ref_type, to_ref_type, .. } => {
            let exact = from_ref_type.is_exact_type_ref() || to_ref_type.is_exact_type_ref();
            return may_be_exact(exact, validator, offset);
        }
        Operator::RefCastDescEqNonNull { hty } | Operator::RefCastDescEqNullable { hty } => *hty,
        Operator::BrOnCastDescEq { to_ref_type, .. } | Operator::BrOnCastDescEqFail { to_ref_type, .. } => {
            to_ref_type.heap_type()
        }
        _ => return Ok(()),
    };
    // What else can be wrong is found by the decoder right after this.
    let Some(wanted) = descriptor_type(target, types, validator, offset) else { return Ok(()) };
    let below = validator.get_control_frame(0).map_or(0, |frame| frame.height);
    let given = match validator.get_operand_type(0) {
        Some(Some(given)) if validator.operand_stack_height() as usize > below => given,
        _ => return Ok(()),
    };
    if validator.resources().is_subtype(given, wanted.into()) {
        Ok(())
    } else {
        Err(ValidateError::invalid(offset, "type mismatch: the operand is no descriptor of the type"))
    }
}

/// Refuses exact types where custom descriptors are off.
fn may_be_exact(
    exact: bool,
    validator: &FuncValidator<ValidatorResources>,
    offset: usize,
) -> Result<(), ValidateError> {
    if !exact || validator.features().custom_descriptors() {
        return Ok(());
    }
    Err(ValidateError::invalid(offset, "custom descriptors required for exact reference types"))
}

/// What describes values of a type: `None` if there is no such type, or nothing describes it.
fn descriptor_type(
    target: HeapType,
    types: &[SubType],
    validator: &FuncValidator<ValidatorResources>,
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
