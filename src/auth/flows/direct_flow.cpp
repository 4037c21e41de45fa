#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
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
namespace {

// Why a call of the API failed; empty: it did not.
std::string refusal_in(const result<http::response>& answer) {
  if (!answer) return answer.error().message();
  boost::system::error_code failure;
  const auto value = boost::json::parse(answer->body, failure);
  if (failure || !value.is_object()) return "the answer is not a JSON object";
  const auto* refused = value.get_object().if_contains("error");
  if (refused == nullptr) return {};
  const auto* fields = refused->if_object();
  return shown_text(fields == nullptr
                        ? std::string{"no reason given"}
                        : text_field(*fields, "error_msg").value_or("no reason given"));
}

// Drives direct_machine.
class direct_login {
 public:
  direct_login(direct::settings how, token_environment with)
      : how_{std::move(how)}, with_{std::move(with)} {}

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
          action = co_await ask(how_.captcha);
          break;
        case direct_action::ask_code:
          action = co_await ask(how_.second_factor);
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
    fields.emplace_back("client_id", how_.client_id);
    fields.emplace_back("client_secret", how_.client_secret.expose());
    fields.emplace_back("username", how_.login);
    fields.emplace_back("password", how_.password.expose());
    fields.emplace_back("scope", how_.scope);
    fields.emplace_back("v", how_.v);
    if (!how_.lang.empty()) fields.emplace_back("lang", how_.lang);
    const auto& extra = machine_.extra();
    fields.insert(fields.end(), extra.begin(), extra.end());
    auto posting = post_for_token(with_, with_.endpoints.oauth() + "/token", std::move(fields));
    auto answer = co_await std::move(posting);
    co_return machine_.on_answer(std::move(answer));
  }

  // Whatever VK says to it: the person may have a code all the same.
  asio::awaitable<direct_action> request_code() {
    std::vector<form_field> fields{{"sid", machine_.asked_for_code().second_factor().sid}};
    fields.emplace_back("v", how_.v);
    auto posting =
        post_form(with_, with_.endpoints.api() + "/method/auth.validatePhone", std::move(fields));
    const auto answer = co_await std::move(posting);
    if (const auto why = refusal_in(answer); !why.empty()) {
      with_.log.write(log_level::warning, "auth.validatePhone may have sent no code: " + why);
    }
    co_return machine_.on_code_requested();
  }

  asio::awaitable<direct_action> ask(challenge_hook hook) {
    auto asking = ask_hook(std::move(hook), machine_.asked());
    const auto answer = co_await std::move(asking);
    co_return machine_.on_challenge(answer);
  }

  asio::awaitable<direct_action> ask_for_page() {
    if (how_.validation) return ask(how_.validation);
    return pass_page();
  }

  asio::awaitable<direct_action> pass_page() {
    page_hooks hooks;
    hooks.captcha = how_.captcha;
    hooks.second_factor = how_.second_factor;
    hooks.phone = how_.phone_digits;
    auto phone = how_.phone.empty() ? how_.login : how_.phone;
    auto passing = pass_validation_page(machine_.asked().redirect_uri(), std::move(phone),
                                        std::move(hooks), with_);
    auto token = co_await std::move(passing);
    co_return machine_.on_page_passed(std::move(token));
  }

  error failed() const {
    auto failure = machine_.failure();
    if (failure.method().empty()) failure.set_method("token");
    return failure;
  }

  direct::settings how_;
  token_environment with_;
  direct_machine machine_;
};

class direct_flow final : public flow {
 public:
  explicit direct_flow(direct::settings how) : how_{std::move(how)} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment with) const override {
    return run(how_, std::move(with));
  }

 private:
  static asio::awaitable<result<access_token>> run(direct::settings how, token_environment with) {
    direct_login login{std::move(how), std::move(with)};
    co_return co_await login.run();
  }

  direct::settings how_;
};

}  // namespace

direct::direct() {
  settings_.client_id = vk_for_android.client_id;
  settings_.client_secret = secret{vk_for_android.client_secret};
}

direct& direct::login(std::string text) {
  settings_.login = std::move(text);
  return *this;
}

direct& direct::password(std::string text) {
  return password(secret{std::move(text)});
}

direct& direct::password(secret text) {
  settings_.password = std::move(text);
  return *this;
}

direct& direct::client(std::string id, secret client_secret) {
  settings_.client_id = std::move(id);
  settings_.client_secret = std::move(client_secret);
  return *this;
}

direct& direct::scope(std::string rights) {
  settings_.scope = std::move(rights);
  return *this;
}

direct& direct::scope(std::uint64_t mask) {
  return scope(std::to_string(mask));
}

direct& direct::on_phone(challenge_hook solver) {
  settings_.phone_digits = std::move(solver);
  return *this;
}

direct& direct::phone(std::string number) {
  settings_.phone = std::move(number);
  return *this;
}

direct& direct::lang(std::string language) {
  settings_.lang = std::move(language);
  return *this;
}

direct& direct::v(std::string version) {
  settings_.v = std::move(version);
  return *this;
}

direct& direct::on_captcha(challenge_hook solver) {
  settings_.captcha = std::move(solver);
  return *this;
}

direct& direct::on_second_factor(challenge_hook solver) {
  settings_.second_factor = std::move(solver);
  return *this;
}

direct& direct::on_validation(challenge_hook solver) {
  settings_.validation = std::move(solver);
  return *this;
}

std::shared_ptr<const flow> direct::make() const {
  if (settings_.login.empty() || settings_.password.empty()) {
    throw usage_exception{malformed("the direct flow needs a login and a password")};
  }
  return std::make_shared<direct_flow>(settings_);
}

direct::operator config() const {
  return config{}.tokens(make_token_source(make(), source_options{}));
}

}  // namespace vkxx::auth
