//! The hash of a store's objects, octet by octet as `docs/fingerprints.md` lays them down.

use selfsame_interp::{
    Config, Engine, Extern, ExternRef, Func, Global, GlobalType, Instance, Module, RefType, Store, Tier, Val,
    ValType,
};

/// Roots: a global, the elements of a table, an element segment. Object 0 has a field of each kind, object 1 is an array
/// of packed numbers, object 2 one of references.
const TEXT: &str = r#"(module
  (import "" "value" (global $value externref))
  (import "" "func" (func $host))
  (type $bytes (array i16))
  (type $refs (array (mut (ref null $bytes))))
  (type $all (struct (field i8) (field i16) (field i32) (field i64) (field f32) (field f64) (field v128)
    (field anyref) (field anyref) (field externref) (field funcref) (field funcref) (field exnref)
    (field (ref $bytes)) (field $self (mut (ref null $all)))))
  (tag $tag)
  (global $root (mut (ref null $all)) (ref.null none))
  (table $table 2 anyref)
  (elem $e anyref (ref.i31 (i32.const -1)))
  (func $guest (export "make") (local $all (ref $all)) (local $bytes (ref $bytes))
    (local.set $bytes (array.new_fixed $bytes 2 (i32.const 0x10203) (i32.const 4)))
    (local.set $all (struct.new $all (i32.const 0x1234) (i32.const 0xabcdef) (i32.const -2) (i64.const -3)
      (f32.const 1.5) (f64.const -2.5) (v128.const i64x2 5 6) (ref.null any) (ref.i31 (i32.const 7))
      (global.get $value) (ref.func $guest) (ref.func $host)
      (block $caught (result exnref) (try_table (result exnref) (catch_all_ref $caught) (throw $tag)))
      (local.get $bytes) (ref.null $all)))
    (struct.set $all $self (local.get $all) (local.get $all))
    (global.set $root (local.get $all))
    (table.set $table (i32.const 1) (array.new $refs (local.get $bytes) (i32.const 1))))
  (elem declare func $host))"#;

/// The hash of a type of a group of its own.
fn type_hash(octets: &[u8]) -> [u8; 32] {
    *blake3::hash(&[octets, &[0; 4]].concat()).as_bytes()
}

fn expected() -> [u8; 32] {
    let bytes = type_hash(&[1, 0, 0x5e, 0, 0x77]);
    let refs = type_hash(&[&[1, 0, 0x5e, 1, 0x63, 2], &bytes[..]].concat());
    let all = [
        &[1, 0, 0x5f, 15, 0, 0, 0][..],
        &[0, 0x78, 0, 0x77, 0, 0x7f, 0, 0x7e, 0, 0x7d, 0, 0x7c, 0, 0x7b],
        &[0, 0x63, 0x6e, 0, 0x63, 0x6e, 0, 0x63, 0x6f, 0, 0x63, 0x70, 0, 0x63, 0x70, 0, 0x63, 0x69],
        &[0, 0x64, 2],
        &bytes,
        &[1, 0x63, 1, 0, 0, 0, 0],
    ];
    let object = |number: u64| [&[1][..], &number.to_le_bytes()].concat();
    let octets = [
        &b"selfsame heap v1"[..],
        // The roots: object 0; null and object 1; a small integer.
        &object(0),
        &[0],
        &object(1),
        &[3, 0xff, 0xff, 0xff, 0x7f],
        // Object 0.
        &type_hash(&all.concat()),
        &[15, 0, 0, 0],
        &[0x34],
        &[0xef, 0xcd],
        &(-2i32).to_le_bytes(),
        &(-3i64).to_le_bytes(),
        &1.5f32.to_le_bytes(),
        &(-2.5f64).to_le_bytes(),
        &5u64.to_le_bytes(),
        &6u64.to_le_bytes(),
        &[0],
        &[3, 7, 0, 0, 0],
        // Value 0 of the host, function 1 of `main`, function 0 of the host, exception 0, object 2, object 0.
        &[2, 0, 0, 0, 0, 0, 0, 0, 0],
        &[1, 4, 0, 0, 0],
        b"main",
        &[1, 0, 0, 0],
        &[2, 0, 0, 0, 0],
        &object(0),
        &object(2),
        &object(0),
        // Object 1, whose element is object 2.
        &refs,
        &[1, 0, 0, 0],
        &object(2),
        // Object 2.
        &bytes,
        &[2, 0, 0, 0],
        &[3, 2, 4, 0],
    ];
    *blake3::hash(&octets.concat()).as_bytes()
}

#[test]
fn it_is_what_the_document_says() {
    for tier in [Tier::Exact, Tier::Fast] {
        let engine = Engine::new(Config::new().tier(tier));
        let module = Module::new(&engine, wat::parse_str(TEXT).expect("a module")).expect("a valid module");
        let mut store = Store::new(&engine, ());
        store.set_gas(10_000);
        let value = Val::ExternRef(Some(ExternRef::new(&mut store, ())));
        let ty = GlobalType { content: ValType::Ref(RefType::EXTERNREF), mutable: false };
        let value = Global::new(&mut store, ty, value).expect("a global");
        let host = Func::wrap(&mut store, || ());
        let imports = [Extern::Global(value), Extern::Func(host)];
        let instance = Instance::new(&mut store, &module, &imports).expect("an instance");
        let make = instance.get_func(&mut store, "make").expect("exported");
        make.call(&mut store, &[], &mut []).expect("there is room and gas");
        // Behind the hash of the exception that object 0 keeps.
        let hashes = &store.fingerprint().module_instances["main"];
        assert_eq!((hashes.len(), hashes[1]), (2, expected()), "{tier:?}");
    }
}
