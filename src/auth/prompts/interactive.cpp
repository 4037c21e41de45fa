#include <mutex>
#include <utility>

#include <vkxx/auth/interactive.hpp>

#include "core/text/ascii.hpp"

namespace vkxx::auth {

using vkxx::detail::trimmed;
namespace {

using any_flow = std::variant<implicit, communities, direct>;

error nothing_typed(const std::string& missing) {
  return {errc::challenge_refused, request_effect::not_sent,
          "the login needs a " + missing + ", and none was typed"};
}

template <class Flow>
void ask_for_challenges(Flow& flow, const std::shared_ptr<prompter>& asks) {
  const auto given = flow;
  if (!given.on_captcha()) flow.on_captcha(captcha_prompt(asks));
  if (!given.on_second_factor()) flow.on_second_factor(second_factor_prompt(asks));
  if (!given.on_phone()) flow.on_phone(phone_prompt(asks));
}

// The flow with the missing values filled in.
template <class Flow>
result<Flow> completed(Flow flow, const std::shared_ptr<prompter>& asks) {
  if (std::as_const(flow).login().empty()) {
    std::string login{trimmed(asks->ask("VK user login: ").value_or(""))};
    if (login.empty()) return nothing_typed("login");
    flow.login(std::move(login));
  }
  if (std::as_const(flow).password().empty()) {
    auto password = asks->ask_secretly("VK user password: ").value_or("");
    if (password.empty()) return nothing_typed("password");
    flow.password(secret{std::move(password)});
  }
  ask_for_challenges(flow, asks);
  return flow;
}

class interactive_flow final : public flow {
 public:
  interactive_flow(any_flow incomplete, std::shared_ptr<prompter> asks)
      : state_{std::make_shared<state>(std::move(incomplete), std::move(asks))} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment environment) const override {
    return run(state_, std::move(environment));
  }

 private:
  class state {
   public:
    state(any_flow incomplete, std::shared_ptr<prompter> asks)
        : flow_{std::move(incomplete)}, asks_{std::move(asks)} {}

    result<any_flow> ask() {
      const auto known = flow_so_far();
      return std::visit(
          [this](const auto& gaps) -> result<any_flow> {
            auto whole = completed(gaps, asks_);
            if (!whole) return whole.error();
            return any_flow{std::move(*whole)};
          },
          known);
    }

    // A wrong password must be asked for again, so it is kept only if it works.
    void keep(any_flow whole) {
      const std::lock_guard lock{mutex_};
      flow_ = std::move(whole);
    }

   private:
    any_flow flow_so_far() const {
      const std::lock_guard lock{mutex_};
      return flow_;
    }

    mutable std::mutex mutex_;
    any_flow flow_;
    std::shared_ptr<prompter> asks_;
  };

  static asio::awaitable<result<access_token>> run(std::shared_ptr<state> self,
                                                   token_environment environment) {
    auto whole = self->ask();
    if (!whole) co_return whole.error();
    const auto inner = std::visit([](const auto& filled) { return filled.make(); }, *whole);
    auto logging_in = inner->log_in(std::move(environment));
    auto token = co_await std::move(logging_in);
    if (token) self->keep(std::move(*whole));
    co_return token;
  }

  std::shared_ptr<state> state_;
};

}  // namespace

interactive::interactive(implicit flow) : flow_{std::move(flow)}, asks_{make_terminal_prompter()} {}

interactive::interactive(communities flow)
    : flow_{std::move(flow)}, asks_{make_terminal_prompter()} {}

interactive::interactive(direct flow) : flow_{std::move(flow)}, asks_{make_terminal_prompter()} {}

interactive& interactive::prompts(std::shared_ptr<prompter> asks) {
  asks_ = std::move(asks);
  return *this;
}

std::shared_ptr<const flow> interactive::make() const {
  return std::make_shared<interactive_flow>(flow_, asks_);
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
