#include "node/api/value_types.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "node/kernel/accounts/address.h"

namespace touchstone::node::api {

namespace {

bool is_uint64(const Json& json) {
    if (!json.is_string()) return false;
    const auto& text = json.get_ref<const std::string&>();
    if (text.empty() || text[0] < '0' || text[0] > '9' || (text.size() > 1 && text[0] == '0')) return false;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

/// The digits are looked at, not converted.
bool is_hex(const Json& json) {
    if (!json.is_string()) return false;
    std::string_view text = json.get_ref<const std::string&>();
    if (!text.starts_with("0x") || text.size() % 2 != 0) return false;
    text.remove_prefix(2);
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

template <std::size_t N>
bool is_fixed(const Json& json) {
    return is_hex(json) && json.get_ref<const std::string&>().size() == 2 + 2 * N;
}

bool is_address_text(const Json& json) {
    return json.is_string() && address_from_text(json.get_ref<const std::string&>()).ok();
}

bool is_address(const Json& json) { return is_fixed<Address::kSize>(json) || is_address_text(json); }

bool is_parameter_list(const Json& json) {
    return json.is_object() && std::ranges::all_of(json, [](const Json& value) { return is_uint64(value); });
}

bool is_validator(const Json& json) { return is_uint64(json) || is_fixed<BlsPublicKey::kSize>(json); }

bool is_cohort(const Json& json) {
    return json.is_object() && json.size() == 5 && json.value("withdrawable", Json()).is_boolean() &&
           std::ranges::all_of(std::array{"exit_epoch", "shares", "value", "withdrawable_epoch"},
                               [&](const char* field) { return is_uint64(json.value(field, Json())); });
}

bool are_cohorts(const Json& json) { return json.is_array() && std::ranges::all_of(json, is_cohort); }

bool is_stake_event(const Json& json) {
    return json.is_object() && json.size() == 4 && json.value("operation", Json()).is_string() &&
           std::ranges::all_of(std::array{"validator_index", "amount", "number"},
                               [&](const char* field) { return is_uint64(json.value(field, Json())); });
}

bool is_event(const Json& json) {
    if (!json.is_object() || json.size() != 4 || !json.contains("stake")) return false;
    return is_address_text(json.value("emitter", Json())) && is_fixed<EventTopic::kSize>(json.value("topic", Json())) &&
           is_hex(json.value("data", Json())) && (json["stake"].is_null() || is_stake_event(json["stake"]));
}

bool are_events(const Json& json) { return json.is_array() && std::ranges::all_of(json, is_event); }

bool is_outcome(const Json& json) {
    return json.is_object() && json.size() == 3 && is_fixed<Root::kSize>(json.value("id", Json())) &&
           json.value("status", Json()).is_string() && is_uint64(json.value("gas_used", Json()));
}

bool is_peer(const Json& json) {
    if (!json.is_object() || json.size() != 8 || !json.contains("head_slot")) return false;
    const auto all = [&json](const auto& fields, const auto& is) {
        return std::ranges::all_of(fields, [&](const char* field) { return is(json.value(field, Json())); });
    };
    return all(std::array{"id", "address", "client"}, [](const Json& value) { return value.is_string(); }) &&
           all(std::array{"outbound", "trusted"}, [](const Json& value) { return value.is_boolean(); }) &&
           all(std::array{"connected_at_ms", "demerits"}, is_uint64) &&
           (json["head_slot"].is_null() || is_uint64(json["head_slot"]));
}

bool are_peers(const Json& json) { return json.is_array() && std::ranges::all_of(json, is_peer); }

bool are_outcomes(const Json& json) { return json.is_array() && std::ranges::all_of(json, is_outcome); }

}  // namespace

const rpc::ValueType kUint64{"Uint64", R"({"type":"string","pattern":"^(0|[1-9][0-9]{0,19})$"})",
                             "a number of 64 bits as a decimal string", is_uint64};
const rpc::ValueType kRoot{"Root", R"({"type":"string","pattern":"^0x[0-9a-fA-F]{64}$"})",
                           "0x and 64 hexadecimal digits", is_fixed<Root::kSize>};
const rpc::ValueType kVersion{"Version", R"({"type":"string","pattern":"^0x[0-9a-fA-F]{8}$"})",
                              "0x and 8 hexadecimal digits", is_fixed<Version::kSize>};
const rpc::ValueType kAddressText{"AddressText", R"({"type":"string","pattern":"^tst1[02-9ac-hj-np-z]{58}$"})",
                                  "an address that begins with tst1", is_address_text};
const rpc::ValueType kAddress{
    "Address", R"({"type":"string","pattern":"^(tst1[02-9ac-hj-np-z]{58}|0x[0-9a-fA-F]{64})$"})",
    "an address: tst1 and the rest with its checksum, or 0x and 64 hexadecimal digits", is_address};
const rpc::ValueType kPublicKey{"PublicKey", R"({"type":"string","pattern":"^0x[0-9a-fA-F]{96}$"})",
                                "0x and 96 hexadecimal digits", is_fixed<BlsPublicKey::kSize>};
const rpc::ValueType kValidator{
    "Validator", R"({"type":"string","pattern":"^((0|[1-9][0-9]{0,19})|0x[0-9a-fA-F]{96})$"})",
    "a validator: its index as a decimal string, or its public key: 0x and 96 hexadecimal digits", is_validator};
const rpc::ValueType kBytes{"Bytes", R"({"type":"string","pattern":"^0x([0-9a-fA-F]{2})*$"})",
                            "0x and an even number of hexadecimal digits", is_hex};
const rpc::ValueType kBoolean{"Boolean", R"({"type":"boolean"})", "true or false",
                              [](const Json& json) { return json.is_boolean(); }};
const rpc::ValueType kText{"Text", R"({"type":"string"})", "a text", [](const Json& json) { return json.is_string(); }};
const rpc::ValueType kParameterList{
    "Parameters", R"({"type":"object","additionalProperties":{"type":"string","pattern":"^(0|[1-9][0-9]{0,19})$"}})",
    "an object of numbers as decimal strings", is_parameter_list};
const rpc::ValueType kTransactionOutcomes{
    "TransactionOutcomes",
    R"({"type":"array","items":{"type":"object","required":["id","status","gas_used"],"properties":{"id":{"type":"string"},"status":{"type":"string"},"gas_used":{"type":"string"}}}})",
    "a list of objects with id, status and gas_used", are_outcomes};

const rpc::ValueType kCohorts{
    "Cohorts",
    R"({"type":"array","items":{"type":"object","required":["exit_epoch","shares","value","withdrawable_epoch","withdrawable"],"properties":{"exit_epoch":{"type":"string"},"shares":{"type":"string"},"value":{"type":"string"},"withdrawable_epoch":{"type":"string"},"withdrawable":{"type":"boolean"}}}})",
    "a list of objects with exit_epoch, shares, value, withdrawable_epoch and withdrawable", are_cohorts};
const rpc::ValueType kEvents{
    "Events",
    R"({"type":"array","items":{"type":"object","required":["emitter","topic","data","stake"],"properties":{"emitter":{"type":"string"},"topic":{"type":"string"},"data":{"type":"string"},"stake":{"type":["object","null"],"required":["operation","validator_index","amount","number"],"properties":{"operation":{"type":"string"},"validator_index":{"type":"string"},"amount":{"type":"string"},"number":{"type":"string"}}}}}})",
    "a list of objects with emitter, topic, data and stake", are_events};

const rpc::ValueType kPeers{
    "Peers",
    R"({"type":"array","items":{"type":"object","required":["id","address","outbound","trusted","client","connected_at_ms","demerits","head_slot"],"properties":{"id":{"type":"string"},"address":{"type":"string"},"outbound":{"type":"boolean"},"trusted":{"type":"boolean"},"client":{"type":"string"},"connected_at_ms":{"type":"string"},"demerits":{"type":"string"},"head_slot":{"type":["string","null"]}}}})",
    "a list of objects with id, address, outbound, trusted, client, connected_at_ms, demerits and head_slot",
    are_peers};

Root root_from(const Json& json) { return fixed_from_hex<Root>(json.get_ref<const std::string&>()).value_or(Root{}); }

std::uint64_t uint64_from(const Json& json) {
    const auto& text = json.get_ref<const std::string&>();
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::optional<BlsPublicKey> public_key_from(const Json& json) {
    return fixed_from_hex<BlsPublicKey>(json.get_ref<const std::string&>());
}

std::optional<Address> address_from(const Json& json) {
    const auto& text = json.get_ref<const std::string&>();
    if (text.starts_with("0x")) return fixed_from_hex<Address>(text);
    auto address = address_from_text(text);
    if (!address.ok()) return std::nullopt;
    return *address;
}

ByteVector bytes_from(const Json& json) { return from_hex(json.get_ref<const std::string&>()).value_or(ByteVector{}); }

}  // namespace touchstone::node::api
