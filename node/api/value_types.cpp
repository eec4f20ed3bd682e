#include "node/api/value_types.h"

#include <algorithm>
#include <charconv>

#include "node/generated/constants.h"
#include "node/kernel/accounts/address.h"

namespace touchstone::node::api {

namespace {

bool is_number_text(std::string_view text) {
    if (text.empty() || text[0] < '0' || text[0] > '9' || (text.size() > 1 && text[0] == '0')) return false;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

bool is_uint64(const Json& json) { return json.is_string() && is_number_text(json.get_ref<const std::string&>()); }

bool is_position(const Json& json) {
    if (!json.is_string()) return false;
    const std::string_view text = json.get_ref<const std::string&>();
    const std::size_t colon = text.find(':');
    return colon != std::string_view::npos && is_number_text(text.substr(0, colon)) &&
           is_number_text(text.substr(colon + 1));
}

/// Of a text that is one.
std::uint64_t number_of(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
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

bool is_validator(const Json& json) { return is_uint64(json) || is_fixed<BlsPublicKey::kSize>(json); }

bool is_at(const Json& json) {
    if (!json.is_string()) return false;
    const auto& text = json.get_ref<const std::string&>();
    return text == "head" || text == "justified" || text == "finalized" || is_uint64(json) ||
           is_fixed<Root::kSize>(json);
}

}  // namespace

const rpc::Scalar kUint64{
    "Uint64", R"({"type":"string","pattern":"^(0|[1-9][0-9]{0,19})$","examples":["0","18446744073709551615"]})",
    "a number of 64 bits as a decimal string", is_uint64};
const rpc::Scalar kAmount{"Amount", R"({"type":"string","pattern":"^(0|[1-9][0-9]{0,19})$","examples":["1000000000"]})",
                          "grains (1 TST = 10^9) as a decimal string", is_uint64};
const rpc::Scalar kRoot{"Root", R"({"type":"string","pattern":"^0x[0-9a-fA-F]{64}$"})", "0x and 64 hexadecimal digits",
                        is_fixed<Root::kSize>};
const rpc::Scalar kVersion{"Version", R"({"type":"string","pattern":"^0x[0-9a-fA-F]{8}$","examples":["0x00000000"]})",
                           "0x and 8 hexadecimal digits", is_fixed<Version::kSize>};
const rpc::Scalar kAddressText{"AddressText", R"({"type":"string","pattern":"^tst1[02-9ac-hj-np-z]{58}$"})",
                               "an address that begins with tst1", is_address_text};
const rpc::Scalar kAddress{"Address", R"({"type":"string","pattern":"^(tst1[02-9ac-hj-np-z]{58}|0x[0-9a-fA-F]{64})$"})",
                           "an address: tst1 and the rest with its checksum, or 0x and 64 hexadecimal digits",
                           is_address};
const rpc::Scalar kPublicKey{"PublicKey", R"({"type":"string","pattern":"^0x[0-9a-fA-F]{96}$"})",
                             "0x and 96 hexadecimal digits", is_fixed<BlsPublicKey::kSize>};
const rpc::Scalar kSignature{"Signature", R"({"type":"string","pattern":"^0x[0-9a-fA-F]{192}$"})",
                             "0x and 192 hexadecimal digits", is_fixed<BlsSignature::kSize>};
const rpc::Scalar kValidator{
    "ValidatorId", R"({"type":"string","pattern":"^((0|[1-9][0-9]{0,19})|0x[0-9a-fA-F]{96})$","examples":["0"]})",
    "a validator: its index as a decimal string, or its public key: 0x and 96 hexadecimal digits", is_validator};
const rpc::Scalar kAt{
    "At",
    R"({"type":"string","pattern":"^(head|justified|finalized|(0|[1-9][0-9]{0,19})|0x[0-9a-fA-F]{64})$","examples":["head","justified","finalized","1234"]})",
    "a block: \"head\", \"justified\", \"finalized\", a slot as a decimal string (the block of the head's chain at it, "
    "or the last before), or the block's root: 0x and 64 hexadecimal digits",
    is_at};
const rpc::Scalar kPosition{
    "Position", R"({"type":"string","pattern":"^(0|[1-9][0-9]{0,19}):(0|[1-9][0-9]{0,19})$","examples":["1234:0"]})",
    "where a transaction stands: the slot of its block, a colon, its index in the block", is_position};
const rpc::Scalar kBytes{"Bytes", R"({"type":"string","pattern":"^0x([0-9a-fA-F]{2})*$","examples":["0x"]})",
                         "0x and an even number of hexadecimal digits", is_hex};
const rpc::Scalar kBoolean{"", R"({"type":"boolean"})", "true or false",
                           [](const Json& json) { return json.is_boolean(); }};
const rpc::Scalar kText{"", R"({"type":"string"})", "a text", [](const Json& json) { return json.is_string(); }};

Json known_epoch(Epoch epoch) { return epoch == Epoch(FAR_FUTURE_EPOCH) ? Json(nullptr) : to_json(epoch); }

Root root_from(const Json& json) { return fixed_from_hex<Root>(json.get_ref<const std::string&>()).value_or(Root{}); }

std::uint64_t uint64_from(const Json& json) { return number_of(json.get_ref<const std::string&>()); }

ChainPosition position_from(const Json& json) {
    const std::string_view text = json.get_ref<const std::string&>();
    const std::size_t colon = text.find(':');
    return {Slot(number_of(text.substr(0, colon))), number_of(text.substr(colon + 1))};
}

std::optional<BlsPublicKey> public_key_from(const Json& json) {
    return fixed_from_hex<BlsPublicKey>(json.get_ref<const std::string&>());
}

BlsSignature signature_from(const Json& json) {
    return fixed_from_hex<BlsSignature>(json.get_ref<const std::string&>()).value_or(BlsSignature{});
}

Address address_from(const Json& json) {
    const auto& text = json.get_ref<const std::string&>();
    if (text.starts_with("0x")) return fixed_from_hex<Address>(text).value_or(Address{});
    const auto address = address_from_text(text);
    return address.ok() ? *address : Address{};
}

ByteVector bytes_from(const Json& json) { return from_hex(json.get_ref<const std::string&>()).value_or(ByteVector{}); }

std::variant<std::uint64_t, rpc::Error> page_size(const Json& count, std::uint64_t most) {
    if (count.is_null()) return most;
    const std::uint64_t asked = uint64_from(count);
    if (asked > most) return rpc::invalid_params("\"count\" may be " + std::to_string(most) + " at most");
    return asked;
}

}  // namespace touchstone::node::api
