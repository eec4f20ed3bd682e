----------------------------- MODULE MC_Duties -----------------------------
(* One honest validator, in a world that tells it anything: its head, hence source, target and epoch, may be any, and the
   clock may jump. Its node crashes at any instant, loses its disk, is started twice. It keeps to DUT-18 to DUT-21 and is
   never slashable. Clauses of spec/prose/11-validator-duties.md (DUT-) and 08-blocks.md (PSL-, ASL-).                    *)
EXTENDS Adversary

CONSTANTS LastEpoch,     \* votes have epochs 0..LastEpoch
          LastSlot,      \* blocks have slots 0..LastSlot; -1: none
          Processes      \* at most so many are started

UnitStake == [v \in Validators |-> 1]
Me == 1
Another == 2

Fresh == [slot |-> -1, source |-> -1, target |-> -1]
Missing == [slot |-> -2, source |-> -2, target |-> -2]      \* no watermark to be read
Stopped == [slot |-> -3, source |-> -3, target |-> -3]      \* of a process that does not run
Idle == [nothing |-> TRUE]

VARIABLES disk,          \* the watermark on durable storage, or Missing
          memory,        \* process -> the watermark that it has in mind, Missing, or Stopped
          task,          \* process -> what it has decided to sign, or Idle
          written,       \* process -> is the watermark for its task on the disk
          votes, blocks  \* what was signed
vars == <<disk, memory, task, written, votes, blocks>>

Init == /\ disk = Fresh
        /\ memory = [p \in Processes |-> Stopped] /\ task = [p \in Processes |-> Idle] /\ written = [p \in Processes |-> FALSE]
        /\ votes = {} /\ blocks = {}

Roots == {1, 2}
Votes == [validator : {Me}, source : {Checkpoint(e, 0) : e \in 0..LastEpoch},
          target : {Checkpoint(e, root) : e \in 0..LastEpoch, root \in Roots}]
Blocks == [proposer : {Me}, slot : 0..LastSlot, root : Roots]

(* DUT-21: refuse without a watermark; one process at a time. *)
Start(p) ==
    /\ memory[p] = Stopped
    /\ Rule("DUT-21b", \A q \in Processes : memory[q] = Stopped)
    /\ memory' = [memory EXCEPT ![p] = IF disk = Missing /\ "DUT-21a" \in Without THEN Fresh ELSE disk]
    /\ UNCHANGED <<disk, task, written, votes, blocks>>

Running(p) == memory[p] \notin {Stopped, Missing}

DecideVote(p, vote) ==
    /\ Running(p) /\ task[p] = Idle
    /\ MaySign(memory[p], vote.source.epoch, vote.target.epoch)
    /\ task' = [task EXCEPT ![p] = vote]
    /\ memory' = [memory EXCEPT ![p] = [slot |-> @.slot] @@ Raised(@, vote.source.epoch, vote.target.epoch)]
    /\ UNCHANGED <<disk, written, votes, blocks>>

DecideBlock(p, block) ==
    /\ Running(p) /\ task[p] = Idle
    /\ MayPropose(memory[p].slot, block.slot)
    /\ task' = [task EXCEPT ![p] = block]
    /\ memory' = [memory EXCEPT ![p].slot = IF block.slot > @ THEN block.slot ELSE @]
    /\ UNCHANGED <<disk, written, votes, blocks>>

Write(p) ==
    /\ Running(p) /\ task[p] # Idle /\ ~written[p]
    /\ disk' = memory[p]
    /\ written' = [written EXCEPT ![p] = TRUE]
    /\ UNCHANGED <<memory, task, votes, blocks>>

Sign(p) ==
    /\ Running(p) /\ task[p] # Idle
    /\ Rule("DUT-18", written[p])
    /\ IF "target" \in DOMAIN task[p] THEN votes' = votes \cup {task[p]} /\ UNCHANGED blocks
       ELSE blocks' = blocks \cup {task[p]} /\ UNCHANGED votes
    /\ task' = [task EXCEPT ![p] = Idle]
    /\ written' = [written EXCEPT ![p] = FALSE]
    /\ UNCHANGED <<disk, memory>>

Crash(p) ==
    /\ memory[p] # Stopped
    /\ memory' = [memory EXCEPT ![p] = Stopped] /\ task' = [task EXCEPT ![p] = Idle] /\ written' = [written EXCEPT ![p] = FALSE]
    /\ UNCHANGED <<disk, votes, blocks>>

LoseDisk == /\ disk # Missing /\ \A p \in Processes : memory[p] = Stopped
            /\ disk' = Missing /\ UNCHANGED <<memory, task, written, votes, blocks>>

Next == \/ \E p \in Processes : \/ Start(p) \/ Write(p) \/ Sign(p) \/ Crash(p)
                                \/ \E vote \in Votes : DecideVote(p, vote)
                                \/ \E block \in Blocks : DecideBlock(p, block)
        \/ LoseDisk

------------------------------------------------------------------------------
(* Somebody else proposes in any slot too, on some branch. *)
Headers == blocks \cup {[proposer |-> Another, slot |-> slot, root |-> 3] : slot \in 0..LastSlot}
NoVotesAreSlashable == Offenders(votes) = {}
NoBlocksAreSlashable == \A h1, h2 \in Headers : Me \in {h1.proposer, h2.proposer} => ~IsSlashableProposal(h1, h2)
(* A watermark that runs ahead of the epochs voted in would silence the validator until they come. *)
WatermarkIsNotAhead == \A p \in Processes : Running(p) => memory[p].source <= memory[p].target

(* Witnesses, to be violated. *)
FewVotes == Cardinality(votes) < LastEpoch + 1
FewBlocks == Cardinality(blocks) < LastSlot + 1
NoVoteAfterACrash == ~(\E p \in Processes : memory[p] = Stopped /\ disk # Missing /\ disk.target = LastEpoch /\ votes # {}
                          /\ \A vote \in votes : vote.target.epoch < LastEpoch)
=============================================================================
