#include "node/api/event_values.h"

#include <algorithm>
#include <array>

#include "node/kernel/accounts/address.h"
#include "node/types/encoding.h"

namespace touchstone::node::api {

namespace {

/// By selector, from 1 on.
constexpr std::array<std::string_view, 7> kStakeOperations{
    "register_validator", "edit_validator", "exit_validator", "delegate", "undelegate", "withdraw", "claim_commission"};

/// Null for an event of something else.
Json stake_json(const Event& event, const Parameters& parameters) {
    const std::size_t selector = event.topic.bytes[0];
    const bool only_selector = std::all_of(event.topic.bytes.begin() + 1, event.topic.bytes.end(),
                                           [](std::uint8_t byte) { return byte == 0; });
    if (!event.emitter.is_zero() || !only_selector || selector == 0 || selector > kStakeOperations.size()) {
        return nullptr;
    }
    const auto stake = decode<StakeEvent>(event.data, parameters);
    if (!stake.ok()) return nullptr;
    return {{"operation", kStakeOperations[selector - 1]},
            {"validator_index", to_json(stake->index.value())},
            {"amount", to_json(stake->amount)},
            {"number", to_json(stake->number)}};
}

}  // namespace

rpc::Type event_type() {
    const rpc::Type operation = rpc::choice_of("StakeOperation", "what was done with stake",
                                               {kStakeOperations.begin(), kStakeOperations.end()});
    const rpc::Type stake = rpc::object("StakeEvent", "an event of a stake operation in words",
                                        {{"operation", operation},
                                         {"validator_index", kUint64},
                                         {"amount", kAmount, "that left or reached the account"},
                                         {"number", kUint64, "of the queue's item"}});
    return rpc::object("Event", "what a transaction tells of itself",
                       {{"emitter", kAddressText, "zero for the protocol itself"},
                        {"topic", kRoot},
                        {"data", kBytes},
                        {"stake", rpc::nullable(stake), "null for an event of something else"}});
}

Json events_json(std::span<const Event> events, const Parameters& parameters) {
    Json list = Json::array();
    for (const Event& event : events) {
        list.push_back({{"emitter", address_to_text(event.emitter)},
                        {"topic", to_json(event.topic)},
                        {"data", "0x" + to_hex(event.data)},
                        {"stake", stake_json(event, parameters)}});
    }
    return list;
}

}  // namespace touchstone::node::api
