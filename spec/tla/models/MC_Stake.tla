------------------------------ MODULE MC_Stake ------------------------------
(* The queues of Stake.tla, with one operation of anybody before each epoch's end. What they promise (page 17): stake that
   could have been punished when it voted can be punished until its unbonding time is over; no more comes or leaves than the
   churn; a bond counts only when its block is final.                                                                     *)
EXTENDS Stake

CONSTANTS LastEpoch,
          Genesis,     \* validator -> tokens
          Waiting      \* the validators that are not active yet

Zero == [v \in Validators |-> 0]
TwoTwoZero == [v \in Validators |-> IF v = 3 THEN 0 ELSE 2]
OneOneZero == [v \in Validators |-> IF v = 3 THEN 0 ELSE 1]
TwoTwoThree == [v \in Validators |-> IF v = 3 THEN 3 ELSE 2]

VARIABLES reg,
          backing,     \* epoch -> validator -> its stake, as long as it was active in that epoch
          left, came,  \* epoch -> stake that the queue let go, or let in, at its end
          taken        \* all that reached accounts
vars == <<reg, backing, left, came, taken>>

Backing(r) == [v \in Validators |-> IF IsActive(r, v, r.epoch) THEN r.pool[v] ELSE 0]

Init ==
    /\ reg = [epoch |-> 0, final |-> 0, pool |-> Genesis,
              activation |-> [v \in Validators |-> IF v \in Waiting THEN Far ELSE 0],
              request |-> [v \in Validators |-> Far], exit |-> [v \in Validators |-> Far], cohorts |-> {},
              bonds |-> << >>, bondBudget |-> 0, unbonds |-> << >>, unbondBudget |-> 0]
    /\ backing = [e \in {0} |-> Backing(reg)]
    /\ left = << >> /\ came = << >> /\ taken = 0

(* The operations: each gives the registry after it and what reached an account. *)
Queued(r, v) == Tokens({[tokens |-> r.unbonds[i].amount, number |-> i] :
                           i \in {i \in DOMAIN r.unbonds : r.unbonds[i].validator = v}})
Done(r, paid) == [reg |-> r, paid |-> paid]
Operations(r) ==
    {Done(r, 0)}
    \cup {Done(InitiateExit(r, v), 0) : v \in {v \in Validators : r.request[v] = Far}}
    \cup {Done(Undelegate(r, va[1], va[2]), 0) :
             va \in {va \in Validators \X {1, 2} : ~IsFree(r, va[1]) /\ r.exit[va[1]] > r.epoch + 1
                                                   /\ Queued(r, va[1]) + va[2] <= r.pool[va[1]]}}
    \cup {Done(Delegate(r, v, 1), 0) : v \in {v \in Validators : r.request[v] = Far}}
    \cup {Done([r EXCEPT !.bonds = Append(@, [validator |-> v, amount |-> 0, epoch |-> r.epoch])], 0) :
             v \in {v \in Validators : /\ r.activation[v] = Far /\ r.pool[v] > 0 /\ r.request[v] = Far
                                       /\ \A i \in DOMAIN r.bonds : r.bonds[i].validator # v}}
    \cup {Done(Withdraw(r, k), k.tokens) : k \in {k \in r.cohorts : IsOver(r, k)}}
    \cup {Done(TakeFreeStake(r, v), r.pool[v]) : v \in {v \in Validators : IsFree(r, v) /\ r.pool[v] > 0}}

(* What an epoch let go and let in: exits and activations count when they are granted. *)
Left(after) == Sum([v \in Validators |-> IF after.activation[v] # Far /\ reg.exit[v] = Far /\ after.exit[v] # Far
                                         THEN after.pool[v] ELSE 0], Validators)
               + Tokens({k \in after.cohorts : k.exit = after.epoch})
Came(r, after) ==
    LET served == ProcessUnbondQueue(r)
    IN  Sum([v \in Validators |-> IF r.activation[v] = Far
                                  THEN IF after.activation[v] = Far THEN 0 ELSE after.pool[v]
                                  ELSE after.pool[v] - served.pool[v]], Validators)

EndOfEpoch(operation, final) ==
    LET r == [operation.reg EXCEPT !.final = final]
        after == EndEpoch(r)
    IN  /\ reg' = after
        /\ backing' = Function(backing, after.epoch, Backing(after))
        /\ left' = Append(left, Left(after))
        /\ came' = Append(came, Came(r, after))
        /\ taken' = taken + operation.paid

Next == /\ reg.epoch < LastEpoch
        /\ \E operation \in Operations(reg), final \in {reg.final, reg.epoch} : EndOfEpoch(operation, final)

------------------------------------------------------------------------------
(* An offence of epoch e can be punished, with all the stake that stood behind it, until UNBONDING_EPOCHS after e. *)
PunishableWhileItMatters ==
    \A e \in DOMAIN backing : reg.epoch <= e + UnbondingEpochs =>
        \A v \in Validators : SlashableStake(reg, v, e) >= backing[e][v]

(* Nobody pays whose stake had left before the offence, whose time is over, or for what is too old (ASL-03). *)
NobodyElsePays ==
    \A e \in DOMAIN backing : \A v \in Validators :
        /\ \A k \in InScope(reg, v, e) : e < k.exit /\ reg.epoch < k.exit + UnbondingEpochs
        /\ IsFree(reg, v) \/ reg.epoch < reg.activation[v] \/ reg.epoch > e + MaxEvidenceAge => SlashableStake(reg, v, e) = 0

(* In any stretch of epochs, what leaves is at most the churn of each, and what the head of the queue had saved
   before, which is at most what the head needs. *)
RECURSIVE SumOf(_, _, _)
SumOf(sequence, i, j) == IF i > j THEN 0 ELSE sequence[i] + SumOf(sequence, i + 1, j)
LargestPool == LET all == {Genesis[v] : v \in Validators} \cup {backing[e][v] : e \in DOMAIN backing, v \in Validators}
               IN  CHOOSE x \in all : \A y \in all : y <= x
ByTheChurn(flow) == /\ \A j \in DOMAIN flow : SumOf(flow, 1, j) <= j * MinChurn          \* nothing was saved at the start
                    /\ \A i, j \in DOMAIN flow : i <= j => SumOf(flow, i, j) <= (j - i + 1) * MinChurn + LargestPool
LeavesByTheChurn == ByTheChurn(left)
ComesByTheChurn == ByTheChurn(came)

(* Who ever may vote has stake of final blocks only: what came by a bond not final when it was counted. *)
NothingBeforeItIsFinal == \A i \in DOMAIN came : came[i] > 0 => reg.final > 0
Conserved ==
    Sum(reg.pool, Validators) + Tokens(reg.cohorts) + taken <= Sum(Genesis, Validators) + LastEpoch
AChainGoesOn == Cardinality({v \in Validators : IsActive(reg, v, reg.epoch)}) >= MinActiveValidators

(* Witnesses, to be violated. *)
NobodyLeaves == \A e \in DOMAIN backing : \A v \in Validators : backing[e][v] <= backing[reg.epoch][v]
NothingIsWithdrawn == taken = 0
NoCohortIsOver == \A k \in reg.cohorts : reg.epoch < k.exit + UnbondingEpochs
NobodyComes == \A i \in DOMAIN came : came[i] = 0
NeverMoreThanTheChurn == \A i, j \in DOMAIN left : i <= j => SumOf(left, i, j) <= (j - i + 1) * MinChurn
=============================================================================
