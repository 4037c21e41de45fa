// A store that hands everything to another one: what stores of tests that fail, wait or end the
// process are derived from.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/state/memory_state.hpp>
#include <vkxx/state/state_store.hpp>

namespace vkxx::testing {

class forwarding_state : public state_store {
 public:
  explicit forwarding_state(std::shared_ptr<state_store> base = std::make_shared<memory_state>())
      : base_{std::move(base)} {}

  boost::asio::awaitable<result<commit_receipt>> commit(state_unit unit) override {
    return base_->commit(std::move(unit));
  }
  boost::asio::awaitable<result<inbox_summary>> recover() override { return base_->recover(); }
  boost::asio::awaitable<result<inbox_page>> take(inbox_query query) override {
    return base_->take(std::move(query));
  }
  boost::asio::awaitable<result<std::map<std::string, std::string>>> row_values(
      std::uint64_t seq) override {
    return base_->row_values(seq);
  }
  boost::asio::awaitable<result<std::vector<bool>>> seen(std::vector<std::string> keys) override {
    return base_->seen(std::move(keys));
  }
  boost::asio::awaitable<result<std::string>> cursor(std::string source) override {
    return base_->cursor(std::move(source));
  }
  boost::asio::awaitable<result<std::optional<state_value>>> read(std::string key) override {
    return base_->read(std::move(key));
  }
  boost::asio::awaitable<result<due_timers>> timers(wall_time now, std::size_t limit) override {
    return base_->timers(now, limit);
  }
  boost::asio::awaitable<result<inbox_summary>> summary() override { return base_->summary(); }

 protected:
  [[nodiscard]] state_store& base() noexcept { return *base_; }

 private:
  std::shared_ptr<state_store> base_;
};

}  // namespace vkxx::testing
