------------------------------ MODULE BlockTree ------------------------------
(* The known blocks of a store (FC-03): `blocks` is a function from roots, `anchor` the root behind which nothing is
   known. A block is [parent, slot, proposer, votes, slashings]; votes and slashings are sequences. *)
EXTENDS Types

CONSTANT MinSeedLookahead  \* MIN_SEED_LOOKAHEAD

AnchorBlock == [parent |-> NoRoot, slot |-> 0, proposer |-> 0, votes |-> <<>>, slashings |-> <<>>]

Known(store, root) == root \in DOMAIN store.blocks
BlockSlot(store, root) == store.blocks[root].slot
Parent(store, root) == store.blocks[root].parent
Children(store, root) == {r \in DOMAIN store.blocks : r # store.anchor /\ Parent(store, r) = root}

(* FC-14 *)
RECURSIVE GetAncestor(_, _, _)
GetAncestor(store, root, slot) ==
    IF BlockSlot(store, root) <= slot \/ root = store.anchor
    THEN root
    ELSE GetAncestor(store, Parent(store, root), slot)

GetCheckpointBlock(store, root, epoch) == GetAncestor(store, root, StartSlot(epoch))

(* `root` is `ancestor` or descends from it. *)
Descends(store, root, ancestor) == GetAncestor(store, root, BlockSlot(store, ancestor)) = ancestor

(* That checkpoint is on the chain of `root`: what FC-19, FC-33, FC-43 and FC-59 ask of the finalized one. *)
OnChainOf(store, checkpoint, root) == GetCheckpointBlock(store, root, checkpoint.epoch) = checkpoint.root

(* FC-24 *)
GetShufflingDependentRoot(store, root, epoch) ==
    GetAncestor(store, root, IF epoch > MinSeedLookahead THEN StartSlot(epoch - MinSeedLookahead) - 1 ELSE 0)
=============================================================================
