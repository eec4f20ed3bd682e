#include "node/adapters/genesis_file/configuration_json.h"

#include <nlohmann/json.hpp>

#include "node/adapters/genesis_file/json_fields.h"

namespace touchstone::node::adapters {

std::string_view spec_version() { return TOUCHSTONE_SPEC_VERSION; }

const Parameters* preset_parameters(std::string_view name) {
    if (name == "mainnet") return &MAINNET;
    if (name == "minimal") return &MINIMAL;
    return nullptr;
}

nlohmann::ordered_json configuration_as_json(const Configuration& configuration) {
    nlohmann::ordered_json parameters;
    for (const ParameterField& field : PARAMETER_FIELDS) {
        parameters[std::string(field.name)] = std::to_string(configuration.parameters.*field.value);
    }
    return {{"preset", configuration.preset}, {"parameters", std::move(parameters)}};
}

Outcome<Configuration> configuration_from(const nlohmann::ordered_json& json) {
    if (const auto text = fields_problem(json, {"preset", "parameters"})) return Fault{FaultKind::Genesis, *text};
    const auto& preset = json["preset"];
    if (!preset.is_string() || preset_parameters(preset.get_ref<const std::string&>()) == nullptr) {
        return Fault{FaultKind::Genesis, "\"preset\" is " + preset.dump() + "; known presets are minimal and mainnet"};
    }
    const auto& parameters = json["parameters"];
    if (!parameters.is_object()) return Fault{FaultKind::Genesis, "\"parameters\" is no object"};
    Configuration configuration{preset.get<std::string>(), {}};
    for (const ParameterField& field : PARAMETER_FIELDS) {
        const auto found = parameters.find(std::string(field.name));
        if (found == parameters.end()) {
            return Fault{FaultKind::Genesis, "parameter " + std::string(field.name) + " is missing"};
        }
        const auto value = found->is_string() ? parse_uint64(found->get_ref<const std::string&>()) : std::nullopt;
        if (!value) {
            return Fault{FaultKind::Genesis, "parameter " + std::string(field.name) + " is " + found->dump() +
                                                 ", not a uint64 as a decimal string"};
        }
        configuration.parameters.*field.value = *value;
    }
    for (const auto& [name, value] : parameters.items()) {
        const bool known = std::ranges::any_of(PARAMETER_FIELDS, [&](const auto& field) { return field.name == name; });
        if (!known) return Fault{FaultKind::Genesis, "parameter " + name + " does not exist in this specification"};
    }
    return configuration;
}

std::string configuration_to_json(const Configuration& configuration) {
    return configuration_as_json(configuration).dump();
}

Outcome<Configuration> configuration_from_json(std::string_view json) {
    const auto parsed = parse_json(json);
    if (!parsed.ok()) return parsed.fault();
    return configuration_from(parsed.value());
}

}  // namespace touchstone::node::adapters
