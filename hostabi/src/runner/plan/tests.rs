use super::super::{build, custom_id, load_charge, mappings, packaged_id};
use super::*;
use crate::runner::Env;
use crate::vfs::Vfs;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The identifier of a runner that tests name by one letter.
fn id(letter: &str) -> CanonicalId {
    packaged_id(letter, letter.as_bytes()).unwrap()
}

/// Documents by letter; each runner also has the files `a.wasm` (its letter) and `d/f`.
struct World {
    archives: BTreeMap<CanonicalId, Archive>,
    topmost: CanonicalId,
}

fn world(documents: &[(&str, &str)]) -> World {
    let archives = documents.iter().map(|(letter, json)| {
        // In documents, `@x` is the identifier of x.
        let json: String = json
            .split('@')
            .enumerate()
            .map(|(n, part)| match part.split_at_checked(1) {
                Some((letter, rest)) if n > 0 => format!("{}{rest}", id(letter)),
                _ => part.to_owned(),
            })
            .collect();
        let files = [("runner.json", &*json), ("a.wasm", letter), ("d/f", letter)];
        (id(letter), Archive::parse(build::zip(files).unwrap().into()).unwrap())
    });
    World { archives: archives.collect(), topmost: id("t") }
}

/// A whole initialisation as a list of words; the last is the module that starts, or the code of an error.
fn run(world: &World, mode: Mode) -> Vec<String> {
    let mut log = Vec::new();
    let mut loaded = BTreeSet::from([world.topmost.clone()]);
    let end = drive(world, mode, &mut log, &mut loaded);
    log.push(end.unwrap_or_else(|error| error.code().to_owned()));
    log
}

fn drive(
    world: &World,
    mode: Mode,
    log: &mut Vec<String>,
    loaded: &mut BTreeSet<CanonicalId>,
) -> Result<String, RunnerError> {
    let letter = |id: &CanonicalId| id.to_string()[..1].to_owned();
    let of = |module: ModuleFile| format!("{} of {}", module.file, String::from_utf8_lossy(&module.wasm));
    let mut walker = Walker::new(mode, world.topmost.clone(), world.archives[&world.topmost].clone())?;
    loop {
        match walker.step()? {
            Step::AddEnv { name, val } => log.push(format!("{name}={val}")),
            Step::MapFile { runner, file, to } => {
                log.push(format!("map {file} of {} to {to}", letter(&runner.id)))
            }
            Step::AddArg(arg) => log.push(arg),
            Step::LinkWasm(module) => log.push(format!("link {}", of(module))),
            Step::StartWasm(module) => {
                assert!(walker.step().is_err());
                return Ok(format!("start {}", of(module)));
            }
            Step::Load(text) => {
                assert_eq!(walker.step(), Ok(Step::Load(text.clone())), "until it is supplied");
                let id = text.canonical().unwrap_or_else(|| world.topmost.clone());
                walker.supply(id, |id| {
                    let archive = world.archives.get(id).ok_or(RunnerError::Absent)?;
                    if loaded.insert(id.clone()) {
                        log.push(format!("load {}", letter(id)));
                    }
                    Ok::<_, RunnerError>(archive.clone())
                })?;
            }
        }
    }
}

#[track_caller]
fn runs(documents: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(run(&world(documents), Mode::Det), expected);
}

const START: &str = r#"{"StartWasm":"a.wasm"}"#;
const MALFORMED: &str = "invalid_contract runner malformed";

#[test]
fn actions_run_left_to_right_up_to_the_first_start() {
    let json = r#"{"Seq":[{"SetArgs":["x","y"]},{"Seq":[{"AddEnv":{"name":"n","val":"v"}}]},
        {"LinkWasm":"a.wasm"},{"MapFile":{"file":"d/","to":"/"}},{"StartWasm":"a.wasm"},{"SetArgs":["z"]},{"StartWasm":"none"}]}"#;
    runs(&[("t", json)], &["x", "y", "n=v", "link a.wasm of t", "map d/ of t to /", "start a.wasm of t"]);
}

#[test]
fn without_a_start_the_runner_is_malformed() {
    runs(&[("t", r#"{"Seq":[]}"#)], &[MALFORMED]);
    runs(&[("t", r#"{"SetArgs":["x"]}"#)], &["x", MALFORMED]);
}

#[test]
fn a_start_inside_a_dependency_ends_everything() {
    runs(
        &[("t", r#"{"Seq":[{"Depends":"@b"},{"SetArgs":["x"]}]}"#), ("b", START)],
        &["load b", "start a.wasm of b"],
    );
}

#[test]
fn a_dependency_runs_once_with_itself_as_current() {
    let top = r#"{"Seq":[{"Depends":"@b"},{"Depends":"@c"},{"Depends":"@b"},{"StartWasm":"a.wasm"}]}"#;
    let b = r#"{"Seq":[{"LinkWasm":"a.wasm"},{"Depends":"@c"},{"MapFile":{"file":"x","to":"y"}}]}"#;
    let c = r#"{"LinkWasm":"a.wasm"}"#;
    let expected =
        ["load b", "link a.wasm of b", "load c", "link a.wasm of c", "map x of b to y", "start a.wasm of t"];
    runs(&[("t", top), ("b", b), ("c", c)], &expected);
}

#[test]
fn the_entry_runner_and_circles_are_visited_already() {
    let top = r#"{"Seq":[{"Depends":"contract"},{"Depends":"@t"},{"Depends":"@b"},{"StartWasm":"a.wasm"}]}"#;
    let b = r#"{"Seq":[{"SetArgs":["b"]},{"Depends":"@t"},{"Depends":"@b"},{"Depends":"contract"}]}"#;
    runs(&[("t", top), ("b", b)], &["load b", "b", "start a.wasm of t"]);
}

#[test]
fn identifiers_are_the_same_in_canonical_form_only() {
    let upper = id("b").to_string()[2..].to_uppercase();
    let top =
        format!(r#"{{"Seq":[{{"Depends":"@b"}},{{"Depends":"b:-{upper}"}},{{"StartWasm":"a.wasm"}}]}}"#);
    runs(&[("t", &top), ("b", r#"{"SetArgs":["b"]}"#)], &["load b", "b", "start a.wasm of t"]);
}

#[test]
fn with_changes_the_current_runner_for_its_action() {
    let top = r#"{"Seq":[{"With":{"runner":"@b","action":{"Seq":[{"LinkWasm":"a.wasm"},
        {"With":{"runner":"@c","action":{"LinkWasm":"a.wasm"}}},{"MapFile":{"file":"x","to":"y"}},
        {"With":{"runner":"contract","action":{"LinkWasm":"a.wasm"}}}]}}},{"LinkWasm":"a.wasm"},
        {"With":{"runner":"@c","action":{"Seq":[]}}},{"StartWasm":"a.wasm"}]}"#;
    // The actions of b and c never run, so what they are does not matter.
    let expected = [
        "load b",
        "link a.wasm of b",
        "load c",
        "link a.wasm of c",
        "map x of b to y",
        "link a.wasm of t",
        "link a.wasm of t",
        "start a.wasm of t",
    ];
    runs(&[("t", top), ("b", "no JSON"), ("c", "{}")], &expected);
    let start =
        r#"{"With":{"runner":"@b","action":{"With":{"runner":"@c","action":{"StartWasm":"a.wasm"}}}}}"#;
    runs(&[("t", start), ("b", ""), ("c", "")], &["load b", "load c", "start a.wasm of c"]);
}

#[test]
fn with_is_no_visit_and_a_dependency_inside_it_has_its_own_current_runner() {
    let top = r#"{"Seq":[{"With":{"runner":"@b","action":{"Seq":[{"Depends":"@c"},{"LinkWasm":"a.wasm"},
        {"Depends":"@b"},{"LinkWasm":"a.wasm"}]}}},{"StartWasm":"a.wasm"}]}"#;
    let expected = [
        "load b",
        "load c",
        "link a.wasm of c",
        "link a.wasm of b",
        "b",
        "link a.wasm of b",
        "start a.wasm of t",
    ];
    runs(&[("t", top), ("b", r#"{"SetArgs":["b"]}"#), ("c", r#"{"LinkWasm":"a.wasm"}"#)], &expected);
}

#[test]
fn when_runs_its_action_in_its_mode_only() {
    let top = r#"{"Seq":[{"When":{"cond":"det","action":{"Seq":[{"SetArgs":["d"]},{"When":{"cond":"nondet","action":{"Depends":"no identifier"}}}]}}},
        {"When":{"cond":"nondet","action":{"Seq":[{"SetArgs":["n"]},{"With":{"runner":"@b","action":{"StartWasm":"a.wasm"}}}]}}},
        {"StartWasm":"a.wasm"}]}"#;
    let world = world(&[("t", top), ("b", "")]);
    assert_eq!(run(&world, Mode::Det), ["d", "start a.wasm of t"]);
    assert_eq!(run(&world, Mode::Nondet), ["n", "load b", "start a.wasm of b"]);
}

#[test]
fn what_an_action_names_is_checked_when_it_runs() {
    for action in
        [r#"{"LinkWasm":"none"}"#, r#"{"StartWasm":"d"}"#, r#"{"Depends":"x"}"#, r#"{"Depends":"chain:0x"}"#]
    {
        let top = format!(r#"{{"Seq":[{{"SetArgs":["x"]}},{action},{START}]}}"#);
        runs(&[("t", &top)], &["x", MALFORMED]);
    }
    runs(&[("t", r#"{"Depends":"@b"}"#)], &["invalid_contract runner absent"]);
    runs(&[("t", r#"{"Depends":"@b"}"#), ("b", r#"{"Seq":[{}]}"#)], &["load b", MALFORMED]);
}

#[test]
fn a_bad_document_is_found_before_its_first_action() {
    runs(&[("t", r#"{"Seq":[{"SetArgs":["x"]},{"Nothing":"x"}]}"#)], &[MALFORMED]);
}

#[test]
fn only_what_was_asked_for_can_be_supplied() {
    let world = world(&[("t", START)]);
    let archive = world.archives[&world.topmost].clone();
    let mut walker = Walker::new(Mode::Det, world.topmost.clone(), archive.clone()).unwrap();
    assert!(walker.supply(id("b"), |_| Ok::<_, RunnerError>(archive.clone())).is_err());
    assert!(matches!(walker.step(), Ok(Step::StartWasm(_))));
    assert!(walker.supply(id("b"), |_| Ok::<_, RunnerError>(archive)).is_err());
}

#[test]
fn a_long_chain_of_dependencies_takes_no_native_stack() {
    let mut archives = BTreeMap::new();
    let mut next = String::from("# {\"StartWasm\":\"file\"}");
    for _ in 0..3_000 {
        let id = custom_id(next.as_bytes());
        archives.insert(id.clone(), Archive::parse(next.into_bytes().into()).unwrap());
        next = format!("# {{\"Depends\":\"{id}\"}}");
    }
    let topmost = custom_id(next.as_bytes());
    archives.insert(topmost.clone(), Archive::parse(next.into_bytes().into()).unwrap());
    let mut loaded = BTreeSet::from([topmost.clone()]);
    let mut log = Vec::new();
    let start = drive(&World { archives, topmost }, Mode::Det, &mut log, &mut loaded).unwrap();
    assert_eq!((&*start, loaded.len()), ("start file of # {\"StartWasm\":\"file\"}", 3_001));
}

/// What the rows of runners.md 8 end in, up to where a module would be compiled.
fn outcome(octets: &[u8]) -> Result<(Vec<(String, u64)>, String), RunnerError> {
    let archive = Archive::parse(octets.into())?;
    let mut walker = Walker::new(Mode::Det, custom_id(octets), archive)?;
    let (mut mapped, mut vfs) = (Vec::new(), Vfs::new());
    let mut env = Env::new();
    loop {
        match walker.step()? {
            Step::MapFile { runner, file, to } => {
                for mapping in mappings(&runner.archive, &file, &to)? {
                    mapping.check_place()?;
                    mapped.push((mapping.destination.clone(), mapping.charge()));
                    mapping.check_name()?;
                    vfs.insert_file(&mapping.destination, mapping.contents)?;
                }
            }
            Step::StartWasm(module) => return Ok((mapped, module.file)),
            Step::AddEnv { name, val } => env.set(env.prepare(&name, &val)?),
            Step::AddArg(_) | Step::LinkWasm(_) => {}
            Step::Load(_) => return Err(RunnerError::Absent),
        }
    }
}

fn zipped(json: &str, names: &[&str]) -> Vec<u8> {
    let files = names.iter().map(|name| (*name, *name)).chain([("runner.json", json)]);
    build::zip(files).unwrap()
}

#[test]
fn every_row_of_the_examples_comes_out() {
    let start = |file: &str| Ok((vec![], file.to_owned()));
    let code = |octets: &[u8]| outcome(octets).unwrap_err().code();
    // The module that starts is this text: `invalid_contract wasm validating` is the compiler's.
    assert_eq!(outcome(b"# v0.1.0\n# {\"StartWasm\":\"file\"}\ncode"), start("file"));
    assert_eq!(code(b"#{\"Seq\":[]}"), MALFORMED);
    assert_eq!(code(b"print(1)"), "invalid_contract runner absent");
    assert_eq!(code(b"\xff\xfe\0"), "invalid_contract not_utf8_text");
    assert_eq!(outcome(b"\0asm\x01\0\0\0"), start("file"));
    let mut deflated = zipped(START, &["a.wasm"]);
    deflated[8] = 8;
    assert_eq!(code(&deflated), MALFORMED);
    let json = r#"{"Seq":[{"MapFile":{"file":"lib/","to":"/usr"}},{"StartWasm":"libx"}]}"#;
    let mapped = vec![("/usr/a".to_owned(), 256 + 6), ("/usr/b/c".to_owned(), 256 + 8)];
    assert_eq!(outcome(&zipped(json, &["lib/a", "lib/b/c", "libx"])), Ok((mapped, "libx".to_owned())));
    let json = r#"{"MapFile":{"file":"x","to":"/vm/x"}}"#;
    assert_eq!(code(&zipped(json, &["x"])), MALFORMED);
    assert_eq!(outcome(&zipped(r#"{"StartWasm":"a","$schema":"s"}"#, &["a"])), start("a"));
    assert_eq!(code(&zipped(r#"{"Seq":[{"StartWasm":"a","$schema":"s"}]}"#, &["a"])), MALFORMED);
}

#[test]
fn a_load_costs_4096_and_the_octets() {
    assert_eq!(load_charge(0), 4096);
    assert_eq!(load_charge(10), 4106);
    assert_eq!(load_charge(u64::MAX), u64::MAX);
}

proptest! {
    /// Whatever documents ask for, the walk ends, and no runner runs twice.
    #[test]
    fn every_walk_ends(choices in proptest::collection::vec((0..4_usize, 0..4_usize), 16)) {
        let letters = ["t", "b", "c", "d"];
        let documents: Vec<_> = letters.iter().enumerate().map(|(n, letter)| {
            let actions = choices[4 * n..4 * n + 4].iter().map(|(kind, which)| match kind {
                0 => format!(r#"{{"Depends":"@{}"}}"#, letters[*which]),
                1 => format!(r#"{{"With":{{"runner":"@{}","action":{{"Depends":"@{letter}"}}}}}}"#, letters[*which]),
                2 => r#"{"When":{"cond":"nondet","action":{"StartWasm":"a.wasm"}}}"#.to_owned(),
                _ => r#"{"SetArgs":[]}"#.to_owned(),
            });
            let actions: Vec<_> = actions.collect();
            (*letter, format!(r#"{{"Seq":[{{"SetArgs":["{letter}"]}},{}]}}"#, actions.join(",")))
        }).collect();
        let documents: Vec<_> = documents.iter().map(|(letter, json)| (*letter, &**json)).collect();
        let log = run(&world(&documents), Mode::Det);
        for letter in letters {
            prop_assert!(log.iter().filter(|word| *word == letter).count() <= 1);
        }
        prop_assert_eq!(log.last().map(|last| &**last), Some(MALFORMED));
    }
}
