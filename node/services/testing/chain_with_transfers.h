// Blocks with transfers, and some with stake that comes and leaves, long enough to become final, as a node would get
// them.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "node/kernel/execution/transaction.h"
#include "node/kernel/stake/ledger.h"
#include "node/kernel/test_chain.h"
#include "node/services/chain.h"
#include "node/services/testing/silent_ports.h"

namespace touchstone::node {

/// Made once: it takes a while. In every slot account i mod kSenders pays an address that had nothing, and the block
/// has the votes of the slot before. Until slot 2 kStakers others delegate, and take back what has come into a pool.
/// At kForkSlot there is a second block, on the block before the last one, with the
/// transfer of kForkSlot - 1 again and one that no other block has.
class ChainWithTransfers {
  public:
    static constexpr std::uint64_t kSlots = 44;
    static constexpr std::uint64_t kForkSlot = 10;
    static constexpr std::size_t kSenders = 4;
    static constexpr std::size_t kStakers = 8;  // after the senders; each with the validator of its number
    static constexpr std::size_t kAccounts = 500;

    static const ChainWithTransfers& get() {
        static const ChainWithTransfers chain;
        return chain;
    }

    const TestChain& test_chain() const { return chain_; }
    /// In the order in which they come: that of the fork after its slot's other one.
    const std::vector<SignedBlock>& blocks() const { return blocks_; }
    const SignedBlock& block_of(std::uint64_t slot) const { return blocks_[slot - (slot > kForkSlot ? 0 : 1)]; }
    const SignedBlock& fork_block() const { return blocks_[kForkSlot]; }

    Root root_of(const SignedBlock& block) const { return hash_tree_root(block.message, chain_.parameters()); }
    Root id_of(const SignedBlock& block, std::size_t index) const {
        return transaction_id(block.message.body.transactions[index].message, chain_.parameters());
    }
    static Address recipient_of(std::uint64_t slot) {
        Address address;
        address.bytes.fill(0x77);
        address.bytes[31] = static_cast<std::uint8_t>(slot);
        return address;
    }
    static Amount amount_of(std::uint64_t slot) { return Amount(1000 + slot); }

  private:
    ChainWithTransfers()
        : chain_(MINIMAL, 16, Amount(32'000'000'000), kAccounts), tip_(chain_.genesis_state()), parent_(tip_) {
        for (std::uint64_t slot = 1; slot <= kSlots; ++slot) {
            const State before = parent_;
            const SignedBlock block = next_block(tip_, Slot(slot), transactions(tip_, slot));
            parent_ = tip_;
            tip_ = post_state(tip_, block);
            blocks_.push_back(block);
            if (slot != kForkSlot) continue;
            const SignedTransaction& again = block_of(slot - 1).message.body.transactions[0];
            blocks_.push_back(next_block(before, Slot(slot), {again, transfer(before, 99)}));
        }
    }

    std::vector<SignedTransaction> transactions(const State& state, std::uint64_t slot) const {
        std::vector<SignedTransaction> made{transfer(state, slot)};
        const ValidatorIndex validator(slot % kStakers);
        const std::size_t staker = kSenders + slot % kStakers;
        EntryOverlay entries(state.tree());
        const std::uint64_t held = read_shares(entries, validator, chain_.account_address(staker));
        if (held != 0) {
            made.push_back(stake(state, staker, Undelegate{validator, held}));
        } else if (slot <= 2 * kStakers) {
            made.push_back(stake(state, staker, Delegate{validator, Amount(2 * GRAINS_PER_TST)}));
        }
        return made;
    }

    SignedTransaction stake(const State& state, std::size_t staker, Payload payload) const {
        SignedTransaction made = chain_.unsigned_transfer(state, staker, {}, {});
        made.message.payload = std::move(payload);
        made.message.gas_limit = intrinsic_gas(made, chain_.parameters());
        chain_.sign(state, staker, made);
        return made;
    }

    SignedTransaction transfer(const State& state, std::uint64_t number) const {
        const std::size_t sender = number % kSenders;
        SignedTransaction made = chain_.unsigned_transfer(state, sender, recipient_of(number), amount_of(number));
        made.message.gas_limit += chain_.parameters().GAS_NEW_ACCOUNT;
        // The epoch in which the block will be has the same fork of the specification.
        chain_.sign(state, sender, made);
        return made;
    }

    SignedBlock next_block(const State& state, Slot slot, const std::vector<SignedTransaction>& transactions) const {
        const auto votes = state.slot().value() == 0 ? std::vector<Attestation>() : chain_.attest(state, slot - 1);
        SignedBlock block = chain_.make_block(state, slot,
                                              {.proposer_slashings = {},
                                               .attester_slashings = {},
                                               .attestations = votes,
                                               .voluntary_exits = {},
                                               .transactions = transactions});
        if (block.message.body.transactions.size() != transactions.size()) std::abort();
        return block;
    }

    State post_state(const State& state, const SignedBlock& block) const {
        SignatureSets sets;
        auto executed = execute_block(chain_.environment(), state, block, sets);
        if (!executed.ok()) std::abort();
        return std::move(executed->state);
    }

    TestChain chain_;
    std::vector<SignedBlock> blocks_;
    State tip_;
    State parent_;
};

/// A node's chain over a store, fed by hand.
class FedChain {
  public:
    explicit FedChain(Store& store) {
        const TestChain& chain = ChainWithTransfers::get().test_chain();
        auto opened = Chain::open({chain.environment(), clock_, store, silence_, silence_}, chain.genesis_state());
        if (auto* made = std::get_if<std::unique_ptr<Chain>>(&opened)) chain_ = std::move(*made);
        if (const auto* fault = std::get_if<std::string>(&opened)) fault_ = *fault;
    }

    /// Null if it could not be opened.
    Chain* chain() { return chain_.get(); }
    const std::string& fault() const { return fault_; }

    /// At the start of its slot, with its signatures taken on trust. False: it was refused or could not be written.
    bool feed(const SignedBlock& block) {
        clock_.time_ms = ChainWithTransfers::get().test_chain().slot_time_ms(block.message.slot);
        chain_->tick();
        auto checked = chain_->fork_choice().check_block(block);
        if (!checked.ok()) return false;
        auto verified = std::move(*checked).with_signatures(trust_all);
        return verified.ok() && chain_->import_block(std::move(*verified), trust_all).ok() && chain_->commit();
    }

    /// The blocks that it has come first.
    std::size_t known_blocks() const {
        const auto& blocks = ChainWithTransfers::get().blocks();
        const auto unknown = std::ranges::find_if(blocks, [&](const SignedBlock& block) {
            const Root root = ChainWithTransfers::get().root_of(block);
            return !chain_->contains(root) && !chain_->stored_block(root);
        });
        return static_cast<std::size_t>(unknown - blocks.begin());
    }

  private:
    class HandClock final : public Clock {
      public:
        std::uint64_t now_ms() const override { return time_ms; }
        std::uint64_t time_ms = 0;
    };

    HandClock clock_;
    SilentEvents silence_;
    std::unique_ptr<Chain> chain_;
    std::string fault_;
};

}  // namespace touchstone::node
