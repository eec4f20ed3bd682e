// The pages that the node shows to those who operate it: /metrics, /health/live, /health/ready (docs/metrics.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "node/adapters/http/http_server.h"
#include "node/adapters/metrics/measured_verifier.h"
#include "node/adapters/runtime/structured_log.h"
#include "node/api/subscriptions/subscriptions.h"
#include "node/app/node_metrics.h"
#include "node/app/rpc_figures.h"
#include "node/ports/network_counters.h"

namespace touchstone::node::app {

/// Everything can be read from any thread and outlives the pages.
struct MetricsSources {
    const NodeMetrics& node;
    const NetworkCounters& network;
    const adapters::MeasuredVerifier& verifier;
    const RpcFigures* rpc_calls = nullptr;  // null where there is no RPC
    const adapters::HttpServer* rpc = nullptr;
    const api::Subscriptions* subscriptions = nullptr;
    const adapters::StructuredLog& log;
    std::filesystem::path data_dir;
    std::vector<std::pair<std::string, std::filesystem::path>> files;  // by the label `file`
    std::uint64_t slots_per_epoch = 0;
};

/// In Prometheus' text format.
std::string metrics_page(const MetricsSources& sources);

/// For HttpServer::start.
adapters::HttpPages make_pages(MetricsSources sources);

}  // namespace touchstone::node::app
