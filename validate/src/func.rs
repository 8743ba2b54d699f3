//! One function: validation, greatest operand height, and the side table.
//!
//! This is the thorough pass, which knows every instruction and says what is wrong. Most functions never come
//! here: see `quick`.

use crate::catches::Catch;
use crate::config::Limits;
use crate::convert::Known;
use crate::declared::{Budget, Declared};
use crate::error::ValidateError;
use crate::locals::WideRun;
use crate::module::Module;
use crate::side_table::{Label, MOST_SLOTS};
use crate::sub_types::SubType;
use crate::types::ValType;
use alloc::vec::Vec;
use core::ops::Range;
use wasmparser::{BlockType, FuncValidator, FunctionBody, Operator, OperatorsReader, ValidatorResources};

/// What the validator found out about a function that the module defines. Offsets are into the module's
/// bytes. Spec: Core 3.0, 2.5.4 Functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FuncBody {
    /// Where the body starts: its vector of locals.
    pub start: u32,
    /// Where its first instruction is.
    pub code: u32,
    /// Behind its last `end`.
    pub end: u32,
    /// Value slots: declared locals (parameters not among them) plus the greatest operand height, in
    /// values; a `v128` counts as one.
    pub value_slots: u32,
    /// Cells of the parameters.
    pub param_cells: u32,
    /// Cells of parameters and declared locals.
    pub local_cells: u32,
    /// Greatest height of the operand stack in cells.
    pub operand_cells: u32,
    pub(crate) branches: Range<u32>,
    pub(crate) labels: Range<u32>,
    pub(crate) wide_sites: Range<u32>,
    pub(crate) locals: Range<u32>,
    pub(crate) wide_locals: Range<u32>,
}

impl FuncBody {
    /// Cells of a whole frame: locals and the highest operand stack.
    #[must_use]
    pub fn frame_cells(&self) -> u32 {
        self.local_cells + self.operand_cells
    }
}

/// Prefix byte of the instructions that bring vectors into a function whose type, locals, globals and
/// callees have none.
const SIMD_PREFIX: u8 = 0xfd;

/// A control construct that is open.
struct Control {
    /// Number of its label in the function.
    label: u32,
    /// Number of the label of the false arm, for an `if` whose `else` has not come.
    else_label: Option<u32>,
    /// A loop's label is where it starts; the others' is set at their end.
    is_loop: bool,
    /// Whether it was entered in reachable code: if not, it has no label.
    live: bool,
    /// Whether it is a `try_table` that catches something.
    catches: bool,
}

/// Buffers that serve one function after another, and what is left for all of them.
pub(crate) struct Scratch {
    controls: Vec<Control>,
    /// Values that the types of instructions may still name; see [`Limits::VALUES_PER_BYTE`].
    pub(crate) named_values_left: u64,
    /// What the module may still declare.
    pub(crate) budget: Budget,
    /// Constructs that were open at once, at most, in any function so far.
    pub(crate) deepest: usize,
    /// Those of the quick pass.
    pub(crate) quick: crate::quick::Buffers,
    /// For each operand, the cells below it; one more entry than operands. Used where vectors may occur.
    cells_below: Vec<u32>,
}

/// Whether operand heights in cells can differ from heights in values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    /// No vector has been met: one cell a value.
    Narrow,
    /// Vectors may be on the stack: each operand's type is looked at.
    Mixed,
}

impl Scratch {
    /// For a module of so many bytes.
    pub fn new(module_bytes: usize) -> Self {
        Scratch {
            controls: Vec::new(),
            named_values_left: Limits::values_named(module_bytes as u64),
            budget: Budget::new(module_bytes),
            deepest: 0,
            quick: Default::default(),
            cells_below: Vec::new(),
        }
    }
}

struct Pass<'a> {
    bytes: &'a [u8],
    module: &'a mut Module,
    scratch: &'a mut Scratch,
    validator: &'a mut FuncValidator<ValidatorResources>,
    width: Width,
    max_height: u32,
    max_cells: u32,
}

/// Validates a function and adds its metadata to the module.
pub(crate) fn validate(
    bytes: &[u8],
    module: &mut Module,
    scratch: &mut Scratch,
    validator: &mut FuncValidator<ValidatorResources>,
    body: &FunctionBody<'_>,
    may_hold_vectors: bool,
    value_slot_limit: u32,
) -> Result<(), ValidateError> {
    let func = module.imported_funcs + module.bodies.len() as u32;
    let param_cells = module.func_type(func).param_cells();
    let params = module.func_type(func).params().len() as u32;
    let first_local = module.locals.len() as u32;
    let mut wide_locals = Vec::new();

    let mut locals = body.get_locals_reader()?;
    let mut declared = 0u32;
    let mut local_cells = param_cells;
    let mut vectors = may_hold_vectors;
    for _ in 0..locals.get_count() {
        let offset = locals.original_position();
        let (count, ty) = locals.read()?;
        validator.define_locals(offset, count, ty)?;
        let ty = Known::all(&module.types)
            .val_type(ty)
            .ok_or_else(|| ValidateError::invalid(offset, "unsupported type of a local"))?;
        vectors |= ty == ValType::V128;
        WideRun::add(&mut wide_locals, params + declared, count, ty, param_cells - params);
        declared += count;
        local_cells += count * ty.cells();
        if count > 0 {
            module.locals.push((count, ty));
        }
    }
    let operators = body.get_operators_reader()?;
    let code = operators.original_position() as u32;
    let range = body.range();

    module.side_table.begin();
    let first_wide = module.wide_sites.len() as u32;
    let first_wide_local = module.wide_locals.len() as u32;
    module.wide_locals.append(&mut wide_locals);
    let mut pass = Pass {
        bytes,
        width: if vectors { Width::Mixed } else { Width::Narrow },
        max_height: 0,
        max_cells: 0,
        module,
        scratch,
        validator,
    };
    pass.run(operators, range.end as u32)?;
    let (max_height, operand_cells) = (pass.max_height, pass.max_cells);

    let value_slots = declared.saturating_add(max_height);
    let value_slot_limit = value_slot_limit.min(MOST_SLOTS);
    if value_slots > value_slot_limit {
        return Err(ValidateError::limit(
            range.start,
            "value slots in a function",
            value_slot_limit.into(),
            value_slots.into(),
        ));
    }
    let (labels, branches) = module.side_table.ranges();
    module.bodies.push(FuncBody {
        start: range.start as u32,
        code,
        end: range.end as u32,
        value_slots,
        param_cells,
        local_cells,
        operand_cells,
        branches,
        labels,
        wide_sites: first_wide..module.wide_sites.len() as u32,
        locals: first_local..module.locals.len() as u32,
        wide_locals: first_wide_local..module.wide_locals.len() as u32,
    });
    Ok(())
}

impl Pass<'_> {
    fn run(&mut self, mut operators: OperatorsReader<'_>, end: u32) -> Result<(), ValidateError> {
        self.scratch.controls.clear();
        self.scratch.cells_below.clear();
        self.scratch.cells_below.push(0);
        // The label of the function itself: a branch there is a return, carried out by the last `end`.
        let arity = self.results_of_function();
        self.push_control(Label::new(end - 1, 0, arity, 0), false, true);
        while !operators.eof() {
            let (operator, offset) = operators.read_with_offset()?;
            let live = self.live();
            if self.width == Width::Narrow && self.bytes.get(offset as usize) == Some(&SIMD_PREFIX) {
                self.widen();
            }
            self.spend(&operator, offset)?;
            if block_type(&operator).is_some() {
                self.count_level(offset)?;
            }
            self.before(&operator, offset, live);
            let pushed = match self.width {
                Width::Mixed => operator.operator_arity(&*self.validator).map_or(0, |(_, pushed)| pushed),
                Width::Narrow => 0,
            };
            self.validator.op(offset, &operator)?;
            self.measure(pushed);
            self.after(&operator, operators.original_position() as u32, live);
        }
        Ok(operators.finish()?)
    }

    /// Counts the values that the types of control instructions name: checking them takes time in
    /// proportion, and two bytes can name a thousand.
    fn spend(&mut self, operator: &Operator<'_>, offset: u64) -> Result<(), ValidateError> {
        use Operator as O;
        let times = match operator {
            O::BrTable { targets } => u64::from(targets.len()) + 1,
            O::Block { .. } | O::Loop { .. } | O::If { .. } | O::Else | O::End | O::Return => 1,
            O::Br { .. } | O::BrIf { .. } | O::Call { .. } | O::CallIndirect { .. } => 1,
            O::ReturnCall { .. } | O::ReturnCallIndirect { .. } => 1,
            O::CallRef { .. } | O::ReturnCallRef { .. } => 1,
            O::BrOnNull { .. } | O::BrOnNonNull { .. } => 1,
            O::TryTable { .. } | O::Throw { .. } => 1,
            O::StructNew { .. } | O::StructNewDesc { .. } | O::ArrayNewFixed { .. } => 1,
            O::BrOnCast { .. } | O::BrOnCastFail { .. } => 1,
            O::BrOnCastDescEq { .. } | O::BrOnCastDescEqFail { .. } => 1,
            _ => return Ok(()),
        };
        let (popped, pushed) = operator.operator_arity(&*self.validator).unwrap_or_default();
        let mut values = times * (u64::from(popped) + u64::from(pushed));
        if let O::TryTable { try_table } = operator {
            values += try_table.catches.iter().map(|catch| self.values_of(catch)).sum::<u64>();
        }
        let left = self.scratch.named_values_left.checked_sub(values);
        self.scratch.named_values_left = left.ok_or_else(|| {
            let limit = Limits::values_named(self.bytes.len() as u64);
            ValidateError::limit(offset, "values named by the types of instructions", limit, limit + 1)
        })?;
        Ok(())
    }

    /// Values that a catch clause names: what its label gets.
    fn values_of(&self, catch: &wasmparser::Catch) -> u64 {
        let (tag, _, with_reference) = parts_of(catch);
        // The validator refuses a tag that is not there right after this.
        let tags = &self.module.tags;
        let is_there = tag.and_then(|tag| tags.get(tag as usize).map(|_| tag));
        let fields = is_there.map_or(0, |tag| self.module.tag_type(tag).params().len() as u64);
        fields + u64::from(with_reference)
    }

    fn results_of_function(&self) -> u32 {
        let func = self.module.imported_funcs + self.module.bodies.len() as u32;
        self.module.func_type(func).result_cells()
    }

    /// Whether the next instruction can be reached, as far as validation can tell. A construct that is
    /// entered in unreachable code is unreachable as a whole.
    fn live(&self) -> bool {
        let reachable = self.validator.get_control_frame(0).is_some_and(|frame| !frame.unreachable);
        reachable && self.scratch.controls.last().is_none_or(|control| control.live)
    }

    /// From here on operands may take two cells. Until now each took one.
    fn widen(&mut self) {
        self.width = Width::Mixed;
        let height = self.validator.operand_stack_height();
        self.scratch.cells_below.clear();
        self.scratch.cells_below.extend(0..=height);
    }

    /// Cells that the whole operand stack takes.
    fn cells(&self) -> u32 {
        match self.width {
            Width::Narrow => self.validator.operand_stack_height(),
            Width::Mixed => self.scratch.cells_below.last().copied().unwrap_or(0),
        }
    }

    /// Cells of the operands below a height in values.
    fn cells_below(&self, height: usize) -> u32 {
        match self.width {
            Width::Narrow => height as u32,
            Width::Mixed => self.scratch.cells_below.get(height).copied().unwrap_or(0),
        }
    }

    /// Takes note of the heights behind an instruction that has pushed `pushed` operands.
    fn measure(&mut self, pushed: u32) {
        let height = self.validator.operand_stack_height();
        self.max_height = self.max_height.max(height);
        if self.width == Width::Mixed {
            let below = &mut self.scratch.cells_below;
            below.truncate(height.saturating_sub(pushed) as usize + 1);
            while below.len() <= height as usize {
                let depth = height as usize - below.len();
                let wide = self.validator.get_operand_type(depth) == Some(Some(wasmparser::ValType::V128));
                let cells = below.last().copied().unwrap_or(0) + if wide { 2 } else { 1 };
                below.push(cells);
            }
        }
        self.max_cells = self.max_cells.max(self.cells());
    }

    /// Counts a construct that is about to be opened, if it is deeper than all before.
    fn count_level(&mut self, offset: u64) -> Result<(), ValidateError> {
        let depth = self.scratch.controls.len();
        if depth <= self.scratch.deepest {
            return Ok(());
        }
        self.scratch.deepest = depth;
        self.scratch.budget.count(Declared::Level, 1, offset)
    }

    fn push_control(&mut self, label: Label, is_loop: bool, live: bool) {
        let number = self.module.side_table.next_label();
        if live {
            self.module.side_table.add_label(label);
        }
        let control = Control { label: number, else_label: None, is_loop, live, catches: false };
        self.scratch.controls.push(control);
    }

    /// The number of the label `depth` constructs up.
    fn label(&self, depth: u32) -> u32 {
        let at = self.scratch.controls.len().checked_sub(depth as usize + 1);
        // The validator refuses a depth that is too large right after this, or has just done so.
        at.and_then(|at| self.scratch.controls.get(at)).map_or(0, |control| control.label)
    }

    /// Adds a branch site that goes to the label `depth` constructs up.
    fn branch_to(&mut self, depth: u32) {
        let label = self.label(depth);
        self.module.side_table.add_branch(label);
    }

    /// Takes note of what a `try_table` catches whose first instruction is at `pc`. Its own label is not there yet.
    fn open_catches(&mut self, catches: &[wasmparser::Catch], pc: u32) {
        let clauses: Vec<Catch> = catches
            .iter()
            .map(|catch| {
                let (tag, depth, with_reference) = parts_of(catch);
                Catch::new(tag, self.label(depth), with_reference)
            })
            .collect();
        self.module.catches.open(clauses.into_iter(), pc);
    }

    /// Entries that need the state in front of an instruction.
    fn before(&mut self, operator: &Operator<'_>, offset: u64, live: bool) {
        if !live {
            return;
        }
        match operator {
            Operator::Br { relative_depth }
            | Operator::BrIf { relative_depth }
            | Operator::BrOnNull { relative_depth }
            | Operator::BrOnNonNull { relative_depth }
            | Operator::BrOnCast { relative_depth, .. }
            | Operator::BrOnCastFail { relative_depth, .. }
            | Operator::BrOnCastDescEq { relative_depth, .. }
            | Operator::BrOnCastDescEqFail { relative_depth, .. } => {
                self.branch_to(*relative_depth);
            }
            Operator::BrTable { targets } => {
                for depth in targets.targets().flatten() {
                    self.branch_to(depth);
                }
                self.branch_to(targets.default());
            }
            Operator::Else => {
                let label = self.scratch.controls.last().map_or(0, |control| control.label);
                self.module.side_table.add_branch(label);
            }
            Operator::Drop | Operator::Select => {
                let depth = usize::from(matches!(operator, Operator::Select));
                if self.validator.get_operand_type(depth) == Some(Some(wasmparser::ValType::V128)) {
                    self.module.wide_sites.push(offset as u32);
                }
            }
            _ => {}
        }
    }

    /// Entries that need the state behind an instruction; `pc` is the offset behind it, `live` whether it
    /// can be reached.
    fn after(&mut self, operator: &Operator<'_>, pc: u32, live: bool) {
        if let Operator::TryTable { try_table } = operator
            && live
            && !try_table.catches.is_empty()
        {
            self.open_catches(&try_table.catches, pc);
        }
        if let Some(ty) = block_type(operator) {
            self.open(operator, ty, pc, live);
        }
        match operator {
            Operator::Else => {
                let else_label =
                    self.scratch.controls.last_mut().and_then(|control| control.else_label.take());
                self.set_target(else_label, pc);
            }
            Operator::End => {
                let Some(control) = self.scratch.controls.pop() else { return };
                if control.catches {
                    self.module.catches.close(pc);
                }
                if control.live && !control.is_loop && !self.scratch.controls.is_empty() {
                    self.set_target(Some(control.label), pc);
                }
                self.set_target(control.else_label, pc);
            }
            _ => {}
        }
    }

    /// Opens a construct, whose first instruction is at `pc`.
    fn open(&mut self, operator: &Operator<'_>, ty: BlockType, pc: u32, live: bool) {
        let is_loop = matches!(operator, Operator::Loop { .. });
        let (params, results) = self.block_cells(ty);
        let height = self.validator.get_control_frame(0).map_or(0, |frame| frame.height);
        let height = self.cells_below(height);
        let arity = if is_loop { params } else { results };
        let branch = self.module.side_table.next_branch();
        self.push_control(Label::new(pc, branch, arity, height), is_loop, live);
        let Some(control) = self.scratch.controls.last_mut() else { return };
        match operator {
            Operator::If { .. } if live => {
                let else_label = self.module.side_table.next_label();
                self.module.side_table.add_label(Label::new(pc, branch, params, height));
                self.module.side_table.add_branch(else_label);
                control.else_label = Some(else_label);
            }
            Operator::TryTable { try_table } => control.catches = live && !try_table.catches.is_empty(),
            _ => {}
        }
    }

    fn set_target(&mut self, label: Option<u32>, pc: u32) {
        if let Some(label) = label {
            self.module.side_table.set_target(label, pc);
        }
    }

    /// Cells of a block's parameters and results.
    fn block_cells(&self, ty: BlockType) -> (u32, u32) {
        match ty {
            BlockType::Empty => (0, 0),
            BlockType::Type(wasmparser::ValType::V128) => (0, 2),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(index) => self
                .module
                .types
                .get(index as usize)
                .and_then(SubType::as_func)
                .map_or((0, 0), |ty| (ty.param_cells(), ty.result_cells())),
        }
    }
}

/// The type of the construct that an instruction opens.
fn block_type(operator: &Operator<'_>) -> Option<BlockType> {
    match operator {
        Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => Some(*blockty),
        Operator::TryTable { try_table } => Some(try_table.ty),
        _ => None,
    }
}

/// What a catch clause catches, the depth of the label that it goes to, and whether that gets a reference.
fn parts_of(catch: &wasmparser::Catch) -> (Option<u32>, u32, bool) {
    match *catch {
        wasmparser::Catch::One { tag, label } => (Some(tag), label, false),
        wasmparser::Catch::OneRef { tag, label } => (Some(tag), label, true),
        wasmparser::Catch::All { label } => (None, label, false),
        wasmparser::Catch::AllRef { label } => (None, label, true),
    }
}
