;; run(0) run(1) run(2) run(3) run(4) run(5) run(6) run(7) run(8) run(9) run(10) run(11)
;; Integer divisions that trap: by zero in all eight, and the overflow of the
;; least number by -1 (8, 9), where the remainder is 0 instead (10, 11).
(module
  (func (export "run") (param $k i32) (result i64)
    (local $z i32) (local $zz i64)
    (block $none
      (block $b (block $a (block $9 (block $8 (block $7 (block $6 (block $5 (block $4
      (block $3 (block $2 (block $1 (block $0
        (br_table $0 $1 $2 $3 $4 $5 $6 $7 $8 $9 $a $b $none (local.get $k)))
        (return (i64.extend_i32_s (i32.div_s (i32.const 5) (local.get $z)))))
        (return (i64.extend_i32_s (i32.div_u (i32.const 5) (local.get $z)))))
        (return (i64.extend_i32_s (i32.rem_s (i32.const 5) (local.get $z)))))
        (return (i64.extend_i32_s (i32.rem_u (i32.const 5) (local.get $z)))))
        (return (i64.div_s (i64.const 5) (local.get $zz))))
        (return (i64.div_u (i64.const 5) (local.get $zz))))
        (return (i64.rem_s (i64.const 5) (local.get $zz))))
        (return (i64.rem_u (i64.const 5) (local.get $zz))))
        (return (i64.extend_i32_s (i32.div_s (i32.const 0x80000000) (i32.const -1)))))
        (return (i64.div_s (i64.const 0x8000000000000000) (i64.const -1))))
        (return (i64.extend_i32_s (i32.rem_s (i32.const 0x80000000) (i32.const -1)))))
      (return (i64.rem_s (i64.const 0x8000000000000000) (i64.const -1))))
    (i64.const 99)))
