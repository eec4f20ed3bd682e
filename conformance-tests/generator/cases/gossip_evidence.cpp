// Gossip of proposer and attester slashings [NET-48] to [NET-51].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/gossip.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Indices = std::vector<std::uint64_t>;

const std::string kProposer = "proposer_slashing";
const std::string kAttester = "attester_slashing";

const ConsensusState& genesis() { return gossip_genesis()->post; }

GossipScenario start(Suite& suite, const std::string& handler, const std::string& name, const std::string& shows,
                     std::vector<std::string> clauses) {
    return {suite, handler, {name, shows, std::move(clauses)}, gossip_genesis()};
}

ProposerSlashing blocks(std::uint64_t proposer, std::uint64_t slot) { return two_blocks_of(genesis(), proposer, slot); }
AttesterSlashing votes(const Indices& indices, std::uint64_t target) {
    return two_votes_of(genesis(), indices, target);
}
IndexedAttestation vote(const Indices& indices, std::uint64_t source, std::uint64_t target, std::uint8_t head = 0) {
    return vote_of(genesis(), indices, source, target, head);
}

void add_proposers_seen(Suite& suite) {
    start(suite, kProposer, "older_offences", "of a proposer, only evidence of an older epoch tells something new",
          {"NET-48", "NET-49"})
        .tick(32)
        .accepts(kProposer, blocks(3, 25))
        .ignores("NET-48", kProposer, blocks(3, 25))
        .ignores("NET-48", kProposer, blocks(3, 24))  // an older slot of the same epoch
        .ignores("NET-48", kProposer, blocks(3, 31))
        .ignores("NET-48", kProposer, blocks(3, 32))
        .accepts(kProposer, blocks(3, 15))
        .ignores("NET-48", kProposer, blocks(3, 8))
        .ignores("NET-48", kProposer, blocks(3, 16))  // newer than the oldest, though older than the first
        .accepts(kProposer, blocks(3, 0))
        .accepts(kProposer, blocks(4, 25))
        .finish();
    ProposerSlashing forged = blocks(3, 8);
    forged.signed_header_2.signature = forged.signed_header_1.signature;
    start(suite, kProposer, "not_seen_by_its_faults", "evidence that was not accepted hides none", {"NET-48", "NET-49"})
        .tick(32)
        .rejects("PSL-07", kProposer, forged)
        .accepts(kProposer, blocks(3, 25))
        .rejects("PSL-07", kProposer, forged)
        .accepts(kProposer, blocks(3, 8))
        .ignores("NET-48", kProposer, forged)
        .finish();
    start(suite, kProposer, "apart_from_attesters", "offences of proposers and of attesters are remembered apart",
          {"NET-48", "NET-50"})
        .tick(32)
        .accepts(kProposer, blocks(3, 8))
        .accepts(kAttester, votes({3}, 3))
        .ignores("NET-50", kAttester, votes({3}, 3))
        .ignores("NET-48", kProposer, blocks(3, 8))
        .finish();
}

void add_proposer_conditions(Suite& suite) {
    const auto changed = [](const std::function<void(ProposerSlashing&)>& change) {
        ProposerSlashing slashing = blocks(5, 8);
        change(slashing);
        for (ref::SignedBlockHeader* header : {&slashing.signed_header_1, &slashing.signed_header_2}) {
            const Epoch epoch{header->message.slot.value / 8};
            header->signature = sign(header->message.proposer_index,
                                     signing_root(genesis(), header->message, ref::DOMAIN_PROPOSER, epoch));
        }
        return slashing;
    };
    start(suite, kProposer, "no_evidence", "headers that are no evidence against anybody",
          {"NET-49", "PSL-01", "PSL-02", "PSL-03", "PSL-04"})
        .tick(32)
        .rejects("PSL-01", kProposer, changed([](auto& s) { s.signed_header_2.message.slot = Slot{9}; }))
        .rejects("PSL-02", kProposer,
                 changed([](auto& s) { s.signed_header_2.message.proposer_index = ValidatorIndex{6}; }))
        .rejects("PSL-03", kProposer, changed([](auto& s) { s.signed_header_2 = s.signed_header_1; }))
        .rejects("PSL-04", kProposer, blocks(32, 8))
        .rejects("PSL-04", kProposer, blocks(UINT64_MAX, 8))
        .accepts(kProposer, blocks(5, 8))
        .finish();
    const auto with = [](const BLSSignature& left, const BLSSignature& right) {
        ProposerSlashing slashing = blocks(5, 8);
        slashing.signed_header_1.signature = left;
        slashing.signed_header_2.signature = right;
        return slashing;
    };
    const ProposerSlashing good = blocks(5, 8);
    const BLSSignature& first = good.signed_header_1.signature;
    const BLSSignature& second = good.signed_header_2.signature;
    start(suite, kProposer, "signature_wrong", "either signature does not verify", {"NET-49", "PSL-07"})
        .tick(32)
        .rejects("PSL-07", kProposer, with({}, second))
        .rejects("PSL-07", kProposer, with(first, infinity_signature()))
        .rejects("PSL-07", kProposer, with(second, first))
        .accepts(kProposer, with(first, second))
        .finish();
    BlockBody body;
    body.proposer_slashings = {blocks(5, 9)};
    const NodePointer punished = child(gossip_genesis(), 16, body);
    ProposerSlashing forged = blocks(5, 10);
    forged.signed_header_1.signature = {};
    start(suite, kProposer, "slashed_in_the_head",
          "who is slashed in the head's state, for this offence or an older one", {"NET-49", "PSL-05", "NET-07"})
        .tick(17)
        .imports(punished)
        .ignores("PSL-05", kProposer, blocks(5, 10))
        .ignores("PSL-05", kProposer, forged)  // also PSL-07
        .accepts(kProposer, blocks(5, 7))
        .accepts(kProposer, blocks(6, 10))
        .finish();
}

/// A chain on which evidence is valid for four epochs.
NodePointer forgetful() {
    static const NodePointer made =
        genesis_node(genesis_state({.validators = 32, .config = minimal_with([](Parameters& c) {
                                                          c.UNBONDING_EPOCHS = 1;
                                                          c.MAX_EVIDENCE_AGE = 4;
                                                      })}));
    return made;
}

void add_ages(Suite& suite) {
    const ConsensusState& state = forgetful()->post;
    GossipScenario(suite, kProposer,
                   {"too_old", "evidence to the last moment of its age, and after it", {"NET-49", "PSL-06", "NET-09"}},
                   forgetful())
        .tick(39, 1999)
        .accepts(kProposer, two_blocks_of(state, 5, 7))
        .tick(40)
        .ignores("PSL-06", kProposer, two_blocks_of(state, 6, 7))
        .accepts(kProposer, two_blocks_of(state, 6, 8))
        .finish();
    GossipScenario(suite, kAttester,
                   {"too_old", "evidence to the last moment of its age, and after it", {"NET-51", "ASL-03", "NET-09"}},
                   forgetful())
        .tick(39, 1999)
        .accepts(kAttester, two_votes_of(state, {5}, 0))
        .tick(40)
        .ignores("ASL-03", kAttester, two_votes_of(state, {6}, 0))
        .accepts(kAttester, two_votes_of(state, {6}, 1))
        .finish();
}

void add_attesters_seen(Suite& suite) {
    start(suite, kAttester, "older_offences", "of an attester, only evidence of an older epoch tells something new",
          {"NET-50", "NET-51"})
        .tick(32)
        .accepts(kAttester, votes({3}, 3))
        .ignores("NET-50", kAttester, votes({3}, 3))
        .ignores("NET-50", kAttester, votes({3}, 4))
        .accepts(kAttester, votes({3}, 1))
        .ignores("NET-50", kAttester, votes({3}, 2))  // newer than the oldest, though older than the first
        .accepts(kAttester, votes({3}, 0))
        .finish();
    start(suite, kAttester, "one_index_is_enough", "one index of which it tells something new", {"NET-50"})
        .tick(32)
        .accepts(kAttester, votes({1, 2}, 3))
        .ignores("NET-50", kAttester, votes({1}, 3))
        .ignores("NET-50", kAttester, votes({2}, 3))
        .accepts(kAttester, votes({1, 2, 5}, 4))  // 5 is new
        .ignores("NET-50", kAttester, votes({1, 2, 5}, 4))
        .accepts(kAttester, votes({1, 5}, 3))  // older for 5
        .ignores("NET-50", kAttester, votes({1, 2, 5}, 3))
        .accepts(kAttester, votes({2}, 1))
        .accepts(kAttester, votes({1, 2}, 2))  // older for 1, newer for 2
        .ignores("NET-50", kAttester, votes({2}, 1))
        .finish();
    start(suite, kAttester, "only_who_is_in_both", "an index in one of the two votes does not count", {"NET-50"})
        .tick(32)
        .ignores("NET-50", kAttester, AttesterSlashing{vote({1}, 0, 3, 1), vote({7}, 0, 3, 2)})
        .ignores("NET-50", kAttester, AttesterSlashing{vote({}, 0, 3, 1), vote({}, 0, 3, 2)})
        .accepts(kAttester, AttesterSlashing{vote({1, 2}, 0, 3, 1), vote({2, 7}, 0, 3, 2)})
        .ignores("NET-50", kAttester, votes({2}, 3))
        .accepts(kAttester, votes({1}, 4))
        .accepts(kAttester, votes({7}, 4))
        .finish();
    const IndexedAttestation outer = vote({3}, 0, 3);
    const IndexedAttestation inner = vote({3}, 1, 2);
    start(suite, kAttester, "smaller_of_two_targets", "of a surrounding vote and the other, the smaller target counts",
          {"NET-50"})
        .tick(32)
        .accepts(kAttester, votes({3}, 3))
        .accepts(kAttester, AttesterSlashing{outer, inner})
        .ignores("NET-50", kAttester, AttesterSlashing{inner, outer})
        .ignores("NET-50", kAttester, votes({3}, 2))
        .accepts(kAttester, votes({3}, 1))
        .finish();
    AttesterSlashing forged = votes({1, 2}, 1);
    forged.attestation_2.signature = forged.attestation_1.signature;
    start(suite, kAttester, "not_seen_by_its_faults", "evidence that was not accepted hides none", {"NET-50", "NET-51"})
        .tick(32)
        .rejects("ATT-12", kAttester, forged)
        .accepts(kAttester, votes({1, 2}, 3))
        .rejects("ATT-12", kAttester, forged)
        .accepts(kAttester, votes({1, 2}, 1))
        .ignores("NET-50", kAttester, forged)
        .finish();
}

void add_attester_conditions(Suite& suite) {
    const auto twice = [](const Indices& indices) {
        AttesterSlashing slashing = votes({3, 4}, 1);
        for (IndexedAttestation* attestation : {&slashing.attestation_1, &slashing.attestation_2}) {
            attestation->attesting_indices.clear();
            for (const std::uint64_t index : indices)
                attestation->attesting_indices.emplace_back(index);
        }
        return slashing;
    };
    start(suite, kAttester, "no_evidence", "votes that are no evidence against anybody",
          {"NET-51", "ASL-02", "ASL-04", "ATT-10", "ATT-11"})
        .tick(32)
        .rejects("ASL-02", kAttester, AttesterSlashing{vote({3}, 0, 1), vote({3}, 0, 1)})
        .rejects("ASL-02", kAttester, AttesterSlashing{vote({3}, 0, 1), vote({3}, 1, 2)})
        .rejects("ATT-10", kAttester, twice({4, 3}))
        .rejects("ATT-10", kAttester, twice({3, 3, 4}))
        .rejects("ATT-11", kAttester, votes({3, 32}, 1))
        .rejects("ATT-11", kAttester, votes({UINT64_MAX}, 1))
        .accepts(kAttester, twice({3, 4}))
        .finish();
    const auto with = [](const BLSSignature& left, const BLSSignature& right) {
        AttesterSlashing slashing = votes({3, 4}, 1);
        slashing.attestation_1.signature = left;
        slashing.attestation_2.signature = right;
        return slashing;
    };
    const AttesterSlashing good = votes({3, 4}, 1);
    const BLSSignature& first = good.attestation_1.signature;
    const BLSSignature& second = good.attestation_2.signature;
    start(suite, kAttester, "signature_wrong", "either signature does not verify", {"NET-51", "ATT-12"})
        .tick(32)
        .rejects("ATT-12", kAttester, with({}, second))
        .rejects("ATT-12", kAttester, with(first, infinity_signature()))
        .rejects("ATT-12", kAttester, with(second, first))
        .rejects("ATT-12", kAttester, with(first, vote({3}, 0, 1, 2).signature))
        .accepts(kAttester, with(first, second))
        .finish();
    BlockBody body;
    body.attester_slashings = {votes({3, 4}, 1)};
    const NodePointer punished = child(gossip_genesis(), 16, body);
    AttesterSlashing forged = votes({3}, 1);
    forged.attestation_1.signature = {};
    start(suite, kAttester, "slashed_in_the_head", "who is slashed in the head's state: no signature is looked at",
          {"NET-51", "ASL-06", "NET-07"})
        .tick(17)
        .imports(punished)
        .ignores("ASL-06", kAttester, votes({3}, 1))
        .ignores("ASL-06", kAttester, votes({3, 4}, 2))
        .ignores("ASL-06", kAttester, forged)  // also ATT-12
        .rejects("ASL-02", kAttester, AttesterSlashing{vote({3}, 0, 1), vote({3}, 0, 1)})
        .rejects("ATT-10", kAttester, twice({4, 3}))
        .accepts(kAttester, votes({3, 9}, 1))
        .accepts(kAttester, votes({4}, 0))
        .finish();
}

}  // namespace

void add_gossip_of_evidence(Suite& suite) {
    if (!suite.wants("gossip")) return;
    add_proposers_seen(suite);
    add_proposer_conditions(suite);
    add_ages(suite);
    add_attesters_seen(suite);
    add_attester_conditions(suite);
}

}  // namespace touchstone::vectors
