/// @file
/// The key of a long poll server.
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace vkxx::emulation::detail {

enum class key_state {
  current,
  expired,    ///< `failed` 2: a new key is needed.
  forgotten,  ///< `failed` 3: a new `ts`, too.
};

/// The current key, and those that were valid once.
class poll_key {
 public:
  explicit poll_key(std::string first) : current_{std::move(first)} {}

  [[nodiscard]] const std::string& current() const noexcept { return current_; }
  void expire(std::string next) { current_ = std::move(next); }
  void forget(std::string next) {
    constexpr std::size_t most_forgotten = 16;
    forgotten_.push_back(std::exchange(current_, std::move(next)));
    if (forgotten_.size() > most_forgotten) forgotten_.pop_front();
  }
  [[nodiscard]] key_state state_of(std::string_view key) const noexcept {
    if (key == current_) return key_state::current;
    const bool known = std::ranges::find(forgotten_, key) != forgotten_.end();
    return known ? key_state::forgotten : key_state::expired;
  }

 private:
  template <class>
  friend struct saved_part;

  std::string current_;
  std::deque<std::string> forgotten_;
};

}  // namespace vkxx::emulation::detail
