// What every call goes through: version, method, token, limits, execute, the record.
#include <thread>

#include "unit/emulator/service_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

using namespace std::chrono_literals;

class Api : public service_fixture {};

boost::json::object error_of(const answer& reply) {
  return boost::json::parse(reply.body).at("error").as_object();
}

TEST_F(Api, RefusesACallWithoutVersion) {
  const auto failure =
      error_of(send("GET", "/method/users.get?user_ids=1&access_token=" + tokens.user));
  EXPECT_EQ(text(failure),
            R"({"error_code":8,"error_msg":"Invalid request: v is required","request_params":[)"
            R"({"key":"method","value":"users.get"},{"key":"oauth","value":"1"},)"
            R"({"key":"user_ids","value":"1"}]})");
}

TEST_F(Api, AnswersInMessagePackOnRequest) {
  // By hand from the specification: a map of one, "response", a map of one, "text", nine bytes.
  const std::string packed = "\x81\xA8response\x81\xA4text\xA9道德經";
  const auto target = "/method/status.get?v=5.199&access_token=" + tokens.user;
  const auto by_header = send("GET", target, {}, {{"Accept", "application/x-msgpack, */*"}});
  EXPECT_EQ(by_header.content_type, "application/x-msgpack");
  EXPECT_EQ(by_header.body, packed);
  const auto by_name =
      send("GET", "/method/status.get.msgpack?v=5.199&access_token=" + tokens.user);
  EXPECT_EQ(by_name.body, packed);
  EXPECT_EQ(vk.requests().back().api_method, "status.get");
  const auto failure = send("GET", "/method/status.get.msgpack?v=5.199");
  EXPECT_TRUE(
      failure.body.starts_with("\x81\xA5"
                               "error\x83\xAA"
                               "error_code\x05"));
}

// Pages that were written before VK answered other origins.
TEST_F(Api, PassesAnAnswerToTheFunctionOfAPage) {
  const auto target = "/method/users.get?v=5.199&access_token=" + tokens.user;
  const auto plain = send("GET", target);
  const auto script = send("GET", target + "&callback=jQuery1.done_2");
  EXPECT_EQ(script.body, "jQuery1.done_2(" + plain.body + ");");
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  const auto failure = send("GET", "/method/users.get?v=5.199&callback=f");
  EXPECT_TRUE(failure.body.starts_with("f({\"error\":")) << failure.body;
  for (const auto* wrong : {"alert(1)%3Bf", "a%3Cb", "", "%D1%8F"})
    EXPECT_EQ(send("GET", target + "&callback=" + wrong).body, plain.body) << wrong;
  EXPECT_TRUE(send("POST", target + "&callback=f").body.starts_with("{"));
}

TEST_F(Api, AcceptsAnEndingThatSelectsTheFormOfTheAnswer) {
  const auto reply = send("GET", "/method/users.get.json?v=5.199&access_token=" + tokens.user);
  EXPECT_EQ(boost::json::parse(reply.body).at("response").at(0).at("id"), 1);
  EXPECT_EQ(vk.requests().back().api_method, "users.get");
}

TEST_F(Api, RefusesNestedScripts) {
  const auto whole =
      envelope("execute", "code=return [API.execute({code: 'return 1;'}), API.execute.feed()];");
  EXPECT_EQ(text(whole.at("response")), "[false,false]");
  const auto& failures = whole.at("execute_errors").as_array();
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].at("method"), "execute");
  EXPECT_EQ(failures[0].at("error_code"), 3);
}

// The script writes, and then does nothing for as long as it may: others must see the write before
// the script has ended. It is tried a few times, since this thread may sleep through a script's
// whole run.
TEST_F(Api, AnswersOtherCallsWhileAScriptRuns) {
  bool seen = false;
  for (int round = 0; round < 100 && !seen; ++round) {
    vk.reset();
    std::jthread script{[this] {
      send("POST", "/method/execute",
           "code=API.status.set({text: 'on'}); while (1) {} return 1;&v=5.199",
           {{"Authorization", "Bearer " + tokens.user}});
    }};
    while (vk.journal().empty()) std::this_thread::yield();
    const bool runs = vk.requests().empty();
    seen = runs && call("status.get").at("text") == "on" &&
           vk.requests().front().api_method == "status.get";
  }
  EXPECT_TRUE(seen);
}

// A sample comes of the schema and needs nothing of the world.
TEST_F(Api, ReadsTolerantlyWhatClientsSend) {
  EXPECT_TRUE(call("users.search", "fields=city,no_such_field&q=a").is_object());
  EXPECT_TRUE(call("photos.getById", "photos=1_2, 1_3").is_array());
  EXPECT_TRUE(call("database.getCountries", "need_all=1", tokens.service).is_object());
  EXPECT_TRUE(call("database.getCities", "country_id=1", tokens.service).is_object());
}

TEST_F(Api, GivesTheSameSampleForTheSameCallAndPagesOfIt) {
  const std::string album = "owner_id=-1&album_id=7";
  const auto whole = call("market.get", album);
  EXPECT_EQ(text(call("market.get", "album_id=7&owner_id=-1")), text(whole));
  EXPECT_NE(text(call("market.get", "owner_id=-1&album_id=8")), text(whole));
  const auto second = call("market.get", album + "&offset=1&count=1");
  ASSERT_EQ(second.at("items").as_array().size(), 1U);
  EXPECT_EQ(second.at("items").at(0).at("id"), whole.at("items").at(1).at("id"));
  EXPECT_EQ(text(call("account.setOnline")), "1");
}

TEST_F(Api, ServesTheAddressesOfSamples) {
  const auto picture = send("GET", "/sample/photo_50/123.png");
  EXPECT_EQ(picture.status, 200U);
  EXPECT_EQ(picture.content_type, "image/png");
  EXPECT_EQ(picture.body.substr(1, 3), "PNG");
  EXPECT_NE(send("GET", "/sample/photo_50/124.png").body, picture.body);
  for (const auto* path : {"/sample/", "/sample/.png", "/sample/a/b?c", "/sample/%00"})
    EXPECT_EQ(send("GET", path).status, 200U) << path;
  EXPECT_EQ(send("GET", "/sample").status, 404U);
}

TEST_F(Api, ComparesVersionsAsNumbers) {
  const auto code = [this](const std::string& v) {
    const auto whole = boost::json::parse(
        send("POST", "/method/users.get", "v=" + v + "&access_token=" + tokens.user).body);
    const auto* failure = whole.as_object().if_contains("error");
    return failure == nullptr ? 0 : failure->at("error_code").as_int64();
  };
  EXPECT_EQ(code("5.9"), 8);
  EXPECT_EQ(code("5.80"), 8);
  EXPECT_EQ(code("5.103"), 0);
  EXPECT_EQ(code("5.220"), 0);
  EXPECT_EQ(code("abc"), 8);
  EXPECT_EQ(code("5.x"), 8);
  EXPECT_EQ(code("5.199.1"), 8);
  EXPECT_EQ(code(""), 8);
}

TEST_F(Api, RefusesUnknownMethodsAlsoInAnotherLetterCase) {
  EXPECT_EQ(error("users.nothing").at("error_code"), 3);
  EXPECT_EQ(error("Users.get").at("error_code"), 3);
  EXPECT_EQ(string_at(error("users.nothing"), "error_msg"), "Unknown method passed");
}

TEST_F(Api, SaysWhyATokenIsRefused) {
  const auto tail = [this](const std::string& token) {
    const auto failure = error("users.get", "", token);
    EXPECT_EQ(failure.at("error_code"), 5);
    return string_at(failure, "error_msg");
  };
  EXPECT_EQ(tail("nonsense"), "User authorization failed: invalid access_token (4).");
  EXPECT_EQ(tail(tokens.expired), "User authorization failed: access_token has expired.");
  EXPECT_EQ(tail(tokens.revoked), "User authorization failed: invalid session.");
  EXPECT_EQ(tail(tokens.other_ip),
            "User authorization failed: access_token was given to another ip address.");
  EXPECT_EQ(tail(tokens.blocked), "User authorization failed: user is blocked.");
  EXPECT_TRUE(error("users.get", "", tokens.blocked).contains("ban_info"));
  EXPECT_EQ(string_at(error_of(send("POST", "/method/users.get", "v=5.199")), "error_msg"),
            "User authorization failed: no access_token passed.");
}

TEST_F(Api, RefusesTheWrongKindOfToken) {
  EXPECT_EQ(error("status.set", "text=x", tokens.community).at("error_code"), 27);
  EXPECT_EQ(error("status.set", "text=x", tokens.service).at("error_code"), 28);
  EXPECT_EQ(call("utils.getServerTime", "", tokens.service).is_int64(), true);
}

TEST_F(Api, ReturnsRequestParamsWithoutTheToken) {
  const auto reply = send("POST", "/method/users.get?fields=sex",
                          "user_ids=abc-none&v=5.199&lang=en&access_token=" + tokens.user);
  const auto failure = error_of(reply);
  EXPECT_EQ(failure.at("error_code"), 113);
  EXPECT_EQ(text(failure.at("request_params")),
            R"([{"key":"method","value":"users.get"},{"key":"oauth","value":"1"},)"
            R"({"key":"v","value":"5.199"},{"key":"fields","value":"sex"},)"
            R"({"key":"user_ids","value":"abc-none"},{"key":"lang","value":"en"}])");
  EXPECT_EQ(reply.body.find("vk1.a"), std::string::npos);
}

TEST_F(Api, ReplacesMalformedUtf8) {
  const auto failure = error("users.%ff", "a=%d0%96%fe");
  EXPECT_EQ(text(failure.at("request_params").at(0)),
            "{\"key\":\"method\",\"value\":\"users.\xEF\xBF\xBD\"}");
  EXPECT_EQ(failure.at("request_params").at(3).at("value"), "Ж\xEF\xBF\xBD");
}

TEST_F(Api, RefusesOtherHttpMethodsAsVkDoes) {
  const auto reply = send("PUT", "/method/users.get", "v=5.199&access_token=" + tokens.user);
  EXPECT_EQ(reply.status, 200U);
  EXPECT_EQ(error_of(reply).at("error_code"), 9999);
  EXPECT_EQ(send("OPTIONS", "/method/users.get").status, 204U);
}

// A page in a browser may read these answers, as those of VK, and no others.
TEST_F(Api, AllowsOtherOriginsWhereVkDoes) {
  const auto cross_origin = [&](const std::string& method, const std::string& target) {
    std::string found;
    for (const auto& [name, value] : send(method, target).headers)
      if (name.starts_with("Access-Control-")) found += name + ": " + value + ";";
    return found;
  };
  const std::string every = "Access-Control-Allow-Origin: *;";
  EXPECT_EQ(cross_origin("POST", "/method/users.get?v=5.199"), every);
  EXPECT_EQ(cross_origin("GET", "/method/no.such"), every);
  EXPECT_EQ(cross_origin("POST", "/oauth2/auth"), every);
  for (const auto* target : {"/", "/authorize", "/_emulator/faults", "/_files/1", "/access_token"})
    EXPECT_EQ(cross_origin("GET", target), "") << target;
  // VK does not answer a preflight.
  for (const auto* target : {"/method/users.get", "/oauth2/auth", "/_emulator/faults", "/"})
    EXPECT_EQ(cross_origin("OPTIONS", target), "") << target;
}

TEST_F(Api, HasNoLimitByDefault) {
  for (int i = 0; i < 50; ++i) EXPECT_NO_THROW(call("utils.getServerTime"));
}

class StrictApi : public service_fixture {
 protected:
  StrictApi() : service_fixture{emulator_options{}.strict_limits(true)} {}
};

TEST_F(StrictApi, Answers6AboveTheLimitAndDoesNotExecute) {
  for (int i = 0; i < 3; ++i) EXPECT_NO_THROW(call("status.set", "text=" + std::to_string(i)));
  EXPECT_EQ(error("status.set", "text=more").at("error_code"), 6);
  EXPECT_FALSE(vk.requests().back().executed);
  for (int i = 0; i < 20; ++i) EXPECT_NO_THROW(call("utils.getServerTime", "", tokens.community));
  EXPECT_EQ(error("utils.getServerTime", "", tokens.community).at("error_code"), 6);
  for (int i = 0; i < 5; ++i) EXPECT_NO_THROW(call("utils.getServerTime", "", tokens.service));
  EXPECT_EQ(error("utils.getServerTime", "", tokens.service).at("error_code"), 6);
  time->advance(1s);
  EXPECT_EQ(call("status.get").at("text"), "2");
}

TEST_F(Api, ExecutesScriptsAndListsInnerErrorsInOrder) {
  const auto whole =
      envelope("execute",
               "code=return [API.users.get({\"user_ids\":\"durov\"})[0].last_name, "
               "API.nope.x({\"q\":[1,2],\"b\":true}), API.wall.get({\"owner_id\":\"z\"}), "
               "Args];&word=hi");
  EXPECT_EQ(text(whole.at("response")), R"(["Дуров",false,false,{"word":"hi"}])");
  const auto& failures = whole.at("execute_errors").as_array();
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].at("method"), "nope.x");
  EXPECT_EQ(failures[0].at("error_code"), 3);
  EXPECT_EQ(text(failures[0].at("request_params")),
            R"([{"key":"method","value":"nope.x"},{"key":"oauth","value":"1"},)"
            R"({"key":"v","value":"5.199"},{"key":"q","value":"1,2"},{"key":"b","value":"1"}])");
  EXPECT_EQ(failures[1].at("method"), "wall.get");
  EXPECT_EQ(failures[1].at("error_code"), 100);
}

TEST_F(Api, OmitsExecuteErrorsIfThereAreNone) {
  EXPECT_FALSE(envelope("execute", "code=return 1;").as_object().contains("execute_errors"));
}

TEST_F(Api, DistinguishesCompileAndRuntimeErrors) {
  EXPECT_EQ(error("execute", "code=return [").at("error_code"), 12);
  std::string code = "code=return [";
  for (int i = 0; i < 26; ++i) code += "API.getServerTime(),";
  EXPECT_EQ(error("execute", code + "];").at("error_code"), 13);
  EXPECT_EQ(error("execute").at("error_code"), 100);
}

TEST_F(Api, RecordsRequestsWithoutTheirSecrets) {
  call("storage.set", "key=a&value=1&captcha_key=topsecretanswer");
  const auto all = vk.requests();
  ASSERT_EQ(all.size(), 1U);
  const auto& first = all.front();
  EXPECT_EQ(first.number, 1U);
  EXPECT_EQ(first.http_method, "POST");
  EXPECT_EQ(first.api_method, "storage.set");
  EXPECT_TRUE(first.bearer);
  EXPECT_TRUE(first.executed);
  EXPECT_EQ(first.status, 200U);
  EXPECT_EQ(first.parameters[1], (name_value{"value", "1"}));
  for (const auto& [name, value] : first.headers)
    EXPECT_EQ(value.find(tokens.user), std::string::npos);
  for (const auto& [name, value] : first.parameters)
    EXPECT_EQ(value.find("topsecretanswer"), std::string::npos);
  static_cast<void>(send("GET", "/method/users.get?v=5.199&access_token=" + tokens.user));
  EXPECT_EQ(vk.requests().back().target.find(tokens.user), std::string::npos);
  EXPECT_EQ(vk.requests().back().token, redacted(tokens.user));
}

TEST_F(Api, RecordsScriptsAndKeysButNoCodesOfLogins) {
  const auto shown = [this](const std::string& target) {
    static_cast<void>(send("POST", target, "v=5.199&code=return+1;&key=name_of_a_value"));
    std::map<std::string, std::string> parameters;
    const auto last = vk.requests().back();
    for (const auto& [name, value] : last.parameters) parameters[name] = value;
    return parameters["code"] + " " + parameters["key"];
  };
  EXPECT_EQ(shown("/method/execute"), "return 1; name***alue");
  EXPECT_EQ(shown("/method/storage.get"), "*** name_of_a_value");
  EXPECT_EQ(shown("/access_token"), "*** name***alue");
}

class ShortRecord : public service_fixture {
 protected:
  ShortRecord() : service_fixture{emulator_options{}.record_limit(3)} {}
};

TEST_F(ShortRecord, ForgetsTheOldestRequests) {
  for (int i = 0; i < 5; ++i) call("utils.getServerTime");
  const auto all = vk.requests();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all.front().number, 3U);
}

}  // namespace
}  // namespace vkxx::emulation
