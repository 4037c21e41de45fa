// Texts of any characters are split into parts that together are the text, with its formats.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <vkxx/core/utf8.hpp>
#include <vkxx/messages/rich_text.hpp>

namespace vkxx {
namespace {

using generator = std::mt19937_64;

std::size_t number(generator& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random);
}

std::string random_text(generator& random) {
  static const std::vector<std::string> characters{
      "a",       "b",      "ж",          " ",          " ",
      "\n",      "\n\n",   "\r\n",       "\U0001F600", "e\u0301",
      "\u200d",  "\ufe0f", "\U0001F1F7", "\U0001F3FB", "[id1|Name Surname]",
      "[club2|", "]",      "日",         "\t",         "."};
  std::string text;
  for (auto count = number(random, 120); count != 0; --count)
    text += characters[number(random, characters.size())];
  return text;
}

rich_text random_rich_text(generator& random) {
  rich_text text{random_text(random)};
  for (auto count = number(random, 6); count != 0; --count) {
    text_format part;
    part.style = static_cast<text_style>(number(random, 4));
    part.offset = number(random, text.length() + 1);
    part.length = number(random, 40);
    if (part.style == text_style::link)
      part.address = "https://example.org/" + std::to_string(count);
    text.format(std::move(part));
  }
  return text;
}

using styles = std::multiset<std::tuple<int, std::string>>;

// The styles of each UTF-16 unit.
void add_styles(const rich_text& text, std::vector<styles>& units) {
  const auto start = units.size();
  units.resize(start + text.length());
  for (const auto& part : text.formats()) {
    ASSERT_LE(part.offset + part.length, text.length());
    ASSERT_GT(part.length, 0U);
    for (std::size_t unit = 0; unit < part.length; ++unit)
      units[start + part.offset + unit].emplace(static_cast<int>(part.style), part.address);
  }
}

TEST(SplitTextProperty, PartsTogetherAreTheText) {
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    SCOPED_TRACE(seed);
    generator random{seed};
    const auto whole = random_rich_text(random);
    const auto limit = 2 + number(random, 40);
    std::string together;
    std::vector<styles> found;
    for (const auto& part : whole.split(limit)) {
      ASSERT_LE(part.length(), limit);
      ASSERT_TRUE(is_utf8(part.text()));
      ASSERT_TRUE(!part.empty() || whole.empty());
      together += part.text();
      add_styles(part, found);
    }
    ASSERT_EQ(together, whole.text());
    std::vector<styles> expected;
    add_styles(whole, expected);
    ASSERT_EQ(found, expected);
  }
}

}  // namespace
}  // namespace vkxx
