;; run(0) run(1) run(2) run(3) run(4) run(5) run(6)
;; Bulk operations out of bounds: nothing of them may have happened. Six kinds.
(module
  (memory (export "memory") 1 1)
  (data $d "abcdef")
  (func (export "run") (param $k i32) (result i32)
    (memory.fill (i32.const 100) (i32.const 1) (i32.const 10))
    (block $none
      (block $six (block $five (block $four (block $three (block $two (block $one
        (br_table $none $one $two $three $four $five $six $none (local.get $k)))
        ;; one
        (memory.fill (i32.const 65530) (i32.const 9) (i32.const 7)))
        ;; two
        (memory.copy (i32.const 65530) (i32.const 100) (i32.const 8)))
        ;; three
        (memory.copy (i32.const 200) (i32.const 65535) (i32.const 2)))
        ;; four
        (memory.init $d (i32.const 300) (i32.const 2) (i32.const 5)))
        ;; five
        (memory.init $d (i32.const 65533) (i32.const 0) (i32.const 4)))
      ;; six
      (data.drop $d)
      (memory.init $d (i32.const 300) (i32.const 0) (i32.const 1)))
    (i32.load (i32.const 98))))
