// An operation that runs once at a time.
#pragma once

#include <atomic>

namespace vkxx::detail {

// True for the first; the mark is gone when it is destroyed.
class only_one {
 public:
  explicit only_one(std::atomic<bool>& running)
      : running_{running.exchange(true) ? nullptr : &running} {}
  only_one(const only_one&) = delete;
  only_one& operator=(const only_one&) = delete;
  ~only_one() {
    if (running_ != nullptr) *running_ = false;
  }
  [[nodiscard]] explicit operator bool() const noexcept { return running_ != nullptr; }

 private:
  std::atomic<bool>* running_;
};

}  // namespace vkxx::detail
