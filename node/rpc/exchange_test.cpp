#include "node/rpc/exchange.h"

#include <gtest/gtest.h>

#include "node/rpc/test_methods.h"

namespace touchstone::node::rpc {
namespace {

class ExchangeTest : public testing::Test {
  protected:
    Json answered(std::string_view body, const Limits& limits = {}) {
        const auto text = answer(body, methods_, limits);
        EXPECT_TRUE(text) << body;
        return text ? Json::parse(*text) : Json();
    }
    void expect_error(std::string_view body, std::int64_t code, const Json& id, const std::string& because = {}) {
        const Json response = answered(body);
        EXPECT_EQ(response.at("error").at("code"), code) << response;
        EXPECT_EQ(response.at("id"), id) << response;
        EXPECT_FALSE(response.contains("result"));
        if (because.empty()) return;
        EXPECT_NE(response.at("error").at("data").at("reason").get<std::string>().find(because), std::string::npos)
            << response;
    }

    int notified_ = 0;
    MethodTable methods_ = example_methods(notified_);
};

TEST_F(ExchangeTest, IdsComeBackAsTheyWere) {
    for (const char* id : {"1", "-9223372036854775808", "18446744073709551615", "\"\"", R"("\u00e9\n")", "null"}) {
        const Json response = answered(R"({"jsonrpc":"2.0","method":"get_data","id":)" + std::string(id) + "}");
        EXPECT_EQ(response.at("id"), Json::parse(id));
        EXPECT_TRUE(response.contains("result"));
    }
}

class NoSink final : public PushConnection {
  public:
    bool send(PushText) override { return true; }
    void close(std::string_view) override {}
    bool is_open() const override { return true; }
};

TEST_F(ExchangeTest, IsKnownToSubscribeIfItsOneCallDoes) {
    const auto subscribes = [this](std::string_view body) { return Exchange(body, methods_, {}).subscribes(); };
    EXPECT_TRUE(subscribes(R"({"jsonrpc":"2.0","method":"listen","id":1})"));
    EXPECT_FALSE(subscribes(R"([{"jsonrpc":"2.0","method":"listen","id":1}])"));
    EXPECT_FALSE(subscribes(R"({"jsonrpc":"2.0","method":"get_data","id":1})"));
    EXPECT_FALSE(subscribes(R"({"jsonrpc":"2.0","method":"nothing","id":1})"));
    EXPECT_FALSE(subscribes("no JSON"));
    EXPECT_FALSE(subscribes("[]"));
}

TEST_F(ExchangeTest, AMethodKnowsWhetherTheNodeMaySpeakUnasked) {
    constexpr std::string_view kCall = R"({"jsonrpc":"2.0","method":"listen","id":1})";
    EXPECT_EQ(answered(kCall).at("result"), false);
    Exchange exchange(kCall, methods_, {}, Caller{std::make_shared<NoSink>()});
    ASSERT_TRUE(exchange.has_next());
    exchange.run_next();
    EXPECT_EQ(Json::parse(exchange.response().value_or("null")).at("result"), true);
}

TEST_F(ExchangeTest, ANotificationIsHeldAgainstItsDeclaration) {
    const Declaration& listen = methods_.find("listen")->declaration;
    EXPECT_EQ(notification_problem(listen, {{"sound", 3}}), "");
    EXPECT_NE(notification_problem(listen, {{"sound", "loud"}}), "");
    EXPECT_NE(notification_problem(methods_.find("sum")->declaration, {{"sound", 3}}), "");
}

TEST_F(ExchangeTest, AnIdThatCouldComeBackChangedIsRefused) {
    for (const char* id : {"1.5", "1e3", "18446744073709551616", "true", "[]", "{}"}) {
        expect_error(R"({"jsonrpc":"2.0","method":"get_data","id":)" + std::string(id) + "}", code::kInvalidRequest,
                     nullptr, "\"id\"");
    }
}

TEST_F(ExchangeTest, WhatIsNoRequestIsRefusedWithItsIdIfThatCanBeRead) {
    expect_error(R"({"jsonrpc":"1.0","method":"get_data","id":7})", code::kInvalidRequest, 7, "jsonrpc");
    expect_error(R"({"jsonrpc":2.0,"method":"get_data","id":7})", code::kInvalidRequest, 7, "jsonrpc");
    expect_error(R"({"jsonrpc":"2.0","id":7})", code::kInvalidRequest, 7, "method");
    expect_error(R"({"jsonrpc":"2.0","method":"get_data","params":5,"id":7})", code::kInvalidRequest, 7, "params");
    expect_error(R"({"jsonrpc":"2.0","method":"get_data","params":null,"id":7})", code::kInvalidRequest, 7, "params");
    expect_error("\"text\"", code::kInvalidRequest, nullptr, "object");
    expect_error(R"({"jsonrpc":"2.0","method":"a","method":"b","id":7})", code::kInvalidRequest, nullptr, "twice");
}

TEST_F(ExchangeTest, WhatIsNoJsonIsAParseError) {
    for (const std::string body : {"", " ", "{", "[1,", "nul", "\xff", "{\"a\":\"\xc3\"}", "{} {}", "{'a':1}", "[NaN]"})
        expect_error(body, code::kParseError, nullptr);
}

TEST_F(ExchangeTest, ParametersAreCheckedByNameNumberAndType) {
    const auto call = [](const std::string& params) {
        return R"({"jsonrpc":"2.0","method":"subtract","id":1,"params":)" + params + "}";
    };
    expect_error(call("[1]"), code::kInvalidParams, 1, "\"subtrahend\" is missing");
    expect_error(call("[1,null]"), code::kInvalidParams, 1, "\"subtrahend\" is missing");
    expect_error(call("[1,2,3]"), code::kInvalidParams, 1, "there are 3 parameters");
    expect_error(call("[1,2.5]"), code::kInvalidParams, 1, "\"subtrahend\" must be an integer");
    expect_error(call(R"({"minuend":1,"subtrahnd":2})"), code::kInvalidParams, 1, "no parameter \"subtrahnd\"");
    expect_error(call("{}"), code::kInvalidParams, 1, "\"minuend\" is missing");
    expect_error(R"({"jsonrpc":"2.0","method":"subtract","id":1})", code::kInvalidParams, 1, "missing");
}

TEST_F(ExchangeTest, AnUnknownNameComesBackShortened) {
    std::string name;
    for (int i = 0; i < 1000; ++i)
        name += "\xc3\xa9";
    const Json response = answered(R"({"jsonrpc":"2.0","method":"subtract","id":1,"params":{")" + name + R"(":1}})");
    EXPECT_LT(response.dump().size(), 300U);
}

TEST_F(ExchangeTest, AParameterMayBeLeftOutWhereItIsNotRequired) {
    EXPECT_EQ(answered(R"({"jsonrpc":"2.0","method":"greet","id":1})").at("result"), "nobody");
    EXPECT_EQ(answered(R"({"jsonrpc":"2.0","method":"greet","params":{},"id":1})").at("result"), "nobody");
    EXPECT_EQ(answered(R"({"jsonrpc":"2.0","method":"greet","params":[7],"id":1})").at("result"), 7);
}

TEST_F(ExchangeTest, ARefusalOfAMethodCarriesItsData) {
    const Json response = answered(R"({"jsonrpc":"2.0","method":"refuse","id":1})");
    EXPECT_EQ(response.at("error"), Json::parse(R"({"code":-32000,"message":"Refused","data":{"clause":"X-01"}})"));
}

TEST_F(ExchangeTest, AnExceptionOfAMethodIsAnInternalError) {
    expect_error(R"({"jsonrpc":"2.0","method":"fail","id":1})", code::kInternalError, 1, "broken");
    EXPECT_FALSE(answer(R"({"jsonrpc":"2.0","method":"fail"})", methods_));
}

TEST_F(ExchangeTest, ANotificationWithBadParametersIsNotRunAndNotAnswered) {
    EXPECT_FALSE(answer(R"({"jsonrpc":"2.0","method":"update","params":[1]})", methods_));
    EXPECT_EQ(notified_, 0);
}

TEST_F(ExchangeTest, NothingRunsBeforeItIsToldTo) {
    const Exchange exchange(R"({"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5]})", methods_, {});
    EXPECT_TRUE(exchange.has_next());
    EXPECT_EQ(notified_, 0);
}

TEST_F(ExchangeTest, ABatchAboveTheLimitIsRefusedAsAWhole) {
    const auto batch = [](std::size_t calls) {
        std::string text = "[";
        for (std::size_t i = 0; i < calls; ++i)
            text += std::string(i == 0 ? "" : ",") + R"({"jsonrpc":"2.0","method":"get_data","id":1})";
        return text + "]";
    };
    EXPECT_EQ(answered(batch(Limits{}.batch_calls)).size(), Limits{}.batch_calls);
    expect_error(batch(Limits{}.batch_calls + 1), code::kLimitExceeded, nullptr, "256");
}

TEST_F(ExchangeTest, NestingAboveTheLimitIsRefused) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    expect_error(nested(Limits{}.nesting + 1), code::kLimitExceeded, nullptr, "nested");
    expect_error(nested(400'000), code::kLimitExceeded, nullptr, "nested");
    std::string objects;
    for (int i = 0; i < 100'000; ++i)
        objects += R"({"a":)";
    expect_error(objects + "1" + std::string(100'000, '}'), code::kLimitExceeded, nullptr, "nested");
    const Json inner = answered(nested(Limits{}.nesting));
    EXPECT_EQ(inner.at(0).at("error").at("code"), code::kInvalidRequest);
}

TEST_F(ExchangeTest, ResultsForWhichAnAnswerHasNoRoomBecomeErrors) {
    const std::string get = R"({"jsonrpc":"2.0","method":"get_data","id":1})";
    const std::string result = R"({"id":1,"jsonrpc":"2.0","result":["hello",5]})";
    EXPECT_TRUE(answered(get, {.response_bytes = result.size()}).contains("result"));
    const Json refused = answered(get, {.response_bytes = result.size() - 1});
    EXPECT_EQ(refused.at("id"), 1);
    EXPECT_EQ(refused.at("error").at("code"), code::kLimitExceeded);
    const Json batch = answered("[" + get + "," + get + "]", {.response_bytes = result.size() + 10});
    EXPECT_TRUE(batch.at(0).contains("result"));
    EXPECT_EQ(batch.at(1).at("error").at("code"), code::kLimitExceeded);
}

TEST_F(ExchangeTest, CallsThatWaitCanBeRefused) {
    const std::string get = R"({"jsonrpc":"2.0","method":"get_data","id":1})";
    Exchange exchange("[" + get + "," + get + ",1]", methods_, {});
    exchange.run_next();
    exchange.refuse_rest(common_error(code::kLimitExceeded).because("why"));
    EXPECT_FALSE(exchange.has_next());
    const Json answers = Json::parse(*exchange.response());
    EXPECT_TRUE(answers.at(0).contains("result"));
    EXPECT_EQ(answers.at(1).at("error").at("data").at("reason"), "why");
    EXPECT_EQ(answers.at(2).at("error").at("code"), code::kInvalidRequest);
}

TEST_F(ExchangeTest, ManyNamesOfOneObjectAreReadQuickly) {
    std::string body = "{";
    for (int i = 0; i < 60'000; ++i)
        body += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    expect_error(body + "}", code::kInvalidRequest, nullptr);
}

TEST_F(ExchangeTest, AMethodThatThereIsNotIsNamed) {
    expect_error(R"({"jsonrpc":"2.0","method":"nothing","id":1})", code::kMethodNotFound, 1, "\"nothing\"");
}

TEST_F(ExchangeTest, AnErrorIsHeldAgainstItsDeclaration) {
    const Declaration& refuse = methods_.find("refuse")->declaration;
    EXPECT_EQ(error_problem(refuse, kRefused.with({{"clause", "X-01"}})), "");
    EXPECT_EQ(error_problem(refuse, invalid_params("why")), "");
    EXPECT_NE(error_problem(refuse, kRefused.with(nullptr)), "");
    EXPECT_NE(error_problem(refuse, Error{-32000, "Another", {{"clause", 1}}}), "");
    EXPECT_NE(error_problem(methods_.find("greet")->declaration, kRefused.with({{"clause", "X-01"}})), "");
}

}  // namespace
}  // namespace touchstone::node::rpc
