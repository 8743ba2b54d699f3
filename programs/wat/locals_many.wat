;; run(0) run(3)
;; Locals by the hundred in every type, zero at entry even where the frame lies
;; on the remains of an earlier one; local.tee; parameters overwritten.
(module
  (func $dirty (param $n i32) (result i64)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local.set 1 (i64.const -1)) (local.set 2 (i64.const -2)) (local.set 3 (i64.const -3))
    (local.set 4 (i64.const -4)) (local.set 9 (i64.const -9)) (local.set 16 (i64.const -16))
    (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6)
    (i64.add) (i64.mul) (i64.sub) (i64.xor) (i64.or)
    (i64.add (i64.add (local.get 16) (local.get 9))))
  (func $clean (param $n i32) (result i64)
    (local i32 i64 f32 f64 v128 funcref externref i32 i64 f32 f64 v128 i32 i32 i32 i64)
    (local.set $n (i32.add (local.get $n) (local.tee 1 (i32.add (local.get 1) (i32.const 5)))))
    (i64.add
      (i64.add
        (i64.add (i64.extend_i32_s (local.get 1)) (local.get 2))
        (i64.add (i64.extend_i32_s (i32.reinterpret_f32 (local.get 3))) (i64.reinterpret_f64 (local.get 4))))
      (i64.add
        (i64.add (i64x2.extract_lane 1 (local.get 5)) (i64.extend_i32_u (ref.is_null (local.get 6))))
        (i64.add
          (i64.add (i64.extend_i32_u (ref.is_null (local.get 7))) (local.get 16))
          (i64.add (i64x2.extract_lane 0 (local.get 12)) (i64.extend_i32_s (local.get $n)))))))
  (func (export "run") (param $n i32) (result i64)
    (call $dirty (local.get $n))
    (i64.mul (i64.const 1000))
    (i64.add (call $clean (local.get $n)))))
