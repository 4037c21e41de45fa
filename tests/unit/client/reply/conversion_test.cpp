// `reply::as`: an answer as types of the program's own.
#include <array>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/client/reply.hpp>

namespace mine {

enum class sex { unknown, female, male };
BOOST_DESCRIBE_ENUM(sex, unknown, female, male)
enum class platform : std::uint8_t {};

struct city {
  std::int64_t id = 0;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(city, (), (id, title))

struct named {
  std::string first_name;
};
BOOST_DESCRIBE_STRUCT(named, (), (first_name))

struct by_hand {
  int number;
};
by_hand tag_invoke(boost::json::value_to_tag<by_hand>, const boost::json::value& from) {
  return {static_cast<int>(from.as_int64()) * 2};
}

struct person : named {
  vkxx::user_id id;
  std::optional<mine::city> city;
  bool is_closed = true;
  std::optional<mine::sex> sex;
  std::optional<double> rating;
  std::vector<std::string> tags;
  std::map<std::string, int> counters;
  boost::json::value extra;
  std::unique_ptr<person> partner;
};
BOOST_DESCRIBE_STRUCT(person, (named),
                      (id, city, is_closed, sex, rating, tags, counters, extra, partner))

}  // namespace mine

namespace vkxx::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

reply answer(std::string_view json) {
  return reply{boost::json::parse({json.data(), json.size()})};
}

template <class T>
std::string fault(std::string_view json) {
  const auto converted = answer(json).try_as<T>();
  return converted ? "none" : converted.error().message();
}

TEST(Conversion, ARealAnswerFillsASmallStruct) {
  const auto people = answer(R"([{"id":"7","first_name":"Ada","last_name":"L","city":
      {"id":1.0,"title":"Moscow","area":"x"},"is_closed":0,"sex":2,"rating":"4.5","tags":["a","b"],
      "counters":{"friends":5,"photos":"6"},"extra":{"x":[1]},"can_access_closed":true,
      "partner":{"id":8,"first_name":"B","is_closed":true,"tags":false,"counters":[],
                 "sex":"female"}}])")
                          .as<std::vector<mine::person>>();
  ASSERT_EQ(people.size(), 1U);
  const auto& ada = people[0];
  EXPECT_EQ(ada.id, user_id{7});
  EXPECT_EQ(ada.first_name, "Ada");
  EXPECT_EQ(ada.city->title, "Moscow");
  EXPECT_FALSE(ada.is_closed);
  EXPECT_EQ(ada.sex, mine::sex::male);
  EXPECT_EQ(ada.rating, 4.5);
  EXPECT_THAT(ada.tags, ElementsAre("a", "b"));
  EXPECT_EQ(ada.counters, (std::map<std::string, int>{{"friends", 5}, {"photos", 6}}));
  EXPECT_EQ(boost::json::serialize(ada.extra), R"({"x":[1]})");
  ASSERT_TRUE(ada.partner);
  EXPECT_EQ(ada.partner->sex, mine::sex::female);
  EXPECT_FALSE(ada.partner->city);
  EXPECT_TRUE(ada.partner->tags.empty());
  EXPECT_TRUE(ada.partner->extra.is_null());
}

TEST(Conversion, TheErrorSaysWhere) {
  using people = std::vector<mine::person>;
  const std::string begin = R"([{"id":1,"first_name":"A","is_closed":1,"tags":[],"counters":{})";
  EXPECT_THAT(fault<people>(begin + R"(,"city":{"id":1,"title":5}}])"),
              HasSubstr(": [0].city.title: expected a text, got 5"));
  EXPECT_THAT(fault<people>(begin + R"(},{"id":2}])"), HasSubstr("[1].first_name: is missing"));
  EXPECT_THAT(fault<people>(begin + R"(,"sex":9}])"),
              HasSubstr("[0].sex: expected one of unknown, female, male, got 9"));
  EXPECT_THAT(fault<mine::city>(R"({"id":"x","title":""})"),
              HasSubstr(R"(id: expected a whole number, got the text "x")"));
  EXPECT_THAT(fault<mine::city>("5"), HasSubstr("expected an object, got 5"));
  EXPECT_THAT(fault<mine::city>("[]"), HasSubstr("id: is missing"));
  EXPECT_THAT((fault<std::map<std::string, std::vector<bool>>>(R"({"a":[true,"x"]})")),
              HasSubstr(R"(a[1]: expected a boolean, got the text "x")"));
  EXPECT_THAT((fault<std::map<std::int64_t, int>>(R"({"a":1})")),
              HasSubstr("a: expected a number"));
  EXPECT_THAT(fault<std::vector<int>>(R"({"count":1})"),
              HasSubstr("expected a list, got an object"));
  EXPECT_THAT(fault<std::uint8_t>("256"),
              HasSubstr("expected a whole number from 0 to 255, got 256"));
  EXPECT_THAT(fault<double>(R"("inf")"), HasSubstr("expected a number"));
  EXPECT_THAT(fault<std::string>("null"), HasSubstr("expected a text, got null"));
  EXPECT_THAT((fault<std::array<int, 2>>("[1]")), HasSubstr("expected a list of 2 items"));
  EXPECT_THAT(fault<mine::by_hand>(R"("x")"), HasSubstr("type that was asked for: "));
}

TEST(Conversion, TakesWhatElseThereIs) {
  EXPECT_EQ(answer("true").as<bool>(), true);
  EXPECT_EQ(answer("1").as<bool>(), true);
  EXPECT_EQ(answer("18446744073709551615").as<std::uint64_t>(), 18446744073709551615U);
  EXPECT_EQ(answer(R"("18446744073709551615")").as<std::uint64_t>(), 18446744073709551615U);
  EXPECT_EQ(answer("-5").as<std::int64_t>(), -5);
  EXPECT_EQ(answer("7").as<mine::platform>(), mine::platform{7});
  EXPECT_EQ(answer("4").as<mine::by_hand>().number, 8);
  EXPECT_EQ(answer("null").as<std::optional<int>>(), std::nullopt);
  EXPECT_TRUE(answer("null").as<boost::json::value>().is_null());
  EXPECT_EQ(answer(R"({"a":1})").as<boost::json::object>().size(), 1U);
  EXPECT_EQ(answer("[1]").as<boost::json::array>().size(), 1U);
  EXPECT_EQ(answer("[1,2]").as<std::list<int>>().size(), 2U);
  EXPECT_EQ(answer("[1,1]").as<std::set<int>>().size(), 1U);
  EXPECT_EQ((answer("[1,2]").as<std::array<int, 2>>()[1]), 2);
  EXPECT_EQ((answer(R"({"-5":1})").as<std::unordered_map<std::int64_t, int>>().at(-5)), 1);
}

TEST(Conversion, SecretsOfTheWrongTypeAreNotShown) {
  EXPECT_THAT((fault<std::map<std::string, int>>(R"({"access_token":"odd-token"})")),
              ::testing::Not(HasSubstr("odd-token")));
}

}  // namespace
}  // namespace vkxx::test
