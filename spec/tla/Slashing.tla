------------------------------ MODULE Slashing ------------------------------
(* Offences and what shows them: spec/prose/08-blocks.md, process_proposer_slashing and process_attester_slashing.
   Who can still be made to pay, when stake comes and goes, is in Stake.tla. Signatures (PSL-07, ASL-04) are not modelled:
   a vote or header of a validator is one that it signed.                                                              *)
EXTENDS Types

(* What is signed of a vote: AttestationData. `index`, the committee's, follows from the validator. *)
AttestationData(vote) == [slot |-> vote.slot, head |-> vote.head, source |-> vote.source, target |-> vote.target]

(* ASL-01 *)
IsDoubleVote(d1, d2) ==
    /\ Rule("ASL-01a", d1 # d2)
    /\ Rule("ASL-01b", d1.target.epoch = d2.target.epoch)

Surrounds(d1, d2) ==
    /\ Rule("ASL-01c", d1.source.epoch < d2.source.epoch)
    /\ Rule("ASL-01d", d2.target.epoch < d1.target.epoch)

(* A whole way to offend is taken out by "ASL-01-double" or "ASL-01-surround": nobody is then punished for it. *)
IsSlashableAttestationData(d1, d2) ==
    \/ "ASL-01-double" \notin Without /\ IsDoubleVote(d1, d2)
    \/ "ASL-01-surround" \notin Without /\ (Surrounds(d1, d2) \/ Surrounds(d2, d1))

(* PSL-01 to PSL-03, of headers [slot, proposer, root]. *)
IsSlashableProposal(h1, h2) ==
    /\ Rule("PSL-01", h1.slot = h2.slot)
    /\ Rule("PSL-02", h1.proposer = h2.proposer)
    /\ Rule("PSL-03", h1 # h2)

(* Those whom a vote of `new` and one of `all` convict, both their own. Of one validator's votes the data differ if the votes
   do. Any record with `validator`, `source`, `target` will do.                                                          *)
OffendersOf(new, all) ==
    {x.validator : x \in {x \in new : \E y \in all : x.validator = y.validator /\ IsSlashableAttestationData(x, y)}}
Offenders(votes) == OffendersOf(votes, votes)

ASSUME \* votes of validator 1 for targets (epoch, root), from sources
    LET Vote(s, t, root) == [validator |-> 1, source |-> Checkpoint(s, 0), target |-> Checkpoint(t, root)]
    IN  Without = {} =>
        /\ Offenders({Vote(0, 1, 1), Vote(0, 1, 2)}) = {1}        \* double
        /\ Offenders({Vote(0, 1, 1)}) = {}                         \* the same vote twice
        /\ Offenders({Vote(0, 3, 1), Vote(1, 2, 2)}) = {1}        \* surround
        /\ Offenders({Vote(0, 3, 1), Vote(0, 2, 2)}) = {}         \* equal sources
        /\ Offenders({Vote(1, 2, 1), Vote(2, 3, 2)}) = {}         \* one after the other
=============================================================================
