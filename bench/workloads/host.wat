;; Imported calls: a function of the host is called in a loop, straight, through a table, and from a callee.
;; run(n): n rounds.
(module
  (type $step (func (param i32) (result i32)))
  (import "host" "step" (func $step (type $step)))
  (table funcref (elem $step $twice))
  (memory (export "memory") 1)
  (func $twice (type $step) (call $step (call $step (local.get 0))))
  (func (export "run") (param $n i32) (result i32) (local $x i32)
    (block $done
      (loop $again
        (br_if $done (i32.le_s (local.get $n) (i32.const 0)))
        (local.set $x (call $step (local.get $x)))
        (local.set $x (i32.xor (call_indirect (type $step) (local.get $x) (i32.const 0)) (local.get $n)))
        (local.set $x (i32.add (call $twice (local.get $x)) (i32.const 1)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again)))
    (local.get $x)))
