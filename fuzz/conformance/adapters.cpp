// Lines of NDJSON to the adapters of both sides: each line gets one response of the documented form, and two responses
// that make sense of the request are the same but for their texts.
#include <nlohmann/json.hpp>

#include <array>
#include <sstream>

#include "conformance-tests/runner/json_schema.h"
#include "conformance-tests/runner/schemas.h"
#include "fuzz/agreement.h"
#include "fuzz/chain/short_chain.h"
#include "fuzz/files/scratch.h"
#include "fuzz/targets.h"
#include "node/app/conformance/adapter.h"
#include "reference/cli/adapter.h"

namespace touchstone::fuzz {
namespace {

using Json = nlohmann::json;

Json response_of(const std::string& side, const std::string& line) {
    static const conform::JsonSchema schema{conform::kResponseSchema};
    const Json response = Json::parse(line, nullptr, false);
    expect(!response.is_discarded(), side + " answers JSON: " + line);
    const auto problem = schema.first_problem(response);
    expect(!problem, side + " answers a response: " + line + ", but " + problem.value_or(""));
    return response;
}

std::string reference_answer(const std::string& line) {
    std::istringstream in(line + "\n");
    std::ostringstream out;
    reference::cli::run_adapter(in, out);
    std::string answer = out.str();
    expect(answer.ends_with('\n') && answer.find('\n') + 1 == answer.size(), "the reference answers one line");
    answer.pop_back();
    return answer;
}

/// Asks for as much work as its numbers say; an adapter trusts the runner with them.
bool asks_for_work(const std::string& line) {
    return line.find("permutation") != std::string::npos || line.find("_ROUND_") != std::string::npos;
}

std::string request(const std::string& runner, const std::string& handler, const std::string& params,
                    const std::string& inputs) {
    return R"({"id":"7","runner":")" + runner + R"(","handler":")" + handler +
           R"(","preset":"minimal","config":{},"params":)" + params + R"(,"inputs":)" + inputs + "}";
}

std::string input(const std::string& name, Bytes bytes) { return "{\"" + name + "\":\"" + to_hex(bytes) + "\"}"; }

}  // namespace

void fuzz_adapters(Bytes bytes) {
    std::string line(as_text(bytes));
    line = line.substr(0, line.find('\n'));
    if (asks_for_work(line)) return;
    Json by_reference = response_of("the reference", reference_answer(line));
    Json by_node = response_of("the node", node::app::answer(line));
    for (Json* response : {&by_reference, &by_node})
        response->erase("detail");
    const bool error = by_reference.contains("error") || by_node.contains("error");
    if (error || by_reference == by_node) return;
    disagree("the request " + line, by_reference.dump(), by_node.dump());
}

std::vector<ByteVector> adapter_seeds() {
    const ShortChain& chain = short_chain();
    const reference::Parameters& config = short_chain_config();
    const auto root = to_hex(ByteVector(32, 7));
    std::vector<ByteVector> seeds;
    const auto add = [&](const std::string& line) { seeds.push_back(as_bytes(line)); };
    add(request("ssz_generic", "decode", R"({"type":"VarStruct"})",
                input("serialized", ByteVector{1, 0, 7, 0, 0, 0, 9})));
    add(request("ssz_generic", "decode", R"({"type":"bitlist_9"})", input("serialized", ByteVector{0xff, 3})));
    add(request("ssz_generic", "snappy", R"({"limit":"16"})", input("payload", ByteVector{2, 4, 1, 2})));
    add(request("ssz_generic", "single_proof",
                R"({"leaf":")" + root + R"(","index":"2","branch":[")" + root + R"("],"root":")" + root + R"("})",
                "{}"));
    add(request("ssz_generic", "multi_proof",
                R"({"leaves":[")" + root + R"("],"indices":["1"],"proof":[],"root":")" + root + R"("})", "{}"));
    add(request("ssz_static", "Attestation", "{}",
                input("serialized", reference::ssz::serialize(chain.votes[0], config))));
    add(request("ssz_static", "SignedBlock", "{}",
                input("serialized", reference::ssz::serialize(chain.blocks[0], config))));
    add(request("ssz_static", "Fork", "{}", input("serialized", ByteVector(3, 1))));
    add(request("bls", "verify",
                R"({"pubkey":")" + to_hex(chain.genesis.validators[0].pubkey.bytes) + R"(","message":")" + root +
                    R"(","signature":")" + to_hex(chain.blocks[0].signature.bytes) + R"("})",
                "{}"));
    add(request("bls", "fast_aggregate_verify",
                R"({"pubkeys":[],"message":")" + root + R"(","signature":")" + to_hex(chain.blocks[0].signature.bytes) +
                    R"("})",
                "{}"));
    add(request("bls", "domain",
                R"({"type":"0x01000000","fork_version":"0x00000001","genesis_root":")" + root + R"("})", "{}"));
    add(request("ed25519", "address", R"({"public_key":")" + root + R"("})", "{}"));
    add(request("ed25519", "parse_address", R"({"text":"tst1qqqq"})", "{}"));
    add(request("ed25519", "verify",
                R"({"public_key":")" + root + R"(","message":"0x","signature":")" + to_hex(ByteVector(64, 1)) + R"("})",
                "{}"));
    add(request("genesis", "config", R"({"replace":{"MAX_FORKS":"0"}})", "{}"));
    add(request("genesis", "state", "{}", input("genesis", ByteVector(44, 0))));
    add(request("operations", "voluntary_exit", "{}", R"({"pre":"0x00","voluntary_exit":"0x"})"));
    add(request("fork_choice", "get_head", "{}", R"({"anchor_state":"0x","anchor_block":"0x"})"));
    add(request("nobody", "knows", "{}", "{}"));
    add(R"({"id":"1","runner":"bls"})");
    add("{\"id\":\"\xff\"}");
    add("[]");
    return seeds;
}

}  // namespace touchstone::fuzz
