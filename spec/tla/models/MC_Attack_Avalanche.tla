-------------------------- MODULE MC_Attack_Avalanche --------------------------
(* An avalanche of equivocations. Two honest votes hold a tie between blocks 1 and 2; validators 3 and 4 are the
   adversary's, and sign as many votes as they like for one and the other, to move the head to and fro. The first vote
   of an epoch stands, so each moves it once; and when the evidence is out, not at all. *)
EXTENDS ForkChoiceView

VARIABLE moves  \* how often a vote of the adversary has moved the head

AvalancheTree == [r \in 1..2 |-> Block(0, 1, <<>>)]
Adversaries == {3, 4}
AllInSlotTwo == [slot \in 0..40 |-> IF slot % 2 = 0 THEN Validators ELSE {}]

For(v, root) == Vote(v, 2, root, Zero, Checkpoint(1, root))
AvalancheEvidence(v) == [first |-> Indexed({v}, 2, 1, Zero, Checkpoint(1, 1)),
                         second |-> Indexed({v}, 2, 2, Zero, Checkpoint(1, 2))]
NoTimes == {}

Honest ==
    LET begun == OnTick(Start, TimeOf(3, 2)).store
        known == OnBlock(OnBlock(begun, 1, Tree[1]).store, 2, Tree[2]).store
    IN OnAttestation(OnAttestation(known, For(1, 1), TRUE, FALSE).store, For(2, 2), TRUE, FALSE).store

AvalancheInit == store = Honest /\ moves = 0
Show == \E v \in Adversaries, root \in {1, 2} :
            /\ store' = OnAttestation(store, For(v, root), TRUE, FALSE).store
            /\ moves' = moves + (IF GetHead(store') # GetHead(store) THEN 1 ELSE 0)
            /\ moves < 4
Reveal == \E v \in Adversaries :
            /\ store' = OnAttesterSlashing(store, AvalancheEvidence(v), TRUE, TRUE).store
            /\ UNCHANGED moves
AvalancheNext == Show \/ Reveal
AvalancheSpec == AvalancheInit /\ [][AvalancheNext]_<<store, moves>>

OneMoveEach == moves <= Cardinality(Adversaries)
RevealedMoveNothing == store.equivocating = Adversaries => GetHead(store) = GetHead(Honest)
NobodyMoves == moves < 2
=============================================================================
