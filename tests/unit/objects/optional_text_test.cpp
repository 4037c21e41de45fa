// A text or nothing in 16 bytes.
#include <vkxx/objects/optional_text.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using vkxx::optional_text;

static_assert(sizeof(optional_text) == 16);
static_assert(std::is_nothrow_move_constructible_v<optional_text>);
static_assert(!std::is_constructible_v<optional_text, std::nullptr_t>);

// Around the 14 bytes that stand inside, an empty one, and a long one.
const std::vector<std::string>& texts() {
  static const std::vector<std::string> all{"",
                                            "a",
                                            std::string(13, 'b'),
                                            std::string(14, 'c'),
                                            std::string(15, 'd'),
                                            std::string(5000, 'e'),
                                            std::string("a\0b", 3),
                                            "Имя"};
  return all;
}

TEST(optional_text, holds_nothing_at_first) {
  const optional_text none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(none.has_value());
  EXPECT_EQ(*none, "");
  EXPECT_STREQ(none.c_str(), "");
  EXPECT_EQ(none.value_or("other"), "other");
  EXPECT_THROW((void)none.value(), std::bad_optional_access);
  EXPECT_TRUE(none == std::nullopt);
  EXPECT_TRUE(optional_text{std::nullopt} == none);
}

TEST(optional_text, keeps_texts_of_every_length) {
  for (const auto& text : texts()) {
    const optional_text held{text};
    ASSERT_TRUE(held);
    EXPECT_EQ(*held, text);
    EXPECT_EQ(held.value(), text);
    EXPECT_EQ(held->size(), text.size());
    EXPECT_EQ(held.value_or("other"), text);
    EXPECT_EQ(held.c_str()[text.size()], '\0');
    EXPECT_TRUE(held == text);
    EXPECT_TRUE(held == std::string_view{text});
    EXPECT_FALSE(held == std::nullopt);
  }
}

TEST(optional_text, an_empty_text_is_not_nothing) {
  EXPECT_TRUE(optional_text{""}.has_value());
  EXPECT_FALSE(optional_text{""} == optional_text{});
  EXPECT_FALSE(optional_text{} == "");
  EXPECT_LT(optional_text{}, optional_text{""});
}

TEST(optional_text, copies_moves_and_takes_over_from_every_length_to_every_other) {
  for (const auto& from : texts()) {
    for (const auto& to : texts()) {
      optional_text source{from}, target{to};
      target = source;
      EXPECT_EQ(*target, from);
      EXPECT_EQ(*source, from);
      target = optional_text{to};
      EXPECT_EQ(*target, to);
      target = std::move(source);
      EXPECT_EQ(*target, from);
      target.emplace(to);
      EXPECT_EQ(*target, to);
      EXPECT_EQ(target.c_str()[to.size()], '\0');
      target.reset();
      EXPECT_FALSE(target);
    }
    optional_text moved{from};
    const optional_text taken{std::move(moved)};
    EXPECT_EQ(*taken, from);
    EXPECT_FALSE(moved);  // NOLINT(bugprone-use-after-move): it says so
  }
}

TEST(optional_text, may_be_given_itself_or_a_part_of_itself) {
  for (const auto& text : texts()) {
    optional_text held{text};
    const auto& same = held;
    held = same;
    EXPECT_EQ(*held, text);
    held.emplace(*held);
    EXPECT_EQ(*held, text);
    if (text.empty()) continue;
    held.emplace(held->substr(1));
    EXPECT_EQ(*held, text.substr(1));
  }
}

TEST(optional_text, is_given_texts_of_all_kinds) {
  const std::string text = "text";
  optional_text held = text;
  held = "other";
  EXPECT_EQ(held, "other");
  held = std::string_view{text};
  EXPECT_EQ(held, text);
  held = std::nullopt;
  EXPECT_FALSE(held);
}

TEST(optional_text, is_ordered_as_its_texts) {
  EXPECT_LT(optional_text{"a"}, optional_text{"b"});
  EXPECT_GT(optional_text{std::string(20, 'b')}, optional_text{"a"});
  EXPECT_EQ(optional_text{"a"}, optional_text{"a"});
  EXPECT_NE(optional_text{"a"}, optional_text{"ab"});
}

}  // namespace
