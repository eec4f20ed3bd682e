-------------------------- MODULE MC_Attack_Balancing --------------------------
(* Balancing. The adversary proposes two blocks in slot 1 and shows one to each half of the honest; afterwards it
   gives each half those of its votes that keep it on its own block. What one half has heard in a slot, the other
   hears at the end of the slot; honest proposers build on their half's head and reach both in time. Do the halves
   come to agree? Of each slot's committee (CommitteeStake) the adversary has Beta, each half one half of the rest.
   Validators 1..4 are the left half's members of the committees of slots 0..3, 21..24 the right's, 11..14 the
   adversary's. *)
EXTENDS ForkChoice

CONSTANTS
    CommitteeStake,
    Beta,
    LastSlot       \* < SlotsPerEpoch

VARIABLES
    views,   \* "left", "right" -> store
    shown,   \* adversary votes that were shown to somebody
    cast,    \* slot -> the two votes of the honest
    stage    \* of the slot: "begun", "proposed", "voted"

vars == <<views, shown, cast, stage>>
Halves == {"left", "right"}

Identity == [r \in 0..20 |-> r]
StakeOfParts == [v \in Validators |-> IF v \in 11..14 THEN Beta ELSE (CommitteeStake - Beta) \div 2]
ThreeOfEach == [slot \in 0..40 |-> {1 + (slot % SlotsPerEpoch), 11 + (slot % SlotsPerEpoch), 21 + (slot % SlotsPerEpoch)}]
AnyProposer == [slot \in 0..40 |-> Validators]

Left == 11
Right == 12
Block(parent, slot) == [parent |-> parent, slot |-> slot, proposer |-> 1, votes |-> <<>>, slashings |-> <<>>]
Vote(v, slot, head) == [validator |-> v, slot |-> slot, head |-> head,
                        source |-> Checkpoint(0, NoRoot), target |-> Checkpoint(0, Anchor)]
Slot == CurrentSlot(views["left"])
Branch(root) == LET half == CHOOSE h \in Halves : Known(views[h], root) IN GetAncestor(views[half], root, 1)

Init ==
    /\ LET begun == OnTick(GetForkchoiceStore(AnchorState, AnchorBlock), TimeOf(1, 0)).store
       IN views = [h \in Halves |-> OnBlock(begun, IF h = "left" THEN Left ELSE Right, Block(Anchor, 1)).store]
    /\ shown = {}
    /\ cast = <<>>
    /\ stage = "proposed"

HonestVote == /\ stage = "proposed"
              /\ cast' = Function(cast, Slot, [h \in Halves |-> GetHead(views[h])])
              /\ stage' = "voted"
              /\ UNCHANGED <<views, shown>>

RECURSIVE Hear(_, _)
Hear(store, votes) == IF votes = {} THEN store
                      ELSE LET vote == CHOOSE vote \in votes : TRUE
                           IN Hear(OnAttestation(store, vote, TRUE, FALSE).store, votes \ {vote})

(* A slot begins: what was voted in the slot before, and what either half had heard, reaches both. *)
Begin ==
    /\ stage = "voted"
    /\ Slot < LastSlot
    /\ LET honest == {Vote(1 + (Slot % SlotsPerEpoch), Slot, cast[Slot]["left"]),
                       Vote(21 + (Slot % SlotsPerEpoch), Slot, cast[Slot]["right"])}
           Both(store) == OnBlock(OnBlock(store, Left, Block(Anchor, 1)).store, Right, Block(Anchor, 1)).store
           Heard(store) == Hear(Both(OnTick(store, TimeOf(Slot + 1, 0)).store), honest \cup shown)
       IN views' = [h \in Halves |-> Heard(views[h])]
    /\ stage' = "begun"
    /\ UNCHANGED <<shown, cast>>

HonestPropose ==
    /\ stage = "begun"
    /\ \E half \in Halves :
           LET block == Block(GetHead(views[half]), Slot)
           IN views' = [h \in Halves |-> OnBlock(views[h], Slot, block).store]
    /\ stage' = "proposed"
    /\ UNCHANGED <<shown, cast>>

(* The adversary shows a vote of an earlier slot to one half. *)
AdversaryShows ==
    /\ stage \in {"begun", "proposed"}
    /\ \E half \in Halves, slot \in 1..LastSlot, head \in {Left, Right} :
           LET vote == Vote(11 + (slot % SlotsPerEpoch), slot, head)
               result == OnAttestation(views[half], vote, TRUE, FALSE)
           IN /\ vote.validator \notin DOMAIN views[half].messages
              /\ \A other \in shown : other.validator = vote.validator => other = vote
              /\ result.ok
              /\ views' = [views EXCEPT ![half] = result.store]
              /\ shown' = shown \cup {vote}
              /\ UNCHANGED <<cast, stage>>

Next == HonestVote \/ Begin \/ HonestPropose \/ AdversaryShows
Spec == Init /\ [][Next]_vars

(* From slot 2 on, whose proposer is honest, the halves vote for one branch. *)
Agrees(slot) == Branch(cast[slot]["left"]) = Branch(cast[slot]["right"])
HalvesAgree == \A slot \in DOMAIN cast \ {1} : Agrees(slot)
HalvesAgreeInTheEnd == LastSlot \in DOMAIN cast => Agrees(LastSlot)

(* Witness: the halves have begun apart. *)
HalvesNeverDiffer == 1 \in DOMAIN cast => Agrees(1)
=============================================================================
