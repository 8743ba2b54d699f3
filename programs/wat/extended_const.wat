;; run(0) run(5)
;; Extended constant expressions in globals, element and data offsets.
(module
  (global $g i32 (i32.sub (i32.mul (i32.const 1000) (i32.const 3)) (i32.add (i32.const 7) (i32.const -9))))
  (global $l i64 (i64.mul (i64.sub (i64.const 5) (i64.const 8)) (i64.add (i64.const 1) (i64.const 0x7fffffffffffffff))))
  (memory 1)
  (table 20 funcref)
  (data (offset (i32.add (i32.const 1000) (i32.const 24))) "\11\22\33\44")
  (elem (offset (i32.sub (i32.const 1000) (i32.const 990))) func $f)
  (func $f (result i32) (i32.const 12345))
  (func (export "run") (param $n i32) (result i64)
    (i64.add
      (i64.add (i64.extend_i32_s (global.get $g)) (global.get $l))
      (i64.extend_i32_u
        (i32.add (i32.load (i32.const 1024))
          (call_indirect (result i32) (i32.add (local.get $n) (i32.sub (i32.const 10) (local.get $n)))))))))
