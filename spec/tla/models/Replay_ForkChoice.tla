-------------------------- MODULE Replay_ForkChoice --------------------------
(* Would generated scenarios notice that a rule is missing? The module ReplayData, which tools/models/conjuncts.py makes of
   behaviours of SIM_ForkChoice, has events and what the whole model sees after each; here they are given to the handlers
   without one rule (Without). The first event after which the two differ in what a vector checks is a deadlock.        *)
EXTENDS ForkChoice, ReplayData

VARIABLES store, number, line

vars == <<store, number, line>>

FastGetAncestor(st, root, slot) ==
    IF st.states[root].slot <= slot THEN root ELSE st.states[root].roots[slot]
FiveEach == [v \in Validators |-> 5]
Identity == [r \in 0..99 |-> r]

Apply(e) ==
    CASE e.kind = "tick"        -> OnTick(store, TimeOf(e.slot, e.phase))
      [] e.kind = "block"       -> OnBlock(store, e.block, Behaviours[number].blocks[e.block])
      [] e.kind = "attestation" -> OnAttestation(store, e.vote, e.signed, FALSE)
      [] e.kind = "slashing"    -> OnAttesterSlashing(store, [first |-> e.first, second |-> e.second], e.signed1, e.signed2)

(* `loose`: the event needs a block that a client may have forgotten (FC-04), and may be rejected for that instead.
   `proposers`: nothing hangs on the proposers of other branches (FC-59), which are not the model's.                  *)
Agrees(result, e) ==
    LET st == result.store
        head == GetHead(st)
    IN /\ result.ok = e.ok
       /\ e.loose \/ result.clause = e.clause
       /\ head = e.head
       /\ st.justified = e.justified /\ st.finalized = e.finalized
       /\ st.unrealizedJustified = e.unrealizedJustified /\ st.unrealizedFinalized = e.unrealizedFinalized
       /\ st.boost = e.boost /\ st.equivocating = e.equivocating
       /\ \A pair \in e.weights : GetWeight(st, pair[1]) = pair[2]
       /\ e.proposers => /\ GetProposerHead(st, head, CurrentSlot(st)) = e.proposerHead
                         /\ GetProposerHead(st, head, CurrentSlot(st) + 1) = e.nextProposerHead

Init ==
    /\ number \in 1..Len(Behaviours)
    /\ line = 1
    /\ store = GetForkchoiceStore(AnchorState, AnchorBlock)

Step ==
    /\ line <= Len(Behaviours[number].events)
    /\ \E e \in {Behaviours[number].events[line]} : \E result \in {Apply(e)} :
           /\ Agrees(result, e)
           /\ store' = result.store
    /\ line' = line + 1
    /\ UNCHANGED number

Done == line > Len(Behaviours[number].events) /\ UNCHANGED vars

Next == Step \/ Done
Spec == Init /\ [][Next]_vars
==============================================================================
