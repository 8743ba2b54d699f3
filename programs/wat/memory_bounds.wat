;; run(65528) run(65529) run(65535) run(65536) run(-1) run(-8)
;; Accesses at the end of memory: the last that fit, and those that do not; an
;; offset that would wrap around. A store that traps must not write in part.
(module
  (memory (export "memory") 1 2)
  (func (export "run") (param $a i32) (result i32)
    (i32.store8 (i32.const 65535) (i32.const 7))
    (drop (i32.load8_u (i32.const 65535)))
    (i64.store (local.get $a) (i64.const -1))
    (drop (i64.load (local.get $a)))
    (i32.const 1)
    (i32.load8_u offset=7 (local.get $a))
    (i32.add)
    (drop (i32.load offset=4294967295 (local.get $a)))))
