// A behaviour of the fork-choice model (spec/tla/models/SIM_ForkChoice.tla), as tools/models/scenarios.py writes it: a
// tree of blocks that are numbers, events, and what the model says after each.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace touchstone::vectors::model {

/// A block's number in the model; kNoRoot is the zero root.
using BlockNumber = std::int64_t;
constexpr BlockNumber kNoRoot = -1;
constexpr BlockNumber kAnchor = 0;

struct ModelCheckpoint {
    std::uint64_t epoch = 0;
    BlockNumber root = kNoRoot;
    auto operator<=>(const ModelCheckpoint&) const = default;
};

/// A vote of one validator, or an indexed vote of several.
struct ModelVote {
    std::vector<std::uint64_t> validators = {};
    std::uint64_t slot = 0;
    BlockNumber head = kNoRoot;
    ModelCheckpoint source = {};
    ModelCheckpoint target = {};
};

struct ModelEvidence {
    ModelVote first = {};
    ModelVote second = {};
};

struct ModelBlock {
    BlockNumber parent = kNoRoot;
    std::uint64_t slot = 0;
    /// Of siblings the one with the higher rank has the greater root.
    std::int64_t rank = 0;
    std::uint64_t proposer = 0;
    std::vector<ModelVote> votes = {};
    std::vector<ModelEvidence> slashings = {};
};

/// What the model sees in the store.
struct Observation {
    BlockNumber head = kAnchor;
    ModelCheckpoint justified = {};
    ModelCheckpoint finalized = {};
    ModelCheckpoint unrealized_justified = {};
    ModelCheckpoint unrealized_finalized = {};
    BlockNumber boost = kNoRoot;
    std::vector<std::uint64_t> equivocating = {};
    std::optional<BlockNumber> proposer_head = {};       // for the current slot
    std::optional<BlockNumber> next_proposer_head = {};  // for the slot after it
    std::map<BlockNumber, std::uint64_t> weights = {};
};

enum class EventKind { Tick, Block, Attestation, Slashing };

struct Event {
    EventKind kind = EventKind::Tick;
    std::uint64_t slot = 0;       // of a tick
    std::uint64_t phase = 0;      // 0 up to the re-org cutoff, 1 up to the attestation deadline, 2 after it
    BlockNumber block = kAnchor;  // of a block
    ModelVote vote = {};          // of an attestation
    ModelEvidence evidence = {};  // of a slashing
    bool first_signed = true;     // whether the signature, or that of the first indexed vote, is right
    bool second_signed = true;
    std::string rejected = {};  // the clause; empty if accepted
    std::optional<Observation> seen = {};
};

struct Behaviour {
    std::string name = {};
    std::uint64_t slots_per_epoch = 0;
    std::uint64_t validators = 0;
    std::uint64_t stake = 0;  // of each, in the model's unit
    /// Of the configuration, by name, in decimal digits: those that are constants of the model.
    std::map<std::string, std::string> parameters = {};
    std::map<BlockNumber, ModelBlock> blocks = {};
    std::vector<Event> events = {};
};

/// From a line of JSON. Throws std::runtime_error with what is wrong.
Behaviour read_behaviour(const std::string& line);

}  // namespace touchstone::vectors::model
