;; run(0) run(2) run(12)
;; A bubble sort of i64 in memory, then a digest: nested loops, swaps, pressure on
;; the operand stack.
(module
  (memory (export "memory") 1)
  (func (export "run") (param $n i32) (result i64)
    (local $i i32) (local $j i32) (local $x i64) (local $y i64) (local $h i64)
    (local.set $x (i64.const 88172645463325252))
    (block $filled
      (loop $fill
        (br_if $filled (i32.ge_u (local.get $i) (local.get $n)))
        (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
        (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
        (i64.store (i32.shl (local.get $i) (i32.const 3)) (local.get $x))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $fill)))
    (local.set $i (local.get $n))
    (block $sorted
      (loop $outer
        (br_if $sorted (i32.lt_s (local.tee $i (i32.sub (local.get $i) (i32.const 1))) (i32.const 1)))
        (local.set $j (i32.const 0))
        (loop $inner
          (local.set $x (i64.load (i32.shl (local.get $j) (i32.const 3))))
          (local.set $y (i64.load offset=8 (i32.shl (local.get $j) (i32.const 3))))
          (if (i64.gt_s (local.get $x) (local.get $y))
            (then
              (i64.store (i32.shl (local.get $j) (i32.const 3)) (local.get $y))
              (i64.store offset=8 (i32.shl (local.get $j) (i32.const 3)) (local.get $x))))
          (br_if $inner
            (i32.lt_s (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $i))))
        (br $outer)))
    (block $done
      (local.set $i (i32.const 0))
      (loop $sum
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (local.set $h
          (i64.add (i64.mul (local.get $h) (i64.const 31)) (i64.load (i32.shl (local.get $i) (i32.const 3)))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $sum)))
    (local.get $h)))
