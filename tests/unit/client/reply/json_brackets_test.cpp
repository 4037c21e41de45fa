// The end of a list or an object: each way of reading the text against one character by character.
#include "core/json/json_brackets.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace vkxx::test {
namespace {

using namespace vkxx::detail;

constexpr auto no_end = std::string_view::npos;

std::vector<scan_unit> units() {
  std::vector<scan_unit> all{scan_unit::words};
  if (best_scan_unit() != scan_unit::words) all.push_back(scan_unit::sse2);
  if (best_scan_unit() == scan_unit::avx2) all.push_back(scan_unit::avx2);
  return all;
}

std::size_t end_by_characters(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      // Outside of a string it is no JSON, whatever comes of it.
      const auto next = text.substr(at + 1, 1);
      if (next == "\\" || next == "\"") ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      ++depth;
    } else if (!quoted && (c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return no_end;
}

void expect_end(std::string_view text, std::size_t at, std::size_t end) {
  for (const auto unit : units()) {
    EXPECT_EQ(end_of_brackets(text, at, unit), end) << static_cast<int>(unit) << ' ' << text;
  }
}

TEST(JsonBrackets, EndsBehindTheBracketThatCloses) {
  expect_end("[]", 0, 2);
  expect_end("{\"a\":[1,{}]} ]}", 0, 12);
  expect_end("[[1],[2]]", 5, 8);
  expect_end(R"(["]}\"]"])", 0, 9);
  expect_end(R"(["\\"])", 0, 6);
  expect_end("[{\xC3\xBB\xDB\xFD|~^_}]", 0, 12);
}

TEST(JsonBrackets, KnowsATextThatEndsBefore) {
  for (const auto* text : {"[", "{", "[[]", R"(["])", R"(["\"])", R"({"a":"b}")"}) {
    expect_end(text, 0, no_end);
  }
}

TEST(JsonBrackets, SeesEveryPlaceOfALongText) {
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string blanks(size, ' ');
    expect_end("[" + blanks + "]", 0, size + 2);
    expect_end("[" + blanks, 0, no_end);
    expect_end("[\"" + blanks + "]\"]", 0, size + 5);
    // An even number of backslashes escapes nothing, an odd number the quote.
    const std::string slashes(size, '\\');
    const bool escaped = size % 2 == 1;
    expect_end("[\"" + slashes + "\"]\"]", 0, size + (escaped ? 6U : 4U));
  }
}

TEST(JsonBrackets, AgreesWithReadingCharacterByCharacter) {
  std::mt19937 random{20240229};
  constexpr std::string_view characters = "{}[][]\"\"\\\\ab,: ;=<?|~\x80\xFB\xFD";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "[";
    const auto size = random() % 300;
    // Of some texts all characters, of others few brackets and quotes.
    const bool sparse = random() % 2 == 0;
    while (text.size() < size) {
      text += sparse && random() % 8 != 0 ? 'x' : characters[random() % characters.size()];
    }
    expect_end(text, 0, end_by_characters(text, 0));
  }
}

}  // namespace
}  // namespace vkxx::test
