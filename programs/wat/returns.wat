;; run(0) run(1) run(2) run(3)
;; return from many depths with operands left behind, br to the function's own
;; label, falling off the end.
(module
  (func $f (param $n i32) (result i32 i32)
    (i32.const 1) (i32.const 2) (i32.const 3)
    (block $a
      (loop $b
        (i32.const 4)
        (if (i32.eqz (local.get $n)) (then (i32.const 5) (i32.const 6) (return (i32.const 7) (i32.const 8))))
        (drop)
        (br_if 2 (i32.const 9) (i32.const 10) (i32.eq (local.get $n) (i32.const 1)))
        (drop) (drop)
        (br_if $a (i32.eq (local.get $n) (i32.const 2)))
        (local.set $n (i32.const 2))
        (br $b)))
    (i32.add)
    (br_if 0 (local.get $n))
    (drop)
    (i32.const 40)
    (i32.add (i32.const 1)))
  (func (export "run") (param $n i32) (result i32)
    (call $f (local.get $n))
    (i32.mul (i32.const 100))
    (i32.add)))
