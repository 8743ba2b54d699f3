;; run(0) run(10) run(131072) run(65533)
;; Three memories: loads, stores, size, grow, fill, copy between them, init.
(module
  (memory $a (export "memory") 1)
  (memory $b 1 2)
  (memory $c (export "third") 2)
  (data $d "multi-memory")
  (data (memory $b) (i32.const 100) "\01\02\03\04\05\06\07\08")
  (func (export "run") (param $p i32) (result i64)
    (i64.store $c (local.get $p) (i64.load $b (i32.const 100)))
    (memory.init $c $d (i32.add (local.get $p) (i32.const 4)) (i32.const 1) (i32.const 7))
    (memory.copy $b $c (i32.const 8) (local.get $p) (i32.const 12))
    (memory.copy $a $b (i32.const 0) (i32.const 4) (i32.const 32))
    (memory.fill $a (i32.const 20) (i32.const 0x33) (i32.const 3))
    (i32.store8 $b offset=1 (i32.const 9) (memory.grow $b (i32.const 1)))
    (v128.store $a (i32.const 40) (v128.load $b (i32.const 8)))
    (i64.add
      (i64.xor (i64.load $a (i32.const 16)) (i64.load $a (i32.const 44)))
      (i64.xor
        (i64.load32_u $c (local.get $p))
        (i64.extend_i32_u
          (i32.add (memory.size $a) (i32.mul (i32.const 100) (i32.add (memory.size $b) (memory.size $c)))))))))
