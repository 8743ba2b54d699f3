;; run() run()
;; A start function that leaves its trace in memory and a global before `run`.
(module
  (memory (export "memory") 1)
  (global $g (mut i32) (i32.const 100))
  (start $begin)
  (func $begin
    (local $k i32)
    (loop $again
      (i32.store8 (local.get $k) (i32.mul (local.get $k) (local.get $k)))
      (global.set $g (i32.add (global.get $g) (local.get $k)))
      (br_if $again (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 20)))))
  (func (export "run") (result i32)
    (i32.add (global.get $g) (i32.load8_u (i32.const 19)))))
