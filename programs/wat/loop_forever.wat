;; run(0) run(1) forever
;; An empty loop, and one that calls: both end only when the gas does. Named
;; functions, a chain of three frames.
(module
  (func $spin (loop $l (br $l)))
  (func $busy (param $n i32) (result i32)
    (loop $l (result i32)
      (local.set $n (call $inc (local.get $n)))
      (br $l)))
  (func $inc (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $middle (param i32)
    (if (local.get 0) (then (drop (call $busy (i32.const 5)))) (else (call $spin))))
  (func (export "run") (param i32) (result i32)
    (i32.const 17)
    (call $middle (local.get 0))))
