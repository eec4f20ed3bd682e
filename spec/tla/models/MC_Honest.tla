----------------------------- MODULE MC_Honest -----------------------------
(* Two chains that part at some epoch. Honest validators keep to their duties; the rest of the stake is Byzantine. The
   adversary chooses which chain each honest validator takes for its head in an epoch, whether a chain counts the votes in
   time, late or never, and whether Byzantine votes are among them.
   Safety: with less than a third Byzantine, what is final on any chain is final for all and stays so.
   Liveness: from every reachable state, whatever the Byzantine do, all honest validators can finalize something new by their
   duties alone, without offence.                                                                                          *)
EXTENDS FFG, Adversary

CONSTANTS LastEpoch,
          Forks,         \* the epochs at which the chains may part
          Byzantine,     \* a subset of Validators
          KeepVotes      \* TRUE: keep all honest votes, to see directly that they convict nobody

UnitStake == [v \in Validators |-> 1]
EveryoneInEachSlot == [slot \in 0..100 |-> Validators]
Honest == Validators \ Byzantine
Sym == Permutations(Honest)

VARIABLES epoch, fork,
          chains,        \* chain -> its state
          withheld,      \* chain -> honest validators whose votes of the previous epoch it has not counted
          watermark,     \* honest validator -> its watermark
          votes          \* honest votes, if kept
vars == <<epoch, fork, chains, withheld, watermark, votes>>

Chains == {1, 2}
RootOf(c, e) == IF e < fork THEN e ELSE 100 * c + e
Target(c, e) == Checkpoint(e, RootOf(c, e))
Start == [bits |-> {}, previous |-> Checkpoint(0, NoRoot), current |-> Checkpoint(0, NoRoot),
          finalized |-> Checkpoint(0, NoRoot), slashed |-> {}, voted |-> {}]

Init == /\ epoch = 1 /\ fork \in Forks /\ chains = [c \in Chains |-> Start] /\ withheld = [c \in Chains |-> {}]
        /\ watermark = [v \in Honest |-> NoWatermark] /\ votes = {}

(* DUT-12: source and target of a vote on chain c, in epoch e of that chain. *)
HonestVote(v, c, e, chain) == [validator |-> v, source |-> chain.current, target |-> Target(c, e)]
MayVote(v, c) == MaySign(watermark[v], chains[c].current.epoch, epoch)

(* Who votes where: a function to sets of chains. DUT-20a allows one at most. *)
Assignments == {a \in [Honest -> {{}, {1}, {2}} \cup (IF "DUT-20a" \in Without THEN {{1, 2}} ELSE {})] :
                   \A v \in Honest, c \in Chains : c \in a[v] => MayVote(v, c) /\ (epoch < fork => c = 1)}
VotersOn(a, c) == {v \in Honest : (IF epoch < fork THEN 1 ELSE c) \in a[v]}

(* What a chain makes of votes that come in: nothing, if they are not two thirds even with those of the Byzantine. *)
Counted(set) == {{}} \cup {counted \in {set, set \cup Byzantine} : Enough(counted)}

After(chain, c, e, late, timely) ==
    LET weighed == WeighJustificationAndFinalization(chain, e, TotalStake,
                       StakeOf(chain.voted \cup late), StakeOf(timely), RootOf(c, e - 1), RootOf(c, e))
    IN  [(IF e <= GenesisEpoch + 1 THEN chain ELSE weighed) EXCEPT !.voted = timely]

EndOfEpoch(a, late, timely) ==
    /\ epoch' = epoch + 1
    /\ chains' = [c \in Chains |-> After(chains[c], c, epoch, late[c], timely[c])]
    /\ withheld' = [c \in Chains |-> IF timely[c] = {} /\ Enough(VotersOn(a, c) \cup Byzantine) THEN VotersOn(a, c) ELSE {}]
    /\ watermark' = [v \in Honest |-> IF a[v] = {} THEN watermark[v]
                                      ELSE LET c == CHOOSE c \in a[v] : TRUE
                                           IN  Raised(watermark[v], chains[c].current.epoch, epoch)]
    /\ votes' = IF KeepVotes THEN votes \cup {HonestVote(v, c, epoch, chains[c]) : <<v, c>> \in
                                                  {vc \in Honest \X Chains : vc[1] \in VotersOn(a, vc[2])}}
                ELSE {}
    /\ UNCHANGED fork

Pairs(first, second) == {[c \in Chains |-> IF c = 1 THEN x ELSE y] : x \in first, y \in second}
Next == /\ epoch <= LastEpoch
        /\ \E a \in Assignments :
           \E timely \in Pairs(Counted(VotersOn(a, 1)), Counted(VotersOn(a, 2))),
              late \in Pairs(Counted(withheld[1]), Counted(withheld[2])) :
               /\ epoch < fork => timely[1] = timely[2] /\ late[1] = late[2]
               /\ EndOfEpoch(a, late, timely)
Spec == Init /\ [][Next]_vars

------------------------------------------------------------------------------
NoConflict == \A c, d \in Chains : LET f == chains[c].finalized  g == chains[d].finalized
                                   IN  f.epoch > 0 /\ f.epoch <= g.epoch => Target(d, f.epoch) = f
(* A view that knows both chains has the later of the two final checkpoints: it never moves to another branch. *)
View == IF chains[1].finalized.epoch >= chains[2].finalized.epoch THEN 1 ELSE 2
FinalizedNeverReverts ==
    [][LET f == chains[View].finalized IN chains'[View'].finalized.epoch >= f.epoch
                                          /\ (f.epoch > 0 => Target(View', f.epoch) = f)]_vars
NoHonestOffence == Offenders(votes) = {}

(* Witnesses, to be violated. *)
NothingFinalAfterTheFork == \A c \in Chains : chains[c].finalized.epoch < fork
NoJustifiedOnBoth == \E c \in Chains : chains[c].current.epoch < fork
NobodyChangesChains == \A v \in Honest : \A x, y \in votes :
                           x.validator = v /\ y.validator = v /\ x.target.epoch >= fork /\ y.target.epoch >= fork
                           => x.target.root \div 100 = y.target.root \div 100

------------------------------------------------------------------------------
(* Liveness. All honest validators vote on the chain with the latest justified checkpoint, in the epochs from now on; the
   Byzantine do not. `pattern` says of each epoch whether the chain counts the votes in time ("T") or late ("L").           *)
Best == IF chains[1].current.epoch >= chains[2].current.epoch THEN 1 ELSE 2

RECURSIVE Continued(_, _, _, _, _, _)
Continued(chain, marks, signed, e, pattern, late) ==
    IF pattern = << >> /\ late = {} THEN [ok |-> TRUE, chain |-> chain, signed |-> signed]
    ELSE IF pattern = << >> THEN [ok |-> TRUE, chain |-> After(chain, Best, e, late, {}), signed |-> signed]
    ELSE IF \E v \in Honest : ~MaySign(marks[v], chain.current.epoch, e) THEN [ok |-> FALSE]
    ELSE LET timely == Head(pattern) = "T"
         IN  Continued(After(chain, Best, e, late, IF timely THEN Honest ELSE {}),
                       [v \in Honest |-> Raised(marks[v], chain.current.epoch, e)],
                       signed \cup {HonestVote(v, Best, e, chain) : v \in Honest},
                       e + 1, Tail(pattern), IF timely THEN {} ELSE Honest)

Finalizes(pattern) ==
    epoch > GenesisEpoch + 1 =>
    LET result == Continued(chains[Best], watermark, votes, epoch, pattern, {})
    IN  /\ result.ok
        /\ result.chain.finalized = Target(Best, epoch)           \* new, and the first of the continuation
        /\ Offenders(result.signed) = {}
FinalizesTimely == Finalizes(<<"T", "T">>)                        \* by rule 4
FinalizesWhereTheSecondIsLate == Finalizes(<<"T", "L">>)          \* by rule 2
FinalizesWhereTwoAreLate == Finalizes(<<"L", "L", "T">>)          \* by rule 3
FinalizesAllLate == Finalizes(<<"L", "L", "L">>)                  \* by rule 1
=============================================================================
