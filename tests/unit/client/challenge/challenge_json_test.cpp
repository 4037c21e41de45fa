// A challenge is a value that can be written as JSON and answered elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

challenge met(const char* error_text) {
  call_bench bench;
  bench.vk->expect(call("wall.post")).reply_error(error_text);
  const auto outcome = bench.call_once(request{"wall.post"}.set("message", "hi"));
  return challenge::from(outcome.error()).value();
}

TEST(ChallengeJson, GoesThereAndBack) {
  const auto first = met(R"({"error_code":14,"error_msg":"Captcha needed","error_text":"Введите",
    "captcha_sid":"111","captcha_img":"https://vk.ru/captcha.php?sid=111",
    "captcha_ts":1763851234.567,"captcha_attempt":3,"captcha_ratio":2.6,"captcha_width":130,
    "captcha_height":50,"is_refresh_enabled":true,"is_sound_captcha_available":false,
    "captcha_track":"https://vk.ru/t","redirect_uri":"https://id.vk.ru/p?session_token=s",
    "remixstlid":9069780796616521905})")
                         .wrong_answers(2);
  EXPECT_THAT(first.to_json(), HasSubstr("9069780796616521905"));
  const auto second = challenge::from_json(first.to_json());
  ASSERT_TRUE(second) << second.error();
  EXPECT_EQ(second->to_json(), first.to_json());
  EXPECT_EQ(second->kind(), challenge_kind::captcha);
  EXPECT_EQ(second->method(), "wall.post");
  EXPECT_EQ(second->text(), "Введите");
  EXPECT_EQ(second->captcha().sid, "111");
  EXPECT_EQ(second->captcha().ts, "1763851234.567");
  EXPECT_EQ(second->captcha().remixstlid, 9069780796616521905);
  EXPECT_EQ(second->captcha().ratio, 2.6);
  EXPECT_EQ(second->captcha().is_refresh_enabled, true);
  EXPECT_EQ(second->captcha().is_sound_captcha_available, false);
  EXPECT_EQ(second->redirect_uri(), "https://id.vk.ru/p?session_token=s");
  EXPECT_EQ(second->wrong_answers(), 2);
  EXPECT_TRUE(second->wants_success_token());
}

TEST(ChallengeJson, OfTheOtherKinds) {
  const auto validation = met(R"({"error_code":17,"error_msg":"Validation required",
                                  "redirect_uri":"https://m.vk.ru/login"})");
  const auto confirmation = met(R"({"error_code":24,"confirmation_text":"Sure?"})");
  EXPECT_EQ(challenge::from_json(validation.to_json())->redirect_uri(), "https://m.vk.ru/login");
  EXPECT_EQ(challenge::from_json(validation.to_json())->kind(), challenge_kind::validation);
  EXPECT_EQ(challenge::from_json(confirmation.to_json())->confirmation_text(), "Sure?");
}

TEST(ChallengeJson, AnsweredElsewhereItGoesOnAsARequest) {
  const auto original =
      met(R"({"error_code":14,"captcha_sid":"111","captcha_img":"https://vk.ru/c"})");
  // In another process:
  const auto carried = challenge::from_json(original.to_json());
  const auto answer = challenge_answer::from_json(challenge_answer::captcha_key("xyz").to_json());
  ASSERT_TRUE(answer);
  const auto again = carried->answered(request{"wall.post"}.set("message", "hi"), *answer);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->parameters().form(), "message=hi&captcha_sid=111&captcha_key=xyz");
}

TEST(ChallengeJson, EveryAnswerGoesThereAndBack) {
  for (const auto& answer :
       {challenge_answer::captcha_key("k"), challenge_answer::success_token("s"),
        challenge_answer::access_token("t"), challenge_answer::validated(),
        challenge_answer::confirmed(), challenge_answer::refused()}) {
    const auto back = challenge_answer::from_json(answer.to_json());
    ASSERT_TRUE(back) << answer.to_json();
    EXPECT_EQ(back->what(), answer.what());
    EXPECT_EQ(back->text(), answer.text());
  }
}

TEST(ChallengeJson, WhatIsNoChallengeIsRefusedWithAReason) {
  for (const auto* text : {"", "{", "[]", "1", "null", "{}", R"({"challenge":"duel"})",
                           R"({"challenge":1})", R"({"answer":"captcha_key"})"}) {
    const auto read = challenge::from_json(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error(), errc::invalid_argument) << text;
    EXPECT_EQ(read.error().effect(), request_effect::not_sent) << text;
  }
  for (const auto* text : {"", "{", "[]", "{}", R"({"answer":"yes"})", R"({"answer":[]})"}) {
    EXPECT_EQ(challenge_answer::from_json(text).error(), errc::invalid_argument) << text;
  }
}

TEST(ChallengeJson, OnlyTheThreeCodesAreChallenges) {
  EXPECT_FALSE(challenge::from(error{errc::timeout, request_effect::unknown, ""}));
  for (const int code : {1, 5, 6, 9, 25, 100, 3300}) {
    api_error_details details;
    details.code = static_cast<api_errc>(code);
    EXPECT_FALSE(challenge::from(error{details})) << code;
  }
}

}  // namespace
}  // namespace vkxx::test
