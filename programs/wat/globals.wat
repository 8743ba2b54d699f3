;; run(0) run(3)
;; Globals of every type, set and read; the second call of a function sees them.
(module
  (global $i (mut i32) (i32.const -5))
  (global $l (mut i64) (i64.const 0x123456789))
  (global $s (mut f32) (f32.const 1.5))
  (global $d (mut f64) (f64.const -2.25))
  (global $v (mut v128) (v128.const i32x4 1 2 3 4))
  (global $f (mut funcref) (ref.null func))
  (global $x (mut externref) (ref.null extern))
  (global $constant i32 (i32.const 11))
  (global $copy i32 (i32.const 11))
  (func $step (param $n i32)
    (global.set $i (i32.sub (global.get $i) (local.get $n)))
    (global.set $l (i64.rotl (global.get $l) (i64.const 3)))
    (global.set $s (f32.mul (global.get $s) (f32.const 1.25)))
    (global.set $d (f64.sub (global.get $d) (f64.convert_i32_s (local.get $n))))
    (global.set $v (i32x4.add (global.get $v) (i32x4.splat (local.get $n))))
    (global.set $f (ref.func $step)))
  (elem declare func $step)
  (func (export "run") (param $n i32) (result i64)
    (call $step (local.get $n))
    (call $step (global.get $copy))
    (i64.add
      (i64.add
        (i64.add (i64.extend_i32_s (global.get $i)) (global.get $l))
        (i64.add
          (i64.extend_i32_u (i32.reinterpret_f32 (global.get $s)))
          (i64.reinterpret_f64 (global.get $d))))
      (i64.add
        (i64.extend_i32_s (i32x4.extract_lane 2 (global.get $v)))
        (i64.extend_i32_u
          (i32.add (ref.is_null (global.get $f))
            (i32.mul (ref.is_null (global.get $x)) (i32.const 64))))))))
