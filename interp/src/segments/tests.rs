//! An instance that is shown an image is like one whose segments are copied.

use crate::{
    Config, Engine, Extern, Fingerprint, Global, GlobalType, Instance, Memory, MemoryType, Module, RefType,
    Store, Table, TableType, Val, ValType,
};
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// Whether images are made here at all.
const SHOWN: bool = cfg!(all(target_os = "linux", feature = "std", target_pointer_width = "64", not(miri)));

/// So many letters, all kinds of them.
fn letters(first: u8, len: usize) -> String {
    (0..len).map(|i| char::from(b'a' + ((usize::from(first) + i * i / 7) % 26) as u8)).collect()
}

/// What can be seen of an instance in a store of its own.
#[derive(Debug, PartialEq)]
struct Seen {
    outcome: String,
    gas: u64,
    memories: Vec<Vec<u8>>,
    fingerprint: Fingerprint,
}

fn see(store: &Store<()>, outcome: String) -> Seen {
    let memories = store.objects().memories.iter().map(|memory| memory.data(store).to_vec()).collect();
    Seen { outcome, gas: store.gas_consumed(), memories, fingerprint: store.fingerprint() }
}

/// Makes an instance and lets its functions run, if it has some. The imports: of `i` a memory whose first bytes are
/// not zero, of `g` a global, 40,000.
fn instance(engine: &Engine, module: &Module) -> Vec<Seen> {
    let mut store = Store::new(engine, ());
    store.set_gas(1_000_000);
    let imports: Vec<Extern> = module
        .imports()
        .map(|(name, ..)| match name {
            "i" => {
                let ty = MemoryType::new(3, None);
                let memory = Memory::new(&mut store, ty).expect("room for three pages");
                memory.data_mut(&mut store)[..70_000].fill(b'!');
                Extern::Memory(memory)
            }
            _ => {
                let ty = GlobalType { content: ValType::I32, mutable: false };
                Extern::Global(Global::new(&mut store, ty, Val::I32(40_000)).expect("it has the type"))
            }
        })
        .collect();
    let made = Instance::new(&mut store, module, &imports);
    let mut seen = std::vec![see(&store, made.as_ref().map_or_else(ToString::to_string, |_| "made".into()))];
    for name in ["init", "write", "grow"] {
        let Some(func) = made.as_ref().ok().and_then(|made| made.get_func(&mut store, name)) else {
            continue;
        };
        let ran = func.call(&mut store, &[], &mut []);
        seen.push(see(&store, ran.map_or_else(|error| error.to_string(), |()| "ran".into())));
    }
    seen
}

/// Compares instances of one module with instances each of which has a module of its own, so that nobody was before.
fn same(fields: &str, shown: bool) -> Vec<Seen> {
    let engine = Engine::new(&Config::new());
    let bytes = wat::parse_str(format!("(module {fields})")).map_err(drop).expect("the text is right");
    let module = || Module::new(&engine, &bytes[..]).expect("it is valid");
    let copied = instance(&engine, &module());
    let shared = module();
    for _ in 0..3 {
        assert!(
            instance(&engine, &shared) == copied,
            "an instance differs: {}",
            &fields[..fields.len().min(200)]
        );
    }
    let made = matches!(shared.initial_memory().get(), Some(Some(_)));
    assert_eq!(made, shown && SHOWN, "whether there is an image: {}", &fields[..fields.len().min(200)]);
    copied
}

/// Functions that take the first segment, write everywhere, and grow.
const FUNCS: &str = r#"
    (func (export "init") (memory.init 0 (i32.const 9) (i32.const 0) (i32.const 1)))
    (func (export "write") (memory.fill (i32.const 65530) (i32.const 88) (i32.const 10)))
    (func (export "grow") (drop (memory.grow (i32.const 2))) (i32.store (i32.const 262140) (i32.const 7)))"#;

#[test]
fn one_segment_across_pages() {
    let data = letters(1, 100_000);
    let seen = same(&format!(r#"(memory 2) (data (i32.const 4097) "{data}") {FUNCS}"#), true);
    assert_eq!(&seen[0].memories[0][4097..104_097], data.as_bytes());
    assert!(seen[0].memories[0][104_097..].iter().all(|byte| *byte == 0));
    // An active segment is dropped: it has no first byte.
    assert!(seen[1].outcome.contains("out of bounds"), "{}", seen[1].outcome);
    assert_eq!((seen[2].memories[0].len(), seen[3].memories[0].len()), (2 << 16, 4 << 16));
}

#[test]
fn addresses_of_64_bits_and_pages_of_bytes() {
    let data = letters(4, 70_000);
    let wide =
        FUNCS.replace("0 (i32.const 9)", "0 (i64.const 9)").replace("(i32.const 65530)", "(i64.const 65530)");
    let wide = wide.replace("(i32.const 10)", "(i64.const 10)").replace("(i32.const 2)", "(i64.const 2)");
    let wide = wide.replace("(i32.const 262140)", "(i64.const 262140)");
    let seen = same(&format!(r#"(memory i64 2) (data (i64.const 4097) "{data}") {wide}"#), true);
    assert_eq!(&seen[0].memories[0][4097..74_097], data.as_bytes());
    assert_eq!(seen[3].memories[0].len(), 4 << 16);
    let seen =
        same(&format!(r#"(memory 131073 (pagesize 1)) (data (i32.const 4097) "{data}") {FUNCS}"#), true);
    assert_eq!(seen[2].memories[0].len(), 131_073);
    // What is mapped would be longer than the memory.
    let seen =
        same(&format!(r#"(memory 80000 (pagesize 1)) (data (i32.const 4097) "{data}") {FUNCS}"#), false);
    assert_eq!(&seen[0].memories[0][4097..74_097], data.as_bytes());
}

#[test]
fn the_last_of_overlapping_segments_wins() {
    let (low, high) = (letters(2, 66_000), letters(3, 66_000));
    let seen = same(
        &format!(
            r#"(memory 3) (data (i32.const 65000) "{low}") (data (i32.const 64000) "{high}")
            (data (i32.const 70000) "") (data (i32.const 65536) "?") {FUNCS}"#
        ),
        true,
    );
    assert_eq!((seen[0].memories[0][64_000], seen[0].memories[0][65_536]), (high.as_bytes()[0], b'?'));
}

#[test]
fn a_segment_past_the_end_leaves_those_before_it() {
    let data = letters(4, 70_000);
    let first = format!(r#"(memory 2) (data (i32.const 10) "{data}")"#);
    let seen =
        same(&format!(r#"{first} (data (i32.const 131070) "abc") (data (i32.const 0) "z") {FUNCS}"#), false);
    assert!(seen.len() == 1 && seen[0].outcome.contains("out of bounds"), "{}", seen[0].outcome);
    assert_eq!((seen[0].memories[0][0], &seen[0].memories[0][10..70_010]), (0, data.as_bytes()));
    same(&format!(r#"{first} (data (i32.const 131072) "") {FUNCS}"#), true);
    same(&format!(r#"{first} (data (i32.const 131073) "") {FUNCS}"#), false);
    same(&format!(r#"{first} (data (i32.const -1) "a") {FUNCS}"#), false);
    same(&format!(r#"(memory 1) (data (i32.const 0) "{data}") {FUNCS}"#), false);
    same(r#"(memory 0) (data (i32.const 0) "")"#, false);
}

#[test]
fn passive_segments_stay() {
    let data = letters(5, 70_000);
    let fields = format!(r#"(memory 2) (data "0") (data (i32.const 0) "{data}") {FUNCS}"#);
    let seen = same(&fields, true);
    assert_eq!((&*seen[1].outcome, seen[1].memories[0][9]), ("ran", b'0'));
}

#[test]
fn what_is_not_alike_for_all_instances_is_copied() {
    let data = letters(6, 70_000);
    let imported = format!(r#"(import "i" "m" (memory 3)) (data (i32.const 69000) "{data}") {FUNCS}"#);
    let seen = same(&imported, false);
    assert_eq!((seen[0].memories[0][68_999], seen[0].memories[0][69_000]), (b'!', data.as_bytes()[0]));
    let global = r#"(import "g" "g" (global i32)) (memory 2)"#;
    same(&format!(r#"{global} (data (global.get 0) "{data}") {FUNCS}"#), false);
    same(&format!(r#"{global} (data (i32.const 0) "{data}") (data (global.get 0) "?") {FUNCS}"#), false);
    same(
        &format!(r#"(memory 2) (data (offset (i32.add (i32.const 1) (i32.const 2))) "{data}") {FUNCS}"#),
        false,
    );
}

#[test]
fn several_memories() {
    let data = letters(7, 70_000);
    let memories = r#"(import "i" "m" (memory 3)) (memory 2) (memory 2)"#;
    same(&format!(r#"{memories} (data (memory 1) (i32.const 6) "{data}") {FUNCS}"#), true);
    let seen = same(&format!(r#"{memories} (data (memory 2) (i32.const 6) "{data}") {FUNCS}"#), true);
    assert_eq!((seen[0].memories[1][6], seen[0].memories[2][6]), (0, data.as_bytes()[0]));
    let two = r#"(data (memory 1) (i32.const 0) "1")"#;
    same(&format!(r#"{memories} (data (memory 2) (i32.const 6) "{data}") {two} {FUNCS}"#), false);
    same(&format!(r#"{memories} (data (memory 0) (i32.const 6) "0") {two} {FUNCS}"#), false);
}

#[test]
fn little_data_is_copied_and_so_is_data_far_apart() {
    same(&format!(r#"(memory 2) (data (i32.const 0) "{}") {FUNCS}"#, letters(8, 65_535)), false);
    let data = letters(9, 65_536);
    same(&format!(r#"(memory 2) (data (i32.const 0) "{data}") {FUNCS}"#), true);
    same(&format!(r#"(memory 30) (data (i32.const 0) "{data}") (data (i32.const 1900000) "a")"#), false);
    same(&format!(r#"(memory 30) (data (i32.const 1600000) "{data}") (data (i32.const 0) "")"#), true);
}

#[test]
fn elements_that_do_not_fit_come_before_the_data() {
    let engine = Engine::new(&Config::new());
    let data = letters(10, 70_000);
    let text = format!(
        r#"(module (import "t" "t" (table 1 funcref)) (func $f) (memory 2)
            (elem (i32.const 1) $f) (data (i32.const 0) "{data}"))"#
    );
    let module = Module::new(&engine, wat::parse_str(text).expect("the text is right")).expect("it is valid");
    let make = |elements| {
        let mut store = Store::new(&engine, ());
        let ty = TableType::new(RefType::FUNCREF, elements, None);
        let table = Table::new(&mut store, ty, Val::FuncRef(None)).expect("room for two elements");
        let made = Instance::new(&mut store, &module, &[Extern::Table(table)]).is_ok();
        (made, store.objects().memories[0].data(&store)[..70_000].to_vec())
    };
    assert_eq!(make(2), (true, data.clone().into_bytes()));
    assert_eq!(make(1), (false, [0; 70_000].to_vec()));
    assert_eq!(make(2), (true, data.into_bytes()));
}
