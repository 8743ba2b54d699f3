;; run()
;; A start function that traps two calls deep.
(module
  (memory (export "memory") 1)
  (start $begin)
  (func $inner (param i32) (i32.store (i32.const 8) (local.get 0)) (unreachable))
  (func $outer (call $inner (i32.const 0x1234)))
  (func $begin (call $outer))
  (func (export "run") (result i32) (i32.const 0)))
