// What an epoch's end prepares for the epochs after it: proposers [EPO-02], effective stakes [EFF-01], and the vectors
// that begin anew [RES-01].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/epochs.h"
#include "reference/transition/epoch.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

void add_lookahead(Suite& suite) {
    const auto with = [&](const Title& title, const ConsensusState& pre, const Expected& expected = std::nullopt) {
        add_epoch_step(suite, "proposer_lookahead", ref::process_proposer_lookahead, title, pre, expected);
    };
    const std::vector<std::string> clauses{"EPO-02", "COM-08", "COM-09"};
    with({"genesis_epoch", "at the end of epoch 0 the proposers of epoch 2 are appended", clauses}, empty_end_of(0));
    with({"busy_chain", "with a mix of reveals", clauses}, end_of(2));
    with({"stakes_of_now", "the stakes of the ending epoch weigh", clauses}, changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 0; i < 32; ++i)
                 s.validators[i].effective_stake = tst(i < 4 ? 4096 : 16);
         }));
    with({"set_of_the_epoch_after_next", "who has left by then is not chosen, who comes by then is", clauses},
         changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 0; i < 10; ++i)
                 s.validators[i].exit_epoch = Epoch{4};
             for (std::size_t i = 10; i < 20; ++i)
                 s.validators[i].activation_epoch = Epoch{4};
             for (std::size_t i = 20; i < 32; ++i)
                 s.validators[i].exit_epoch = Epoch{5};
         }));
    with({"one_validator_left", "all slots are of the only one", clauses}, changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 1; i < 32; ++i)
                 s.validators[i].exit_epoch = Epoch{4};
         }));
    with({"no_stake_but_one_increment", "a validator without stake is never chosen", clauses},
         changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 0; i < 32; ++i)
                 s.validators[i].effective_stake = tst(i == 30 ? 1 : 0);
         }));
    with({"slashed_ones_stay", "slashed validators that are still active are chosen as before", clauses},
         changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 0; i < 32; ++i)
                 s.validators[i].slashed = true;
         }));
}

void add_effective_stakes(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, std::uint64_t effective,
                          std::vector<std::uint64_t> balances) {
        const ConsensusState pre = changed(empty_end_of(1), [&](ConsensusState& s) {
            for (std::size_t i = 0; i < balances.size(); ++i) {
                s.validators[i].effective_stake = tst(effective);
                s.balances[i] = Amount{balances[i]};
            }
        });
        add_epoch_step(suite, "effective_stake_updates", ref::process_effective_stake_updates,
                       {name, shows, {"EFF-01"}}, pre);
    };
    constexpr std::uint64_t kTst = ref::GRAINS_PER_TST;
    with("downward", "below by a quarter of an increment, by one grain more, and by one less", 100,
         {100 * kTst - kTst / 4, 100 * kTst - kTst / 4 - 1, 100 * kTst - kTst / 4 + 1, 100 * kTst, 99 * kTst,
          3 * kTst + 7});
    with("upward", "above by five quarters, by one grain more, and by one less", 100,
         {100 * kTst + 5 * kTst / 4, 100 * kTst + 5 * kTst / 4 + 1, 100 * kTst + 5 * kTst / 4 - 1, 101 * kTst,
          102 * kTst, 777 * kTst + 5});
    with("at_the_cap", "no stake counts above MAX_EFFECTIVE_STAKE", 4096,
         {4096 * kTst, 4097 * kTst, 4098 * kTst, 9999 * kTst, 4096 * kTst - kTst / 4, 4096 * kTst - kTst / 4 - 1});
    with("to_the_cap", "stake rises to the cap and not above", 4000,
         {4095 * kTst, 4096 * kTst, 4097 * kTst, 90'000 * kTst});
    with("to_zero", "balances of less than an increment count nothing", 1,
         {0, 1, kTst / 2, kTst - kTst / 4, kTst - kTst / 4 - 1, kTst});
    with("from_zero", "who had nothing counts again", 0, {0, kTst, kTst + kTst / 4, kTst + kTst / 4 + 1, 2 * kTst});
    with("greatest_balance", "a balance of 2^64 − 1", 100, {UINT64_MAX, UINT64_MAX - 1});
    const ConsensusState no_hysteresis = changed(empty_end_of(1), [&](ConsensusState& s) {
        s.config = minimal_with([](Parameters& c) { c.HYSTERESIS_QUOTIENT = c.EFFECTIVE_STAKE_INCREMENT + 1; });
        for (std::size_t i = 0; i < 4; ++i) {
            s.validators[i].effective_stake = tst(100);
            s.balances[i] = Amount{100 * kTst + i * kTst / 2 - 1};
        }
    });
    add_epoch_step(suite, "effective_stake_updates", ref::process_effective_stake_updates,
                   {"quotient_above_the_increment",
                    "a quotient above the increment: no hysteresis, one grain is enough",
                    {"EFF-01"}},
                   no_hysteresis);
}

void add_resets(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const ConsensusState& pre) {
        add_epoch_step(suite, "resets", ref::process_resets, {name, shows, {"RES-01"}}, pre);
    };
    const auto filled = [](std::uint64_t epoch) {
        return changed(end_of(3), [&](ConsensusState& s) {
            s.slot = Slot{epoch * 8 + 7};
            for (std::size_t i = 0; i < s.slashings.size(); ++i)
                s.slashings[i] = tst(i + 1);
            for (std::size_t i = 0; i < s.randao_mixes.size(); ++i)
                s.randao_mixes[i].bytes.fill(static_cast<std::uint8_t>(i));
        });
    };
    with("no_summary", "the next epoch is no multiple of eight", filled(5));
    with("summary", "the next epoch is a multiple of eight: the roots are summed up", filled(7));
    with("one_after_the_summary", "one epoch later, no summary", filled(8));
    with("window_wraps", "the windows begin again", filled(63));
    with("genesis_epoch", "the end of epoch 0", empty_end_of(0));
    with("participation_moves", "the current epoch's votes become the previous ones'", end_of(3));
}

}  // namespace

void add_epoch_preparations(Suite& suite) {
    if (!suite.wants("epoch_processing")) return;
    add_lookahead(suite);
    add_effective_stakes(suite);
    add_resets(suite);
}

}  // namespace touchstone::vectors
