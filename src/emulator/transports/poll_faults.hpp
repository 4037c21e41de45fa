/// @file
/// Wrong answers of a long poll server, on demand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "emulator/http/answer.hpp"

namespace vkxx::emulation::detail {

enum class poll_fault_kind : std::uint8_t {
  accept_stale_ts,  ///< A `ts` that is too old is taken as the oldest one.
  repeat_last,      ///< The last `amount` events come again.
  shuffle,          ///< The events of an answer come in another order.
  delay,            ///< The answer comes `amount` milliseconds later.
  cut,              ///< The body ends after `amount` bytes, and the connection closes.
  bad_gateway,      ///< HTTP 502 with a page.
  foreign_type,     ///< Each event is preceded by one of a type that nobody knows.
  plain_text,       ///< The content type is text/plain.
};

[[nodiscard]] std::string_view to_string(poll_fault_kind kind) noexcept;
[[nodiscard]] std::optional<poll_fault_kind> read_poll_fault(std::string_view name) noexcept;

struct poll_fault {
  poll_fault_kind kind{};
  std::int64_t amount = 0;
  std::int64_t count = 1;  ///< How many answers it changes; 0: all until it is removed.
};

/// The faults of one server; one of each kind at most.
class poll_faults {
 public:
  void add(const poll_fault& fault);
  void clear() noexcept { faults_.clear(); }
  [[nodiscard]] const std::vector<poll_fault>& all() const noexcept { return faults_; }
  /// Whether there is such a fault, without using it up.
  [[nodiscard]] bool has(poll_fault_kind kind) const noexcept;
  /// The amount of the fault, which has changed one answer more; nothing: there is none.
  [[nodiscard]] std::optional<std::int64_t> take(poll_fault_kind kind);
  /// Plays those that change an answer as a whole.
  void change(answer& reply);

 private:
  std::vector<poll_fault> faults_;
};

}  // namespace vkxx::emulation::detail
