; Whoever joins a pool and leaves it again at the same boundary gets no more than he brought. STK-02.
; t = (a * S / B) shares, worth v = t * (B + a) / (S + t).
(declare-const B Int) (declare-const S Int) (declare-const a Int) (declare-const t Int) (declare-const v Int)
(assert (and (< 0 B) (<= B MAX_SUPPLY) (< 0 S) (< S 18446744073709551616) (< 0 a) (<= a MAX_SUPPLY)))
(assert (and (<= 0 t) (<= (* t B) (* a S))))
(assert (and (<= 0 v) (<= (* v (+ S t)) (* t (+ B a)))))
(push)
(assert (> v a))
(check-sat)
(pop)
(assert (and (> v 0) (> t 0)))
(check-sat)
