// Texts, patterns, filters, settings: without a network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include <vkxx/bot.hpp>
#include "bot/contexts/bot_run.hpp"
#include "bot/run/bot_check.hpp"
#include "bot/text/pattern.hpp"
#include "core/text/message_text.hpp"

namespace {

namespace filters = vkxx::filters;
using testing::ElementsAre;
using vkxx::captures;
using vkxx::detail::folded;
using vkxx::detail::text_pattern;

vkxx::bot_context context_of(const std::string& message) {
  vkxx::update_data data;
  data.type = "message_new";
  data.object = "{\"message\":" + message + "}";
  auto shared = std::make_shared<vkxx::detail::bot_environment>();
  auto run = std::make_shared<vkxx::detail::bot_run>(std::move(shared), vkxx::update{data},
                                                     vkxx::group_id{1});
  run->message = vkxx::incoming_message::read(data.object, vkxx::group_id{1}).value();
  return vkxx::bot_context{run};
}

vkxx::bot_context with_text(const std::string& text) {
  return context_of(R"({"peer_id":5,"from_id":5,"conversation_message_id":1,"text":")" + text +
                    "\"}");
}

TEST(BotTexts, AreFoldedInThreeAlphabets) {
  EXPECT_EQ(folded("HELLO Ärger ŽŁ"), "hello ärger žł");
  EXPECT_EQ(folded("ПРИВЕТ ЁЖ ЇЖАК ҐУДЗИК"), "привет ёж їжак ґудзик");
  EXPECT_EQ(folded("ΑΘΉΝΑ ΣΊΣΥΦΟΣ ς"), "αθήνα σίσυφοσ σ");
  EXPECT_EQ(folded("ΟΔΌΣ οδός"), "οδόσ οδόσ");
  EXPECT_EQ(folded("Straße STRASSE STRAẞE"), "strasse strasse strasse");
  EXPECT_EQ(folded("İPTAL i\u0307ptal iptal"), "iptal iptal iptal");
  EXPECT_EQ(folded("Ёлка", true), "елка");
  EXPECT_EQ(folded("\xff×÷😀"), "\xff×÷😀");
  // Of two characters, as some systems write them.
  EXPECT_EQ(folded("И\u0306ОГУРТ Е\u0308Ж І\u0308"), "йогурт ёж ї");
  EXPECT_EQ(folded("Е\u0308лка", true), "елка");
  EXPECT_EQ(folded("б\u0306"), "б\u0306");
}

TEST(BotTexts, LoseWhatNobodySeesAtTheirEnds) {
  using vkxx::detail::without_outer_spaces;
  EXPECT_EQ(without_outer_spaces("\u200e\u202f hi \u2069\u200d"), "hi");
  EXPECT_EQ(without_outer_spaces("👩\u200d👧"), "👩\u200d👧");
  EXPECT_EQ(without_outer_spaces("\u202e\u200b"), "");
}

TEST(BotTexts, LoseTheMentionOfTheCommunity) {
  using vkxx::detail::has_mention;
  using vkxx::detail::without_mention;
  EXPECT_EQ(without_mention("[club1|@shop], hello", "1"), "hello");
  EXPECT_EQ(without_mention(" [public1|Shop] : hi [club1|x]", "1"), "hi [club1|x]");
  EXPECT_EQ(without_mention("@club1 (Shop) hi", "1"), "hi");
  EXPECT_EQ(without_mention("[club12|@other] hi", "1"), "[club12|@other] hi");
  EXPECT_EQ(without_mention("@club12 hi", "1"), "@club12 hi");
  EXPECT_EQ(without_mention("@club1_fans hi", "1"), "@club1_fans hi");
  EXPECT_EQ(without_mention("\u200f[club1|@shop] hi", "1"), "hi");
  EXPECT_TRUE(has_mention("hi [club1|@shop]", "1"));
  EXPECT_FALSE(has_mention("hi [club12|@shop] [club1", "1"));
}

TEST(BotPatterns, CaptureParts) {
  captures found;
  const text_pattern pattern{"my name is <name> and I am <age:int>", false};
  EXPECT_TRUE(pattern.match(" My  name is Ann and Bo and i am -4 ", found));
  EXPECT_EQ(found.text("name"), "Ann and Bo");
  EXPECT_EQ(found.number("age"), -4);
  EXPECT_FALSE(pattern.match("my name is Ann and I am old", found));
  EXPECT_FALSE(pattern.match("my name is Ann and I am 4 years", found));
}

TEST(BotPatterns, KnowWordsAndFractions) {
  captures found;
  EXPECT_TRUE(
      (text_pattern{"send <sum:float> to <whom:word>", false}.match("Send 1,5 to Ёж", found)));
  EXPECT_DOUBLE_EQ(found.real("sum"), 1.5);
  EXPECT_EQ(found.text("whom"), "Ёж");
  EXPECT_FALSE((text_pattern{"to <whom:word>", false}.match("to Ann Lee", found)));
  EXPECT_TRUE((text_pattern{"ёлка <n:int>", false}.match("Е\u0308ЛКА 5", found)));
  EXPECT_TRUE((text_pattern{"ЕЛКА", true}.match("ёлка", found)));
}

TEST(BotPatterns, TakeNumbersThatAreOnes) {
  captures found;
  const text_pattern whole{"pay <n:int>", false};
  EXPECT_TRUE(whole.match("pay +9223372036854775807", found));
  EXPECT_EQ(found.number("n"), 9'223'372'036'854'775'807);
  for (const auto* const text : {"pay 9223372036854775808", "pay +-5", "pay --5", "pay -", "pay +",
                                 "pay 5,0", "pay 0x10", "pay \u0663", "pay 5 5"}) {
    EXPECT_FALSE(whole.match(text, found)) << text;
  }
  const text_pattern real{"pay <n:float>", false};
  EXPECT_TRUE(real.match("pay +1,5", found));
  EXPECT_DOUBLE_EQ(found.real("n"), 1.5);
  for (const auto* const text : {"pay nan", "pay inf", "pay -infinity", "pay 1e999", "pay +-5",
                                 "pay 1,5,5", "pay ,", "pay ++1"}) {
    EXPECT_FALSE(real.match(text, found)) << text;
  }
}

// Each took the square of its size: tens of seconds here.
TEST(BotPatterns, ReadLongTextsOnce) {
  constexpr std::size_t size = 200'000;
  captures found;
  EXPECT_FALSE((text_pattern{"<n:int>", false}.match(std::string(size, '7'), found)));
  EXPECT_FALSE((text_pattern{"<n:float>", false}.match(std::string(size, '7'), found)));
  const auto spaces = "a" + std::string(size, ' ') + "b";
  EXPECT_FALSE((text_pattern{"a<rest>c", false}.match(spaces, found)));
  EXPECT_FALSE((text_pattern{"<rest>b", false}.match(spaces, found)));  // ends with a space
  EXPECT_TRUE((text_pattern{"<rest>", false}.match(spaces, found)));
  EXPECT_EQ(found.text("rest").size(), spaces.size());
}

TEST(BotPatterns, RefuseWhatIsMalformed) {
  for (const std::string_view form :
       {"", "<name", "name>", "<a b>", "<a:number>", "<a> <a>", "<a><b>"}) {
    EXPECT_THROW((text_pattern{form, false}), vkxx::usage_exception) << form;
  }
}

TEST(BotPatterns, TakeBoundedTime) {
  captures found;
  const text_pattern pattern{"<a> x <b> x <c> x <d> x <e> y", false};
  std::string text;
  for (int count = 0; count < 1000; ++count) text += "x ";
  EXPECT_FALSE(pattern.match(text, found));
}

TEST(BotCaptures, RefuseUnknownNames) {
  captures found;
  found.set("name", "Ann");
  EXPECT_THROW(static_cast<void>(found.text("age")), vkxx::usage_exception);
  EXPECT_THROW(static_cast<void>(found.number("name")), vkxx::usage_exception);
}

TEST(BotFilters, CombineAsValues) {
  const auto hi = filters::text_is("Hi");
  const auto long_one = filters::text_contains("LONG");
  EXPECT_TRUE((hi || long_one).test(with_text("a long text")));
  EXPECT_FALSE((hi && long_one).test(with_text("hi")));
  EXPECT_TRUE((!hi).test(with_text("other")));
  EXPECT_TRUE(filters::text_is("ЁЖ", filters::letters::yo_as_ye).test(with_text("еж")));
  EXPECT_FALSE(filters::text_is("ЁЖ").test(with_text("еж")));
  EXPECT_FALSE((filters::from_admin() && hi).immediate());
}

TEST(BotFilters, KnowCommands) {
  const auto start = filters::command("start");
  const auto called = with_text("/Start  the engine ");
  EXPECT_TRUE(start.test(called));
  EXPECT_EQ(called.captures().text("arguments"), "the engine");
  EXPECT_FALSE(start.test(with_text("/started")));
  EXPECT_FALSE(start.test(with_text("start")));
  EXPECT_TRUE(start.test(
      context_of(R"({"peer_id":5,"text":"Begin","payload":"{\"command\":\"start\"}"})")));
}

TEST(BotFilters, KnowToWhomACommandGoes) {
  const auto arguments = [](const std::string& text) -> std::string {
    const auto context = with_text(text);
    return filters::command("start").test(context) ? context.captures().text("arguments") : "none";
  };
  EXPECT_EQ(arguments("/start@club1"), "");
  EXPECT_EQ(arguments("/START @club1, now"), "now");
  EXPECT_EQ(arguments("/start [club1|@shop] now"), "now");
  EXPECT_EQ(arguments("/start[club1|@shop]"), "");
  EXPECT_EQ(arguments("[club1|@shop]/start a\\nb"), "a\nb");
  EXPECT_EQ(arguments("\u200e/start\u200b"), "");
  EXPECT_EQ(arguments("/start@club2"), "none");
  EXPECT_EQ(arguments("/start@club12 now"), "none");
  EXPECT_EQ(arguments("/start [club2|@other]"), "[club2|@other]");
}

TEST(BotFilters, KeepNothingOfAnAlternativeThatSaidNo) {
  const auto found = (filters::command("a") && filters::in_chat()) || filters::text_contains("q");
  const auto context = with_text("/a q");
  EXPECT_TRUE(found.test(context));
  EXPECT_TRUE(context.captures().empty());
}

TEST(BotFilters, SeeWhatAMessageCarries) {
  const auto message = context_of(
      R"({"peer_id":2000000001,"from_id":7,"text":"","attachments":[{"type":"photo"}],)"
      R"("reply_message":{"text":"x"},"action":{"type":"chat_invite_user","member_id":-1}})");
  EXPECT_TRUE(filters::has_photo().test(message));
  EXPECT_FALSE(filters::has_attachment("doc").test(message));
  EXPECT_TRUE(filters::is_reply().test(message));
  EXPECT_TRUE(filters::in_chat().test(message));
  EXPECT_FALSE(filters::in_private().test(message));
  EXPECT_TRUE(filters::from(vkxx::user_id{7}).test(message));
  EXPECT_FALSE(filters::from(vkxx::user_id{8}).test(message));
  EXPECT_TRUE(filters::action("chat_invite_user").test(message));
  EXPECT_FALSE(filters::action("chat_kick_user").test(message));
  EXPECT_FALSE(filters::has_text().test(message));
  const auto odd = filters::when([](const vkxx::incoming_message& m) { return m.from() == 7; });
  EXPECT_TRUE(odd.test(message));
}

TEST(BotRouter, RefusesRings) {
  vkxx::router first;
  vkxx::router second;
  first.use(second);
  EXPECT_THROW(second.use(first), vkxx::usage_exception);
  EXPECT_THROW(first.use(first), vkxx::usage_exception);
}

TEST(BotCheck, ComparesSettings) {
  const std::set<std::string> types{"message_new", "message_event", "market_order_new",
                                    "app_payload"};
  const auto needs = vkxx::detail::compare_settings(
      R"({"api_version":"5.50","is_enabled":false,"events":{"message_new":1}})", types);
  EXPECT_TRUE(needs.enable);
  EXPECT_TRUE(needs.raise_version);
  EXPECT_THAT(needs.types, ElementsAre("message_event"));
  EXPECT_TRUE(vkxx::detail::compare_settings(
                  R"({"api_version":"5.103","is_enabled":true,"events":{"message_new":1}})",
                  {"message_new"})
                  .empty());
}

TEST(BotOptions, AnyAgeOfTheManagersCanBeSubtractedFromNow) {
  EXPECT_EQ(vkxx::bot_options{}.manager_age((vkxx::duration::min)()).manager_age(),
            vkxx::duration::zero());
  EXPECT_EQ(vkxx::bot_options{}.manager_age((vkxx::duration::max)()).manager_age(),
            (vkxx::duration::max)());
}

}  // namespace
