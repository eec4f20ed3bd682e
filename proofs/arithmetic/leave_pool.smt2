; Taking shares out, with their value rounded down, never lowers what a share is worth, and never takes more than there is.
; STK-02, STK-13, STK-20. s of S shares leave with p of B tokens.
(declare-const B Int) (declare-const S Int) (declare-const s Int) (declare-const p Int)
(assert (and (<= 0 B) (<= B MAX_SUPPLY) (< 0 S) (< S 18446744073709551616) (< 0 s) (<= s S)))
(assert (and (<= (* p S) (* s B)) (< (* s B) (* (+ p 1) S)) (<= 0 p)))  ; p = s * B / S
(push)
(assert (not (and (<= p B) (>= (* (- B p) S) (* B (- S s))))))
(check-sat)
(pop)
(assert (and (> p 1) (< s S)))
(check-sat)
