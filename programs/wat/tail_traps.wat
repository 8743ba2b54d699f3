;; run(0) run(1) run(2) run(3) run(4)
;; Tail calls that fail: a null entry, a wrong signature, an index past the end,
;; a callee that traps. The frame of the caller is gone in the last alone.
(module
  (type $t (func (param i32) (result i32)))
  (table 3 funcref)
  (elem (i32.const 0) func $ok)
  (elem (i32.const 2) func $wrong)
  (func $ok (type $t) (i32.add (local.get 0) (i32.const 1)))
  (func $wrong (param i64) (result i32) (unreachable))
  (func $divides (type $t) (i32.div_s (i32.const 1) (i32.sub (local.get 0) (i32.const 4))))
  (func $middle (type $t)
    (if (i32.eq (local.get 0) (i32.const 4)) (then (return_call $divides (local.get 0))))
    (return_call_indirect (type $t) (i32.const 40) (local.get 0)))
  (func (export "run") (param $n i32) (result i32)
    (i32.add (call $middle (local.get $n)) (i32.const 0))))
