; An unbond that is worth more than the budget leaves in part: with no more tokens than the budget, and not all its shares.
; STK-19. x shares, worth more than the budget b; s = b * S / B of them leave, with p = s * B / S tokens.
(declare-const B Int) (declare-const S Int) (declare-const x Int) (declare-const b Int) (declare-const s Int) (declare-const p Int)
(assert (and (< 0 B) (<= B MAX_SUPPLY) (< 0 S) (< S 18446744073709551616) (< 0 x) (<= x S) (<= 0 b) (<= b MAX_SUPPLY)))
(assert (>= (* x B) (* (+ b 1) S)))                                      ; x * B / S > b
(assert (and (<= 0 s) (<= (* s B) (* b S)) (< (* b S) (* (+ s 1) B))))
(assert (and (<= 0 p) (<= (* p S) (* s B)) (< (* s B) (* (+ p 1) S))))
(push)
(assert (not (and (<= p b) (< s x))))
(check-sat)
(pop)
(assert (and (> s 0) (> p 0)))
(check-sat)
