// Texts of servers, secrets that are known, and halves of surrogate pairs.
#include "core/errors/server_text.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <vkxx/core/redaction.hpp>

#include "core/json/half_pairs.hpp"

namespace vkxx {
namespace {

using namespace vkxx::detail;

TEST(StruckOut, FindsEveryForm) {
  const std::string hidden = R"(a"b/c=d\e&f)";
  for (const auto* text :
       {R"(<a"b/c=d\e&f>)", R"(<a\"b\/c=d\\e&f>)", "<a%22b%2Fc%3Dd%5Ce%26f>",
        "<a%22b%2fc%3dd%5ce%26f>", "<a%2522b%252Fc%253Dd%255Ce%2526f>",
        R"(<a\u0022b\u002fc\u003Dd\u005ce\u0026f>)", "<a&quot;b/c=d\\e&amp;f>"}) {
    EXPECT_EQ(struck_out(text, hidden), "<***>") << text;
  }
  EXPECT_EQ(struck_out("nothing", ""), "nothing");
  EXPECT_EQ(struck_out("xsecret1y secret1", "secret1"), "x***y ***");
}

TEST(StruckOut, LeavesLettersOfWordsThatAreNoSecret) {
  EXPECT_EQ(struck_out("the token t, not that", "t"), "the token ***, not that");
  EXPECT_EQ(struck_out("a=tok&b=token", "tok"), "a=***&b=token");
}

TEST(ServerText, IsOneShortLineWithoutSecrets) {
  const std::vector<secret> hidden{secret{"hunter22"}};
  EXPECT_EQ(server_text("<p>\n\n  Ha\x1b[1m \xcf\xf0 hunter22\n</p> ", hidden),
            "<p> Ha\\u001b[1m \\xcf\\xf0 *** </p>");
  EXPECT_EQ(server_text("access_token=abcdefghijklmnop", {}), "access_token=abcd***mnop");
  EXPECT_EQ(server_text(std::string(400, 'x'), {}, 10), std::string(10, 'x') + "…");
  EXPECT_EQ(server_text("ééé", {}, 3), "éé…");
  EXPECT_LT(server_text(std::string(1000000, '\n') + "x", {}).size(), 400U);
}

std::string repaired(std::string json) {
  replace_half_pairs(json.data(), json.size());
  return json;
}

TEST(HalfPairs, AreReplacedAndNothingElse) {
  EXPECT_EQ(repaired(R"("A\ud83d")"), R"("A\ufffd")");
  EXPECT_EQ(repaired(R"("\ud83dB\uDE00")"), R"("\ufffdB\ufffd")");
  EXPECT_EQ(repaired(R"("\ud83d\ud83d\ude00")"), R"("\ufffd\ud83d\ude00")");
  EXPECT_EQ(repaired(R"("\ud83d\n")"), R"("\ufffd\n")");
  EXPECT_EQ(repaired(R"("\ud83d)"), R"("\ufffd)");
  EXPECT_EQ(repaired("\"\xED\xA0\xBD\""), "\"\xEF\xBF\xBD\"");
  for (const auto* whole : {R"("\ud83d\ude00")", R"("\\ud83d")", R"("\\\\ud83d")", R"("\u0434")",
                            "\"\xF0\x9F\x98\x80\"", R"("\ud83)", "\\", "\"\xFF\"", "\xED\xA0"}) {
    EXPECT_EQ(repaired(whole), whole);
  }
  EXPECT_EQ(repaired(R"("\\\ud83d")"), R"("\\\ufffd")");
}

}  // namespace
}  // namespace vkxx
