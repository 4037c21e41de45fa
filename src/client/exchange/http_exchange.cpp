// An HTTP exchange that is not a method call, as an operation of the exchange driver.
#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <vkxx/client/token_source.hpp>
#include <vkxx/http/transport.hpp>
#include "client/exchange/exchange_driver.hpp"
#include "client/metrics/call_counters.hpp"
#include "core/async/time_sum.hpp"

namespace vkxx::detail {
namespace {

exchange_rules rules_of(const exchange_options& options) {
  exchange_rules rules;
  rules.retry = options.max_tries() > 1;
  return rules;
}

// Separate retries: failures of an OAuth endpoint say nothing about the API.
retries retries_of(const exchange_options& options) {
  auto settings = retries{}
                      .max_tries(options.max_tries())
                      .first_pause(options.first_pause())
                      .budget(options.max_tries());
  // Without retries nothing is random, and a source of random numbers may take a descriptor.
  if (options.max_tries() == 1) settings.seed(0);
  return settings;
}

class http_exchange {
 public:
  using outcome_type = result<http::response>;

  http_exchange(const token_environment& environment, http::request message,
                exchange_options options)
      : transport_{environment.transport},
        time_{environment.time},
        log_{environment.log},
        counters_{environment.counters},
        timeout_{message.timeout()},
        message_{std::make_unique<http::request>(std::move(message))},
        options_{std::move(options)},
        guard_{std::make_unique<retry_guard>(retries_of(options_))},
        machine_{rules_of(options_), *guard_} {}

  [[nodiscard]] exchange_action begin(const asio::any_io_executor&) {
    begun_ = time_->now();
    return machine_.resume(event::begun{});
  }

  // No token, permit or circuit breaker applies: these steps complete at once.
  [[nodiscard]] exchange_action token_at_once() { return machine_.resume(event::done{}); }
  [[nodiscard]] std::optional<exchange_action> permit_at_once() { return token_at_once(); }
  [[nodiscard]] static asio::awaitable<bool> wait_for_permit() { co_return true; }
  [[nodiscard]] exchange_action take_permit(bool) { return token_at_once(); }
  [[nodiscard]] exchange_action check_circuit() { return token_at_once(); }

  [[nodiscard]] asio::awaitable<result<http::response>> send() {
    ++attempts_;
    attempt_began_ = time_->now();
    auto message = next_message();
    // The timeout of one attempt bounds all attempts together.
    if (attempts_ > 1) {
      const auto left = message.timeout() - (attempt_began_ - begun_);
      message.timeout(std::max<duration>(left, shortest_timeout));
    }
    if (counters_) under_way_ = std::make_unique<counted_request>(*counters_);
    return transport_->send(std::move(message));
  }
  [[nodiscard]] exchange_action take_answer(result<http::response> answer) {
    const auto now = time_->now();
    under_way_.reset();
    if (counters_) counters_->attempted(now - attempt_began_);
    outcome_ = std::move(answer);
    log(now - attempt_began_);
    if (*outcome_ && !(options_.retry_if() && options_.retry_if()(**outcome_))) {
      return machine_.resume(event::answered{});
    }
    event::failed failed;
    failed.now = now;
    // Half of the timeout must remain for another attempt.
    failed.deadline = later_by(begun_, timeout_ / 2);
    failed.attempt.transient = outcome_->has_value();
    failed.attempt.effect = *outcome_ ? request_effect::not_sent : outcome_->error().effect();
    const auto action = machine_.resume(failed);
    if (counters_ && !is_end(action)) counters_->repeated(false);
    return action;
  }
  [[nodiscard]] asio::awaitable<exchange_action> perform(exchange_action) {
    auto waiting = wait_until(*time_, later_by(time_->now(), machine_.pause()));
    if (co_await std::move(waiting)) co_return machine_.resume(event::interrupted{});
    co_return machine_.resume(event::done{});
  }
  [[noreturn]] static void caught() { throw; }
  [[nodiscard]] result<http::response> finish() { return *std::move(outcome_); }

 private:
  static constexpr auto shortest_timeout = std::chrono::milliseconds{1};

  // The last one is not kept: a long poll waits long, and many do.
  http::request next_message() {
    if (options_.max_tries() > 1) return *message_;
    const auto last = std::move(message_);
    return std::move(*last);
  }

  void log(duration spent) const {
    if (!log_.wants(log_level::info)) return;
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
    const auto status = *outcome_ ? (*outcome_)->status : 0;
    std::string line = "exchange=" + options_.name() + " attempt=" + std::to_string(attempts_) +
                       " http_status=" + std::to_string(status) +
                       " ms=" + std::to_string(milliseconds);
    if (!*outcome_) {
      std::string name{to_string(outcome_->error().code().value_or(errc::connection_failed))};
      std::replace(name.begin(), name.end(), ' ', '_');
      line += " outcome=" + name;
    }
    log_.write(log_level::info, std::move(line));
  }

  std::shared_ptr<http::transport> transport_;
  std::shared_ptr<clock> time_;
  logger log_;
  std::shared_ptr<call_counters> counters_;
  duration timeout_;
  // Null once the last try has it.
  std::unique_ptr<http::request> message_;
  exchange_options options_;
  std::unique_ptr<retry_guard> guard_;
  exchange_machine machine_;
  time_point begun_{};
  time_point attempt_began_{};
  int attempts_ = 0;
  std::unique_ptr<counted_request> under_way_;
  std::optional<result<http::response>> outcome_;
};

}  // namespace
}  // namespace vkxx::detail

namespace vkxx {

namespace {

constexpr int most_tries = 1000;

}  // namespace

exchange_options::exchange_options(std::string name) : name_{std::move(name)} {}

exchange_options& exchange_options::retry_if(std::function<bool(const http::response&)> wanted) {
  retry_if_ = std::move(wanted);
  return *this;
}

exchange_options& exchange_options::max_tries(int count) {
  max_tries_ = std::clamp(count, 1, most_tries);
  return *this;
}

exchange_options& exchange_options::first_pause(duration pause) {
  first_pause_ = std::max(pause, duration::zero());
  return *this;
}

asio::awaitable<result<http::response>> token_environment::send(http::request message,
                                                                exchange_options options) const {
  return detail::drive(detail::http_exchange{*this, std::move(message), std::move(options)});
}

}  // namespace vkxx
