// Remembers which methods VK has closed for a token, and until when. Pure: no I/O, no clock.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/api_errc.hpp>
#include <vkxx/core/clock.hpp>

namespace vkxx {

struct quota_rules {
  // Error 9: too much of the same. Zero: nothing is blocked.
  duration flood = std::chrono::minutes{1};
  // Error 29: the method's quota of the day or hour. Zero: nothing is blocked.
  duration quota = std::chrono::hours{1};
};

// One for each token.
class quota_machine {
 public:
  struct block {
    time_point until;
    api_errc code{};
  };

  explicit quota_machine(const quota_rules& rules) : rules_{rules} {}

  // VK answered `method` with this error.
  void on_error(std::string_view method, api_errc code, time_point now);
  [[nodiscard]] std::optional<block> blocked(std::string_view method, time_point now);
  [[nodiscard]] bool idle(time_point now) const noexcept;

 private:
  quota_rules rules_;
  std::map<std::string, block, std::less<>> blocks_;
};

}  // namespace vkxx
