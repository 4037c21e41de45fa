// The web login from the public face through to a call made with the token: every account of the
// emulator's, over sockets, with plain and with varied markup of the pages.
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

#include "support/secrets.hpp"

namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using vkxx::challenge;
using vkxx::challenge_answer;
using vkxx::errc;
using vkxx::auth::communities;
using vkxx::auth::implicit;

const std::string right_password = "emulator-password";
const std::string right_digits = "99912345";

// The parameter: the seed of the variations of the markup.
class ImplicitFlow : public testing::TestWithParam<std::uint64_t> {
 protected:
  template <class Flow = implicit>
  [[nodiscard]] Flow flow_for(const std::string& name) {
    Flow flow;
    flow.login(name + "@emulator.test").password(right_password).client_id("777");
    flow.on_captcha([this](const challenge& challenge) { return solve(challenge); });
    return flow;
  }

  challenge_answer solve(const challenge& challenge) {
    EXPECT_EQ(challenge.method(), "login");
    EXPECT_THAT(challenge.captcha().img, HasSubstr(vk_.url() + "/captcha.php?sid="));
    ++captchas_;
    return challenge_answer::captcha_key(vk_->captcha_answer(challenge.captcha().sid));
  }

  // The given answers, one after another.
  [[nodiscard]] vkxx::challenge_hook codes(std::vector<std::string> list) {
    return [this, list](const challenge& challenge) {
      EXPECT_EQ(challenge.kind(), vkxx::challenge_kind::second_factor);
      EXPECT_EQ(challenge.wrong_answers(), static_cast<int>(codes_));
      return challenge_answer::code(list.at(codes_++));
    };
  }

  [[nodiscard]] vkxx::config settings() const {
    return vkxx::config{}.emulator(vk_.url()).timeout(std::chrono::seconds{5});
  }

  // Logs in, makes a call with the token, and gives the id of the user who called.
  template <class Flow>
  std::int64_t who_calls(const Flow& flow) {
    vkxx::blocking_client client{settings().tokens(make_token_source(flow.make(), {}))};
    auto reply = client.try_call(vkxx::request{"users.get"});
    EXPECT_TRUE(reply) << reply.error();
    return reply ? reply->json().at(0).at("id").as_int64() : 0;
  }

  template <class Flow>
  vkxx::error failure_of(const Flow& flow) {
    auto token = log_in(flow.make(), settings());
    EXPECT_FALSE(token);
    if (token) return vkxx::error{errc::cancelled, vkxx::request_effect::unknown, "no error"};
    vkxx::test::keep_for_secret_search(token.error().to_string());
    EXPECT_THAT(token.error().to_string(), Not(HasSubstr(right_password)));
    return token.error();
  }

  std::size_t posts_of_the_password() {
    std::size_t count = 0;
    for (const auto& received : vk_->requests()) {
      EXPECT_THAT(received.target, Not(HasSubstr(right_password)));
      for (const auto& [name, value] : received.parameters) count += name == "pass" ? 1 : 0;
    }
    return count;
  }

  vkxx::testing::emulator_fixture vk_{vkxx::emulator_options{}.page_seed(GetParam())};
  std::size_t captchas_ = 0;
  std::size_t codes_ = 0;
};

INSTANTIATE_TEST_SUITE_P(pages, ImplicitFlow, testing::Values(0, 1, 2, 3));

TEST_P(ImplicitFlow, Plain) {
  EXPECT_EQ(who_calls(flow_for("plain")), 1);
  EXPECT_EQ(posts_of_the_password(), 1U);
}

TEST_P(ImplicitFlow, TellsAllThatVkSaid) {
  auto flow = flow_for("plain");
  flow.scope("offline,email");
  const auto token = log_in(flow.make(), settings());
  ASSERT_TRUE(token) << token.error();
  EXPECT_EQ(token->user_id, 1);
  EXPECT_EQ(token->expires_at, std::nullopt);
  EXPECT_EQ(token->email, "plain@emulator.test");
  EXPECT_EQ(token->scope, "offline,email");
  EXPECT_EQ(token->client_id, "777");
  auto short_lived = flow_for("plain");
  short_lived.scope(8192);
  const auto day = log_in(short_lived.make(), settings());
  ASSERT_TRUE(day) << day.error();
  const auto left = *day->expires_at - std::chrono::system_clock::now();
  EXPECT_GT(left, std::chrono::hours{23});
  EXPECT_LE(left, std::chrono::hours{24});
  const auto signing = log_in(flow_for("secret").make(), settings());
  ASSERT_TRUE(signing) << signing.error();
  EXPECT_FALSE(signing->signing_secret.empty());
}

TEST_P(ImplicitFlow, WithACaptcha) {
  EXPECT_EQ(who_calls(flow_for("captcha")), 2);
  EXPECT_EQ(captchas_, 1U);
}

TEST_P(ImplicitFlow, WithCaptchasAnsweredWronglyAtFirst) {
  auto flow = flow_for("captcha");
  flow.on_captcha([this](const challenge& challenge) {
    return challenge.wrong_answers() < 2 ? challenge_answer::captcha_key("0") : solve(challenge);
  });
  EXPECT_EQ(who_calls(flow), 2);
}

TEST_P(ImplicitFlow, WithCaptchasWithoutEnd) {
  auto flow = flow_for("captcha");
  flow.on_captcha([](const challenge&) { return challenge_answer::captcha_key("0"); });
  const auto failure = failure_of(flow);
  EXPECT_EQ(failure, errc::authorization_failed);
  EXPECT_THAT(failure.message(), HasSubstr("captchas"));
  EXPECT_EQ(posts_of_the_password(), 4U);
}

TEST_P(ImplicitFlow, WithACodeOfTheAuthenticator) {
  auto flow = flow_for("app");
  flow.on_second_factor(codes({"000000", "246810"}));
  EXPECT_EQ(who_calls(flow), 4);
}

TEST_P(ImplicitFlow, WithACodeBySmsInstead) {
  auto flow = flow_for("app");
  flow.on_second_factor([this](const challenge&) {
    return codes_++ == 0 ? challenge_answer::send_sms() : challenge_answer::code("135790");
  });
  EXPECT_EQ(who_calls(flow), 4);
}

TEST_P(ImplicitFlow, WithACodeThatHasToBeSentFirst) {
  auto flow = flow_for("on-demand");
  flow.on_second_factor([this](const challenge&) {
    return codes_++ == 0 ? challenge_answer::send_sms() : challenge_answer::code("135790");
  });
  EXPECT_EQ(who_calls(flow), 6);
}

TEST_P(ImplicitFlow, WithACaptchaInTheMiddleOfTheCode) {
  auto flow = flow_for("code-captcha");
  flow.on_second_factor(codes({"246810"}));
  EXPECT_EQ(who_calls(flow), 7);
  EXPECT_EQ(captchas_, 1U);
}

TEST_P(ImplicitFlow, WithWrongCodesOnly) {
  auto flow = flow_for("sms");
  flow.on_second_factor(codes({"1", "2", "3", "4"}));
  EXPECT_EQ(failure_of(flow), errc::wrong_code);
  EXPECT_EQ(codes_, 3U);
}

TEST_P(ImplicitFlow, WithTheDigitsOfThePhoneFromTheHook) {
  auto flow = flow_for("page");
  flow.on_phone([](const challenge& pending) {
    EXPECT_EQ(pending.kind(), vkxx::challenge_kind::phone);
    EXPECT_EQ(pending.phone().prefix, "+7");
    EXPECT_EQ(pending.phone().suffix, "12");
    const auto carried = challenge::from_json(pending.to_json());
    EXPECT_EQ(carried->phone().suffix, "12");
    return challenge_answer::phone_digits(right_digits);
  });
  EXPECT_EQ(who_calls(flow), 8);
}

// Pages name the check by a value or by a key; every seed draws one.
TEST(PhoneCheck, ByEveryNameThatItHas) {
  bool by_value = false;
  bool by_key = false;
  for (std::uint64_t seed = 0; seed != 12; ++seed) {
    vkxx::testing::emulator_fixture vk{vkxx::emulator_options{}.page_seed(seed)};
    implicit flow;
    flow.login("page@emulator.test").password(right_password).phone("+79991234512");
    vkxx::blocking_client client{
        vkxx::config{}.emulator(vk.url()).tokens(make_token_source(flow.make(), {}))};
    const auto reply = client.try_call(vkxx::request{"users.get"});
    ASSERT_TRUE(reply) << seed << reply.error();
    for (const auto& received : vk->requests()) {
      by_value =
          by_value || received.target.find("?act=security_check&api_hash") != std::string::npos;
      by_key = by_key || received.target.starts_with("/login?security_check=1");
    }
  }
  EXPECT_TRUE(by_value);
  EXPECT_TRUE(by_key);
}

TEST_P(ImplicitFlow, WithTheDigitsOfThePhoneThatTheProgramKnows) {
  auto flow = flow_for("page");
  flow.phone("+7 (999) 123-45-12");
  EXPECT_EQ(who_calls(flow), 8);
}

TEST_P(ImplicitFlow, WithWrongDigitsOfThePhone) {
  auto flow = flow_for("page");
  flow.phone("+79990000012");
  EXPECT_EQ(failure_of(flow), errc::wrong_code);
}

TEST_P(ImplicitFlow, WithALinkToGoOn) {
  EXPECT_EQ(who_calls(flow_for("unconfirmed")), 2);
}

TEST_P(ImplicitFlow, WithoutTheHookThatIsNeeded) {
  EXPECT_THAT(failure_of(flow_for("app")).message(), HasSubstr("on_second_factor"));
  EXPECT_THAT(failure_of(flow_for("page")).message(), HasSubstr("on_phone"));
  auto flow = flow_for("captcha");
  flow.on_captcha({});
  const auto failure = failure_of(flow);
  EXPECT_EQ(failure, errc::challenge_refused);
  EXPECT_THAT(failure.message(), HasSubstr("on_captcha"));
  flow.on_captcha([](const challenge&) { return challenge_answer::refused(); });
  EXPECT_EQ(failure_of(flow), errc::challenge_refused);
}

TEST_P(ImplicitFlow, SaysWhyItFails) {
  auto wrong = flow_for("plain");
  wrong.password(std::string{"not-the-password"});
  EXPECT_EQ(failure_of(wrong), errc::wrong_credentials);
  EXPECT_THAT(failure_of(wrong).message(), HasSubstr("Login error (e.g. incorrect password)"));
  EXPECT_EQ(failure_of(flow_for("nobody")), errc::wrong_credentials);
  auto unknown_app = flow_for("plain");
  unknown_app.client_id("1");
  EXPECT_THAT(failure_of(unknown_app).message(), HasSubstr("client_id is incorrect"));
  EXPECT_EQ(failure_of(unknown_app).http_status(), 401);
  auto no_app = flow_for("plain");
  no_app.client_id("");
  EXPECT_THAT(failure_of(no_app).message(), HasSubstr("client_id is incorrect"));
  auto elsewhere = flow_for("plain");
  elsewhere.redirect_uri("https://elsewhere.example/");
  EXPECT_THAT(failure_of(elsewhere).message(), HasSubstr("redirect_uri is incorrect"));
  EXPECT_THAT(failure_of(flow_for("tries")).message(), HasSubstr("Too many login attempts"));
  EXPECT_THAT(failure_of(flow_for("flood")).message(), HasSubstr("Flood control"));
  EXPECT_EQ(failure_of(flow_for("banned")), errc::account_blocked);
  EXPECT_EQ(failure_of(flow_for("html")), errc::http_status);
}

TEST_P(ImplicitFlow, EndsAtAnAddressOfTheApplicationToo) {
  auto flow = flow_for("plain");
  flow.redirect_uri("https://app.example/callback");
  EXPECT_EQ(who_calls(flow), 1);
}

TEST_P(ImplicitFlow, KnowsItsDefaultApplication) {
  implicit flow;
  flow.login("plain@emulator.test").password(right_password);
  EXPECT_EQ(who_calls(flow), 1);
  EXPECT_THAT(vk_->requests().front().target, HasSubstr("client_id=6121396"));
  EXPECT_THAT(vk_->requests().front().target, HasSubstr("scope=offline"));
}

TEST_P(ImplicitFlow, GetsTokensOfCommunities) {
  auto flow = flow_for<communities>("plain");
  flow.group_ids(2, -1);
  const auto token = log_in(flow.make(), settings());
  ASSERT_TRUE(token) << token.error();
  ASSERT_EQ(token->communities.size(), 2U);
  const auto store = vkxx::auth::make_memory_store();
  auto options = vkxx::auth::source_options{}.store(store, "groups");
  vkxx::blocking_client client{settings().tokens(make_token_source(flow.make(), options))};
  const auto caller = [&](vkxx::request request) {
    const auto reply = client.try_call(std::move(request));
    EXPECT_TRUE(reply) << reply.error();
    return vk_->requests().back().token;
  };
  const auto first = caller(vkxx::request{"groups.getById"});
  const auto by_id = caller(vkxx::request{"groups.getById"}.set("group_id", 1));
  const auto two = caller(vkxx::request{"groups.getById"}.set("group_id", "2"));
  // The first of the list, not the lowest.
  EXPECT_EQ(first, two);
  EXPECT_NE(by_id, two);
  const auto before = vk_->requests().size();
  const auto unknown = client.try_call(vkxx::request{"groups.getById"}.set("group_id", 3));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error(), errc::invalid_argument);
  EXPECT_THAT(unknown.error().message(), HasSubstr("`3`"));
  EXPECT_EQ(vk_->requests().size(), before);
  // Only when the token is needed.
  auto own = vkxx::request{"groups.getById"}.set("group_id", 3);
  own.access_token(token->communities.at(1));
  EXPECT_TRUE(client.try_call(std::move(own)));
}

TEST_P(ImplicitFlow, GetsNoTokensOfCommunitiesOfOthers) {
  auto flow = flow_for<communities>("plain");
  flow.group_ids(1, 4);
  auto failure = failure_of(flow);
  EXPECT_EQ(failure, errc::authorization_failed);
  EXPECT_THAT(failure.message(), HasSubstr("does not administer the community 4"));
  flow.group_ids(1, 99);
  failure = failure_of(flow);
  EXPECT_EQ(failure, errc::authorization_failed);
  EXPECT_THAT(failure.message(), HasSubstr("group_ids is incorrect"));
  EXPECT_EQ(failure.http_status(), 401);
}

// What is shown here is searched for the mark that all these secrets carry.
TEST_P(ImplicitFlow, ShowsNoSecretAnywhere) {
  const auto marked = vkxx::test::secret_of("account-password");
  for (const auto branch :
       {vkxx::emulation::login_branch::plain, vkxx::emulation::login_branch::captcha,
        vkxx::emulation::login_branch::code_by_app, vkxx::emulation::login_branch::phone,
        vkxx::emulation::login_branch::banned}) {
    vk_->add_account(vkxx::emulation::account{"marked"}.password(marked).branch(branch));
    vkxx::auth::direct by_password;
    by_password.login("marked").password(marked).on_captcha([](const challenge&) {
      return challenge_answer::captcha_key(vkxx::test::secret_of("key"));
    });
    by_password.on_second_factor(
        [](const challenge&) { return challenge_answer::code(vkxx::test::secret_of("code")); });
    implicit by_pages;
    by_pages.login("marked").password(marked).on_captcha([](const challenge&) {
      return challenge_answer::captcha_key(vkxx::test::secret_of("key"));
    });
    by_pages.on_second_factor(
        [](const challenge&) { return challenge_answer::code(vkxx::test::secret_of("code")); });
    by_pages.on_phone([](const challenge&) {
      return challenge_answer::phone_digits(vkxx::test::secret_of("digits"));
    });
    const auto noisy = settings().log(
        [](const vkxx::log_line& line) {
          EXPECT_THAT(line.text, Not(HasSubstr(vkxx::test::secret_mark())));
          vkxx::test::keep_for_secret_search(line.text);
        },
        vkxx::log_level::debug);
    for (const auto& flow : {by_password.make(), by_pages.make()}) {
      const auto token = log_in(flow, noisy);
      if (token) continue;
      EXPECT_THAT(token.error().to_string(), Not(HasSubstr(vkxx::test::secret_mark())));
      vkxx::test::keep_for_secret_search(token.error().to_string());
    }
  }
  for (const auto& received : vk_->requests()) {
    std::string shown = received.target;
    for (const auto& [name, value] : received.headers) shown += "\n" + name + ": " + value;
    for (const auto& [name, value] : received.parameters) shown += "\n" + name + "=" + value;
    EXPECT_THAT(shown, Not(HasSubstr(vkxx::test::secret_mark())));
    vkxx::test::keep_for_secret_search(shown);
  }
}

TEST(Implicit, NeedsALoginAndAPassword) {
  EXPECT_THROW(static_cast<void>(implicit{}.login("x").make()), vkxx::usage_exception);
  EXPECT_THROW(static_cast<void>(implicit{}.password(std::string{"x"}).make()),
               vkxx::usage_exception);
}

}  // namespace
