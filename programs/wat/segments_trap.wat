;; run()
;; An active data segment past the end of memory: instantiation traps, the first
;; segment stays written.
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "written")
  (data (i32.const 65530) "too long")
  (func (export "run") (result i32) (i32.const 0)))
