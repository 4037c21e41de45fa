// From the public face through to a call made with the token: every account of the emulator's.
#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/testing/emulator_fixture.hpp>

namespace {

using testing::HasSubstr;
using testing::Not;
using vkxx::challenge;
using vkxx::challenge_answer;
using vkxx::auth::direct;

const std::string password = "emulator-password";

class DirectFlow : public testing::Test {
 protected:
  [[nodiscard]] direct flow_for(const std::string& name) {
    direct flow;
    flow.login(name + "@emulator.test").password(password);
    flow.on_captcha([this](const challenge& challenge) { return solve(challenge); });
    return flow;
  }

  challenge_answer solve(const challenge& challenge) {
    ++captchas_;
    if (challenge.wants_success_token()) {
      return challenge_answer::success_token(vk_->pass_captcha_page(challenge.redirect_uri()));
    }
    return challenge_answer::captcha_key(vk_->captcha_answer(challenge.captcha().sid));
  }

  [[nodiscard]] vkxx::config settings() const { return vkxx::config{}.emulator(vk_.url()); }

  // Logs in, makes a call with the token, and gives the id of the user who called.
  std::int64_t who_calls(const direct& flow) {
    auto source = make_token_source(flow.make(), {});
    vkxx::blocking_client client{settings().tokens(std::move(source))};
    auto reply = client.try_call(vkxx::request{"users.get"});
    EXPECT_TRUE(reply) << reply.error();
    return reply ? reply->json().at(0).at("id").as_int64() : 0;
  }

  std::string failure_of(const direct& flow) {
    const auto token = log_in(flow.make(), settings());
    EXPECT_FALSE(token);
    return token ? "" : token.error().to_string();
  }

  // The requests for a token: how many, and that the secrets are in none of the addresses.
  std::size_t logins() {
    std::size_t count = 0;
    for (const auto& received : vk_->requests()) {
      if (!received.target.starts_with("/login?")) {
        EXPECT_THAT(received.target, Not(HasSubstr("?")));
      }
      if (received.target != "/token") continue;
      EXPECT_EQ(received.http_method, "POST");
      ++count;
    }
    return count;
  }

  vkxx::testing::emulator_fixture vk_;
  int captchas_ = 0;
  int codes_ = 0;
};

TEST_F(DirectFlow, Plain) {
  EXPECT_EQ(who_calls(flow_for("plain")), 1);
  EXPECT_EQ(logins(), 1U);
}

TEST_F(DirectFlow, TellsAllThatVkSaid) {
  const auto token = log_in(flow_for("plain").make(), settings());
  ASSERT_TRUE(token) << token.error();
  EXPECT_EQ(token->user_id, 1);
  EXPECT_EQ(token->expires_at, std::nullopt);
  auto short_lived = flow_for("plain");
  short_lived.scope("wall");
  EXPECT_TRUE(log_in(short_lived.make(), settings())->expires_at.has_value());
  EXPECT_FALSE(log_in(flow_for("secret").make(), settings())->signing_secret.empty());
}

TEST_F(DirectFlow, WithACaptcha) {
  EXPECT_EQ(who_calls(flow_for("captcha")), 2);
  EXPECT_EQ(captchas_, 1);
  EXPECT_EQ(logins(), 2U);
}

TEST_F(DirectFlow, WithCaptchasAnsweredWronglyAtFirst) {
  auto flow = flow_for("captcha");
  flow.on_captcha([this](const challenge& challenge) {
    return challenge.wrong_answers() < 2 ? challenge_answer::captcha_key("0") : solve(challenge);
  });
  EXPECT_EQ(who_calls(flow), 2);
  EXPECT_EQ(logins(), 4U);
}

TEST_F(DirectFlow, WithCaptchasWithoutEnd) {
  auto flow = flow_for("captcha");
  flow.on_captcha([](const challenge&) { return challenge_answer::captcha_key("0"); });
  EXPECT_THAT(failure_of(flow), HasSubstr("captchas"));
  EXPECT_EQ(logins(), 6U);
}

TEST_F(DirectFlow, WithTheNewerCaptcha) {
  EXPECT_EQ(who_calls(flow_for("captcha-page")), 3);
  EXPECT_EQ(captchas_, 1);
}

TEST_F(DirectFlow, WithACodeOfTheAuthenticator) {
  auto flow = flow_for("app");
  flow.on_second_factor([this](const challenge& challenge) {
    EXPECT_EQ(challenge.second_factor().type, "2fa_app");
    return challenge_answer::code(codes_++ == 0 ? "000000" : "246810");
  });
  EXPECT_EQ(who_calls(flow), 4);
  EXPECT_EQ(codes_, 2);
}

TEST_F(DirectFlow, WithACodeBySmsInstead) {
  auto flow = flow_for("app");
  flow.on_second_factor([](const challenge& challenge) {
    if (challenge.second_factor().type == "2fa_app") return challenge_answer::send_sms();
    EXPECT_EQ(challenge.second_factor().phone_mask, "+7 *** *** ** 12");
    return challenge_answer::code("135790");
  });
  EXPECT_EQ(who_calls(flow), 4);
}

TEST_F(DirectFlow, WithACodeThatHasToBeSentFirst) {
  auto flow = flow_for("on-demand");
  flow.on_second_factor([](const challenge&) { return challenge_answer::code("135790"); });
  EXPECT_EQ(who_calls(flow), 6);
}

TEST_F(DirectFlow, WithACaptchaInTheMiddleOfTheCode) {
  auto flow = flow_for("code-captcha");
  flow.on_second_factor([this](const challenge&) {
    ++codes_;
    return challenge_answer::code("246810");
  });
  EXPECT_EQ(who_calls(flow), 7);
  EXPECT_EQ(codes_, 1);
  EXPECT_EQ(captchas_, 1);
}

TEST_F(DirectFlow, WithWrongCodesOnly) {
  auto flow = flow_for("sms");
  flow.on_second_factor([](const challenge&) { return challenge_answer::code("000000"); });
  EXPECT_THAT(failure_of(flow), HasSubstr("wrong_otp"));
  EXPECT_EQ(logins(), 4U);
}

TEST_F(DirectFlow, WithAPage) {
  auto flow = flow_for("page");
  flow.on_validation([this](const challenge& challenge) {
    EXPECT_THAT(challenge.redirect_uri(), HasSubstr("act=security_check"));
    return challenge_answer::access_token(vk_.token());
  });
  EXPECT_EQ(who_calls(flow), 1);
}

TEST_F(DirectFlow, WithAPageThatItPassesByItself) {
  auto flow = flow_for("page");
  flow.on_phone([](const challenge& challenge) {
    EXPECT_EQ(challenge.phone().prefix, "+7");
    return challenge_answer::phone_digits("99912345");
  });
  EXPECT_EQ(who_calls(flow), 8);
  auto known = flow_for("page");
  known.phone("+79991234512");
  EXPECT_EQ(who_calls(known), 8);
  auto wrong = flow_for("page");
  wrong.phone("+79990000012");
  const auto token = log_in(wrong.make(), settings());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error(), vkxx::errc::wrong_code);
  EXPECT_EQ(who_calls(flow_for("unconfirmed")), 2);
}

TEST_F(DirectFlow, TellsRefusalsApartByTheirCode) {
  const auto code_of = [&](const direct& flow) {
    const auto token = log_in(flow.make(), settings());
    EXPECT_FALSE(token);
    return token ? vkxx::errc{} : token.error().code().value_or(vkxx::errc{});
  };
  using vkxx::errc;
  EXPECT_EQ(code_of(flow_for("tries")), errc::too_many_attempts);
  EXPECT_EQ(code_of(flow_for("flood")), errc::too_many_attempts);
  EXPECT_EQ(code_of(flow_for("banned")), errc::account_blocked);
  EXPECT_EQ(code_of(flow_for("nobody")), errc::wrong_credentials);
  auto codes = flow_for("app");
  codes.on_second_factor([](const challenge&) { return challenge_answer::code("1"); });
  EXPECT_EQ(code_of(codes), errc::wrong_code);
  auto app = flow_for("plain");
  app.client_id("1").client_secret(vkxx::secret{"x"});
  EXPECT_EQ(code_of(app), errc::authorization_failed);
}

TEST_F(DirectFlow, SaysWhyItFails) {
  auto wrong = flow_for("plain");
  wrong.password(std::string{"not-the-password"});
  EXPECT_THAT(failure_of(wrong), HasSubstr("Login error (e.g. incorrect password)"));
  EXPECT_THAT(failure_of(flow_for("nobody")), HasSubstr("Login error (e.g. incorrect password)"));
  auto unknown_app = flow_for("plain");
  unknown_app.client_id("1").client_secret(vkxx::secret{"x"});
  EXPECT_THAT(failure_of(unknown_app), HasSubstr("client_id is incorrect"));
  auto wrong_secret = flow_for("plain");
  wrong_secret.client_id("777").client_secret(vkxx::secret{"not-the-secret"});
  EXPECT_THAT(failure_of(wrong_secret), HasSubstr("client_secret is incorrect"));
  auto unapproved = flow_for("plain");
  unapproved.client_id("6121396").client_secret(vkxx::secret{"emulator-admin-secret"});
  EXPECT_THAT(failure_of(unapproved), HasSubstr("approved applications"));
  EXPECT_THAT(failure_of(flow_for("tries")), HasSubstr("too many attempts"));
  EXPECT_THAT(failure_of(flow_for("flood")), HasSubstr("too many attempts"));
  EXPECT_THAT(failure_of(flow_for("banned")), HasSubstr("blocked"));
  EXPECT_THAT(failure_of(flow_for("html")), HasSubstr("JSON"));
  EXPECT_THAT(failure_of(flow_for("app")), HasSubstr("on_second_factor"));
  EXPECT_THAT(failure_of(flow_for("page")), HasSubstr("on_phone"));
  EXPECT_THAT(failure_of(flow_for("nowhere")), HasSubstr("names no page"));
  EXPECT_EQ(logins(), 12U);
}

TEST_F(DirectFlow, ShowsThePasswordNowhere) {
  std::vector<std::string> lines;
  auto noisy = settings();
  noisy.log([&](const vkxx::log_line& line) { lines.push_back(line.text); },
            vkxx::log_level::debug);
  const auto token = log_in(flow_for("tries").make(), noisy);
  ASSERT_FALSE(token);
  lines.push_back(token.error().to_string());
  for (const auto& received : vk_->requests()) {
    lines.push_back(received.target);
    for (const auto& [name, value] : received.parameters) lines.push_back(value);
  }
  for (const auto& line : lines) EXPECT_THAT(line, Not(HasSubstr(password))) << line;
}

TEST_F(DirectFlow, OfManyCallersAtOnceIsCarriedThroughOnce) {
  auto source = make_token_source(flow_for("captcha").make(), {});
  vkxx::blocking_client client{settings().limits(vkxx::limits{}.off()).tokens(std::move(source))};
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i != 16; ++i) {
      callers.emplace_back([&] {
        if (client.try_call(vkxx::request{"users.get"})) ++good;
      });
    }
  }
  EXPECT_EQ(good, 16);
  EXPECT_EQ(logins(), 2U);
}

TEST_F(DirectFlow, IsDoneOnceForAProfile) {
  const auto store = vkxx::auth::make_memory_store();
  for (int run = 0; run != 3; ++run) {
    auto options = vkxx::auth::source_options{}.store(store, "anna");
    vkxx::blocking_client client{
        settings().tokens(make_token_source(flow_for("plain").make(), options))};
    EXPECT_TRUE(client.try_call(vkxx::request{"users.get"}));
  }
  EXPECT_EQ(logins(), 1U);
  EXPECT_EQ((*store->load("anna"))->user_id, 1);
}

TEST_F(DirectFlow, EndsWhenItsCallDoes) {
  auto flow = flow_for("captcha");
  flow.on_captcha([](challenge) -> vkxx::asio::awaitable<challenge_answer> {
    // Nobody answers.
    static_cast<void>(co_await wait_until(*vkxx::system_clock(), vkxx::no_deadline));
    co_return challenge_answer::refused();
  });
  auto source = make_token_source(flow.make(), {});
  vkxx::blocking_client client{settings().tokens(std::move(source))};
  vkxx::call_options soon;
  soon.total_timeout(std::chrono::milliseconds{100});
  const auto outcome = client.try_call(vkxx::request{"users.get"}, soon);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), vkxx::errc::deadline_exceeded);
}

TEST(Direct, NeedsALoginAndAPassword) {
  EXPECT_THROW(static_cast<void>(direct{}.login("x").make()), vkxx::usage_exception);
  EXPECT_THROW(static_cast<void>(direct{}.password(std::string{"x"}).make()),
               vkxx::usage_exception);
}

}  // namespace
