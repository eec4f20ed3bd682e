// Scenarios of gossip: what the node answers to messages, by the conditions that its pipelines keep, step by step.
#include <variant>

#include "node/adapters/libp2p/gossip_payload.h"
#include "node/app/conformance/request.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/fork_choice/fork_choice.h"
#include "node/kernel/gossip/conditions.h"

namespace touchstone::node::app {

namespace {

using Verdict = std::optional<GossipRefusal>;  // nothing: ACCEPT

class GossipScenario {
  public:
    GossipScenario(const Environment& environment, ForkChoice store)
        : environment_(environment), store_(std::move(store)), pool_(environment.parameters()) {
        follow();
    }

    Json tick(std::uint64_t time_ms) {
        const auto result = store_.on_tick(time_ms);
        follow();
        return outcome(result);
    }

    Json block(const SignedBlock& block) {
        const auto result = store_.on_block(block, verify_each);
        if (!result.ok()) {
            if (is_found_invalid(result.rejection().clause) || seen_.invalid_block(block.message.parent_root)) {
                seen_.add_invalid_block(hash_tree_root(block.message, parameters()));  // [NET-23]
            }
            return outcome(result.rejection());
        }
        follow();
        return outcome({});
    }

    Json message(const std::string& topic_text, Bytes payload) {
        const auto topic = topic_of(digest(), topic_text, parameters().ATTESTATION_SUBNET_COUNT);
        if (!topic) return {{"verdict", "none"}};
        Json entry{{"id", from_bytes(adapters::wire_message_id(topic_text, payload, parameters()))}};
        const Verdict refusal = judge(*topic, payload);
        entry["verdict"] = !refusal ? "accept" : refusal->kind == Refusal::Ignore ? "ignore" : "reject";
        if (refusal) entry["reason"] = to_string(refusal->reason.clause);
        return entry;
    }

  private:
    static Json outcome(const Result<void>& result) {
        if (result.ok()) return {{"ok", true}};
        return {{"ok", false}, {"rejected", to_string(result.rejection().clause)}};
    }

    const Parameters& parameters() const { return environment_.parameters(); }
    Epoch current_epoch() const { return epoch_of(store_.current_slot(), parameters()); }
    StatePointer head_state() { return store_.block_state(store_.get_head()); }
    ForkDigest digest() { return fork_digest_at(head_state()->consensus(), current_epoch(), parameters()); }
    GossipConditions conditions() { return {store_, seen_, store_.time_ms()}; }

    /// What the pool and the sets of what was seen are told when the head or what is final may have changed.
    void follow() {
        const Domain domain =
            get_domain(head_state()->consensus(), DomainType(DOMAIN_TRANSACTION), current_epoch(), parameters());
        pool_.on_head([head = head_state()](const Address& address) { return get_account(*head, address); }, domain);
        pool_.expire(store_.time_ms());
        seen_.prune(store_.finalized().epoch, parameters());
    }

    Verdict judge(const Topic& topic, Bytes payload) {
        const auto unpacked = adapters::unpack_gossip(payload, parameters());
        if (!unpacked.ok()) return GossipRefusal{Refusal::Reject, unpacked.rejection()};
        const ByteVector& bytes = unpacked.value();
        switch (topic.kind) {
            case TopicKind::Block:
                return judge_as<SignedBlock>(
                    bytes, [&](const auto& message) { return conditions().check_block(message, bytes.size()); });
            case TopicKind::AggregateAndProof:
                return judge_as<SignedAggregateAndProof>(
                    bytes, [&](const auto& message) { return conditions().check_aggregate(message); });
            case TopicKind::Attestation:
                return judge_as<Attestation>(
                    bytes, [&](const auto& message) { return conditions().check_attestation(message, topic.subnet); });
            case TopicKind::ProposerSlashing:
                return judge_in_head_state<ProposerSlashing>(bytes, [&](const auto& message, const State& state) {
                    return conditions().check_proposer_slashing(message, state);
                });
            case TopicKind::AttesterSlashing:
                return judge_in_head_state<AttesterSlashing>(bytes, [&](const auto& message, const State& state) {
                    return conditions().check_attester_slashing(message, state);
                });
            case TopicKind::VoluntaryExit:
                return judge_in_head_state<SignedVoluntaryExit>(bytes, [&](const auto& message, const State& state) {
                    return conditions().check_voluntary_exit(message, state);
                });
            case TopicKind::Transactions:
                return judge_as<TransactionBatch>(bytes, [&](const auto& message) {
                    return conditions().check_transactions(message, pool_, *head_state());
                });
        }
        throw BadRequest("a topic of no kind");
    }

    template <class Message, class Check>
    Verdict judge_as(Bytes bytes, const Check& check) {
        const auto received = receive<Message>(bytes, parameters());
        if (!received.ok()) return received.refusal();
        auto checked = check(received.value().message());
        if (!checked.ok()) return checked.refusal();
        const std::vector<bool> valid = verify_each(checked.value().sets());
        return end(std::move(checked).value(), valid);
    }
    template <class Message, class Check>
    Verdict judge_in_head_state(Bytes bytes, const Check& check) {
        const auto received = receive<Message>(bytes, parameters());
        if (!received.ok()) return received.refusal();
        const auto state = store_.state_at(store_.get_head(), store_.current_slot());
        if (!state.ok()) return GossipRefusal{Refusal::Ignore, state.rejection()};  // the chain has ended [COM-08]
        auto checked = check(received.value().message(), *state.value());
        if (!checked.ok()) return checked.refusal();
        const std::vector<bool> valid = verify_each(checked.value().sets());
        return end(std::move(checked).value(), valid);
    }
    template <class Content>
    Verdict end(GossipChecked<Content> checked, const std::vector<bool>& valid) {
        return settle(seen_, std::move(checked), valid).refusal;
    }
    Verdict end(GossipChecked<GossipTransactions> checked, const std::vector<bool>& valid) {
        return settle(pool_, std::move(checked), valid, store_.time_ms()).refusal;
    }

    const Environment& environment_;
    ForkChoice store_;
    SeenMessages seen_;
    TransactionPool pool_;
};

struct WirePayload {
    ByteVector bytes;
};
using Input = std::variant<std::monostate, SignedBlock, WirePayload>;

/// Blocks are decoded before anything is applied; payloads are the scenario's to judge.
Input input_of(const Request& request, const Json& step) {
    if (step.contains("block")) return request.decoded<SignedBlock>(step["block"].get<std::string>());
    if (step.contains("message")) return WirePayload{request.input(step["message"].get<std::string>())};
    return std::monostate{};
}

Json apply(GossipScenario& scenario, const Json& step, const Input& input) {
    if (const auto* block = std::get_if<SignedBlock>(&input)) return scenario.block(*block);
    if (const auto* payload = std::get_if<WirePayload>(&input)) {
        return scenario.message(step.at("topic").get<std::string>(), payload->bytes);
    }
    if (!step.contains("tick")) throw BadRequest("a step is of no known kind");
    return scenario.tick(to_uint64(step["tick"]));
}

}  // namespace

Json run_gossip(const Request& request) {
    auto anchor_state = decode_state_input(request, "anchor_state");
    const auto anchor_block = request.decoded<Block>("anchor_block");
    std::vector<Input> inputs;
    for (const Json& step : request.steps)
        inputs.push_back(input_of(request, step));
    const Environment environment = request.environment();
    GossipScenario scenario(
        environment,
        accepted(ForkChoice::from_anchor(environment, make_state(environment, std::move(anchor_state)), anchor_block)));
    Json steps = Json::array();
    for (std::size_t i = 0; i < inputs.size(); ++i)
        steps.push_back(apply(scenario, request.steps[i], inputs[i]));
    return {{"steps", std::move(steps)}};
}

}  // namespace touchstone::node::app
