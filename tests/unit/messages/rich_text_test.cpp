// Texts with formatting, and where they are split.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <vkxx/messages/rich_text.hpp>

namespace vkxx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> pieces(const rich_text& whole, std::size_t limit) {
  std::vector<std::string> texts;
  for (const auto& part : whole.split(limit)) texts.push_back(part.text());
  return texts;
}

TEST(RichText, CountsUtf16Units) {
  EXPECT_EQ(vk_length("abc"), 3U);
  EXPECT_EQ(vk_length("чай"), 3U);
  EXPECT_EQ(vk_length("\U0001F600"), 2U);
  EXPECT_EQ(vk_length("\xff"), 1U);
}

TEST(RichText, HasFormatsByUtf16Units) {
  const auto text =
      rich_text{"\U0001F600 "}.bold("чай").plain(" и ").link("сайт", "https://example.org");
  EXPECT_EQ(text.text(), "\U0001F600 чай и сайт");
  EXPECT_EQ(text.format_data(),
            R"({"version":"1","items":[{"type":"bold","offset":3,"length":3},)"
            R"({"type":"url","offset":9,"length":4,"url":"https://example.org"}]})");
  EXPECT_EQ(rich_text{"plain"}.format_data(), "");
}

TEST(RichText, IsComposedOfRichTexts) {
  const auto inner = rich_text{"a"}.italic("b").underline("c");
  const auto outer = rich_text{"12"}.bold(inner) + rich_text{}.italic("z");
  EXPECT_EQ(outer.text(), "12abcz");
  EXPECT_THAT(outer.formats(), ElementsAre(text_format{text_style::bold, 2, 3, {}},
                                           text_format{text_style::italic, 3, 1, {}},
                                           text_format{text_style::underline, 4, 1, {}},
                                           text_format{text_style::italic, 5, 1, {}}));
}

TEST(RichText, CanBeAppendedToItself) {
  auto text = rich_text{}.bold("ab");
  text += text;
  EXPECT_EQ(text.text(), "abab");
  EXPECT_THAT(text.formats(), ElementsAre(text_format{text_style::bold, 0, 2, {}},
                                          text_format{text_style::bold, 2, 2, {}}));
}

TEST(RichText, CutsAFormatToTheText) {
  auto text = rich_text{"abc"};
  text.format({text_style::bold, 1, 99, {}}).format({text_style::italic, 3, 1, {}});
  EXPECT_THAT(text.formats(), ElementsAre(text_format{text_style::bold, 1, 2, {}}));
}

TEST(RichText, NamesItsProblems) {
  EXPECT_THAT(rich_text{"чай"}.problems(), IsEmpty());
  EXPECT_THAT(rich_text{"\xd1"}.problems(), ElementsAre("the text is not UTF-8"));
  EXPECT_THAT(rich_text{"ab"}.link("c", "example.org").problems(),
              ElementsAre(HasSubstr("the link at character 2")));
}

TEST(SplitText, PrefersParagraphsThenLinesThenWords) {
  EXPECT_THAT(pieces("aaaa bb\ncc\n\ndd ee", 13), ElementsAre("aaaa bb\ncc\n\n", "dd ee"));
  EXPECT_THAT(pieces("aaaa bb\ncc dd ee", 13), ElementsAre("aaaa bb\n", "cc dd ee"));
  EXPECT_THAT(pieces("aaaa bb cc dd", 9), ElementsAre("aaaa bb ", "cc dd"));
  EXPECT_THAT(pieces("aaaaaaaa", 3), ElementsAre("aaa", "aaa", "aa"));
  // Not for a paragraph that would leave a short part.
  EXPECT_THAT(pieces("a\n\nbbbbbbbb cc", 12), ElementsAre("a\n\nbbbbbbbb ", "cc"));
  EXPECT_THAT(pieces("a bbbbbbbbbbb", 10), ElementsAre("a ", "bbbbbbbbbb", "b"));
  EXPECT_THAT(pieces("", 10), ElementsAre(""));
}

TEST(SplitText, FitsExactly) {
  const std::string largest(rich_text::largest, 'x');
  EXPECT_EQ(rich_text{largest}.split().size(), 1U);
  EXPECT_EQ(rich_text{largest + "x"}.split().size(), 2U);
  std::string emoji;
  for (std::size_t count = 0; count < rich_text::largest / 2; ++count) emoji += "\U0001F600";
  EXPECT_EQ(rich_text{emoji}.split().size(), 1U);
  EXPECT_EQ(rich_text{emoji + "x"}.split().size(), 2U);
}

TEST(SplitText, KeepsCharactersWhole) {
  EXPECT_THAT(pieces("abc\U0001F600", 4), ElementsAre("abc", "\U0001F600"));
  EXPECT_THAT(pieces("abce\u0301", 4), ElementsAre("abc", "e\u0301"));
  // A family is one character of four people with joiners.
  const std::string family = "\U0001F468\u200d\U0001F469\u200d\U0001F467";
  EXPECT_THAT(pieces("abc" + family, 9), ElementsAre("abc", family));
  // Two flags, each of two letters of two units.
  const std::string flag = "\U0001F1F7\U0001F1FA";
  EXPECT_THAT(pieces(flag + flag, 6), ElementsAre(flag, flag));
  EXPECT_THAT(pieces("abc\r\nd", 4), ElementsAre("abc", "\r\nd"));
}

TEST(SplitText, KeepsMentionsWhole) {
  EXPECT_THAT(pieces("Hello [id1|Pavel Durov] hi", 20),
              ElementsAre("Hello ", "[id1|Pavel Durov] hi"));
  EXPECT_THAT(pieces("Hello [id|Pavel Durov] hi", 20),
              ElementsAre("Hello [id|Pavel ", "Durov] hi"));
}

TEST(SplitText, KeepsLinksWhole) {
  EXPECT_THAT(pieces("一二https://example.org/a/b", 24),
              ElementsAre("一二", "https://example.org/a/b"));
  // Of one that no part can hold every part is filled.
  EXPECT_EQ(pieces("https://example.org/" + std::string(3000, 'a'), 1000).front().size(), 1000U);
}

TEST(SplitText, SplitsWhatIsLongerThanAPart) {
  EXPECT_THAT(pieces("[id1|abcdefghi]", 6), ElementsAre("[id1|a", "bcdefg", "hi]"));
  EXPECT_THAT(pieces("e\u0301\u0301\u0301", 2), ElementsAre("e\u0301", "\u0301\u0301"));
}

TEST(SplitText, TakesTheFormatsAlong) {
  const auto parts = rich_text{"one "}.bold("two three").split(8);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].text(), "one two ");
  EXPECT_THAT(parts[0].formats(), ElementsAre(text_format{text_style::bold, 4, 4, {}}));
  EXPECT_EQ(parts[1].text(), "three");
  EXPECT_THAT(parts[1].formats(), ElementsAre(text_format{text_style::bold, 0, 5, {}}));
}

}  // namespace
}  // namespace vkxx
