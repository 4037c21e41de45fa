// Captcha, validation, confirmation: the challenge and the retried request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* picture =
    R"({"error_code":14,"error_msg":"Captcha needed","captcha_sid":"111",
        "captcha_img":"https://vk.ru/captcha.php?sid=111","captcha_ts":1763851234.567,
        "captcha_attempt":1,"redirect_uri":"","remixstlid":9069780796616521905})";
constexpr const char* second_picture =
    R"({"error_code":14,"error_msg":"Captcha needed","captcha_sid":"222","captcha_attempt":2,
        "captcha_img":"https://vk.ru/c"})";
constexpr const char* page =
    R"({"error_code":14,"error_msg":"Captcha needed","remixstlid":9069780796616521905,
        "redirect_uri":"https://id.vk.ru/not_robot_captcha?session_token=s"})";
constexpr const char* both =
    R"({"error_code":14,"error_msg":"Captcha needed","captcha_sid":"111",
        "captcha_img":"https://vk.ru/captcha.php?sid=111",
        "redirect_uri":"https://id.vk.ru/not_robot_captcha?session_token=s"})";
constexpr const char* validation_error =
    R"({"error_code":17,"error_msg":"Validation required",
        "redirect_uri":"https://m.vk.ru/login?act=security_check"})";
constexpr const char* confirmation_error =
    R"({"error_code":24,"error_msg":"Confirmation required","confirmation_text":"Sure?"})";

TEST(Captcha, WithoutAHookTheErrorIsRaised) {
  call_bench bench;
  bench.vk->expect(call("a.b")).reply_error(picture);
  const auto outcome = bench.call_once(request{"a.b"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), api_errc::captcha_needed);
  EXPECT_EQ(outcome.error().attempts(), 1);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Captcha, ThePictureKind) {
  call_bench bench;
  bench.settings.on_captcha([](challenge challenge) {
    EXPECT_EQ(challenge.kind(), challenge_kind::captcha);
    EXPECT_EQ(challenge.method(), "a.b");
    EXPECT_FALSE(challenge.wants_success_token());
    EXPECT_EQ(challenge.captcha().img, "https://vk.ru/captcha.php?sid=111");
    EXPECT_EQ(challenge.wrong_answers(), 0);
    return challenge_answer::captcha_key(secret_of("key"));
  });
  bench.vk->expect(call("a.b").with("x", "1").without("captcha_sid")).reply_error(picture);
  bench.vk
      ->expect(call("a.b")
                   .with("x", "1")
                   .with("captcha_sid", "111")
                   .with("captcha_key", secret_of("key"))
                   .with("captcha_ts", "1763851234.567")
                   .with("captcha_attempt", "1")
                   .without("success_token")
                   .without("remixstlid"))
      .reply("5");
  const auto outcome = bench.call_once(request{"a.b"}.set("x", 1));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->json(), 5);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Captcha, ThePageKindCarriesAll64BitsBack) {
  call_bench bench;
  bench.settings.on_captcha([](challenge challenge) {
    EXPECT_TRUE(challenge.wants_success_token());
    EXPECT_EQ(challenge.redirect_uri(), "https://id.vk.ru/not_robot_captcha?session_token=s");
    return challenge_answer::success_token(secret_of("success"));
  });
  bench.vk->expect(call("a.b")).reply_error(page);
  bench.vk->expect(call("a.b")
                       .with("success_token", secret_of("success"))
                       .with("remixstlid", "9069780796616521905")
                       .without("captcha_sid")
                       .without("captcha_key"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

// What the second request of a call carries as its cookie when the captcha came with `set_cookies`.
std::optional<std::string> cookie_after(std::vector<http::header> set_cookies) {
  call_bench bench;
  bench.settings.on_captcha(
      [](challenge) { return challenge_answer::success_token(secret_of("success")); });
  http::response challenging{200, {{"Content-Type", "application/json"}}, {}};
  for (auto& line : set_cookies) challenging.headers.push_back(std::move(line));
  challenging.body = std::string{"{\"error\":"} + page + '}';
  bench.vk->expect(call("a.b")).reply_with(std::move(challenging));
  bench.vk->expect(call("a.b").with("remixstlid", "9069780796616521905"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
  const auto sent = bench.vk->requests();
  EXPECT_EQ(http::find_header(sent.at(0).message().headers(), "Cookie"), std::nullopt);
  const auto cookie = http::find_header(sent.at(1).message().headers(), "Cookie");
  return cookie ? std::optional{std::string{*cookie}} : std::nullopt;
}

TEST(Captcha, TheCookieOfThePageKindGoesBackAsItCame) {
  EXPECT_EQ(cookie_after({}), std::nullopt);
  EXPECT_EQ(cookie_after({{"set-cookie", "remixlang=3; path=/"},
                          {"Set-Cookie", "remixstlid=9069780796616521905_aB-c; path=/; secure"}}),
            "remixstlid=9069780796616521905_aB-c");
  EXPECT_EQ(cookie_after({{"SET-COOKIE", "remixstlid=1_x"}}), "remixstlid=1_x");
}

TEST(Captcha, ACookieThatIsNoneIsNotGivenBack) {
  EXPECT_EQ(cookie_after({{"Set-Cookie", "xremixstlid=1; path=/"}}), std::nullopt);
  EXPECT_EQ(cookie_after({{"Set-Cookie", "remixstlid=; path=/"}}), std::nullopt);
  EXPECT_EQ(cookie_after({{"Set-Cookie", "remixstlid=1\xff; path=/"}}), std::nullopt);
  EXPECT_EQ(cookie_after({{"Set-Cookie", "remixstlid=" + std::string(257, '1')}}), std::nullopt);
}

TEST(Captcha, TheCookieStaysWithItsCall) {
  call_bench bench;
  bench.settings.on_captcha(
      [](challenge) { return challenge_answer::success_token(secret_of("success")); });
  http::response challenging{200, {{"Set-Cookie", "remixstlid=1_x"}}, {}};
  challenging.body = std::string{"{\"error\":"} + page + '}';
  bench.vk->expect(call("a.b")).reply_with(std::move(challenging));
  bench.vk->expect(call("a.b"));
  bench.vk->expect(call("c.d"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_TRUE(bench.call_once(request{"c.d"}));
  EXPECT_EQ(http::find_header(bench.vk->requests().at(2).message().headers(), "Cookie"),
            std::nullopt);
}

TEST(Captcha, WhenBothKindsComeEitherAnswerIsTaken) {
  for (const bool by_page : {true, false}) {
    call_bench bench;
    bench.settings.on_captcha([by_page](challenge challenge) {
      EXPECT_TRUE(challenge.wants_success_token());
      return by_page ? challenge_answer::success_token(secret_of("success"))
                     : challenge_answer::captcha_key(secret_of("key"));
    });
    bench.vk->expect(call("a.b")).reply_error(both);
    auto second = call("a.b");
    if (by_page) {
      second.with("success_token", secret_of("success")).without("captcha_key");
    } else {
      second.with("captcha_sid", "111").with("captcha_key", secret_of("key"));
      second.without("success_token");
    }
    bench.vk->expect(second);
    EXPECT_TRUE(bench.call_once(request{"a.b"}));
    EXPECT_EQ(bench.vk->problems(), "");
  }
}

TEST(Captcha, AWrongAnswerIsFollowedByTheNextPicture) {
  call_bench bench;
  std::vector<int> wrong_answers;
  bench.settings.on_captcha([&](challenge challenge) {
    wrong_answers.push_back(challenge.wrong_answers());
    return challenge_answer::captcha_key(challenge.captcha().sid == "222" ? "right" : "wrong");
  });
  bench.vk->expect(call("a.b")).reply_error(picture);
  bench.vk->expect(call("a.b").with("captcha_sid", "111").with("captcha_key", "wrong"))
      .reply_error(second_picture);
  bench.vk->expect(call("a.b")
                       .with("captcha_sid", "222")
                       .with("captcha_key", "right")
                       .with("captcha_attempt", "2")
                       .without("captcha_ts"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
  EXPECT_EQ(wrong_answers, (std::vector{0, 1}));
}

TEST(Captcha, AnswersOfOneKindDoNotGoOutWithTheOther) {
  call_bench bench;
  bench.settings.on_captcha([](challenge challenge) {
    return challenge.wants_success_token() ? challenge_answer::success_token("s")
                                           : challenge_answer::captcha_key("k");
  });
  bench.vk->expect(call("a.b")).reply_error(page);
  bench.vk->expect(call("a.b").with("success_token", "s")).reply_error(picture);
  bench.vk->expect(
      call("a.b").with("captcha_key", "k").without("success_token").without("remixstlid"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Captcha, IsBoundedAndDoesNotAskInVain) {
  call_bench bench;
  int times_asked = 0;
  bench.settings.on_captcha([&](challenge) {
    ++times_asked;
    return challenge_answer::captcha_key("wrong");
  });
  bench.vk->expect(call("a.b")).reply_error(picture).times(5);
  const auto outcome = bench.call_once(request{"a.b"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), api_errc::captcha_needed);
  EXPECT_EQ(outcome.error().attempts(), 5);
  EXPECT_EQ(times_asked, 4);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Captcha, ARefusalGivesVksError) {
  call_bench bench;
  bench.settings.on_captcha([](challenge) { return challenge_answer::refused(); });
  bench.vk->expect(call("a.b")).reply_error(picture);
  const auto outcome = bench.call_once(request{"a.b"});
  EXPECT_EQ(outcome.error(), api_errc::captcha_needed);
  EXPECT_EQ(outcome.error().details()->captcha.sid, "111");
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Captcha, AnAnswerThatDoesNotFitIsOurError) {
  struct row {
    const char* failure;
    challenge_answer answer;
  };
  const std::vector<row> table{
      {picture, challenge_answer::success_token("s")},
      {page, challenge_answer::captcha_key("k")},
      {picture, challenge_answer::confirmed()},
      {picture, challenge_answer::validated()},
      {validation_error, challenge_answer::captcha_key("k")},
      {confirmation_error, challenge_answer::access_token("t")},
  };
  for (std::size_t i = 0; i != table.size(); ++i) {
    call_bench bench;
    const auto give = [answer = table[i].answer](challenge) { return answer; };
    bench.settings.on_captcha(give).on_validation(give).on_confirmation(give);
    bench.vk->expect(call("a.b")).reply_error(table[i].failure);
    const auto outcome = bench.call_once(request{"a.b"});
    ASSERT_FALSE(outcome) << i;
    EXPECT_EQ(outcome.error(), errc::invalid_argument) << i;
    EXPECT_THAT(outcome.error().message(), HasSubstr("does not fit")) << i;
    EXPECT_EQ(outcome.error().effect(), request_effect::rejected) << i;
    EXPECT_EQ(bench.vk->problems(), "") << i;
  }
}

TEST(Captcha, TheHookMayBeACoroutine) {
  call_bench bench;
  bench.settings.on_captcha([](challenge challenge) -> asio::awaitable<challenge_answer> {
    co_return challenge_answer::captcha_key("for " + challenge.captcha().sid);
  });
  bench.vk->expect(call("a.b")).reply_error(picture);
  bench.vk->expect(call("a.b").with("captcha_key", "for 111"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Validation, ANewTokenTakesThePlaceOfTheClients) {
  const auto fresh = secret_of("fresh");
  call_bench bench;
  bench.settings.on_validation([fresh](challenge challenge) {
    EXPECT_EQ(challenge.kind(), challenge_kind::validation);
    EXPECT_EQ(challenge.redirect_uri(), "https://m.vk.ru/login?act=security_check");
    return challenge_answer::access_token(fresh);
  });
  bench.vk->expect(call("a.b").with_token(token())).reply_error(validation_error);
  bench.vk->expect(call("a.b").with_token(fresh)).times(2);
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_TRUE(bench.call_once(request{"a.b"})) << "and stays for later calls";
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Validation, ACallsOwnTokenIsReplacedForThatCallOnly) {
  const auto own = secret_of("own");
  const auto fresh = secret_of("fresh");
  call_bench bench;
  bench.settings.on_validation(
      [fresh](challenge) { return challenge_answer::access_token(fresh); });
  bench.vk->expect(call("a.b").with_token(own)).reply_error(validation_error);
  bench.vk->expect(call("a.b").with_token(fresh));
  bench.vk->expect(call("a.b").with_token(token()));
  EXPECT_TRUE(bench.call_once(request{"a.b"}.access_token(own)));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Validation, ThePresentTokenMayStay) {
  call_bench bench;
  bench.settings.on_validation([](challenge) { return challenge_answer::validated(); });
  bench.vk->expect(call("a.b").with_token(token())).reply_error(validation_error);
  bench.vk->expect(call("a.b").with_token(token()));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Confirmation, IsSentWithTheCall) {
  call_bench bench;
  bench.settings.on_confirmation([](challenge challenge) {
    EXPECT_EQ(challenge.confirmation_text(), "Sure?");
    return challenge_answer::confirmed();
  });
  bench.vk->expect(call("a.b").without("confirm")).reply_error(confirmation_error);
  bench.vk->expect(call("a.b").with("confirm", "1"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Challenges, OfDifferentKindsCanMeetOneCall) {
  call_bench bench;
  bench.settings.on_captcha([](challenge) { return challenge_answer::captcha_key("k"); })
      .on_validation([](challenge) { return challenge_answer::validated(); })
      .on_confirmation([](challenge) { return challenge_answer::confirmed(); });
  bench.vk->expect(call("a.b")).reply_error(validation_error);
  bench.vk->expect(call("a.b")).reply_error(picture);
  bench.vk->expect(call("a.b").with("captcha_key", "k")).reply_error(confirmation_error);
  bench.vk->expect(call("a.b").with("confirm", "1"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Challenges, AnAnswerServesTheCallsThatWereUnderWayAndNoLaterOne) {
  call_bench bench;
  int answered = 0;
  bench.settings.on_captcha([&answered](challenge) {
    ++answered;
    return challenge_answer::captcha_key("k");
  });
  bench.vk->expect(call("a.b")).reply_error(picture, after(1s));
  bench.vk->expect(call("c.d")).reply_error(second_picture, after(3s));
  bench.vk->expect(call("a.b").with("captcha_key", "k")).reply("1", after(1s));
  bench.vk->expect(call("c.d")).reply("2");
  const auto first = bench.start(request{"a.b"});
  const auto late = bench.start(request{"c.d"});
  bench.run();
  EXPECT_TRUE(first.outcome());
  EXPECT_TRUE(late.outcome());
  EXPECT_EQ(answered, 1);
  EXPECT_EQ(bench.vk->requests().at(3).find("captcha_key"), std::nullopt);
  bench.vk->expect(call("e.f")).reply_error(picture);
  bench.vk->expect(call("e.f").with("captcha_key", "k"));
  EXPECT_TRUE(bench.call_once(request{"e.f"}));
  EXPECT_EQ(answered, 2);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Challenges, HooksCanBeChangedLater) {
  call_bench bench;
  bench.vk->expect(call("a.b")).reply_error(picture);
  bench.vk->expect(call("a.b").with("captcha_key", "k"));
  bench.vk->expect(call("a.b")).reply_error(picture);
  bench.face().on_captcha([](challenge) { return challenge_answer::captcha_key("k"); });
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
  bench.face().on_captcha({});
  EXPECT_EQ(bench.call_once(request{"a.b"}).error(), api_errc::captcha_needed);
  EXPECT_EQ(bench.vk->problems(), "");
}

}  // namespace
}  // namespace vkxx::test
