/// @file
/// A store in memory.
#pragma once

#include <memory>

#include <vkxx/state/state_store.hpp>

namespace vkxx {

namespace detail {
class memory_engine;
}  // namespace detail

/// The limits of a `memory_state`.
class memory_state_options {
 public:
  /// How many keys of finished rows are remembered; 1,000,000 by default, about 100 bytes each. An
  /// update has one or two. The oldest are forgotten.
  memory_state_options& max_keys(std::size_t count);
  /// How many dead letters are kept; 10,000 by default. The oldest are dropped.
  memory_state_options& max_dead(std::size_t count);

  [[nodiscard]] std::size_t max_keys() const noexcept { return max_keys_; }
  [[nodiscard]] std::size_t max_dead() const noexcept { return max_dead_; }

 private:
  std::size_t max_keys_ = 1'000'000;
  std::size_t max_dead_ = 10'000;
};

/// Keeps everything in memory: for tests, and for programs that may lose updates. All of it is gone
/// when the object is destroyed.
class memory_state final : public state_store {
 public:
  memory_state();
  /// With limits of its own.
  explicit memory_state(const memory_state_options& options);
  ~memory_state() override;

  [[nodiscard]] asio::awaitable<result<commit_receipt>> commit(state_unit unit) override;
  [[nodiscard]] asio::awaitable<result<inbox_summary>> recover() override;
  [[nodiscard]] asio::awaitable<result<inbox_page>> take(inbox_query query) override;
  /// As all of these: see `state_store`.
  [[nodiscard]] asio::awaitable<result<std::map<std::string, std::string>>> row_values(
      std::uint64_t seq) override;
  [[nodiscard]] asio::awaitable<result<std::vector<bool>>> seen(
      std::vector<std::string> keys) override;
  [[nodiscard]] asio::awaitable<result<std::string>> cursor(std::string source) override;
  [[nodiscard]] asio::awaitable<result<std::optional<state_value>>> read(std::string key) override;
  [[nodiscard]] asio::awaitable<result<due_timers>> timers(wall_time now,
                                                           std::size_t limit) override;
  [[nodiscard]] asio::awaitable<result<inbox_summary>> summary() override;

 private:
  [[nodiscard]] bool commits_at_once() const noexcept override { return true; }
  [[nodiscard]] result<commit_receipt> commit_at_once(state_unit unit) override;

  std::shared_ptr<detail::memory_engine> engine_;
};

}  // namespace vkxx
