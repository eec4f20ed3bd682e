#include "reference/transition/block.h"

#include "reference/entries/entries.h"
#include "reference/execution/fees.h"
#include "reference/execution/transaction.h"
#include "reference/signatures/bls.h"
#include "reference/signatures/domains.h"
#include "reference/transition/attestation.h"
#include "reference/transition/slashing.h"
#include "reference/transition/voluntary_exit.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {

// [BLK-02]
Result<void> process_block(ConsensusState& state, const SignedBlock& signed_block, bool verify_signature) {
    const Block& block = signed_block.message;
    const SharedEntries before = state.entries;
    CHECK(process_block_header(state, block));
    if (verify_signature) CHECK(verify_block_signature(state, signed_block));
    CHECK(process_randao(state, block.body));
    CHECK(process_operations(state, block.body));
    CHECK(process_transactions(state, block));
    update_tree_root(state, before);
    return {};
}

Result<void> process_block_header(ConsensusState& state, const Block& block) {
    REQUIRE(block.slot == state.slot && block.slot > state.latest_block_header.slot, Clause::BLK_03);
    REQUIRE(block.proposer_index == get_beacon_proposer_index(state), Clause::BLK_04);
    REQUIRE(block.parent_root == hash_tree_root(state.latest_block_header, state.config), Clause::BLK_05);
    REQUIRE(!state.validators[block.proposer_index.value].slashed, Clause::BLK_06);
    state.latest_block_header = {
        .slot = block.slot,
        .proposer_index = block.proposer_index,
        .parent_root = block.parent_root,
        .state_root = Root{},
        .body_root = hash_tree_root(block.body, state.config),
    };
    return {};
}

Result<void> verify_block_signature(const ConsensusState& state, const SignedBlock& signed_block) {
    const Block& block = signed_block.message;
    REQUIRE(block.proposer_index < state.validators.size(), Clause::BLK_07);
    const Domain domain = get_domain(state, DOMAIN_PROPOSER, get_current_epoch(state));
    REQUIRE(bls_verify(state.validators[block.proposer_index.value].pubkey,
                       compute_signing_root(block, domain, state.config), signed_block.signature),
            Clause::BLK_07);
    return {};
}

Result<void> process_randao(ConsensusState& state, const BlockBody& body) {
    const Epoch epoch = get_current_epoch(state);
    const Validator& proposer = state.validators[get_beacon_proposer_index(state).value];
    const Domain domain = get_domain(state, DOMAIN_RANDAO, epoch);
    REQUIRE(bls_verify(proposer.pubkey, compute_signing_root(epoch, domain, state.config), body.randao_reveal),
            Clause::BLK_09);
    Hash& mix = state.randao_mixes[epoch % state.config.EPOCHS_PER_HISTORICAL_VECTOR];
    const Hash revealed = hash(body.randao_reveal.bytes);  // [BLK-10]
    for (std::size_t i = 0; i < mix.bytes.size(); ++i)
        mix.bytes[i] ^= revealed.bytes[i];
    return {};
}

Result<void> process_operations(ConsensusState& state, const BlockBody& body) {
    for (const ProposerSlashing& slashing : body.proposer_slashings)
        CHECK(process_proposer_slashing(state, slashing));
    for (const AttesterSlashing& slashing : body.attester_slashings)
        CHECK(process_attester_slashing(state, slashing));
    for (const Attestation& attestation : body.attestations)
        CHECK(process_attestation(state, attestation));
    for (const SignedVoluntaryExit& exit : body.voluntary_exits)
        CHECK(process_voluntary_exit(state, exit));
    return {};
}

// [BLK-14]
Result<ExecutedTransactions> execute_transactions(ConsensusState& state,
                                                  const std::vector<SignedTransaction>& transactions) {
    ExecutedTransactions executed;
    for (const SignedTransaction& transaction : transactions) {
        // [TXN-06] The gas of the transactions before is at most the limit of a block.
        TRY(const ProcessedTransaction processed,
            process_transaction(state, transaction, static_cast<std::uint64_t>(executed.gas_used)));
        executed.gas_used += processed.receipt.gas_used;
        executed.tips += processed.tip.value;
        executed.receipts.receipts.push_back(processed.receipt);
    }
    return executed;
}

Result<Receipts> process_transactions(ConsensusState& state, const Block& block) {
    TRY(ExecutedTransactions executed, execute_transactions(state, block.body.transactions));
    REQUIRE(block.body.receipts_root == hash_tree_root(executed.receipts, state.config), Clause::BLK_11);
    CHECK(credit_tips(state, block.proposer_index, executed.tips));  // [BLK-13]
    TRY(state.gas_used, store<std::uint64_t>(executed.gas_used));
    TRY(state.base_fee, next_base_fee(state.base_fee, state.gas_used, state.config));
    return std::move(executed.receipts);
}

}  // namespace touchstone::reference
