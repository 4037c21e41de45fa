// Calls as a script of `execute`: what is written, and whose error is whose.
#include "client/execute/execute_code.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/reply/envelope.hpp"

namespace vkxx::test {
namespace {

using namespace vkxx::detail;

using ::testing::AllOf;
using ::testing::HasSubstr;

request call_to(std::string method, std::string id = {}) {
  request request{std::move(method)};
  if (!id.empty()) request.set("id", id);
  return request;
}

result<reply> answered(std::string body) {
  http::response answer;
  answer.status = 200;
  answer.body = std::move(body);
  return read_answer("execute", std::move(answer));
}

std::string failure(std::string_view method, int code, std::string_view id = {}) {
  std::string text = R"({"method":")" + std::string{method} + R"(","error_code":)" +
                     std::to_string(code) + R"(,"error_msg":"no")";
  if (!id.empty()) {
    text += R"(,"request_params":[{"key":"method","value":")" + std::string{method} +
            R"("},{"key":"id","value":")" + std::string{id} + R"("}])";
  }
  return text + "}";
}

// "=VALUE", "!CODE" or "?": for each call.
std::vector<std::string> read(const std::vector<request>& calls, const std::string& response,
                              const std::string& errors = {}) {
  const auto body = R"({"response":)" + response +
                    (errors.empty() ? "" : R"(,"execute_errors":[)" + errors + "]") + "}";
  std::vector<std::string> shown;
  for (const auto& outcome : detail::read_execute(calls, answered(body))) {
    if (outcome) {
      shown.push_back("=" + boost::json::serialize(outcome->json()));
    } else if (const auto code = outcome.error().api_code()) {
      shown.push_back("!" + std::to_string(static_cast<int>(*code)));
    } else {
      EXPECT_EQ(outcome.error(), errc::malformed_answer);
      shown.push_back("?");
    }
  }
  return shown;
}

using shown = std::vector<std::string>;

TEST(ExecuteCode, IsAListOfCallsWithTheirValuesAsTexts) {
  const std::vector<request> calls{request{"users.get"}.set("user_ids", 1, "durov").set("x", true),
                                   request{"wall.delete"}};
  EXPECT_EQ(detail::execute_code(calls).value(),
            R"(return [API.users.get({"user_ids":"1,durov","x":"1"}),API.wall.delete({})];)");
}

TEST(ExecuteCode, LeavesNoWayOutOfALiteral) {
  const std::string nasty =
      "\"});API.account.ban({\\\r\n\t\x01</script>`${1}'\xE2\x80\xA8\xE2\x80\xA9";
  const auto code = detail::execute_code(std::vector{request{"a.b"}.set(nasty, nasty)}).value();
  const std::string head = "return [API.a.b(";
  const std::string tail = ")];";
  ASSERT_TRUE(code.starts_with(head) && code.ends_with(tail)) << code;
  const auto literal = code.substr(head.size(), code.size() - head.size() - tail.size());
  const auto object = boost::json::parse(literal).as_object();
  ASSERT_EQ(object.size(), 1U);
  EXPECT_EQ(object.at(nasty).as_string(), nasty);
  for (const char c : code) EXPECT_GE(static_cast<unsigned char>(c), 0x20U);
  EXPECT_EQ(code.find("\xE2\x80\xA8"), std::string::npos);
}

TEST(ExecuteCode, RefusesWhatCannotStandInAScript) {
  const auto fault = [](const std::vector<request>& calls) {
    const auto code = detail::execute_code(calls);
    if (code) return std::string{};
    EXPECT_EQ(code.error(), errc::invalid_argument);
    EXPECT_EQ(code.error().effect(), request_effect::not_sent);
    return code.error().message();
  };
  EXPECT_THAT(fault({}), HasSubstr("1 to 25"));
  EXPECT_THAT(fault(std::vector(26, call_to("a.b"))), HasSubstr("1 to 25 calls, not 26"));
  EXPECT_EQ(fault(std::vector(25, call_to("a.b"))), "");
  EXPECT_THAT(fault({call_to("a.b"), call_to("execute")}),
              AllOf(HasSubstr("call 2"), HasSubstr("`execute`")));
  EXPECT_THAT(fault({call_to("execute.mine")}), HasSubstr("execute.mine"));
  EXPECT_THAT(fault({call_to("a.b();API.c.d")}), HasSubstr("not a method's name"));
  EXPECT_THAT(fault({request{"a.b"}.access_token(std::string{"secret-token"})}),
              AllOf(HasSubstr("token of its own"), ::testing::Not(HasSubstr("secret-token"))));
  EXPECT_THAT(fault({request{"a.b"}.set("name", "\xFF\xFE")}), HasSubstr("name"));
}

TEST(FollowingCode, CallsAgainFromWhereThePageBeforeEnded) {
  const auto first = request{"newsfeed.get"}.set("count", 100).set("start_from", "a/1").set("x", 1);
  EXPECT_EQ(detail::following_code(first, "start_from", 4).value(),
            R"(var from="a/1";var pages=[];var left=4;while(left>0){)"
            R"(var page=API.newsfeed.get({"count":"100","x":"1","start_from":from});)"
            R"(pages.push(page);left=left-1;from="";if(page){from=page.next_from;})"
            R"(if(!from){left=0;}}return pages;)");
  EXPECT_THAT(detail::following_code(request{"a.b"}, "start_from", 2).value(),
              AllOf(HasSubstr(R"(var from="";)"), HasSubstr(R"(API.a.b({"start_from":from});)")));
}

TEST(FollowingCode, LeavesNoWayOutOfALiteral) {
  const std::string nasty = "\"});API.account.ban({\\\r\n\xE2\x80\xA8";
  const auto first = request{"a.b"}.set(nasty, nasty).set("start_from", nasty);
  const auto code = detail::following_code(first, "start_from", 2).value();
  const std::string literal = R"("\"});API.account.ban({\\\r\n\u2028")";
  EXPECT_TRUE(code.starts_with("var from=" + literal + ";var pages=[];")) << code;
  EXPECT_THAT(code, HasSubstr("API.a.b({" + literal + ":" + literal + ",\"start_from\":from});"));
}

TEST(FollowingCode, RefusesWhatCannotStandInAScript) {
  const auto fault = [](const request& first, std::size_t pages) {
    const auto code = detail::following_code(first, "start_from", pages);
    return code ? std::string{} : code.error().message();
  };
  EXPECT_EQ(fault(call_to("a.b"), 25), "");
  EXPECT_THAT(fault(call_to("a.b"), 26), HasSubstr("1 to 25 calls, not 26"));
  EXPECT_THAT(fault(call_to("a.b"), 0), HasSubstr("1 to 25"));
  EXPECT_THAT(fault(call_to("execute.mine"), 2), HasSubstr("execute.mine"));
  EXPECT_THAT(fault(request{"a.b"}.access_token(std::string{"t"}), 2),
              HasSubstr("token of its own"));
}

std::vector<std::string> read_pages(std::size_t pages, const std::string& response,
                                    const std::string& errors = {}) {
  const auto body = R"({"response":)" + response +
                    (errors.empty() ? "" : R"(,"execute_errors":[)" + errors + "]") + "}";
  std::vector<std::string> told;
  for (const auto& outcome : detail::read_following(call_to("a.b"), pages, answered(body))) {
    told.push_back(outcome
                       ? "=" + boost::json::serialize(outcome->json())
                       : std::string{outcome.error().method()} + ": " +
                             (outcome.error().api_code()
                                  ? std::to_string(static_cast<int>(*outcome.error().api_code()))
                                  : outcome.error().message()));
  }
  return told;
}

TEST(ReadFollowing, GivesThePagesThatCame) {
  EXPECT_EQ(read_pages(4, R"([{"x":1},{"y":2}])"), (shown{R"(={"x":1})", R"(={"y":2})"}));
  EXPECT_EQ(read_pages(4, "[1,false]", failure("a.b", 10) + "," + failure("execute", 10)),
            (shown{"=1", "a.b: 10"}));
  EXPECT_EQ(read_pages(4, "[1,false]"), (shown{"=1", "=false"})) << "VK's way to write nothing";
  for (const auto* other : {"[]", "[1,2,3]", "{}", "false"}) {
    const auto pages = read_pages(2, other);
    ASSERT_EQ(pages.size(), 1U) << other;
    EXPECT_THAT(pages[0], HasSubstr("a.b: `execute` did not answer with 1 to 2 pages")) << other;
  }
  const auto refused = detail::read_following(
      call_to("a.b"), 4, answered(R"({"error":{"error_code":28,"error_msg":"no"}})"));
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].error(), api_errc{28});
}

TEST(ReadExecute, GivesEachCallItsValue) {
  const std::vector calls{call_to("a.b"), call_to("c.d"), call_to("a.b")};
  EXPECT_EQ(read(calls, R"([{"x":9007199254740993},false,null])"),
            (shown{R"(={"x":9007199254740993})", "=false", "=null"}));
}

TEST(ReadExecute, TheRepliesAreThoseOfTheirMethods) {
  const std::vector calls{call_to("a.b")};
  const auto outcomes = detail::read_execute(calls, answered(R"({"response":[[1,"ф"]]})"));
  EXPECT_EQ(outcomes.at(0)->method(), "a.b");
  EXPECT_EQ(outcomes.at(0)->body(), R"({"response":[1,"ф"]})");
}

TEST(ReadExecute, AnErrorGoesToTheCallOfItsMethod) {
  const std::vector calls{call_to("is.member"), call_to("wall.post"), call_to("is.member")};
  EXPECT_EQ(read(calls, "[false,false,7]", failure("wall.post", 214)),
            (shown{"=false", "!214", "=7"}));
}

TEST(ReadExecute, ErrorsOfOneMethodGoToItsCallsInOrder) {
  const std::vector calls{call_to("a.b"), call_to("c.d"), call_to("a.b"), call_to("a.b")};
  EXPECT_EQ(read(calls, "[false,false,3,false]",
                 failure("a.b", 15) + "," + failure("c.d", 100) + "," + failure("a.b", 9)),
            (shown{"!15", "!100", "=3", "!9"}));
}

TEST(ReadExecute, TheErrorOfExecuteItselfBelongsToNoCall) {
  const std::vector calls{call_to("a.b"), call_to("a.b")};
  EXPECT_EQ(read(calls, "[1,false]", failure("a.b", 15) + "," + failure("execute", 15)),
            (shown{"=1", "!15"}));
  EXPECT_EQ(read(calls, "[1,false]", failure("execute", 15)), (shown{"=1", "=false"}));
}

TEST(ReadExecute, ParametersDecideWhereAMethodMayAnswerFalse) {
  const std::vector calls{call_to("a.b", "1"), call_to("a.b", "2"), call_to("a.b", "3")};
  EXPECT_EQ(read(calls, "[false,false,false]", failure("a.b", 15, "2")),
            (shown{"=false", "!15", "=false"}));
  EXPECT_EQ(
      read(calls, "[false,false,false]", failure("a.b", 15, "1") + "," + failure("a.b", 9, "3")),
      (shown{"!15", "=false", "!9"}));
}

TEST(ReadExecute, WhatCannotBeToldIsSaidAndNotGuessed) {
  const std::vector calls{call_to("a.b", "1"), call_to("a.b", "1"), call_to("a.b", "2")};
  EXPECT_EQ(read(calls, "[false,false,false]", failure("a.b", 15, "1")),
            (shown{"?", "?", "=false"}));
  EXPECT_EQ(
      read(std::vector(3, call_to("a.b", "1")), "[false,false,false]", failure("a.b", 15, "1")),
      (shown{"?", "?", "?"}));
  EXPECT_EQ(read(calls, "[false,false,false]", failure("a.b", 15, "7")), (shown{"?", "?", "?"}));
  EXPECT_EQ(read(calls, "[false,false,5]", failure("a.b", 15)), (shown{"?", "?", "=5"}));
  EXPECT_EQ(read(calls, "[1,false,5]", failure("a.b", 15) + "," + failure("a.b", 9)),
            (shown{"=1", "?", "=5"}));
}

TEST(ReadExecute, AnErrorWithoutAMethodCountsIfThereIsOnlyOne) {
  const std::string nameless = R"({"error_code":15,"error_msg":"no"})";
  EXPECT_EQ(read({call_to("a.b"), call_to("a.b")}, "[1,false]", nameless), (shown{"=1", "!15"}));
}

TEST(ReadExecute, ErrorsThatNameNoCallCastDoubtOnEveryFalse) {
  const std::vector calls{call_to("a.b"), call_to("c.d"), call_to("a.b")};
  const std::string nameless = R"({"error_code":15,"error_msg":"no"})";
  EXPECT_EQ(read(calls, "[false,false,1]", nameless), (shown{"?", "?", "=1"}));
  EXPECT_EQ(read(calls, "[false,false,1]", failure("c.d", 9) + "," + nameless),
            (shown{"?", "!9", "=1"}));
  EXPECT_EQ(read(calls, "[false,2,1]", failure("x.y", 15)), (shown{"?", "=2", "=1"}));
}

TEST(ReadExecute, ErrorsOfAnotherFormAreNotIgnored) {
  const std::vector calls{call_to("a.b"), call_to("c.d")};
  const auto outcomes = [&](const std::string& errors) {
    const auto read = detail::read_execute(
        calls, answered(R"({"response":[false,1],"execute_errors":)" + errors + "}"));
    return std::pair{read.at(0).has_value(), read.at(1).has_value()};
  };
  // PHP's way to write a list with gaps.
  const auto read = detail::read_execute(
      calls,
      answered(R"({"response":[false,1],"execute_errors":{"1":)" + failure("a.b", 15) + "}}"));
  EXPECT_EQ(read.at(0).error(), api_errc{15});
  EXPECT_TRUE(read.at(1));
  for (const auto* odd : {R"(["no"])", R"("no")", "[null]", R"([{"method":"a.b"}])", "true"}) {
    EXPECT_EQ(outcomes(odd), (std::pair{false, true})) << odd;
  }
  for (const auto* none : {"[]", "null", "{}", "false"}) {
    EXPECT_EQ(outcomes(none), (std::pair{true, true})) << none;
  }
}

TEST(ReadExecute, AnAnswerOfAnotherShapeFailsEveryCall) {
  const std::vector calls{call_to("a.b"), call_to("c.d")};
  for (const auto* response : {"[1]", "[1,2,3]", "{}", "false", "null"}) {
    EXPECT_EQ(read(calls, response), (shown{"?", "?"})) << response;
  }
}

TEST(ReadExecute, AFailureOfTheScriptIsThatOfEveryCall) {
  const std::vector calls{call_to("a.b"), call_to("c.d")};
  const auto outcomes = detail::read_execute(
      calls, answered(R"({"error":{"error_code":13,"error_msg":"Runtime error"}})"));
  ASSERT_EQ(outcomes.size(), 2U);
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome.error(), api_errc{13});
}

}  // namespace
}  // namespace vkxx::test
