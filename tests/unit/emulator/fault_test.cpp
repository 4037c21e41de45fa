#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "emulator/control/control_json.hpp"
#include "emulator/faults/fault_engine.hpp"
#include "emulator/faults/fault_syntax.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

TEST(FaultSyntax, ReadsKindValueMethodAndCount) {
  const auto read = parse_fault("error=9:wall.post*2,message=Flood\\, really,subcode=3,text=t");
  EXPECT_EQ(read.kind(), fault_kind::error);
  EXPECT_EQ(read.value(), 9);
  EXPECT_EQ(read.method(), "wall.post");
  EXPECT_EQ(read.count(), 2U);
  EXPECT_EQ(read.message(), "Flood, really");
  EXPECT_EQ(read.subcode(), 3);
  EXPECT_EQ(read.text(), "t");
}

TEST(FaultSyntax, HasDefaults) {
  const auto read = parse_fault("reset");
  EXPECT_EQ(read.method(), "*");
  EXPECT_FALSE(read.count());
  EXPECT_EQ(read.rate(), 1);
}

TEST(FaultSyntax, DistinguishesAnyMethodFromACount) {
  EXPECT_EQ(parse_fault("captcha:**3").method(), "*");
  EXPECT_EQ(parse_fault("captcha:**3").count(), 3U);
  EXPECT_EQ(parse_fault("captcha:wall.*").method(), "wall.*");
  EXPECT_FALSE(parse_fault("captcha:wall.*").count());
  EXPECT_EQ(parse_fault("captcha:wall.**2").count(), 2U);
  EXPECT_EQ(parse_fault("http_status=502*3").count(), 3U);
}

TEST(FaultSyntax, WritesWhatItReads) {
  for (const auto* text :
       {"captcha", "captcha_page:users.get*2,check_remixstlid=1", "error=9:wall.post,message=a\\,b",
        "slow=500:**3,rate=0.25", "http_status=502:*,body=x", "loose:wall.**2",
        "http_status=503,retry_after=Sun\\, 06 Nov 1994 08:49:37 GMT", "trailing_error:execute"}) {
    const auto once = to_string(parse_fault(text));
    EXPECT_EQ(to_string(parse_fault(once)), once) << text;
  }
  EXPECT_EQ(to_string(parse_fault("error=9:wall.post*2,token=0123456789abcdef")),
            "error=9:wall.post*2,token=0123***cdef");
}

class FaultRefused : public testing::TestWithParam<const char*> {};

TEST_P(FaultRefused, WithAReason) {
  EXPECT_THROW(static_cast<void>(parse_fault(GetParam())), fault_syntax_error) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(FaultSyntax, FaultRefused,
                         testing::Values("", "nonsense", "error", "error=x", "error=0", "slow",
                                         "http_status=200", "captcha:", "captcha*x", "captcha*-1",
                                         "captcha,rate=2", "captcha,rate=nan", "captcha,nope=1",
                                         "captcha=1x", "huge=99999999999", "captcha:a*1b"));

TEST(FaultSyntax, NamesTheKindsItKnows) {
  try {
    static_cast<void>(parse_fault("nonsense"));
    FAIL();
  } catch (const fault_syntax_error& failure) {
    EXPECT_NE(std::string{failure.what()}.find("captcha_page"), std::string::npos);
  }
}

TEST(FaultJson, ReadsObjectsTextsAndArraysOfBoth) {
  const auto read = read_faults(
      R"([{"kind":"error","value":100,"method":"users.get","count":0,"rate":0.5}, "lost:wall.post"])");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(to_string(read[0]), "error=100:users.get*0,rate=0.5");
  EXPECT_EQ(to_string(read[1]), "lost:wall.post");
  EXPECT_EQ(read_faults(" empty*2\n").front().count(), 2U);
}

TEST(FaultJson, RefusesOtherJson) {
  for (const auto* body : {"", "  ", "[", "[1]", "{}", R"({"kind":1})", R"({"kind":"error"})",
                           R"({"kind":"error","value":"9"})", R"({"kind":"slow","value":1,"x":1})"})
    EXPECT_THROW(static_cast<void>(read_faults(body)), fault_syntax_error) << body;
}

class FaultEngine : public testing::Test {
 protected:
  std::string take(std::string_view method, std::string_view token = "t", bool answered = false) {
    fault_engine::question query;
    query.method = method;
    query.token = token;
    query.wanted = [](const fault&) { return true; };
    query.answered = [answered](const fault&) { return answered; };
    const auto played = faults.take(query);
    return played ? std::string{to_string(played->rule.kind())} : "";
  }
  fault_engine faults{1};
};

TEST_F(FaultEngine, PlaysAFaultForOneCallByDefault) {
  faults.add(fault{fault_kind::reset});
  EXPECT_EQ(take("users.get"), "reset");
  EXPECT_EQ(take("users.get"), "");
  EXPECT_TRUE(faults.all().empty());
}

TEST_F(FaultEngine, PlaysAsOftenAsCountedAndForEverAtZero) {
  faults.add(fault{fault_kind::reset}.count(2));
  faults.add(fault{fault_kind::empty}.count(0));
  EXPECT_EQ(take("a"), "reset");
  EXPECT_EQ(take("a"), "reset");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(take("a"), "empty");
}

TEST_F(FaultEngine, MatchesMethodSectionAndToken) {
  faults.add(fault{fault_kind::reset}.method("wall.post").token("mine").count(0));
  faults.add(fault{fault_kind::empty}.method("wall.*").count(0));
  EXPECT_EQ(take("wall.post", "mine"), "reset");
  EXPECT_EQ(take("wall.post", "other"), "empty");
  EXPECT_EQ(take("wall.get", "mine"), "empty");
  EXPECT_EQ(take("users.get", "mine"), "");
}

TEST_F(FaultEngine, KeepsACaptchaUntilItIsAnswered) {
  faults.add(fault{fault_kind::captcha});
  EXPECT_EQ(take("a"), "captcha");
  EXPECT_EQ(take("b"), "captcha");
  EXPECT_EQ(take("a", "t", true), "");
  EXPECT_EQ(take("a"), "");
}

TEST_F(FaultEngine, AnAnswerDoesNotUseUpACountedCaptcha) {
  faults.add(fault{fault_kind::captcha}.count(2));
  EXPECT_EQ(take("a"), "captcha");
  EXPECT_EQ(take("a", "t", true), "");
  EXPECT_EQ(take("a"), "captcha");
  EXPECT_EQ(take("a"), "");
}

TEST_F(FaultEngine, HitsTheGivenPartOfTheCalls) {
  faults.add(fault{fault_kind::reset}.rate(0.25).count(0));
  int hits = 0;
  for (int i = 0; i < 4000; ++i) hits += take("a") == "reset";
  EXPECT_NEAR(hits, 1000, 120);
}

TEST_F(FaultEngine, DrawsTheSameForTheSameSeed) {
  const auto run = [] {
    fault_engine engine{7};
    engine.add(fault{fault_kind::reset}.rate(0.5).count(0));
    fault_engine::question query;
    query.method = "a";
    query.wanted = [](const fault&) { return true; };
    query.answered = [](const fault&) { return false; };
    std::string pattern;
    for (int i = 0; i < 64; ++i) pattern += engine.take(query) ? '1' : '0';
    return pattern;
  };
  EXPECT_EQ(run(), run());
  EXPECT_NE(run().find('0'), std::string::npos);
}

TEST_F(FaultEngine, RemovesOneByItsId) {
  const auto id = faults.add(fault{fault_kind::reset});
  faults.add(fault{fault_kind::empty});
  EXPECT_TRUE(faults.remove(id));
  EXPECT_FALSE(faults.remove(id));
  EXPECT_EQ(take("a"), "empty");
}

TEST_F(FaultEngine, RefusesInvalidFaults) {
  EXPECT_THROW(faults.add(fault{fault_kind::http_status, 200}), fault_syntax_error);
}

}  // namespace
}  // namespace vkxx::emulation
