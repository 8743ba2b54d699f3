//! Instructions that name a memory or a table work on that one.
//!
//! On big-endian machines the fast tier once took memory 0 for every other: it wrote the index as a word and read the
//! half of it that is zero there. The tests below see that on such a machine (`programs/architectures.sh`).

use selfsame_interp::{Config, Engine, Instance, Module, Store, Tier};

/// Each load: the instruction, and what turns its result into an `i64`.
const LOADS: &[(&str, &str)] = &[
    ("i32.load8_u", "(i64.extend_i32_u @)"),
    ("i32.load8_s", "(i64.extend_i32_u @)"),
    ("i32.load16_u", "(i64.extend_i32_u @)"),
    ("i32.load16_s", "(i64.extend_i32_u @)"),
    ("i32.load", "(i64.extend_i32_u @)"),
    ("i64.load8_u", "@"),
    ("i64.load8_s", "@"),
    ("i64.load16_u", "@"),
    ("i64.load16_s", "@"),
    ("i64.load32_u", "@"),
    ("i64.load32_s", "@"),
    ("i64.load", "@"),
    ("f32.load", "(i64.extend_i32_u (i32.reinterpret_f32 @))"),
    ("f64.load", "(i64.reinterpret_f64 @)"),
    ("v128.load", "(i64x2.extract_lane 0 @)"),
    ("v128.load8x8_u", "(i64x2.extract_lane 0 @)"),
    ("v128.load16x4_s", "(i64x2.extract_lane 0 @)"),
    ("v128.load32x2_u", "(i64x2.extract_lane 0 @)"),
    ("v128.load8_splat", "(i64x2.extract_lane 0 @)"),
    ("v128.load16_splat", "(i64x2.extract_lane 0 @)"),
    ("v128.load32_splat", "(i64x2.extract_lane 0 @)"),
    ("v128.load64_splat", "(i64x2.extract_lane 0 @)"),
    ("v128.load32_zero", "(i64x2.extract_lane 0 @)"),
    ("v128.load64_zero", "(i64x2.extract_lane 0 @)"),
    ("v128.load8_lane", "(i64x2.extract_lane 0 @)"),
    ("v128.load16_lane", "(i64x2.extract_lane 0 @)"),
    ("v128.load32_lane", "(i64x2.extract_lane 0 @)"),
    ("v128.load64_lane", "(i64x2.extract_lane 0 @)"),
];

/// Each store: the instruction, its value, and how many bytes of 0x11 it writes.
const STORES: &[(&str, &str, usize)] = &[
    ("i32.store8", "(i32.const 0x11111111)", 1),
    ("i32.store16", "(i32.const 0x11111111)", 2),
    ("i32.store", "(i32.const 0x11111111)", 4),
    ("i64.store8", "(i64.const 0x1111111111111111)", 1),
    ("i64.store16", "(i64.const 0x1111111111111111)", 2),
    ("i64.store32", "(i64.const 0x1111111111111111)", 4),
    ("i64.store", "(i64.const 0x1111111111111111)", 8),
    ("f32.store", "(f32.reinterpret_i32 (i32.const 0x11111111))", 4),
    ("f64.store", "(f64.reinterpret_i64 (i64.const 0x1111111111111111))", 8),
    ("v128.store", "(v128.const i32x4 0x11111111 0x11111111 0x11111111 0x11111111)", 16),
    ("v128.store8_lane", "(v128.const i32x4 0x11111111 0x11111111 0x11111111 0x11111111)", 1),
    ("v128.store16_lane", "(v128.const i32x4 0x11111111 0x11111111 0x11111111 0x11111111)", 2),
    ("v128.store32_lane", "(v128.const i32x4 0x11111111 0x11111111 0x11111111 0x11111111)", 4),
    ("v128.store64_lane", "(v128.const i32x4 0x11111111 0x11111111 0x11111111 0x11111111)", 8),
];

/// What an instruction has behind the memory: of those that name a lane the lane, and the vector of a load.
fn lane(op: &str) -> &'static str {
    if op.ends_with("_lane") { "0" } else { "" }
}

fn vector(op: &str) -> &'static str {
    if op.ends_with("_lane") { "(v128.const i64x2 0 0)" } else { "" }
}

const MEMORIES: usize = 70;

fn start(tier: Tier, text: &str) -> (Store<()>, Instance) {
    let engine = Engine::new(Config::new().tier(tier));
    let module = Module::new(&engine, wat::parse_str(text).expect("the text")).expect("the module");
    let mut store = Store::new(&engine, ());
    store.set_gas(u64::MAX);
    let instance = Instance::new(&mut store, &module, &[]).expect("the instance");
    (store, instance)
}

/// Memory `i` starts with 16 times the byte `0x80 + i`, and has `i + 1` pages.
fn memories() -> String {
    let memory = |i| {
        let byte = 0x80 + i;
        let data = format!("\\{byte:02x}").repeat(16);
        format!("(memory (export \"m{i}\") {}) (data (memory {i}) (i32.const 0) \"{data}\")", i + 1)
    };
    (0..MEMORIES).map(memory).collect()
}

#[test]
fn a_load_or_store_of_any_memory_is_of_that_one_whatever_the_byte_order() {
    for tier in [Tier::Exact, Tier::Fast] {
        for memory in [0, 1, 2, MEMORIES - 1] {
            let byte = 0x80 + memory as u64;
            for (load, as_i64) in LOADS {
                let loaded = as_i64.replace(
                    '@',
                    &format!("({load} {memory} {} (i32.const 0) {})", lane(load), vector(load)),
                );
                let text = |loaded: &str| {
                    format!("(module {} (func (export \"run\") (result i64) {loaded}))", memories())
                };
                let value = |text: &str| {
                    let (mut store, instance) = start(tier, text);
                    let run = instance.get_typed_func::<(), i64>(&mut store, "run").expect("the export");
                    run.call(&mut store, ()).expect("in bounds") as u64
                };
                let value = value(&text(&loaded));
                // The lowest byte is the memory's; what other memories start with is nowhere in the value.
                assert_eq!(value & 0xff, byte, "{tier:?} {load} {memory}: {value:#x}");
                let others = value.to_le_bytes().iter().any(|b| ![0, 0xff, byte as u8].contains(b));
                assert!(!others, "{tier:?} {load} {memory}: {value:#x}");
            }
            for (store_op, value, len) in STORES {
                let text = format!(
                    "(module {} (func (export \"run\") ({store_op} {memory} {} (i32.const 32) {value})))",
                    memories(),
                    lane(store_op)
                );
                let (mut store, instance) = start(tier, &text);
                let run = instance.get_typed_func::<(), ()>(&mut store, "run").expect("the export");
                run.call(&mut store, ()).expect("in bounds");
                for i in 0..MEMORIES {
                    let data = instance.get_memory(&mut store, &format!("m{i}")).expect("the export");
                    let written = data.data(&store)[32..].iter().take_while(|byte| **byte == 0x11).count();
                    let wanted = if i == memory { *len } else { 0 };
                    assert_eq!(written, wanted, "{tier:?} {store_op} {memory}: memory {i}");
                }
            }
        }
    }
}

#[test]
fn sizes_and_bulk_operations_are_of_the_memory_that_they_name() {
    for tier in [Tier::Exact, Tier::Fast] {
        let text = format!(
            "(module {} (data $d \"abc\")
                (func (export \"run\") (result i32 i32 i32)
                    (memory.fill 5 (i32.const 64) (i32.const 7) (i32.const 3))
                    (memory.copy 6 5 (i32.const 70) (i32.const 64) (i32.const 3))
                    (memory.init 69 $d (i32.const 80) (i32.const 0) (i32.const 3))
                    (memory.size 3) (memory.size 69) (memory.grow 4 (i32.const 2))))",
            memories()
        );
        let (mut store, instance) = start(tier, &text);
        let run = instance.get_typed_func::<(), (i32, i32, i32)>(&mut store, "run").expect("the export");
        assert_eq!(run.call(&mut store, ()).expect("in bounds"), (4, 70, 5));
        for i in 0..MEMORIES {
            let memory = instance.get_memory(&mut store, &format!("m{i}")).expect("the export");
            let data = memory.data(&store);
            assert_eq!(data.len() >> 16, i + 1 + if i == 4 { 2 } else { 0 });
            assert_eq!(&data[64..67], if i == 5 { &[7, 7, 7] } else { &[0; 3] });
            assert_eq!(&data[70..73], if i == 6 { &[7, 7, 7] } else { &[0; 3] });
            assert_eq!(&data[80..83], if i == 69 { b"abc" } else { &[0; 3] });
        }
    }
}

/// The last access that is in bounds and the first that is not, by the length of the memory that is named.
#[test]
fn bounds_are_those_of_the_memory_that_is_named() {
    for tier in [Tier::Exact, Tier::Fast] {
        for memory in [0, 1, MEMORIES - 1] {
            let text = format!(
                "(module {} (func (export \"run\") (param i32) (drop (i32.load {memory} offset=8 (local.get 0)))))",
                memories()
            );
            let (mut store, instance) = start(tier, &text);
            let run = instance.get_typed_func::<i32, ()>(&mut store, "run").expect("the export");
            let last = ((memory + 1) << 16) as i32 - 12;
            run.call(&mut store, last).expect("in bounds");
            for beyond in [last + 1, last + 12, -8, -1] {
                run.call(&mut store, beyond).expect_err("out of bounds");
            }
        }
    }
}

#[test]
fn an_indirect_call_is_through_the_table_that_it_names() {
    for tier in [Tier::Exact, Tier::Fast] {
        let tables: String = (0..9).map(|i| format!("(table $t{i} funcref (elem $f{i}))")).collect();
        let funcs: String = (0..9).map(|i| format!("(func $f{i} (result i32) (i32.const {i}))")).collect();
        for table in 0..9 {
            for call in ["call_indirect", "return_call_indirect"] {
                let text = format!(
                    "(module (type $t (func (result i32))) {tables} {funcs}
                        (func (export \"run\") (result i32) ({call} $t{table} (type $t) (i32.const 0))))"
                );
                let (mut store, instance) = start(tier, &text);
                let run = instance.get_typed_func::<(), i32>(&mut store, "run").expect("the export");
                assert_eq!(run.call(&mut store, ()).expect("it returns"), table, "{tier:?} {call}");
            }
        }
    }
}
