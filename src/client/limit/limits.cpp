#include <vkxx/client/limits.hpp>

#include <utility>

namespace vkxx {

limits::limits() noexcept = default;

limits& limits::off() noexcept {
  on_ = false;
  return *this;
}

limits& limits::app_users(std::int64_t count) noexcept {
  app_users_ = count;
  return *this;
}

limits& limits::per_second(double calls) noexcept {
  per_second_ = calls;
  return *this;
}

limits& limits::jitter(duration most) noexcept {
  jitter_ = most;
  return *this;
}

limits& limits::max_queued(std::size_t calls) noexcept {
  max_queued_ = calls;
  return *this;
}

limits& limits::when_full(vkxx::when_full policy) noexcept {
  when_full_ = policy;
  return *this;
}

limits& limits::flood_block(duration time) noexcept {
  flood_block_ = time;
  return *this;
}

limits& limits::quota_block(duration time) noexcept {
  quota_block_ = time;
  return *this;
}

limits& limits::share(std::shared_ptr<shared_limit> coordinator) noexcept {
  share_ = std::move(coordinator);
  return *this;
}

limits& limits::processes(std::size_t count) noexcept {
  processes_ = count;
  return *this;
}

}  // namespace vkxx
