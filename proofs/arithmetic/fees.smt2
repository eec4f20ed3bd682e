; What a transaction takes, gives back, burns and tips adds up, and is never more than the sender has. TXN-06 to TXN-12.
; l = gas_limit, u = gas_used, m = max_fee, t = tip, f = base fee, p = the price.
(declare-const l Int) (declare-const u Int) (declare-const m Int) (declare-const t Int) (declare-const f Int) (declare-const p Int) (declare-const balance Int)
(assert (and (<= 0 u) (<= u l) (<= l BLOCK_GAS_LIMIT) (<= 0 f) (<= f m) (<= 0 t) (<= t m) (< m 18446744073709551616)))
(assert (and (<= 0 balance) (<= balance MAX_SUPPLY) (<= (* l m) balance)))
(assert (= p (+ f (ite (<= t (- m f)) t (- m f)))))
(push)
(assert (not (and (<= p m) (<= (* l p) balance)
                  (= (+ (* (- l u) p) (* u f) (* u (- p f))) (* l p))
                  (<= (* u (- p f)) balance))))
(check-sat)
(pop)
(assert (and (> u 0) (> f 0) (> p f) (< p m)))
(check-sat)
