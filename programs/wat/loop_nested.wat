;; run(0) run(1) run(9)
;; Three loops deep, with early exits from the middle to every level.
(module
  (func (export "run") (param $n i32) (result i32)
    (local $i i32) (local $j i32) (local $k i32) (local $count i32)
    (block $out
      (loop $a
        (br_if $out (i32.ge_s (local.get $i) (local.get $n)))
        (local.set $j (i32.const 0))
        (block $next_a
          (loop $b
            (br_if $next_a (i32.gt_s (local.get $j) (local.get $i)))
            (local.set $k (local.get $j))
            (block $next_b
              (loop $c
                (br_if $next_b (i32.eqz (local.get $k)))
                (local.set $count (i32.add (local.get $count) (local.get $k)))
                (br_if $out (i32.gt_s (local.get $count) (i32.const 150)))
                (local.set $k (i32.sub (local.get $k) (i32.const 1)))
                (br $c)))
            (local.set $j (i32.add (local.get $j) (i32.const 1)))
            (br_if $b (i32.ne (i32.and (local.get $count) (i32.const 15)) (i32.const 7)))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $a)))
    (i32.add (local.get $count) (i32.mul (local.get $i) (i32.const 1000)))))
