#include <vkxx/core/json_parts.hpp>

#include <gtest/gtest.h>

namespace vkxx {
namespace {

using texts = std::vector<std::string_view>;

TEST(json_member, is_the_text_as_it_is_written) {
  constexpr std::string_view json =
      "\xEF\xBB\xBF {\"a\" : 123456789012345678901234567890 , \"b\":[1,{\"c\":\"]}\"}] }";
  EXPECT_EQ(json_member(json, "a"), "123456789012345678901234567890");
  EXPECT_EQ(json_member(json, "b"), R"([1,{"c":"]}"}])");
  EXPECT_EQ(json_member(json, "c"), std::nullopt);
}

TEST(json_member, compares_names_by_what_they_stand_for) {
  EXPECT_EQ(json_member(R"({"\u0061\"":1})", "a\""), "1");
}

TEST(json_member, of_equal_names_is_the_last_as_of_the_parser) {
  EXPECT_EQ(json_member(R"({"a":1,"b":2,"a":3})", "a"), "3");
}

TEST(json_member, takes_no_quotes_or_brackets_inside_strings_for_structure) {
  EXPECT_EQ(json_member(R"({"x":"\\\",\"a\":7","a":8})", "a"), "8");
}

TEST(json_elements, are_the_texts_in_order) {
  EXPECT_EQ(json_elements(R"( [1e400, "a,b" ,[1,2],{"x":[3]} , -0])"),
            (texts{"1e400", "\"a,b\"", "[1,2]", R"({"x":[3]})", "-0"}));
  EXPECT_EQ(json_elements("[ ]"), texts{});
  EXPECT_EQ(json_elements("{}"), texts{});
}

TEST(json_parts, survive_what_is_no_json) {
  for (const std::string_view text : {"", "{", "[", "{\"", "{\"a", "{\"a\"", "{\"a\":", "[\"\\",
                                      "]", "}", "{:}", "[,]", "{,}", "[[[", "\"", "{\"a\":\"\\"}) {
    EXPECT_NO_THROW(static_cast<void>(json_member(text, "a"))) << text;
    EXPECT_NO_THROW(static_cast<void>(json_elements(text))) << text;
    EXPECT_NO_THROW(static_cast<void>(json_string_value(text))) << text;
  }
}

TEST(json_parts, do_not_mind_the_depth) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_EQ(json_elements(deep).size(), 1U);
}

TEST(json_string_value, resolves_escapes) {
  EXPECT_EQ(json_string_value(R"("\" \\ \/ \b\f\n\r\t \u0436 \uD83D\uDE00")"),
            "\" \\ / \b\f\n\r\t ж 😀");
  EXPECT_EQ(json_string_value("\"\""), "");
}

TEST(json_string_value, half_a_pair_is_the_replacement_character) {
  EXPECT_EQ(json_string_value(R"("a\ud83db\ude00\ud83d\u0041")"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD"
            "A");
}

}  // namespace
}  // namespace vkxx
