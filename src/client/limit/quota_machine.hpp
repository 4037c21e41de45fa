// Records what VK has closed for a token, and until when. Pure: no I/O, no clock.
//
// Error 29 closes a method. Error 9 means too many similar actions: it closes the method for one
// recipient only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include <vkxx/core/api_errc.hpp>
#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

struct quota_rules {
  // After error 9, too many similar actions. Zero: no block.
  duration flood = std::chrono::minutes{1};
  // After error 29, the method's quota per day or hour. Zero: no block.
  duration quota = std::chrono::hours{1};
  // The maximum number of stored blocks. Beyond it the block that ends first is dropped, which
  // costs one refused request.
  std::size_t most_blocks = 10'000;
};

// One for each token.
class quota_machine {
 public:
  struct block {
    time_point until;
    api_errc code{};
  };

  explicit quota_machine(const quota_rules& rules) : rules_{rules} {}

  // VK answered `method` with this error. `recipient`: see `recipient_of`; empty if unknown.
  void on_error(std::string_view method, std::optional<std::uint64_t> recipient, api_errc code,
                time_point now);
  [[nodiscard]] std::optional<block> blocked(std::string_view method, std::uint64_t recipient,
                                             time_point now);
  // Whether nothing is blocked, so that recipients need not be determined.
  [[nodiscard]] bool empty() const noexcept { return blocks_.empty(); }
  [[nodiscard]] bool idle(time_point now) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return blocks_.size(); }

 private:
  [[nodiscard]] std::optional<block> find(std::uint64_t key, time_point now);
  void drop_a_block_if_full(time_point now);

  quota_rules rules_;
  // Keys are hashes of methods, and of methods with recipients.
  std::unordered_map<std::uint64_t, block> blocks_;
};

}  // namespace vkxx::detail
