;; run(0) run(6)
;; Direct calls: many parameters of all types, unused results, early returns.
(module
  (func $many (param i32 i64 f32 f64 i32 i64 f32 f64 i32) (result f64)
    (f64.add
      (f64.add
        (f64.add (f64.convert_i32_s (local.get 0)) (f64.convert_i64_s (local.get 1)))
        (f64.add (f64.promote_f32 (local.get 2)) (local.get 3)))
      (f64.add
        (f64.add (f64.convert_i32_s (local.get 4)) (f64.convert_i64_s (local.get 5)))
        (f64.add (f64.promote_f32 (local.get 6))
          (f64.add (local.get 7) (f64.convert_i32_s (local.get 8)))))))
  (func $factorial (param $n i32) (result i32)
    (if (i32.lt_s (local.get $n) (i32.const 2)) (then (return (i32.const 1))))
    (i32.mul (local.get $n) (call $factorial (i32.sub (local.get $n) (i32.const 1)))))
  (func $nothing)
  (func $three (result i32 i32 i32) (i32.const 1) (i32.const 2) (i32.const 3))
  (func $early (param $n i32) (result i32)
    (i32.const 5)
    (i32.const 6)
    (i32.const 7)
    (br_if 0 (local.get $n))
    (return (i32.add)))
  (func (export "run") (param $n i32) (result i32)
    (call $nothing)
    (call $three) (drop) (drop)
    (call $nothing)
    (i32.add (call $factorial (local.get $n)))
    (i32.add (call $early (local.get $n)))
    (i32.add (i32.trunc_f64_s
      (call $many (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4.5)
        (i32.const -5) (i64.const 600) (f32.const 7.25) (f64.const 8) (local.get $n))))))
