;; run(50) run(150)
;; A small sieve on octets: loops, loads, stores, one call for each prime.
(module
  (memory (export "memory") 1)
  (func $strike (param $p i32) (param $n i32)
    (local $k i32)
    (local.set $k (i32.mul (local.get $p) (local.get $p)))
    (block $done
      (loop $again
        (br_if $done (i32.gt_u (local.get $k) (local.get $n)))
        (i32.store8 (local.get $k) (i32.const 1))
        (local.set $k (i32.add (local.get $k) (local.get $p)))
        (br $again))))
  (func (export "run") (param $n i32) (result i32)
    (local $p i32) (local $count i32)
    (local.set $p (i32.const 2))
    (loop $again
      (if (i32.eqz (i32.load8_u (local.get $p)))
        (then
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (if (i32.lt_u (local.get $p) (i32.const 30))
            (then (call $strike (local.get $p) (local.get $n))))))
      (br_if $again
        (i32.le_u (local.tee $p (i32.add (local.get $p) (i32.const 1))) (local.get $n))))
    (local.get $count)))
