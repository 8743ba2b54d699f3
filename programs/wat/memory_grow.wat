;; run(0) run(1) run(2) run(3) run(65536) run(-1)
;; memory.size and memory.grow: to the maximum, past it, by nothing; the new
;; pages are zero, the old ones stay.
(module
  (memory (export "memory") 1 3)
  (data (i32.const 65532) "\01\02\03\04")
  (func (export "run") (param $pages i32) (result i32)
    (local $r i32)
    (local.set $r (memory.grow (local.get $pages)))
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 100)) (memory.size)))
    (if (i32.gt_u (memory.size) (i32.const 1))
      (then
        (local.set $r (i32.add (local.get $r) (i32.load (i32.const 65534))))
        (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const -2))))
    (drop (memory.grow (i32.const 0)))
    (i32.add (local.get $r) (i32.load (i32.const 65532)))))
