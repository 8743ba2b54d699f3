;; run(0) run(300) run(1000000)
;; Recursion: shallow, deep, and until the call depth is used up.
(module
  (func $down (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (i32.add (call $down (i32.sub (local.get $n) (i32.const 1))) (local.get $n)))
      (else (i32.const 0))))
  (func (export "run") (param $n i32) (result i32)
    (call $down (local.get $n))))
