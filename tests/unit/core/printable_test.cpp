#include <vkxx/core/printable.hpp>

#include <gtest/gtest.h>

#include <vkxx/core/utf8.hpp>

namespace vkxx {
namespace {

using namespace std::string_view_literals;

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(printable("Привет, 世界 😀 ~!"), "Привет, 世界 😀 ~!");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, KeepsToOneLine) {
  EXPECT_EQ(printable("a\nb\r\n\tc"), "a b   c");
}

TEST(Printable, SpellsOutWhatATerminalObeys) {
  EXPECT_EQ(printable("\x1b[31m\0\x7f\xc2\x9b\xe2\x80\xae"sv),
            "\\u001b[31m\\u0000\\u007f\\u009b\\u202e");
}

TEST(Printable, SpellsOutBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("a\xff\xd0z\xf0\x9f\x98"), "a\\xff\\xd0z\\xf0\\x9f\\x98");
  EXPECT_EQ(printable("\xc0\x80"), "\\xc0\\x80");
}

TEST(FirstCharacter, GivesTheNumberAndTheSizeOfEach) {
  const auto four = first_character("😀!");
  ASSERT_TRUE(four);
  EXPECT_EQ(four->value, U'\U0001F600');
  EXPECT_EQ(four->size, 4U);
  EXPECT_EQ(first_character("é")->value, U'\u00E9');
  EXPECT_EQ(first_character("€")->value, U'\u20AC');
  EXPECT_EQ(first_character("a")->value, U'a');
}

TEST(FirstCharacter, FindsNoneInWhatIsNotWellFormed) {
  for (const auto text : {""sv, "\x80"sv, "\xC0\x80"sv, "\xF0\x9F\x98"sv, "\xED\xA0\x80"sv}) {
    EXPECT_FALSE(first_character(text));
  }
}

}  // namespace
}  // namespace vkxx
