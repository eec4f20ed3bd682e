// The containers of the protocol [TYP-03]: their encodings and roots, and what breaks them.
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/chain.h"
#include "conformance-tests/generator/ssz_values.h"
#include "reference/tree/containers.h"
#include "reference/types/configuration.h"
#include "reference/types/containers.h"
#include "reference/types/state_sync.h"

namespace touchstone::vectors {
namespace {

namespace ssz = reference::ssz;
using Json = nlohmann::json;

struct NamedType {
    std::string name;
    ssz::Type type;
};

void add_static(Suite& suite, const NamedType& named, const std::string& what, const std::string& shows,
                std::vector<std::string> clauses, const Bytes& encoding, const Expected& expected,
                std::map<std::string, std::string> config = {}) {
    Vector vector{
        .runner = "ssz_static", .handler = named.name, .name = what, .shows = shows, .clauses = std::move(clauses)};
    vector.config = std::move(config);
    vector.inputs["serialized"] = encoding;
    const auto value = ssz::deserialize(named.type, encoding);
    if (!value) {
        vector.rejected = std::string(to_string(value.failure().clause));
        if (expected != vector.rejected) return suite.problem(vector.id() + ": the reference says " + *vector.rejected);
    } else {
        if (expected) return suite.problem(vector.id() + ": the reference accepts, expected " + *expected);
        vector.files["serialized"] = ssz::serialize(named.type, value.value());
        vector.values = Json{{"root", reference::to_hex(ssz::hash_tree_root(named.type, value.value()).bytes)}}.dump();
    }
    suite.add(std::move(vector));
}

void add_valid(Suite& suite, const NamedType& named, std::uint64_t seed) {
    Rng rng(seed);
    const auto add = [&](const std::string& what, const std::string& shows, const ssz::Value& value) {
        add_static(suite, named, what, shows, {"TYP-03", "TYP-02", "ENC-05", "ENC-18"},
                   ssz::serialize(named.type, value), std::nullopt);
    };
    add("zero", "the default " + named.name, zero_value(named.type));
    add("full", "a " + named.name + " with all bits set", full_value(named.type, 2));
    add("random", "some " + named.name, random_value(named.type, rng, 3));
}

void put_offset(Bytes& encoding, std::size_t at, std::uint64_t offset) {
    for (std::size_t i = 0; i < 4; ++i)
        encoding[at + i] = static_cast<std::uint8_t>(offset >> (8 * i));
}

std::uint64_t get_offset(const Bytes& encoding, std::size_t at) {
    return reference::from_little_endian(std::span(encoding).subspan(at, 4));
}

// Where the offsets of a container of variable size stand, and how long its fixed section is.
struct FixedSection {
    std::vector<std::size_t> offsets;
    std::size_t length = 0;
};

FixedSection fixed_section(const ssz::Type& type) {
    FixedSection section;
    for (const ssz::Type& part : type.parts) {
        if (ssz::is_variable_size(part)) section.offsets.push_back(section.length);
        section.length += ssz::fixed_section_size(part);
    }
    return section;
}

// The clause that a zero byte behind a full value breaks: it belongs to the last part of variable size. Nothing where
// that part is a list of bytes, which is then one longer.
Expected clause_of_trailing_zero(const ssz::Type& type) {
    if (type.kind == ssz::Kind::Bitlist) return "ENC-13";
    if (type.kind == ssz::Kind::Union) return clause_of_trailing_zero(type.parts.back());  // of a full value
    if (!ssz::is_variable_size(type)) return "ENC-07";
    if (type.kind == ssz::Kind::List && !ssz::is_variable_size(type.parts[0])) {
        return ssz::fixed_size(type.parts[0]) == 1 ? Expected() : "ENC-11";
    }
    const auto last = std::find_if(type.parts.rbegin(), type.parts.rend(), ssz::is_variable_size);
    return clause_of_trailing_zero(*last);
}

void add_trailing(Suite& suite, const NamedType& named, const Bytes& good) {
    const Expected clause = clause_of_trailing_zero(named.type);
    if (!clause) return;
    Bytes bad = good;
    bad.push_back(0);
    add_static(suite, named, "one_byte_over", "a zero byte behind a " + named.name, {*clause, "TYP-03"}, bad, clause);
}

void add_broken_offsets(Suite& suite, const NamedType& named, const Bytes& good) {
    const FixedSection section = fixed_section(named.type);
    const auto add = [&](const std::string& what, const std::string& shows, const Bytes& encoding, const char* clause) {
        add_static(suite, named, what, shows, {clause, "TYP-03"}, encoding, clause);
    };
    Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(section.length) - 1);
    add("fixed_section_cut", "the fixed section of a " + named.name + " is cut", cut, "ENC-07");
    Bytes bad = good;
    put_offset(bad, section.offsets[0], section.length + 1);
    add("first_offset_too_high", "the first offset is one too high", bad, "ENC-09");
    bad = good;
    put_offset(bad, section.offsets[0], 0xFFFFFFFF);
    add("first_offset_huge", "the first offset is 2^32 − 1", bad, "ENC-09");
    bad = good;
    put_offset(bad, section.offsets[0], section.length - 1);
    add("first_offset_too_low", "the first offset points into the fixed section", bad, "ENC-09");
    if (section.offsets.size() < 2) return;
    bad = good;
    put_offset(bad, section.offsets[1], get_offset(good, section.offsets[0]) - 1);
    add("offsets_run_backwards", "the second offset is below the first", bad, "ENC-10");
    bad = good;
    put_offset(bad, section.offsets.back(), good.size() + 1);
    add("offset_beyond_the_end", "the last offset is beyond the input", bad, "ENC-10");
}

void add_broken(Suite& suite, const NamedType& named) {
    const Bytes good = ssz::serialize(named.type, full_value(named.type, 1));
    if (named.type.kind == ssz::Kind::Container && ssz::is_variable_size(named.type)) {
        add_broken_offsets(suite, named, good);
    }
    add_trailing(suite, named, good);
    if (ssz::is_variable_size(named.type)) return;  // lists: below, by hand
    Bytes bad = good;
    bad.pop_back();
    add_static(suite, named, "one_byte_short", "the last byte of a " + named.name + " is missing", {"ENC-07", "TYP-03"},
               bad, "ENC-07");
}

template <class T>
NamedType named(const std::string& name, const reference::Parameters& config) {
    return {name, ssz::type_of<T>(config)};
}

std::vector<NamedType> protocol_types(const reference::Parameters& config) {
    using namespace reference;
    return {named<Fork>("Fork", config),
            named<ForkData>("ForkData", config),
            named<SigningData>("SigningData", config),
            named<Checkpoint>("Checkpoint", config),
            named<reference::Validator>("Validator", config),
            named<AttestationData>("AttestationData", config),
            named<Attestation>("Attestation", config),
            named<IndexedAttestation>("IndexedAttestation", config),
            named<BlockHeader>("BlockHeader", config),
            named<SignedBlockHeader>("SignedBlockHeader", config),
            named<ProposerSlashing>("ProposerSlashing", config),
            named<AttesterSlashing>("AttesterSlashing", config),
            named<VoluntaryExit>("VoluntaryExit", config),
            named<SignedVoluntaryExit>("SignedVoluntaryExit", config),
            named<BlockBody>("BlockBody", config),
            named<Block>("Block", config),
            named<SignedBlock>("SignedBlock", config),
            named<HistoricalSummary>("HistoricalSummary", config),
            named<HistoricalBatchRoots>("HistoricalBatchRoots", config),
            named<ConsensusState>("ConsensusState", config),
            named<AggregateAndProof>("AggregateAndProof", config),
            named<SignedAggregateAndProof>("SignedAggregateAndProof", config),
            named<ProofOfPossessionMessage>("ProofOfPossessionMessage", config),
            named<Status>("Status", config),
            named<MetaData>("MetaData", config),
            named<BlocksByRangeRequest>("BlocksByRangeRequest", config),
            named<BlocksByRootRequest>("BlocksByRootRequest", config),
            named<BlocksResponse>("BlocksResponse", config),
            named<ProposalOrder>("ProposalOrder", config),
            named<GenesisValidator>("GenesisValidator", config),
            named<GenesisAccount>("GenesisAccount", config),
            named<Genesis>("Genesis", config),
            named<KvEntry>("KvEntry", config),
            named<KvEntries>("KvEntries", config),
            named<KvInterval>("KvInterval", config),
            named<KvLeaf>("KvLeaf", config),
            named<KvProof>("KvProof", config),
            named<reference::Account>("Account", config),
            named<reference::Transfer>("Transfer", config),
            named<reference::RegisterValidator>("RegisterValidator", config),
            named<reference::EditValidator>("EditValidator", config),
            named<reference::ExitValidator>("ExitValidator", config),
            named<reference::Delegate>("Delegate", config),
            named<reference::Undelegate>("Undelegate", config),
            named<reference::Withdraw>("Withdraw", config),
            named<reference::ClaimCommission>("ClaimCommission", config),
            named<reference::Payload>("Payload", config),
            named<reference::Transaction>("Transaction", config),
            named<reference::SignedTransaction>("SignedTransaction", config),
            named<reference::Event>("Event", config),
            named<reference::Receipt>("Receipt", config),
            named<reference::TransactionBatch>("TransactionBatch", config),
            named<reference::QueuedBond>("QueuedBond", config),
            named<reference::QueuedUnbond>("QueuedUnbond", config),
            named<reference::Cohort>("Cohort", config),
            named<reference::Queue>("Queue", config),
            named<reference::StakeEvent>("StakeEvent", config),
            named<reference::StateList>("StateList", config),
            named<reference::StatePartRequest>("StatePartRequest", config),
            named<reference::StatePart>("StatePart", config),
            named<reference::StateEntriesRequest>("StateEntriesRequest", config),
            named<reference::StateEntries>("StateEntries", config)};
}

const NamedType& find(const std::vector<NamedType>& types, const std::string& name) {
    for (const NamedType& type : types) {
        if (type.name == name) return type;
    }
    std::abort();
}

// Lists of a body at their limit and one above, with zero elements of fixed size.
void add_limits(Suite& suite, const std::vector<NamedType>& types, const reference::Parameters& config) {
    const NamedType& body = find(types, "BlockBody");
    const auto body_with = [&](std::size_t field, std::uint64_t count) {
        ssz::Value value = zero_value(body.type);
        const ssz::Type& element = body.type.parts[field].parts[0];
        for (std::uint64_t i = 0; i < count; ++i)
            value.parts[field].parts.push_back(zero_value(element));
        return ssz::serialize(body.type, value);
    };
    struct Limit {
        std::size_t field;
        const char* what;
        std::uint64_t limit;
    };
    for (const Limit& entry :
         {Limit{2, "proposer_slashings", config.MAX_PROPOSER_SLASHINGS},
          Limit{3, "attester_slashings", config.MAX_ATTESTER_SLASHINGS},
          Limit{4, "attestations", config.MAX_ATTESTATIONS}, Limit{5, "voluntary_exits", config.MAX_VOLUNTARY_EXITS}}) {
        const std::string what = entry.what;
        add_static(suite, body, what + "_at_the_limit", "as many " + what + " as a block may have",
                   {"TYP-03", "ENC-11"}, body_with(entry.field, entry.limit), std::nullopt);
        add_static(suite, body, what + "_above_the_limit", "one more of " + what + " than a block may have",
                   {"ENC-11", "TYP-03"}, body_with(entry.field, entry.limit + 1), "ENC-11");
    }
    const NamedType& proof = find(types, "KvProof");
    ssz::Value shape = zero_value(proof.type);
    shape.parts[0].bytes.resize(reference::MAX_PROOF_NODES);
    add_static(suite, proof, "shape_at_the_limit", "a shape of MAX_PROOF_NODES", {"KVT-07", "ENC-11"},
               ssz::serialize(proof.type, shape), std::nullopt);
    shape.parts[0].bytes.push_back(0);
    add_static(suite, proof, "shape_above_the_limit", "a shape of one node more", {"ENC-11", "KVT-07"},
               ssz::serialize(proof.type, shape), "ENC-11");
}

// Lists of the network page, the fork schedule and the transactions of a body: at their limits and one above.
void add_more_limits(Suite& suite, const std::vector<NamedType>& types, const reference::Parameters& config) {
    const auto add = [&](const NamedType& named, const std::string& what, const std::string& shows,
                         const Bytes& encoding, const Expected& expected) {
        const std::string first = expected.value_or("TYP-03");
        add_static(suite, named, what, shows, {first, "TYP-03", "ENC-11"}, encoding, expected);
    };
    const auto of_length = [](const NamedType& named, const std::string& field, std::uint64_t length) {
        ssz::Value value = zero_value(named.type);
        const auto at = std::find(named.type.names.begin(), named.type.names.end(), field) - named.type.names.begin();
        const ssz::Type& element = named.type.parts[static_cast<std::size_t>(at)].parts[0];
        value.parts[static_cast<std::size_t>(at)].parts.assign(length, zero_value(element));
        return ssz::serialize(named.type, value);
    };
    const NamedType& state = find(types, "ConsensusState");
    add(state, "fork_schedule_at_the_limit", "MAX_FORKS entries", of_length(state, "fork_schedule", config.MAX_FORKS),
        std::nullopt);
    add(state, "fork_schedule_above_the_limit", "one entry more than MAX_FORKS",
        of_length(state, "fork_schedule", config.MAX_FORKS + 1), "ENC-11");
    const NamedType& body = find(types, "BlockBody");
    add(body, "transactions_above_the_limit", "one transaction more than MAX_TRANSACTIONS",
        of_length(body, "transactions", config.MAX_TRANSACTIONS + 1), "ENC-11");
    const NamedType& roots = find(types, "BlocksByRootRequest");
    add(roots, "at_the_limit", "MAX_REQUEST_BLOCKS roots", Bytes(32 * config.MAX_REQUEST_BLOCKS), std::nullopt);
    add(roots, "above_the_limit", "one root more", Bytes(32 * (config.MAX_REQUEST_BLOCKS + 1)), "ENC-11");
    add(roots, "part_of_a_root", "the bytes are no multiple of 32", Bytes(31), "ENC-11");
    const NamedType& blocks = find(types, "BlocksResponse");
    const auto empty_blocks = [&](std::uint64_t count) {
        ssz::Value value;
        value.parts.resize(count);
        return ssz::serialize(blocks.type, value);
    };
    add(blocks, "at_the_limit", "MAX_REQUEST_BLOCKS entries", empty_blocks(config.MAX_REQUEST_BLOCKS), std::nullopt);
    add(blocks, "above_the_limit", "one entry more", empty_blocks(config.MAX_REQUEST_BLOCKS + 1), "ENC-11");
}

// The limits of what transactions, entries and parts of states are made of.
void add_further_limits(Suite& suite, const std::vector<NamedType>& types, const reference::Parameters& config) {
    const auto around = [&](const std::string& name, std::size_t field, const std::string& what, std::uint64_t limit) {
        const NamedType& container = find(types, name);
        const bool is_series = container.type.kind == ssz::Kind::List;
        for (const std::uint64_t length : {limit, limit + 1}) {
            ssz::Value value = zero_value(container.type);
            ssz::Value& series = is_series ? value : value.parts[field];
            const ssz::Type& element = (is_series ? container.type : container.type.parts[field]).parts[0];
            if (ssz::is_basic(element)) {
                series.bytes.resize(length);
            } else {
                series.parts.assign(length, zero_value(element));
            }
            const bool fits = length == limit;
            add_static(
                suite, container, what + (fits ? "_at_the_limit" : "_above_the_limit"),
                fits ? "as long as it may be" : "one longer than it may be",
                fits ? std::vector<std::string>{"TYP-03", "ENC-11"} : std::vector<std::string>{"ENC-11", "TYP-03"},
                ssz::serialize(container.type, value), fits ? Expected() : Expected("ENC-11"));
        }
    };
    around("Event", 2, "data", reference::MAX_EVENT_BYTES);
    around("Receipt", 2, "events", reference::MAX_EVENTS);
    around("TransactionBatch", 0, "transactions", reference::MAX_GOSSIP_TRANSACTIONS);
    around("KvEntry", 0, "key", reference::MAX_KEY_BYTES);
    around("KvEntry", 1, "value", reference::MAX_VALUE_BYTES);
    around("StateList", 0, "checkpoints", reference::MAX_SERVED_STATES);
    around("StatePart", 1, "data", reference::STATE_PART_BYTES);
    around("StatePart", 2, "proof", reference::MAX_STATE_PROOF_NODES);
    const NamedType& payload = find(types, "Payload");
    Bytes reserved(1 + config.MAX_TRANSACTION_BYTES);
    reserved[0] = 11;
    add_static(suite, payload, "reserved_at_the_limit", "a reserved payload of MAX_TRANSACTION_BYTES",
               {"TXN-01", "TYP-03", "ENC-11"}, reserved, std::nullopt);
    reserved.push_back(0);
    add_static(suite, payload, "reserved_above_the_limit", "a reserved payload of one byte more", {"ENC-11", "TXN-01"},
               reserved, "ENC-11");
}

// The options of a payload, alone and within a transaction; the selectors that there are not.
void add_payloads(Suite& suite, const std::vector<NamedType>& types) {
    const NamedType& payload = find(types, "Payload");
    const std::vector<std::string> clauses{"TXN-01", "ENC-06", "ENC-18"};
    for (std::size_t option = 0; option < payload.type.parts.size(); ++option) {
        ssz::Value value;
        value.selector = static_cast<std::uint8_t>(option);
        value.parts.push_back(full_value(payload.type.parts[option], 3));
        const Bytes good = ssz::serialize(payload.type, value);
        const std::string name = "option_" + std::to_string(option);
        add_static(suite, payload, name, "the payload with selector " + std::to_string(option), clauses, good,
                   std::nullopt);
        if (ssz::is_variable_size(payload.type.parts[option])) continue;
        Bytes bad = good;
        bad.pop_back();
        add_static(suite, payload, name + "_cut", "its last byte is missing", {"ENC-07", "TXN-01"}, bad, "ENC-07");
        bad = good;
        bad.push_back(0);
        add_static(suite, payload, name + "_one_byte_over", "a byte behind it", {"ENC-07", "TXN-01"}, bad, "ENC-07");
    }
    add_static(suite, payload, "empty", "no bytes are no payload", {"ENC-07", "TXN-01"}, {}, "ENC-07");
    const NamedType& transaction = find(types, "Transaction");
    const Bytes good = ssz::serialize(transaction.type, zero_value(transaction.type));
    for (const unsigned selector : {12U, 127U, 128U, 255U}) {
        const std::string name = "selector_" + std::to_string(selector);
        const std::string shows = "there is no payload with selector " + std::to_string(selector);
        add_static(suite, payload, name, shows, {"ENC-14", "TXN-01"}, {static_cast<std::uint8_t>(selector), 0},
                   "ENC-14");
        Bytes bad = good;
        bad[reference::Bytes32::SIZE + 4 * 8 + 4] = static_cast<std::uint8_t>(selector);
        add_static(suite, transaction, name, shows, {"ENC-14", "TXN-01"}, bad, "ENC-14");
    }
    Bytes cut = good;
    cut.resize(reference::Bytes32::SIZE + 4 * 8 + 4);
    add_static(suite, transaction, "without_payload", "a transaction that ends before its payload",
               {"ENC-07", "TXN-01"}, cut, "ENC-07");
}

// Offsets of a response, which is a list and no container, and the unused bits of metadata.
void add_wrong_messages(Suite& suite, const std::vector<NamedType>& types) {
    const NamedType& blocks = find(types, "BlocksResponse");
    const Bytes good = ssz::serialize(blocks.type, full_value(blocks.type, 2));
    const auto reject = [&](const char* clause, const std::string& what, const std::string& shows,
                            const Bytes& encoding) {
        add_static(suite, blocks, what, shows, {clause, "TYP-03"}, encoding, clause);
    };
    reject("ENC-07", "first_offset_cut", "three bytes are no offset", Bytes(good.begin(), good.begin() + 3));
    reject("ENC-10", "fixed_section_cut", "the second offset is cut", Bytes(good.begin(), good.begin() + 7));
    Bytes bad = good;
    put_offset(bad, 0, 7);
    reject("ENC-09", "first_offset_not_of_four", "the first offset is no multiple of four", bad);
    put_offset(bad, 0, 0);
    reject("ENC-09", "first_offset_zero", "zero is no offset", bad);
    bad = good;
    put_offset(bad, 4, 7);
    reject("ENC-10", "offsets_run_backwards", "the second offset is below the first", bad);
    put_offset(bad, 4, good.size() + 1);
    reject("ENC-10", "offset_beyond_the_end", "an offset beyond the input", bad);

    const reference::Parameters config = minimal_with([](reference::Parameters& c) { c.ATTESTATION_SUBNET_COUNT = 9; });
    const NamedType metadata = named<reference::MetaData>("MetaData", config);
    Bytes bits = ssz::serialize(metadata.type, full_value(metadata.type, 1));
    const auto replaced = config_of(config);
    add_static(suite, metadata, "nine_subnets", "nine bits take two bytes", {"TYP-03", "ENC-12"}, bits, std::nullopt,
               replaced);
    bits.back() = 3;
    add_static(suite, metadata, "unused_bit", "the bit after the last subnet is set", {"ENC-12", "TYP-03"}, bits,
               "ENC-12", replaced);
}

void add_wrong_parts(Suite& suite, const std::vector<NamedType>& types, const reference::Parameters& config) {
    const NamedType& validator = find(types, "Validator");
    Bytes bytes = ssz::serialize(validator.type, zero_value(validator.type));
    bytes[48 + 32 + 4 * 8] = 2;
    add_static(suite, validator, "slashed_is_two", "a boolean is 0 or 1", {"ENC-08", "TYP-03"}, bytes, "ENC-08");

    const NamedType& attestation = find(types, "Attestation");
    ssz::Value value = zero_value(attestation.type);
    bytes = ssz::serialize(attestation.type, value);
    bytes.back() = 0;
    add_static(suite, attestation, "bits_without_sentinel", "aggregation bits whose last byte is zero",
               {"ENC-13", "TYP-03"}, bytes, "ENC-13");
    bytes.pop_back();
    add_static(suite, attestation, "bits_of_no_bytes", "aggregation bits without any byte", {"ENC-13", "TYP-03"}, bytes,
               "ENC-13");
    value.parts[0].bits.assign(config.MAX_VALIDATORS_PER_COMMITTEE, true);
    bytes = ssz::serialize(attestation.type, value);
    add_static(suite, attestation, "bits_at_the_limit", "as many bits as a committee may have members",
               {"TYP-03", "ENC-13"}, bytes, std::nullopt);
    bytes.back() = 2;
    add_static(suite, attestation, "bits_above_the_limit", "one bit more than a committee may have members",
               {"ENC-13", "TYP-03"}, bytes, "ENC-13");

    const NamedType& indexed = find(types, "IndexedAttestation");
    ssz::Value many = zero_value(indexed.type);
    many.parts[0].bytes.assign(8 * (config.MAX_VALIDATORS_PER_COMMITTEE + 1), 0);
    add_static(suite, indexed, "indices_above_the_limit", "one index more than a committee may have members",
               {"ENC-11", "TYP-03"}, ssz::serialize(indexed.type, many), "ENC-11");
    bytes = ssz::serialize(indexed.type, full_value(indexed.type, 2));
    bytes.pop_back();
    add_static(suite, indexed, "part_of_an_index", "the indices are no multiple of eight bytes", {"ENC-11", "TYP-03"},
               bytes, "ENC-11");

    const NamedType& state = find(types, "ConsensusState");
    ssz::Value bits = zero_value(state.type);
    for (std::size_t i = 0; i < state.type.names.size(); ++i) {
        if (state.type.names[i] == "justification_bits") bits.parts[i].bits.assign(4, true);
    }
    bytes = ssz::serialize(state.type, bits);
    std::size_t at = 0;
    for (std::size_t i = 0; state.type.names[i] != "justification_bits"; ++i)
        at += ssz::fixed_section_size(state.type.parts[i]);
    bytes[at] = 0x1F;
    add_static(suite, state, "fifth_justification_bit", "an unused bit of the justification bits is set",
               {"ENC-12", "TYP-03"}, bytes, "ENC-12");
    add_static(suite, state, "empty", "no bytes are no state", {"ENC-07", "TYP-03"}, {}, "ENC-07");
}

}  // namespace

void add_ssz_static(Suite& suite) {
    if (!suite.wants("ssz_static")) return;
    const auto config = reference::preset("minimal").value();
    const auto types = protocol_types(config);
    std::uint64_t seed = 1000;
    for (const NamedType& type : types) {
        add_valid(suite, type, seed++);
        add_broken(suite, type);
    }
    add_limits(suite, types, config);
    add_more_limits(suite, types, config);
    add_further_limits(suite, types, config);
    add_payloads(suite, types);
    add_wrong_messages(suite, types);
    add_wrong_parts(suite, types, config);
}

}  // namespace touchstone::vectors
