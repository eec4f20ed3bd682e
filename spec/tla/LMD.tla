--------------------------------- MODULE LMD ---------------------------------
(* Latest messages, equivocators, weights. *)
EXTENDS Votes

CONSTANT ProposerScoreBoost  \* PROPOSER_SCORE_BOOST, percent of a slot's committee

(* FC-47: the first vote of an epoch stands. *)
UpdateLatestMessages(store, vote) ==
    LET v == vote.validator
        message == [epoch |-> vote.target.epoch, root |-> vote.head]
    IN IF /\ Rule("FC-47-equivocating", v \notin store.equivocating)
          /\ \/ v \notin DOMAIN store.messages
             \/ Rule("FC-47-higher", store.messages[v].epoch < message.epoch)
       THEN [store EXCEPT !.messages = Function(@, v, message)]
       ELSE store

(* FC-51: for good. *)
Equivocate(store, validators) == [store EXCEPT !.equivocating = @ \cup validators]

(* FC-27: stakes are constant here, and process_slots slashes nobody; so it is enough to read the block's state. *)
JustifiedState(store) == store.states[store.justified.root]

(* FC-28 *)
CalculateCommitteeFraction(percent) == ((TotalStake \div SlotsPerEpoch) * percent) \div 100

(* FC-29 *)
GetProposerScore(store) == CalculateCommitteeFraction(ProposerScoreBoost)

(* FC-30 *)
GetAttestationScore(store, root) ==
    StakeOf({v \in DOMAIN store.messages :
        /\ Rule("FC-30-slashed", v \notin JustifiedState(store).slashed)
        /\ Rule("FC-30-equivocating", v \notin store.equivocating)
        /\ Descends(store, store.messages[v].root, root)})

(* FC-31 *)
GetWeight(store, root) ==
    GetAttestationScore(store, root)
        + IF Part("FC-31", store.boost # NoRoot /\ Descends(store, store.boost, root))
          THEN GetProposerScore(store) ELSE 0
=============================================================================
