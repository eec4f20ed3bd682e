// `touchstone-node run` and `touchstone-node watermark`.
#pragma once

#include <functional>
#include <string>

#include "node/adapters/files/fault.h"
#include "node/app/settings.h"

namespace touchstone::node::app {

/// The settings as they stand now in the file and the flags.
using RereadSettings = std::function<Outcome<Settings>()>;

/// Runs the node until SIGTERM or SIGINT. A fault that ends it is reported in the log too. At SIGHUP the levels of the
/// log are read again, and the certificate, key and token of the JSON-RPC.
Outcome<adapters::Done> run_node(const Settings& settings, const RereadSettings& reread);

/// Begins watermark records for the development validators of the settings; returns a text for people.
Outcome<std::string> create_watermarks(const Settings& settings);

/// The watermark records of the chain, one a line.
Outcome<std::string> show_watermarks(const Settings& settings);

}  // namespace touchstone::node::app
