//! Running commands.

use crate::harness::Guest;
use selfsame_hostabi::{CommandOutcome, Exit, NoEntryPoint, WasiCtx, run_command};
use selfsame_interp::{ErrorKind, Tier, Trap};

fn run(text: &str) -> [CommandOutcome; 2] {
    [Tier::Exact, Tier::Fast].map(|tier| {
        let ctx = WasiCtx::builder().build().expect("it fits");
        match Guest::of(tier, ctx, text) {
            Ok(mut guest) => run_command(&mut guest.store, guest.instance),
            Err(error) => error.into(),
        }
    })
}

const EXIT: &str = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))"#;

#[test]
fn a_command_returns_exits_or_is_stopped() {
    for outcome in run(r#"(module (func (export "_start")))"#) {
        assert!(matches!(outcome, CommandOutcome::Returned), "{outcome:?}");
    }
    for code in [0, 7, -1] {
        let text = format!(r#"(module {EXIT} (func (export "_start") (call $exit (i32.const {code}))))"#);
        for outcome in run(&text) {
            assert!(matches!(outcome, CommandOutcome::Exited(c) if c == code), "{outcome:?}");
        }
    }
    for outcome in run(r#"(module (func (export "_start") unreachable))"#) {
        let CommandOutcome::Stopped(error) = outcome else { panic!("{outcome:?}") };
        assert_eq!(error.trap(), Some(Trap::Unreachable));
    }
    for outcome in run(r#"(module (func (export "_start") (loop (br 0))))"#.replace("(br 0)", "").as_str()) {
        assert!(matches!(outcome, CommandOutcome::Returned), "{outcome:?}");
    }
}

#[test]
fn the_function_without_a_name_comes_first() {
    let text = format!(
        r#"(module {EXIT}
            (func (export "") (call $exit (i32.const 1)))
            (func (export "_start") (call $exit (i32.const 2))))"#
    );
    for outcome in run(&text) {
        assert!(matches!(outcome, CommandOutcome::Exited(1)), "{outcome:?}");
    }
    let text = text.replace(r#"(export "")"#, r#"(export "") (param i32)"#);
    for outcome in run(&text) {
        assert!(matches!(outcome, CommandOutcome::Exited(2)), "{outcome:?}");
    }
}

#[test]
fn a_module_without_an_entry_point_is_no_command() {
    for text in [
        "(module)",
        r#"(module (func (export "_start") (param i32)))"#,
        r#"(module (memory (export "_start") 1) (func (export "main")))"#,
    ] {
        for outcome in run(text) {
            let CommandOutcome::Stopped(error) = outcome else { panic!("{outcome:?}") };
            assert!(error.downcast_ref::<NoEntryPoint>().is_some(), "{error}");
            assert_eq!(selfsame_hostabi::code(&error).as_deref(), Some("invalid_contract wasm entrypoint"));
        }
    }
}

#[test]
fn a_start_function_can_exit_too() {
    let text = format!("(module {EXIT} (func $f (call $exit (i32.const 3))) (start $f))");
    for outcome in run(&text) {
        assert!(matches!(outcome, CommandOutcome::Exited(3)), "{outcome:?}");
    }
}

#[test]
fn the_caller_of_proc_exit_is_the_innermost_frame() {
    let text = format!(
        r#"(module {EXIT}
            (func $inner (call $exit (i32.const 3)))
            (func (export "_start") (call $inner)))"#
    );
    for tier in [Tier::Exact, Tier::Fast] {
        let ctx = WasiCtx::builder().build().expect("it fits");
        let mut guest = Guest::of(tier, ctx, &text).expect("it is well-formed");
        assert!(matches!(run_command(&mut guest.store, guest.instance), CommandOutcome::Exited(3)));
        let funcs: Vec<u32> = guest.store.frames().iter().map(|frame| frame.func).collect();
        assert_eq!(funcs, [1, 2]);
    }
}

#[test]
fn only_preview_1_is_there() {
    for module in ["wasi_unstable", "wasi_snapshot_preview2", "wasi"] {
        let text = EXIT.replace("wasi_snapshot_preview1", module);
        let ctx = WasiCtx::builder().build().expect("it fits");
        let error = Guest::of(Tier::Exact, ctx, &format!("(module {text})")).err().expect("it cannot link");
        assert!(matches!(error.kind(), ErrorKind::Link(_)));
    }
}

#[test]
fn codes_never_name_the_host() {
    let error = selfsame_interp::Error::host(Exit(-5));
    assert_eq!(selfsame_hostabi::code(&error).as_deref(), Some("exit_code -5"));
    assert_eq!(error.to_string(), "the program exited with code -5");
    let error = selfsame_interp::Error::from(Trap::Fault);
    assert_eq!(selfsame_hostabi::code(&error).as_deref(), Some("wasm_trap fault"));
    let error = selfsame_interp::Error::from(ErrorKind::NoRoom("it"));
    assert_eq!(selfsame_hostabi::code(&error), None);
}
