;; run(0) run(1) run(2) run(3) run(4) run(5) run(6) run(7)
;; Table operations out of bounds, of each kind.
(module
  (table $t 4 4 funcref)
  (elem $p funcref (ref.func $f) (ref.null func))
  (func $f)
  (func (export "run") (param $k i32) (result i32)
    (table.set $t (i32.const 3) (ref.func $f))
    (block $none
      (block $g (block $f (block $e (block $d (block $c (block $b (block $a
        (br_table $none $a $b $c $d $e $f $g $none (local.get $k)))
        (drop (table.get $t (i32.const 4))))
        (table.set $t (i32.const -1) (ref.null func)))
        (table.fill $t (i32.const 2) (ref.func $f) (i32.const 3)))
        (table.copy $t $t (i32.const 2) (i32.const 1) (i32.const 3)))
        (table.init $t $p (i32.const 3) (i32.const 0) (i32.const 2)))
        (table.init $t $p (i32.const 0) (i32.const 1) (i32.const 2)))
      (elem.drop $p)
      (table.init $t $p (i32.const 0) (i32.const 0) (i32.const 1)))
    (i32.add
      (table.grow $t (ref.null func) (i32.const 1))
      (i32.mul (ref.is_null (table.get $t (i32.const 2))) (i32.const 10)))))
