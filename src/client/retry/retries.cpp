#include <vkxx/client/retries.hpp>

namespace vkxx {

retries::retries() noexcept = default;

retries& retries::off() noexcept {
  settings_.max_tries = 1;
  settings_.breaker_failures = 0;
  settings_.at_the_limit = false;
  return *this;
}

retries& retries::max_tries(int count) noexcept {
  settings_.max_tries = count;
  return *this;
}

retries& retries::pauses(duration first, duration longest) noexcept {
  settings_.first_pause = first;
  settings_.longest_pause = longest;
  return *this;
}

retries& retries::budget(int repeats) noexcept {
  settings_.budget = repeats;
  return *this;
}

retries& retries::breaker_failures(int count) noexcept {
  settings_.breaker_failures = count;
  return *this;
}

retries& retries::breaker_pauses(duration first, duration longest) noexcept {
  settings_.breaker_pause = first;
  settings_.longest_breaker_pause = longest;
  return *this;
}

retries& retries::when_unavailable(vkxx::when_unavailable policy) noexcept {
  settings_.policy = policy;
  return *this;
}

retries& retries::seed(std::uint64_t number) noexcept {
  settings_.seed = number;
  return *this;
}

}  // namespace vkxx
