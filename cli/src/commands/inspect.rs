//! `selfsame inspect`: what a module is made of.

use crate::args::InspectArgs;
use crate::commands::inspect_cost::{self, FunctionCost};
use crate::load;
use crate::progress::Progress;
use crate::report::{self, INVALID, clean};
use selfsame_interp::{Engine, Module};
use selfsame_validate::{Features, Module as Validated, ValidateConfig};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

#[derive(Serialize)]
struct Inspection {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    imports: Vec<Item>,
    exports: Vec<Item>,
    needs: Needs,
    sizes: Sizes,
    gas_schedule: u32,
    functions: Vec<FunctionCost>,
}

#[derive(Serialize)]
struct Item {
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    name: String,
    #[serde(rename = "type")]
    ty: String,
}

#[derive(Serialize)]
struct Needs {
    features: Vec<&'static str>,
    /// Sizes in pages.
    memories: Vec<Limits>,
    /// Sizes in elements.
    tables: Vec<Limits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<u32>,
}

#[derive(Serialize)]
struct Limits {
    min: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u64>,
}

#[derive(Serialize)]
struct Sizes {
    bytes: usize,
    code_bytes: u64,
    data_bytes: usize,
    types: usize,
    imported_functions: u32,
    functions: usize,
    globals: usize,
    data_segments: usize,
    element_segments: usize,
    elements: usize,
}

pub fn run(args: &InspectArgs) -> ExitCode {
    let progress = Progress::start(&clean(&args.file.display().to_string()));
    let engine = Engine::default();
    let module = match load::module(&engine, &args.file) {
        Ok(module) => module,
        Err(failure) => {
            if args.json {
                report::print_json(&report::Report::invalid(failure));
            } else {
                failure.print();
            }
            return ExitCode::from(INVALID);
        }
    };
    let inspection = inspect(&module, args.top);
    progress.end();
    if args.json {
        report::print_json(&inspection);
    } else {
        report::print(&describe(&inspection, &args.file));
    }
    ExitCode::SUCCESS
}

fn inspect(module: &Module, top: usize) -> Inspection {
    let validated = module.validated();
    let imports = module.imports().map(|(module, name, ty)| Item {
        module: Some(module.into()),
        name: name.into(),
        ty: ty.to_string(),
    });
    let exports =
        module.exports().map(|(name, ty)| Item { module: None, name: name.into(), ty: ty.to_string() });
    let schedule = selfsame_interp::Schedule::default();
    let mut functions = inspect_cost::functions(validated, &schedule);
    if top != 0 {
        functions.truncate(top);
    }
    Inspection {
        name: validated.name().map(String::from),
        imports: imports.collect(),
        exports: exports.collect(),
        needs: Needs {
            features: features(validated),
            memories: validated.memories().iter().map(|ty| Limits { min: ty.min, max: ty.max }).collect(),
            tables: validated.tables().iter().map(|ty| Limits { min: ty.min, max: ty.max }).collect(),
            start: validated.start(),
        },
        sizes: Sizes {
            bytes: validated.bytes().len(),
            code_bytes: validated.bodies().iter().map(|body| u64::from(body.end - body.start)).sum(),
            data_bytes: validated.data().iter().map(|data| data.range().len()).sum(),
            types: validated.types().len(),
            imported_functions: validated.imported_funcs(),
            functions: validated.bodies().len(),
            globals: validated.globals().len(),
            data_segments: validated.data().len(),
            element_segments: validated.elements().len(),
            elements: validated.elements().iter().map(|segment| segment.items.len()).sum(),
        },
        gas_schedule: schedule.version(),
        functions,
    }
}

/// A feature by name, and how it is switched off.
type Switch = (&'static str, fn(&mut Features));

const SWITCHES: [Switch; 12] = [
    ("mutable-globals", |f| f.mutable_globals = false),
    ("saturating-float-to-int", |f| f.saturating_float_to_int = false),
    ("sign-extension", |f| f.sign_extension = false),
    ("multi-value", |f| f.multi_value = false),
    ("bulk-memory", |f| f.bulk_memory = false),
    ("reference-types", |f| f.reference_types = false),
    ("simd", |f| f.simd = false),
    ("relaxed-simd", |f| f.relaxed_simd = false),
    ("tail-call", |f| f.tail_call = false),
    ("extended-const", |f| f.extended_const = false),
    ("multi-memory", |f| f.multi_memory = false),
    ("function-references", |f| f.function_references = false),
];

/// The features that the module uses: those without which it is not valid.
fn features(module: &Validated) -> Vec<&'static str> {
    let valid = |features: Features| {
        let config = ValidateConfig { features, ..ValidateConfig::default() };
        Validated::new(module.bytes(), &config).is_ok()
    };
    let mut used = Vec::new();
    for (name, switch_off) in SWITCHES {
        let mut features = Features::ALL;
        switch_off(&mut features);
        if !valid(features) {
            used.push(name);
        }
    }
    used
}

fn describe(inspection: &Inspection, file: &Path) -> String {
    let Inspection { imports, exports, needs, sizes, functions, .. } = inspection;
    let mut out = format!("{}: {} bytes", file.display(), sizes.bytes);
    match &inspection.name {
        Some(name) => drop(writeln!(out, ", named {}", clean(name))),
        None => out.push('\n'),
    }
    list(&mut out, "imports", imports);
    list(&mut out, "exports", exports);

    let features = if needs.features.is_empty() { "none" } else { &needs.features.join(", ") };
    let _ = writeln!(out, "\nneeds\n  features beyond 1.0: {features}");
    for (what, unit, limits) in [("memory", "pages", &needs.memories), ("table", "elements", &needs.tables)] {
        for (index, Limits { min, max }) in limits.iter().enumerate() {
            let max = max.map_or("no maximum".into(), |max| format!("at most {max}"));
            let _ = writeln!(out, "  {what} {index}: {min} {unit}, {max}");
        }
    }
    if let Some(start) = needs.start {
        let _ = writeln!(out, "  runs function {start} when it is instantiated");
    }

    let _ = writeln!(out, "\nsizes");
    let elements = format!("{} ({} elements)", sizes.element_segments, sizes.elements);
    for (what, size) in [
        ("code", format!("{} bytes", sizes.code_bytes)),
        ("data", format!("{} bytes in {} segments", sizes.data_bytes, sizes.data_segments)),
        ("functions", format!("{} and {} imported", sizes.functions, sizes.imported_functions)),
        ("types", sizes.types.to_string()),
        ("globals", sizes.globals.to_string()),
        ("element segments", elements),
    ] {
        let _ = writeln!(out, "  {what}: {size}");
    }

    let shown = functions.len();
    let _ = writeln!(out, "\nfunctions by cost ({shown} of {})", sizes.functions);
    let _ = writeln!(out, "  {:>10}{:>14}{:>10}{:>8}  function", "cost", "instructions", "bytes", "slots");
    for f in functions {
        let name = f.name.as_deref().map(|name| format!(" {}", clean(name))).unwrap_or_default();
        let _ = writeln!(
            out,
            "  {:>10}{:>14}{:>10}{:>8}  {}{name}",
            f.cost, f.instructions, f.bytes, f.value_slots, f.func
        );
    }
    out
}

fn list(out: &mut String, title: &str, items: &[Item]) {
    let none = if items.is_empty() { ": none" } else { "" };
    let _ = writeln!(out, "\n{title}{none}");
    for Item { module, name, ty } in items {
        let module = module.as_deref().map(|module| format!("{} ", clean(module))).unwrap_or_default();
        let _ = writeln!(out, "  {module}{}: {ty}", clean(name));
    }
}
