// The state of a token source, and how it gets tokens.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include <vkxx/auth/flow.hpp>
#include "auth/tokens/refresh_worker.hpp"
#include "auth/tokens/save_timer.hpp"
#include "auth/tokens/single_flight.hpp"

namespace vkxx::auth::detail {

// Shared with the work in progress.
//
// A refresh spends the refresh token, so the returned pair is all that remains of the session. From
// its request on, the refresh therefore belongs to `refresh_worker`, not to a call or a client. A
// pair that the store rejects stays here, is used, and is offered to the store again: by a timer,
// by the calls, and by the destructor. Until the store accepts it, the lock for the refresh stays
// here too; otherwise another process would use the spent token.
//
// Thread safety: safe to share.
class source_state : public std::enable_shared_from_this<source_state> {
 public:
  source_state(std::shared_ptr<const flow> flow, source_options options);
  // Offers an unsaved token to the store once more. If that fails, the token stays beside the store
  // for the next source, and the failure is logged.
  ~source_state();
  source_state(const source_state&) = delete;
  source_state& operator=(const source_state&) = delete;

  // Returns the token if it can be used without any work.
  [[nodiscard]] std::optional<access_token> ready() const;
  [[nodiscard]] bool renewable() const;
  // VK refused this token as dead. No effect if it has been replaced meanwhile.
  void refuse(const secret& dead);
  result<void> replace(const secret& old, secret fresh);

  // Returns the token of the store if usable, otherwise one from a refresh, otherwise one from a
  // login. `refreshes`: the refresh that all users of the source share.
  [[nodiscard]] static asio::awaitable<result<access_token>> acquire(
      std::shared_ptr<source_state> self, token_environment environment,
      std::shared_ptr<single_flight> refreshes, std::shared_ptr<refresh_worker> worker);

 private:
  using moment = std::chrono::steady_clock::time_point;

  [[nodiscard]] std::optional<access_token> current() const;
  [[nodiscard]] std::optional<access_token> usable() const;
  [[nodiscard]] std::optional<access_token> still_good() const;
  [[nodiscard]] std::optional<error> read_store();
  // Takes over an unsaved token of another source of the store. `right`: the lock for the refresh,
  // or null; moved from if there was such a token.
  void adopt_unsaved(std::unique_ptr<store_lock>& right, const logger& log);
  void now_unsaved(std::unique_ptr<store_lock> right, const logger& log);
  [[nodiscard]] access_token keep(access_token fresh, std::unique_ptr<store_lock> right,
                                  const logger& log);
  // Returns whether the token is in the store. The reason for a failure is logged once.
  bool offer_unsaved(const logger& log) noexcept;
  // Repeats `offer_unsaved` until the store has the token or the source is destroyed.
  void offer_later(const logger& log) noexcept;
  [[nodiscard]] moment next_timed_save() const;
  [[nodiscard]] std::optional<error> save_unsaved();
  void refresh_failed(const std::optional<error>& failure);

  static asio::awaitable<result<access_token>> refresh(std::shared_ptr<source_state> self,
                                                       token_environment environment,
                                                       refresh_worker::run* here);
  static asio::awaitable<result<access_token>> refreshed(std::shared_ptr<source_state> self,
                                                         token_environment environment,
                                                         std::shared_ptr<single_flight> refreshes,
                                                         std::shared_ptr<refresh_worker> worker);
  static asio::awaitable<result<std::unique_ptr<store_lock>>> take_right(
      std::shared_ptr<source_state> self, std::shared_ptr<clock> time);

  std::shared_ptr<const flow> flow_;
  source_options options_;
  mutable std::mutex mutex_;
  std::optional<access_token> current_;
  // VK refused `current_` as dead.
  bool refused_ = false;
  // After a failed refresh, a still valid token is used until then.
  moment refresh_again_at_ = moment::min();

  // Held while the store is written.
  std::mutex saving_;
  // Set while `current_` is not in the store: the token there instead, and the time of the next
  // attempt.
  bool unsaved_ = false;
  bool warned_ = false;
  std::optional<access_token> stored_;
  moment save_again_at_ = moment::min();
  int save_failures_ = 0;
  std::unique_ptr<store_lock> right_;
  // The log of the client whose refresh was not stored.
  logger log_;
  save_timer timer_;
};

}  // namespace vkxx::auth::detail
