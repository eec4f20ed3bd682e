; A slashing penalty, rounded up, is never more than what it is taken of: VAL-09 (a part of the whole) and SLA-01
; (a fraction of at most one). STK-24, STK-25.
(declare-const B Int) (declare-const c Int) (declare-const k Int) (declare-const t Int) (declare-const d Int)
(assert (and (<= 0 B) (<= B MAX_SUPPLY) (< 0 t) (<= t MAX_SUPPLY) (<= 0 k) (<= k t)))
(assert (and (>= (* c MIN_SLASHING_PENALTY_QUOTIENT) B) (< (* (- c 1) MIN_SLASHING_PENALTY_QUOTIENT) B)))  ; ceil(B / q)
(assert (and (>= (* d t) (* B k)) (< (* (- d 1) t) (* B k))))                                              ; ceil(B * k / t)
(push)
(assert (not (and (<= 0 c) (<= c B) (<= 0 d) (<= d B) (< (* B k) 340282366920938463463374607431768211456))))
(check-sat)
(pop)
(assert (and (> c 0) (> d c)))
(check-sat)
