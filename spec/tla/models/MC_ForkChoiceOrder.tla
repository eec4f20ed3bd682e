-------------------------- MODULE MC_ForkChoiceOrder --------------------------
(* A set of inputs, each given once, at one time, in any order in which they are accepted: what a view answers at the
   end is the same, if nobody voted twice in an epoch without being convicted, and no block is boosted. *)
EXTENDS ForkChoiceView

CONSTANTS Now, Roots  \* the time, and the blocks of Tree that are delivered

VARIABLE left  \* inputs that were not given yet

Inputs == [kind : {"block"}, root : Roots] \cup [kind : {"vote"}, vote : Pool] \cup [kind : {"evidence"}, e : Evidence]
Give(st, input) ==
    CASE input.kind = "block" -> OnBlock(st, input.root, Tree[input.root])
      [] input.kind = "vote" -> OnAttestation(st, input.vote, TRUE, FALSE)
      [] OTHER -> OnAttesterSlashing(st, input.e.evidence, input.e.signed1, input.e.signed2)

Beginning == OnTick(Start, Now).store
OrderInit == store = Beginning /\ left = Inputs
OrderNext == \E input \in left : /\ Give(store, input).ok
                                 /\ store' = Give(store, input).store
                                 /\ left' = left \ {input}
OrderSpec == OrderInit /\ [][OrderNext]_<<store, left>>

(* What the view answers. Messages of equivocators differ (they stop at the conviction), and weigh nothing. *)
Answers(st) ==
    [head |-> GetHead(st), weights |-> [r \in DOMAIN st.blocks |-> GetWeight(st, r)],
     justified |-> st.justified, finalized |-> st.finalized,
     unrealizedJustified |-> st.unrealizedJustified, unrealizedFinalized |-> st.unrealizedFinalized,
     equivocating |-> st.equivocating, timely |-> st.timely,
     messages |-> [v \in DOMAIN st.messages \ st.equivocating |-> st.messages[v]],
     proposerHead |-> GetProposerHead(st, GetHead(st), CurrentSlot(st))]

RECURSIVE Outcome(_, _)
Outcome(st, inputs) ==
    IF inputs = {} THEN st
    ELSE LET input == CHOOSE input \in inputs : Give(st, input).ok IN Outcome(Give(st, input).store, inputs \ {input})
Expected == Answers(Outcome(Beginning, Inputs))

OrderDoesNotMatter == left = {} => Answers(store) = Expected
NeverAllGiven == left # {}

(*------------------------------------------- Scenario -------------------------------------------*)
(* Two branches; a block with votes; votes of validator 1 in two epochs; validator 2 votes twice and is convicted. *)
OrderTree ==
    [r \in 1..4 |->
        CASE r = 1 -> Block(0, 2, <<>>)
          [] r = 2 -> Block(0, 3, <<>>)
          [] r = 3 -> Block(1, 4, Votes({1}, 2, 1, Zero, Checkpoint(1, 1)))
          [] r = 4 -> Block(2, 4, <<>>)]
HonestPool == {Vote(1, 4, 1, Zero, Checkpoint(2, 1)), Vote(3, 3, 2, Zero, Checkpoint(1, 0))}
TwoVotes == {Vote(2, 2, 1, Zero, Checkpoint(1, 1)), Vote(2, 2, 0, Zero, Checkpoint(1, 0))}
FullPool == HonestPool \cup TwoVotes
Conviction == {[evidence |-> [first |-> Indexed({2}, 2, 1, Zero, Checkpoint(1, 1)),
                              second |-> Indexed({2}, 2, 0, Zero, Checkpoint(1, 0))], signed1 |-> TRUE, signed2 |-> TRUE]}
AtTheEnd == TimeOf(5, 2)
InTime == TimeOf(4, 0)
NoTimes == {}
SlotFourPool == {Vote(3, 3, 2, Zero, Checkpoint(1, 0))}
=============================================================================
