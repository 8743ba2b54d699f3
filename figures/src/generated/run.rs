//! A module on one tier, and everything that can be seen of it.

use super::host::{self, Host, Plain, plain, value};
use super::plan::{Case, Numbers};
use selfsame_interp::{
    Engine, Error, ErrorKind, Extern, Fingerprint, Func, Instance, Mode, Module, Resumable, Store, Trap, Val,
    ValType,
};

/// A module, bound to the engine of a tier.
pub struct Program {
    /// Of the module.
    pub engine: Engine,
    /// Bound to the engine.
    pub module: Module,
}

/// What was seen at a stop or an end.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Whether the call goes on behind it.
    pub last: bool,
    /// Which function was called.
    what: String,
    /// How it went.
    outcome: String,
    gas: u64,
    frames: Vec<Frame>,
    fingerprint: Option<Fingerprint>,
    globals: Vec<Plain>,
    tables: Vec<(u64, Vec<Plain>)>,
    /// What host functions saw.
    pub log: Vec<String>,
}

/// A frame of the stack.
#[derive(Clone, Debug, PartialEq)]
struct Frame {
    module: String,
    func: u32,
    name: Option<String>,
    offset: u32,
    locals: Vec<Plain>,
    operands: Option<Vec<Plain>>,
}

/// Slices that a call may get before it gets all that is left.
const MOST_SLICES: usize = 24;
/// Suspensions of one call that are resumed.
const MOST_SUSPENSIONS: usize = 10;
/// Calls of exports, one module.
const MOST_CALLS: usize = 8;

struct Runner<'a> {
    case: &'a Case,
    store: Store<Host>,
    numbers: Numbers,
    slices: bool,
    events: Vec<Event>,
}

/// Instantiates the module and calls what it exports.
///
/// # Panics
/// If the engine refuses arguments of the right types, or to resume an execution that is open.
pub fn run(case: &Case, program: &Program, slices: bool) -> Vec<Event> {
    let store = host::store(&case.plan, &program.module);
    assert_eq!(store.engine().tier(), program.engine.tier());
    let mut runner = Runner { case, store, numbers: Numbers(case.plan.seed), slices, events: Vec::new() };
    runner.all(&program.module);
    runner.events
}

impl Runner<'_> {
    fn all(&mut self, module: &Module) {
        let Some(imports) = host::imports(&mut self.store, module, &mut self.numbers) else { return };
        let instance = match Instance::without_start(&mut self.store, "main", module, &imports) {
            Ok(instance) => instance,
            Err(error) => {
                self.note("instantiate", describe(&error), true, true);
                return;
            }
        };
        let mut numbers = self.numbers.clone();
        let first = self.first_budget();
        self.store.set_gas(first);
        if let Some(started) = instance.start(&mut self.store) {
            self.follow("start", started, first);
        }
        let exports = instance.exports(&mut self.store);
        let funcs: Vec<(String, Func)> = exports
            .into_iter()
            .filter_map(|(name, item)| if let Extern::Func(func) = item { Some((name, func)) } else { None })
            .collect();
        for (name, func) in funcs.iter().chain(&funcs).take(MOST_CALLS) {
            let ty = func.ty(&self.store);
            let all = self.store.objects().funcs;
            let params: Vec<Val> = ty
                .params()
                .iter()
                .map(|ty| match value(&mut self.store, *ty, &mut numbers, &all) {
                    Val::FuncRef(None) if *ty == ValType::FUNCREF && numbers.below(2) == 0 => {
                        Val::FuncRef(Some(*func))
                    }
                    other => other,
                })
                .collect();
            if !params.iter().zip(ty.params()).all(|(param, ty)| param.matches_ty(&self.store, *ty)) {
                continue;
            }
            if numbers.below(8) == 0 {
                self.store.interrupt_handle().interrupt();
            }
            let first = self.first_budget();
            self.store.set_gas(first);
            let started = func.call_resumable(&mut self.store, &params);
            self.follow(name, started.expect("the arguments fit"), first);
        }
    }

    /// The gas that a call starts with.
    fn first_budget(&mut self) -> u64 {
        if self.slices { self.slice().min(self.case.plan.gas) } else { self.case.plan.gas }
    }

    /// The gas of a slice: mostly small.
    fn slice(&mut self) -> u64 {
        let bits = self.numbers.below(12);
        self.numbers.below(2 << bits)
    }

    /// Resumes a call until it ends or all its gas is spent.
    fn follow(&mut self, what: &str, mut state: Resumable, mut given: u64) {
        let (mut slices, mut suspensions) = (0, 0);
        loop {
            let stopped = match state {
                Resumable::Done(values) => {
                    let values: Vec<Plain> = values.iter().map(plain).collect();
                    return self.note(what, format!("{values:?}"), true, true);
                }
                Resumable::Stopped(stopped) => stopped,
            };
            let outcome = describe(&stopped.error);
            let mut results = Vec::new();
            match stopped.error.kind() {
                // Where it stops is not the module's affair.
                ErrorKind::Interrupted => {}
                ErrorKind::OutOfGas { .. } if given < self.case.plan.gas => {
                    let rest = self.case.plan.gas - given;
                    slices += 1;
                    let more = if slices > MOST_SLICES { rest } else { self.slice().min(rest) };
                    self.note(what, outcome, slices % 8 == 0, false);
                    self.store.add_gas(more);
                    given += more;
                }
                _ if stopped.payload().is_some() && suspensions < MOST_SUSPENSIONS => {
                    suspensions += 1;
                    self.note(what, outcome, false, false);
                    let owed = std::mem::take(&mut self.store.data_mut().owed);
                    results = owed.iter().map(|ty| Val::default_of(*ty)).collect();
                }
                _ => return self.note(what, outcome, true, true),
            }
            state = stopped.resume(&mut self.store, &results).expect("the execution is open");
        }
    }

    fn note(&mut self, what: &str, outcome: String, hashes: bool, last: bool) {
        let objects = self.store.objects();
        let frames = self.store.frames().iter().enumerate().map(|(depth, frame)| {
            // The module hides which NaN the host makes, but an execution can stop before it has.
            let hidden = |value: &Val| match value {
                Val::F32(bits) if f32::from_bits(*bits).is_nan() => true,
                Val::F64(bits) if f64::from_bits(*bits).is_nan() => true,
                Val::V128(_) => true,
                _ => false,
            };
            let hosts = self.case.plan.mode == Mode::NonDeterministic;
            let shown = |value: &Val| if hosts && hidden(value) { Plain::Hidden } else { plain(value) };
            let values = |values: &[Val]| -> Vec<Plain> { values.iter().map(shown).collect() };
            Frame {
                module: frame.module.clone(),
                func: frame.func,
                name: frame.name.clone(),
                offset: frame.offset,
                locals: values(&frame.locals),
                operands: if depth == 0 { self.store.operands().as_deref().map(values) } else { None },
            }
        });
        let event = Event {
            last,
            what: what.into(),
            outcome,
            gas: self.store.gas_consumed(),
            frames: frames.collect(),
            fingerprint: hashes.then(|| self.store.fingerprint()),
            globals: objects.globals.iter().map(|global| plain(&global.get(&self.store))).collect(),
            tables: objects
                .tables
                .iter()
                .map(|table| {
                    let size = table.size(&self.store);
                    let items = (0..size.min(100)).filter_map(|i| table.get(&self.store, i));
                    (size, items.map(|item| plain(&item)).collect())
                })
                .collect(),
            log: std::mem::take(&mut self.store.data_mut().log),
        };
        self.events.push(event);
    }
}

/// How an execution ended, without what names a store.
pub(super) fn describe(error: &Error) -> String {
    if let ErrorKind::Exception(exception) = error.kind() {
        let fields: Vec<Plain> = exception.fields.iter().map(plain).collect();
        return format!("{:?} {fields:?}", error.code());
    }
    let trap: Option<Trap> = error.trap();
    format!("{:?} {trap:?} {error:?}", error.code())
}
