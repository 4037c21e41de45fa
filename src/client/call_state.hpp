// The state that all calls of a client share.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <vkxx/client/config.hpp>
#include "client/challenge/challenge_gate.hpp"
#include "client/contexts/home_context.hpp"
#include "client/limit/call_limiter.hpp"
#include "client/metrics/call_counters.hpp"
#include "client/retry/retry_guard.hpp"
#include "core/async/process_mark.hpp"

namespace vkxx::detail {

class call_batcher;

// An immutable snapshot of the program's handlers and hooks. Replaced as a whole, so that a call
// sees either the old set or the new one.
struct hooks {
  std::map<api_errc, error_handler> handlers;
  error_handler any_handler;
  challenge_hook captcha;
  challenge_hook validation;
  challenge_hook confirmation;

  [[nodiscard]] const challenge_hook& for_kind(challenge_kind kind) const noexcept;
};

// Thread safety: safe to share. Only the hooks and the token kind change after construction.
class call_state {
 public:
  // Throws usage_exception if a setting is unusable.
  call_state(const asio::any_io_executor& executor, const config& settings);
  call_state(const call_state&) = delete;
  call_state& operator=(const call_state&) = delete;
  ~call_state();

  [[nodiscard]] const home_context& home() const noexcept { return *home_; }
  [[nodiscard]] const config& settings() const noexcept { return settings_; }
  // The kind of the client's token; nothing: unknown.
  [[nodiscard]] std::optional<vkxx::token_kind> token_kind() const noexcept {
    const auto kind = token_kind_.load();
    return kind == no_kind ? std::nullopt : std::optional{kind};
  }
  void token_kind(vkxx::token_kind kind) noexcept { token_kind_ = kind; }
  [[nodiscard]] const parameters& common() const noexcept { return settings_.common(); }
  [[nodiscard]] http::transport& transport() const noexcept { return *settings_.transport(); }
  [[nodiscard]] token_source& tokens() const noexcept { return *settings_.tokens(); }
  [[nodiscard]] token_environment environment() const;
  [[nodiscard]] const std::shared_ptr<clock>& time() const noexcept {
    return settings_.time_source();
  }
  [[nodiscard]] const logger& log() const noexcept { return settings_.log(); }
  [[nodiscard]] const std::shared_ptr<challenge_gate>& gate() const noexcept { return gate_; }
  // Null: there is none.
  [[nodiscard]] const std::shared_ptr<call_limiter>& limiter() const noexcept { return limiter_; }
  // Null: calls are not batched.
  [[nodiscard]] const std::shared_ptr<call_batcher>& batcher() const noexcept { return batcher_; }
  [[nodiscard]] retry_guard& guard() const noexcept { return *guard_; }
  [[nodiscard]] call_counters& counters() const noexcept { return *counters_; }
  [[nodiscard]] metrics seen() const;
  // False in a forked child, where nothing of it works.
  [[nodiscard]] bool is_in_its_process() const noexcept { return process_.is_here(); }
  // The URL of a method.
  [[nodiscard]] std::string url_of(const std::string& method) const;

  [[nodiscard]] std::shared_ptr<const hooks> current_hooks() const;
  template <class Change>
  void change_hooks(Change change) {
    const std::lock_guard lock{mutex_};
    auto changed = std::make_shared<hooks>(*hooks_);
    change(*changed);
    hooks_ = std::move(changed);
  }

 private:
  static constexpr auto no_kind = vkxx::token_kind{};

  process_mark process_;
  config settings_;
  std::atomic<vkxx::token_kind> token_kind_ = no_kind;
  std::string method_base_;
  std::shared_ptr<challenge_gate> gate_;
  std::shared_ptr<call_limiter> limiter_;
  std::shared_ptr<call_batcher> batcher_;
  std::unique_ptr<retry_guard> guard_;
  std::shared_ptr<call_counters> counters_ = std::make_shared<call_counters>();
  mutable std::mutex mutex_;
  std::shared_ptr<const hooks> hooks_;
  std::unique_ptr<const home_context> home_;
};

}  // namespace vkxx::detail
