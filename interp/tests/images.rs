//! Instances that share their initial memory do not see each other's writes, and there can be many modules.

use selfsame_interp::{Config, Engine, Instance, Module, Store};

const PAGES: usize = 1;

/// A module with a memory full of one letter, large enough for an image, which adds its parameter to each byte.
fn module(engine: &Engine, letter: char) -> Module {
    let data = String::from(letter).repeat(PAGES << 16);
    let text = format!(
        r#"(module (memory (export "memory") {PAGES}) (data (i32.const 0) "{data}")
            (func (export "add") (param i32) (local i32)
                (loop $next
                    (i32.store8 (local.get 1) (i32.add (i32.load8_u (local.get 1)) (local.get 0)))
                    (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                    (br_if $next (i32.lt_u (local.get 1) (i32.const {}))))))"#,
        PAGES << 16
    );
    Module::new(engine, wat::parse_str(text).expect("the text is right")).expect("it is valid")
}

/// Makes an instance, whose memory must be as at first, and changes all of it.
fn change(module: &Module, letter: u8, by: i32) {
    let mut store = Store::new(module.engine(), ());
    store.set_gas(u64::MAX);
    let instance = Instance::new(&mut store, module, &[]).expect("the segment fits");
    let memory = instance.get_memory(&mut store, "memory").expect("the export");
    let all = |store: &Store<()>, wanted: u8| memory.data(store).iter().all(|byte| *byte == wanted);
    assert!(all(&store, letter));
    let add = instance.get_typed_func::<i32, ()>(&mut store, "add").expect("the export");
    add.call(&mut store, by).expect("nothing traps");
    assert!(all(&store, letter + by as u8));
}

#[test]
fn threads_write_to_what_was_shared() {
    let module = module(&Engine::new(&Config::new()), 'a');
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let module = &module;
            scope.spawn(move || (0..4).for_each(|turn| change(module, b'a', thread * 4 + turn)));
        }
    });
}

#[test]
fn modules_are_more_than_images() {
    let engine = Engine::new(&Config::new());
    let modules: Vec<Module> = (0..70_u8).map(|i| module(&engine, char::from(b'0' + i % 10))).collect();
    for (i, module) in (0_u8..).zip(&modules) {
        change(module, b'0' + i % 10, 1);
    }
    for (i, module) in (0_u8..).zip(&modules) {
        change(module, b'0' + i % 10, 2);
    }
}
