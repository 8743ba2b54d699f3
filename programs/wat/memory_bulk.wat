;; run(0) run(1) run(5) run(40) run(70000)
;; memory.fill, memory.copy (overlapping both ways), memory.init, data.drop, of
;; a length given: none, some, too much.
(module
  (memory (export "memory") 1)
  (data $passive "The quick brown fox jumps over the lazy dog")
  (data (i32.const 1000) "0123456789abcdef")
  (func (export "run") (param $n i32) (result i64)
    (memory.init $passive (i32.const 10) (i32.const 4) (i32.const 20))
    (memory.fill (i32.const 2000) (i32.const 0x1aa) (local.get $n))
    (memory.copy (i32.const 1003) (i32.const 1000) (local.get $n))
    (memory.copy (i32.const 1000) (i32.const 1005) (local.get $n))
    (memory.copy (i32.const 2010) (i32.const 10) (local.get $n))
    (memory.init $passive (i32.const 3000) (i32.const 3) (local.get $n))
    (data.drop $passive)
    (memory.init $passive (i32.const 3000) (i32.const 0) (i32.const 0))
    (data.drop $passive)
    (i64.xor
      (i64.xor (i64.load (i32.const 1001)) (i64.rotl (i64.load (i32.const 2005)) (i64.const 9)))
      (i64.xor (i64.load (i32.const 12)) (i64.rotl (i64.load (i32.const 3001)) (i64.const 21))))))
