// What a request looks like when it leaves.
#include <cmath>
#include <limits>
#include <list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace my {

enum class colour { red = 7 };
struct attachment {
  std::string owner;
};
std::string vk_parameter(const attachment& attachment) {
  return "photo" + attachment.owner + "_1";
}

}  // namespace my

namespace vkxx::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

// The body that a request of `users.get` has when the client adds nothing.
std::string body_of(request request) {
  call_bench bench;
  bench.settings.v(std::nullopt);
  bench.vk->expect(call(request.method()));
  const auto outcome = bench.call_once(std::move(request));
  EXPECT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(bench.vk->requests().size(), 1U);
  return bench.vk->requests().at(0).message().body();
}

template <class... Values>
std::string encoded(const Values&... values) {
  return body_of(request{"users.get"}.set("p", values...));
}

TEST(Compression, IsForAnswersThatMayBeLong) {
  for (const auto& [method, wanted] : std::map<std::string, bool>{
           {"users.get", true}, {"messages.send", false}, {"execute", true}, {"no.such", true}}) {
    call_bench bench;
    bench.vk->expect(call(method));
    static_cast<void>(bench.call_once(request{method}));
    ASSERT_EQ(bench.vk->requests().size(), 1U) << method;
    EXPECT_EQ(bench.vk->requests().at(0).message().may_be_compressed(), wanted) << method;
  }
}

TEST(Encoding, Integers) {
  EXPECT_EQ(encoded(0), "p=0");
  EXPECT_EQ(encoded(-5), "p=-5");
  EXPECT_EQ(encoded(std::numeric_limits<std::int64_t>::min()), "p=-9223372036854775808");
  EXPECT_EQ(encoded(std::numeric_limits<std::uint64_t>::max()), "p=18446744073709551615");
  EXPECT_EQ(encoded(static_cast<unsigned char>(200)), "p=200");
  EXPECT_EQ(encoded(static_cast<signed char>(-2)), "p=-2");
  EXPECT_EQ(encoded(my::colour::red), "p=7");
}

TEST(Encoding, FloatsHaveAPointAndNoExponent) {
  EXPECT_EQ(encoded(2.5), "p=2.5");
  EXPECT_EQ(encoded(0.1), "p=0.1");
  EXPECT_EQ(encoded(0.1F), "p=0.1");
  EXPECT_EQ(encoded(3.0), "p=3.0");
  EXPECT_EQ(encoded(-0.000001), "p=-0.000001");
  EXPECT_EQ(encoded(1e21), "p=1000000000000000000000.0");
}

TEST(Encoding, Booleans) {
  EXPECT_EQ(encoded(true), "p=1");
  EXPECT_EQ(encoded(false), "p=0");
  EXPECT_EQ(encoded(std::vector<bool>{true, false}), "p=1%2C0");
}

TEST(Encoding, Strings) {
  EXPECT_EQ(encoded("a b"), "p=a+b");
  EXPECT_EQ(encoded(std::string{"a&b=c+d%"}), "p=a%26b%3Dc%2Bd%25");
  EXPECT_EQ(encoded(std::string_view{"Пав"}), "p=%D0%9F%D0%B0%D0%B2");
  EXPECT_EQ(encoded(""), "p=");
  EXPECT_EQ(encoded('x'), "p=x");
  EXPECT_EQ(encoded(std::string{"a\0b", 3}), "p=a%00b");
  EXPECT_EQ(encoded("null"), "p=null") << "a text is what it is";
}

TEST(Encoding, ListsAreJoinedByCommas) {
  EXPECT_EQ(encoded(1, 2, 3), "p=1%2C2%2C3");
  EXPECT_EQ(encoded(1, "durov"), "p=1%2Cdurov");
  EXPECT_EQ(encoded(std::vector{1, 2}), "p=1%2C2");
  EXPECT_EQ(encoded(std::list<std::string>{"a", "b c"}), "p=a%2Cb+c");
  EXPECT_EQ(encoded(std::set{3, 1, 2}), "p=1%2C2%2C3");
  EXPECT_EQ(encoded(std::array{"x", "y"}), "p=x%2Cy");
  EXPECT_EQ(encoded(std::vector<int>{}), "p=");
  EXPECT_EQ(encoded(std::vector<std::optional<int>>{1, std::nullopt, 3}), "p=1%2C3");
  EXPECT_EQ(encoded(std::optional{std::vector{1, 2}}), "p=1%2C2");
}

TEST(Encoding, WhatIsNotThereIsLeftOut) {
  EXPECT_EQ(encoded(std::nullopt), "");
  EXPECT_EQ(encoded(nullptr), "");
  EXPECT_EQ(encoded(std::optional<int>{}), "");
  EXPECT_EQ(encoded(static_cast<const char*>(nullptr)), "");
  EXPECT_EQ(encoded(boost::json::value{}), "");
  EXPECT_EQ(encoded(std::optional{5}), "p=5");
  EXPECT_EQ(encoded(std::optional<std::optional<int>>{std::optional<int>{}}), "");
}

TEST(Encoding, JsonScalarsAndLists) {
  namespace json = boost::json;
  EXPECT_EQ(encoded(json::value{true}), "p=1");
  EXPECT_EQ(encoded(json::value{9069780796616521905}), "p=9069780796616521905");
  EXPECT_EQ(encoded(json::value{2.5}), "p=2.5");
  EXPECT_EQ(encoded(json::value("a b")), "p=a+b");
  EXPECT_EQ(encoded(json::array{1, true, nullptr, "x"}), "p=1%2C1%2Cx");
}

// The text of the one parameter, decoded.
template <class... Values>
std::string text_sent(const Values&... values) {
  call_bench bench;
  bench.vk->expect(call("users.get"));
  EXPECT_TRUE(bench.call_once(request{"users.get"}.set("p", values...)));
  return bench.vk->requests().at(0).find("p").value_or("(left out)");
}

TEST(Encoding, ObjectsAndListsOfObjectsAreJson) {
  namespace json = boost::json;
  const json::object object{{"a", 1}, {"b", nullptr}, {"c", true}};
  const json::object two{{"d", json::array{1, json::object{{"e", "é"}}}}};
  EXPECT_EQ(text_sent(object), R"({"a":1,"b":null,"c":true})");
  EXPECT_EQ(text_sent(json::value(two)), R"({"d":[1,{"e":"é"}]})");
  EXPECT_EQ(text_sent(json::array{object, two}),
            R"([{"a":1,"b":null,"c":true},{"d":[1,{"e":"é"}]}])");
  EXPECT_EQ(text_sent(std::vector{object, two}),
            R"([{"a":1,"b":null,"c":true},{"d":[1,{"e":"é"}]}])");
  EXPECT_EQ(text_sent(object, two), R"([{"a":1,"b":null,"c":true},{"d":[1,{"e":"é"}]}])");
  EXPECT_EQ(text_sent(std::vector<json::object>{}), "[]");
  EXPECT_EQ(text_sent(std::vector<json::value>{object, two}),
            R"([{"a":1,"b":null,"c":true},{"d":[1,{"e":"é"}]}])");
  EXPECT_EQ(text_sent(json::value(object), json::value(two)),
            R"([{"a":1,"b":null,"c":true},{"d":[1,{"e":"é"}]}])");
  EXPECT_EQ(text_sent(std::vector<json::value>{1, "x"}), "1,x");
}

TEST(Encoding, TypesOfTheProgram) {
  EXPECT_EQ(text_sent(my::attachment{"-5"}), "photo-5_1");
  EXPECT_EQ(text_sent(std::vector<my::attachment>{{"1"}, {"2"}}), "photo1_1,photo2_1");
  EXPECT_EQ(text_sent(std::optional{my::attachment{"1"}}), "photo1_1");
}

TEST(Encoding, ALaterValueTakesThePlaceOfAnEarlierOne) {
  EXPECT_EQ(body_of(request{"users.get"}.set("a", 1).set("b", 2).set("a", 3)), "a=3&b=2");
  EXPECT_EQ(body_of(request{"users.get"}.set("a", 1).set("a", std::nullopt)), "");
}

// What cannot be sent fails the call, names the parameter, and nothing leaves.
template <class Value>
std::string refusal_of(const Value& value) {
  call_bench bench;
  const auto outcome = bench.call_once(request{"users.get"}.set("bad_one", value));
  EXPECT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::invalid_argument);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
  EXPECT_EQ(outcome.error().method(), "users.get");
  EXPECT_TRUE(bench.vk->requests().empty());
  EXPECT_EQ(bench.vk->problems(), "");
  return outcome.error().message();
}

TEST(Encoding, WhatCannotBeSentIsNamed) {
  namespace json = boost::json;
  const double not_a_number = std::nan("");
  const double endless = std::numeric_limits<double>::infinity();
  const std::string broken = "a\xFF";
  const auto names_it = HasSubstr("`bad_one`");
  EXPECT_THAT(refusal_of(not_a_number), names_it);
  EXPECT_THAT(refusal_of(-endless), names_it);
  EXPECT_THAT(refusal_of(static_cast<float>(endless)), names_it);
  EXPECT_THAT(refusal_of(broken), names_it);
  EXPECT_THAT(refusal_of("\xC0\x80"), names_it);
  EXPECT_THAT(refusal_of("\xED\xA0\x80"), names_it);
  EXPECT_THAT(refusal_of('\xE9'), names_it);
  EXPECT_THAT(refusal_of(secret{broken}), names_it);
  EXPECT_THAT(refusal_of(my::attachment{broken}), names_it);
  EXPECT_THAT(refusal_of(std::vector{1.0, not_a_number}), names_it);
  EXPECT_THAT(refusal_of(std::vector<std::string>{"a", broken}), names_it);
  EXPECT_THAT(refusal_of(json::value(endless)), names_it);
  EXPECT_THAT(refusal_of(json::object{{"a", json::array{not_a_number}}}), names_it);
  EXPECT_THAT(refusal_of(json::object{{"a", broken}}), names_it);
  EXPECT_THAT(refusal_of(json::object{{broken, 1}}), names_it);
}

TEST(Encoding, ACallWithABadNameIsRefused) {
  for (const auto* bad : {"", ".", "users.", ".get", "users..get", "users/get", "users.get?a=b",
                          "../login", "users get", "usérs.get", "users.get\n"}) {
    call_bench bench;
    const auto outcome = bench.call_once(request{bad});
    ASSERT_FALSE(outcome) << bad;
    EXPECT_EQ(outcome.error(), errc::invalid_argument) << bad;
    EXPECT_TRUE(bench.vk->requests().empty()) << bad;
  }
  call_bench bench;
  EXPECT_EQ(bench.call_once(request{"users.get"}.set("", 1)).error(), errc::invalid_argument);
  EXPECT_EQ(bench.call_once(request{"users.get"}.set("\xFF", 1)).error(), errc::invalid_argument);
}

TEST(Wire, TheRequestInFull) {
  call_bench bench;
  bench.settings.lang("en");
  bench.vk->expect(call("users.get"));
  ASSERT_TRUE(bench.call_once(request{"users.get"}.set("user_ids", 1, 2)));
  const auto sent = bench.vk->requests().at(0).message();
  EXPECT_EQ(sent.method(), "POST");
  EXPECT_EQ(sent.url(), "https://api.vk.ru/method/users.get");
  EXPECT_EQ(sent.body(), "user_ids=1%2C2&v=5.199&lang=en");
  EXPECT_EQ(http::find_header(sent.headers(), "Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(http::find_header(sent.headers(), "accept"), "application/json");
  EXPECT_EQ(sent.bearer_token().expose(), token());
}

TEST(Wire, MethodsOfEveryForm) {
  for (const auto* name :
       {"users.get", "getServerTime", "execute", "execute.myProcedure", "a_b.c2"}) {
    call_bench bench;
    bench.vk->expect(call(name));
    EXPECT_TRUE(bench.call_once(request{name})) << name;
    EXPECT_EQ(bench.vk->requests().at(0).message().url(),
              std::string{"https://api.vk.ru/method/"} + name);
  }
}

TEST(Wire, CommonParametersYieldToTheCall) {
  call_bench bench;
  bench.settings.lang("ru").https(true).test_mode(true).common("device_id", "d1");
  bench.vk->expect(call("a.b"));
  bench.vk->expect(call("a.b"));
  bench.vk->expect(call("a.b"));
  ASSERT_TRUE(bench.call_once(request{"a.b"}));
  ASSERT_TRUE(bench.call_once(request{"a.b"}.set("v", "5.131").set("lang", "en")));
  ASSERT_TRUE(bench.call_once(
      request{"a.b"}.set("v", std::nullopt).set("lang", nullptr).set("test_mode", nullptr)));
  const auto sent = bench.vk->requests();
  EXPECT_THAT(sent[0].parameters(),
              ElementsAre(Pair("v", "5.199"), Pair("lang", "ru"), Pair("https", "1"),
                          Pair("test_mode", "1"), Pair("device_id", "d1")));
  EXPECT_THAT(sent[1].parameters(),
              ElementsAre(Pair("v", "5.131"), Pair("lang", "en"), Pair("https", "1"),
                          Pair("test_mode", "1"), Pair("device_id", "d1")));
  EXPECT_THAT(sent[2].parameters(), ElementsAre(Pair("https", "1"), Pair("device_id", "d1")));
}

TEST(Wire, CommonParametersCanBeTakenAway) {
  call_bench bench;
  bench.settings.lang("ru").lang(std::nullopt).v(std::nullopt).test_mode(false);
  bench.vk->expect(call("a.b"));
  ASSERT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_THAT(bench.vk->requests()[0].parameters(), ElementsAre(Pair("test_mode", "0")));
}

TEST(Wire, TheTokenTravelsInTheHeaderAlone) {
  const auto other = secret_of("other");
  call_bench bench;
  bench.vk->expect(call("a.b").with_token(token()));
  bench.vk->expect(call("a.b").with_token(other));
  bench.vk->expect(call("a.b").with_token(other));
  bench.vk->expect(call("a.b").without_token());
  ASSERT_TRUE(bench.call_once(request{"a.b"}));
  ASSERT_TRUE(bench.call_once(request{"a.b"}.access_token(other)));
  ASSERT_TRUE(bench.call_once(request{"a.b"}.set("access_token", other)));
  ASSERT_TRUE(bench.call_once(request{"a.b"}.access_token(std::string{})));
  EXPECT_EQ(bench.vk->problems(), "");
  for (const auto& received : bench.vk->requests()) {
    EXPECT_THAT(received.message().url(), Not(HasSubstr(secret_mark())));
    EXPECT_THAT(received.message().body(), Not(HasSubstr(secret_mark())));
    EXPECT_FALSE(received.find("access_token"));
    for (const auto& header : received.message().headers()) {
      EXPECT_THAT(header.value, Not(HasSubstr(secret_mark()))) << header.name;
    }
  }
}

TEST(Wire, NoTokenAtAll) {
  for (const char* none : {"", static_cast<const char*>(nullptr)}) {
    call_bench bench;
    bench.settings.access_token(none);
    bench.vk->expect(call("a.b").without_token());
    EXPECT_TRUE(bench.call_once(request{"a.b"}));
    EXPECT_EQ(bench.vk->problems(), "");
  }
}

TEST(Wire, ATokenThatWouldBreakTheHeaderIsRefusedAndNotShown) {
  for (const char bad : {'\n', ' ', '\r', '\x01', '\x7F'}) {
    call_bench bench;
    const auto outcome = bench.call_once(request{"a.b"}.access_token(token() + bad));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), errc::invalid_argument);
    EXPECT_THAT(outcome.error().to_string(), Not(HasSubstr(secret_mark())));
    EXPECT_TRUE(bench.vk->requests().empty());
    call_bench second;
    second.settings.access_token(token() + bad);
    EXPECT_EQ(second.call_once(request{"a.b"}).error(), errc::invalid_argument);
    EXPECT_TRUE(second.vk->requests().empty());
  }
}

TEST(Wire, TheEndpointIsASetting) {
  call_bench bench;
  bench.settings.emulator("http://127.0.0.1:8080/");
  bench.vk->expect(call("a.b"));
  ASSERT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->requests()[0].message().url(), "http://127.0.0.1:8080/method/a.b");
}

}  // namespace
}  // namespace vkxx::test
