//! What an embedder can do from outside: host functions of any type, handles, linking, and what goes wrong there.

use selfsame_interp::{
    Caller, Config, Engine, Error, ErrorKind, Extern, Func, FuncType, Global, GlobalType, Instance, Linker,
    Memory, MemoryType, Module, RefType, Resumable, Stopped, Store, Suspend, Table, TableType, Tier, Trap,
    Val, ValType,
};
use std::error::Error as _;

const FUNCREF: ValType = ValType::Ref(RefType::FUNCREF);
const EXTERNREF: ValType = ValType::Ref(RefType::EXTERNREF);

fn engine(tier: Tier) -> Engine {
    Engine::new(Config::new().tier(tier))
}

fn store(engine: &Engine) -> Store<u32> {
    let mut store = Store::new(engine, 0);
    store.set_gas(1_000_000);
    store
}

fn module(engine: &Engine, text: &str) -> Module {
    Module::new(engine, wat::parse_str(text).expect("a module")).expect("a valid one")
}

/// What was done wrongly, or why it could not be linked.
fn text(error: &Error) -> &str {
    match error.kind() {
        ErrorKind::Misuse(text) | ErrorKind::Link(text) => text,
        other => panic!("{other:?}"),
    }
}

const MIXED: &str = r#"(module
  (import "host" "mix" (func $mix (param i32 v128 f64 externref) (result v128 i64 funcref)))
  (func (export "run") (param v128) (result i64 i64)
    (call $mix (i32.const 7) (local.get 0) (f64.const 1.5) (ref.null extern))
    (drop)
    (global.set $wide)
    (i64x2.extract_lane 0)
    (global.get $wide))
  (global $wide (mut i64) (i64.const 0)))"#;

fn mixed() -> FuncType {
    FuncType::new(
        [ValType::I32, ValType::V128, ValType::F64, EXTERNREF],
        [ValType::V128, ValType::I64, FUNCREF],
    )
}

#[test]
fn host_functions_take_and_return_values_of_any_type() {
    let mut linker = Linker::new();
    linker.func_new("host", "mix", mixed(), |mut caller: Caller<'_, u32>, params, results| {
        let &[Val::I32(a), Val::V128(b), Val::F64(c), Val::ExternRef(None)] = params else {
            panic!("{params:?}")
        };
        let frames = caller.frames();
        assert_eq!(frames.len(), 1, "{frames:?}");
        assert_eq!(results, [Val::V128(0), Val::I64(0), Val::FuncRef(None)], "results start as defaults");
        *caller.data_mut() += 1;
        results[0] = Val::V128(b ^ 0xff);
        results[1] = Val::I64(i64::from(a) + f64::from_bits(c) as i64);
        Ok(())
    });
    assert!(linker.contains("host", "mix") && !linker.contains("host", "other"));
    for tier in [Tier::Exact, Tier::Fast] {
        let engine = engine(tier);
        // A copy serves many stores.
        let linker = linker.clone();
        for runs in 1..3 {
            let mut store = store(&engine);
            let instance = linker.instantiate(&mut store, &module(&engine, MIXED)).expect("an instance");
            let run = instance.get_func(&mut store, "run").expect("exported");
            for _ in 0..runs {
                let mut results = [Val::I64(0); 2];
                run.call(&mut store, &[Val::V128(1 << 64 | 0x100)], &mut results).expect("results");
                assert_eq!(results, [Val::I64(0x1ff), Val::I64(8)]);
            }
            assert_eq!(*store.data(), runs);
        }
    }
}

#[test]
fn host_functions_of_more_values_than_are_kept_on_the_native_stack() {
    let many = FuncType::new([ValType::I64; 40], [ValType::I64; 30]);
    for tier in [Tier::Exact, Tier::Fast] {
        let engine = engine(tier);
        let mut store = store(&engine);
        let mut linker = Linker::new();
        linker.func_new("host", "many", many.clone(), |_: Caller<'_, u32>, params, results| {
            for (at, result) in results.iter_mut().enumerate() {
                let (Val::I64(one), Val::I64(other)) = (params[at], params[39 - at]) else {
                    panic!("{params:?}")
                };
                *result = Val::I64(one * 100 + other);
            }
            Ok(())
        });
        let args: String = (0..40).map(|at| format!("(i64.const {at})")).collect();
        let text_of = format!(
            r#"(module (import "host" "many" (func $many {} {}))
              (func (export "run") {} (call $many {args})))"#,
            "(param i64)".repeat(40),
            "(result i64)".repeat(30),
            "(result i64)".repeat(30)
        );
        let instance = linker.instantiate(&mut store, &module(&engine, &text_of)).expect("an instance");
        let run = instance.get_func(&mut store, "run").expect("exported");
        let mut results = [Val::I64(0); 30];
        run.call(&mut store, &[], &mut results).expect("results");
        assert_eq!(results, std::array::from_fn(|at| Val::I64(at as i64 * 99 + 39)));
    }
}

#[test]
fn a_host_function_must_return_what_its_type_says() {
    let engine = engine(Tier::Fast);
    let mut other = store(&engine);
    let foreign = Func::wrap(&mut other, || ());
    let mut store = store(&engine);
    let ty = FuncType::new([], [FUNCREF]);
    for (value, wanted) in [
        (Val::I32(1), "a host function returned i32 instead of funcref"),
        (Val::FuncRef(Some(foreign)), "a reference belongs to another store"),
    ] {
        let func = Func::new(&mut store, ty.clone(), move |_: Caller<'_, u32>, _, results| {
            results[0] = value;
            Ok(())
        });
        let error = func.call(&mut store, &[], &mut [Val::FuncRef(None)]).expect_err("another type");
        assert!(text(&error).contains(wanted), "{error}");
    }
}

#[test]
fn handles_read_and_change_what_a_module_exports() {
    let engine = engine(Tier::Fast);
    let mut store = store(&engine);
    let text_of = r#"(module
      (memory (export "memory") 1 2) (table (export "table") 2 3 funcref)
      (global (export "var") (mut v128) (v128.const i64x2 1 2)) (global (export "const") i32 (i32.const 7))
      (func (export "func")) (elem (i32.const 1) 0))"#;
    let module = module(&engine, text_of);
    let names: Vec<String> = module.exports().map(|(name, ty)| format!("{name}: {ty}")).collect();
    assert_eq!(names.len(), 5);
    assert!(names[0].starts_with("memory: "), "{names:?}");
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    let mut get = |name| instance.get_export(&mut store, name).expect("exported");
    let [memory, table, var, fixed, func] = ["memory", "table", "var", "const", "func"].map(&mut get);
    // Each is what it is and nothing else.
    for (at, item) in [func, memory, table, var].into_iter().enumerate() {
        let is = [
            item.into_func().is_some(),
            item.into_memory().is_some(),
            item.into_table().is_some(),
            item.into_global().is_some(),
        ];
        assert_eq!(is, [0, 1, 2, 3].map(|kind| kind == at));
    }

    let memory = memory.into_memory().expect("a memory");
    assert_eq!(instance.memories(&store), [memory]);
    assert_eq!((memory.size(&store), memory.grow(&mut store, 1).expect("room")), (1, 1));
    assert_eq!(memory.size(&store), 2);
    let error = memory.grow(&mut store, 1).expect_err("its limit");
    assert_eq!(text(&error), "the memory may not grow from 2 to 3 pages");

    let table = table.into_table().expect("a table");
    let func = func.into_func().expect("a function");
    assert_eq!(table.size(&store), 2);
    assert_eq!(
        [0, 1, 2].map(|at| table.get(&store, at)),
        [Some(Val::FuncRef(None)), Some(Val::FuncRef(Some(func))), None]
    );
    table.set(&mut store, 0, Val::FuncRef(Some(func))).expect("in bounds");
    assert_eq!(table.get(&store, 0), Some(Val::FuncRef(Some(func))));
    let error = table.set(&mut store, 2, Val::FuncRef(None)).expect_err("past the end");
    assert_eq!(text(&error), "the index is past the table's end");

    let (var, fixed) = (var.into_global().expect("a global"), fixed.into_global().expect("a global"));
    assert_eq!(var.ty(&store), GlobalType { content: ValType::V128, mutable: true });
    assert_eq!(var.get(&store), Val::V128(2 << 64 | 1));
    var.set(&mut store, Val::V128(3 << 64 | 4)).expect("mutable");
    assert_eq!(var.get(&store), Val::V128(3 << 64 | 4));
    let error = var.set(&mut store, Val::I32(1)).expect_err("another type");
    assert_eq!(text(&error), "the value is i32, but v128 is wanted");
    let error = fixed.set(&mut store, Val::I32(1)).expect_err("immutable");
    assert_eq!(text(&error), "the global is immutable");
    assert_eq!(fixed.get(&store), Val::I32(7));
}

#[test]
fn what_the_host_made_can_be_imported() {
    let engine = engine(Tier::Fast);
    let mut store = store(&engine);
    let memory = Memory::new(&mut store, MemoryType::new(1, None)).expect("a memory");
    let ty = TableType::new(RefType::FUNCREF, 3, None);
    let func = Func::wrap(&mut store, |x: i32| x + 1);
    let table = Table::new(&mut store, ty, Val::FuncRef(Some(func))).expect("a table");
    let error = Table::new(&mut store, ty, Val::I64(0)).expect_err("another type");
    assert_eq!(text(&error), "the value is i64, but funcref is wanted");
    let ty = GlobalType { content: ValType::I64, mutable: false };
    let global = Global::new(&mut store, ty, Val::I64(40)).expect("a global");
    let mut linker = Linker::new();
    linker
        .define("host", "memory", Extern::Memory(memory))
        .define("host", "table", Extern::Table(table))
        .define("host", "global", Extern::Global(global));
    let user = module(
        &engine,
        r#"(module (import "host" "memory" (memory 1)) (import "host" "table" (table 2 funcref))
          (import "host" "global" (global i64))
          (func (export "run") (result i32)
            (call_indirect (param i32) (result i32) (i32.wrap_i64 (global.get 0)) (i32.const 2))))"#,
    );
    let instance = linker.instantiate(&mut store, &user).expect("it fits");
    let run = instance.get_typed_func::<(), i32>(&mut store, "run").expect("exported");
    // A typed function is a handle as the other is.
    assert_eq!(run.clone().call(&mut store, ()).expect("a result"), 41);
    assert_eq!(run.func(), instance.get_func(&mut store, "run").expect("exported"));
    // And with no memory of that size, it does not fit.
    let large = module(&engine, r#"(module (import "host" "memory" (memory 2)))"#);
    let error = linker.instantiate(&mut store, &large).expect_err("too small");
    assert!(text(&error).starts_with("import `host` `memory` does not fit"), "{error}");
    let unknown = module(&engine, r#"(module (import "host" "absent" (func)))"#);
    let error = linker.instantiate(&mut store, &unknown).expect_err("not defined");
    assert!(text(&error).starts_with("import `host` `absent`"), "{error}");
    assert_eq!(error.code(), Some("invalid_contract wasm linking"));
}

#[test]
fn things_of_another_engine_or_store_are_refused() {
    let (engine, other) = (engine(Tier::Fast), self::engine(Tier::Fast));
    let mut store = store(&engine);
    let error = Instance::new(&mut store, &module(&other, "(module)"), &[]).expect_err("another engine");
    assert!(text(&error).starts_with("the module was made for another engine"), "{error}");
    let mut elsewhere = self::store(&engine);
    let foreign = Func::wrap(&mut elsewhere, || ());
    let needs = module(&engine, r#"(module (import "host" "f" (func)))"#);
    let error = Instance::new(&mut store, &needs, &[Extern::Func(foreign)]).expect_err("another store");
    assert_eq!(text(&error), "import `host` `f` belongs to another store");
    let error = Instance::new(&mut store, &needs, &[]).expect_err("too few");
    assert_eq!(text(&error), "the module has 1 imports, but 0 were given");
}

#[test]
fn who_asks_for_a_function_that_is_not_there_learns_which_are() {
    let engine = engine(Tier::Fast);
    let mut store = store(&engine);
    let mut missing = |text_of: &str| {
        let module = module(&engine, text_of);
        let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
        let error = instance.get_typed_func::<(), i32>(&mut store, "run").map(drop).expect_err("not there");
        text(&error).to_owned()
    };
    let of = |list: &str| format!("no function `run` is exported; exported functions: {list}");
    assert_eq!(missing("(module (memory (export \"m\") 1))"), of("none"));
    assert_eq!(missing("(module (func (export \"a\")) (func (export \"b\")))"), of("a, b"));
    let many = |count: usize| {
        let funcs: String = (0..count).map(|at| format!("(func (export \"f{at:02}\"))")).collect();
        format!("(module {funcs})")
    };
    assert!(missing(&many(20)).ends_with("f18, f19"));
    assert!(missing(&many(21)).ends_with("f18, f19, ..."));
    assert_eq!(
        missing("(module (func (export \"run\") (param i64)))"),
        "the function has type (i64) -> (), but () -> (i32) was asked for"
    );
    let module = module(&engine, "(module (func (export \"run\") (param i32 i64)))");
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    let run = instance.get_func(&mut store, "run").expect("exported");
    let mut call =
        |params: &[Val]| text(&run.call(&mut store, params, &mut []).expect_err("wrong")).to_owned();
    assert_eq!(call(&[]), "the function takes 2 parameters, not 0: (i32, i64) -> ()");
    assert_eq!(call(&[Val::I32(1), Val::I32(2)]), "parameter 1 is i64, not i32: (i32, i64) -> ()");
}

/// An execution that waits for an `i32` from the host.
fn suspended(store: &mut Store<u32>, engine: &Engine) -> (Func, Stopped) {
    let mut linker = Linker::new();
    linker.func_wrap("host", "ask", |_: Caller<'_, u32>| -> Result<i32, Error> {
        Err(Suspend::error("a question"))
    });
    let text_of = r#"(module (import "host" "ask" (func $ask (result i32)))
      (func (export "run") (result i32) (i32.add (call $ask) (i32.const 1))))"#;
    let instance = linker.instantiate(&mut *store, &module(engine, text_of)).expect("an instance");
    let run = instance.get_func(&mut *store, "run").expect("exported");
    match run.call_resumable(&mut *store, &[]).expect("no parameters") {
        Resumable::Stopped(stopped) => (run, stopped),
        Resumable::Done(results) => panic!("{results:?}"),
    }
}

#[test]
fn a_suspended_execution_goes_on_with_the_results_that_it_waits_for() {
    for tier in [Tier::Exact, Tier::Fast] {
        let engine = engine(tier);
        let mut store = store(&engine);
        let (run, stopped) = suspended(&mut store, &engine);
        assert_eq!(stopped.func(), run);
        assert!(stopped.can_resume());
        let payload = stopped.payload().and_then(|payload| payload.downcast_ref::<&str>());
        assert_eq!(payload, Some(&"a question"));
        let suspend = stopped.error.downcast_ref::<Suspend>().expect("it was suspended");
        assert_eq!(
            (suspend.to_string(), format!("{suspend:?}")),
            ("suspended by a host function".into(), "Suspend".into())
        );
        assert_eq!(stopped.error.code(), None);
        let Resumable::Done(results) = stopped.resume(&mut store, &[Val::I32(41)]).expect("it fits") else {
            panic!("it ends");
        };
        assert_eq!(results, [Val::I32(42)]);
    }
}

#[test]
fn what_cannot_go_on_says_why() {
    let engine = engine(Tier::Fast);
    let mut store = store(&engine);
    for values in [&[][..], &[Val::I64(1)], &[Val::I32(1), Val::I32(2)]] {
        let (_, stopped) = suspended(&mut store, &engine);
        let error = stopped.resume(&mut store, values).map(drop).expect_err("another result");
        assert_eq!(
            text(&error),
            "the host function that suspended has 1 results, and they must be given here"
        );
    }
    let (run, stopped) = suspended(&mut store, &engine);
    let _ = run.call_resumable(&mut store, &[]).expect("no parameters");
    let error = stopped.resume(&mut store, &[Val::I32(1)]).map(drop).expect_err("closed");
    assert_eq!(text(&error), "the execution is closed: the store has run something else since");

    let traps = module(&engine, "(module (func (export \"run\") (unreachable)))");
    let instance = Instance::new(&mut store, &traps, &[]).expect("an instance");
    let run = instance.get_func(&mut store, "run").expect("exported");
    let Resumable::Stopped(stopped) = run.call_resumable(&mut store, &[]).expect("no parameters") else {
        panic!("it traps");
    };
    assert!(!stopped.can_resume());
    assert_eq!(stopped.error.trap(), Some(Trap::Unreachable));
    let error = stopped.resume(&mut store, &[]).map(drop).expect_err("ended");
    assert!(error.to_string().starts_with("the execution "), "{error}");
}

#[test]
fn errors_have_codes_texts_and_causes() {
    let engine = engine(Tier::Fast);
    let invalid = Module::new(&engine, b"\0asm\x01\0\0\0\x01".to_vec()).map(drop).expect_err("cut off");
    assert_eq!(invalid.code(), Some("invalid_contract wasm validating"));
    assert_eq!(invalid.source().map(ToString::to_string), Some(invalid.to_string()));
    let trap = Error::from(Trap::Unreachable);
    assert_eq!(trap.source().map(ToString::to_string), Some(trap.to_string()));
    assert_eq!(trap.code(), Some(Trap::Unreachable.code()));
    let host = Error::host(std::io::Error::other("the disk is full"));
    assert_eq!((host.code(), host.to_string()), (None, "the disk is full".into()));
    assert_eq!(host.source().map(ToString::to_string), Some("the disk is full".into()));
    let interrupted = Error::from(ErrorKind::Interrupted);
    assert_eq!(
        (interrupted.code(), interrupted.to_string()),
        (Some("wasm_trap interrupt"), "interrupted".into())
    );
    assert!(interrupted.source().is_none());
    assert!(interrupted.trap().is_none());
    let gas = Error::from(ErrorKind::OutOfGas { required: 7 });
    assert_eq!(gas.to_string(), "out of gas: the next step costs 7, which is more than is left");
    let room = Error::from(ErrorKind::NoRoom("a memory"));
    assert_eq!((room.code(), room.to_string()), (None, "this machine has no room for a memory".into()));
}

#[test]
fn memories_and_tables_start_no_larger_than_the_limiter_allows() {
    struct Nothing;
    impl selfsame_interp::ResourceLimiter for Nothing {
        fn memory_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> bool {
            false
        }
        fn table_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> bool {
            false
        }
    }
    let engine = engine(Tier::Fast);
    for (text_of, code, says) in [
        ("(module (memory 1))", "out_of memory wasm_memory", "a memory is larger"),
        ("(module (table 1 funcref))", "out_of memory wasm_table", "a table is larger"),
    ] {
        let mut store = Store::new(&engine, Nothing);
        store.set_gas(1000);
        store.limiter(|data| data);
        let error = Instance::new(&mut store, &module(&engine, text_of), &[]).expect_err("refused");
        assert_eq!(error.code(), Some(code));
        assert!(error.to_string().starts_with(says), "{error}");
    }
}

/// Remembers what it was asked, and refuses from the given number of questions on.
struct Asked(Vec<(u64, u64, Option<u64>)>, usize);

impl selfsame_interp::ResourceLimiter for Asked {
    fn memory_growing(&mut self, current: u64, desired: u64, max: Option<u64>) -> bool {
        self.0.push((current, desired, max));
        self.0.len() <= self.1
    }
    fn table_growing(&mut self, current: u64, desired: u64, max: Option<u64>) -> bool {
        self.memory_growing(current, desired, max)
    }
}

#[test]
fn the_limiter_is_told_sizes_before_and_after() {
    let text_of = r#"(module (memory 2 5) (table $t 3 9 funcref) (memory $free 0)
      (func (export "run") (result i32 i32 i32)
        (memory.grow (i32.const 2)) (table.grow $t (ref.null func) (i32.const 4))
        (memory.grow $free (i32.const 1))))"#;
    const PAGE: u64 = 65_536;
    let questions = [
        (0, 2 * PAGE, Some(5 * PAGE)),
        (0, 0, None),
        (0, 3, Some(9)),
        (2 * PAGE, 4 * PAGE, Some(5 * PAGE)),
        (3, 7, Some(9)),
        (0, PAGE, None),
    ];
    for tier in [Tier::Exact, Tier::Fast] {
        for granted in [6, 5, 4, 3] {
            let engine = engine(tier);
            let mut store = Store::new(&engine, Asked(Vec::new(), granted));
            store.set_gas(1_000_000);
            store.limiter(|data| data);
            let instance = Instance::new(&mut store, &module(&engine, text_of), &[]).expect("granted");
            let run = instance.get_func(&mut store, "run").expect("exported");
            let mut results = [Val::I32(7); 3];
            run.call(&mut store, &[], &mut results).expect("results");
            let mut asked = store.data().0.clone();
            asked[..3].sort_unstable();
            let mut wanted = questions;
            wanted[..3].sort_unstable();
            assert_eq!(asked, wanted, "{tier:?}");
            let old = [2, 3, 0].into_iter().zip(3..);
            let results_wanted: Vec<Val> =
                old.map(|(old, at)| Val::I32(if at < granted { old } else { -1 })).collect();
            assert_eq!(results[..], results_wanted, "{tier:?} {granted}");
        }
    }
}
