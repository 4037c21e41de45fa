// Every fault that the emulator plays, met by the coroutine and the blocking client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/client/each_client.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using emulation::fault;
using emulation::fault_kind;
using ::testing::HasSubstr;

class EachClient : public ::testing::TestWithParam<face> {
 protected:
  result<reply> users_get(config settings) {
    return call_by(GetParam(), settings, request{"users.get"}.set("user_ids", 1));
  }
  result<reply> users_get() { return users_get(settings_for(vk)); }

  testing::emulator_fixture vk;
};

INSTANTIATE_TEST_SUITE_P(Each, EachClient, ::testing::Values(face::coroutine, face::blocking),
                         [](const auto& test) { return face_name(test.param); });

TEST_P(EachClient, AnOrdinaryCall) {
  const auto outcome = users_get();
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->json().at(0).at("id"), 1);
  EXPECT_EQ(outcome->json().at(0).at("last_name"), "Durov");
  const auto seen = vk->requests();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].http_method, "POST");
  EXPECT_EQ(seen[0].target, "/method/users.get");
  EXPECT_TRUE(seen[0].bearer);
  EXPECT_THAT(seen[0].parameters,
              ::testing::UnorderedElementsAre(std::pair<std::string, std::string>{"user_ids", "1"},
                                              std::pair<std::string, std::string>{"v", "5.199"},
                                              std::pair<std::string, std::string>{"lang", "en"}));
}

TEST_P(EachClient, VksOwnRefusals) {
  struct row {
    std::string name;
    request call;
    std::function<void(config&)> change;
    int code;
  };
  const auto nothing = [](config&) {};
  const std::vector<row> table{
      {"unknown method", request{"no.suchMethod"}, nothing, 3},
      {"no v", request{"users.get"}, [](config& c) { c.v(std::nullopt); }, 8},
      {"no token", request{"status.get"}, [](config& c) { c.access_token(""); }, 5},
      {"a wrong token", request{"users.get"}, [](config& c) { c.access_token(secret_of("wrong")); },
       5},
      {"a bad parameter", request{"wall.getById"}, nothing, 100},
  };
  for (const auto& row : table) {
    auto settings = settings_for(vk);
    row.change(settings);
    const auto outcome = call_by(GetParam(), settings, row.call);
    ASSERT_FALSE(outcome) << row.name;
    EXPECT_EQ(outcome.error().api_code(), api_errc{row.code}) << row.name << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::rejected) << row.name;
    EXPECT_EQ(outcome.error().http_status(), 200) << row.name;
    EXPECT_EQ(outcome.error().details()->request_params.count("access_token"), 0U) << row.name;
  }
}

TEST_P(EachClient, EveryFaultIsAnErrorWithAName) {
  struct row {
    fault played;
    errc expected;
    request_effect effect;
  };
  const auto unknown = request_effect::unknown;
  const std::vector<row> table{
      {fault{fault_kind::http_status, 500}, errc::http_status, unknown},
      {fault{fault_kind::http_status, 502}, errc::http_status, unknown},
      {fault{fault_kind::http_status, 404}, errc::http_status, request_effect::rejected},
      {fault{fault_kind::http_status, 429}, errc::http_status, request_effect::rejected},
      {fault{fault_kind::html}, errc::not_json, unknown},
      {fault{fault_kind::empty}, errc::not_json, unknown},
      {fault{fault_kind::broken_json}, errc::truncated_answer, unknown},
      {fault{fault_kind::no_envelope}, errc::malformed_answer, unknown},
      {fault{fault_kind::truncated}, errc::truncated_answer, unknown},
      {fault{fault_kind::silent}, errc::timeout, unknown},
      {fault{fault_kind::slow, 2000}, errc::timeout, unknown},
      {fault{fault_kind::dribble, 400}, errc::timeout, unknown},
      {fault{fault_kind::closed}, errc::connection_lost, unknown},
      {fault{fault_kind::reset}, errc::connection_lost, unknown},
      {fault{fault_kind::lost}, errc::connection_lost, unknown},
      {fault{fault_kind::domain_challenge}, errc::http_status, request_effect::rejected},
  };
  for (const auto& row : table) {
    vk->reset();
    vk->add_fault(row.played);
    auto settings = settings_for(vk);
    settings.timeout(row.expected == errc::timeout ? 1s : 60s);
    const auto outcome = users_get(settings);
    const auto name = emulation::to_string(row.played);
    ASSERT_FALSE(outcome) << name;
    EXPECT_EQ(outcome.error(), row.expected) << name << ": " << outcome.error();
    EXPECT_EQ(outcome.error().effect(), row.effect) << name;
    EXPECT_EQ(outcome.error().method(), "users.get") << name;
    EXPECT_EQ(outcome.error().attempts(), 1) << name << ": never retried on its own";
    EXPECT_FALSE(outcome.error().message().empty()) << name;
  }
}

TEST_P(EachClient, FaultsThatDoNoHarm) {
  for (const auto& fault_played :
       {fault{fault_kind::wrong_type}, fault{fault_kind::slow, 20}, fault{fault_kind::dribble, 1},
        fault{fault_kind::loose}, fault{fault_kind::huge, 1 << 20}}) {
    vk->reset();
    vk->add_fault(fault_played);
    const auto outcome = users_get();
    EXPECT_TRUE(outcome) << emulation::to_string(fault_played) << ": " << outcome.error();
  }
}

TEST_P(EachClient, AnAnswerThatIsTooLarge) {
  vk->add_fault(fault{fault_kind::huge, 1 << 20});
  auto settings = settings_for(vk);
  settings.max_answer_size(100'000);
  const auto outcome = users_get(settings);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::answer_too_large);
}

TEST_P(EachClient, AnyErrorOfTheApi) {
  for (const int code : {1, 6, 9, 10, 15, 29, 113, 424242}) {
    vk->reset();
    vk->add_fault(fault{fault_kind::error, code}.subcode(3).text("für Menschen"));
    const auto outcome = users_get();
    ASSERT_FALSE(outcome) << code;
    EXPECT_EQ(outcome.error().api_code(), api_errc{code});
    EXPECT_EQ(outcome.error().details()->subcode, 3);
    EXPECT_EQ(outcome.error().details()->text, "für Menschen");
    EXPECT_EQ(outcome.error().details()->request_params.at("method"), "users.get");
  }
}

TEST_P(EachClient, CaptchasOfEveryKindAreAnswered) {
  for (const auto kind :
       {fault_kind::captcha, fault_kind::captcha_page, fault_kind::captcha_both}) {
    vk->reset();
    vk->add_fault(fault{kind});
    auto settings = settings_for(vk);
    int times_asked = 0;
    settings.on_captcha([&](challenge met) {
      ++times_asked;
      return met.wants_success_token()
                 ? challenge_answer::success_token(vk->pass_captcha_page(met.redirect_uri()))
                 : challenge_answer::captcha_key(vk->captcha_answer(met.captcha().sid));
    });
    const auto outcome = users_get(settings);
    EXPECT_TRUE(outcome) << emulation::to_string(kind) << ": " << outcome.error();
    EXPECT_EQ(times_asked, 1) << emulation::to_string(kind);
  }
}

TEST_P(EachClient, AWrongAnswerThenTheRightOne) {
  vk->add_fault(fault{fault_kind::captcha});
  auto settings = settings_for(vk);
  std::vector<std::string> sids;
  settings.on_captcha([&](challenge met) {
    sids.push_back(met.captcha().sid);
    return challenge_answer::captcha_key(
        met.wrong_answers() == 0 ? "wrong" : vk->captcha_answer(met.captcha().sid));
  });
  const auto outcome = users_get(settings);
  EXPECT_TRUE(outcome) << outcome.error();
  ASSERT_EQ(sids.size(), 2U);
  EXPECT_NE(sids[0], sids[1]);
}

TEST_P(EachClient, TheIntegerOfTheCaptchaPageComesBackWhole) {
  vk->add_fault(fault{fault_kind::captcha_page}.check_remixstlid(true));
  auto settings = settings_for(vk);
  settings.on_captcha([&](challenge met) {
    return challenge_answer::success_token(vk->pass_captcha_page(met.redirect_uri()));
  });
  const auto outcome = users_get(settings);
  EXPECT_TRUE(outcome) << outcome.error();
  // Both ways, as VK's own clients differ: the parameter and the cookie (shown redacted).
  const auto last = vk->requests().back();
  EXPECT_THAT(last.parameters, ::testing::Contains(::testing::Pair("remixstlid", ::testing::_)));
  EXPECT_THAT(last.headers, ::testing::Contains(::testing::Pair("Cookie", HasSubstr("***"))));
}

TEST_P(EachClient, AConfirmationIsGiven) {
  vk->add_fault(fault{fault_kind::confirmation}.text("Really?"));
  auto settings = settings_for(vk);
  settings.on_confirmation([](challenge met) {
    EXPECT_EQ(met.confirmation_text(), "Really?");
    return challenge_answer::confirmed();
  });
  EXPECT_TRUE(users_get(settings));
}

TEST_P(EachClient, AValidationThatNobodyPassesIsAsBeforeTheError) {
  vk->add_fault(fault{fault_kind::validation});
  auto settings = settings_for(vk);
  const auto outcome = users_get(settings);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), api_errc::validation_required);
  EXPECT_THAT(outcome.error().details()->redirect_uri, HasSubstr("http"));
}

TEST_P(EachClient, ErrorsInsideAnExecute) {
  const auto outcome = call_by(GetParam(), settings_for(vk),
                               request{"execute"}.set("code",
                                                      "return [API.users.get({\"user_ids\":1}), "
                                                      "API.storage.get({})];"));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->json().at(1), false);
  ASSERT_EQ(outcome->execute_errors().size(), 1U);
  EXPECT_EQ(outcome->execute_errors()[0].method(), "storage.get");
}

TEST_P(EachClient, NobodyListens) {
  std::string url;
  {
    testing::emulator_fixture gone;
    url = gone.url();
  }
  auto settings = settings_for(vk);
  settings.emulator(url);
  const auto outcome = users_get(settings);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::connection_refused);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
}

TEST_P(EachClient, TlsWithTheAuthorityAndWithout) {
  testing::emulator_fixture secure{emulator_options{}.tls(true)};
  const auto trusted = users_get(settings_for(secure));
  EXPECT_TRUE(trusted) << trusted.error();
  auto settings = settings_for(secure);
  settings.ca_file("");
  const auto refused = users_get(settings);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), errc::certificate_rejected);
  EXPECT_EQ(refused.error().effect(), request_effect::not_sent);
  EXPECT_EQ(secure->requests().size(), 1U);
}

TEST_P(EachClient, TheRecordHoldsNoSecret) {
  auto settings = settings_for(vk);
  settings.access_token(secret_of("token"));
  static_cast<void>(call_by(GetParam(), settings,
                            request{"users.get"}
                                .set("password", secret_of("password"))
                                .set("client_secret", secret_of("client_secret"))
                                .set("captcha_key", secret_of("captcha_key"))));
  ASSERT_EQ(vk->requests().size(), 1U);
  const auto seen = vk->requests().at(0);
  std::string shown = seen.target + " " + seen.token;
  for (const auto& [name, value] : seen.headers) shown += " " + name + "=" + value;
  for (const auto& [name, value] : seen.parameters) shown += " " + name + "=" + value;
  keep_for_secret_search(shown);
  EXPECT_THAT(shown, ::testing::Not(HasSubstr(secret_mark())));
}

}  // namespace
}  // namespace vkxx::test
