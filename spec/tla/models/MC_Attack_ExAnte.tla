--------------------------- MODULE MC_Attack_ExAnte ---------------------------
(* Ex-ante re-org and sandwich. The adversary proposes in AdversarySlots, the honest in the others, on the head and in
   time; of each slot's committee (100 % of it is CommitteeStake) the adversary has Beta, and its votes and blocks are
   given to the one honest view whenever it likes. Does the first honest block, once it is out, stay on the head's
   chain? Validators 1..4 are the honest members of the committees of slots 0..3, 11..14 the adversary's. *)
EXTENDS ForkChoice

CONSTANTS
    CommitteeStake,
    Beta,             \* the adversary's part of each committee
    AdversarySlots,   \* a subset of 1..LastSlot
    LastSlot          \* < SlotsPerEpoch

VARIABLES
    store,
    made,       \* root -> block, with those that the adversary holds back
    cast        \* slot -> the block for which the honest of that slot voted

vars == <<store, made, cast>>

(* Of equal weights the honest block wins: the adversary's have roots above 10. *)
HonestFirst == [r \in 0..20 |-> 20 - r]
StakeOfParts == [v \in Validators |-> IF v < 10 THEN CommitteeStake - Beta ELSE Beta]
OneOfEach == [slot \in 0..40 |-> {1 + (slot % SlotsPerEpoch), 11 + (slot % SlotsPerEpoch)}]
AnyProposer == [slot \in 0..40 |-> Validators]

Block(parent, slot) == [parent |-> parent, slot |-> slot, proposer |-> 1, votes |-> <<>>, slashings |-> <<>>]
Vote(v, slot, head) == [validator |-> v, slot |-> slot, head |-> head,
                        source |-> Checkpoint(0, NoRoot), target |-> Checkpoint(0, Anchor)]

Slot == CurrentSlot(store)
Init == /\ store = GetForkchoiceStore(AnchorState, AnchorBlock)
        /\ made = (Anchor :> AnchorBlock)
        /\ cast = <<>>

(* A slot begins: the votes of the honest of the slot before arrive, then the honest block if there is one. *)
Begin ==
    /\ Slot = 0 \/ Slot \in DOMAIN cast
    /\ Slot <= LastSlot
    /\ LET ticked == OnTick(store, TimeOf(Slot + 1, 0)).store
           voted == IF Slot = 0 THEN ticked
                    ELSE OnAttestation(ticked, Vote(1 + (Slot % SlotsPerEpoch), Slot, cast[Slot]), TRUE, FALSE).store
           root == Slot + 1
           block == Block(GetHead(voted), root)
       IN IF Slot + 1 \in AdversarySlots \/ Slot = LastSlot
          THEN store' = voted /\ UNCHANGED made
          ELSE /\ store' = OnBlock(voted, root, block).store
               /\ made' = Function(made, root, block)
    /\ UNCHANGED cast

(* The honest vote, for the head. *)
HonestVote == /\ Slot \in 1..LastSlot
              /\ Slot \notin DOMAIN cast
              /\ cast' = Function(cast, Slot, GetHead(store))
              /\ UNCHANGED <<store, made>>

(* In a slot of its own the adversary may make a block, on any one that there is. *)
AdversaryMakes ==
    /\ Slot \in AdversarySlots
    /\ 10 + Slot \notin DOMAIN made
    /\ \E parent \in DOMAIN made :
           /\ made[parent].slot < Slot
           /\ made' = Function(made, 10 + Slot, Block(parent, Slot))
    /\ UNCHANGED <<store, cast>>

AdversaryShowsBlock ==
    \E root \in DOMAIN made \ DOMAIN store.blocks :
        /\ OnBlock(store, root, made[root]).ok
        /\ store' = OnBlock(store, root, made[root]).store
        /\ UNCHANGED <<made, cast>>

AdversaryShowsVote ==
    \E slot \in 1..LastSlot : \E head \in DOMAIN store.blocks :
        LET vote == Vote(11 + (slot % SlotsPerEpoch), slot, head)
        IN /\ vote.validator \notin DOMAIN store.messages
           /\ OnAttestation(store, vote, TRUE, FALSE).ok
           /\ store' = OnAttestation(store, vote, TRUE, FALSE).store
           /\ UNCHANGED <<made, cast>>

Next == Begin \/ HonestVote \/ AdversaryMakes \/ AdversaryShowsBlock \/ AdversaryShowsVote
Spec == Init /\ [][Next]_vars

(* The first honest block that there is; once it is out, no head is beside it. *)
HonestRoots == {r \in DOMAIN made : r \in 1..10}
HonestBlockStays ==
    HonestRoots # {} => LET first == CHOOSE r \in HonestRoots : \A s \in HonestRoots : r <= s
                        IN Descends(store, GetHead(store), first)

(* Witness: a rival of the honest block, with votes, is known, and the honest block has stayed. *)
NoRivalIsShown == ~(/\ Slot = LastSlot + 1
                    /\ \E r \in HonestRoots, rival \in DOMAIN store.blocks :
                           /\ rival > 10
                           /\ ~Descends(store, rival, r)
                           /\ GetAttestationScore(store, rival) > 0)
=============================================================================
