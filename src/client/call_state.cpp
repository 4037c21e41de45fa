#include "client/call_state.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <string_view>
#include <utility>

#include <vkxx/core/exception.hpp>

#include "client/config_check.hpp"
#include "client/execute/call_batcher.hpp"
#include "core/text/loopback.hpp"

namespace vkxx::detail {
namespace {

bool leads_to_this_machine(const std::string& address) {
  const auto parsed = boost::urls::parse_uri(address);
  return parsed && is_loopback(std::string_view{parsed->encoded_host_address()});
}

}  // namespace

const challenge_hook& hooks::for_kind(challenge_kind kind) const noexcept {
  switch (kind) {
    case challenge_kind::captcha:
      return captcha;
    case challenge_kind::validation:
      return validation;
    case challenge_kind::confirmation:
      return confirmation;
    case challenge_kind::second_factor:
    case challenge_kind::phone:
      break;
  }
  // Second factors and phone checks occur in authentication flows only, never in calls.
  static const challenge_hook none;
  return none;
}

call_state::~call_state() {
  if (!limiter_) return;
  limiter_->close();
  // The last handle of the client may be destroyed on any thread while the context shuts down.
  if (const auto staying = home_->stay()) limiter_->leave_context();
}

call_state::call_state(const asio::any_io_executor& executor, const config& settings)
    : settings_{settings} {
  check(settings);
  if (!executor) {
    throw_error(
        error{errc::invalid_argument, request_effect::not_sent, "client: the executor is empty"});
  }
  token_kind_ = settings_.token_kind().value_or(no_kind);
  if (!settings_.time_source()) settings_.time_source(system_clock());
  gate_ = std::make_shared<challenge_gate>(settings_.time_source());
  if (!settings_.tokens()) settings_.tokens(make_static_token(secret{}));
  if (!settings_.transport()) {
    settings_.transport(http::make_curl_transport(executor, settings_.transport_options()));
  }
  if (settings_.limits().is_on()) {
    limiter_ = std::make_shared<call_limiter>(executor, settings_.time_source(), settings_.limits(),
                                              settings_.log());
  }
  if (settings_.batching()) {
    batcher_ = std::make_shared<call_batcher>(executor, *settings_.batching());
  }
  home_ = std::make_unique<home_context>(executor, [limiter = limiter_] {
    if (limiter) limiter->leave_context();
  });
  guard_ = std::make_unique<retry_guard>(settings_.retries());
  method_base_ = settings_.endpoints().api() + "/method/";
  hooks_ = std::make_shared<hooks>(hooks{settings_.on_error(), settings_.on_any_error(),
                                         settings_.on_captcha(), settings_.on_validation(),
                                         settings_.on_confirmation()});
  if (settings_.endpoints().api().starts_with("http://") &&
      !leads_to_this_machine(settings_.endpoints().api())) {
    settings_.log().write(log_level::warning,
                          "the API endpoint is not https: tokens travel unencrypted");
  }
}

std::string call_state::url_of(const std::string& method) const {
  return method_base_ + method;
}

token_environment call_state::environment() const {
  token_environment lent;
  lent.transport = settings_.transport();
  lent.endpoints = settings_.endpoints();
  lent.time = settings_.time_source();
  lent.timeout = settings_.timeout();
  lent.log = settings_.log();
  lent.counters = counters_;
  return lent;
}

metrics call_state::seen() const {
  auto now = counters_->now();
  if (limiter_) {
    const auto pacing = limiter_->now();
    now.waiting = pacing.waiting;
    now.tokens = pacing.tokens;
  }
  const auto guarded = guard_->now();
  now.retry_budget = guarded.budget;
  now.circuit_open = guarded.open;
  return now;
}

std::shared_ptr<const hooks> call_state::current_hooks() const {
  const std::lock_guard lock{mutex_};
  return hooks_;
}

}  // namespace vkxx::detail
