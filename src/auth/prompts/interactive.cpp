#include <mutex>
#include <utility>

#include <vkxx/auth/interactive.hpp>

#include "core/text/ascii.hpp"

namespace vkxx::auth {

using vkxx::detail::trimmed;
namespace {

using way_in = std::variant<implicit, communities, direct>;

error nothing_typed(const std::string& what) {
  return {errc::challenge_refused, request_effect::not_sent,
          "the login needs a " + what + ", and none was typed"};
}

template <class Way>
void ask_for_challenges(Way& way, const std::shared_ptr<prompter>& asks) {
  const auto given = way;
  if (!given.on_captcha()) way.on_captcha(captcha_prompt(asks));
  if (!given.on_second_factor()) way.on_second_factor(second_factor_prompt(asks));
  if (!given.on_phone()) way.on_phone(phone_prompt(asks));
}

// The way with all that it lacked.
template <class Way>
result<Way> completed(Way way, const std::shared_ptr<prompter>& asks) {
  if (std::as_const(way).login().empty()) {
    std::string login{trimmed(asks->ask("VK user login: ").value_or(""))};
    if (login.empty()) return nothing_typed("login");
    way.login(std::move(login));
  }
  if (std::as_const(way).password().empty()) {
    auto password = asks->ask_secretly("VK user password: ").value_or("");
    if (password.empty()) return nothing_typed("password");
    way.password(secret{std::move(password)});
  }
  ask_for_challenges(way, asks);
  return way;
}

class interactive_flow final : public flow {
 public:
  interactive_flow(way_in way, std::shared_ptr<prompter> asks)
      : state_{std::make_shared<state>(std::move(way), std::move(asks))} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment with) const override {
    return run(state_, std::move(with));
  }

 private:
  class state {
   public:
    state(way_in way, std::shared_ptr<prompter> asks)
        : way_{std::move(way)}, asks_{std::move(asks)} {}

    result<way_in> ask() {
      const auto known = way();
      return std::visit(
          [this](const auto& gaps) -> result<way_in> {
            auto whole = completed(gaps, asks_);
            if (!whole) return whole.error();
            return way_in{std::move(*whole)};
          },
          known);
    }

    // A wrong password must be asked for anew, so only what worked is kept.
    void keep(way_in whole) {
      const std::lock_guard lock{mutex_};
      way_ = std::move(whole);
    }

   private:
    way_in way() const {
      const std::lock_guard lock{mutex_};
      return way_;
    }

    mutable std::mutex mutex_;
    way_in way_;
    std::shared_ptr<prompter> asks_;
  };

  static asio::awaitable<result<access_token>> run(std::shared_ptr<state> self,
                                                   token_environment with) {
    auto whole = self->ask();
    if (!whole) co_return whole.error();
    const auto inner = std::visit([](const auto& way) { return way.make(); }, *whole);
    auto logging_in = inner->log_in(std::move(with));
    auto token = co_await std::move(logging_in);
    if (token) self->keep(std::move(*whole));
    co_return token;
  }

  std::shared_ptr<state> state_;
};

}  // namespace

interactive::interactive(implicit way) : way_{std::move(way)}, asks_{make_terminal_prompter()} {}

interactive::interactive(communities way) : way_{std::move(way)}, asks_{make_terminal_prompter()} {}

interactive::interactive(direct way) : way_{std::move(way)}, asks_{make_terminal_prompter()} {}

interactive& interactive::prompts(std::shared_ptr<prompter> asks) {
  asks_ = std::move(asks);
  return *this;
}

std::shared_ptr<const flow> interactive::make() const {
  return std::make_shared<interactive_flow>(way_, asks_);
}

interactive::operator config() const {
  config settings;
  settings.tokens(make_token_source(make(), source_options{}));
  settings.on_captcha(captcha_prompt(asks_));
  settings.on_validation(validation_prompt(asks_));
  settings.on_confirmation(confirmation_prompt(asks_));
  return settings;
}

}  // namespace vkxx::auth
