; Minting shares, rounded down, never lowers what a share is worth, and a product of tokens and shares fits into 128 bits.
; STK-02, STK-21. B tokens and S shares in the pool, a tokens come, m shares are made.
(declare-const B Int) (declare-const S Int) (declare-const a Int) (declare-const m Int)
(assert (and (< 0 B) (<= B MAX_SUPPLY) (< 0 S) (< S 18446744073709551616) (< 0 a) (<= a MAX_SUPPLY)))
(assert (and (<= (* m B) (* a S)) (< (* a S) (* (+ m 1) B)) (<= 0 m)))  ; m = a * S / B
(push)
(assert (not (and (>= (* (+ B a) S) (* B (+ S m)))                        ; (B + a) / (S + m) >= B / S
                  (< (* a S) 340282366920938463463374607431768211456))))
(check-sat)
(pop)
(assert (> m 1))
(check-sat)
