;; run(0) run(1) run(5) run(-3)
;; if with and without else, with values, nested, with a branch out of an arm.
(module
  (func $sign (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 0))
      (then (i32.const -1))
      (else (if (result i32) (local.get $n) (then (i32.const 1)) (else (i32.const 0))))))
  (func (export "run") (param $n i32) (result i32)
    (local $r i32)
    (if (i32.eq (local.get $n) (i32.const 5)) (then (local.set $r (i32.const 100))))
    (if $leave (local.get $n)
      (then
        (br_if $leave (i32.eq (local.get $n) (i32.const 1)))
        (local.set $r (i32.add (local.get $r) (i32.const 10))))
      (else (local.set $r (i32.const 7))))
    (if (local.get $n) (then) (else (local.set $r (i32.add (local.get $r) (i32.const 20)))))
    (i32.add (local.get $r) (call $sign (local.get $n)))))
