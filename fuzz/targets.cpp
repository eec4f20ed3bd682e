#include "fuzz/targets.h"

#include <algorithm>
#include <array>

namespace touchstone::fuzz {

std::span<const Target> targets() {
    static constexpr std::array all{
        Target{"fuzz_containers", fuzz_containers, container_seeds, 6000},
        Target{"fuzz_generic_types", fuzz_generic_types, generic_type_seeds, 20000},
        Target{"fuzz_snappy", fuzz_snappy, snappy_seeds, 3000},
        Target{"fuzz_proofs", fuzz_proofs, proof_seeds, 5000},
        Target{"fuzz_ed25519", fuzz_ed25519, ed25519_seeds, 400},
        Target{"fuzz_addresses", fuzz_addresses, address_seeds, 20000},
        Target{"fuzz_configurations", fuzz_configurations, configuration_seeds, 5000},
        Target{"fuzz_block", fuzz_block, block_seeds, 300},
        Target{"fuzz_epoch", fuzz_epoch, epoch_seeds, 600},
        Target{"fuzz_fork_choice", fuzz_fork_choice, fork_choice_seeds, 20},
    };
    return all;
}

const Target* find_target(std::string_view name) {
    const auto found = std::ranges::find(targets(), name, &Target::name);
    return found == targets().end() ? nullptr : &*found;
}

}  // namespace touchstone::fuzz
