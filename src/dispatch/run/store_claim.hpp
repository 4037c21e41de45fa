// Which of several dispatchers on one store object began last.
#pragma once

#include <cstdint>
#include <memory>

#include <vkxx/state/state_store.hpp>

namespace vkxx::detail {

// Thread safety: `take` before all other use; `is_last` from any thread.
class store_claim {
 public:
  void take(std::shared_ptr<state_store> store) noexcept {
    store_ = std::move(store);
    number_ = ++store_->claims_;
  }
  // True before `take`, too.
  [[nodiscard]] bool is_last() const noexcept { return !store_ || store_->claims_ == number_; }

 private:
  std::shared_ptr<state_store> store_;
  std::uint64_t number_ = 0;
};

}  // namespace vkxx::detail
