// How answers are read: every form that VK is known to send, and what no VK would.
#include "client/reply/envelope.hpp"

#include <boost/describe.hpp>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace my {
struct person {
  std::int64_t id = 0;
  std::string first_name;
};
BOOST_DESCRIBE_STRUCT(person, (), (id, first_name))
}  // namespace my

namespace vkxx::test {
namespace {

using namespace vkxx::detail;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

result<reply> read(std::string body, int status = 200,
                   std::string type = "application/json; charset=utf-8") {
  http::response answer;
  answer.status = status;
  answer.headers.push_back({"content-type", std::move(type)});
  answer.body = std::move(body);
  return read_answer("users.get", std::move(answer));
}

TEST(Envelope, EveryValueIsAResponse) {
  for (const auto* value :
       {"1", "0", "-5", "\"x\"", "true", "false", "null", "[]", "{}", "[{}]", "1.5", "\"\""}) {
    const auto body = std::string{R"({"response":)"} + value + "}";
    const auto outcome = read(body);
    ASSERT_TRUE(outcome) << body;
    EXPECT_EQ(boost::json::serialize(outcome->json()),
              boost::json::serialize(boost::json::parse(value)));
    EXPECT_EQ(outcome->body(), body);
    EXPECT_EQ(outcome->method(), "users.get");
    EXPECT_TRUE(outcome->execute_errors().empty());
  }
}

TEST(Envelope, IntegersKeep64Bits) {
  const auto outcome = read(R"({"response":[9069780796616521905,-9223372036854775808,
                                            18446744073709551615]})");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->json().at(0).as_int64(), 9069780796616521905);
  EXPECT_EQ(outcome->json().at(1).as_int64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(outcome->json().at(2).as_uint64(), std::numeric_limits<std::uint64_t>::max());
}

TEST(Envelope, TheContentTypeDoesNotMatterIfTheBodyIsJson) {
  EXPECT_TRUE(read(R"({"response":1})", 200, "text/javascript"));
  EXPECT_TRUE(read(R"({"response":1})", 200, "text/html"));
  EXPECT_TRUE(read(" \n {\"response\" : 1 } \n"));
}

TEST(Envelope, UnknownFieldsAreNoTrouble) {
  EXPECT_TRUE(read(R"({"response":1,"new_thing":{"a":[1]}})"));
}

TEST(Envelope, ExecuteErrorsOfAnotherFormAreErrorsToo) {
  const auto outcome = read(R"({"response":1,"execute_errors":"odd"})");
  ASSERT_TRUE(outcome);
  ASSERT_EQ(outcome->execute_errors().size(), 1U);
  EXPECT_EQ(outcome->execute_errors().front(), errc::malformed_answer);
}

TEST(Envelope, AStatusSaysWhetherTheRequestWasRefused) {
  const auto effect = [](int status) {
    return read("<html>", status, "text/html").error().effect();
  };
  for (const int status : {301, 307, 308, 400, 401, 403, 404, 407, 413, 418, 429, 499}) {
    EXPECT_EQ(effect(status), request_effect::rejected) << status;
  }
  // 303 shows the result of what was done, and browsers made 302 the same.
  for (const int status : {101, 300, 302, 303, 304, 408, 500, 502, 503, 504, 599, 999}) {
    EXPECT_EQ(effect(status), request_effect::unknown) << status;
  }
}

TEST(Envelope, AnErrorKeepsItsCodeHoweverMuchTheServerRepeats) {
  const std::string much(300'000, 'a');
  const auto outcome = read(
      R"({"error":{"error_code":15,"error_msg":"no","request_params":[{"key":"text","value":")" +
      much + R"("}]}})");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), api_errc::access_denied) << outcome.error();
  EXPECT_EQ(outcome.error().message(), "no");
  const auto wordy = read(R"({"error":{"error_msg":")" + much + R"(","error_code":15}})");
  EXPECT_EQ(wordy.error(), api_errc::access_denied) << wordy.error();
  EXPECT_EQ(wordy.error().message(), "(300002 bytes, left out)");
}

TEST(Envelope, AnErrorInFull) {
  const auto outcome = read(R"({"error":{"error_code":100,"error_subcode":1,
    "error_msg":"One of the parameters specified was missing or invalid: user_id is undefined",
    "error_text":"Ой","request_params":[{"key":"method","value":"users.get"},
    {"key":"oauth","value":"1"},{"key":"v","value":"5.199"}]}})");
  ASSERT_FALSE(outcome);
  const auto& failure = outcome.error();
  EXPECT_EQ(failure, api_errc::bad_parameter);
  EXPECT_EQ(failure.api_code(), api_errc{100});
  EXPECT_FALSE(failure.code());
  EXPECT_EQ(failure.origin(), error_origin::vk);
  EXPECT_EQ(failure.effect(), request_effect::rejected);
  EXPECT_EQ(failure.http_status(), 200);
  EXPECT_EQ(failure.method(), "users.get");
  ASSERT_NE(failure.details(), nullptr);
  EXPECT_EQ(failure.details()->subcode, 1);
  EXPECT_EQ(failure.details()->text, "Ой");
  EXPECT_THAT(failure.details()->request_params,
              ElementsAre(Pair("method", "users.get"), Pair("oauth", "1"), Pair("v", "5.199")));
  EXPECT_THAT(failure.details()->raw, HasSubstr("error_subcode"));
  EXPECT_EQ(failure.to_string(),
            "100. One of the parameters specified was missing or invalid: user_id is undefined. "
            "error_subcode = 1. request_params = {\"method\": \"users.get\", \"oauth\": \"1\", "
            "\"v\": \"5.199\"}");
  EXPECT_THAT(read(R"({"error":{"error_code":5,"error_msg":"No"}})").error().to_string(),
              ::testing::StartsWith("5. No. request_params = {} Method "))
      << "VK did not repeat it";
}

TEST(Envelope, TheLooseFormsOfAnError) {
  EXPECT_EQ(read(R"({"error":{"error_code":"5"}})").error(), api_errc::authorization_failed);
  EXPECT_EQ(read(R"({"error":{"error_code":5.0}})").error(), api_errc::authorization_failed);
  EXPECT_EQ(read(R"({"error":{"error_code":5,"request_params":{}}})").error(),
            api_errc::authorization_failed);
  EXPECT_EQ(read(R"({"error":{"error_code":5,"request_params":[1,{"key":2,"value":3},{}]}})")
                .error()
                .details()
                ->request_params,
            (std::map<std::string, std::string>{{"2", "3"}}));
  EXPECT_EQ(read(R"({"error":{"error_code":5,"error_description":"d"}})").error().message(), "d");
  EXPECT_EQ(
      read(R"({"error":{"error_code":5,"error_msg":null,"error_text":[]}})").error().message(), "");
  EXPECT_EQ(read(R"({"error":{"error_code":424242,"error_msg":"new"}})").error().api_code(),
            api_errc{424242});
  EXPECT_EQ(read(R"({"error":{"error_code":-7}})").error().api_code(), api_errc{-7});
}

TEST(Envelope, AnErrorBeatsAResponseAndTheStatus) {
  EXPECT_EQ(read(R"({"response":1,"error":{"error_code":6}})").error(),
            api_errc::too_many_requests_per_second);
  EXPECT_EQ(read(R"({"error":{"error_code":6}})", 401).error(),
            api_errc::too_many_requests_per_second);
  EXPECT_EQ(read(R"({"error":{"error_code":6}})", 503).error().http_status(), 503);
  EXPECT_TRUE(read(R"({"response":1,"error":[]})"));
  EXPECT_TRUE(read(R"({"response":1,"error":null})"));
}

TEST(Envelope, TheAuthorizationErrorIsPrintedAsPromised) {
  const auto outcome = read(
      R"({"error":{"error_code":5,"error_msg":"User authorization failed: invalid access_token (4).",
      "request_params":[{"key":"method","value":"users.get"},
                        {"key":"access_token","value":")" +
      token() + R"("}]}})");
  const auto& failure = outcome.error();
  EXPECT_TRUE(failure.is_access_token_incorrect());
  EXPECT_TRUE(failure.token_is_dead());
  EXPECT_EQ(failure.to_string(),
            "5. User authorization failed: invalid access_token (4). request_params = "
            "{\"access_token\": \"begi***.end\", \"method\": \"users.get\"}");
  std::ostringstream out;
  out << failure;
  EXPECT_EQ(out.str(), failure.to_string());
}

TEST(Envelope, SecretsInAnErrorAreRedactedWhereverTheyStand) {
  std::string parameters;
  for (const auto* name : {"access_token", "client_secret", "password", "code", "captcha_key",
                           "success_token", "sig"}) {
    parameters += std::string{parameters.empty() ? "" : ","} + R"({"key":")" + name +
                  R"(","value":")" + secret_of(name) + R"("})";
  }
  const auto outcome =
      read(R"({"error":{"error_code":17,"error_msg":"see access_token=)" + secret_of("message") +
           R"(&x=1","redirect_uri":"https://m.vk.ru/login?act=x&api_hash=)" + secret_of("hash") +
           R"(","ban_info":{"access_token":")" + secret_of("ban") + R"("},"request_params":[)" +
           parameters + "]}}");
  const auto& failure = outcome.error();
  keep_for_secret_search(failure.to_string());
  EXPECT_THAT(failure.to_string(), Not(HasSubstr(secret_mark())));
  EXPECT_THAT(failure.message(), Not(HasSubstr(secret_mark())));
  for (const auto& [name, value] : failure.details()->request_params) {
    EXPECT_THAT(value, Not(HasSubstr(secret_mark()))) << name;
  }
  EXPECT_THAT(failure.details()->ban_info, HasSubstr(secret_mark())) << "the raw field stays";
  EXPECT_THAT(failure.details()->redirect_uri, HasSubstr(secret_mark())) << "it is to be opened";
}

TEST(Envelope, AllFieldsOfACaptcha) {
  const auto outcome = read(R"({"error":{"error_code":14,"error_msg":"Captcha needed",
    "captcha_sid":826347283,"captcha_img":"https://vk.ru/captcha.php?sid=826347283",
    "captcha_ts":1763851234.567,"captcha_attempt":"1","captcha_ratio":2.6,"captcha_width":130,
    "captcha_height":50,"is_refresh_enabled":1,"is_sound_captcha_available":false,
    "captcha_track":"https://vk.ru/track","uiux_changes":true,
    "redirect_uri":"https://id.vk.ru/not_robot_captcha?session_token=x",
    "remixstlid":9069780796616521905}})");
  ASSERT_EQ(outcome.error(), api_errc::captcha_needed);
  EXPECT_TRUE(outcome.error().is_captcha_needed());
  EXPECT_TRUE(outcome.error().needs_challenge());
  const auto& captcha = outcome.error().details()->captcha;
  EXPECT_EQ(captcha.sid, "826347283");
  EXPECT_EQ(captcha.img, "https://vk.ru/captcha.php?sid=826347283");
  EXPECT_EQ(captcha.ts, "1763851234.567");
  EXPECT_EQ(captcha.attempt, 1);
  EXPECT_EQ(captcha.ratio, 2.6);
  EXPECT_EQ(captcha.width, 130);
  EXPECT_EQ(captcha.height, 50);
  EXPECT_EQ(captcha.is_refresh_enabled, true);
  EXPECT_EQ(captcha.is_sound_captcha_available, false);
  EXPECT_EQ(captcha.track, "https://vk.ru/track");
  EXPECT_EQ(captcha.redirect_uri, "https://id.vk.ru/not_robot_captcha?session_token=x");
  EXPECT_EQ(captcha.remixstlid, 9069780796616521905);
}

TEST(Envelope, WhatIsNoAnswerIsNamed) {
  struct row {
    std::string body;
    int status;
    errc expected;
    request_effect effect;
  };
  const auto unknown = request_effect::unknown;
  const std::vector<row> table{
      {"", 200, errc::not_json, unknown},
      {"<html>Bad gateway</html>", 200, errc::not_json, unknown},
      {"{\"response\":1} x", 200, errc::not_json, unknown},
      {"{\"response\":NaN}", 200, errc::not_json, unknown},
      {"{\"response\":\"\xFF\"}", 200, errc::not_json, unknown},
      {"{\"response\":[1,", 200, errc::truncated_answer, unknown},
      {"{\"resp", 200, errc::truncated_answer, unknown},
      {"{", 200, errc::truncated_answer, unknown},
      {"{}", 200, errc::malformed_answer, unknown},
      {"[]", 200, errc::malformed_answer, unknown},
      {"1", 200, errc::malformed_answer, unknown},
      {"null", 200, errc::malformed_answer, unknown},
      {R"({"error":"invalid_request"})", 200, errc::malformed_answer, unknown},
      {R"({"error":{}})", 200, errc::malformed_answer, unknown},
      {R"({"error":{"error_code":null}})", 200, errc::malformed_answer, unknown},
      {R"({"error":{"error_code":1e300}})", 200, errc::malformed_answer, unknown},
      {R"({"error":{"error_code":99999999999}})", 200, errc::malformed_answer, unknown},
      {R"({"Response":1})", 200, errc::malformed_answer, unknown},
      {"<html></html>", 502, errc::http_status, unknown},
      {R"({"response":1})", 500, errc::http_status, unknown},
      {"", 504, errc::http_status, unknown},
      {"", 408, errc::http_status, unknown},
      {"", 404, errc::http_status, request_effect::rejected},
      {"", 413, errc::http_status, request_effect::rejected},
      {"", 429, errc::http_status, request_effect::rejected},
      {"", 302, errc::http_status, unknown},
      {"", 308, errc::http_status, request_effect::rejected},
      {"[1]", 403, errc::http_status, request_effect::rejected},
      {std::string(100000, '['), 200, errc::not_json, unknown},
  };
  for (const auto& row : table) {
    const auto shown = row.body.substr(0, 60) + " " + std::to_string(row.status);
    const auto outcome = read(row.body, row.status);
    ASSERT_FALSE(outcome) << shown;
    EXPECT_EQ(outcome.error(), row.expected) << shown << ": " << outcome.error();
    EXPECT_EQ(outcome.error().effect(), row.effect) << shown;
    EXPECT_EQ(outcome.error().http_status(), row.status) << shown;
    EXPECT_EQ(outcome.error().method(), "users.get") << shown;
    EXPECT_FALSE(outcome.error().message().empty());
  }
}

// What a server said can be read in the error, however odd it is.
TEST(Envelope, ErrorsShowWhatTheServerSaid) {
  struct row {
    std::string body;
    int status;
    std::string shown;
  };
  const std::vector<row> table{
      {"ERROR", 200, "the server said: ERROR"},
      {"<html>\n<b>Bad\tgateway</b>", 502, "the server said: <html> <b>Bad gateway</b>"},
      {R"({"error":{"error_code":10}}{"response":1})", 200, R"({"error_code":10}}{"response":1})"},
      {"{\"response\":\"\xCB\xCF\"}", 200, "{\"response\":\"\\xcb\\xcf\"}"},
      {R"({"error":"need_validation","error_description":"open the page",
          "redirect_uri":"https://oauth.vk.ru/security_check?hash=abcdefghijklmnop"})",
       200, R"("error":"need_validation","error_description":"open the page")"},
      {R"({"response":[1,)", 200, R"({"response":[1,)"},
      {R"([1])", 200, "the server said: [1]"},
      {"{}", 200, "the server said: {}"},
  };
  for (const auto& row : table) {
    const auto text = read(row.body, row.status).error().to_string();
    EXPECT_THAT(text, HasSubstr(row.shown));
    EXPECT_THAT(text, Not(HasSubstr("abcdefghijklmnop")));
  }
  EXPECT_LT(read(std::string(1000000, 'x'), 500).error().message().size(), 600U);
}

TEST(Envelope, ARedirectSaysWhereItLeadsAndARefusalHowLongToWait) {
  http::response moved;
  moved.status = 301;
  moved.headers.push_back(
      {"Location", "https://api.vk.ru/method/users.get?access_token=" + secret_of("location")});
  const auto to = read_answer("users.get", std::move(moved)).error().message();
  EXPECT_THAT(to, HasSubstr("it leads to https://api.vk.ru/method/users.get?access_token="));
  EXPECT_THAT(to, Not(HasSubstr(secret_mark())));
  http::response busy;
  busy.status = 429;
  busy.headers.push_back({"Retry-After", "30"});
  busy.body = "slow down";
  const auto refused = read_answer("users.get", std::move(busy)).error();
  EXPECT_THAT(refused.message(),
              AllOf(HasSubstr("it asks to wait for 30 s"), HasSubstr("slow down")));
  EXPECT_EQ(refused.retry_after(), std::chrono::seconds{30});
}

TEST(Envelope, AByteOrderMarkIsSkipped) {
  const auto outcome = read("\xEF\xBB\xBF{\"response\":1}");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->json(), 1);
  EXPECT_EQ(outcome->body(), R"({"response":1})");
}

TEST(Envelope, HalfASurrogatePairCostsNothingElse) {
  const auto outcome =
      read(R"({"response":[{"a":"A\ud83d","b":"\ud83d\ude00","c":"\\ud83d","\udc00":1}]})");
  ASSERT_TRUE(outcome) << outcome.error();
  const auto& item = outcome->json().at(0);
  EXPECT_EQ(item.at("a"), "A\xEF\xBF\xBD");
  EXPECT_EQ(item.at("b"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(item.at("c"), "\\ud83d");
  EXPECT_EQ(item.at("\xEF\xBF\xBD"), 1);
  EXPECT_TRUE(read(R"({"error":{"error_code":5,"error_msg":"\ud83d"}})").error().token_is_dead());
}

// A tree of these takes many times the memory of the text, which is all that reading may take.
TEST(Envelope, NothingIsBuiltOfWhatNobodyAskedFor) {
  std::string list = "[0";
  for (int i = 0; i != 300000; ++i) list += ",0";
  list += "]";
  const auto error_of = [&](const std::string& name) {
    return read("{\"" + name + R"(":{"error_code":5,"x":)" + list + "}}").error();
  };
  const auto refused = error_of("error");
  EXPECT_EQ(refused, api_errc::authorization_failed) << refused;
  EXPECT_EQ(refused.details()->raw, R"-({"error_code":5,"x":"(600003 bytes, left out)"})-");
  std::string errors = R"({"error_code":1})";
  for (int i = 0; i != 2000; ++i) errors += R"(,{"error_code":1})";
  EXPECT_EQ(read(R"({"response":1,"execute_errors":[)" + errors + "]}").error(),
            errc::malformed_answer);
  const auto outcome = read("{\"response\":" + list + "}");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->text(), list);
  EXPECT_EQ(outcome->json().as_array().size(), 300001U);
}

TEST(Envelope, TheDomainChallengeIsPointedAt) {
  http::response answer;
  answer.status = 403;
  answer.headers.push_back({"X-Challenge", "required"});
  const auto outcome = read_answer("users.get", std::move(answer));
  EXPECT_EQ(outcome.error(), errc::http_status);
  EXPECT_EQ(outcome.error().effect(), request_effect::rejected);
  EXPECT_THAT(outcome.error().message(),
              AllOf(HasSubstr("open the page of X-Challenge-Url of this host"),
                    HasSubstr("in the header X-Challenge-Solution")));
}

TEST(Envelope, ThePageOfTheDomainChallengeIsNamedWithoutSecrets) {
  http::response answer;
  answer.status = 403;
  answer.headers.push_back({"X-Challenge", "required"});
  answer.headers.push_back({"X-Challenge-Url", "/challenge.html?token=" + secret_of("page")});
  const auto text = read_answer("users.get", std::move(answer)).error().message();
  EXPECT_THAT(text, HasSubstr("open /challenge.html?token="));
  EXPECT_THAT(text, Not(HasSubstr(secret_of("page"))));
}

TEST(Envelope, ParametersAreHiddenByTheirMeaningInTheMethod) {
  const auto parameters_of = [](const std::string& method) {
    http::response answer;
    answer.status = 200;
    answer.body = R"({"error":{"error_code":100,"error_msg":"m","request_params":[
        {"key":"method","value":")" +
                  method + R"("},{"key":"code","value":"return 12345678;"},
        {"key":"key","value":"abcdefghijklmnop"}]}})";
    return read_answer("users.get", std::move(answer)).error().details()->request_params;
  };
  EXPECT_THAT(parameters_of("execute"),
              ElementsAre(Pair("code", "return 12345678;"), Pair("key", "abcd***mnop"),
                          Pair("method", "execute")));
  EXPECT_THAT(parameters_of("storage.get"),
              ElementsAre(Pair("code", "retu***678;"), Pair("key", "abcdefghijklmnop"),
                          Pair("method", "storage.get")));
}

TEST(Envelope, ErrorsInsideAnExecuteAreDataAndWarnings) {
  call_bench bench;
  bench.vk->expect(call("execute"))
      .reply_body(R"({"response":[false,{"a":1}],"execute_errors":[
    {"method":"storage.get","error_code":100,"error_msg":"One of the parameters"},
    {"method":"wall.post","error_code":"214","error_msg":"Access denied",
     "request_params":[{"key":"code","value":")" +
                  secret_of("code") + R"("}]},
    "odd", {"error_msg":"without a code"}]})");
  const auto outcome = bench.call_once(request{"execute"}.set("code", "return 1;"));
  ASSERT_TRUE(outcome);
  ASSERT_EQ(outcome->execute_errors().size(), 4U);
  EXPECT_EQ(outcome->execute_errors()[0].method(), "storage.get");
  EXPECT_EQ(outcome->execute_errors()[0], api_errc::bad_parameter);
  EXPECT_EQ(outcome->execute_errors()[1], api_errc{214});
  EXPECT_EQ(outcome->execute_errors()[2], errc::malformed_answer);
  EXPECT_EQ(outcome->execute_errors()[3], errc::malformed_answer);
  std::vector<std::string> warnings;
  for (const auto& line : *bench.log_lines) {
    if (line.starts_with("warning")) warnings.push_back(line);
  }
  ASSERT_EQ(warnings.size(), 4U);
  EXPECT_THAT(warnings[0],
              HasSubstr(R"(Execute "storage.get" error: 100. One of the parameters.)"));
  EXPECT_THAT(warnings[1], HasSubstr(R"(Execute "wall.post" error: 214. Access denied.)"));
  EXPECT_THAT(warnings[1], Not(HasSubstr(secret_mark())));
}

TEST(Reply, ANumberThatNoDoubleHoldsIsNoNumber) {
  const auto outcome = read(R"({"response":[1,1e999]})");
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->text(), "[1,1e999]");
  const auto numbers = outcome->try_as<std::vector<double>>();
  ASSERT_FALSE(numbers);
  EXPECT_THAT(numbers.error().message(), HasSubstr("[1]: expected a number"));
}

TEST(Reply, BecomesATypeOfTheProgram) {
  const auto outcome = read(R"({"response":[{"id":1,"first_name":"Pavel"}]})");
  const auto people = outcome->as<std::vector<my::person>>();
  ASSERT_EQ(people.size(), 1U);
  EXPECT_EQ(people[0].id, 1);
  EXPECT_EQ(people[0].first_name, "Pavel");
  const auto wrong = outcome->try_as<std::string>();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error(), errc::unexpected_type);
  EXPECT_EQ(wrong.error().method(), "users.get");
  EXPECT_THROW(static_cast<void>(outcome->as<int>()), protocol_exception);
}

TEST(Reply, OutlivesWhatItCameFrom) {
  std::optional<reply> kept;
  {
    auto outcome = read(R"({"response":{"a":["long enough to live on the heap, surely"]}})");
    kept = *outcome;
  }
  const reply copy = *kept;
  kept.reset();
  EXPECT_EQ(copy.json().at("a").at(0), "long enough to live on the heap, surely");
}

TEST(Reply, CanBeMadeByAHandler) {
  const reply reply{boost::json::value{{"a", 1}}};
  EXPECT_EQ(reply.json().at("a"), 1);
  EXPECT_EQ(reply.body(), R"({"response":{"a":1}})");
  EXPECT_EQ(reply.method(), "");
}

std::string list_of_ones(std::size_t count) {
  std::string body = R"({"response":[1)";
  for (std::size_t i = 1; i < count; ++i) body += ",1";
  return body + "]}";
}

// Each number takes two bytes of the text, and twenty times that as a value.
TEST(Envelope, ATreeOfValuesHasALimitOfMemory) {
  const auto outcome = read(list_of_ones(3'000'000));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->text().size(), 6'000'001U);
  for (int i = 0; i != 2; ++i) {
    try {
      static_cast<void>(outcome->json());
      FAIL() << "it has no limit";
    } catch (const protocol_exception& failure) {
      EXPECT_EQ(failure.error(), errc::answer_too_large);
      EXPECT_EQ(failure.error().effect(), request_effect::executed);
      EXPECT_THAT(failure.error().message(), HasSubstr("more than 67108864 bytes of memory"));
    }
  }
  const auto numbers = outcome->try_as<std::vector<int>>();
  ASSERT_FALSE(numbers);
  EXPECT_EQ(numbers.error(), errc::answer_too_large);
}

TEST(Envelope, ATreeOfAnyAnswerOfVksSizeIsMade) {
  const auto outcome = read(list_of_ones(300'000));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->json().as_array().size(), 300'000U);
  EXPECT_EQ(outcome->try_as<std::vector<int>>()->size(), 300'000U);
}

}  // namespace
}  // namespace vkxx::test
