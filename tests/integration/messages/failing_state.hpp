// A store whose commit fails once: before it, or after it was made.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/state/memory_state.hpp>
#include <vkxx/state/state_store.hpp>

namespace vkxx::test {

// As if the process had died there.
class failing_state final : public state_store {
 public:
  enum class failure { before, after };

  explicit failing_state(std::shared_ptr<state_store> inner = std::make_shared<memory_state>())
      : inner_{std::move(inner)} {}
  // Counted from now on; 0: none fails. `failed` is called first.
  void fail_at(int commit, failure kind, std::function<void()> failed = {}) {
    countdown_ = commit;
    kind_ = kind;
    failed_ = std::move(failed);
  }
  [[nodiscard]] int commits() const { return commits_; }

  asio::awaitable<result<commit_receipt>> commit(state_unit unit) override {
    ++commits_;
    const bool fails = countdown_ > 0 && --countdown_ == 0;
    error lost{errc::state_failed, request_effect::not_sent, "the disk is gone"};
    if (fails && kind_ == failure::before) {
      if (failed_) failed_();
      co_return lost;
    }
    auto committing = inner_->commit(std::move(unit));
    auto committed = co_await std::move(committing);
    if (!fails) co_return committed;
    if (failed_) failed_();
    co_return lost;
  }
  asio::awaitable<result<inbox_summary>> recover() override { return inner_->recover(); }
  asio::awaitable<result<inbox_page>> take(inbox_query query) override {
    return inner_->take(std::move(query));
  }
  asio::awaitable<result<std::map<std::string, std::string>>> row_values(
      std::uint64_t seq) override {
    return inner_->row_values(seq);
  }
  asio::awaitable<result<std::vector<bool>>> seen(std::vector<std::string> keys) override {
    return inner_->seen(std::move(keys));
  }
  asio::awaitable<result<std::string>> cursor(std::string source) override {
    return inner_->cursor(std::move(source));
  }
  asio::awaitable<result<std::optional<state_value>>> read(std::string key) override {
    return inner_->read(std::move(key));
  }
  asio::awaitable<result<due_timers>> timers(wall_time now, std::size_t limit) override {
    return inner_->timers(now, limit);
  }
  asio::awaitable<result<inbox_summary>> summary() override { return inner_->summary(); }

 private:
  std::shared_ptr<state_store> inner_;
  int commits_ = 0;
  int countdown_ = 0;
  failure kind_ = failure::before;
  std::function<void()> failed_;
};

}  // namespace vkxx::test
