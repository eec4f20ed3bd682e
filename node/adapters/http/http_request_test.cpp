#include "node/adapters/http/http_request.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "node/adapters/files/temporary_folder.h"

namespace touchstone::node::adapters {
namespace {

namespace http = boost::beast::http;

struct Asked {
    http::verb method = http::verb::post;
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers = {{"Host", "localhost"},
                                                                {"Content-Type", "application/json"}};

    http::request_header<> header() const {
        http::request_header<> made;
        made.version(11);
        made.method(method);
        made.target(target);
        for (const auto& [name, value] : headers)
            made.insert(name, value);
        return made;
    }
    Asked with(const std::string& name, const std::string& value) const {
        Asked more = *this;
        more.headers.emplace_back(name, value);
        return more;
    }
};

const Asked kUpgrade{
    http::verb::get, "/ws", {{"Host", "localhost"}, {"Connection", "keep-alive, Upgrade"}, {"Upgrade", "websocket"}}};

class JudgeRequestTest : public testing::Test {
  protected:
    std::optional<HttpTask> task_of(const Asked& asked) const {
        const auto verdict = judge_request(asked.header(), rules_);
        const auto* task = std::get_if<HttpTask>(&verdict);
        return task == nullptr ? std::nullopt : std::optional(*task);
    }
    unsigned status_of(const Asked& asked) const {
        const auto verdict = judge_request(asked.header(), rules_);
        const auto* refusal = std::get_if<HttpRefusal>(&verdict);
        return refusal == nullptr ? 0 : static_cast<unsigned>(refusal->status);
    }

    HttpRules rules_;
};

TEST_F(JudgeRequestTest, ABodyIsPostedToTheOnlyPathAsJson) {
    EXPECT_EQ(task_of({}), HttpTask::Body);
    EXPECT_EQ(status_of({.target = "/x"}), 404U);
    EXPECT_EQ(status_of({.target = "/ws"}), 404U) << "only for WebSockets";
    EXPECT_EQ(status_of({.method = http::verb::get}), 405U);
    EXPECT_EQ(status_of({.headers = {{"Host", "localhost"}, {"Content-Type", "text/plain"}}}), 415U);
}

TEST_F(JudgeRequestTest, AWebSocketIsAskedForByGet) {
    EXPECT_EQ(task_of(kUpgrade), HttpTask::WebSocket);
    Asked root = kUpgrade;
    root.target = "/";
    EXPECT_EQ(task_of(root), HttpTask::WebSocket);
    Asked posted = root;
    posted.method = http::verb::post;
    EXPECT_EQ(status_of(posted), 415U) << "that is a body";
}

TEST_F(JudgeRequestTest, OnLoopbackTheHostNamesIt) {
    const Asked other{.headers = {{"Host", "node.example"}, {"Content-Type", "application/json"}}};
    EXPECT_EQ(status_of(other), 403U);
    rules_.loopback = false;
    EXPECT_EQ(task_of(other), HttpTask::Body);
    EXPECT_EQ(status_of({.headers = {}}), 400U);
    EXPECT_EQ(status_of(Asked().with("Host", "localhost")), 400U) << "twice";
}

TEST_F(JudgeRequestTest, WebPagesMayNotAsk) {
    EXPECT_EQ(status_of(Asked().with("Origin", "https://page.example")), 403U);
    EXPECT_EQ(status_of(kUpgrade.with("Origin", "http://localhost")), 403U);
    EXPECT_EQ(status_of(Asked().with("Origin", "null")), 403U);
}

TEST_F(JudgeRequestTest, PagesOfNamedOriginsMayAsk) {
    rules_.origins = {"https://wallet.example", "http://localhost:3000"};
    const Asked named = Asked().with("Origin", "http://localhost:3000");
    EXPECT_EQ(task_of(named), HttpTask::Body);
    EXPECT_EQ(task_of(kUpgrade.with("Origin", "https://wallet.example")), HttpTask::WebSocket);
    EXPECT_EQ(allowed_origin(named.header(), rules_), "http://localhost:3000");
    for (const char* other : {"http://localhost:3001", "http://localhost", "https://wallet.example.org",
                              "HTTPS://WALLET.EXAMPLE", "null", ""}) {
        EXPECT_EQ(status_of(Asked().with("Origin", other)), 403U) << other;
        EXPECT_EQ(allowed_origin(Asked().with("Origin", other).header(), rules_), "") << other;
    }
    EXPECT_EQ(status_of(named.with("Origin", "https://wallet.example")), 400U) << "twice";
    rules_.origins = {"*"};
    EXPECT_EQ(task_of(Asked().with("Origin", "null")), HttpTask::Body);
    EXPECT_EQ(allowed_origin(named.header(), rules_), "*");
}

TEST_F(JudgeRequestTest, ABrowserAsksBefore) {
    Asked preflight{
        .method = http::verb::options,
        .headers = {
            {"Host", "localhost"}, {"Origin", "https://wallet.example"}, {"Access-Control-Request-Method", "POST"}}};
    EXPECT_EQ(status_of(preflight), 403U) << "no page may ask";
    rules_.origins = {"https://wallet.example"};
    EXPECT_EQ(task_of(preflight), HttpTask::Preflight);
    preflight.headers.pop_back();
    EXPECT_EQ(status_of(preflight), 405U);
}

TEST_F(JudgeRequestTest, WhoShowsNoTokenIsNotAnswered) {
    const TemporaryFolder folder;
    const std::string token(32, 't');
    const auto path = folder / "token";
    std::ofstream(path) << token;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    rules_.token = BearerToken::load_or_create(path).value();
    EXPECT_EQ(status_of({}), 401U);
    EXPECT_EQ(status_of(kUpgrade), 401U);
    EXPECT_EQ(status_of({.target = "/x"}), 401U) << "nothing is told of what there is";
    EXPECT_EQ(status_of(Asked().with("Authorization", "Bearer " + std::string(32, 'x'))), 401U);
    EXPECT_EQ(task_of(Asked().with("Authorization", "Bearer " + token)), HttpTask::Body);
    EXPECT_EQ(task_of(kUpgrade.with("Authorization", "Bearer " + token)), HttpTask::WebSocket);
    const Asked twice = Asked().with("Authorization", "Bearer " + token).with("Authorization", "Bearer x");
    EXPECT_EQ(status_of(twice), 400U);
    rules_.origins = {"https://wallet.example"};
    EXPECT_EQ(task_of({.method = http::verb::options,
                       .headers = {{"Host", "localhost"},
                                   {"Origin", "https://wallet.example"},
                                   {"Access-Control-Request-Method", "POST"}}}),
              HttpTask::Preflight)
        << "browsers show none then";
}

TEST_F(JudgeRequestTest, PagesAreGot) {
    rules_.pages = true;
    EXPECT_EQ(task_of({.method = http::verb::get, .target = "/any"}), HttpTask::Page);
    EXPECT_EQ(status_of({}), 405U);
    EXPECT_EQ(task_of(kUpgrade), HttpTask::Page) << "there are no WebSockets";
}

}  // namespace
}  // namespace touchstone::node::adapters
