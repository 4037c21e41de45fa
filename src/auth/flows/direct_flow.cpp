#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>
#include <vkxx/auth/direct.hpp>
#include <vkxx/auth/presets.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/http/transport.hpp>

#include "auth/flows/direct_machine.hpp"
#include "auth/html/shown_text.hpp"
#include "auth/oauth/oauth_exchange.hpp"
#include "auth/signatures/signature_errors.hpp"
#include "auth/web_login/page_walk.hpp"
#include "core/json/json_field.hpp"

namespace vkxx::auth {

using namespace detail;
using vkxx::detail::text_field;
namespace {

// The error text of an API call; nothing: it succeeded.
std::optional<std::string> refusal_in(const result<http::response>& answer) {
  if (!answer) return answer.error().message();
  boost::system::error_code failure;
  const auto value = boost::json::parse(answer->body, failure);
  if (failure || !value.is_object()) return "the answer is not a JSON object";
  const auto* refused = value.get_object().if_contains("error");
  if (refused == nullptr) return std::nullopt;
  const auto* fields = refused->if_object();
  return shown_text(fields == nullptr
                        ? std::string{"no reason given"}
                        : text_field(*fields, "error_msg").value_or("no reason given"));
}

// Drives direct_machine.
class direct_login {
 public:
  direct_login(direct options, token_environment environment)
      : options_{std::move(options)}, environment_{std::move(environment)} {}

  asio::awaitable<result<access_token>> run() {
    auto action = machine_.start();
    for (;;) {
      switch (action) {
        case direct_action::send:
          action = co_await send();
          break;
        case direct_action::request_code:
          action = co_await request_code();
          break;
        case direct_action::ask_captcha:
          action = co_await ask(options_.on_captcha());
          break;
        case direct_action::ask_code:
          action = co_await ask(options_.on_second_factor());
          break;
        case direct_action::ask_page:
          action = co_await ask_for_page();
          break;
        case direct_action::done:
          co_return machine_.token();
        case direct_action::fail:
          co_return failed();
      }
    }
  }

 private:
  asio::awaitable<direct_action> send() {
    std::vector<form_field> fields{{"grant_type", "password"}};
    fields.emplace_back("client_id", options_.client_id());
    fields.emplace_back("client_secret", options_.client_secret().expose());
    fields.emplace_back("username", options_.login());
    fields.emplace_back("password", options_.password().expose());
    fields.emplace_back("scope", options_.scope());
    fields.emplace_back("v", options_.v());
    if (!options_.lang().empty()) fields.emplace_back("lang", options_.lang());
    const auto& extra = machine_.extra();
    fields.insert(fields.end(), extra.begin(), extra.end());
    auto posting =
        post_for_token(environment_, environment_.endpoints.oauth() + "/token", std::move(fields));
    auto answer = co_await std::move(posting);
    co_return machine_.on_answer(std::move(answer));
  }

  // Whatever VK answers, the person may have a code.
  asio::awaitable<direct_action> request_code() {
    std::vector<form_field> fields{{"sid", machine_.asked_for_code().second_factor().sid}};
    fields.emplace_back("v", options_.v());
    auto posting =
        post_form(environment_, environment_.endpoints.api() + "/method/auth.validatePhone",
                  std::move(fields));
    const auto answer = co_await std::move(posting);
    if (const auto reason = refusal_in(answer)) {
      environment_.log.write(log_level::warning,
                             "auth.validatePhone may have sent no code: " + *reason);
    }
    co_return machine_.on_code_requested();
  }

  asio::awaitable<direct_action> ask(challenge_hook hook) {
    auto asking = ask_hook(std::move(hook), machine_.asked());
    const auto answer = co_await std::move(asking);
    co_return machine_.on_challenge(answer);
  }

  asio::awaitable<direct_action> ask_for_page() {
    if (options_.on_validation()) return ask(options_.on_validation());
    return pass_page();
  }

  asio::awaitable<direct_action> pass_page() {
    page_hooks hooks;
    hooks.captcha = options_.on_captcha();
    hooks.second_factor = options_.on_second_factor();
    hooks.phone = options_.on_phone();
    auto phone = options_.phone().empty() ? options_.login() : options_.phone();
    auto passing = pass_validation_page(machine_.asked().redirect_uri(), std::move(phone),
                                        std::move(hooks), environment_);
    auto token = co_await std::move(passing);
    co_return machine_.on_page_passed(std::move(token));
  }

  error failed() const {
    auto failure = machine_.failure();
    if (failure.method().empty()) failure.set_method("token");
    return failure;
  }

  direct options_;
  token_environment environment_;
  direct_machine machine_;
};

class direct_flow final : public flow {
 public:
  explicit direct_flow(direct options) : options_{std::move(options)} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment environment) const override {
    return run(options_, std::move(environment));
  }

 private:
  static asio::awaitable<result<access_token>> run(direct options, token_environment environment) {
    direct_login login{std::move(options), std::move(environment)};
    co_return co_await login.run();
  }

  direct options_;
};

}  // namespace

direct::direct() {
  client_id(std::string{vk_for_android.client_id}).scope("offline");
  client_secret(secret{vk_for_android.client_secret});
}

direct& direct::client_secret(secret key) {
  client_secret_ = std::move(key);
  return *this;
}

direct& direct::lang(std::string language) {
  lang_ = std::move(language);
  return *this;
}

direct& direct::on_validation(challenge_hook solver) {
  on_validation_ = std::move(solver);
  return *this;
}

std::shared_ptr<const flow> direct::make() const {
  if (login().empty() || password().empty()) {
    throw usage_exception{malformed("the direct flow needs a login and a password")};
  }
  return std::make_shared<direct_flow>(*this);
}

direct::operator config() const {
  return config{}.tokens(make_token_source(make(), source_options{}));
}

}  // namespace vkxx::auth
