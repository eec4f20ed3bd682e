#include "conformance-tests/generator/gossip_scenario.h"

#include <nlohmann/json.hpp>

#include "reference/validators/slots_and_epochs.h"

namespace touchstone::vectors {

namespace ref = reference;
using Json = nlohmann::json;

namespace {

const char* word(ref::Verdict verdict) {
    switch (verdict) {
        case ref::Verdict::Accept:
            return "accept";
        case ref::Verdict::Ignore:
            return "ignore";
        case ref::Verdict::Reject:
            return "reject";
    }
    std::abort();
}

std::string text(const std::optional<Said>& said) {
    return said ? word(said->verdict) + (" " + said->clause) : std::string("nothing");
}

Json json_of(const Said& said) {
    Json json{{"verdict", word(said.verdict)}};
    if (!said.clause.empty()) json["reason"] = said.clause;
    return json;
}

}  // namespace

Bytes literal_payload(const Bytes& content, std::size_t singles) {
    constexpr std::size_t SHORT = 60;  // a tag of one byte tells lengths up to it
    constexpr std::size_t LONG = 65'536;
    constexpr std::uint8_t TAG_WITH_TWO_BYTES = 61U << 2U;
    Bytes payload;
    std::size_t declared = content.size();
    for (; declared >= 128; declared >>= 7U)
        payload.push_back(static_cast<std::uint8_t>(declared | 128U));
    payload.push_back(static_cast<std::uint8_t>(declared));
    for (std::size_t done = 0; done < content.size();) {
        const std::size_t length = singles > 0 ? 1 : std::min(content.size() - done, LONG);
        if (singles > 0) --singles;
        if (length <= SHORT) {
            payload.push_back(static_cast<std::uint8_t>((length - 1) << 2U));
        } else {
            payload.push_back(TAG_WITH_TWO_BYTES);
            payload.push_back(static_cast<std::uint8_t>(length - 1));
            payload.push_back(static_cast<std::uint8_t>((length - 1) >> 8U));
        }
        const auto from = content.begin() + static_cast<std::ptrdiff_t>(done);
        payload.insert(payload.end(), from, from + static_cast<std::ptrdiff_t>(length));
        done += length;
    }
    return payload;
}

GossipScenario::GossipScenario(Suite& suite, const std::string& handler, const Title& title, const NodePointer& anchor)
    : suite_(suite), vector_(scenario_vector("gossip", handler, title, anchor)), anchor_(anchor->post) {
    view_.store = need(ref::get_forkchoice_store(anchor->post, anchor->block.message));
    view_.time_ms = view_.store.time_ms;
}

void GossipScenario::expect(bool holds, const std::string& what) {
    if (holds) return;
    broken_ = true;
    suite_.problem(vector_.id() + ", step " + std::to_string(steps_.size()) + ": " + what);
}

void GossipScenario::note_reason(const std::string& clause) {
    auto& clauses = vector_.clauses;
    if (std::find(clauses.begin(), clauses.end(), clause) == clauses.end()) clauses.push_back(clause);
}

GossipScenario& GossipScenario::tick(std::uint64_t slot, std::uint64_t into_slot) {
    const ref::Store& store = view_.store;
    view_.time_ms = store.genesis_time_ms + slot * store.config.SLOT_DURATION_MS + into_slot;
    need(ref::on_tick(view_.store, view_.time_ms));
    steps_.push_back(Json{{"tick", std::to_string(view_.time_ms)}}.dump());
    return *this;
}

GossipScenario& GossipScenario::imports(const SignedBlock& block, const Expected& expected) {
    Json entry{{"block", inputs_.name_of(vector_, "block", ref::ssz::serialize(block, view_.store.config))}};
    const auto result = ref::import_block(view_, block);
    const Expected observed = result ? Expected{} : Expected{std::string(to_string(result.failure().clause))};
    expect(observed == expected, "the block is " + observed.value_or("imported"));
    if (observed) entry["rejected"] = *observed;
    steps_.push_back(entry.dump());
    return *this;
}

GossipScenario& GossipScenario::hears_payload(const std::string& topic, const Bytes& payload,
                                              const std::optional<Said>& said, const std::optional<Said>& otherwise) {
    Json entry{{"message", inputs_.name_of(vector_, "message", payload)}, {"topic", topic}};
    const auto result = ref::on_gossip_message(view_, topic, payload);
    std::optional<Said> observed;
    if (result) observed = {result->verdict, result->clause ? std::string(to_string(*result->clause)) : std::string()};
    expect(observed == said, "expected " + text(said) + ", the reference says " + text(observed));
    if (observed) {
        entry.update(json_of(*observed));
        entry["id"] = ref::to_hex(ref::gossip_message_id(topic, payload, view_.store.config));
        if (!observed->clause.empty()) note_reason(observed->clause);
    } else {
        entry["verdict"] = "none";
    }
    if (otherwise) entry["otherwise"] = json_of(*otherwise);
    steps_.push_back(entry.dump());
    return *this;
}

std::string GossipScenario::topic(const std::string& name) const {
    const Slot slot{(view_.time_ms - view_.store.genesis_time_ms) / view_.store.config.SLOT_DURATION_MS};
    return ref::gossip_topic(anchor_, ref::compute_epoch_at_slot(slot, view_.store.config), name);
}

void GossipScenario::finish() {
    if (broken_) return;
    Json steps = Json::array();
    for (const std::string& entry : steps_)
        steps.push_back(Json::parse(entry));
    vector_.steps = steps.dump();
    suite_.add(std::move(vector_));
}

}  // namespace touchstone::vectors
