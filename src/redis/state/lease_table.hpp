// The leases of parts as any thread of the process may see them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <vkxx/core/clock.hpp>

namespace vkxx::redis::detail {

// Thread safety: `set` by one thread, `lease_of` by any.
class lease_table {
 public:
  explicit lease_table(std::size_t parts) : entries_(parts) {}

  // Nothing is held with the number 0.
  void set(std::size_t part, std::uint64_t number, time_point until) noexcept {
    auto& some = entries_[part];
    if (some.number.load() != number) {
      // In this order: a reader that sees the old number with the new end looks at the number
      // again.
      some.until = 0;
      some.number = number;
    }
    some.until = number != 0 ? until.time_since_epoch().count() : 0;
  }
  [[nodiscard]] std::uint64_t lease_of(std::size_t part, time_point now) const noexcept {
    if (part >= entries_.size()) return 0;
    const auto& some = entries_[part];
    const auto number = some.number.load();
    if (now.time_since_epoch().count() >= some.until.load()) return 0;
    return some.number.load() == number ? number : 0;
  }

 private:
  struct entry {
    std::atomic<std::uint64_t> number = 0;
    std::atomic<time_point::rep> until = 0;
  };
  std::vector<entry> entries_;
};

}  // namespace vkxx::redis::detail
