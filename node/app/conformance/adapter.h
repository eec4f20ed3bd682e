// Answers requests of the conformance tests, one JSON object a line. (conformance-tests/formats/README.md)
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace touchstone::node::app {

/// The response line to a request line, without its end.
std::string answer(std::string_view line);

/// Until the input ends; returns the program's exit code.
int run_adapter(std::istream& in, std::ostream& out);

}  // namespace touchstone::node::app
