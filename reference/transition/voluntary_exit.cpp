#include "reference/transition/voluntary_exit.h"

#include "reference/signatures/bls.h"
#include "reference/signatures/domains.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

Result<void> process_voluntary_exit(ConsensusState& state, const SignedVoluntaryExit& signed_exit) {
    const VoluntaryExit& exit = signed_exit.message;
    const Epoch epoch = get_current_epoch(state);
    REQUIRE(exit.validator_index < state.validators.size(), Clause::EXI_01);
    const Validator& validator = state.validators[exit.validator_index.value];
    REQUIRE(is_active_validator(validator, epoch), Clause::EXI_02);
    REQUIRE(validator.exit_request_epoch == FAR_FUTURE_EPOCH, Clause::EXI_03);
    REQUIRE(epoch >= exit.epoch, Clause::EXI_04);
    REQUIRE(epoch >= validator.activation_epoch + state.config.SHARD_COMMITTEE_PERIOD, Clause::EXI_05);
    const Domain domain = get_domain(state, DOMAIN_VOLUNTARY_EXIT, exit.epoch);
    REQUIRE(bls_verify(validator.pubkey, compute_signing_root(exit, domain, state.config), signed_exit.signature),
            Clause::EXI_06);
    CHECK(initiate_validator_exit(state, exit.validator_index));  // [EXI-07]
    return {};
}

}  // namespace touchstone::reference
