// Tells the node's events to several.
#pragma once

#include <utility>
#include <vector>

#include "node/ports/events.h"

namespace touchstone::node::app {

/// In the order in which they are given; all of them outlive it.
class EventFan final : public Events {
  public:
    explicit EventFan(std::vector<Events*> all) : all_(std::move(all)) {}

    void on_block(const BlockEvent& event) override {
        for (Events* each : all_)
            each->on_block(event);
    }
    void on_head(const HeadEvent& event) override {
        for (Events* each : all_)
            each->on_head(event);
    }
    void on_finalized(const FinalizedEvent& event) override {
        for (Events* each : all_)
            each->on_finalized(event);
    }
    void on_status(const StatusEvent& event) override {
        for (Events* each : all_)
            each->on_status(event);
    }
    void on_fatal(const std::string& reason) override {
        for (Events* each : all_)
            each->on_fatal(reason);
    }

  private:
    std::vector<Events*> all_;
};

}  // namespace touchstone::node::app
