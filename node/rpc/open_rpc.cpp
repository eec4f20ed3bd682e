#include "node/rpc/open_rpc.h"

#include <memory>
#include <stdexcept>

namespace touchstone::node::rpc {

namespace {

constexpr std::string_view kOpenRpcVersion = "1.2.6";

constexpr Scalar kDocument{
    "OpenRpcDocument",
    R"({"type":"object","required":["openrpc","info","methods"],"description":"see https://spec.open-rpc.org"})",
    "an OpenRPC document", [](const Json& json) { return json.is_object() && json.contains("methods"); }};

class Description {
  public:
    Json method(const Declaration& declaration) {
        Json json = {{"name", declaration.name},
                     {"summary", declaration.summary},
                     {"tags", Json::array({Json{{"name", group_of(declaration.name)}}})},
                     {"paramStructure", "either"},
                     {"params", Json::array()},
                     {"result", {{"name", "result"}, {"schema", declaration.result.schema(schemas_)}}},
                     {"errors", Json::array()}};
        for (const Parameter& parameter : declaration.parameters) {
            json["params"].push_back({{"name", parameter.name},
                                      {"summary", parameter.summary},
                                      {"required", parameter.required},
                                      {"schema", parameter.type.schema(schemas_)}});
        }
        if (!declaration.parameters.empty()) json["errors"].push_back(error(common_error(code::kInvalidParams)));
        for (const ErrorKind& kind : declaration.errors)
            json["errors"].push_back(error(kind));
        if (declaration.notification) {
            json["x-notification"] = {{"name", kNotificationMethod},
                                      {"params", declaration.notification->schema(schemas_)}};
        }
        return json;
    }

    /// A reference to it. What the data of an error is, is said by a schema in the place of the data.
    Json error(const ErrorKind& kind) {
        const std::string name(kind.name);
        Json json = {{"code", kind.code}, {"message", kind.message}, {"data", kind.data.schema(schemas_)}};
        const auto known = errors_.find(name);
        if (known != errors_.end() && *known != json) throw std::logic_error("two errors are called " + name);
        errors_[name] = std::move(json);
        return {{"$ref", "#/components/errors/" + name}};
    }

    Json components() && { return {{"schemas", std::move(schemas_)}, {"errors", std::move(errors_)}}; }

  private:
    static std::string_view group_of(std::string_view name) { return name.substr(0, name.find_first_of("._")); }

    Json schemas_ = Json::object();
    Json errors_ = Json::object();
};

}  // namespace

Json open_rpc_document(const std::vector<Method>& methods, const ApiInfo& info) {
    Description description;
    Json list = Json::array();
    for (const Method& method : methods)
        list.push_back(description.method(method.declaration));
    for (const ErrorKind& kind : common_errors())
        description.error(kind);
    return {{"openrpc", kOpenRpcVersion},
            {"info", {{"title", info.title}, {"version", info.version}, {"description", info.description}}},
            {"methods", std::move(list)},
            {"components", std::move(description).components()}};
}

void add_discover(std::vector<Method>& methods, const ApiInfo& info) {
    methods.push_back({{.name = "rpc.discover",
                        .summary = "All methods with their types, as an OpenRPC document",
                        .parameters = {},
                        .result = kDocument},
                       {}});
    const auto document = std::make_shared<const Json>(open_rpc_document(methods, info));
    methods.back().run = [document](const Arguments&, const Caller&) { return Answer(*document); };
}

}  // namespace touchstone::node::rpc
