;; run() forever
;; A start function that never ends: out of gas, whatever the gas.
(module
  (memory (export "memory") 1)
  (start $begin)
  (func $begin
    (loop $again
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
      (br $again)))
  (func (export "run") (result i32) (i32.const 0)))
