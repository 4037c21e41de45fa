#include <utility>
#include <vkxx/auth/flow.hpp>
#include <vkxx/core/exception.hpp>

#include "auth/signatures/signature_errors.hpp"
#include "auth/tokens/refresh_worker.hpp"
#include "auth/tokens/single_flight.hpp"
#include "auth/tokens/source_state.hpp"
#include "core/text/number.hpp"

namespace vkxx::auth {
namespace {

result<secret> text_for(const access_token& token, const request& call) {
  if (token.communities.empty()) return token.text;
  const auto wanted = call.parameters().find("group_id");
  if (!wanted) {
    const auto first = token.communities.find(token.first_community.value_or(0));
    return (first == token.communities.end() ? token.communities.begin() : first)->second;
  }
  const bool negative = wanted->starts_with('-');
  const auto id = vkxx::detail::parse_number<std::int64_t>(wanted->substr(negative ? 1 : 0));
  const auto found = id ? token.communities.find(*id) : token.communities.end();
  if (found == token.communities.end()) {
    return detail::malformed("group_id: there is no token for the community `" +
                             std::string{*wanted} + "`; the login named others");
  }
  return found->second;
}

class flow_source final : public token_source {
 public:
  flow_source(std::shared_ptr<const flow> flow, source_options options)
      : parts_{std::make_shared<detail::source_state>(std::move(flow), std::move(options)),
               std::make_shared<detail::single_flight>(), std::make_shared<detail::single_flight>(),
               std::make_shared<detail::refresh_worker>()} {}

  [[nodiscard]] std::optional<secret> ready(const request& call) override {
    const auto token = parts_.state->ready();
    if (!token) return std::nullopt;
    auto text = text_for(*token, call);
    // `get` reports the error.
    if (!text) return std::nullopt;
    return std::move(*text);
  }

  [[nodiscard]] asio::awaitable<result<secret>> get(request call,
                                                    token_environment environment) override {
    return join(parts_, std::move(call), std::move(environment));
  }

  [[nodiscard]] bool renewable(const request&) const override { return parts_.state->renewable(); }

  [[nodiscard]] asio::awaitable<result<secret>> renew(request call, secret refused,
                                                      token_environment environment) override {
    parts_.state->refuse(refused);
    return join(parts_, std::move(call), std::move(environment));
  }

  result<void> replace(const secret& old, secret fresh) override {
    return parts_.state->replace(old, std::move(fresh));
  }

 private:
  // State that the source shares with the calls in flight.
  struct parts {
    std::shared_ptr<detail::source_state> state;
    std::shared_ptr<detail::single_flight> flight;
    std::shared_ptr<detail::single_flight> refreshes;
    // Destroyed last: its destructor waits for a refresh that has begun.
    std::shared_ptr<detail::refresh_worker> worker;
  };

  static asio::awaitable<result<secret>> join(parts mine, request call,
                                              token_environment environment) {
    auto token = mine.state->ready();
    while (!token) {
      detail::single_flight::work begun = [mine, environment] {
        return detail::source_state::acquire(mine.state, environment, mine.refreshes, mine.worker);
      };
      auto joining = detail::single_flight::join(mine.flight, std::move(begun));
      auto got = co_await std::move(joining);
      // The coroutine that was getting the token for all is gone.
      if (!got) continue;
      // Whatever the effect of the refresh or the login, the call that needed the token was not
      // sent.
      if (!*got) {
        auto failure = got->error();
        co_return failure.set_effect(request_effect::not_sent);
      }
      token = std::move(**got);
    }
    co_return text_for(*token, call);
  }

  parts parts_;
};

}  // namespace

source_options::source_options() : wall_clock_{std::chrono::system_clock::now} {}

source_options& source_options::store(std::shared_ptr<token_store> store, std::string profile) {
  store_ = std::move(store);
  profile_ = std::move(profile);
  return *this;
}

source_options& source_options::token(access_token first) {
  token_ = std::move(first);
  return *this;
}

source_options& source_options::wall_clock(std::function<wall_time()> now) {
  wall_clock_ = std::move(now);
  return *this;
}

std::shared_ptr<token_source> make_token_source(std::shared_ptr<const flow> flow,
                                                source_options options) {
  if (!flow) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent,
                      "make_token_source: the flow is null"});
  }
  return std::make_shared<flow_source>(std::move(flow), std::move(options));
}

}  // namespace vkxx::auth
