#include "node/app/loaded_chain.h"

#include "node/app/genesis_proofs.h"
#include "node/kernel/consensus/genesis.h"

namespace touchstone::node::app {

using adapters::Fault;
using adapters::FaultKind;

namespace {

Fault unusable(const std::filesystem::path& path, const std::string& reason) {
    return {FaultKind::Genesis, "the genesis file " + path.string() + " cannot be used: " + reason};
}

std::string text_of(const Rejection& rejection) {
    return std::string(to_string(rejection.clause)) + (rejection.detail.empty() ? "" : ", " + rejection.detail);
}

Result<State> verified_state(const Environment& environment, const Genesis& genesis, Log& log) {
    GenesisProofs proofs(log);
    proofs.expect(genesis.validators.size());
    auto state = initialize_state(environment, genesis, [&](auto some) { return proofs.verify(some); });
    if (state.ok()) proofs.report_end();
    return state;
}

}  // namespace

adapters::Outcome<LoadedChain> load_chain(const std::filesystem::path& genesis_file, const ParallelFor& parallel_for,
                                          const std::optional<Root>& proved, Log& log) {
    auto file = adapters::read_genesis_file(genesis_file);
    if (!file.ok()) return file.fault();
    auto config = make_config(file->configuration.parameters);
    if (!config.ok()) return unusable(genesis_file, "its configuration is refused: " + text_of(config.rejection()));
    auto environment = std::make_unique<Environment>(Environment{*config, parallel_for});
    // The file only says which chain it is; that it is this one shows below.
    auto state = proved == file->genesis_root ? initialize_proved_state(*environment, file->genesis)
                                              : verified_state(*environment, file->genesis, log);
    if (!state.ok()) return unusable(genesis_file, "its genesis is refused: " + text_of(state.rejection()));
    const Root computed = state->consensus().genesis_root;
    if (computed != file->genesis_root) {
        return unusable(genesis_file, "it names the genesis root 0x" + to_hex(file->genesis_root) +
                                          ", but from its content follows 0x" + to_hex(computed) +
                                          "; take an unchanged copy");
    }
    return LoadedChain{std::move(*file), std::move(environment), std::move(*state)};
}

}  // namespace touchstone::node::app
