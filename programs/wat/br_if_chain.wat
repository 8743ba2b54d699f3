;; run(0) run(1) run(2) run(3) run(4) run(12)
;; Chains of conditional branches on every kind of comparison, taken and not,
;; forwards and backwards; i64 and float conditions; eqz of a comparison.
(module
  (func (export "run") (param $n i32) (result i32)
    (local $r i32) (local $l i64) (local $d f64) (local $s f32) (local $round i32)
    (local.set $l (i64.extend_i32_s (local.get $n)))
    (local.set $d (f64.convert_i32_s (local.get $n)))
    (local.set $s (f32.convert_i32_s (local.get $n)))
    (loop $again
      (block $skip
        (br_if $skip (i32.lt_s (local.get $n) (i32.const 2)))
        (local.set $r (i32.add (local.get $r) (i32.const 1)))
        (br_if $skip (i64.gt_u (local.get $l) (i64.const 9)))
        (local.set $r (i32.add (local.get $r) (i32.const 2)))
        (br_if $skip (f64.eq (local.get $d) (f64.const 3)))
        (local.set $r (i32.add (local.get $r) (i32.const 4)))
        (br_if $skip (i32.eqz (f32.ge (local.get $s) (f32.const 4))))
        (local.set $r (i32.add (local.get $r) (i32.const 8)))
        (br_if $skip (i64.eqz (i64.sub (local.get $l) (i64.const 4))))
        (local.set $r (i32.add (local.get $r) (i32.const 16)))
        (br_if $skip (i32.and (local.get $n) (i32.const 1)))
        (local.set $r (i32.add (local.get $r) (i32.const 32))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (local.set $l (i64.add (local.get $l) (i64.const 1)))
      (local.set $d (f64.add (local.get $d) (f64.const 1)))
      (br_if $again
        (i32.le_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 6))))
    (local.get $r)))
