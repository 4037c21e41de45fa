#include "emulator/api/limiter.hpp"

namespace vkxx::emulation::detail {

std::size_t calls_per_second(token_kind kind) noexcept {
  switch (kind) {
    case token_kind::user:
    case token_kind::anonymous:
      return 3;
    case token_kind::community:
      return 20;
    case token_kind::service:
      return 5;
  }
  return 3;
}

bool limiter::admit(std::string_view token, std::size_t per_second, time_point now) {
  auto found = admitted_.find(token);
  if (found == admitted_.end()) found = admitted_.emplace(token, std::deque<time_point>{}).first;
  auto& times = found->second;
  while (!times.empty() && now - times.front() >= std::chrono::seconds{1}) times.pop_front();
  if (times.size() >= per_second) return false;
  times.push_back(now);
  return true;
}

}  // namespace vkxx::emulation::detail
