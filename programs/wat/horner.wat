;; run(0) run(1) run(-3) run(1000)
;; Floats on the stack: a polynomial by Horner's rule in f64 and f32, a square
;; root by Newton, comparisons that end the loop.
(module
  (func (export "run") (param $n i32) (result f64)
    (local $x f64) (local $s f32) (local $r f64) (local $old f64)
    (local.set $x (f64.div (f64.convert_i32_s (local.get $n)) (f64.const 7)))
    (local.set $s (f32.demote_f64 (local.get $x)))
    (f64.const 0.125)
    (f64.mul (local.get $x)) (f64.add (f64.const -0.25))
    (f64.mul (local.get $x)) (f64.add (f64.const 0.5))
    (f64.mul (local.get $x)) (f64.sub (f64.const -1))
    (local.set $r (f64.add (f64.abs (f64.promote_f32 (f32.mul (local.get $s) (f32.const 1.1)))) (f64.const 1)))
    (local.set $x (local.get $r))
    (loop $newton
      (local.set $old (local.get $r))
      (local.set $r (f64.mul (f64.add (local.get $r) (f64.div (local.get $x) (local.get $r))) (f64.const 0.5)))
      (br_if $newton (f64.lt (local.get $r) (local.get $old))))
    (f64.mul (f64.sub (local.get $r) (f64.sqrt (local.get $x))) (f64.const 1e16))
    (f64.add)
    (f64.add (local.get $r))))
