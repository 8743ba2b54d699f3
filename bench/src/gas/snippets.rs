//! Instructions that no signature describes, in loops of their own.

use selfsame_interp::Opcode;

/// What snippets name, besides the surroundings of signatures.
pub const TYPES_AND_FUNCTIONS: &str = "
      (type $t0 (sub (struct (field (mut i32)) (field (mut i64)))))
      (type $t1 (sub $t0 (struct (field (mut i32)) (field (mut i64)))))
      (type $t2 (sub $t1 (struct (field (mut i32)) (field (mut i64)))))
      (type $t3 (sub $t2 (struct (field (mut i32)) (field (mut i64)))))
      (type $t4 (sub $t3 (struct (field (mut i32)) (field (mut i64)))))
      (type $t5 (sub $t4 (struct (field (mut i32)) (field (mut i64)))))
      (type $t6 (sub $t5 (struct (field (mut i32)) (field (mut i64)))))
      (type $t7 (sub $t6 (struct (field (mut i32)) (field (mut i64)))))
      (type $t8 (sub $t7 (struct (field (mut i32)) (field (mut i64)))))
      (type $struct (sub $t8 (struct (field (mut i32)) (field (mut i64)))))
      (type $t9 (sub $t8 (struct (field (mut i32)) (field (mut i64)) (field i32))))
      (type $packed (struct (field (mut i8)) (field (mut i16)) (field (mut v128))))
      (type $large (struct (field i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)))
      (type $list (struct (field (ref null $list))))
      (type $array (array (mut i64))) (type $bytes (array (mut i8)))
      (type $refs (array (mut anyref))) (type $funcs (array (mut funcref)))
      (rec (type $described (descriptor $descriptor) (struct (field (mut i32))))
        (type $descriptor (describes $described) (struct)))
      (memory $wide i64 1)
      (tag $none) (tag $never) (tag $some (param i64 v128))
      (func $throws (param i32) (if (local.get 0)
        (then (call $throws (i32.sub (local.get 0) (i32.const 1)))) (else (throw $none))))
      (func $direct (type $callee) (return_call $callee (local.get 0)))
      (func $indirect (type $callee) (return_call_indirect (type $callee) (local.get 0) (i32.const 1)))
      (func $by_ref (type $callee) (return_call_ref $callee (local.get 0) (ref.func $callee)))
      (func $returns (type $callee) (return (local.get 0)))";

/// Locals of references.
pub const REFERENCES: &str =
    "(local $f (ref $callee)) (local $fn funcref) (local $any anyref) (local $ext externref)
      (local $obj anyref) (local $small i31ref) (local $s (ref null $struct)) (local $p (ref null $packed))
      (local $a (ref null $array)) (local $b (ref null $bytes)) (local $r (ref null $refs))
      (local $fs (ref null $funcs)) (local $list (ref null $list))
      (local $d1 (ref null (exact $descriptor))) (local $described (ref null $described))";

/// What they hold when the loop begins.
pub const OBJECTS: &str = "(local.set $f (ref.func $callee)) (local.set $fn (ref.func $callee))
      (local.set $small (ref.i31 (i32.const -5))) (local.set $s (struct.new_default $struct))
      (local.set $obj (local.get $s)) (local.set $p (struct.new_default $packed))
      (local.set $a (array.new_default $array (i32.const 5000))) (local.set $b (array.new_default $bytes (i32.const 5000)))
      (local.set $r (array.new_default $refs (i32.const 600))) (local.set $fs (array.new_default $funcs (i32.const 9)))
      (local.set $d1 (struct.new $descriptor)) (local.set $described (struct.new_default_desc $described (local.get $d1)))";

/// Instructions that a signature does not describe, each as it is written in a loop, with one line of what is
/// around it where it needs more.
pub const SNIPPETS: &[(Opcode, &str, &str)] = &[
    (Opcode::Nop, "", "nop"),
    (Opcode::If, "one way", "(if (local.get $i32) (then))"),
    (Opcode::If, "other way", "(if (global.get $g) (then nop) (else nop))"),
    (Opcode::Br, "", "(block (br 0))"),
    (Opcode::BrIf, "taken", "(block (br_if 0 (local.get $i32)))"),
    (Opcode::BrIf, "not taken", "(block (br_if 0 (i32.eqz (local.get $i32))))"),
    (Opcode::BrTable, "", "(block (block (br_table 0 1 0 1 (local.get $i32))))"),
    (Opcode::Call, "", "(local.set $i32 (call $callee (local.get $i32)))"),
    (
        Opcode::CallIndirect,
        "",
        "(local.set $i32 (call_indirect (type $callee) (local.get $i32) (i32.const 1)))",
    ),
    (Opcode::ReturnCall, "", "(local.set $i32 (call $direct (local.get $i32)))"),
    (Opcode::ReturnCallIndirect, "", "(local.set $i32 (call $indirect (local.get $i32)))"),
    (Opcode::Return, "", "(local.set $i32 (call $returns (local.get $i32)))"),
    (Opcode::Drop, "", "(drop (local.get $i32))"),
    (Opcode::Select, "i32", "(local.set $i32 (select (local.get $i32) (i32.const 7) (local.get $i32)))"),
    (
        Opcode::Select,
        "v128",
        "(local.set $v128 (select (local.get $v128) (local.get $v128) (local.get $i32)))",
    ),
    (
        Opcode::TypedSelect,
        "",
        "(local.set $i64 (select (result i64) (local.get $i64) (i64.const 7) (local.get $i32)))",
    ),
    (Opcode::LocalGet, "", "(local.set $i32 (local.get $i32b))"),
    (Opcode::LocalGet, "v128", "(local.set $v128 (local.get $v128b))"),
    (Opcode::LocalTee, "", "(local.set $i32 (local.tee $i32b (i32.const 5)))"),
    (Opcode::GlobalGet, "", "(local.set $i32 (global.get $g))"),
    (Opcode::GlobalSet, "", "(global.set $g (local.get $i32))"),
    (Opcode::TryTable, "", "(block $l (try_table (catch_all $l) (local.set $i32b (local.get $i32))))"),
    (Opcode::Throw, "", "(block $l (try_table (catch_all $l) (throw $none)))"),
    (Opcode::Throw, "fields", "(block $l (result i64 v128) (try_table (catch $some $l) (throw $some (i64.const 1) (local.get $v128))) (unreachable)) (drop) (drop)"),
    (Opcode::Throw, "kept", "(block $l (result exnref) (try_table (catch_all_ref $l) (throw $none)) (unreachable)) (drop)"),
    (Opcode::Throw, "frames", "(block $l (try_table (catch_all $l) (call $throws (i32.const 100))))"),
    (
        Opcode::Throw,
        "clauses",
        "(block $l (try_table (catch_all $l) (try_table (catch $never $l) (catch $never $l) (catch $never $l)
          (try_table (catch $never $l) (catch $never $l) (catch $never $l) (catch $never $l) (throw $none)))))",
    ),
    (
        Opcode::ThrowRef,
        "",
        "(block $l (try_table (catch_all $l) (throw_ref (block $k (result exnref)
          (try_table (catch_all_ref $k) (throw $none)) (unreachable)))))",
    ),
    (Opcode::TableGet, "", "(drop (table.get $t (i32.const 1)))"),
    (Opcode::TableSet, "", "(table.set $t (i32.const 9) (ref.null func))"),
    (Opcode::RefNull, "", "(drop (ref.null func))"),
    (Opcode::RefIsNull, "", "(local.set $i32b (ref.is_null (ref.null func)))"),
    (Opcode::RefFunc, "", "(drop (ref.func $callee))"),
    (Opcode::TableSize, "", "(local.set $i32b (table.size $t))"),
    (
        Opcode::I64Add128,
        "",
        "(i64.add128 (local.get $i64) (local.get $i64b) (local.get $i64) (local.get $i64b)) (local.set $i64b) (local.set $i64)",
    ),
    (
        Opcode::I64Sub128,
        "",
        "(i64.sub128 (local.get $i64) (local.get $i64b) (local.get $i64b) (local.get $i64)) (local.set $i64b) (local.set $i64)",
    ),
    (
        Opcode::I64MulWideS,
        "",
        "(i64.mul_wide_s (local.get $i64) (local.get $i64b)) (local.set $i64b) (local.set $i64)",
    ),
    (
        Opcode::I64MulWideU,
        "",
        "(i64.mul_wide_u (local.get $i64) (local.get $i64b)) (local.set $i64b) (local.set $i64)",
    ),
    (Opcode::MemoryGrow, "none", "(local.set $i32b (memory.grow (i32.const 0)))"),
    (Opcode::MemoryGrow, "refused", "(local.set $i32b (memory.grow (i32.const 65536)))"),
    (Opcode::TableGrow, "none", "(local.set $i32b (table.grow $t (ref.null func) (i32.const 0)))"),
    (Opcode::TableGrow, "1", "(local.set $i32b (table.grow $t (ref.null func) (i32.const 1)))"),
    (Opcode::MemoryFill, "0", "(memory.fill (i32.const 8) (i32.const 1) (i32.const 0))"),
    (Opcode::MemoryFill, "16", "(memory.fill (i32.const 8) (i32.const 1) (i32.const 16))"),
    (Opcode::MemoryFill, "65536", "(memory.fill (i32.const 8) (i32.const 1) (i32.const 65536))"),
    (Opcode::MemoryCopy, "0", "(memory.copy (i32.const 8) (i32.const 99) (i32.const 0))"),
    (Opcode::MemoryCopy, "16", "(memory.copy (i32.const 8) (i32.const 99) (i32.const 16))"),
    (Opcode::MemoryCopy, "65536", "(memory.copy (i32.const 8) (i32.const 99) (i32.const 65536))"),
    (Opcode::MemoryInit, "16", "(memory.init $d (i32.const 8) (i32.const 0) (i32.const 16))"),
    (Opcode::DataDrop, "", "(data.drop $d)"),
    (Opcode::ElemDrop, "", "(elem.drop $e)"),
    (Opcode::TableInit, "1", "(table.init $t $e (i32.const 3) (i32.const 0) (i32.const 1))"),
    (Opcode::TableFill, "16", "(table.fill $t (i32.const 3) (ref.null func) (i32.const 16))"),
    (Opcode::TableCopy, "16", "(table.copy $t $t (i32.const 3) (i32.const 20) (i32.const 16))"),
    (Opcode::I32Load, "64-bit address", "(local.set $i32 (i32.load $wide (i64.const 8)))"),
    (Opcode::I64Load, "64-bit address", "(local.set $i64c (i64.load $wide (i64.and (local.get $i64c) (i64.const 0xff))))"),
    (Opcode::I64Store, "64-bit address", "(i64.store $wide (i64.const 8) (local.get $i64))"),
    (Opcode::V128Load, "64-bit address", "(local.set $v128 (v128.load $wide (i64.const 8)))"),
    (Opcode::MemoryFill, "16, 64-bit address", "(memory.fill $wide (i64.const 8) (i32.const 1) (i64.const 16))"),
    (Opcode::CallRef, "", "(local.set $i32 (call_ref $callee (local.get $i32) (local.get $f)))"),
    (Opcode::ReturnCallRef, "", "(local.set $i32 (call $by_ref (local.get $i32)))"),
    (Opcode::RefAsNonNull, "", "(local.set $s (ref.as_non_null (local.get $s)))"),
    (Opcode::BrOnNull, "", "(block $l (drop (br_on_null $l (local.get $s))))"),
    (Opcode::BrOnNonNull, "taken", "(drop (block $l (result (ref $struct)) (br_on_non_null $l (local.get $s)) (unreachable)))"),
    (Opcode::RefEq, "", "(local.set $i32c (ref.eq (local.get $s) (local.get $s)))"),
    (Opcode::RefI31, "", "(local.set $any (ref.i31 (local.get $i32)))"),
    (Opcode::I31GetS, "", "(local.set $i32c (i31.get_s (local.get $small)))"),
    (Opcode::I31GetU, "", "(local.set $i32c (i31.get_u (local.get $small)))"),
    (Opcode::ExternConvertAny, "", "(local.set $ext (extern.convert_any (local.get $s)))"),
    (Opcode::AnyConvertExtern, "", "(local.set $any (any.convert_extern (local.get $ext)))"),
    (Opcode::StructNew, "2 fields", "(local.set $s (struct.new $struct (local.get $i32) (local.get $i64)))"),
    (
        Opcode::StructNew,
        "16 fields",
        "(drop (struct.new $large (local.get $i64) (local.get $i64) (local.get $i64) (local.get $i64)
          (local.get $i64) (local.get $i64) (local.get $i64) (local.get $i64) (local.get $i64) (local.get $i64)
          (local.get $i64) (local.get $i64) (local.get $i64) (local.get $i64) (local.get $i64) (local.get $i64)))",
    ),
    (Opcode::StructNew, "kept", "(local.set $list (struct.new $list (local.get $list)))"),
    (Opcode::StructNewDefault, "", "(local.set $s (struct.new_default $struct))"),
    (Opcode::StructNewDefault, "16 fields", "(drop (struct.new_default $large))"),
    (Opcode::StructGet, "", "(local.set $i64c (struct.get $struct 1 (local.get $s)))"),
    (Opcode::StructGetS, "", "(local.set $i32c (struct.get_s $packed 0 (local.get $p)))"),
    (Opcode::StructGetU, "", "(local.set $i32c (struct.get_u $packed 1 (local.get $p)))"),
    (Opcode::StructSet, "", "(struct.set $struct 1 (local.get $s) (local.get $i64))"),
    (Opcode::StructSet, "v128", "(struct.set $packed 2 (local.get $p) (local.get $v128))"),
    (Opcode::StructGet, "v128", "(local.set $v128 (struct.get $packed 2 (local.get $p)))"),
    (Opcode::ArrayNew, "0", "(drop (array.new $array (local.get $i64) (i32.const 0)))"),
    (Opcode::ArrayNew, "16", "(drop (array.new $array (local.get $i64) (i32.const 16)))"),
    (Opcode::ArrayNew, "1000", "(drop (array.new $array (local.get $i64) (i32.const 1000)))"),
    (Opcode::ArrayNew, "4096 bytes", "(drop (array.new $bytes (local.get $i32) (i32.const 4096)))"),
    (Opcode::ArrayNewDefault, "0", "(drop (array.new_default $array (i32.const 0)))"),
    (Opcode::ArrayNewDefault, "1000", "(drop (array.new_default $array (i32.const 1000)))"),
    (Opcode::ArrayNewFixed, "4", "(drop (array.new_fixed $array 4 (local.get $i64) (local.get $i64) (local.get $i64) (local.get $i64)))"),
    (Opcode::ArrayNewData, "16", "(drop (array.new_data $bytes $d (i32.const 0) (i32.const 16)))"),
    (Opcode::ArrayNewElem, "1", "(drop (array.new_elem $funcs $e (i32.const 0) (i32.const 1)))"),
    (Opcode::ArrayGet, "", "(local.set $i64c (array.get $array (local.get $a) (i32.const 7)))"),
    (Opcode::ArrayGetS, "", "(local.set $i32c (array.get_s $bytes (local.get $b) (i32.const 7)))"),
    (Opcode::ArrayGetU, "", "(local.set $i32c (array.get_u $bytes (local.get $b) (i32.const 7)))"),
    (Opcode::ArraySet, "", "(array.set $array (local.get $a) (i32.const 7) (local.get $i64))"),
    (Opcode::ArraySet, "packed", "(array.set $bytes (local.get $b) (i32.const 7) (local.get $i32))"),
    (Opcode::ArrayLen, "", "(local.set $i32c (array.len (local.get $a)))"),
    (Opcode::ArrayFill, "0", "(array.fill $array (local.get $a) (i32.const 1) (local.get $i64) (i32.const 0))"),
    (Opcode::ArrayFill, "16", "(array.fill $array (local.get $a) (i32.const 1) (local.get $i64) (i32.const 16))"),
    (Opcode::ArrayFill, "4096", "(array.fill $array (local.get $a) (i32.const 1) (local.get $i64) (i32.const 4096))"),
    (Opcode::ArrayFill, "4096 bytes", "(array.fill $bytes (local.get $b) (i32.const 1) (local.get $i32) (i32.const 4096))"),
    (Opcode::ArrayFill, "512 references", "(array.fill $refs (local.get $r) (i32.const 1) (local.get $s) (i32.const 512))"),
    (Opcode::ArrayCopy, "0", "(array.copy $array $array (local.get $a) (i32.const 1) (local.get $a) (i32.const 9) (i32.const 0))"),
    (Opcode::ArrayCopy, "16", "(array.copy $array $array (local.get $a) (i32.const 1) (local.get $a) (i32.const 9) (i32.const 16))"),
    (Opcode::ArrayCopy, "4096", "(array.copy $array $array (local.get $a) (i32.const 1) (local.get $a) (i32.const 9) (i32.const 4096))"),
    (Opcode::ArrayCopy, "4096 bytes", "(array.copy $bytes $bytes (local.get $b) (i32.const 1) (local.get $b) (i32.const 9) (i32.const 4096))"),
    (Opcode::ArrayCopy, "512 references", "(array.copy $refs $refs (local.get $r) (i32.const 1) (local.get $r) (i32.const 9) (i32.const 512))"),
    (Opcode::ArrayInitData, "16", "(array.init_data $bytes $d (local.get $b) (i32.const 1) (i32.const 0) (i32.const 16))"),
    (Opcode::ArrayInitElem, "1", "(array.init_elem $funcs $e (local.get $fs) (i32.const 1) (i32.const 0) (i32.const 1))"),
    (Opcode::RefTest, "", "(local.set $i32c (ref.test (ref $struct) (local.get $obj)))"),
    (Opcode::RefTestNull, "deep", "(local.set $i32c (ref.test (ref null $t0) (local.get $obj)))"),
    (Opcode::RefTest, "other", "(local.set $i32c (ref.test (ref $t9) (local.get $obj)))"),
    (Opcode::RefTest, "func", "(local.set $i32c (ref.test (ref $callee) (local.get $fn)))"),
    (Opcode::RefCast, "deep", "(drop (ref.cast (ref $t0) (local.get $obj)))"),
    (Opcode::RefCastNull, "", "(local.set $any (ref.cast structref (local.get $obj)))"),
    (Opcode::BrOnCast, "taken", "(drop (block $l (result (ref $t0)) (br_on_cast $l anyref (ref $t0) (local.get $obj)) (unreachable)))"),
    (Opcode::BrOnCast, "not taken", "(block $m (drop (block $l (result (ref $array)) (br_on_cast $l anyref (ref $array) (local.get $obj)) (drop) (br $m))))"),
    (Opcode::BrOnCastFail, "not taken", "(block $m (drop (block $l (result anyref) (br_on_cast_fail $l anyref (ref $t0) (local.get $obj)) (drop) (br $m))))"),
    (Opcode::StructNewDesc, "", "(drop (struct.new_desc $described (local.get $i32) (local.get $d1)))"),
    (Opcode::StructNewDefaultDesc, "", "(drop (struct.new_default_desc $described (local.get $d1)))"),
    (Opcode::RefGetDesc, "", "(drop (ref.get_desc $described (local.get $described)))"),
    (Opcode::RefCastDescEq, "", "(drop (ref.cast_desc_eq (ref $described) (local.get $described) (local.get $d1)))"),
    (Opcode::RefCastDescEqNull, "", "(drop (ref.cast_desc_eq (ref null $described) (local.get $described) (local.get $d1)))"),
    (Opcode::BrOnCastDescEq, "taken", "(drop (block $l (result (ref $described)) (br_on_cast_desc_eq $l (ref null $described) (ref $described) (local.get $described) (local.get $d1)) (unreachable)))"),
    (Opcode::BrOnCastDescEqFail, "not taken", "(block $m (drop (block $l (result (ref null $described)) (br_on_cast_desc_eq_fail $l (ref null $described) (ref $described) (local.get $described) (local.get $d1)) (drop) (br $m))))"),
];
