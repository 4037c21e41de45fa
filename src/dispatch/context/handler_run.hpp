// One run of a handler: its update and what it changed.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <vkxx/client/client.hpp>
#include <vkxx/dispatch/dispatcher_options.hpp>
#include <vkxx/dispatch/inbox_update.hpp>
#include <vkxx/state/inbox_row.hpp>
#include <vkxx/state/shared_inbox.hpp>
#include <vkxx/state/state_store.hpp>
#include "core/async/run_permit.hpp"
#include "dispatch/context/blocking_pool.hpp"
#include "dispatch/context/effect_numbers.hpp"
#include "dispatch/run/store_claim.hpp"

namespace vkxx::detail {

// What all runs of a dispatcher share.
struct run_environment {
  std::shared_ptr<state_store> store;
  std::optional<client> vk;
  client_function clients;  // empty: `vk` counts
  std::shared_ptr<blocking_pool> blocking;
  std::function<wall_time()> wall_clock;  // empty: the system's
  // Of a store that is not shared.
  std::shared_ptr<store_claim> claim = std::make_shared<store_claim>();
};

// Thread safety: safe to share.
class handler_run final : public run_permit {
 public:
  handler_run(std::shared_ptr<const run_environment> environment,
              std::shared_ptr<const inbox_row> row, inbox_update received, bool may_repeat)
      : environment_{std::move(environment)},
        row_{std::move(row)},
        received_{std::move(received)},
        may_repeat_{may_repeat},
        numbers_{std::make_shared<effect_numbers>(received_.event_key)},
        vk_{environment_->clients ? environment_->clients(received_.value, row_->share)
                                  : environment_->vk} {}

  [[nodiscard]] const inbox_row& row() const noexcept { return *row_; }
  [[nodiscard]] const inbox_update& received() const noexcept { return received_; }
  [[nodiscard]] bool may_repeat() const noexcept { return may_repeat_; }
  [[nodiscard]] const run_environment& environment() const noexcept { return *environment_; }
  [[nodiscard]] const std::optional<client>& vk() const noexcept { return vk_; }
  [[nodiscard]] const std::shared_ptr<effect_numbers>& numbers() const noexcept { return numbers_; }

  // Of a shared inbox: the run is good under the lease of its part of this moment. False: there is
  // none.
  [[nodiscard]] bool bind_lease();
  [[nodiscard]] std::optional<error> obstacle() const override;

  [[nodiscard]] static asio::awaitable<result<std::optional<std::string>>> read(
      std::shared_ptr<handler_run> self, std::string key);
  // Nothing: the value is removed.
  void write(std::string key, std::optional<std::string> bytes);
  // False, and nothing is written, if this run has written something else than `read`.
  [[nodiscard]] bool replace(const std::string& key, const std::optional<std::string>& read,
                             std::string bytes);
  void schedule(std::string key, wall_time due, std::string value);
  void cancel_timer(std::string key);
  [[nodiscard]] static asio::awaitable<result<std::string>> once(
      std::shared_ptr<handler_run> self, std::string key,
      std::function<asio::awaitable<std::string>()> effect);

  [[nodiscard]] static asio::awaitable<result<std::string>> change(
      std::shared_ptr<handler_run> self, std::string key,
      std::function<std::string(std::optional<std::string>)> make);

  // The handler fails with this, whatever it returns.
  void fail(std::exception_ptr reason) noexcept;
  // The first that `fail` was given; null: it was not called.
  [[nodiscard]] std::exception_ptr failure() const noexcept;

  // What the handler changed. Nothing can be changed afterwards.
  [[nodiscard]] state_unit changes();
  // Results of `once` that could not be stored yet.
  [[nodiscard]] state_unit unsaved() const;
  // When the first of its timers is due.
  [[nodiscard]] std::optional<wall_time> first_timer() const;

 private:
  class effect_mark;
  struct entry {
    std::optional<std::uint64_t> version;              // as it was read
    std::optional<std::optional<std::string>> change;  // the inner: nothing, if it is removed
  };
  [[nodiscard]] static asio::awaitable<result<void>> read_values(std::shared_ptr<handler_run> self);
  [[nodiscard]] std::optional<std::optional<std::string>> change_of(const std::string& key) const;
  // What an earlier run, or this one, has stored in the row; nothing: it was not stored.
  [[nodiscard]] static asio::awaitable<result<std::optional<std::string>>> row_value(
      std::shared_ptr<handler_run> self, std::string name);
  void remember(const std::string& key, std::uint64_t version);

  const std::shared_ptr<const run_environment> environment_;
  const std::shared_ptr<const inbox_row> row_;
  const inbox_update received_;
  const bool may_repeat_;
  const std::shared_ptr<effect_numbers> numbers_;
  const std::optional<client> vk_;

  std::uint64_t lease_ = 0;  // set before the handler begins; 0: the inbox is not shared
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::exception_ptr failure_;
  std::uint64_t shared_changes_ = 0;
  std::map<std::string, entry> entries_;
  std::map<std::string, std::optional<state_timer>> timers_;  // nothing: to be cancelled
  std::optional<std::map<std::string, std::string>> values_;  // of the row
  std::set<std::string> unsaved_;                             // those that the store lacks
  std::set<std::string> effects_;                             // of `once`, under way
};

}  // namespace vkxx::detail
