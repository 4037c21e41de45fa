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
#include "support/forwarding_state.hpp"

namespace vkxx::test {

// As if the process had died there.
class failing_state final : public testing::forwarding_state {
 public:
  enum class failure { before, after };

  using forwarding_state::forwarding_state;
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
    auto committing = base().commit(std::move(unit));
    auto committed = co_await std::move(committing);
    if (!fails) co_return committed;
    if (failed_) failed_();
    co_return lost;
  }

 private:
  int commits_ = 0;
  int countdown_ = 0;
  failure kind_ = failure::before;
  std::function<void()> failed_;
};

}  // namespace vkxx::test
