;; run(0) run(1) run(2) run(3) run(4) run(-1)
;; br_table to several depths, with repeated targets, a default and a value.
(module
  (func $plain (param $n i32) (result i32)
    (local $r i32)
    (block $default
      (block $two
        (block $one
          (block $zero
            (br_table $zero $one $two $one $default (local.get $n)))
          (local.set $r (i32.add (local.get $r) (i32.const 1))))
        (local.set $r (i32.add (local.get $r) (i32.const 10))))
      (local.set $r (i32.add (local.get $r) (i32.const 100))))
    (i32.add (local.get $r) (i32.const 1000)))
  (func $valued (param $n i32) (result i32)
    (block $c (result i32)
      (i32.const 5)
      (block $b (result i32)
        (i32.const 6)
        (block $a (result i32)
          (i32.const 7)
          (i32.const 8)
          (br_table $a $b $c (i32.const 9) (local.get $n)))
        (i32.add))
      (i32.add)))
  (func $loop (param $n i32) (result i32)
    (local $count i32)
    (local.set $n (i32.and (local.get $n) (i32.const 7)))
    (block $out
      (loop $again
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br_if $out (i32.gt_u (local.get $count) (i32.const 20)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_table $again $again $out $again $again (i32.rem_u (local.get $n) (i32.const 5)))))
    (local.get $count))
  (func (export "run") (param $n i32) (result i32)
    (i32.add
      (call $plain (local.get $n))
      (i32.add
        (i32.mul (call $valued (local.get $n)) (i32.const 10000))
        (i32.mul (call $loop (local.get $n)) (i32.const 1000000))))))
