; The lemmas about multiplication that the checks assume, for all natural numbers, each denied: z3 answers unsat to all.
; What follows from the widths of the types is there as bounds.
(set-logic QF_NIA)
(declare-const a Int) (declare-const b Int) (declare-const c Int) (declare-const d Int)
(declare-const theta Int) (declare-const n Int)
(assert (and (>= a 0) (>= b 0) (>= c 0) (>= d 0) (>= theta 1) (>= n 1)))

(echo "a c <= b c for a <= b")
(push) (assert (<= a b)) (assert (> (* a c) (* b c))) (check-sat) (pop)

(echo "a (theta + n) >= 2 a")
(push) (assert (< (* a (+ theta n)) (* 2 a))) (check-sat) (pop)

(echo "mediation: a n + b <= b (theta + n) for a <= b")
(push) (assert (<= a b)) (assert (> (+ (* a n) b) (* b (+ theta n)))) (check-sat) (pop)

(echo "a b < 2^120 for a < 2^56 and b < 2^64")
(push) (assert (< a 72057594037927936)) (assert (< b 18446744073709551616))
(assert (>= (* a b) 1329227995784915872903807060280344576)) (check-sat) (pop)

(echo "a b < 2^113 for a < 2^96 and b < 2^17")
(push) (assert (< a 79228162514264337593543950336)) (assert (< b 131072))
(assert (>= (* a b) 10384593717069655257060992658440192)) (check-sat) (pop)

(echo "a b < 2^138 for a < 2^121 and b < 2^17")
(push) (assert (< a 2658455991569831745807614120560689152)) (assert (< b 131072))
(assert (>= (* a b) 348449143727040986586495598010130648530944)) (check-sat) (pop)
