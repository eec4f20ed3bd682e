; The base fee moves by at most an eighth (and at least one) a block, never below zero, and its products fit into 128 bits. FEE-01.
; T the target, f the fee, g the gas used; x = f * |g - T| / T / 8, by way of y = f * |g - T| / T.
(declare-const f Int) (declare-const g Int) (declare-const y Int) (declare-const x Int) (declare-const d Int)
(define-fun T () Int (div BLOCK_GAS_LIMIT GAS_ELASTICITY))
(assert (and (<= 0 f) (< f 18446744073709551616) (<= 0 g) (<= g BLOCK_GAS_LIMIT)))
(assert (= d (ite (>= g T) (- g T) (- T g))))
(assert (and (<= 0 y) (<= (* y T) (* f d)) (< (* f d) (* (+ y 1) T))))
(assert (and (<= 0 x) (<= (* x BASE_FEE_CHANGE_DENOMINATOR) y) (< y (* (+ x 1) BASE_FEE_CHANGE_DENOMINATOR))))
(push)
(assert (not (and (<= (* x BASE_FEE_CHANGE_DENOMINATOR) f) (<= x f) (< (* f d) 340282366920938463463374607431768211456))))
(check-sat)
(pop)
(assert (and (> x 1) (> g T)))
(check-sat)
