// What a source of tokens knows at a time, and how it gets more.
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

// Shared with the work under way.
//
// A refresh token is spent by its use, so that the pair that comes back is all there is of the
// session: from the request on the refresh belongs to `refresh_worker`, not to a call or a client,
// and a pair that the store does not take is kept here, used, and offered to it again: by a timer,
// by the calls, and at the end. Until it has taken it, the right to refresh stays here too, or
// another process would use the spent one.
//
// Thread safety: safe to share.
class source_state : public std::enable_shared_from_this<source_state> {
 public:
  source_state(std::shared_ptr<const flow> flow, source_options options);
  // Offers the store once more what it has not taken; if that is in vain it stays beside the store,
  // for the next source, and the log has it.
  ~source_state();
  source_state(const source_state&) = delete;
  source_state& operator=(const source_state&) = delete;

  // The token, if there is nothing to be done before it is used.
  [[nodiscard]] std::optional<access_token> ready() const;
  [[nodiscard]] bool renewable() const;
  // VK refused this one as dead. Nothing happens if another took its place meanwhile.
  void refuse(const secret& dead);
  result<void> replace(const secret& old, secret fresh);

  // The token of the store if it is usable, else one by a refresh, else by a login. `refreshes`:
  // the refresh that all who share the source wait for.
  [[nodiscard]] static asio::awaitable<result<access_token>> acquire(
      std::shared_ptr<source_state> self, token_environment environment,
      std::shared_ptr<single_flight> refreshes, std::shared_ptr<refresh_worker> worker);

 private:
  using moment = std::chrono::steady_clock::time_point;

  [[nodiscard]] std::optional<access_token> current() const;
  [[nodiscard]] std::optional<access_token> usable() const;
  [[nodiscard]] std::optional<access_token> still_good() const;
  [[nodiscard]] std::optional<error> read_store();
  // Takes over what another source of the store could not save. `right`: to refresh, if it is had;
  // moved from if there was such a token.
  void adopt_unsaved(std::unique_ptr<store_lock>& right, const logger& log);
  [[nodiscard]] access_token keep(access_token fresh, std::unique_ptr<store_lock> right,
                                  const logger& log);
  // Whether it is stored now, or was already; why not is logged once.
  bool offer_unsaved(const logger& log) noexcept;
  // The same once more, until the store has it or the source goes.
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
  // A token that is still good is used as it is until then, since its refresh has failed.
  moment refresh_again_at_ = moment::min();

  // Held while the store is written.
  std::mutex saving_;
  // `current_` is not in the store yet; what is there instead, and when it is tried again.
  bool unsaved_ = false;
  bool warned_ = false;
  std::optional<access_token> stored_;
  moment save_again_at_ = moment::min();
  int save_failures_ = 0;
  std::unique_ptr<store_lock> right_;
  // Of the client whose refresh was not stored.
  logger log_;
  save_timer timer_;
};

}  // namespace vkxx::auth::detail
