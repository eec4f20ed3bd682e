----------------------------- MODULE Adversary -----------------------------
(* Who votes how. An honest validator keeps to spec/prose/11-validator-duties.md (DUT-); a Byzantine one signs whatever it
   likes, publishes it to whom and when it likes, or not at all. Signatures are not forged. Delays are the adversary's too:
   which honest votes a block holds, and which chain an honest validator takes for the head, is chosen freely.              *)
EXTENDS Slashing

(* What an honest validator keeps of the attestations that it signed. *)
NoWatermark == [source |-> -1, target |-> -1]

(* DUT-20 *)
MaySign(watermark, source, target) ==
    /\ Rule("DUT-20a", target > watermark.target)
    /\ Rule("DUT-20b", source >= watermark.source)
    /\ Rule("DUT-20c", source <= target)

Raised(watermark, source, target) ==
    [source |-> IF source > watermark.source THEN source ELSE watermark.source,
     target |-> IF target > watermark.target THEN target ELSE watermark.target]

(* DUT-19, of blocks, with the watermark's slot *)
MayPropose(watermarkSlot, slot) == Rule("DUT-19", slot > watermarkSlot)

(* The least sets of validators with two thirds of the stake. What fewer votes cannot justify, and more cannot justify more:
   a model of safety may leave out all others, for a vote more is only a vote more to be slashed for. *)
Enough(set) == IF "JUS-03-half" \in Without THEN 2 * StakeOf(set) >= TotalStake ELSE 3 * StakeOf(set) >= 2 * TotalStake
Quorums == {set \in SUBSET Validators : Enough(set) /\ \A v \in set : ~Enough(set \ {v})}

ASSUME Without = {} => /\ MaySign(NoWatermark, 0, 1)
                       /\ ~MaySign([source |-> 1, target |-> 2], 1, 2)
                       /\ ~MaySign([source |-> 1, target |-> 2], 0, 3)
                       /\ MaySign([source |-> 1, target |-> 2], 1, 3)
                       /\ \A a, b \in Quorums : 3 * StakeOf(a \cap b) >= TotalStake
=============================================================================
