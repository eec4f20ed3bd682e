// BLS signatures, proofs of possession and domains [CRY-02] to [CRY-07], [CRY-14] to [CRY-18].
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "crypto/bls.h"
#include "crypto/development_keys.h"
#include "reference/signatures/bls.h"
#include "reference/signatures/domains.h"
#include "reference/types/configuration.h"

namespace touchstone::vectors {
namespace {

namespace bls = crypto::bls;
using Json = nlohmann::json;
using reference::BLSPubkey;
using reference::BLSSignature;
using reference::Root;
using reference::to_hex;

BLSPubkey pubkey(std::uint64_t index) {
    return BLSPubkey{bls::public_key(crypto::development_validator_key(index)).to_bytes()};
}

BLSSignature sign(std::uint64_t index, const Root& message) {
    return BLSSignature{bls::sign(crypto::development_validator_key(index), message.bytes).to_bytes()};
}

Root message(std::uint8_t tag) {
    Root root;
    root.bytes.fill(tag);
    return root;
}

template <std::size_t N>
std::array<std::uint8_t, N> bytes_of(const std::string& hex) {
    const auto bytes = reference::from_hex("0x" + hex).value();
    std::array<std::uint8_t, N> result{};
    std::copy_n(bytes.begin(), std::min(N, bytes.size()), result.begin());
    return result;
}

BLSPubkey infinity_key() { return BLSPubkey{bytes_of<48>("c0")}; }
BLSSignature infinity_signature() { return BLSSignature{bytes_of<96>("c0")}; }

struct Encoding {
    std::string what;
    std::string shows;
    Bytes bytes;
};

template <std::size_t N, class Tag>
Bytes changed(const reference::FixedBytes<N, Tag>& good, const std::function<void(Bytes&)>& change) {
    Bytes bytes(good.bytes.begin(), good.bytes.end());
    change(bytes);
    return bytes;
}

const std::string kFieldPrime =
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

std::vector<Encoding> bad_keys() {
    const BLSPubkey good = pubkey(0);
    auto x_is_prime = bytes_of<48>(kFieldPrime);
    x_is_prime[0] |= 0x80U;
    auto x_without_point = good.bytes;
    while (bls::is_g1_encoding(x_without_point))
        ++x_without_point[47];
    // x = 4: on the curve, outside the subgroup.
    auto outside = bytes_of<48>("80");
    outside[47] = 4;
    return {
        {"infinity", "the point at infinity", changed(infinity_key(), [](Bytes&) {})},
        {"zeros", "48 zero bytes", Bytes(48)},
        {"not_compressed", "the flag of compression is not set", changed(good, [](Bytes& b) { b[0] &= 0x7F; })},
        {"infinity_flag_on_a_point", "the flag of infinity on another point",
         changed(good, [](Bytes& b) { b[0] |= 0x40; })},
        {"infinity_with_sign", "infinity with the sign flag", changed(infinity_key(), [](Bytes& b) { b[0] |= 0x20; })},
        {"infinity_with_a_bit", "infinity with a bit of x", changed(infinity_key(), [](Bytes& b) { b[47] = 1; })},
        {"x_not_below_the_prime", "x is the prime of the field", {x_is_prime.begin(), x_is_prime.end()}},
        {"not_on_the_curve", "no point has this x", {x_without_point.begin(), x_without_point.end()}},
        {"outside_the_subgroup", "a point of the curve outside the subgroup", {outside.begin(), outside.end()}},
        {"one_byte_short", "47 bytes", changed(good, [](Bytes& b) { b.pop_back(); })},
        {"one_byte_over", "49 bytes", changed(good, [](Bytes& b) { b.push_back(0); })}};
}

std::vector<Encoding> bad_signatures() {
    const BLSSignature good = sign(0, message(1));
    auto x_is_prime = bytes_of<96>(kFieldPrime);
    x_is_prime[0] |= 0x80U;
    // A random x is on the curve half of the time and then outside the subgroup but for one in 2^128.
    return {
        {"zeros", "96 zero bytes", Bytes(96)},
        {"not_compressed", "the flag of compression is not set", changed(good, [](Bytes& b) { b[0] &= 0x7F; })},
        {"infinity_flag_on_a_point", "the flag of infinity on another point",
         changed(good, [](Bytes& b) { b[0] |= 0x40; })},
        {"infinity_with_a_bit", "infinity with a bit of x", changed(infinity_signature(), [](Bytes& b) { b[95] = 1; })},
        {"x_not_below_the_prime", "a coordinate is the prime of the field", {x_is_prime.begin(), x_is_prime.end()}},
        {"x_plus_one", "another x: no point, or outside the subgroup", changed(good, [](Bytes& b) { ++b[95]; })},
        {"x_plus_two", "another x: no point, or outside the subgroup", changed(good, [](Bytes& b) { b[95] += 2; })},
        {"x_plus_three", "another x: no point, or outside the subgroup", changed(good, [](Bytes& b) { b[95] += 3; })},
        {"one_byte_short", "95 bytes", changed(good, [](Bytes& b) { b.pop_back(); })},
        {"one_byte_over", "97 bytes", changed(good, [](Bytes& b) { b.push_back(0); })}};
}

Vector bls_vector(const std::string& handler, const std::string& name, const std::string& shows,
                  std::vector<std::string> clauses) {
    return {.runner = "bls", .handler = handler, .name = name, .shows = shows, .clauses = std::move(clauses)};
}

void add_verify(Suite& suite, const std::string& name, const std::string& shows, const BLSPubkey& key, const Root& root,
                const BLSSignature& signature, bool expected) {
    Vector vector = bls_vector("verify", name, shows, {"CRY-05", "CRY-02"});
    vector.params =
        Json{{"pubkey", to_hex(key.bytes)}, {"message", to_hex(root.bytes)}, {"signature", to_hex(signature.bytes)}}
            .dump();
    const bool valid = reference::bls_verify(key, root, signature);
    if (valid != expected) return suite.problem(vector.id() + ": the reference says otherwise");
    vector.values = Json{{"valid", valid}}.dump();
    suite.add(std::move(vector));
}

void add_bad_encodings(Suite& suite) {
    const Root root = message(1);
    const Bytes no_signature(96);
    for (const Encoding& entry : bad_keys()) {
        if (bls::PublicKey::parse(entry.bytes)) return suite.problem("bls: " + entry.what + " parses");
        Vector vector =
            bls_vector("verify", "key_" + entry.what, "a public key is refused: " + entry.shows, {"CRY-03"});
        vector.params = Json{{"pubkey", to_hex(entry.bytes)},
                             {"message", to_hex(root.bytes)},
                             {"signature", to_hex(sign(0, root).bytes)}}
                            .dump();
        vector.rejected = "CRY-03";
        suite.add(std::move(vector));
    }
    for (const Encoding& entry : bad_signatures()) {
        if (bls::Signature::parse(entry.bytes)) return suite.problem("bls: " + entry.what + " parses");
        Vector vector =
            bls_vector("verify", "signature_" + entry.what, "a signature is refused: " + entry.shows, {"CRY-04"});
        vector.params = Json{{"pubkey", to_hex(pubkey(0).bytes)},
                             {"message", to_hex(root.bytes)},
                             {"signature", to_hex(entry.bytes)}}
                            .dump();
        vector.rejected = "CRY-04";
        suite.add(std::move(vector));
    }
    Vector vector = bls_vector("verify", "key_before_signature", "of a bad key and a bad signature the key is named",
                               {"CRY-03", "CRY-04"});
    vector.params = Json{{"pubkey", to_hex(infinity_key().bytes)},
                         {"message", to_hex(root.bytes)},
                         {"signature", to_hex(no_signature)}}
                        .dump();
    vector.rejected = "CRY-03";
    suite.add(std::move(vector));
}

void add_verifications(Suite& suite) {
    const Root one = message(1);
    add_verify(suite, "valid", "a signature over its message under its key", pubkey(0), one, sign(0, one), true);
    add_verify(suite, "another_message", "a signature over another message", pubkey(0), message(2), sign(0, one),
               false);
    add_verify(suite, "another_key", "a signature of another key", pubkey(1), one, sign(0, one), false);
    add_verify(suite, "infinity_signature", "the point at infinity is a signature that verifies under no key",
               pubkey(0), one, infinity_signature(), false);
    add_verify(suite, "negated", "the negated signature", pubkey(0), one, BLSSignature{[&] {
                   auto bytes = sign(0, one).bytes;
                   bytes[0] ^= 0x20U;
                   return bytes;
               }()},
               false);
    add_verify(suite, "proof_tag", "a signature with the tag of proofs of possession", pubkey(0), one,
               BLSSignature{bls::pop_prove(crypto::development_validator_key(0), one.bytes).to_bytes()}, false);
    add_verify(suite, "zero_message", "a message of zeros", pubkey(3), message(0), sign(3, message(0)), true);
}

BLSSignature aggregate(const std::vector<std::uint64_t>& signers, const Root& root) {
    std::vector<bls::Signature> signatures;
    for (const std::uint64_t signer : signers) {
        signatures.push_back(bls::sign(crypto::development_validator_key(signer), root.bytes));
    }
    return BLSSignature{bls::aggregate_signatures(signatures)->to_bytes()};
}

void add_aggregate(Suite& suite, const std::string& name, const std::string& shows, const std::vector<BLSPubkey>& keys,
                   const Root& root, const BLSSignature& signature, bool expected) {
    Vector vector = bls_vector("fast_aggregate_verify", name, shows, {"CRY-06", "CRY-02"});
    Json list = Json::array();
    for (const BLSPubkey& key : keys)
        list.push_back(to_hex(key.bytes));
    vector.params =
        Json{{"pubkeys", list}, {"message", to_hex(root.bytes)}, {"signature", to_hex(signature.bytes)}}.dump();
    const bool valid = reference::bls_fast_aggregate_verify(keys, root, signature);
    if (valid != expected) return suite.problem(vector.id() + ": the reference says otherwise");
    vector.values = Json{{"valid", valid}}.dump();
    suite.add(std::move(vector));
}

BLSPubkey negated(const BLSPubkey& key) {
    BLSPubkey result = key;
    result.bytes[0] ^= 0x20U;
    return result;
}

// Q = P − K for a victim's key K and an own key P: without proofs of possession, one signer passes for two.
BLSPubkey rogue_key(const BLSPubkey& own, const BLSPubkey& victim) {
    const std::vector<bls::PublicKey> keys{bls::PublicKey::parse(own.bytes).value(),
                                           bls::PublicKey::parse(negated(victim).bytes).value()};
    return BLSPubkey{bls::aggregate_public_keys(keys)->to_bytes()};
}

void add_aggregates(Suite& suite) {
    const Root one = message(1);
    add_aggregate(suite, "three_signers", "three signers of one message", {pubkey(0), pubkey(1), pubkey(2)}, one,
                  aggregate({0, 1, 2}, one), true);
    add_aggregate(suite, "one_signer", "an aggregate of one", {pubkey(0)}, one, sign(0, one), true);
    add_aggregate(suite, "order_of_keys", "the order of the keys does not matter", {pubkey(2), pubkey(0)}, one,
                  aggregate({0, 2}, one), true);
    add_aggregate(suite, "same_key_twice", "a key that stands there twice counts twice", {pubkey(0), pubkey(0)}, one,
                  aggregate({0, 0}, one), true);
    add_aggregate(suite, "signer_missing", "one of the keys has not signed", {pubkey(0), pubkey(1), pubkey(2)}, one,
                  aggregate({0, 1}, one), false);
    add_aggregate(suite, "signer_too_many", "one of the signers is not among the keys", {pubkey(0), pubkey(1)}, one,
                  aggregate({0, 1, 2}, one), false);
    add_aggregate(suite, "no_keys", "no keys and the signature at infinity", {}, one, infinity_signature(), false);
    add_aggregate(suite, "no_keys_with_signature", "no keys and a signature", {}, one, sign(0, one), false);
    add_aggregate(suite, "keys_cancel", "the keys' sum is infinity", {pubkey(0), negated(pubkey(0))}, one,
                  infinity_signature(), false);
    add_aggregate(suite, "rogue_key", "a rogue key passes here: only proofs of possession keep it out",
                  {pubkey(1), rogue_key(pubkey(0), pubkey(1))}, one, sign(0, one), true);
    Vector vector = bls_vector("fast_aggregate_verify", "key_at_infinity", "one of the keys is infinity", {"CRY-03"});
    vector.params = Json{{"pubkeys", {to_hex(pubkey(0).bytes), to_hex(infinity_key().bytes)}},
                         {"message", to_hex(one.bytes)},
                         {"signature", to_hex(sign(0, one).bytes)}}
                        .dump();
    vector.rejected = "CRY-03";
    suite.add(std::move(vector));
}

struct Claim {
    std::uint64_t key;
    Root message;
    BLSSignature signature;
};

void add_batch(Suite& suite, const std::string& name, const std::string& shows, const std::vector<Claim>& claims,
               const std::vector<bool>& expected) {
    Vector vector = bls_vector("batch_verify", name, shows, {"CRY-07"});
    Json sets = Json::array();
    for (std::size_t i = 0; i < claims.size(); ++i) {
        const Claim& claim = claims[i];
        sets.push_back({{"pubkey", to_hex(pubkey(claim.key).bytes)},
                        {"message", to_hex(claim.message.bytes)},
                        {"signature", to_hex(claim.signature.bytes)}});
        if (reference::bls_verify(pubkey(claim.key), claim.message, claim.signature) != expected[i]) {
            return suite.problem(vector.id() + ": the reference says otherwise");
        }
    }
    vector.params = Json{{"sets", sets}}.dump();
    vector.values = Json{{"valid", expected}}.dump();
    suite.add(std::move(vector));
}

void add_batches(Suite& suite) {
    const auto good = [](std::uint64_t key, std::uint8_t tag) {
        return Claim{key, message(tag), sign(key, message(tag))};
    };
    add_batch(suite, "all_valid", "four good signatures", {good(0, 1), good(1, 2), good(2, 1), good(0, 3)},
              {true, true, true, true});
    add_batch(suite, "one_bad", "one bad signature does not take the others with it",
              {good(0, 1), good(1, 2), {2, message(3), sign(2, message(4))}, good(3, 4)}, {true, true, false, true});
    add_batch(suite, "exchanged", "two signatures that cancel each other in a sum without scalars",
              {{0, message(1), sign(1, message(1))}, {1, message(1), sign(0, message(1))}}, {false, false});
    add_batch(suite, "one_bad_alone", "a batch of one bad signature", {{0, message(1), sign(0, message(2))}}, {false});
    add_batch(suite, "infinity_among_good", "infinity among good signatures",
              {good(0, 1), {1, message(1), infinity_signature()}}, {true, false});
}

void add_proofs(Suite& suite) {
    const auto config = reference::preset("minimal").value();
    reference::Address alice;
    alice.bytes.fill(0xA1);
    reference::Address mallory;
    mallory.bytes.fill(0x66);
    const auto prove = [&](std::uint64_t signer, const BLSPubkey& key, const reference::Address& operator_address) {
        const Root root = reference::proof_of_possession_root(key, operator_address, config);
        return BLSSignature{bls::pop_prove(crypto::development_validator_key(signer), root.bytes).to_bytes()};
    };
    const auto add = [&](const std::string& name, const std::string& shows, const BLSPubkey& key,
                         const reference::Address& operator_address, const BLSSignature& proof,
                         const Expected& expected) {
        Vector vector = bls_vector("proof_of_possession", name, shows, {"CRY-18", "CRY-02"});
        vector.params = Json{{"pubkey", to_hex(key.bytes)},
                             {"operator", to_hex(operator_address.bytes)},
                             {"proof", to_hex(proof.bytes)}}
                            .dump();
        if (expected && expected != "CRY-18") vector.clauses.insert(vector.clauses.begin(), *expected);
        const auto verdict = reference::verify_proof_of_possession(key, operator_address, proof, config);
        if (!verdict) vector.rejected = std::string(to_string(verdict.failure().clause));
        if (vector.rejected != expected) return suite.problem(vector.id() + ": the reference says otherwise");
        suite.add(std::move(vector));
    };
    add("valid", "the proof of key and operator", pubkey(0), alice, prove(0, pubkey(0), alice), std::nullopt);
    add("another_operator", "a proof copied for another operator", pubkey(0), mallory, prove(0, pubkey(0), alice),
        "CRY-18");
    add("another_key", "a proof of another key", pubkey(1), alice, prove(0, pubkey(0), alice), "CRY-18");
    add("signed_by_another", "the right message signed by another key", pubkey(1), alice, prove(0, pubkey(1), alice),
        "CRY-18");
    add("rogue_key", "nobody knows the secret of a rogue key", rogue_key(pubkey(0), pubkey(1)), mallory,
        prove(0, rogue_key(pubkey(0), pubkey(1)), mallory), "CRY-18");
    add("tag_of_signatures", "signed with the tag of signatures", pubkey(0), alice,
        sign(0, reference::proof_of_possession_root(pubkey(0), alice, config)), "CRY-18");
    add("infinity", "the point at infinity is no proof", pubkey(0), alice, infinity_signature(), "CRY-18");
    add("key_of_zeros", "a key that does not decode", {}, alice, prove(0, pubkey(0), alice), "CRY-03");
    add("key_infinity", "the point at infinity is no key, whatever proof comes with it", infinity_key(), alice,
        infinity_signature(), "CRY-03");
    add("proof_of_zeros", "a proof that does not decode", pubkey(0), alice, {}, "CRY-04");
    add("key_before_proof", "neither decodes: the key is looked at first", {}, alice, {}, "CRY-03");
    const auto mainnet = reference::preset("mainnet").value();
    const Root elsewhere = reference::proof_of_possession_root(pubkey(0), alice, mainnet);
    add("another_fork_version", "a proof made for another genesis fork version", pubkey(0), alice,
        BLSSignature{bls::pop_prove(crypto::development_validator_key(0), elsewhere.bytes).to_bytes()}, "CRY-18");
}

void add_domains(Suite& suite) {
    const auto add = [&](const std::string& name, const std::string& shows, std::array<std::uint8_t, 4> type,
                         std::array<std::uint8_t, 4> version, const Root& genesis_root) {
        Vector vector = bls_vector("domain", name, shows, {"CRY-14", "CRY-17"});
        const reference::Version fork_version{version};
        vector.params =
            Json{
                {"type", to_hex(type)}, {"fork_version", to_hex(version)}, {"genesis_root", to_hex(genesis_root.bytes)}}
                .dump();
        vector.values = Json{{"domain", to_hex(reference::compute_domain(type, fork_version, genesis_root).bytes)},
                             {"fork_digest", to_hex(reference::compute_fork_digest(fork_version, genesis_root).bytes)}}
                            .dump();
        suite.add(std::move(vector));
    };
    add("proposer", "the domain of proposers on some chain", {0, 0, 0, 0}, {1, 0, 0, 1}, message(7));
    add("attester", "another type, another domain", {1, 0, 0, 0}, {1, 0, 0, 1}, message(7));
    add("another_version", "another version, another domain and digest", {0, 0, 0, 0}, {2, 0, 0, 1}, message(7));
    add("another_chain", "another chain, another domain and digest", {0, 0, 0, 0}, {1, 0, 0, 1}, message(8));
    add("zero_root", "the domain of proofs of possession", {3, 0, 0, 0}, {1, 0, 0, 1}, Root{});
}

}  // namespace

void add_bls(Suite& suite) {
    if (!suite.wants("bls")) return;
    add_verifications(suite);
    add_bad_encodings(suite);
    add_aggregates(suite);
    add_batches(suite);
    add_proofs(suite);
    add_domains(suite);
}

}  // namespace touchstone::vectors
