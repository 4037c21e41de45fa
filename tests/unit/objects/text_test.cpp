// vkxx::text: a text or nothing in 16 bytes.
#include <vkxx/objects/text.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using vkxx::text;

static_assert(sizeof(text) == 16);
static_assert(std::is_nothrow_move_constructible_v<text>);
static_assert(!std::is_constructible_v<text, std::nullptr_t>);

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

TEST(Text, IsMissingByDefault) {
  const text none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(none.has_value());
  EXPECT_EQ(*none, "");
  EXPECT_STREQ(none.c_str(), "");
  EXPECT_EQ(none.value_or("other"), "other");
  EXPECT_THROW((void)none.value(), std::bad_optional_access);
  EXPECT_TRUE(none == std::nullopt);
  EXPECT_TRUE(text{std::nullopt} == none);
}

TEST(Text, KeepsTextsOfEveryLength) {
  for (const auto& value : texts()) {
    const text held{value};
    ASSERT_TRUE(held);
    EXPECT_EQ(*held, value);
    EXPECT_EQ(held.value(), value);
    EXPECT_EQ(held->size(), value.size());
    EXPECT_EQ(held.value_or("other"), value);
    EXPECT_EQ(held.c_str()[value.size()], '\0');
    EXPECT_TRUE(held == value);
    EXPECT_TRUE(held == std::string_view{value});
    EXPECT_FALSE(held == std::nullopt);
  }
}

TEST(Text, TellsAnEmptyTextFromAMissingOne) {
  EXPECT_TRUE(text{""}.has_value());
  EXPECT_FALSE(text{""} == text{});
  EXPECT_FALSE(text{} == "");
  EXPECT_LT(text{}, text{""});
}

TEST(Text, CopiesAndMovesBetweenAllLengths) {
  for (const auto& from : texts()) {
    for (const auto& to : texts()) {
      text source{from}, target{to};
      target = source;
      EXPECT_EQ(*target, from);
      EXPECT_EQ(*source, from);
      target = text{to};
      EXPECT_EQ(*target, to);
      target = std::move(source);
      EXPECT_EQ(*target, from);
      target.emplace(to);
      EXPECT_EQ(*target, to);
      EXPECT_EQ(target.c_str()[to.size()], '\0');
      target.reset();
      EXPECT_FALSE(target);
    }
    text moved{from};
    const text taken{std::move(moved)};
    EXPECT_EQ(*taken, from);
    EXPECT_FALSE(moved);  // NOLINT(bugprone-use-after-move): it says so
  }
}

TEST(Text, AcceptsItselfAndAPartOfItself) {
  for (const auto& value : texts()) {
    text held{value};
    const auto& same = held;
    held = same;
    EXPECT_EQ(*held, value);
    held.emplace(*held);
    EXPECT_EQ(*held, value);
    if (value.empty()) continue;
    held.emplace(held->substr(1));
    EXPECT_EQ(*held, value.substr(1));
  }
}

TEST(Text, AcceptsTextsOfAllKinds) {
  const std::string value = "value";
  text held = value;
  held = "other";
  EXPECT_EQ(held, "other");
  held = std::string_view{value};
  EXPECT_EQ(held, value);
  held = std::nullopt;
  EXPECT_FALSE(held);
}

TEST(Text, IsOrderedLikeItsTexts) {
  EXPECT_LT(text{"a"}, text{"b"});
  EXPECT_GT(text{std::string(20, 'b')}, text{"a"});
  EXPECT_EQ(text{"a"}, text{"a"});
  EXPECT_NE(text{"a"}, text{"ab"});
}

TEST(Text, ReadsLikeAString) {
  const text name = "Anna", missing;
  const std::string copy = name, none = missing;
  const std::string_view view = name;
  EXPECT_EQ(copy, "Anna");
  EXPECT_EQ(none, "");
  EXPECT_EQ(view.data(), name.c_str());
  EXPECT_EQ(std::string{name} + '!', "Anna!");
  EXPECT_EQ(name.size(), 4U);
  EXPECT_TRUE(missing.empty());
  EXPECT_FALSE(name.empty());
  EXPECT_TRUE(copy == name);
  EXPECT_TRUE(view == name);
  EXPECT_TRUE("Anna" == name);
  std::string assembled = "To ";
  assembled += name;
  EXPECT_EQ(assembled, "To Anna");
  assembled = name;
  EXPECT_EQ(assembled, "Anna");
  EXPECT_EQ(name + " " + text{"Lebedeva"}, "Anna Lebedeva");
  EXPECT_EQ(name + name, "AnnaAnna");
  EXPECT_EQ("To " + name + missing, "To Anna");
  EXPECT_EQ(copy + name, "AnnaAnna");
  std::ostringstream out;
  out << name << missing << '.';
  EXPECT_EQ(out.str(), "Anna.");
}

}  // namespace
