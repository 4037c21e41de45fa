#include <vkxx/client/retries.hpp>

namespace vkxx {

retries::retries() noexcept = default;

retries& retries::off() noexcept {
  max_tries_ = 1;
  breaker_failures_ = 0;
  at_the_limit_ = false;
  return *this;
}

retries& retries::max_tries(int count) noexcept {
  max_tries_ = count;
  return *this;
}

retries& retries::first_pause(duration pause) noexcept {
  first_pause_ = pause;
  return *this;
}

retries& retries::longest_pause(duration pause) noexcept {
  longest_pause_ = pause;
  return *this;
}

retries& retries::budget(int count) noexcept {
  budget_ = count;
  return *this;
}

retries& retries::breaker_failures(int count) noexcept {
  breaker_failures_ = count;
  return *this;
}

retries& retries::breaker_pause(duration pause) noexcept {
  breaker_pause_ = pause;
  return *this;
}

retries& retries::longest_breaker_pause(duration pause) noexcept {
  longest_breaker_pause_ = pause;
  return *this;
}

retries& retries::at_the_limit(bool on) noexcept {
  at_the_limit_ = on;
  return *this;
}

retries& retries::when_unavailable(vkxx::when_unavailable policy) noexcept {
  when_unavailable_ = policy;
  return *this;
}

retries& retries::seed(std::uint64_t number) noexcept {
  seed_ = number;
  return *this;
}

}  // namespace vkxx
