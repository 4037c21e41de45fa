#include <vkxx/client/limits.hpp>

#include <utility>

namespace vkxx {

limits::limits() noexcept = default;

limits& limits::off() noexcept {
  settings_.on = false;
  return *this;
}

limits& limits::app_users(std::int64_t count) noexcept {
  settings_.app_users = count;
  return *this;
}

limits& limits::per_second(double calls) noexcept {
  settings_.per_second = calls;
  return *this;
}

limits& limits::jitter(duration most) noexcept {
  settings_.jitter = most;
  return *this;
}

limits& limits::max_queued(std::size_t calls) noexcept {
  settings_.max_queued = calls;
  return *this;
}

limits& limits::when_full(vkxx::when_full policy) noexcept {
  settings_.policy = policy;
  return *this;
}

limits& limits::flood_block(duration time) noexcept {
  settings_.flood_block = time;
  return *this;
}

limits& limits::quota_block(duration time) noexcept {
  settings_.quota_block = time;
  return *this;
}

limits& limits::share(std::shared_ptr<shared_limit> where, std::size_t processes) noexcept {
  settings_.shared = std::move(where);
  settings_.processes = processes;
  return *this;
}

}  // namespace vkxx
