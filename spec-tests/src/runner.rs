//! The directives: modules, actions and assertions.

use crate::names::{Entry, Exports, Names, Outcome, Stop, failed};
use crate::needs::{self, Reason};
use crate::options::{self, Budget, Edition, Options};
use crate::seen::Seen;
use crate::{spectest, traps, values};
use selfsame_interp::{
    Engine, Error, ErrorKind, Extern, Instance, Linker, Mode, Module, Store, Trap, Val, ValidateError,
};
use std::collections::BTreeMap;
use wast::core::WastArgCore;
use wast::token::Id;
use wast::{QuoteWat, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat};

/// Gas for each module and each call: metered, and more than any script needs.
const GAS: u64 = u64::MAX / 2;

/// Pages of memory that are hashed after a failure, at most.
const MOST_PAGES: u64 = 256;

/// What a module of the script turned out to be before anything ran.
enum Compiled {
    Module(Module),
    /// The text format's parser refused it.
    Malformed(wast::Error),
    /// The engine refused it.
    Refused(Vec<u8>, ValidateError),
}

/// Who wants to see what comes of actions.
pub(crate) type Watch<'a> = Option<&'a mut dyn FnMut(Seen)>;

pub(crate) struct Runner<'a, 'b> {
    watch: &'a mut Watch<'b>,
    mode: Mode,
    edition: Edition,
    contradicted: bool,
    engine: Engine,
    store: Store<Budget>,
    registered: BTreeMap<String, Entry<Exports>>,
    modules: Names<Module>,
    instances: Names<Instance>,
    /// Which instance imports from which.
    links: Vec<(Instance, Instance)>,
    /// Instances that are not what the script has made of them, for want of a feature.
    tainted: Vec<(Instance, &'static str)>,
}

impl<'a, 'b> Runner<'a, 'b> {
    pub(crate) fn new(options: &Options, edition: Edition, watch: &'a mut Watch<'b>) -> Result<Self, Error> {
        let engine = options::engine(options, edition);
        let mut store = Store::new(&engine, Budget);
        store.limiter(|budget| budget);
        let spectest = spectest::exports(&mut store)?;
        let spectest = Exports { instance: None, items: spectest };
        let registered = BTreeMap::from([(String::from("spectest"), Entry::Known(spectest))]);
        Ok(Runner {
            watch,
            mode: options.mode,
            edition,
            contradicted: false,
            engine,
            store,
            registered,
            modules: Names::new(),
            instances: Names::new(),
            links: Vec::new(),
            tainted: Vec::new(),
        })
    }

    /// Whether the script calls a module invalid or malformed that is valid in its edition, or would be if
    /// all were built.
    pub(crate) fn contradicted(&self) -> bool {
        self.contradicted
    }

    /// Carries out a directive.
    pub(crate) fn directive(&mut self, directive: WastDirective<'_>) -> Outcome {
        match directive {
            WastDirective::Module(mut module) => {
                let id = module.name();
                let module = self.define(id, &mut module);
                let instance = module.and_then(|module| self.instantiate(&module));
                self.instances.add(id, Entry::of(&instance));
                instance.map(drop)
            }
            WastDirective::ModuleDefinition(mut module) => {
                let id = module.name();
                self.define(id, &mut module).map(drop)
            }
            WastDirective::ModuleInstance { instance: id, module, .. } => {
                let module = self.modules.get(module, "module");
                let instance = module.and_then(|module| self.instantiate(&module));
                self.instances.add(id, Entry::of(&instance));
                instance.map(drop)
            }
            WastDirective::Register { name, module, .. } => self.register(name, module),
            WastDirective::Invoke(invoke) => {
                let outcome = self.invoke(&invoke)?;
                outcome.map(drop).or_else(|error| failed(format!("expected a return, got: {error}")))
            }
            WastDirective::AssertReturn { exec, results, .. } => self.assert_return(exec, &results),
            WastDirective::AssertTrap { exec, message, .. } => self.assert_trap(exec, message),
            WastDirective::AssertExhaustion { call, message, .. } => {
                self.assert_trap(WastExecute::Invoke(call), message)
            }
            WastDirective::AssertMalformed { module, message, .. } => {
                self.assert_refused(module, "malformed", message)
            }
            WastDirective::AssertInvalid { module, message, .. } => {
                self.assert_refused(module, "invalid", message)
            }
            WastDirective::AssertUnlinkable { module, message, .. } => {
                self.assert_unlinkable(module, message)
            }
            // The engine keeps custom sections as they are, and does not look into them but for names.
            WastDirective::AssertMalformedCustom { .. } | WastDirective::AssertInvalidCustom { .. } => {
                Err(Stop::Skipped("custom-sections"))
            }
            WastDirective::AssertException { exec, .. } => self.assert_exception(exec),
            WastDirective::AssertSuspension { .. } => Err(Stop::Skipped("stack-switching")),
            WastDirective::Thread(_) | WastDirective::Wait { .. } => Err(Stop::Skipped("threads")),
        }
    }

    fn compile(&self, module: &mut QuoteWat<'_>) -> Compiled {
        let bytes = match module.encode() {
            Ok(bytes) => bytes,
            Err(error) => return Compiled::Malformed(error),
        };
        match Module::new(&self.engine, bytes.clone()) {
            Ok(module) => Compiled::Module(module),
            Err(error) => match error.into_kind() {
                ErrorKind::Validate(error) => Compiled::Refused(bytes, error),
                other => unreachable!("validation fails only as invalid: {other:?}"),
            },
        }
    }

    /// A module that must be good, if the engine has its features.
    fn valid(&mut self, module: &mut QuoteWat<'_>, to_run: bool) -> Outcome<Module> {
        match self.compile(module) {
            Compiled::Module(module) => Ok(module),
            Compiled::Malformed(error) => failed(format!("the text cannot be parsed: {}", error.message())),
            Compiled::Refused(bytes, error) => match needs::reason(&bytes, self.edition, true) {
                Reason::Feature { name: feature, .. } => {
                    if to_run {
                        self.taint(&bytes, feature);
                    }
                    Err(Stop::Skipped(feature))
                }
                _ => failed(format!("expected a valid module, got: {error}")),
            },
        }
    }

    /// The feature for whose want an instance is not what the script has made of it.
    fn taint_of(&self, instance: Instance) -> Option<&'static str> {
        self.tainted.iter().find(|(tainted, _)| *tainted == instance).map(|(_, feature)| *feature)
    }

    /// A module that cannot run here could have changed whatever it imports: what hangs together with that
    /// is out of use from here on.
    fn taint(&mut self, bytes: &[u8], feature: &'static str) {
        let mut reached = Vec::new();
        for name in needs::reaches(bytes) {
            if let Some(Entry::Known(exports)) = self.registered.get(&name) {
                reached.extend(exports.instance);
            }
        }
        while let Some(instance) = reached.pop() {
            if self.taint_of(instance).is_some() {
                continue;
            }
            self.tainted.push((instance, feature));
            for (one, other) in &self.links {
                if *one == instance {
                    reached.push(*other);
                } else if *other == instance {
                    reached.push(*one);
                }
            }
        }
    }

    /// An instance of the script, if it is what the script has made of it.
    fn instance(&self, id: Option<Id<'_>>) -> Outcome<Instance> {
        let instance = self.instances.get(id, "instance")?;
        match self.taint_of(instance) {
            Some(feature) => Err(Stop::Skipped(feature)),
            None => Ok(instance),
        }
    }

    fn define(&mut self, id: Option<Id<'_>>, module: &mut QuoteWat<'_>) -> Outcome<Module> {
        let module = self.valid(module, true);
        self.modules.add(id, Entry::of(&module));
        module
    }

    fn instantiate(&mut self, module: &Module) -> Outcome<Instance> {
        self.try_instantiate(module)?.or_else(|error| failed(format!("expected an instance, got: {error}")))
    }

    fn try_instantiate(&mut self, module: &Module) -> Outcome<Result<Instance, Error>> {
        let mut linker = Linker::new();
        let mut imports_from = Vec::new();
        for (module, name, _) in module.imports() {
            let Some(exports) = self.registered.get(module) else { continue };
            let exports = Entry::get(Some(exports), "registered instance")?;
            if let Some(feature) = exports.instance.and_then(|instance| self.taint_of(instance)) {
                return Err(Stop::Skipped(feature));
            }
            imports_from.extend(exports.instance);
            let lacking =
                spectest::LACKS.iter().find(|(lacking, _)| module == "spectest" && name == *lacking);
            if let Some((_, feature)) = lacking {
                return Err(Stop::Skipped(feature));
            }
            if let Some(item) = exports.items.get(name) {
                linker.define(module, name, *item);
            }
        }
        self.store.set_gas(GAS);
        let instance = linker.instantiate(&mut self.store, module);
        self.show(|| "instance".into(), instance.as_ref().map(|_| [].as_slice()));
        if let Ok(instance) = instance {
            self.links.extend(imports_from.into_iter().map(|from| (instance, from)));
        }
        Ok(instance)
    }

    fn register(&mut self, name: &str, module: Option<Id<'_>>) -> Outcome {
        let exports = self.instance(module).map(|instance| {
            let items = instance.exports(&mut self.store).into_iter().collect();
            Exports { instance: Some(instance), items }
        });
        self.registered.insert(name.into(), Entry::of(&exports));
        exports.map(drop)
    }

    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Outcome<Result<Vec<Val>, Error>> {
        let instance = self.instance(invoke.module)?;
        let Some(func) = instance.get_func(&mut self.store, invoke.name) else {
            return failed(format!("there is no exported function `{}`", invoke.name));
        };
        let mut args = Vec::new();
        for arg in &invoke.args {
            args.push(values::argument(&mut self.store, arg).map_err(Stop::Skipped)?);
        }
        let ty = func.ty(&self.store);
        let mut results: Vec<Val> = ty.results().iter().map(|ty| Val::default_of(*ty)).collect();
        self.store.set_gas(GAS);
        let outcome = func.call(&mut self.store, &args, &mut results).map(|()| results);
        self.show(|| describe_call(invoke), outcome.as_deref());
        Ok(outcome)
    }

    /// Shows what came of an action to whoever watches.
    fn show(&mut self, what: impl FnOnce() -> String, outcome: Result<&[Val], &Error>) {
        let Some(see) = self.watch else { return };
        let memories = self.store.objects().memories;
        let pages: u64 = memories.iter().map(|memory| memory.size(&self.store)).sum();
        let hashes = outcome.is_err() && pages <= MOST_PAGES;
        see(Seen {
            what: what(),
            gas: self.store.gas_consumed(),
            fingerprint: hashes.then(|| self.store.fingerprint()),
            outcome: match outcome {
                Ok(values) => values::show(values),
                Err(error) => format!("{:?} {error}", error.code()),
            },
        });
    }

    /// Carries out an action. A module as an action gives no values.
    fn execute(&mut self, exec: WastExecute<'_>) -> Outcome<Result<Vec<Val>, Error>> {
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Wat(module) => {
                let module = self.valid(&mut QuoteWat::Wat(module), true)?;
                Ok(self.try_instantiate(&module)?.map(|_| Vec::new()))
            }
            WastExecute::Get { module, global, .. } => {
                let instance = self.instance(module)?;
                match instance.get_export(&mut self.store, global) {
                    Some(Extern::Global(global)) => Ok(Ok(vec![global.get(&self.store)])),
                    _ => failed(format!("there is no exported global `{global}`")),
                }
            }
        }
    }

    fn assert_return(&mut self, exec: WastExecute<'_>, wanted: &[WastRet<'_>]) -> Outcome {
        let what = describe(&exec);
        match self.execute(exec)? {
            Ok(got) if values::all_match(&self.store, self.mode, &got, wanted) => Ok(()),
            Ok(got) => failed(format!(
                "{what}: expected {}, got {}",
                values::show_wanted(wanted),
                values::show(&got)
            )),
            Err(error) => failed(format!("{what}: expected {}, got: {error}", values::show_wanted(wanted))),
        }
    }

    fn assert_trap(&mut self, exec: WastExecute<'_>, message: &str) -> Outcome {
        let what = describe(&exec);
        let outcome = self.execute(exec)?;
        let expected: &[Trap] = traps::expected(message);
        if expected.is_empty() {
            return failed(format!("{what}: no trap is known as \"{message}\""));
        }
        match outcome {
            Err(error) if error.trap().is_some_and(|trap| expected.contains(&trap)) => Ok(()),
            Err(error) => failed(format!("{what}: expected the trap \"{message}\", got: {error}")),
            Ok(got) => failed(format!("{what}: expected the trap \"{message}\", got {}", values::show(&got))),
        }
    }

    fn assert_exception(&mut self, exec: WastExecute<'_>) -> Outcome {
        let what = describe(&exec);
        match self.execute(exec)? {
            Err(error) if matches!(error.kind(), ErrorKind::Exception(_)) => Ok(()),
            Err(error) => failed(format!("{what}: expected an exception, got: {error}")),
            Ok(got) => failed(format!("{what}: expected an exception, got {}", values::show(&got))),
        }
    }

    fn assert_refused(&mut self, mut module: QuoteWat<'_>, expected: &str, message: &str) -> Outcome {
        match self.compile(&mut module) {
            Compiled::Malformed(_) => Ok(()),
            Compiled::Refused(bytes, error) => match needs::reason(&bytes, self.edition, false) {
                Reason::Rule => Ok(()),
                Reason::Feature { name, valid } => {
                    self.contradicted |= valid;
                    Err(Stop::Skipped(name))
                }
                Reason::Unknown => failed(format!(
                    "expected {expected}: \"{message}\", got a refusal for another reason: {error}"
                )),
            },
            Compiled::Module(_) => {
                self.contradicted = true;
                failed(format!("expected {expected}: \"{message}\", got a valid module"))
            }
        }
    }

    fn assert_unlinkable(&mut self, module: Wat<'_>, message: &str) -> Outcome {
        let module = self.valid(&mut QuoteWat::Wat(module), false)?;
        match self.try_instantiate(&module)? {
            Err(error) if matches!(error.kind(), ErrorKind::Link(text) if fits_link(message, text)) => Ok(()),
            Err(error) => failed(format!("expected unlinkable: \"{message}\", got: {error}")),
            Ok(_) => failed(format!("expected unlinkable: \"{message}\", got an instance")),
        }
    }
}

/// Whether the engine's words for an import that it cannot link mean what the suite's do.
fn fits_link(expected: &str, got: &str) -> bool {
    match expected {
        "unknown import" => got.ends_with("is not defined"),
        "incompatible import type" => !got.ends_with("is not defined"),
        _ => false,
    }
}

fn describe(exec: &WastExecute<'_>) -> String {
    match exec {
        WastExecute::Invoke(invoke) => describe_call(invoke),
        WastExecute::Wat(_) => String::from("module"),
        WastExecute::Get { global, .. } => format!("global {global}"),
    }
}

fn describe_call(invoke: &WastInvoke<'_>) -> String {
    let args: Vec<String> = invoke.args.iter().map(show_argument).collect();
    format!("{}({})", invoke.name, args.join(", "))
}

fn show_argument(arg: &WastArg<'_>) -> String {
    match arg {
        WastArg::Core(WastArgCore::I32(value)) => values::show(&[Val::I32(*value)]),
        WastArg::Core(WastArgCore::I64(value)) => values::show(&[Val::I64(*value)]),
        WastArg::Core(WastArgCore::F32(value)) => values::show(&[Val::F32(value.bits)]),
        WastArg::Core(WastArgCore::F64(value)) => values::show(&[Val::F64(value.bits)]),
        WastArg::Core(WastArgCore::V128(value)) => {
            values::show(&[Val::V128(u128::from_le_bytes(value.to_le_bytes()))])
        }
        other => format!("{other:?}"),
    }
}
