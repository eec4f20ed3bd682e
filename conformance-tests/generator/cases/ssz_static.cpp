// The containers of the protocol [TYP-03]: their encodings and roots, and what breaks them.
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/ssz_values.h"
#include "reference/tree/containers.h"
#include "reference/types/configuration.h"
#include "reference/types/containers.h"

namespace touchstone::vectors {
namespace {

namespace ssz = reference::ssz;
using Json = nlohmann::json;

struct NamedType {
    std::string name;
    ssz::Type type;
};

void add_static(Suite& suite, const NamedType& named, const std::string& what, const std::string& shows,
                std::vector<std::string> clauses, const Bytes& encoding, const Expected& expected) {
    Vector vector{
        .runner = "ssz_static", .handler = named.name, .name = what, .shows = shows, .clauses = std::move(clauses)};
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
        return add_broken_offsets(suite, named, good);
    }
    if (ssz::is_variable_size(named.type)) return;  // lists: below, by hand
    Bytes bad = good;
    bad.push_back(0);
    add_static(suite, named, "one_byte_over", "a byte behind a " + named.name, {"ENC-07", "TYP-03"}, bad, "ENC-07");
    bad.resize(good.size() - 1);
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
            named<Transaction>("Transaction", config),
            named<Receipt>("Receipt", config),
            named<BlockBody>("BlockBody", config),
            named<Block>("Block", config),
            named<SignedBlock>("SignedBlock", config),
            named<HistoricalSummary>("HistoricalSummary", config),
            named<HistoricalBatchRoots>("HistoricalBatchRoots", config),
            named<ConsensusState>("ConsensusState", config),
            named<AggregateAndProof>("AggregateAndProof", config),
            named<SignedAggregateAndProof>("SignedAggregateAndProof", config),
            named<ProofOfPossessionMessage>("ProofOfPossessionMessage", config),
            named<GenesisValidator>("GenesisValidator", config),
            named<Genesis>("Genesis", config),
            named<KvInterval>("KvInterval", config),
            named<KvLeaf>("KvLeaf", config),
            named<KvProof>("KvProof", config)};
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
    const NamedType& transaction = find(types, "Transaction");
    add_static(suite, transaction, "at_the_limit", "a transaction of MAX_TRANSACTION_BYTES", {"TYP-03", "ENC-11"},
               Bytes(config.MAX_TRANSACTION_BYTES), std::nullopt);
    add_static(suite, transaction, "above_the_limit", "a transaction of one byte more", {"ENC-11", "TYP-03"},
               Bytes(config.MAX_TRANSACTION_BYTES + 1), "ENC-11");
    const NamedType& proof = find(types, "KvProof");
    ssz::Value shape = zero_value(proof.type);
    shape.parts[0].bytes.resize(reference::MAX_PROOF_NODES);
    add_static(suite, proof, "shape_at_the_limit", "a shape of MAX_PROOF_NODES", {"KVT-07", "ENC-11"},
               ssz::serialize(proof.type, shape), std::nullopt);
    shape.parts[0].bytes.push_back(0);
    add_static(suite, proof, "shape_above_the_limit", "a shape of one node more", {"ENC-11", "KVT-07"},
               ssz::serialize(proof.type, shape), "ENC-11");
}

void add_wrong_parts(Suite& suite, const std::vector<NamedType>& types, const reference::Parameters& config) {
    const NamedType& validator = find(types, "Validator");
    Bytes bytes = ssz::serialize(validator.type, zero_value(validator.type));
    bytes[48 + 32 + 8] = 2;
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
    add_wrong_parts(suite, types, config);
}

}  // namespace touchstone::vectors
