#include <vkxx/client/batching.hpp>

namespace vkxx {

batching::batching() noexcept = default;

batching& batching::linger(duration time) noexcept {
  linger_ = time;
  return *this;
}

batching& batching::max_calls(std::size_t count) noexcept {
  max_calls_ = count;
  return *this;
}

batching& batching::max_code(std::size_t bytes) noexcept {
  max_code_ = bytes;
  return *this;
}

batching& batching::join_equal_reads(bool on) noexcept {
  join_equal_reads_ = on;
  return *this;
}

}  // namespace vkxx
