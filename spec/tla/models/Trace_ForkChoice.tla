--------------------------- MODULE Trace_ForkChoice ---------------------------
(* Is what one node did a behaviour of the fork choice? The module TraceData, which tools/models/traces.py makes of a
   recorded trace, has the events; here each is given to the handler of its kind, and what the node saw after it is
   conjoined. An event that the model does not allow has no next state: a deadlock, at exactly that event.            *)
EXTENDS ForkChoice, TraceData

CONSTANT Unchecked  \* 0, or the number of an event whose agreement is not asked for: to see what the model says there

VARIABLES store, line, says

vars == <<store, line, says>>

(* The ancestor by the post-state's list of roots: the same as GetAncestor, without a walk. *)
FastGetAncestor(st, root, slot) ==
    IF st.states[root].slot <= slot THEN root ELSE st.states[root].roots[slot]

FiveEach == [v \in Validators |-> 5]

(* An aggregate is the votes of its members, one after the other; all of them are accepted, or the first is not (FC-46). *)
Single(vote, v) == [validator |-> v, slot |-> vote.slot, head |-> vote.head, source |-> vote.source, target |-> vote.target]
RECURSIVE AttestAll(_, _, _)
AttestAll(st, vote, voters) ==
    IF voters = << >> THEN Accept(st)
    ELSE LET done == OnAttestation(st, Single(vote, Head(voters)), TRUE, FALSE)
         IN IF done.ok THEN AttestAll(done.store, vote, Tail(voters)) ELSE done

Apply(e) ==
    CASE e.kind = "tick"        -> OnTick(store, TimeOf(e.slot, e.phase))
      [] e.kind = "block"       -> OnBlock(store, e.root, e.block)
      [] e.kind = "attestation" -> AttestAll(store, e.vote, e.voters)
      [] e.kind = "slashing"    -> OnAttesterSlashing(store, e.evidence, TRUE, TRUE)
      [] e.kind = "order"       -> Accept(store)

(* DUT-05: the proposer builds on get_proposer_head. *)
Observation(e, st) ==
    [head |-> IF e.head = NoRoot THEN NoRoot ELSE GetHead(st), justified |-> st.justified, finalized |-> st.finalized,
     parent |-> IF e.kind = "order" THEN GetProposerHead(st, GetHead(st), e.slot) ELSE NoRoot]
Seen(e) == [head |-> e.head, justified |-> e.justified, finalized |-> e.finalized,
            parent |-> IF e.kind = "order" THEN e.parent ELSE NoRoot]

Init ==
    /\ store = GetForkchoiceStore(AnchorState, AnchorBlock)
    /\ line = 1
    /\ says = << >>

Step ==
    /\ line <= Len(Events)
    /\ \E e \in {Events[line]} : \E result \in {Apply(e)} :
           /\ says' = [ok |-> result.ok, clause |-> result.clause, sees |-> Observation(e, result.store)]
           /\ \/ line = Unchecked
              \/ result.ok /\ says'.sees = Seen(e)
           /\ store' = result.store
    /\ line' = line + 1

Done == line > Len(Events) /\ UNCHANGED vars

Next == Step \/ Done
Spec == Init /\ [][Next]_vars

(* With Unchecked: violated by the state after that event, which has what the model says of it. *)
BeforeUnchecked == Unchecked = 0 \/ line <= Unchecked
===============================================================================
