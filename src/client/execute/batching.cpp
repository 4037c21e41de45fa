#include <vkxx/client/batching.hpp>

namespace vkxx {

batching::batching() noexcept {
  settings_.on = true;
}

batching& batching::linger(duration time) noexcept {
  settings_.linger = time;
  return *this;
}

batching& batching::max_calls(std::size_t count) noexcept {
  settings_.max_calls = count;
  return *this;
}

batching& batching::max_code(std::size_t bytes) noexcept {
  settings_.max_code = bytes;
  return *this;
}

batching& batching::join_equal_reads(bool on) noexcept {
  settings_.join = on;
  return *this;
}

}  // namespace vkxx
