#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "emulator/control/control_json.hpp"
#include "emulator/faults/fault_engine.hpp"
#include "emulator/faults/fault_syntax.hpp"

namespace vkxx::emulation {
namespace {

TEST(fault_syntax, reads_kind_value_method_and_count) {
  const auto read = parse_fault("error=9:wall.post*2,message=Flood\\, really,subcode=3,text=t");
  EXPECT_EQ(read.kind(), fault_kind::error);
  EXPECT_EQ(read.value(), 9);
  EXPECT_EQ(read.method(), "wall.post");
  EXPECT_EQ(read.count(), 2U);
  EXPECT_EQ(read.message(), "Flood, really");
  EXPECT_EQ(read.subcode(), 3);
  EXPECT_EQ(read.text(), "t");
}

TEST(fault_syntax, has_defaults) {
  const auto read = parse_fault("reset");
  EXPECT_EQ(read.method(), "*");
  EXPECT_FALSE(read.count());
  EXPECT_EQ(read.rate(), 1);
}

TEST(fault_syntax, tells_a_star_for_any_method_from_a_count) {
  EXPECT_EQ(parse_fault("captcha:**3").method(), "*");
  EXPECT_EQ(parse_fault("captcha:**3").count(), 3U);
  EXPECT_EQ(parse_fault("captcha:wall.*").method(), "wall.*");
  EXPECT_FALSE(parse_fault("captcha:wall.*").count());
  EXPECT_EQ(parse_fault("captcha:wall.**2").count(), 2U);
  EXPECT_EQ(parse_fault("http_status=502*3").count(), 3U);
}

TEST(fault_syntax, writes_what_it_reads) {
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

class fault_refused : public testing::TestWithParam<const char*> {};

TEST_P(fault_refused, with_a_reason) {
  EXPECT_THROW(static_cast<void>(parse_fault(GetParam())), fault_syntax_error) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(fault_syntax, fault_refused,
                         testing::Values("", "nonsense", "error", "error=x", "error=0", "slow",
                                         "http_status=200", "captcha:", "captcha*x", "captcha*-1",
                                         "captcha,rate=2", "captcha,rate=nan", "captcha,nope=1",
                                         "captcha=1x", "huge=99999999999", "captcha:a*1b"));

TEST(fault_syntax, names_the_kinds_it_knows) {
  try {
    static_cast<void>(parse_fault("nonsense"));
    FAIL();
  } catch (const fault_syntax_error& failure) {
    EXPECT_NE(std::string{failure.what()}.find("captcha_page"), std::string::npos);
  }
}

TEST(fault_json, reads_objects_texts_and_arrays_of_both) {
  const auto read = read_faults(
      R"([{"kind":"error","value":100,"method":"users.get","count":0,"rate":0.5}, "lost:wall.post"])");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(to_string(read[0]), "error=100:users.get*0,rate=0.5");
  EXPECT_EQ(to_string(read[1]), "lost:wall.post");
  EXPECT_EQ(read_faults(" empty*2\n").front().count(), 2U);
}

TEST(fault_json, refuses_what_is_no_fault) {
  for (const auto* body : {"", "  ", "[", "[1]", "{}", R"({"kind":1})", R"({"kind":"error"})",
                           R"({"kind":"error","value":"9"})", R"({"kind":"slow","value":1,"x":1})"})
    EXPECT_THROW(static_cast<void>(read_faults(body)), fault_syntax_error) << body;
}

class engine : public testing::Test {
 protected:
  std::string take(std::string_view method, std::string_view token = "t", bool answered = false) {
    fault_engine::question asked;
    asked.method = method;
    asked.token = token;
    asked.wanted = [](const fault&) { return true; };
    asked.answered = [answered](const fault&) { return answered; };
    const auto played = faults.take(asked);
    return played ? std::string{to_string(played->what.kind())} : "";
  }
  fault_engine faults{1};
};

TEST_F(engine, plays_a_fault_for_one_call_unless_told_otherwise) {
  faults.add(fault{fault_kind::reset});
  EXPECT_EQ(take("users.get"), "reset");
  EXPECT_EQ(take("users.get"), "");
  EXPECT_TRUE(faults.all().empty());
}

TEST_F(engine, plays_as_often_as_counted_and_for_ever_at_zero) {
  faults.add(fault{fault_kind::reset}.count(2));
  faults.add(fault{fault_kind::empty}.count(0));
  EXPECT_EQ(take("a"), "reset");
  EXPECT_EQ(take("a"), "reset");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(take("a"), "empty");
}

TEST_F(engine, looks_at_method_section_and_token) {
  faults.add(fault{fault_kind::reset}.method("wall.post").token("mine").count(0));
  faults.add(fault{fault_kind::empty}.method("wall.*").count(0));
  EXPECT_EQ(take("wall.post", "mine"), "reset");
  EXPECT_EQ(take("wall.post", "other"), "empty");
  EXPECT_EQ(take("wall.get", "mine"), "empty");
  EXPECT_EQ(take("users.get", "mine"), "");
}

TEST_F(engine, keeps_a_captcha_until_it_is_answered) {
  faults.add(fault{fault_kind::captcha});
  EXPECT_EQ(take("a"), "captcha");
  EXPECT_EQ(take("b"), "captcha");
  EXPECT_EQ(take("a", "t", true), "");
  EXPECT_EQ(take("a"), "");
}

TEST_F(engine, lets_an_answer_pass_a_counted_captcha_without_using_it_up) {
  faults.add(fault{fault_kind::captcha}.count(2));
  EXPECT_EQ(take("a"), "captcha");
  EXPECT_EQ(take("a", "t", true), "");
  EXPECT_EQ(take("a"), "captcha");
  EXPECT_EQ(take("a"), "");
}

TEST_F(engine, hits_the_given_part_of_the_calls) {
  faults.add(fault{fault_kind::reset}.rate(0.25).count(0));
  int hits = 0;
  for (int i = 0; i < 4000; ++i) hits += take("a") == "reset";
  EXPECT_NEAR(hits, 1000, 120);
}

TEST_F(engine, draws_the_same_for_the_same_seed) {
  const auto run = [] {
    fault_engine one{7};
    one.add(fault{fault_kind::reset}.rate(0.5).count(0));
    fault_engine::question asked;
    asked.method = "a";
    asked.wanted = [](const fault&) { return true; };
    asked.answered = [](const fault&) { return false; };
    std::string pattern;
    for (int i = 0; i < 64; ++i) pattern += one.take(asked) ? '1' : '0';
    return pattern;
  };
  EXPECT_EQ(run(), run());
  EXPECT_NE(run().find('0'), std::string::npos);
}

TEST_F(engine, removes_one_by_its_id) {
  const auto id = faults.add(fault{fault_kind::reset});
  faults.add(fault{fault_kind::empty});
  EXPECT_TRUE(faults.remove(id));
  EXPECT_FALSE(faults.remove(id));
  EXPECT_EQ(take("a"), "empty");
}

TEST_F(engine, refuses_a_fault_that_makes_no_sense) {
  EXPECT_THROW(faults.add(fault{fault_kind::http_status, 200}), fault_syntax_error);
}

}  // namespace
}  // namespace vkxx::emulation
