// For tests: the methods of the examples in the specification of JSON-RPC 2.0.
#pragma once

#include "node/rpc/exchange.h"
#include "node/rpc/method.h"

namespace touchstone::node::rpc {

inline constexpr Scalar kInteger{"Integer", R"({"type":"integer"})", "an integer",
                                 [](const Json& json) { return json.is_number_integer(); }};

inline constexpr Scalar kAnything{"", "{}", "anything", [](const Json&) { return true; }};
/// An error that the method `refuse` gives.
inline const ErrorKind kRefused{-32000, "Refused", "Refused", "always",
                                object("Clause", "what is broken", {{"clause", kAnything}})};

/// `notified` counts the calls of `update`.
inline MethodTable example_methods(int& notified) {
    const auto number = [](const Json& json) { return json.get<std::int64_t>(); };
    std::vector<Method> methods;
    const auto add = [&](std::string_view name, std::initializer_list<std::string_view> parameters,
                         std::function<Answer(const Arguments&)> run) {
        Declaration declaration{.name = name, .summary = "", .parameters = {}, .result = kAnything};
        for (const std::string_view parameter : parameters)
            declaration.parameters.push_back({parameter, kInteger, "", true});
        methods.push_back(
            {std::move(declaration), [run = std::move(run)](const Arguments& a, const Caller&) { return run(a); }});
    };
    add("subtract", {"minuend", "subtrahend"}, [=](const Arguments& a) { return Answer(number(a[0]) - number(a[1])); });
    add("sum", {"a", "b", "c"}, [=](const Arguments& a) { return Answer(number(a[0]) + number(a[1]) + number(a[2])); });
    add("update", {"a", "b", "c", "d", "e"}, [&notified](const Arguments&) {
        ++notified;
        return Answer(nullptr);
    });
    add("get_data", {}, [](const Arguments&) { return Answer(Json::array({"hello", 5})); });
    add("fail", {}, [](const Arguments&) -> Answer { throw std::runtime_error("broken"); });
    add("refuse", {}, [](const Arguments&) -> Answer { return kRefused.with({{"clause", "X-01"}}); });
    methods.back().declaration.errors = {kRefused};
    add("greet", {"number"}, [](const Arguments& a) { return Answer(a[0].is_null() ? Json("nobody") : a[0]); });
    methods.back().declaration.parameters.back().required = false;
    add("listen", {}, {});
    methods.back().declaration.notification = object("Heard", "what is heard", {{"sound", kInteger}});
    methods.back().run = [](const Arguments&, const Caller& caller) { return Answer(caller.connection != nullptr); };
    return MethodTable(std::move(methods));
}

/// The whole way of a body.
inline std::optional<std::string> answer(std::string_view body, const MethodTable& methods, const Limits& limits = {}) {
    Exchange exchange(body, methods, limits);
    while (exchange.has_next())
        exchange.run_next();
    return exchange.response();
}

}  // namespace touchstone::node::rpc
