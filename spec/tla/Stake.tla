------------------------------- MODULE Stake -------------------------------
(* A validator set that changes: spec/prose/07-validators.md (VAL-) and 17-stake.md (STK-). Stake comes and goes through two
   queues with a budget of stake, and what has left stays within reach for UNBONDING_EPOCHS. Left out: shares and their
   price (a token is a share), commission, rewards, penalties and the hold of who is slashed, MIN_BOND, caps, refunds.
   A registry:
     epoch, final                 the current epoch, and that of the finalized checkpoint
     pool                         validator -> tokens, all of them effective stake
     activation, request, exit    validator -> epoch, or FarFuture: activation_epoch, exit_request_epoch, exit_epoch
     cohorts                      set of [validator, exit, tokens]: what left pools by undelegation
     bonds, bondBudget            items [validator, amount, epoch]; an activation has the amount 0 (STK-17)
     unbonds, unbondBudget        items [validator, amount]; an exit has the amount 0                                      *)
EXTENDS Types

CONSTANTS MinChurn, ChurnQuotient, UnbondingEpochs, MaxSeedLookahead, MaxEvidenceAge, MinActiveValidators

Far == 1000
Least(a, b) == IF a < b THEN a ELSE b

RECURSIVE Sum(_, _)
Sum(f, set) == IF set = {} THEN 0 ELSE LET x == CHOOSE x \in set : TRUE IN f[x] + Sum(f, set \ {x})

IsActive(reg, v, e) == reg.activation[v] <= e /\ e < reg.exit[v]                                          \* VAL-01
Active(reg, e) == {v \in DOMAIN reg.pool : IsActive(reg, v, e)}
ActiveStake(reg, e) == Sum(reg.pool, Active(reg, e))
ActivationExitEpoch(e) == e + 1 + MaxSeedLookahead                                                        \* SLO-02

(* VAL-02 *)
Withdrawable(reg, v) == IF reg.exit[v] = Far THEN Far
                        ELSE IF "VAL-02" \in Without THEN reg.exit[v] ELSE reg.exit[v] + UnbondingEpochs

(* VAL-07; without it, all may come and leave at once. *)
Churn(reg) == IF "VAL-07" \in Without THEN Far
              ELSE LET t == ActiveStake(reg, reg.epoch) \div ChurnQuotient IN IF t > MinChurn THEN t ELSE MinChurn

(* VAL-08; without it, an exit does not wait in the queue. *)
InitiateExit(reg, v) ==
    IF reg.request[v] # Far THEN reg
    ELSE LET requested == [reg EXCEPT !.request[v] = reg.epoch]
         IN  IF reg.activation[v] = Far THEN [requested EXCEPT !.exit[v] = reg.epoch + 1]
             ELSE IF "VAL-08" \in Without THEN [requested EXCEPT !.exit[v] = ActivationExitEpoch(reg.epoch)]
             ELSE [requested EXCEPT !.unbonds = Append(@, [validator |-> v, amount |-> 0])]

------------------------------------------------------------------------------
Delegate(reg, v, amount) ==                                                                               \* STK-12
    [reg EXCEPT !.bonds = Append(@, [validator |-> v, amount |-> amount, epoch |-> reg.epoch])]
Undelegate(reg, v, amount) ==                                                                             \* STK-13.3
    [reg EXCEPT !.unbonds = Append(@, [validator |-> v, amount |-> amount])]
IsFree(reg, v) == reg.activation[v] = Far \/ Withdrawable(reg, v) <= reg.epoch                            \* STK-14
TakeFreeStake(reg, v) == [reg EXCEPT !.pool[v] = 0]                                                       \* STK-13.1
IsOver(reg, cohort) == Rule("STK-15", cohort.exit + UnbondingEpochs <= reg.epoch)                         \* STK-15
Withdraw(reg, cohort) == [reg EXCEPT !.cohorts = @ \ {cohort}]

(* STK-20 *)
Leave(reg, v, tokens) ==
    LET exit == reg.epoch + 1
        same == {k \in reg.cohorts : k.validator = v /\ k.exit = exit}
        before == IF same = {} THEN 0 ELSE (CHOOSE k \in same : TRUE).tokens
    IN  [reg EXCEPT !.pool[v] = @ - tokens,
                    !.cohorts = (@ \ same) \cup {[validator |-> v, exit |-> exit, tokens |-> before + tokens]}]

CostOfUnbond(reg, item) == IF item.amount = 0 THEN reg.pool[item.validator] ELSE item.amount

(* STK-19: `left` items are still to be looked at; r validators do not leave yet. *)
RECURSIVE ServeUnbonds(_, _, _, _)
ServeUnbonds(reg, budget, left, r) ==
    IF left = 0 \/ reg.unbonds = << >>
    THEN [reg EXCEPT !.unbondBudget = IF reg.unbonds = << >> THEN 0
                                      ELSE IF "STK-19b" \in Without THEN budget
                                      ELSE Least(budget, CostOfUnbond(reg, Head(reg.unbonds)))]
    ELSE LET x == Head(reg.unbonds)
             v == x.validator
             rest == [reg EXCEPT !.unbonds = Tail(@)]
             part == Least(x.amount, Least(budget, reg.pool[v]))
         IN  IF x.amount = 0
             THEN IF ~Rule("STK-19c", r > MinActiveValidators)
                  THEN ServeUnbonds([rest EXCEPT !.unbonds = Append(@, x)], budget, left - 1, r)
                  ELSE IF ~Rule("STK-19a", reg.pool[v] <= budget) THEN ServeUnbonds(reg, budget, 0, r)
                  ELSE ServeUnbonds([rest EXCEPT !.exit[v] = ActivationExitEpoch(reg.epoch)],
                                    budget - Least(budget, reg.pool[v]), left - 1, r - 1)
             ELSE IF reg.exit[v] <= reg.epoch + 1 THEN ServeUnbonds(rest, budget, left - 1, r)
             ELSE IF part = 0 THEN ServeUnbonds(reg, budget, 0, r)
             ELSE IF part = x.amount THEN ServeUnbonds(Leave(rest, v, part), budget - part, left - 1, r)
             ELSE ServeUnbonds(Leave([reg EXCEPT !.unbonds[1].amount = @ - part], v, part), budget - part, 0, r)
ProcessUnbondQueue(reg) ==
    ServeUnbonds(reg, reg.unbondBudget + Churn(reg), Len(reg.unbonds),
                 Cardinality({v \in Active(reg, reg.epoch) : reg.exit[v] = Far}))

CostOfBond(reg, item) == IF item.amount = 0 THEN reg.pool[item.validator] ELSE item.amount

(* STK-21 *)
RECURSIVE ServeBonds(_, _)
ServeBonds(reg, budget) ==
    LET stop == [reg EXCEPT !.bondBudget = IF reg.bonds = << >> THEN 0
                                           ELSE Least(budget, CostOfBond(reg, Head(reg.bonds)))]
    IN  IF reg.bonds = << >> THEN stop
        ELSE LET x == Head(reg.bonds)
                 v == x.validator
                 rest == [reg EXCEPT !.bonds = Tail(@)]
                 waiting == reg.activation[v] = Far
                 a == IF waiting THEN x.amount ELSE Least(x.amount, budget)
             IN  IF ~Rule("STK-21a", x.epoch < reg.final) THEN stop      \* the block of the bond is final
                 ELSE IF reg.request[v] # Far THEN ServeBonds(rest, budget)
                 ELSE IF x.amount = 0
                      THEN IF ~Rule("STK-21b", reg.pool[v] <= budget) THEN stop
                           ELSE ServeBonds([rest EXCEPT !.activation[v] = ActivationExitEpoch(reg.epoch)],
                                           budget - Least(budget, reg.pool[v]))
                 ELSE IF a = 0 THEN stop
                 ELSE IF a = x.amount
                      THEN ServeBonds([rest EXCEPT !.pool[v] = @ + a], IF waiting THEN budget ELSE budget - a)
                 ELSE ServeBonds([reg EXCEPT !.pool[v] = @ + a, !.bonds[1].amount = @ - a], 0)
ProcessBondQueue(reg) == ServeBonds(reg, reg.bondBudget + Churn(reg))

(* EPO-01 *)
EndEpoch(reg) == [ProcessBondQueue(ProcessUnbondQueue(reg)) EXCEPT !.epoch = @ + 1]

------------------------------------------------------------------------------
(* VAL-03, ASL-03, STK-23: the stake that pays, in the current epoch, for an offence of v of epoch e. *)
InScope(reg, v, e) ==
    {k \in reg.cohorts : /\ k.validator = v
                         /\ Rule("STK-23a", k.exit > e)
                         /\ Rule("STK-23b", reg.epoch < k.exit + UnbondingEpochs)
                         /\ "STK-23" \notin Without}                     \* without it the pool alone pays
RECURSIVE Tokens(_)
Tokens(cohorts) == IF cohorts = {} THEN 0
                   ELSE LET k == CHOOSE k \in cohorts : TRUE IN k.tokens + Tokens(cohorts \ {k})
SlashableStake(reg, v, e) ==
    IF /\ Rule("VAL-03", reg.activation[v] <= reg.epoch /\ reg.epoch < Withdrawable(reg, v))
       /\ Rule("ASL-03", reg.epoch <= e + MaxEvidenceAge)
    THEN reg.pool[v] + Tokens(InScope(reg, v, e)) ELSE 0
=============================================================================
