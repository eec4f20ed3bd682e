; The reward for evidence is at most half of what the operator's own locked stake loses in the same slashing. VAL-09.
; own of the B tokens are the operator's locked ones; its part of the pool's loss, ceil(B / q), is at least floor(own / q).
(declare-const own Int) (declare-const r Int) (declare-const lost Int)
(assert (and (<= 0 own) (<= own MIN_SELF_STAKE)))
(assert (and (<= (* r 2 MIN_SLASHING_PENALTY_QUOTIENT) own) (<= 0 r)))                                     ; own / (2 q)
(assert (and (>= (* lost MIN_SLASHING_PENALTY_QUOTIENT) own) (< (* (- lost 1) MIN_SLASHING_PENALTY_QUOTIENT) own)))
(push)
(assert (> (* 2 r) lost))
(check-sat)
(pop)
(assert (> r 0))
(check-sat)
