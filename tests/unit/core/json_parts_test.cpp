#include <vkxx/core/json_parts.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>

#include "core/json/json_members.hpp"

namespace vkxx {
namespace {

using texts = std::vector<std::string_view>;

TEST(JsonMember, IsTheTextAsItIsWritten) {
  constexpr std::string_view json =
      "\xEF\xBB\xBF {\"a\" : 123456789012345678901234567890 , \"b\":[1,{\"c\":\"]}\"}] }";
  EXPECT_EQ(json_member(json, "a"), "123456789012345678901234567890");
  EXPECT_EQ(json_member(json, "b"), R"([1,{"c":"]}"}])");
  EXPECT_EQ(json_member(json, "c"), std::nullopt);
}

TEST(JsonMember, ComparesNamesByWhatTheyStandFor) {
  EXPECT_EQ(json_member(R"({"\u0061\"":1})", "a\""), "1");
}

TEST(JsonMember, OfEqualNamesIsTheLastAsOfTheParser) {
  EXPECT_EQ(json_member(R"({"a":1,"b":2,"a":3})", "a"), "3");
}

TEST(JsonMember, TakesNoQuotesOrBracketsInsideStringsForStructure) {
  EXPECT_EQ(json_member(R"({"x":"\\\",\"a\":7","a":8})", "a"), "8");
}

// Brackets are passed 64 bytes at a time: strings and escapes may be cut anywhere.
TEST(JsonMember, IsFoundBehindNestedValuesOfAnyLength) {
  for (std::size_t size = 0; size != 200; ++size) {
    const std::string filling(size, 'p');
    const auto nested = R"({"t":")" + filling + R"(\\\"]}","u":[[{}],")" + filling + R"(\\"]})";
    const auto json = R"({"x":)" + nested + R"(,"a" : 5,"y":)" + nested + '}';
    EXPECT_EQ(json_member(json, "a"), "5") << size;
    EXPECT_EQ(json_member(json, "y"), nested) << size;
    const auto list = '[' + nested + ',' + filling + "1]";
    EXPECT_EQ(json_elements(list).at(0), nested) << size;
  }
}

TEST(JsonMembers, AreThoseOfJsonMemberInOnePass) {
  constexpr std::array<std::string_view, 4> names{"b", "none", "a\"", "c"};
  for (const std::string_view json :
       {R"({"a\"":1,"b":[{"c":"}"}],"c":null,"b":2})", R"({"\u0062":1})",
        R"({"c":"\\\"","b" : 1 })", "[]", "", "{\"b", "{b:1,c", R"({"a\u0022":{"b":1}})"}) {
    const auto found = detail::json_members(json, names);
    ASSERT_EQ(found.size(), names.size());
    for (std::size_t i = 0; i != names.size(); ++i)
      EXPECT_EQ(found[i], json_member(json, names[i])) << json << ' ' << names[i];
  }
}

TEST(JsonElements, AreTheTextsInOrder) {
  EXPECT_EQ(json_elements(R"( [1e400, "a,b" ,[1,2],{"x":[3]} , -0])"),
            (texts{"1e400", "\"a,b\"", "[1,2]", R"({"x":[3]})", "-0"}));
  EXPECT_EQ(json_elements("[ ]"), texts{});
  EXPECT_EQ(json_elements("{}"), texts{});
}

TEST(JsonParts, SurviveWhatIsNoJson) {
  for (const std::string_view text : {"", "{", "[", "{\"", "{\"a", "{\"a\"", "{\"a\":", "[\"\\",
                                      "]", "}", "{:}", "[,]", "{,}", "[[[", "\"", "{\"a\":\"\\"}) {
    EXPECT_NO_THROW(static_cast<void>(json_member(text, "a"))) << text;
    EXPECT_NO_THROW(static_cast<void>(json_elements(text))) << text;
    EXPECT_NO_THROW(static_cast<void>(json_string_value(text))) << text;
  }
}

TEST(JsonParts, DoNotMindTheDepth) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_EQ(json_elements(deep).size(), 1U);
}

TEST(JsonStringValue, ResolvesEscapes) {
  EXPECT_EQ(json_string_value(R"("\" \\ \/ \b\f\n\r\t \u0436 \uD83D\uDE00")"),
            "\" \\ / \b\f\n\r\t ж 😀");
  EXPECT_EQ(json_string_value("\"\""), "");
}

TEST(JsonStringValue, HalfAPairIsTheReplacementCharacter) {
  EXPECT_EQ(json_string_value(R"("a\ud83db\ude00\ud83d\u0041")"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD"
            "A");
}

}  // namespace
}  // namespace vkxx
