#include "node/app/conformance/adapter.h"

#include <gtest/gtest.h>

#include <sstream>

namespace touchstone::node::app {
namespace {

std::string request(const std::string& runner, const std::string& handler, const std::string& params,
                    const std::string& inputs = "{}") {
    return R"({"id":"7","runner":")" + runner + R"(","handler":")" + handler +
           R"(","preset":"minimal","config":{},"params":)" + params + R"(,"inputs":)" + inputs + "}";
}

TEST(Adapter, AcceptsWithAllOutputs) {
    EXPECT_EQ(answer(request("ssz_generic", "decode", R"({"type":"uint16"})", R"({"serialized":"0x0102"})")),
              R"({"id":"7","ok":true,"outputs":{"serialized":"0x0102",)"
              R"("root":"0x0102000000000000000000000000000000000000000000000000000000000000"}})");
}

TEST(Adapter, RejectsWithTheClause) {
    const std::string response =
        answer(request("ssz_generic", "decode", R"({"type":"boolean"})", R"({"serialized":"0x02"})"));
    EXPECT_TRUE(response.starts_with(R"({"id":"7","ok":false,"rejected":"ENC-08")")) << response;
}

TEST(Adapter, ProvesAndVerifiesAnAbsentKey) {
    const std::string empty_root = "0x" + std::string(64, '0');
    EXPECT_EQ(answer(request("kv_tree", "prove", R"({"entries":[],"keys":["0x01"]})")),
              R"({"id":"7","ok":true,"outputs":{"root":")" + empty_root +
                  R"(","leaves":[],"proof":"0x0c0000000d0000000d00000000"}})");
    const std::string path = R"("0x)" + std::string(64, '1') + R"(")";
    const std::string params =
        R"({"root":")" + empty_root + R"(","query":[{"first":)" + path + R"(,"last":)" + path + R"(}],"leaves":[]})";
    EXPECT_EQ(answer(request("kv_tree", "verify", params, R"({"proof":"0x0c0000000d0000000d00000000"})")),
              R"({"id":"7","ok":true,"outputs":{}})");
    const std::string rejected =
        answer(request("kv_tree", "verify", params, R"({"proof":"0x0c0000000d0000000d00000001"})"));
    EXPECT_NE(rejected.find("KVT-12"), std::string::npos) << rejected;
}

TEST(Adapter, NamesTheAssumptionThatAConfigurationBreaks) {
    const std::string response = answer(request("genesis", "config", R"({"replace":{"SHUFFLE_ROUND_COUNT":"256"}})"));
    EXPECT_EQ(response, R"({"id":"7","ok":false,"rejected":"TYP-06","name":"SHUFFLE_ROUNDS"})");
}

TEST(Adapter, LeavesThatDoNotPairWithIndicesAreAProofThatIsNone) {
    const std::string response =
        answer(request("ssz_generic", "multi_proof", R"({"leaves":[],"indices":["1"],"proof":[],"root":"0x"})"));
    EXPECT_TRUE(response.starts_with(R"({"id":"7","ok":false,"rejected":"ENC-22")")) << response;
}

TEST(Adapter, AsksOneWatermarkForAllMessagesOfACase) {
    const std::string attestation = R"({"attestation":{"source":"1","target":"2"}})";
    EXPECT_EQ(answer(request("duties", "watermark",
                             R"({"messages":[{"block":"3"},{"block":"3"},)" + attestation + "," + attestation +
                                 R"(,{"attestation":{"source":"0","target":"3"}},{"block":"4"}]})")),
              R"({"id":"7","ok":true,"outputs":{"signed":[true,false,true,false,false,true]}})");
}

TEST(Adapter, MintsNoSharesWhereThereAreNone) {
    const auto params = [](const std::string& amount) {
        return R"({"tokens":"10","shares":"4","amount":")" + amount + R"(","part":"3"})";
    };
    EXPECT_EQ(answer(request("execution", "stake_value", params("5"))),
              R"({"id":"7","ok":true,"outputs":{"minted":"2","value":"7"}})");
    EXPECT_EQ(answer(request("execution", "stake_value", params("2"))),
              R"({"id":"7","ok":true,"outputs":{"minted":null,"value":"7"}})");
}

TEST(Adapter, SaysWhatItDoesNotKnow) {
    for (const auto& line :
         {request("ssz_static", "Nothing", "{}"), request("unheard", "of", "{}"), request("bls", "nothing", "{}"),
          request("operations", "nothing", "{}"), request("duties", "nothing", "{}"),
          request("weak_subjectivity", "nothing", "{}"), request("ssz_generic", "decode", R"({"type":"bitvec_0"})")}) {
        EXPECT_EQ(answer(line), R"({"id":"7","unsupported":true})");
    }
}

TEST(Adapter, AnswersNonsenseWithAnError) {
    for (const std::string& line :
         {std::string("{"), std::string("[]"), request("ssz_static", "Fork", "{}"),
          request("ssz_static", "Fork", "{}", R"({"serialized":"12"})"), request("bls", "verify", R"({"pubkey":5})"),
          request("shuffling", "permutation", R"({"seed":"0x00","count":"1"})"),
          request("ssz_generic", "decode", R"({"type":5})")}) {
        EXPECT_NE(answer(line).find("\"error\":"), std::string::npos) << answer(line);
    }
}

TEST(Adapter, AnswersALineThatIsNestedWithoutEnd) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_NE(answer(request("bls", "verify", R"({"pubkey":)" + deep + "}")).find("\"error\":"), std::string::npos);
}

TEST(Adapter, AnswersLineByLineUntilTheInputEnds) {
    std::istringstream in("{\n{\n");
    std::ostringstream out;
    EXPECT_EQ(run_adapter(in, out), 0);
    const std::string text = out.str();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

}  // namespace
}  // namespace touchstone::node::app
