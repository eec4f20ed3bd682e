// Page 17: stake operations, the payloads of selectors 1 to 7.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// How an operation ended. It looks before it changes anything: what fails has nothing to undo.
struct StakeOutcome {
    std::uint8_t status = 0;
    /// Of an operation that succeeded [STK-08].
    StakeEvent event;
};

Result<StakeOutcome> process_register_validator(ConsensusState& state, const Address& sender,
                                                const RegisterValidator& payload);
Result<StakeOutcome> process_edit_validator(ConsensusState& state, const Address& sender, const EditValidator& payload);
Result<StakeOutcome> process_exit_validator(ConsensusState& state, const Address& sender, const ExitValidator& payload);
Result<StakeOutcome> process_delegate(ConsensusState& state, const Address& sender, const Delegate& payload);
Result<StakeOutcome> process_undelegate(ConsensusState& state, const Address& sender, const Undelegate& payload);
Result<StakeOutcome> process_withdraw(ConsensusState& state, const Address& sender, const Withdraw& payload);
Result<StakeOutcome> process_claim_commission(ConsensusState& state, const Address& sender,
                                              const ClaimCommission& payload);

/// Executes the payload of a transaction that is one of these. `tree_root` follows.
Result<StakeOutcome> process_stake_operation(ConsensusState& state, const Address& sender, const Payload& payload);

/// [STK-08]
Event stake_event(const Payload& payload, const StakeEvent& event, const Parameters& config);

}  // namespace touchstone::reference
