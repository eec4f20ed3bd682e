// For tests: the methods of the examples in the specification of JSON-RPC 2.0.
#pragma once

#include "node/rpc/exchange.h"
#include "node/rpc/method.h"

namespace touchstone::node::rpc {

inline const ValueType kInteger{"Integer", R"({"type":"integer"})", "an integer",
                                [](const Json& json) { return json.is_number_integer(); }};

/// `notified` counts the calls of `update`.
inline MethodTable example_methods(int& notified) {
    const auto parameters = [](std::initializer_list<std::string_view> names) {
        std::vector<Parameter> list;
        for (const std::string_view name : names)
            list.push_back({name, &kInteger, "", true});
        return list;
    };
    const auto number = [](const Json& json) { return json.get<std::int64_t>(); };
    std::vector<Method> methods;
    methods.push_back({"subtract", "", parameters({"minuend", "subtrahend"}), {}, {}, [=](const Arguments& a) {
                           return Answer(number(a[0]) - number(a[1]));
                       }});
    methods.push_back({"sum", "", parameters({"a", "b", "c"}), {}, {}, [=](const Arguments& a) {
                           return Answer(number(a[0]) + number(a[1]) + number(a[2]));
                       }});
    methods.push_back({"update", "", parameters({"a", "b", "c", "d", "e"}), {}, {}, [&notified](const Arguments&) {
                           ++notified;
                           return Answer(nullptr);
                       }});
    methods.push_back({"get_data", "", {}, {}, {}, [](const Arguments&) { return Answer(Json::array({"hello", 5})); }});
    methods.push_back({"fail", "", {}, {}, {}, [](const Arguments&) -> Answer { throw std::runtime_error("broken"); }});
    methods.push_back({"refuse", "", {}, {}, {}, [](const Arguments&) -> Answer {
                           return Error{-32000, "Refused", {{"clause", "X-01"}}};
                       }});
    methods.push_back({"greet", "", {{"number", &kInteger, "", false}}, {}, {}, [](const Arguments& a) {
                           return Answer(a[0].is_null() ? Json("nobody") : a[0]);
                       }});
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
