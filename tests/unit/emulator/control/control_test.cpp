#include <map>
#include <regex>
#include <string>

#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

class Control : public service_fixture {
 protected:
  boost::json::value json(const answer& reply) { return boost::json::parse(reply.body); }
};

TEST_F(Control, TellsHowEachMethodIsAnswered) {
  const auto methods = boost::json::parse(send("GET", "/_emulator/methods").body).as_array();
  EXPECT_EQ(methods.size(), 566U);
  std::map<std::string, std::string> answers;
  for (const auto& entry : methods)
    answers[string_at(entry.as_object(), "method")] = string_at(entry.as_object(), "answer");
  EXPECT_EQ(answers["users.get"], "state");
  EXPECT_EQ(answers["execute"], "state");
  EXPECT_EQ(answers["ads.getAds"], "sample");
}

TEST_F(Control, AddsListsAndRemovesFaults) {
  EXPECT_EQ(
      text(json(send("POST", "/_emulator/faults", R"(["reset:wall.post","error=9:users.get*2"])"))),
      R"({"ids":[1,2]})");
  EXPECT_EQ(error("users.get").at("error_code"), 9);
  const auto listed = json(send("GET", "/_emulator/faults"));
  EXPECT_EQ(listed.at(1).at("fault"), "error=9:users.get*2");
  EXPECT_EQ(listed.at(1).at("played"), 1);
  EXPECT_EQ(send("DELETE", "/_emulator/faults/1").status, 200U);
  EXPECT_EQ(send("DELETE", "/_emulator/faults/1").status, 404U);
  EXPECT_EQ(send("DELETE", "/_emulator/faults/x").status, 404U);
  EXPECT_EQ(send("DELETE", "/_emulator/faults").status, 200U);
  EXPECT_EQ(text(json(send("GET", "/_emulator/faults"))), "[]");
}

// One client with a bug must not make the records of all others unreadable.
TEST_F(Control, ShowsOtherBytesThanUtf8) {
  send("GET", "/method/users.get?v=5.199&\xff=\xfe", {}, {{"X-Name", "Ren\xe9"}});
  for (const auto* path : {"requests", "requests/1", "requests/1/har", "lint"})
    EXPECT_NO_THROW(json(send("GET", std::string{"/_emulator/"} + path))) << path;
  EXPECT_NE(text(json(send("GET", "/_emulator/requests"))).find("Ren\xEF\xBF\xBD"),
            std::string::npos);
}

TEST_F(Control, ReportsAnInvalidFault) {
  const auto reply = send("POST", "/_emulator/faults", "http_status=7");
  EXPECT_EQ(reply.status, 400U);
  EXPECT_EQ(json(reply).at("error"), "fault: the value of http_status must be from 400 to 599");
}

TEST_F(Control, ShowsRequestsButNotItsOwn) {
  call("users.get", "user_ids=1");
  send("GET", "/_emulator/world");
  const auto listed = json(send("GET", "/_emulator/requests"));
  ASSERT_EQ(listed.as_array().size(), 1U);
  EXPECT_EQ(listed.at(0).at("method"), "users.get");
  EXPECT_EQ(text(listed.at(0).at("parameters")), R"([["user_ids","1"],["v","5.199"]])");
  EXPECT_EQ(listed.at(0).at("executed"), true);
  send("DELETE", "/_emulator/requests");
  EXPECT_EQ(text(json(send("GET", "/_emulator/requests"))), "[]");
}

TEST_F(Control, AnswersCaptchasForATest) {
  const auto sid = string_at(error("captcha.force"), "captcha_sid");
  EXPECT_EQ(string_at(json(send("GET", "/_emulator/captcha?sid=" + sid)).as_object(), "answer"),
            vk.captcha_answer(sid));
  EXPECT_EQ(send("GET", "/_emulator/captcha?sid=1").status, 404U);
  EXPECT_EQ(send("GET", "/_emulator/captcha").status, 400U);
  const auto uri = string_at(error("captcha.force", "kind=page"), "redirect_uri");
  const auto reply = send("POST", "/_emulator/captcha?" + uri.substr(uri.find('?') + 1));
  const std::string token{json(reply).at("success_token").as_string()};
  EXPECT_EQ(call("captcha.force", "success_token=" + token), 1);
}

TEST_F(Control, ShowsTheWorldAndResetsIt) {
  const auto shown = json(send("GET", "/_emulator/world"));
  EXPECT_EQ(shown.at("groups").at(3).at("administrators").at(0), 2);
  EXPECT_EQ(string_at(shown.at("tokens").as_object(), "user"), tokens.user);
  EXPECT_EQ(shown.at("users").at(0).at("screen_name"), "durov");
  call("status.set", "text=changed");
  EXPECT_EQ(send("POST", "/_emulator/reset").status, 200U);
  EXPECT_EQ(call("status.get").at("text"), "道德經");
  EXPECT_EQ(send("GET", "/_emulator/nothing").status, 404U);
}

TEST_F(Control, ListsEveryExecutedWriteInTheJournal) {
  call("users.get", "user_ids=1");
  call("wall.post", "message=one");
  vk.add_fault(fault{fault_kind::reset}.method("wall.post"));
  send("POST", "/method/wall.post", "message=never&v=5.199",
       {{"Authorization", "Bearer " + tokens.user}});
  vk.add_fault(fault{fault_kind::lost}.method("wall.post"));
  send("POST", "/method/wall.post", "message=two&v=5.199",
       {{"Authorization", "Bearer " + tokens.user}});
  call("messages.send", "peer_id=2&random_id=7&message=hi");
  call("messages.send", "peer_id=2&random_id=7&message=hi");
  call("execute", "code=API.wall.post({message: 'three'}); return API.users.get();");
  vk.add_fault(fault{fault_kind::twice}.method("status.set"));
  call("status.set", "text=four");
  const auto listed = json(send("GET", "/_emulator/journal")).as_array();
  std::vector<std::string> methods;
  for (const auto& entry : listed) methods.emplace_back(entry.at("method").as_string());
  EXPECT_EQ(methods, (std::vector<std::string>{"wall.post", "wall.post", "messages.send",
                                               "wall.post", "status.set", "status.set"}));
  EXPECT_EQ(text(listed[1].at("parameters")), R"([["message","two"],["v","5.199"]])");
  EXPECT_EQ(listed[3].at("in_execute"), true);
  EXPECT_EQ(listed[5].at("number"), 6);
  EXPECT_EQ(vk.journal().size(), 6U);
  vk.reset();
  EXPECT_TRUE(vk.journal().empty());
}

struct page_request {
  const char* about;
  std::vector<name_value> headers;
};

class ControlGuard : public Control, public testing::WithParamInterface<page_request> {};

// What a web page makes a browser send, read of the standards (Fetch, Fetch Metadata, HTML).
TEST_P(ControlGuard, RefusesWhatAWebPageCanSend) {
  const auto reply = send("POST", "/_emulator/faults", "captcha", GetParam().headers);
  EXPECT_EQ(reply.status, 403U);
  EXPECT_NE(std::string{json(reply).at("error").as_string()}.find("control API is closed to"),
            std::string::npos);
  EXPECT_TRUE(vk.faults().empty());
  for (const auto& [name, value] : reply.headers) EXPECT_NE(name, "Access-Control-Allow-Origin");
}

INSTANTIATE_TEST_SUITE_P(
    Pages, ControlGuard,
    testing::Values(
        page_request{"a script's request", {{"Origin", "https://evil.example"}}},
        page_request{"a sandboxed frame", {{"Origin", "null"}}},
        page_request{"a page at this very port", {{"Origin", "http://127.0.0.1:8080"}}},
        page_request{"an image", {{"Sec-Fetch-Site", "cross-site"}}},
        page_request{"a page of another port", {{"Sec-Fetch-Site", "same-site"}}},
        page_request{"a form of an old browser", {{"Referer", "http://evil.example/"}}},
        page_request{"a form without a referrer", {{"Accept", "text/html,application/xml;q=0.9"}}},
        page_request{"a name made to lead here", {{"Host", "evil.example:8080"}}},
        page_request{"a name that looks like an address", {{"Host", "127.0.0.1.evil.example"}}},
        page_request{"VK's own name", {{"Host", "api.vk.ru"}}}));

TEST_F(Control, IsOpenToProgramsOnThisMachine) {
  for (const auto* host : {"127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080",
                           "192.168.1.5", "emulator.localhost"}) {
    EXPECT_EQ(
        send("POST", "/_emulator/faults", "captcha", {{"Host", host}, {"Accept", "*/*"}}).status,
        200U)
        << host;
  }
  EXPECT_EQ(send("GET", "/_emulator/faults", {}, {{"Accept", "text/html"}}).status, 200U)
      << "a developer looks at it in a browser";
  EXPECT_EQ(send("OPTIONS", "/_emulator/faults").status, 405U);
}

TEST_F(Control, BoundsItsMemory) {
  std::string many = "[";
  for (int i = 0; i < 999; ++i) many += "\"captcha\",";
  many += "\"captcha\"]";
  for (int i = 0; i < 10; ++i) EXPECT_EQ(send("POST", "/_emulator/faults", many).status, 200U);
  EXPECT_EQ(send("POST", "/_emulator/faults", many).status, 400U);
  EXPECT_EQ(vk.faults().size(), 10'000U);
}

class NamedControl : public service_fixture {
 protected:
  NamedControl() : service_fixture{emulator_options{}.add_control_host("Emulator")} {}
  unsigned status(std::vector<name_value> headers) {
    return send("POST", "/_emulator/faults", "captcha", std::move(headers)).status;
  }
};

TEST_F(NamedControl, LetsProgramsCallByTheNameOfAContainer) {
  for (const auto* host : {"emulator:8080", "emulator", "EMULATOR:8080", "127.0.0.1", "localhost"})
    EXPECT_EQ(status({{"Host", host}}), 200U) << host;
  for (const auto* host : {"emulator.evil.example", "evil.example", "xemulator", "emulator.", ""})
    EXPECT_EQ(status({{"Host", host}}), 403U) << host;
  EXPECT_EQ(status({{"Host", "emulator:8080"}, {"Origin", "http://emulator:8080"}}), 403U);
}

// All that is drawn: codes, tokens, captchas, faults by chance, delays, how pages are written.
class Seeded : public testing::Test {
 protected:
  // An emulator's time begins with the machine's.
  static std::string without_times(const std::string& answer) {
    static const std::regex seconds{R"(\b[12]\d{9}\b|\b[12]\.\d+E9\b)"};
    return std::regex_replace(answer, seconds, "TIME");
  }
  static std::vector<std::string> run(std::uint64_t seed) {
    const auto time = std::make_shared<standing_clock>();
    emulator_options options;
    options.time(time).seed(seed).page_seed(seed).samples(false);
    options.latency(std::chrono::milliseconds{1}, std::chrono::milliseconds{1000});
    options.add_fault(parse_fault("error=10:status.get*0,rate=0.5"));
    service vk{options};
    vk.set_base_url("http://emulator");
    std::vector<std::string> answers;
    const auto send = [&](std::string method, std::string target, std::string body) {
      http_message message;
      message.method = std::move(method);
      message.target = std::move(target);
      message.body = std::move(body);
      message.headers = {{"Host", "emulator"},
                         {"Authorization", "Bearer " + vk.tokens().user},
                         {"Content-Type", "application/x-www-form-urlencoded"}};
      const auto reply = vk.handle(message);
      std::string shown = std::to_string(reply.status) + " " + std::to_string(reply.delay.count());
      for (const auto& [name, value] : reply.headers) shown += "\n" + name + ": " + value;
      answers.push_back(without_times(shown + "\n\n" + reply.body));
    };
    for (int i = 0; i != 20; ++i) send("POST", "/method/status.get", "v=5.199");
    for (int i = 0; i != 3; ++i) {
      send("POST", "/method/captcha.force", "v=5.199");
      send("POST", "/method/captcha.force", "v=5.199&kind=page");
      send("POST", "/method/photos.get", "v=5.199&owner_id=1");
      send("POST", "/method/messages.send",
           "v=5.199&peer_id=2&message=hi&random_id=" + std::to_string(i));
      send("GET",
           "/token?grant_type=password&client_id=1&client_secret=s&username=plain@emulator.test&"
           "password=emulator-password",
           "");
      send("GET",
           "/token?grant_type=password&client_id=1&client_secret=s&username=captcha@emulator.test&"
           "password=emulator-password",
           "");
      send("GET", "/authorize?client_id=777&response_type=token&redirect_uri=http://127.0.0.1/",
           "");
      send("GET",
           "/authorize?client_id=777&response_type=code&redirect_uri=https://app.example/"
           "c&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_"
           "method=s256",
           "");
      time->advance(std::chrono::seconds{1});
    }
    for (const auto& entry : vk.requests()) answers.push_back(entry.fault);
    return answers;
  }
};

TEST_F(Seeded, AnEmulatorGivesTheSameAnswersTwice) {
  const auto first = run(7);
  EXPECT_EQ(first, run(7));
  EXPECT_NE(first, run(8));
}

// Another thread sends it: the clock does not wait for that.
TEST_F(Control, ARetryThatIsDueDoesNotEndTheWalkOfTheClock) {
  const auto now = call("utils.getServerTime").to_number<std::int64_t>();
  const auto code = call("groups.getCallbackConfirmationCode", "group_id=1").at("code").as_string();
  call("groups.addCallbackServer", "group_id=1&title=t&url=http%3A%2F%2F127.0.0.1%3A9%2F");
  const auto confirmation = vk.take_callbacks();
  ASSERT_EQ(confirmation.requests.size(), 1U);
  vk.finish_callback(confirmation, confirmation.requests[0].attempt,
                     {200, std::string{code}, {}, {}});
  call("groups.ban", "group_id=1&owner_id=3&end_date=" + std::to_string(now + 100));
  const auto events = vk.take_callbacks();
  ASSERT_FALSE(events.requests.empty());
  for (const auto& request : events.requests)
    vk.finish_callback(events, request.attempt, {500, {}, {}, {}});
  time->advance(std::chrono::seconds{20});
  send("POST", "/_emulator/clock", R"({"advance": 3600})");
  const auto feed = boost::json::parse(send("GET", "/_emulator/feed?wait=0").body);
  const auto& last = feed.at("events").as_array().back();
  EXPECT_EQ(last.at("kind"), "unblocked");
  EXPECT_NEAR(last.at("time").to_number<double>(), static_cast<double>(now + 100), 1);
}

}  // namespace
}  // namespace vkxx::emulation
