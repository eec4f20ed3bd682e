#include "conformance-tests/generator/model/committees_module.h"

#include <algorithm>
#include <sstream>

#include "conformance-tests/generator/model/chain_of_model.h"
#include "reference/transition/block.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors::model {

namespace ref = reference;

namespace {

std::string set_of(std::vector<ValidatorIndex> members) {
    std::ranges::sort(members);
    std::string text = "{";
    for (const ValidatorIndex member : members)
        text += (text.size() > 1 ? ", " : "") + std::to_string(member.value);
    return text + "}";
}

}  // namespace

std::string committees_module(std::uint64_t slots_per_epoch, std::uint64_t validators, std::uint64_t prefix) {
    const NodePointer anchor = anchor_of_model(slots_per_epoch, validators);
    ConsensusState state = anchor->post;
    const std::uint64_t known = (prefix + 1) / slots_per_epoch + 2;  // epochs whose committees are fixed by the prefix
    std::ostringstream committees;
    std::ostringstream proposers;
    for (std::uint64_t slot = 0; slot < known * slots_per_epoch; ++slot) {
        if (slot > 0 && slot <= prefix) {
            need(ref::process_slots(state, Slot{slot}));
            // Votes are of no matter for who votes later: stakes do not change, and the mix is of the reveals alone.
            const SignedBlock block = make_invalid_block(state, Slot{slot});
            need(ref::process_block(state, block, false));
        } else if (slot > 0) {
            need(ref::process_slots(state, Slot{slot}));
        }
        const auto members = ref::get_beacon_committee(state, Slot{slot}, CommitteeIndex{0});
        committees << (slot > 0 ? " @@ " : "") << slot << " :> " << set_of(members);
        proposers << (slot > 0 ? " @@ " : "") << slot << " :> {" << ref::get_beacon_proposer_index(state).value << "}";
    }
    std::ostringstream module;
    module
        << "---- MODULE RealCommittees ----\n"
        << "(* Made by touchstone-scenarios: who votes and proposes in the real chain. From slot "
        << known * slots_per_epoch << " on it depends on the branch. *)\n"
        << "EXTENDS Integers, TLC\n"
        << "KnownCommittee == " << committees.str() << "\n"
        << "KnownProposer == " << proposers.str() << "\n"
        << "RealCommittee == [slot \\in 0..99 |-> IF slot \\in DOMAIN KnownCommittee THEN KnownCommittee[slot] ELSE "
           "{}]\n"
        << "RealProposer == [slot \\in 0..99 |-> IF slot \\in DOMAIN KnownProposer THEN KnownProposer[slot] ELSE {0}]\n"
        << "====\n";
    return module.str();
}

}  // namespace touchstone::vectors::model
