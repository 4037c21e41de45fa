// What all calls of a client share for their retries: the budget, the circuit, the random
// generator. The driver of breaker_machine; retry machines belong to their calls.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include <vkxx/client/retries.hpp>
#include <vkxx/core/result.hpp>
#include "client/retry/breaker_machine.hpp"
#include "client/retry/retry_machine.hpp"
#include "core/crypto/small_random.hpp"

namespace vkxx::detail {

class retry_guard;

// Leave to send one request to the endpoint.
class endpoint_pass {
 public:
  endpoint_pass(retry_guard& home, breaker_verdict as, time_point now) noexcept
      : home_{&home}, as_{as}, begun_{now} {}
  endpoint_pass(endpoint_pass&& other) noexcept
      : home_{std::exchange(other.home_, nullptr)}, as_{other.as_}, begun_{other.begun_} {}
  endpoint_pass& operator=(endpoint_pass&&) = delete;
  ~endpoint_pass() { settle(breaker_outcome::undecided, begun_); }

  // Only the first call counts. `cause`: why the outcome is bad, in a few words.
  void settle(breaker_outcome outcome, time_point now, std::string cause = {}) noexcept;

 private:
  retry_guard* home_;
  breaker_verdict as_;
  time_point begun_;
};

// Thread safety: safe to share.
class retry_guard {
 public:
  explicit retry_guard(const retries& settings);
  retry_guard(const retry_guard&) = delete;
  retry_guard& operator=(const retry_guard&) = delete;

  // Leave to send, or why the circuit is open.
  [[nodiscard]] result<endpoint_pass> pass(time_point now);
  [[nodiscard]] const retry_rules& rules() const noexcept { return rules_; }
  [[nodiscard]] retry_decision decide(retry_machine& machine, const failed_attempt& failed,
                                      time_point now, time_point deadline);
  // `machine`: of the call; null if it never failed.
  void succeeded(const retry_machine* machine) noexcept;
  // An idempotency key: never 0, of 31 bits.
  [[nodiscard]] std::int32_t key();
  // An idempotency key for a text parameter: 16 hexadecimal digits.
  [[nodiscard]] std::string long_key();

  struct state {
    int budget = 0;
    bool open = false;
  };
  [[nodiscard]] state now() const;

 private:
  friend class endpoint_pass;

  retry_rules rules_;
  bool at_the_limit_;
  bool waits_for_endpoint_;
  int failures_;
  mutable std::mutex mutex_;
  retry_budget budget_;
  breaker_machine breaker_;
  // Of the last failure of the endpoint.
  std::string cause_;
  small_random random_;
};

}  // namespace vkxx::detail
