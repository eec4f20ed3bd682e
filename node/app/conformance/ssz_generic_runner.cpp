// Types that only the tests know, proofs, and snappy.
#include <map>
#include <variant>

#include "node/app/conformance/request.h"
#include "node/codec/kinds.h"
#include "node/codec/proof.h"
#include "node/codec/snappy.h"

namespace touchstone::node::app {

namespace {

using codec::BitlistKind;
using codec::BitvectorKind;
using codec::container;
using codec::field;
using codec::list_of;
using codec::Plain;
using codec::union_of;
using codec::vector_of;

using Uint128Bytes = std::array<std::uint8_t, 16>;
using Uint256Bytes = std::array<std::uint8_t, 32>;

template <class T>
constexpr Plain<T> plain{};
constexpr codec::Boolean<std::uint8_t> kBoolean{};

struct SingleField {
    std::uint8_t a = 0;
};
struct FixedStruct {
    std::uint8_t a = 0;
    std::uint64_t b = 0;
    std::uint32_t c = 0;
};
struct VarStruct {
    std::uint16_t a = 0;
    std::vector<std::uint16_t> b;
    std::uint8_t c = 0;
};
struct ComplexStruct {
    std::uint16_t a = 0;
    std::vector<std::uint16_t> b;
    std::uint8_t c = 0;
    std::vector<std::uint8_t> d;
    VarStruct e;
    std::vector<FixedStruct> f;
    std::vector<VarStruct> g;
};
struct BitsStruct {
    Bits a, b, c, d, e;
};
struct UnionStruct {
    std::uint8_t a = 0;
    std::variant<std::uint8_t, std::vector<std::uint16_t>> b;
    std::uint16_t c = 0;
};

constexpr auto kSingleField = container<SingleField>(field(&SingleField::a, plain<std::uint8_t>));
constexpr auto kFixedStruct =
    container<FixedStruct>(field(&FixedStruct::a, plain<std::uint8_t>), field(&FixedStruct::b, plain<std::uint64_t>),
                           field(&FixedStruct::c, plain<std::uint32_t>));
constexpr auto kVarStruct = container<VarStruct>(field(&VarStruct::a, plain<std::uint16_t>),
                                                 field(&VarStruct::b, list_of(plain<std::uint16_t>, 1024)),
                                                 field(&VarStruct::c, plain<std::uint8_t>));
constexpr auto kComplexStruct = container<ComplexStruct>(
    field(&ComplexStruct::a, plain<std::uint16_t>), field(&ComplexStruct::b, list_of(plain<std::uint16_t>, 128)),
    field(&ComplexStruct::c, plain<std::uint8_t>), field(&ComplexStruct::d, list_of(plain<std::uint8_t>, 256)),
    field(&ComplexStruct::e, kVarStruct), field(&ComplexStruct::f, vector_of(kFixedStruct, 4)),
    field(&ComplexStruct::g, vector_of(kVarStruct, 2)));
constexpr auto kBitsStruct =
    container<BitsStruct>(field(&BitsStruct::a, BitlistKind{5}), field(&BitsStruct::b, BitvectorKind{2}),
                          field(&BitsStruct::c, BitvectorKind{1}), field(&BitsStruct::d, BitlistKind{6}),
                          field(&BitsStruct::e, BitvectorKind{8}));
constexpr auto kUnionStruct =
    container<UnionStruct>(field(&UnionStruct::a, plain<std::uint8_t>),
                           field(&UnionStruct::b, union_of(plain<std::uint8_t>, list_of(plain<std::uint16_t>, 8))),
                           field(&UnionStruct::c, plain<std::uint16_t>));

template <class Kind>
Runner decoder(Kind kind) {
    return [kind](const Request& request) {
        const ByteVector bytes = request.input("serialized");
        typename Kind::Value value{};
        accepted(kind.decode(bytes, request.parameters, value));
        ByteVector encoded;
        kind.encode(value, encoded);
        return Json{{"serialized", from_bytes(encoded)}, {"root", from_bytes(kind.root(value, request.parameters))}};
    };
}

const std::map<std::string, Runner>& decoders() {
    static const std::map<std::string, Runner> kDecoders{
        {"uint8", decoder(plain<std::uint8_t>)},
        {"uint16", decoder(plain<std::uint16_t>)},
        {"uint32", decoder(plain<std::uint32_t>)},
        {"uint64", decoder(plain<std::uint64_t>)},
        {"uint128", decoder(plain<Uint128Bytes>)},
        {"uint256", decoder(plain<Uint256Bytes>)},
        {"boolean", decoder(kBoolean)},
        {"vec_boolean_5", decoder(vector_of(kBoolean, 5))},
        {"vec_uint16_3", decoder(vector_of(plain<std::uint16_t>, 3))},
        {"vec_uint64_16", decoder(vector_of(plain<std::uint64_t>, 16))},
        {"vec_uint256_2", decoder(vector_of(plain<Uint256Bytes>, 2))},
        {"vec_VarStruct_2", decoder(vector_of(kVarStruct, 2))},
        {"list_boolean_8", decoder(list_of(kBoolean, 8))},
        {"list_uint8_32", decoder(list_of(plain<std::uint8_t>, 32))},
        {"list_uint16_8", decoder(list_of(plain<std::uint16_t>, 8))},
        {"list_uint64_100", decoder(list_of(plain<std::uint64_t>, 100))},
        {"list_FixedStruct_4", decoder(list_of(kFixedStruct, 4))},
        {"list_VarStruct_4", decoder(list_of(kVarStruct, 4))},
        {"list_list_uint8_8_4", decoder(list_of(list_of(plain<std::uint8_t>, 8), 4))},
        {"bitvec_1", decoder(BitvectorKind{1})},
        {"bitvec_8", decoder(BitvectorKind{8})},
        {"bitvec_9", decoder(BitvectorKind{9})},
        {"bitvec_257", decoder(BitvectorKind{257})},
        {"bitlist_1", decoder(BitlistKind{1})},
        {"bitlist_8", decoder(BitlistKind{8})},
        {"bitlist_9", decoder(BitlistKind{9})},
        {"bitlist_513", decoder(BitlistKind{513})},
        {"SingleField", decoder(kSingleField)},
        {"FixedStruct", decoder(kFixedStruct)},
        {"VarStruct", decoder(kVarStruct)},
        {"ComplexStruct", decoder(kComplexStruct)},
        {"BitsStruct", decoder(kBitsStruct)},
        {"union_uint8_uint64", decoder(union_of(plain<std::uint8_t>, plain<std::uint64_t>))},
        {"union_list_structs", decoder(union_of(list_of(plain<std::uint16_t>, 8), kFixedStruct, kVarStruct))},
        {"UnionStruct", decoder(kUnionStruct)},
        {"list_union_4", decoder(list_of(union_of(plain<std::uint8_t>, plain<std::uint64_t>), 4))},
    };
    return kDecoders;
}

crypto::Digest digest(const Json& value) { return to_fixed<Root>(value).bytes; }

std::vector<crypto::Digest> digests(const Json& list) {
    std::vector<crypto::Digest> hashes;
    for (const Json& value : list)
        hashes.push_back(digest(value));
    return hashes;
}

Json check_single_proof(const Request& request) {
    accepted(codec::verify_proof(digest(request.param("leaf")), to_uint64(request.param("index")),
                                 digests(request.param("branch")), digest(request.param("root"))));
    return Json::object();
}

Json check_multi_proof(const Request& request) {
    const Json& leaves = request.param("leaves");
    const Json& indices = request.param("indices");
    if (leaves.size() != indices.size()) throw BadRequest("not as many leaves as indices");
    std::vector<codec::ProofNode> nodes;
    for (std::size_t i = 0; i < leaves.size(); ++i)
        nodes.push_back({to_uint64(indices[i]), digest(leaves[i])});
    accepted(codec::verify_multiproof(nodes, digests(request.param("proof")), digest(request.param("root"))));
    return Json::object();
}

}  // namespace

Json run_ssz_generic(const Request& request) {
    if (request.handler == "decode") {
        const auto type = decoders().find(request.param("type").get<std::string>());
        if (type == decoders().end()) throw Unsupported{};
        return type->second(request);
    }
    if (request.handler == "single_proof") return check_single_proof(request);
    if (request.handler == "multi_proof") return check_multi_proof(request);
    if (request.handler == "snappy") {
        const ByteVector payload = request.input("payload");
        return {{"data", from_bytes(accepted(codec::decompress(payload, to_uint64(request.param("limit")))))}};
    }
    throw Unsupported{};
}

}  // namespace touchstone::node::app
